// Layers from vector tiles, drawn by protomaps-leaflet. Whatever the layers inside a tile are called, they are drawn as one.
import { area, heart, markPlace } from "./map_shapes.js";
import { colours, drawSymbol, font, hatchPattern, levelOf, lookOf } from "./map_style.js";

const kinds = { 1: "point", 2: "line", 3: "area" };
const all = "all";
const groundTint = 0.14; // of a unit's own colour, over a base map
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

// Over a base map the ground of a unit is cut open: only a breath of its tint stays, and the outline outside.
function openGround(pen) {
  pen.globalCompositeOperation = "destination-out";
  pen.globalAlpha = 1;
  pen.fill("evenodd");
  pen.globalCompositeOperation = "source-over";
}

function paintArea(pen, geometry, look, overBase) {
  trace(pen, geometry);
  if (overBase && look.outline) openGround(pen);
  pen.globalAlpha = overBase && look.outline ? groundTint : look.alpha ?? 1;
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

function isChosen(chosen, feature) {
  return chosen.id !== undefined && String(feature.props.id) === chosen.id;
}

function paintRules(config, letters, chosen, base) {
  const lookAt = lookOf(config.style);
  const look = (feature, zoom) => lookAt(feature.props, kinds[feature.geomType], zoom, letters);
  const only = (kind, paint, order) => rule((pen, geometry, zoom, feature) => {
    if (kinds[feature.geomType] !== kind) return;
    const it = look(feature, zoom);
    if (order === undefined || order === (it.order ?? 0)) paint(pen, geometry, it);
  });
  const ground = (pen, geometry, it) => paintArea(pen, geometry, it, base?.shown);
  return [
    only("area", paintOutline),
    only("area", ground, 0),
    only("area", ground, 1),
    only("area", paintLine),
    only("line", paintLine),
    rule((pen, geometry, zoom, feature) => {
      if (feature.geomType !== 1 && isChosen(chosen, feature)) paintChosen(pen, geometry);
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

// The server's own label point if it sends one (label_lon, label_lat), else the heart of the largest piece here.
function anchorOf(geometry, feature, zoom) {
  const { label_lon: lon, label_lat: lat } = feature.props;
  const here = geometry[0][0].clone();
  if (lon !== undefined && lat !== undefined) return Object.assign(here, project(lon, lat, zoom));
  if (feature.geomType === 2) return Object.assign(here, markPlace(geometry, "line"));
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

// ---- symbols: of points, and of the level on areas and lines. They are labels to the library, so that none is cut at
// the edge of a tile; their box is one pixel, so that they may overlap. What is drawn later has the higher rank.

const symbolReach = 15; // px from the middle of a symbol to its edge

// The display tiles beyond the edge of its data tile that a symbol touches: they may have been painted without it.
function touchedBeyond(spot, zoom, overzoom) {
  const cells = (size, value) => [...new Set([value - symbolReach, value + symbolReach].map((v) => Math.floor(v / size)))];
  const data = 256 * 2 ** overzoom;
  if (cells(data, spot.x).length === 1 && cells(data, spot.y).length === 1) return [];
  return cells(256, spot.x).flatMap((x) => cells(256, spot.y).map((y) => `${x}:${y}:${zoom}`));
}

function symbolRule(config, letters, chosen, repaint) {
  const lookAt = lookOf(config.style);
  const place = (layout, geometry, feature) => {
    const kind = kinds[feature.geomType];
    const it = lookAt(feature.props, kind, layout.zoom, letters);
    const symbol = kind === "point" ? it : it.mark;
    const spot = symbol && (kind === "point" ? geometry[0][0] : markPlace(geometry, kind));
    if (!spot) return undefined;
    const anchor = Object.assign(geometry[0][0].clone(), { x: spot.x, y: spot.y });
    touchedBeyond(spot, layout.zoom, layout.overzoom).forEach(repaint);
    const draw = (pen) => drawSymbol(pen, 0, 0, symbol, isChosen(chosen, feature));
    draw.rank = rankOf(feature.props);
    const box = { minX: anchor.x, minY: anchor.y, maxX: anchor.x + 1, maxY: anchor.y + 1 };
    const once = kind === "point" ? {} : { deduplicationKey: `mark ${feature.props.id}`, deduplicationDistance: 4096 };
    return [{ anchor, bboxes: [box], draw, ...once }];
  };
  return { dataLayer: all, symbolizer: { place }, sort: (a, b) => rankOf(b) - rankOf(a) };
}

function rankOf(properties) {
  return { red: 4, orange: 3, yellow: 2, blue: 1 }[levelOf(properties)] ?? 0;
}

// The library draws its labels in no order; names come last, graver levels over lesser ones.
function drawInOrder(labelers) {
  const indexOf = labelers.getIndex.bind(labelers);
  const rank = (label) => label.draw.rank ?? 9;
  labelers.getIndex = (zoom) => {
    const index = indexOf(zoom);
    return index && { searchBbox: (box, order) => [...index.searchBbox(box, order)].sort((a, b) => rank(a) - rank(b)) };
  };
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
    const shift = config.style === "units" ? 0 : 21;
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
  const { letters, chosen, pane, onFailure, base } = context;
  let current = { ...config };
  const waiting = new Set();
  let layer = build();

  // Once the tiles at hand are laid out; many symbols ask for the same tile.
  function repaint(key) {
    if (!waiting.size) {
      setTimeout(() => {
        const keys = [...waiting];
        waiting.clear();
        keys.forEach((each) => layer.rerenderTile(each));
      }, 50);
    }
    waiting.add(key);
  }

  function build() {
    const made = window.protomapsL.leafletLayer({
      url: source(current, onFailure),
      attribution: "", // an own one; null would bring the library's links
      maxDataZoom: current.max_data_zoom ?? 15,
      levelDiff: 1,
      minZoom: current.min_zoom ?? 0,
      lang: context.lang,
      pane,
      paintRules: paintRules(current, letters, chosen, base),
      labelRules: [symbolRule(current, letters, chosen, repaint), ...(current.label_field ? [labelRule(current)] : [])],
    });
    made.views.forEach(mergeInnerLayers);
    drawInOrder(made.labelers);
    return made;
  }

  // Just after zooming the new tiles may not be here yet: the neighbouring zooms know the same things.
  function hits(map, latlng) {
    if (!map.hasLayer(layer)) return [];
    const views = [...layer.views.values()];
    for (const zoom of [0, -1, 1].map((step) => map.getZoom() + step)) {
      const found = views.flatMap((view) => view.queryFeatures(latlng.lng, latlng.lat, zoom, reach));
      if (found.length) return found.map(({ feature }) => ({ config: current, kind: kinds[feature.geomType], properties: feature.props, extent: extentOf(feature) }));
    }
    return [];
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
