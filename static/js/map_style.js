// How things look on the map, whatever draws them: hue, shape, hatch and letter say the same, so no one needs the hue.
// A look is {fill, hatch, stroke, width, dash, alpha} for areas and lines, {shape, fill, edge, ink, letter, size} for points.

const css = getComputedStyle(document.documentElement);
const token = (name) => css.getPropertyValue(`--${name}`).trim();

export const font = token("font") || "sans-serif";
export const colours = {
  ink: token("ink"), paper: "#fdfcf8", brand: token("brand"), brandDeep: token("brand-deep"), border: "#8ea0aa",
  focus: token("focus"), ok: token("ok"), exercise: token("exercise"), soft: token("ink-soft"), seal: token("seal"),
};
const tints = ["#fdfcf8", "#f7f8f1", "#f4f8f7", "#fbf7ee", "#f6f6fa"];
const levels = {
  red: { shape: "triangle", hatch: "cross", width: 3.5, dash: [] },
  orange: { shape: "diamond", hatch: "slant", width: 3, dash: [12, 4] },
  yellow: { shape: "square", hatch: "dots", width: 3, dash: [2, 5] },
  blue: { shape: "circle", hatch: "level", width: 2.5, dash: [7, 5] },
};
for (const [name, level] of Object.entries(levels)) {
  level.fill = token(`risk-${name}`);
  level.edge = token(`risk-${name}-edge`);
  level.ink = token(`risk-${name}-ink`);
}
const unknown = { shape: "circle", hatch: "level", width: 2, dash: [4, 4], fill: "#ffffff", edge: token("line-strong"), ink: token("ink-soft") };
const aliases = { major: "red", severe: "red", considerable: "orange", high: "orange", general: "yellow", moderate: "yellow", low: "blue", 4: "red", 3: "orange", 2: "yellow", 1: "blue" };

export function levelOf(properties) {
  const given = String(properties.level ?? "").toLowerCase();
  return levels[given] ? given : aliases[given];
}

function hash(text) {
  let sum = 7;
  for (const letter of String(text)) sum = (sum * 31 + letter.codePointAt(0)) % 9973;
  return sum;
}

// ---- looks by style name: (properties, kind, zoom, letters) → look; kind is "point", "line" or "area"

function hazards(properties, kind, zoom, letters) {
  const name = levelOf(properties);
  const level = levels[name] ?? unknown;
  const far = zoom < 12;
  const mark = { shape: level.shape, fill: level.fill, edge: level.edge, ink: level.ink, letter: far ? "" : letters[name] ?? "?", size: far ? 6 : 11 };
  if (kind === "area") return { fill: level.fill, alpha: 0.16, hatch: level.hatch, hatchColour: level.edge, stroke: level.edge, width: 2, dash: [], mark };
  if (kind === "line") return { stroke: level.edge, width: level.width, dash: level.dash, casing: "#ffffff", mark };
  return mark;
}

// Districts lie under towns, towns under communities; only the home district and what is in it is paper.
function units(properties, kind, zoom) {
  if (kind === "point") return { shape: "circle", fill: colours.paper, edge: colours.soft, size: 2.5 };
  if (kind === "line") return { stroke: colours.brandDeep, width: 1.5, dash: [] };
  const level = Number(properties.level ?? 4);
  if (level <= 3 && properties.home === false) return { order: 0, fill: "#dedacd", alpha: 0.6, stroke: "#b3ad9b", width: 1, dash: [6, 4], neighbour: true };
  if (level <= 3) return { order: 0, fill: colours.paper, alpha: 1, stroke: colours.border, width: 0, dash: [], outline: colours.brandDeep };
  if (level >= 5) return { order: 2, fill: colours.paper, alpha: 0, stroke: colours.border, width: zoom >= 13 ? 1 : 0, dash: [4, 3] };
  const width = zoom >= 13 ? 1.6 : 1.1;
  return { order: 1, fill: tints[hash(properties.id) % tints.length], alpha: 1, stroke: colours.border, width, dash: [], outline: colours.brandDeep };
}

// Where a report stands: waiting for review, returned, approved; a drill is an outline in the drill's hue.
const reportStates = { submitted: ["warn", "?"], returned: ["danger", "!"], approved: ["ok", "✓"] };

function reports(properties, kind) {
  const drill = properties.mode === "exercise";
  const [name, letter] = reportStates[properties.status] ?? ["brand", "!"];
  const colour = drill ? colours.exercise : token(name);
  if (kind !== "point") return { fill: colour, alpha: 0.12, stroke: colour, width: 2, dash: drill ? [4, 4] : [] };
  return { shape: "bubble", fill: drill ? "#ffffff" : colour, edge: drill ? colour : colours.ink, ink: drill ? colour : "#ffffff", letter, size: 10 };
}

