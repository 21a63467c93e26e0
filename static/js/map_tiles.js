// Layers from vector tiles, drawn by protomaps-leaflet. Whatever the layers inside a tile are called, they are drawn as one.
import { colours, drawSymbol, font, hatchPattern, lookOf } from "./map_style.js";

const kinds = { 1: "point", 2: "line", 3: "area" };
const all = "all";
const reach = 28; // brush of the library, about 14 CSS px

// ---- the source: a missing, withdrawn or refused tile is an empty one

function tileAddress(template, z, x, y) {
  return template.replace("{z}", z).replace("{x}", x).replace("{y}", y);
}

// The library takes any object with `getZxy` (its own is a PMTiles archive).
function source(config, onFailure) {
  return {
    async getZxy(z, x, y, signal) {
      if (z < (config.min_zoom ?? 0)) return undefined;
      const response = await fetch(tileAddress(config.url, z, x, y), { signal, credentials: "same-origin" });
      if (response.status === 200) return { data: await response.arrayBuffer() };
      response.body?.cancel(); // else the connection stays taken
      if (response.status >= 500) onFailure();
      return undefined;
    },
  };
}

function mergeInnerLayers(view) {
  const inner = view.tileCache.source;
  view.tileCache.source = {
    get: async (address, size) => new Map([[all, [...(await inner.get(address, size)).values()].flat()]]),
  };
}

// ---- painting

function trace(pen, geometry) {
  pen.beginPath();
  for (const part of geometry) part.forEach((point, i) => (i ? pen.lineTo(point.x, point.y) : pen.moveTo(point.x, point.y)));
}

function stroke(pen, colour, width, dash = []) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.setLineDash(dash);
  pen.stroke();
}

function rule(draw) {
  return { dataLayer: all, symbolizer: { draw } };
}

// Wide strokes under opaque fills: only what lies outside all of them stays, the outline of the district.
function paintOutline(pen, geometry, look) {
  if (!look.outline) return;
  trace(pen, geometry);
  pen.lineJoin = "round";
  pen.globalAlpha = 0.16;
  stroke(pen, look.outline, 15);
  pen.globalAlpha = 1;
  stroke(pen, look.outline, 5.5);
}

function paintArea(pen, geometry, look) {
  trace(pen, geometry);
  pen.globalAlpha = look.alpha ?? 1;
  pen.fillStyle = look.fill;
  pen.fill("evenodd");
  pen.globalAlpha = 1;
  if (look.hatch) {
    pen.fillStyle = hatchPattern(look.hatch, look.hatchColour);
    pen.globalAlpha = 0.55;
    pen.fill("evenodd");
    pen.globalAlpha = 1;
  }
}

function paintLine(pen, geometry, look) {
  if (!look.width) return;
  trace(pen, geometry);
  pen.globalAlpha = 1;
  pen.lineJoin = "round";
  if (look.casing) stroke(pen, look.casing, look.width + 3);
  stroke(pen, look.stroke, look.width, look.dash);
  pen.setLineDash([]);
}

function paintChosen(pen, geometry) {
  trace(pen, geometry);
  pen.globalAlpha = 1;
  pen.lineJoin = "round";
  stroke(pen, colours.ink, 7);
  stroke(pen, colours.focus, 4);
}

function paintRules(config, letters, chosen) {
  const lookAt = lookOf(config.style);
  const look = (feature, zoom) => lookAt(feature.props, kinds[feature.geomType], zoom, letters);
  const isChosen = (feature) => chosen.id !== undefined && String(feature.props.id) === chosen.id;
  const only = (kind, paint, order) => rule((pen, geometry, zoom, feature) => {
    if (kinds[feature.geomType] !== kind) return;
    const it = look(feature, zoom);
    if (order === undefined || order === (it.order ?? 0)) paint(pen, geometry, it);
  });
  return [
    only("area", paintOutline),
    only("area", paintArea, 0),
    only("area", paintArea, 1),
    only("area", paintLine),
    only("line", paintLine),
    rule((pen, geometry, zoom, feature) => {
      if (feature.geomType !== 1 && isChosen(feature)) paintChosen(pen, geometry);
    }),
    rule((pen, geometry, zoom, feature) => {
      if (feature.geomType !== 1) return;
      for (const part of geometry) drawSymbol(pen, part[0].x, part[0].y, look(feature, zoom), isChosen(feature));
    }),
  ];
}

// ---- labels

const worldPixels = (zoom) => 256 * 2 ** zoom;

function project(lon, lat, zoom) {
  const sine = Math.sin((lat * Math.PI) / 180);
  const y = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
  return { x: ((lon + 180) / 360) * worldPixels(zoom), y: y * worldPixels(zoom) };
}

// Shoelace, in square pixels.
function area(ring) {
  return Math.abs(ring.reduce((sum, p, i) => sum + (ring[(i + 1) % ring.length].x - p.x) * (ring[(i + 1) % ring.length].y + p.y), 0));
}

function distance(p, a, b) {
  const [dx, dy] = [b.x - a.x, b.y - a.y];
  const t = Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy || 1)));
  return Math.hypot(p.x - a.x - t * dx, p.y - a.y - t * dy);
}

function inside(p, ring) {
  return ring.reduce((is, b, i) => {
    const a = ring[(i || ring.length) - 1];
    return a.y > p.y !== b.y > p.y && p.x < ((b.x - a.x) * (p.y - a.y)) / (b.y - a.y) + a.x ? !is : is;
  }, false);
}

