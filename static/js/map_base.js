// The operator's base map under all layers of ours: a PMTiles archive or single tiles, drawn or pictures, always from this
// site. Whatever fails in it, the map goes on without it.
import { inks, nameKeys, names, onlyNames, paints, roleOf, widthAt } from "./map_base_looks.js";

const { L } = window;
const all = "all";
const drawnTiles = 1; // tile type MVT in the header of an archive
const pictureTypes = { 2: "image/png", 3: "image/jpeg", 4: "image/webp" };
const pane = "base";

// ---- sources: anything with getZxy; what is not there is undefined, what fails is not kept as empty

const giveUp = () => new DOMException("the base map did not answer", "AbortError"); // the library is silent about these

function archiveSource(archive, header, onFailure) {
  return {
    async getZxy(z, x, y, signal) {
      if (z < header.minZoom || z > header.maxZoom) return undefined;
      try {
        return await archive.getZxy(z, x, y, signal);
      } catch (error) {
        if (error.name !== "AbortError") onFailure();
        throw giveUp();
      }
    },
  };
}

function tileSource(template, onFailure) {
  return {
    async getZxy(z, x, y, signal) {
      const address = template.replace("{z}", z).replace("{x}", x).replace("{y}", y);
      const response = await fetch(address, { signal, credentials: "same-origin" }).catch(() => Promise.reject(giveUp()));
      if (response.status === 200) return { data: await response.arrayBuffer() };
      response.body?.cancel(); // else the connection stays taken
      if (response.status < 500) return undefined;
      onFailure();
      throw giveUp();
    },
  };
}

// ---- drawing: each thing gets its role once, when its tile comes in

function knowRoles(view) {
  const inner = view.tileCache.source;
  const known = (layer, features) => features.map((feature) => {
    feature.role = roleOf(layer, feature.props, feature.geomType);
    feature.nameOnly = onlyNames(layer);
    return feature;
  });
  view.tileCache.source = {
    get: async (address, size) => new Map([[all, [...(await inner.get(address, size))].flatMap(([layer, features]) => known(layer, features))]]),
  };
}

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

function painter(paint, at) {
  return (pen, geometry, zoom) => {
    trace(pen, geometry);
    pen.globalAlpha = 1;
    pen.lineJoin = pen.lineCap = "round";
    if (paint.dash) pen.lineCap = "butt";
    at(pen, paint, zoom);
    pen.setLineDash([]);
  };
}

function paintRules() {
  const fill = (pen, { fill: colour, edge, widths }, zoom) => {
    pen.fillStyle = colour;
    pen.fill("evenodd");
    if (edge) stroke(pen, edge, widthAt(widths, zoom));
  };
  const casing = (pen, { casing: colour, widths }, zoom) => stroke(pen, colour, widthAt(widths, zoom) + 1.6);
  const line = (pen, { stroke: colour, widths, dash }, zoom) => stroke(pen, colour, widthAt(widths, zoom), dash);
  const rule = (paint, at) => ({
    dataLayer: all,
    minzoom: paint.from,
    filter: (_, feature) => feature.role === paint.role && !feature.nameOnly,
    symbolizer: { draw: painter(paint, at) },
  });
  const areas = paints.filter((paint) => paint.fill).map((paint) => rule(paint, fill));
  const casings = paints.filter((paint) => paint.casing).map((paint) => rule(paint, casing));
  const strokes = paints.filter((paint) => paint.stroke).map((paint) => rule(paint, line));
  return [...areas, ...casings, ...strokes];
}

// ---- names

function labelRules(lang) {
  const keys = nameKeys(lang);
  return names.map((name) => ({
    dataLayer: all,
    minzoom: name.from,
    filter: (_, feature) => feature.role === name.role,
    symbolizer: name.along ? alongLine(name, keys) : { place: (layout, geometry, feature) => atPoint(name, keys, layout, geometry, feature) },
  }));
}

function alongLine(name, keys) {
  const options = { labelProps: keys, font: `400 11px ${inks.font}`, fill: name.ink ?? inks.name, stroke: inks.halo, width: 3, position: 2, repeatDistance: 500 };
  return new window.protomapsL.LineLabelSymbolizer(options);
}

