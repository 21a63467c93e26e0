// Layers from one GeoJSON address, drawn on a canvas. Nothing of the data reaches HTML: labels are text nodes.
import { markPlace } from "./map_shapes.js";
import { colours, drawSymbol, hatchPattern, lookOf } from "./map_style.js";

const { L } = window;

const Symbol = L.CircleMarker.extend({
  _updatePath() {
    const renderer = this._renderer;
    if (!renderer._drawing || this._empty()) return;
    drawSymbol(renderer._ctx, this._point.x, this._point.y, this.options.look, this.options.chosen);
  },
});

function kindOf(feature) {
  const type = feature.geometry?.type ?? "";
  return type.endsWith("Polygon") ? "area" : type.endsWith("LineString") ? "line" : "point";
}

function idOf(feature) {
  return String(feature.properties?.id ?? feature.id ?? "");
}

function labelText(text) {
  const label = document.createElement("span");
  label.textContent = text;
  return label;
}

export function geojsonLayer(config, context) {
  const { letters, chosen, pane, onFailure } = context;
  const lookAt = lookOf(config.style);
  const renderer = L.canvas({ pane, padding: 0.4, tolerance: 4 });
  const group = L.featureGroup();
  let main = L.geoJSON();
  let asked = null;
  let address = config.url;

  const look = (map, feature) => lookAt(feature.properties ?? {}, kindOf(feature), map.getZoom(), letters);

  function style(map, feature) {
    const it = look(map, feature);
    const picked = chosen.id !== undefined && idOf(feature) === chosen.id;
    return {
      fillColor: it.hatch ? hatchPattern(it.hatch, it.hatchColour) : it.fill, fillOpacity: it.hatch ? 0.55 : it.alpha,
      stroke: picked || it.width > 0, color: picked ? colours.ink : it.stroke, weight: picked ? 5 : it.width, dashArray: picked ? null : it.dash?.join(" "), opacity: 1,
    };
  }

  function under(map, data) {
    const casing = (feature) => {
      const it = look(map, feature);
      if (it.outline) return { color: it.outline, weight: 5.5, opacity: 1, fill: false };
      if (it.hatch) return { fillColor: it.fill, fillOpacity: it.alpha, stroke: false };
      return { color: it.casing ?? "#ffffff", weight: (it.width ?? 0) + 3, opacity: it.casing ? 1 : 0, fill: false };
    };
    return L.geoJSON(inOrder(map, data), { renderer, pane, interactive: false, pmIgnore: true, style: casing, filter: (f) => kindOf(f) !== "point" });
  }

  // Large units first, points last: what is added later lies on top.
  function inOrder(map, data) {
    const rank = (feature) => (kindOf(feature) === "point" ? 9 : look(map, feature).order ?? 0);
    return { ...data, features: [...(data.features ?? [data])].sort((a, b) => rank(a) - rank(b)) };
  }

  function build(map, data) {
    main = L.geoJSON(inOrder(map, data), {
      renderer, pane, interactive: false, pmIgnore: true,
      style: (feature) => style(map, feature),
      pointToLayer: (feature, latlng) => new Symbol(latlng, { renderer, pane, interactive: false, pmIgnore: true, radius: 13, look: look(map, feature), chosen: idOf(feature) === chosen.id }),
      onEachFeature: (feature, layer) => {
        const text = config.label_field && feature.properties?.[config.label_field];
        if (text && config.style === "units" && kindOf(feature) === "area") layer.bindTooltip(labelText(text), { permanent: true, direction: "center", className: "map-label", interactive: false });
      },
    });
    group.clearLayers();
    group.addLayer(under(map, data)).addLayer(main);
    main.eachLayer((layer) => addMark(map, layer));
  }

  // Areas and lines bear their level's symbol too; it is found at one zoom and stays there.
  function addMark(map, layer) {
    const kind = kindOf(layer.feature);
    if (kind === "point" || !look(map, layer.feature).mark) return;
    const flat = (rings) => (Array.isArray(rings[0]) ? rings.flatMap(flat) : [rings.map((latlng) => map.project(latlng, 18))]);
    const place = markPlace(flat(layer.getLatLngs()), kind);
    if (!place) return;
    const mark = new Symbol(map.unproject([place.x, place.y], 18), { renderer, pane, interactive: false, pmIgnore: true, radius: 13, look: look(map, layer.feature).mark });
    mark.feature = layer.feature;
    mark.isMark = true;
    group.addLayer(mark);
  }

  async function load(map) {
    asked?.abort();
    asked = new AbortController();
    try {
      const response = await fetch(address, { signal: asked.signal, credentials: "same-origin", headers: { Accept: "application/geo+json, application/json" } });
      const data = response.ok ? await response.json() : await response.body?.cancel();
      if (data) build(map, data);
      else onFailure();
    } catch (error) {
      if (error.name !== "AbortError") onFailure();
    }
  }

  function restyle(map) {
    group.eachLayer((layer) => {
      if (!layer.isMark) return;
      layer.options.look = look(map, layer.feature).mark;
      layer.redraw();
    });
    main.eachLayer((layer) => {
      if (layer instanceof Symbol) Object.assign(layer.options, { look: look(map, layer.feature), chosen: idOf(layer.feature) === chosen.id });
      if (layer.setStyle) layer.setStyle(layer instanceof Symbol ? {} : style(map, layer.feature));
    });
  }

  function hits(map, latlng) {
    if (!map.hasLayer(group)) return [];
    const point = map.latLngToLayerPoint(latlng);
    const found = [];
    main.eachLayer((layer) => {
      if (!layer._containsPoint?.(point)) return;
      const bounds = layer.getBounds?.();
      const extent = bounds ? map.latLngToLayerPoint(bounds.getSouthEast()).subtract(map.latLngToLayerPoint(bounds.getNorthWest())) : { x: 0, y: 0 };
      found.push({ config, kind: kindOf(layer.feature), properties: { ...layer.feature.properties, id: idOf(layer.feature) }, extent: extent.x * extent.y });
    });
    return found;
  }

  return {
    config,
    hits,
    refresh(map, url) {
      address = url ?? address;
      return load(map);
    },
    redraw: restyle,
    show(map, visible) {
      if (!visible) return group.remove();
      group.addTo(map);
      return asked ? undefined : load(map);
    },
    isShown: (map) => map.hasLayer(group),
  };
}