// The place farthest from the edge, of a grid of places.
function heart(ring) {
  const [xs, ys] = [ring.map((p) => p.x), ring.map((p) => p.y)];
  const [left, top, wide, tall] = [Math.min(...xs), Math.min(...ys), Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys)];
  let best = { x: left + wide / 2, y: top + tall / 2, room: 0 };
  for (let i = 1; i < 12; i += 1) {
    for (let j = 1; j < 12; j += 1) {
      const p = { x: left + (wide * i) / 12, y: top + (tall * j) / 12 };
      const room = inside(p, ring) ? Math.min(...ring.map((b, k) => distance(p, ring[(k || ring.length) - 1], b))) : 0;
      if (room > best.room) best = { ...p, room };
    }
  }
  return best;
}

// The server's own label point if it sends one (label_lon, label_lat), else the heart of the largest piece here.
function anchorOf(geometry, feature, zoom) {
  const { label_lon: lon, label_lat: lat } = feature.props;
  const here = geometry[0][0].clone();
  if (lon !== undefined && lat !== undefined) return Object.assign(here, project(lon, lat, zoom));
  if (feature.geomType === 2) return Object.assign(here, geometry[0][Math.floor(geometry[0].length / 2)]);
  if (feature.geomType === 1) return here;
  const { x, y } = heart(geometry.reduce((largest, part) => (area(part) > area(largest) ? part : largest)));
  return Object.assign(here, { x, y });
}

function broken(text, longest) {
  const words = /\s/.test(text) ? text.split(/\s+/) : [text];
  return words.reduce((rows, word) => {
    const last = rows[rows.length - 1];
    return last !== undefined && last.length + word.length < longest ? [...rows.slice(0, -1), `${last} ${word}`] : [...rows, word];
  }, []);
}

function drawText(pen, rows, size, weight, shift) {
  pen.globalAlpha = 1;
  pen.font = `${weight} ${size}px ${font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  pen.strokeStyle = "rgba(255, 255, 255, 0.92)";
  pen.lineWidth = 4;
  pen.fillStyle = weight === 600 ? colours.brandDeep : colours.ink;
  rows.forEach((row, i) => {
    const y = shift + (i - (rows.length - 1) / 2) * size * 1.25;
    pen.strokeText(row, 0, y);
    pen.fillText(row, 0, y);
  });
}

// From which zoom a thing bears its name; the home district only while its towns bear none.
function isNamed(config, feature, zoom) {
  if (config.style !== "units") return zoom >= (config.label_min_zoom ?? (feature.geomType === 1 ? 15 : 14));
  const level = Number(feature.props.level ?? 4);
  if (level <= 3 && feature.props.home !== false) return zoom < 11;
  return zoom >= (config.label_min_zoom ?? (level >= 5 ? 14 : 10));
}

function labelRule(config) {
  const place = (layout, geometry, feature) => {
    const text = feature.props[config.label_field];
    if (!text || !isNamed(config, feature, layout.zoom)) return undefined;
    const point = feature.geomType === 1;
    const unit = config.style === "units" && !(Number(feature.props.level) >= 5);
    const size = unit ? (layout.zoom >= 14 ? 16 : layout.zoom >= 12 ? 14 : 12) : 12;
    const weight = unit ? 600 : 500;
    const rows = broken(String(text), 14);
    layout.scratch.font = `${weight} ${size}px ${font}`;
    const half = Math.max(...rows.map((row) => layout.scratch.measureText(row).width)) / 2 + 4;
    const tall = (rows.length * size * 1.25) / 2 + 2;
    const shift = point && config.style !== "units" ? 21 : 0;
    const anchor = anchorOf(geometry, feature, layout.zoom);
    return [{
      anchor,
      bboxes: [{ minX: anchor.x - half, minY: anchor.y + Math.min(0, shift - tall), maxX: anchor.x + half, maxY: anchor.y + shift + tall }],
      draw: (pen) => drawText(pen, rows, size, weight, shift),
      deduplicationKey: String(feature.props.id ?? text),
      deduplicationDistance: 4096,
    }];
  };
  return { dataLayer: all, symbolizer: { place } };
}

// ---- the layer

export function tileLayer(config, context) {
  const { letters, chosen, pane, onFailure } = context;
  let current = { ...config };
  let layer = build();

  function build() {
    const made = window.protomapsL.leafletLayer({
      url: source(current, onFailure),
      attribution: "", // an own one; null would bring the library's links
      maxDataZoom: current.max_data_zoom ?? 15,
      levelDiff: 1,
      minZoom: current.min_zoom ?? 0,
      lang: context.lang,
      pane,
      paintRules: paintRules(current, letters, chosen),
      labelRules: current.label_field ? [labelRule(current)] : [],
    });
    made.views.forEach(mergeInnerLayers);
    return made;
  }

  function hits(map, latlng) {
    if (!map.hasLayer(layer)) return [];
    const found = [...layer.queryTileFeaturesDebug(latlng.lng, latlng.lat, reach).values()].flat();
    return found.map(({ feature }) => ({ config: current, kind: kinds[feature.geomType], properties: feature.props, extent: extentOf(feature) }));
  }

  function extentOf({ bbox }) {
    return (bbox.maxX - bbox.minX) * (bbox.maxY - bbox.minY);
  }

  function refresh(map, url) {
    const shown = map.hasLayer(layer);
    current = { ...current, url: url ?? current.url };
    layer.remove();
    layer = build();
    if (shown) layer.addTo(map);
  }

  return {
    config,
    hits,
    refresh,
    redraw: () => layer.rerenderTiles(),
    show: (map, visible) => (visible ? layer.addTo(map) : layer.remove()),
    isShown: (map) => map.hasLayer(layer),
  };
}
