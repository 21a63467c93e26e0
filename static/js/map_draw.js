// Drawing one point, line or area with Geoman. The text area with the GeoJSON geometry is the plain way and the truth.

const { L } = window;
const tools = { point: "drawMarker", line: "drawPolyline", polygon: "drawPolygon" };

function toolbar(kinds) {
  const off = { drawMarker: false, drawPolyline: false, drawPolygon: false, drawCircle: false, drawCircleMarker: false, drawRectangle: false, drawText: false, cutPolygon: false, rotateMode: false };
  const on = Object.fromEntries((kinds ?? Object.keys(tools)).map((kind) => [tools[kind], true]));
  return { position: "topleft", ...off, ...on, dragMode: false, editMode: true, removalMode: true };
}

function parse(text) {
  const given = JSON.parse(text);
  const geometry = given.type === "Feature" ? given.geometry : given;
  if (!/^(Multi)?(Point|LineString|Polygon)$/.test(geometry?.type)) throw new Error("no geometry");
  return geometry;
}

function round(value) {
  return Array.isArray(value) ? value.map(round) : Math.round(value * 1e6) / 1e6;
}

export function startDraw(map, config, speak, texts) {
  const area = document.querySelector(config.draw.target);
  const drawn = L.featureGroup().addTo(map);
  const icon = L.divIcon({ className: "map-pin", iconSize: [32, 44], iconAnchor: [16, 43] });
  const path = { color: "#7d0b10", weight: 3, fillColor: "#c4161c", fillOpacity: 0.15 };

  function write() {
    const [shape] = drawn.getLayers();
    const geometry = shape?.toGeoJSON().geometry;
    area.value = geometry ? JSON.stringify({ type: geometry.type, coordinates: round(geometry.coordinates) }) : "";
    area.setCustomValidity("");
    area.dispatchEvent(new Event("input", { bubbles: true }));
    speak(texts.drawn);
  }

  function keep(shape) {
    drawn.clearLayers();
    drawn.addLayer(shape);
    shape.on("pm:edit pm:dragend", write);
  }

  function read() {
    drawn.clearLayers();
    area.setCustomValidity("");
    if (!area.value.trim()) return;
    try {
      L.geoJSON(parse(area.value), { style: path, pointToLayer: (feature, latlng) => L.marker(latlng, { icon }) }).eachLayer(keep);
      map.fitBounds(drawn.getBounds(), { maxZoom: 16, padding: [30, 30] });
    } catch {
      area.setCustomValidity(texts.bad_geometry);
    }
  }

  map.pm.setLang(config.locale?.startsWith("zh") ? "zh" : "en");
  map.pm.setGlobalOptions({ layerGroup: drawn, pathOptions: path, templineStyle: path, hintlineStyle: { ...path, dashArray: "5 5" }, markerStyle: { icon }, continueDrawing: false });
  map.pm.addControls(toolbar(config.draw.kinds));
  map.getContainer().querySelectorAll(".button-container[title] > a").forEach((button) => {
    button.setAttribute("aria-label", button.parentElement.title);
  });
  map.on("pm:create", ({ layer }) => {
    keep(layer);
    write();
  });
  map.on("pm:remove", ({ layer }) => {
    drawn.removeLayer(layer);
    write();
  });
  area.addEventListener("change", read);
  read();
}