// What a place is for: refuge, donations, stock, services; each a shape of its own.
const placeGroups = {
  refuge: ["house", colours.ok, "#0c3d26", 10],
  donation: ["circle", colours.brand, colours.brandDeep, 8],
  store: ["square", colours.exercise, colours.ink, 8],
  service: ["diamond", colours.soft, colours.ink, 8],
};

function places(properties, kind) {
  if (kind !== "point") return { fill: colours.ok, alpha: 0.14, stroke: colours.ok, width: 1.5, dash: [] };
  const [shape, fill, edge, size] = placeGroups[properties.group] ?? placeGroups.refuge;
  return { shape, fill, edge, size };
}

function routes(properties, kind) {
  if (kind === "point") return { shape: "circle", fill: "#ffffff", edge: colours.ok, size: 5 };
  return { fill: colours.ok, alpha: 0.1, stroke: colours.ok, width: 3.5, dash: [9, 5], casing: "#ffffff" };
}

function lines(properties, kind) {
  if (kind === "point") return { shape: "square", fill: "#ffffff", edge: colours.seal, size: 5 };
  return { fill: "#ffffff", alpha: 0, stroke: colours.seal, width: 2, dash: [10, 3, 2, 3], casing: "#ffffff" };
}

// Rows of a file before they go in: what will become of each.
const outcomes = { new: ["ok", "+"], changed: ["info", "~"], unchanged: ["line-strong", "="], refused: ["danger", "×"], reading: ["brand", ""] };

function staged(properties, kind) {
  const [name, letter] = outcomes[properties.action] ?? outcomes.reading;
  const colour = token(name);
  const mark = { shape: properties.action === "refused" ? "diamond" : "circle", fill: colour, edge: "#ffffff", ink: "#ffffff", letter, size: 9 };
  if (kind === "point") return mark;
  const width = properties.action === "refused" ? 3 : 2;
  const dash = { refused: [6, 3], reading: [10, 5], unchanged: [2, 3] }[properties.action] ?? [];
  return { fill: colour, alpha: properties.action === "reading" ? 0.05 : 0.14, stroke: colour, width, dash, casing: "#ffffff" };
}

// What a division's line is worth: the pattern inside is the outline's own, a shared line is drawn as its weaker side.
const qualities = {
  legal: { stroke: "#7d1d14", width: 3, dash: [] },
  surveyed: { stroke: "#1f3f5f", width: 2.6, dash: [16, 4, 3, 4], hatch: "level" },
  digitised: { stroke: "#1f5f99", width: 2.4, dash: [10, 5], hatch: "slant" },
  schematic: { stroke: "#6b4a08", width: 2.6, dash: [2, 5], hatch: "dots" },
};

function lineQualities(properties, kind) {
  const it = qualities[properties.quality] ?? qualities.schematic;
  if (kind === "line") return { order: 1, stroke: it.stroke, width: it.width, dash: it.dash, casing: "#ffffff" };
  return { order: 0, fill: it.stroke, alpha: 0.05, stroke: it.stroke, width: 0, dash: [], ...(it.hatch && { hatch: it.hatch, hatchColour: `${it.stroke}66` }) };
}

// Ground between two days: to another unit, to a unit from nowhere, from a unit to nowhere.
const movements = { moved: ["seal", "slant", []], gained: ["ok", "level", [8, 3]], lost: ["soft", "cross", [3, 4]] };

function moves(properties, kind) {
  const [name, hatch, dash] = movements[properties.what] ?? movements.moved;
  const colour = colours[name];
  const mark = { shape: "circle", fill: "#ffffff", edge: colour, ink: colour, letter: String(properties.number ?? ""), size: 10 };
  if (kind === "point") return mark;
  return { fill: colour, alpha: 0.18, hatch, hatchColour: colour, stroke: colour, width: 2.5, dash, mark };
}

// Lines that a change draws anew, and those it gives up.
function changedLines(properties) {
  if (properties.what === "new") return { order: 1, stroke: colours.seal, width: 4, dash: [], casing: "#ffffff" };
  return { order: 0, stroke: colours.soft, width: 3, dash: [3, 5], casing: "#ffffff" };
}

