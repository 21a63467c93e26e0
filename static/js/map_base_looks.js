// What the things of a base map are and how they look: quiet greys, so that what matters on the map are our own layers.
// The schemas differ (Protomaps, OpenMapTiles, an office's own layer names), so a thing is known by its words: first its
// own (kind, class, highway …), then the name of its layer. What nobody knows is drawn as a plain area, line or point.
import { font } from "./map_style.js";

const ownWords = ["kind", "pmap:kind", "kind_detail", "class", "subclass", "type", "highway", "railway", "waterway", "natural", "landuse", "leisure", "building", "place"];

const areas = [
  ["water", /water|ocean|sea\b|lake|river|basin|dock|reservoir|canal/],
  ["ground", /^earth$|^land$|mainland|island/],
  ["building", /building/],
  ["green", /park|wood|forest|grass|green|garden|cemetery|meadow|scrub|farm|orchard|vegetation|wetland|pitch|golf/],
  ["division", /admin|boundar|district|county|town|township|street|region|province|division|community/],
  ["built", /landuse|industr|school|college|universit|hospital|residen|commerc|retail|pedestrian|aerodrome|railway|landcover/],
];
const lines = [
  ["boundary", /boundar|admin|disputed/],
  ["waterway", /water|river|stream|canal|ditch|drain/],
  ["metro", /metro|subway|light_rail|tram|monorail|transit/],
  ["rail", /rail/],
  ["hidden", /ferry|aeroway|runway|taxiway|power|pier/],
  ["major", /motorway|trunk|expressway|elevated|^highway$/],
  ["middle", /primary|secondary|major_road|main/],
  ["minor", /tertiary|medium_road|minor|residential|unclassified|living|street|road|transportation/],
  ["path", /path|track|foot|service|cycle|steps|pedestrian|other/],
];
const points = [
  ["hidden", /housenum|address|water|peak/],
  ["station", /^(station|halt|subway|railway)$|metro|(subway|train|railway)_station/],
  ["place", /^place|^(city|town|village|suburb|neighbou?rhood|macrohood|locality|quarter|hamlet|borough)$/],
];
const known = { 1: points, 2: lines, 3: areas };
const unknown = { 1: "point", 2: "line", 3: "area" };

// The role of a thing; layers that only carry names ("transportation_name", "place_label") have nothing to draw.
export function roleOf(layer, properties, geomType) {
  const find = (words) => words && known[geomType]?.find(([, fits]) => words.some((word) => fits.test(word)))?.[0];
  const own = ownWords.map((key) => properties[key]).filter((word) => typeof word === "string").map((word) => word.toLowerCase());
  return find(own) ?? find([layer.toLowerCase()]) ?? unknown[geomType];
}

export const onlyNames = (layer) => /_(name|label)s?$|^labels?$/i.test(layer);

// Areas and lines from the lowest up. Widths are px at the zooms 10, 14 and 18; `from` is the first zoom that draws it.
export const paints = [
  { role: "ground", fill: "#f3f0e6" },
  { role: "built", fill: "#ece8dc" },
  { role: "green", fill: "#e2e8d8" },
  { role: "water", fill: "#cfdce1" },
  { role: "area", fill: "#ece8dc", edge: "#d8d2c1", widths: [0.5, 0.7, 1] },
  { role: "building", fill: "#e0dccf", from: 14 },
  { role: "waterway", stroke: "#c0d1d8", widths: [0.6, 1.6, 4] },
  { role: "division", stroke: "#cec8b7", widths: [0.6, 1, 1.4], dash: [5, 4] },
  { role: "boundary", stroke: "#c3bca8", widths: [0.8, 1.2, 1.6], dash: [5, 4] },
  { role: "path", stroke: "#d9d4c6", widths: [0.3, 0.8, 1.6], dash: [3, 3], from: 15 },
  { role: "line", stroke: "#d0cabb", widths: [0.6, 1, 2] },
  { role: "minor", casing: "#d3cdbd", stroke: "#ffffff", widths: [0.4, 2.4, 9], from: 12 },
  { role: "middle", casing: "#c9c2b0", stroke: "#ffffff", widths: [0.8, 3.4, 12], from: 10 },
  { role: "major", casing: "#b3ab97", stroke: "#fffefa", widths: [1.2, 4.2, 13] },
  { role: "rail", stroke: "#aaa595", widths: [0.6, 1.2, 2], dash: [8, 4], from: 11 },
  { role: "metro", stroke: "#a8a2b4", widths: [1, 2, 3], from: 10 },
];

// Names, the most welcome first.
export const names = [
  { role: "place", from: 11, size: 12, weight: 600 },
  { role: "station", from: 13, size: 11, weight: 500, dot: { fill: "#ffffff", edge: "#857e94", radius: 3.2 } },
  { role: "major", from: 13, along: true },
  { role: "middle", from: 14, along: true },
  { role: "waterway", from: 14, along: true, ink: "#5b7a87" },
  { role: "minor", from: 15, along: true },
  { role: "point", from: 16, size: 11, weight: 400, dot: { fill: "#ffffff", edge: "#a39c8b", radius: 2.2 } },
];

export const inks = { name: "#625d50", halo: "rgba(253, 252, 248, 0.9)", font };

export function widthAt([far, middle, near], zoom) {
  const t = (Math.min(18, Math.max(10, zoom)) - 10) / 4;
  return t < 1 ? far + (middle - far) * t : middle + (near - middle) * (t - 1);
}

// The keys under which a name in the page's language may stand, the best first; Chinese is what every map has.
export function nameKeys(lang) {
  const chinese = ["name:zh-Hans", "name:zh", "name_zh", "name", "名称"];
  return lang?.startsWith("en") ? ["name:en", "name_en", "name:latin", ...chinese] : chinese;
}
