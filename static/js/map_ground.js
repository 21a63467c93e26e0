// What lies under everything when there is no base map: paper, a fine graticule, and shade outside the district.
import { colours } from "./map_style.js";

const { L } = window;
const steps = [10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01, 0.005, 0.002, 0.001];

const Graticule = L.GridLayer.extend({
  createTile({ x, y, z }) {
    const size = this.getTileSize().x;
    const tile = document.createElement("canvas");
    const scale = window.devicePixelRatio || 1;
    tile.width = tile.height = size * scale;
    const pen = tile.getContext("2d");
    pen.scale(scale, scale);
    pen.strokeStyle = "rgba(96, 84, 48, 0.13)";
    pen.lineWidth = 1;
    drawLines(pen, L.point(x, y).multiplyBy(size), size, z);
    return tile;
  },
});

// Lines about 60 to 160 px apart, at round degrees.
function drawLines(pen, corner, size, zoom) {
  const perDegree = (size * 2 ** zoom) / 360;
  const step = steps.filter((degrees) => degrees * perDegree >= 60).pop() ?? 10;
  const project = (lat, lon) => L.CRS.EPSG3857.latLngToPoint(L.latLng(lat, lon), zoom).subtract(corner);
  const a = L.CRS.EPSG3857.pointToLatLng(corner, zoom);
  const b = L.CRS.EPSG3857.pointToLatLng(corner.add([size, size]), zoom);
  for (let i = Math.ceil(a.lng / step); i * step <= b.lng; i += 1) straight(pen, project(a.lat, i * step).x, 0, 0, size);
  for (let i = Math.ceil(b.lat / step); i * step <= a.lat; i += 1) straight(pen, 0, project(i * step, a.lng).y, size, 0);
}

function straight(pen, x, y, right, down) {
  pen.beginPath();
  pen.moveTo(Math.round(x) + 0.5, Math.round(y) + 0.5);
  pen.lineTo(Math.round(x) + 0.5 + right, Math.round(y) + 0.5 + down);
  pen.stroke();
}

// The district's own outline, if the map is given its address: the land around it is shaded.
async function shadeOutside(map, address) {
  const response = await fetch(address, { credentials: "same-origin" });
  if (!response.ok) return void response.body?.cancel();
  const rings = [];
  L.geoJSON(await response.json(), { pmIgnore: true }).eachLayer((layer) => rings.push(...layer.getLatLngs().flat(layer.feature.geometry.type === "MultiPolygon" ? 1 : 0)));
  const renderer = L.canvas({ pane: "ground", padding: 0.4 });
  const common = { renderer, pane: "ground", interactive: false, pmIgnore: true };
  const world = [[-85, -180], [-85, 180], [85, 180], [85, -180]];
  L.polygon([world, ...rings], { ...common, stroke: false, fillColor: "#d6d2c4", fillOpacity: 0.55 }).addTo(map);
  L.polygon(rings, { ...common, color: colours.brandDeep, weight: 2.5, fillColor: colours.paper, fillOpacity: 0.7 }).addTo(map);
}

export function layGround(map, config) {
  map.createPane("ground").style.zIndex = 150;
  const lines = new Graticule({ pane: "ground", attribution: "" });
  if (config.outline) shadeOutside(map, config.outline).catch(() => {});
  return { show: (visible) => (visible ? lines.addTo(map) : lines.remove()) };
}