function plain(properties, kind) {
  if (kind === "point") return { shape: "circle", fill: colours.brand, edge: colours.brandDeep, size: 6 };
  return { fill: colours.brand, alpha: 0.08, stroke: colours.brand, width: 1.8, dash: [] };
}

const styles = { hazards, staged, qualities: lineQualities, moves, changed_lines: changedLines, units, reports, places, shelters: places, routes, lines, markers: lines, plain };

export function lookOf(style) {
  return styles[style] ?? plain;
}

// ---- hatches: 8 px squares, sharp on dense screens

const strokes = {
  cross: (pen) => { line(pen, -1, 9, 9, -1); line(pen, -1, -1, 9, 9); },
  slant: (pen) => { line(pen, -1, 9, 9, -1); line(pen, -1, 1, 1, -1); line(pen, 7, 9, 9, 7); },
  level: (pen) => line(pen, 0, 4, 8, 4),
  dots: (pen) => { dot(pen, 2, 2); dot(pen, 6, 6); },
};
const patterns = new Map();

function line(pen, x1, y1, x2, y2) {
  pen.beginPath();
  pen.moveTo(x1, y1);
  pen.lineTo(x2, y2);
  pen.stroke();
}

function dot(pen, x, y) {
  pen.beginPath();
  pen.arc(x, y, 1.1, 0, 2 * Math.PI);
  pen.fill();
}

export function hatchPattern(name, colour) {
  const key = `${name} ${colour}`;
  if (patterns.has(key)) return patterns.get(key);
  const scale = Math.max(1, Math.ceil(window.devicePixelRatio || 1));
  const square = document.createElement("canvas");
  square.width = square.height = 8 * scale;
  const pen = square.getContext("2d");
  pen.scale(scale, scale);
  pen.strokeStyle = pen.fillStyle = colour;
  pen.lineWidth = 1;
  strokes[name](pen);
  const pattern = pen.createPattern(square, "repeat");
  pattern.setTransform(new DOMMatrix().scale(1 / scale));
  patterns.set(key, pattern);
  return pattern;
}

// ---- symbols

const outlines = {
  circle: (pen, r) => pen.arc(0, 0, r, 0, 2 * Math.PI),
  square: (pen, r) => pen.rect(-r * 0.88, -r * 0.88, r * 1.76, r * 1.76),
  diamond: (pen, r) => corners(pen, [[0, -r * 1.15], [r * 1.15, 0], [0, r * 1.15], [-r * 1.15, 0]]),
  triangle: (pen, r) => corners(pen, [[0, -r * 1.2], [r * 1.18, r * 0.9], [-r * 1.18, r * 0.9]]),
  house: (pen, r) => corners(pen, [[0, -r], [r, -r * 0.1], [r * 0.72, -r * 0.1], [r * 0.72, r * 0.85], [-r * 0.72, r * 0.85], [-r * 0.72, -r * 0.1], [-r, -r * 0.1]]),
  bubble: (pen, r) => corners(pen, [[-r, -r * 0.9], [r, -r * 0.9], [r, r * 0.55], [r * 0.25, r * 0.55], [0, r * 1.1], [-r * 0.25, r * 0.55], [-r, r * 0.55]]),
};

function corners(pen, points) {
  points.forEach(([x, y], i) => (i ? pen.lineTo(x, y) : pen.moveTo(x, y)));
  pen.closePath();
}

export function drawSymbol(pen, x, y, look, chosen) {
  pen.save();
  pen.translate(x, y);
  pen.lineJoin = "round";
  pen.globalAlpha = 1;
  pen.setLineDash([]);
  if (chosen) ring(pen, look.size);
  pen.beginPath();
  (outlines[look.shape] ?? outlines.circle)(pen, look.size);
  stroke(pen, "#ffffff", 5);
  pen.fillStyle = look.fill;
  pen.fill();
  stroke(pen, look.edge, 1.6);
  if (look.letter) letter(pen, look);
  pen.restore();
}

function ring(pen, size) {
  pen.beginPath();
  pen.arc(0, 0, size + 7, 0, 2 * Math.PI);
  stroke(pen, colours.ink, 6);
  stroke(pen, colours.focus, 3.5);
}

function stroke(pen, colour, width) {
  pen.strokeStyle = colour;
  pen.lineWidth = width;
  pen.stroke();
}

function letter(pen, look) {
  pen.fillStyle = look.ink;
  pen.font = `700 ${Math.round(look.size * (look.shape === "triangle" ? 0.95 : 1.1))}px ${font}`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillText(look.letter, 0, { triangle: look.size * 0.28, bubble: -look.size * 0.12 }[look.shape] ?? 0.5);
}
