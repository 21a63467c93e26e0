// The browser's half of a map that the server defines. Folium's script makes the Leaflet map and pushes {map, config}
// onto window.anjieMaps; everything people can do with it is here. See docs of the fields at `start`.
import { startBase } from "./map_base.js";
import { startDraw } from "./map_draw.js";
import { geojsonLayer } from "./map_geojson.js";
import { layGround } from "./map_ground.js";
import { startPick } from "./map_pick.js";
import { tileLayer } from "./map_tiles.js";

const { L } = window;
const rank = { point: 0, line: 1, area: 2 };

function plainText(text) {
  const holder = document.createElement("span");
  holder.textContent = text;
  return holder.innerHTML; // Leaflet sets attributions as HTML: escape it first
}

function dressControls(map, config, texts, frame) {
  map.zoomControl?.remove();
  map.attributionControl?.remove();
  L.control.zoom({ zoomInTitle: plainText(texts.zoom_in), zoomOutTitle: plainText(texts.zoom_out) }).addTo(map);
  if (config.attribution || config.base) L.control.attribution({ prefix: false }).addAttribution(plainText(config.attribution)).addTo(map);
  liftScale(map);
  const container = map.getContainer();
  container.setAttribute("role", "region");
  container.setAttribute("aria-label", [frame.dataset.label, texts.region].filter(Boolean).join(" "));
  if (window.matchMedia("(max-width: 60rem)").matches) frame.parentElement.querySelectorAll(".legend[open]").forEach((legend) => legend.removeAttribute("open"));
  const cross = document.createElement("div");
  cross.className = "map-cross";
  container.append(cross);
}

// A long line of sources must not lie over the scale: the scale stands above it then.
function liftScale(map) {
  const line = map.attributionControl?.getContainer();
  const corner = map.getContainer().querySelector(".leaflet-bottom.leaflet-left");
  if (!line || !corner) return;
  new ResizeObserver(() => {
    corner.style.bottom = line.offsetWidth > map.getSize().x - 140 ? `${line.offsetHeight}px` : "";
  }).observe(line);
}

function makeLayers(map, config, context) {
  return (config.layers ?? []).map((layer, i) => {
    const pane = `layer-${i}`;
    map.createPane(pane).style.zIndex = 300 + i;
    const make = layer.source === "geojson" ? geojsonLayer : tileLayer;
    return make(layer, { ...context, pane });
  });
}

// ---- what lies under a place

function candidates(map, layers, latlng) {
  const found = [...layers].reverse().flatMap((layer) => (layer.config.detail ? layer.hits(map, latlng) : []));
  const own = new Map(found.filter((hit) => hit.properties.id !== undefined).map((hit) => [`${hit.config.name} ${hit.properties.id}`, hit]));
  const sorted = [...own.values()].sort((a, b) => rank[a.kind] - rank[b.kind]);
  const small = sorted.filter((hit) => hit.kind !== "area");
  if (small.length) return small;
  const top = sorted[0]?.config;
  return sorted.filter((hit) => hit.config === top).sort((a, b) => a.extent - b.extent).slice(0, 1);
}

function chooser(panel, hits, texts, open) {
  const head = document.createElement("h2");
  head.className = "panel__title";
  head.textContent = texts.several;
  const list = document.createElement("ul");
  list.className = "panel__choices";
  hits.forEach((hit) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet";
    button.textContent = hit.properties[hit.config.label_field] || `${hit.config.title}: ${texts.unnamed}`;
    button.addEventListener("click", () => open(hit));
    const item = document.createElement("li");
    item.append(button);
    list.append(item);
  });
  panel.replaceChildren(head, list);
  focusHeading(panel);
}

function focusHeading(panel) {
  const heading = panel.querySelector("[data-panel-heading], h1, h2, h3");
  if (!heading) return;
  heading.tabIndex = -1;
  heading.focus({ preventScroll: true });
  panel.scrollIntoView({ block: "nearest" });
}

function readTexts(frame, config) {
  return { ...JSON.parse(frame.dataset.texts || "{}"), ...config.texts };
}