function atPoint(name, keys, layout, geometry, feature) {
  const said = keys.map((key) => feature.props[key]).find((text) => typeof text === "string" && text);
  if (feature.geomType !== 1 || !said) return undefined;
  const text = said.length > 24 ? `${said.slice(0, 23)}…` : said;
  const shift = name.dot ? name.size : 0;
  layout.scratch.font = `${name.weight} ${name.size}px ${inks.font}`;
  const half = layout.scratch.measureText(text).width / 2 + 3;
  const anchor = geometry[0][0];
  const box = { minX: anchor.x - half, minY: anchor.y - (name.dot ? 5 : 8), maxX: anchor.x + half, maxY: anchor.y + shift + 8 };
  return [{ anchor, bboxes: [box], draw: (pen) => drawPoint(pen, name, text, shift), deduplicationKey: text, deduplicationDistance: 400 }];
}

function drawPoint(pen, { dot, size, weight }, text, shift) {
  pen.globalAlpha = 1;
  pen.setLineDash([]);
  if (dot) {
    pen.beginPath();
    pen.arc(0, 0, dot.radius, 0, 2 * Math.PI);
    pen.fillStyle = dot.fill;
    pen.fill();
    stroke(pen, dot.edge, 1.6);
  }
  pen.font = `${weight} ${size}px ${inks.font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.lineJoin = "round";
  stroked(pen, text, shift);
}

function stroked(pen, text, shift) {
  pen.strokeStyle = inks.halo;
  pen.lineWidth = 3;
  pen.strokeText(text, 0, shift);
  pen.fillStyle = inks.name;
  pen.fillText(text, 0, shift);
}

// ---- layers

function drawnLayer(source, options, lang) {
  const made = window.protomapsL.leafletLayer({
    ...options,
    url: source,
    levelDiff: 1,
    lang,
    pane,
    paintRules: paintRules(),
    labelRules: labelRules(lang),
  });
  made.views.forEach(knowRoles);
  return made;
}

const Pictures = L.GridLayer.extend({
  createTile({ x, y, z }, done) {
    const image = document.createElement("img");
    image.alt = "";
    this.options.source.getZxy(z, x, y).then((found) => showPicture(image, found?.data, this.options.mimetype, done), (error) => done(error, image));
    return image;
  },
});

function showPicture(image, data, type, done) {
  if (!data) return done(null, image);
  const address = URL.createObjectURL(new Blob([data], { type }));
  const ended = (error) => {
    URL.revokeObjectURL(address);
    done(error, image);
  };
  image.addEventListener("load", () => ended(null));
  image.addEventListener("error", () => ended(new Error("no picture")));
  image.src = address;
  return undefined;
}

async function archiveLayer(given, context) {
  const archive = new window.protomapsL.PmtilesSource(given.url, true).p;
  const header = await archive.getHeader();
  const source = archiveSource(archive, header, context.onFailure);
  const bounds = [[header.minLat, header.minLon], [header.maxLat, header.maxLon]];
  const options = { attribution: context.attribution, minZoom: header.minZoom, bounds };
  if (header.tileType === drawnTiles) return drawnLayer(source, { ...options, maxDataZoom: header.maxZoom }, context.lang);
  return new Pictures({ ...options, pane, source, mimetype: pictureTypes[header.tileType], maxNativeZoom: header.maxZoom, maxZoom: 22 });
}

function tilesLayer(given, context) {
  const { attribution } = context;
  if (given.picture) return L.tileLayer(given.url, { attribution, pane, maxNativeZoom: given.max_zoom, maxZoom: 22 });
  return drawnLayer(tileSource(given.url, context.onFailure), { attribution, maxDataZoom: given.max_zoom }, context.lang);
}

// `given` is the map's `base` {url, source: "archive" | "tiles", picture, attribution, max_zoom}. The answer is a layer
// of its own kind: `shown` says at once what the layers above paint for, `onChange` when that turned out otherwise.
export function startBase(map, given, { lang, escape, onFailure, onChange }) {
  if (!given) return null;
  map.createPane(pane).style.zIndex = 200;
  if (given.picture) map.getPane(pane).style.filter = "grayscale(0.55) opacity(0.8)";
  const base = { config: { name: "base" }, shown: true, isShown: () => base.shown, show };
  const context = { lang, attribution: given.attribution ? escape(given.attribution) : "", onFailure: failOnce(onFailure) };
  let layer = null;
  const opened = (async () => (given.source === "archive" ? archiveLayer(given, context) : tilesLayer(given, context)))();
  opened.then((made) => {
    layer = made;
    if (base.shown) layer.addTo(map);
  }, () => {
    context.onFailure();
    base.shown = false;
    onChange();
  });

  function show(_, visible) {
    base.shown = visible;
    if (layer && visible) layer.addTo(map);
    else layer?.remove();
    onChange();
  }

  return base;
}

function failOnce(tell) {
  let told = false;
  return () => {
    if (!told) tell();
    told = true;
  };
}