// config: id, locale, attribution, bounds [w, s, e, n], outline (address of the district's GeoJSON), detail_target, texts,
//   base: the operator's base map (see `startBase`) or null, mode: "view" | "pick" | "draw", pick: {lon, lat}, draw: {target, kinds},
//   layers, lowest first: [{name, title, source: "tiles" | "geojson", url, style, label_field, label_min_zoom, min_zoom,
//   max_data_zoom, detail: "/hazards/{id}", visible, refresh: "names of events"}]
export function start({ map, config }) {
  const container = map.getContainer();
  const frame = container.closest("[data-map-frame]") ?? container.parentElement;
  const texts = readTexts(frame, config);
  const said = frame.querySelector(".map-frame__said");
  const speak = (sentence) => {
    if (said) said.textContent = sentence;
  };
  const panel = config.detail_target && document.querySelector(config.detail_target);
  const atFirst = [...(panel?.childNodes ?? [])]; // the list, usually; closing brings it back
  const chosen = { id: undefined };
  const context = { letters: texts.letters ?? {}, chosen, lang: document.documentElement.lang, onFailure: () => speak(texts.failed) };

  dressControls(map, config, texts, frame);
  if (config.bounds) {
    const [west, south, east, north] = config.bounds;
    map.fitBounds([[south, west], [north, east]], { padding: [12, 12], animate: false });
  }
  const ground = layGround(map, config);
  context.base = startBase(map, config.base, { lang: context.lang, escape: plainText, onFailure: context.onFailure, onChange: overBase });
  ground.show(!context.base);
  const layers = makeLayers(map, config, context);
  const byName = (name) => [context.base, ...layers].find((layer) => layer?.config.name === name);
  layers.forEach((layer) => layer.config.visible !== false && layer.show(map, true));

  // Our layers leave the ground open over a base map, and paint it themselves without one.
  function overBase() {
    ground.show(!context.base.shown);
    layers.forEach((layer) => layer.isShown(map) && layer.redraw(map));
  }

  function mark(id) {
    chosen.id = id === undefined ? undefined : String(id);
    layers.forEach((layer) => layer.isShown(map) && layer.redraw(map));
  }

  async function open({ config: layer, properties }) {
    mark(properties.id);
    if (!panel) return;
    const address = layer.detail.replace("{id}", encodeURIComponent(properties.id));
    await window.htmx.ajax("GET", address, { source: panel, target: panel, swap: "innerHTML" });
  }

  function openAt(latlng, silent) {
    const hits = candidates(map, layers, latlng);
    if (hits.length === 1 || (hits.length && !panel)) open(hits[0]);
    else if (hits.length) chooser(panel, hits, texts, open);
    else if (!silent) speak(texts.nothing);
  }

  function close() {
    mark(undefined);
    panel.replaceChildren(...atFirst);
    window.htmx.process(panel, true);
    container.focus({ preventScroll: true });
  }

  function showFeature(button) {
    const { focusFeature: id, lon, lat, zoom, layer: name } = button.dataset;
    const layer = byName(name);
    if (layer && !layer.isShown(map)) toggle(layer, true);
    map.setView([Number(lat), Number(lon)], Math.max(map.getZoom(), Number(zoom) || 15));
    frame.scrollIntoView({ block: "nearest" });
    if (layer?.config.detail && panel && !panel.contains(button)) open({ config: layer.config, properties: { id } });
    else mark(id);
  }

  function toggle(layer, visible) {
    layer.show(map, visible);
    legendBoxes(layer.config.name).forEach((box) => {
      box.checked = visible;
    });
  }

  const forThisMap = (element) => !element.dataset.map || element.dataset.map === config.id || element.dataset.map === frame.dataset.mapFrame;
  const legendBoxes = (name) => [...document.querySelectorAll("input[data-layer]")].filter((box) => box.dataset.layer === name && forThisMap(box));

  document.addEventListener("change", ({ target }) => {
    const layer = target.matches("input[type=checkbox][data-layer]") && forThisMap(target) && byName(target.dataset.layer);
    if (layer) layer.show(map, target.checked);
  });
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-focus-feature]");
    if (button && forThisMap(button)) showFeature(button);
    if (panel?.contains(target) && target.closest("[data-close-panel]")) close();
  });

  document.addEventListener("htmx:after:swap", ({ detail }) => detail.ctx.target === panel && focusHeading(panel));

  listenForNews(map, layers);
  fitPaper(container);
  if (config.mode === "draw") startDraw(map, config, speak, texts);
  const picking = config.mode === "pick" ? startPick(map, config, speak, texts) : null;
  if (!config.mode || config.mode === "view") watchPointer(map, layers, openAt);
  container.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.target !== container) return;
    event.preventDefault();
    if (picking) picking.chooseMiddle();
    else if (config.mode !== "draw") openAt(map.getCenter(), false);
  });
  map.on("zoomend", () => layers.forEach((layer) => layer.config.source === "geojson" && layer.isShown(map) && layer.redraw(map)));
  container.dataset.ready = "";
}

// On paper the map keeps its pixels and is scaled as a whole: what was on the screen is on the page.
function fitPaper(container) {
  const paper = 670; // px between A4's margins
  window.addEventListener("beforeprint", () => {
    const { offsetWidth: width, offsetHeight: height } = container;
    Object.assign(container.style, { width: `${width}px`, height: `${height}px`, zoom: String(Math.min(1, paper / width)) });
  });
  window.addEventListener("afterprint", () => Object.assign(container.style, { width: "", height: "", zoom: "" }));
}

function watchPointer(map, layers, openAt) {
  let waiting = false;
  map.on("click", (event) => openAt(event.latlng, true));
  map.on("mousemove", (event) => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      map.getContainer().classList.toggle("map-hot", candidates(map, layers, event.latlng).length > 0);
    });
  });
}

// The server announces changes by HX-Trigger. A layer names the events it follows, in its config or on its legend box
// (data-refresh); the event may bring {url: a newer address of the layer, layer: its name}.
function listenForNews(map, layers) {
  layers.forEach((layer) => {
    const boxes = [...document.querySelectorAll("[data-layer][data-refresh]")].filter((box) => box.dataset.layer === layer.config.name);
    const names = [layer.config.refresh, ...boxes.map((box) => box.dataset.refresh)].filter(Boolean).join(" ").split(/\s+/).filter(Boolean);
    new Set(names).forEach((name) => document.addEventListener(name, ({ detail }) => {
      if (detail?.layer && detail.layer !== layer.config.name) return;
      layer.refresh(map, detail?.url);
    }));
  });
}

const waiting = window.anjieMaps ?? [];
window.anjieMaps = { push: start };
waiting.forEach(start);
