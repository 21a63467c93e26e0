// The gazetteer as a spreadsheet: move with the keyboard, type, paste a block. Nothing is saved that the server did not
// take; what it refuses stands at its cell. Without this file every row has a form of its own.

const sheet = document.querySelector("[data-sheet]");
const tools = document.querySelector("[data-sheet-tools]");
const preview = document.querySelector("[data-sheet-preview]");
const words = preview?.dataset ?? {};
const grid = sheet ? [...sheet.tBodies[0].rows].map((row) => [...row.cells]) : [];
const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
let editing = null; // { cell, input, shown }

const isCell = (element) => Boolean(element?.dataset?.cell);
const source = () => document.getElementById("sheet-source").value.trim();

function say(sentence, wrong = false) {
  const place = tools.querySelector("[data-sheet-said]");
  place.textContent = sentence;
  place.classList.toggle("sheet-tools__said--wrong", wrong);
}

function placeOf(cell) {
  const row = grid.findIndex((cells) => cells.includes(cell));
  return [row, row < 0 ? -1 : grid[row].indexOf(cell)];
}

// The next cell in a direction that can be typed into, or null at the edge.
function next(cell, [down, right]) {
  let [row, column] = placeOf(cell);
  for (;;) {
    row += down;
    column += right;
    const found = grid[row]?.[column];
    if (!found) return null;
    if (isCell(found)) return found;
  }
}

// Tab goes on in the next row when this one ends.
function following(cell, step) {
  const cells = grid.flat().filter(isCell);
  return cells[cells.indexOf(cell) + step] ?? null;
}

function take(cell) {
  if (!cell) return;
  sheet.querySelectorAll('[data-cell][tabindex="0"]').forEach((one) => (one.tabIndex = -1));
  cell.tabIndex = 0;
  cell.focus();
}

function showTools(cell) {
  const history = tools.querySelector("[data-sheet-history]");
  history.href = cell.dataset.history;
  history.hidden = false;
  tools.querySelector("[data-sheet-propose]").hidden = !cell.querySelector(".sheet__proposal");
}

// ---- one cell

function open(cell, typed = null) {
  if (editing) return;
  const input = document.createElement("input");
  input.className = "sheet__input";
  input.value = typed ?? cell.dataset.value;
  input.autocomplete = "off";
  input.setAttribute("aria-label", `${cell.parentElement.querySelector("th").firstElementChild.textContent} ${labelOf(cell)}`);
  editing = { cell, input, shown: [...cell.childNodes] };
  cell.replaceChildren(input);
  input.focus();
  if (typed === null) input.select();
  input.addEventListener("blur", () => editing?.input === input && commit());
}

function labelOf(cell) {
  return sheet.tHead.rows[0].cells[cell.cellIndex].textContent.trim();
}

function close(back) {
  const { cell, shown } = editing;
  editing = null;
  if (back) cell.replaceChildren(...shown);
}

function commit() {
  const { cell, input } = editing;
  const value = input.value.trim();
  close(true);
  if (value !== cell.dataset.value) save([{ cell, value }]);
}

function written(cell, value) {
  const whole = cell.dataset.kind === "integer" && value !== "";
  return whole ? value.replace(/\B(?=(\d{3})+(?!\d))/g, ",") : value;
}

function mark(cell, message) {
  const line = document.createElement("span");
  line.className = "sheet__message";
  line.textContent = message;
  cell.classList.add("sheet__cell--wrong");
  cell.querySelector(".sheet__message")?.remove();
  cell.append(line);
}

function clean(cell) {
  cell.classList.remove("sheet__cell--wrong", "sheet__cell--saved", "sheet__cell--busy");
  cell.querySelector(".sheet__message")?.remove();
}

// ---- to the server and back

async function send(edits, { dry = false, way = "typed" } = {}) {
  const form = new FormData();
  form.append("csrf_token", tools.querySelector('[name="csrf_token"]').value);
  form.append("client_id", crypto.randomUUID?.() ?? uuid());
  form.append("source", source());
  form.append("way", way);
  if (dry) form.append("dry", "1");
  edits.forEach(({ cell, value }) => {
    const [unit, field] = cell.dataset.cell.split(":");
    [["unit", unit], ["field", field], ["value", value], ["seen", cell.dataset.seen]].forEach((pair) => form.append(...pair));
  });
  try {
    const response = await fetch(sheet.dataset.sheet, { method: "POST", body: form, headers: { Accept: "application/json" } });
    return { status: response.status, told: await response.json() };
  } catch {
    return { status: 0, told: { message: words.textFailed } };
  }
}

// On plain http beyond this machine `randomUUID` is not there.
function uuid() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

async function save(edits, way = "typed") {
  const one = edits.length === 1 ? edits[0] : null;
  if (!source()) {
    say(words.textSource, true);
    if (one) mark(one.cell, words.textSource);
    document.getElementById("sheet-source").focus();
    return false;
  }
  edits.forEach(({ cell }) => { clean(cell); cell.classList.add("sheet__cell--busy"); });
  say(words.textSaving);
  const { status, told } = await send(edits, { way });
  edits.forEach(({ cell }) => cell.classList.remove("sheet__cell--busy"));
  say(told.message ?? words.textFailed, status !== 200);
  if (status === 200) edits.forEach(({ cell }) => settle(cell, told.cells));
  else refused(told, one);
  return status === 200;
}

function settle(cell, cells) {
  const saved = cells?.find((one) => one.cell === cell.dataset.cell);
  if (!saved) return;
  cell.dataset.value = saved.value;
  cell.dataset.seen = saved.seen;
  cell.replaceChildren(document.createTextNode(written(cell, saved.value)));
  cell.classList.add("sheet__cell--saved");
  warn(cell, saved.value);
}

// An entered number of committees beside the one that is on record, where they are not the same.
function warn(cell, value) {
  if (!value || cell.dataset.counted === undefined || cell.dataset.counted === value) return;
  const line = document.createElement("span");
  line.className = "sheet__warning";
  line.textContent = words.textCounted.replace("{count}", cell.dataset.counted);
  cell.append(" ", line);
}

function cellNamed(name) {
  return grid.flat().find((cell) => cell.dataset.cell === name);
}

// A wrong cell keeps what was there and says why; one that somebody else saved shows theirs, so that a second try is a choice.
function refused(told, one) {
  Object.entries(told.errors ?? {}).forEach(([name, message]) => cellNamed(name) && mark(cellNamed(name), message));
  (told.conflicts ?? []).forEach((conflict) => {
    const cell = cellNamed(conflict.cell);
    if (!cell) return;
    cell.dataset.seen = conflict.seen;
    cell.dataset.value = conflict.theirs;
    cell.replaceChildren(document.createTextNode(written(cell, conflict.theirs)));
    mark(cell, words.textConflict.replace("{who}", conflict.who).replace("{theirs}", conflict.theirs));
  });
  if (one && !told.errors && !told.conflicts) mark(one.cell, told.message ?? words.textFailed);
}

// ---- a pasted block: shown first, saved by a press

function blockFrom(text, first) {
  const [top, left] = placeOf(first);
  const lines = text.replace(/\r\n?/g, "\n").replace(/\n$/, "").split("\n").map((line) => line.split("\t"));
  const wanted = lines.flatMap((line, down) => line.map((value, right) => ({ cell: grid[top + down]?.[left + right], value: value.trim() })));
  return { edits: wanted.filter(({ cell }) => isCell(cell)), outside: wanted.filter(({ cell, value }) => !isCell(cell) && value).length };
}

async function onPaste(event) {
  const first = document.activeElement;
  const text = event.clipboardData?.getData("text/plain") ?? "";
  if (editing || !isCell(first) || !text) return;
  event.preventDefault();
  const { edits, outside } = blockFrom(text, first);
  edits.forEach(({ cell }) => clean(cell));
  const { status, told } = await send(edits, { dry: true });
  if (status !== 200) {
    say(told.message ?? words.textFailed, true);
    refused(told, null);
    return;
  }
  showPreview(edits, told.changes, outside, first);
}

function showPreview(edits, changes, outside, first) {
  const said = preview.querySelector("[data-sheet-preview-said]");
  said.textContent = outside ? words.textOutside.replace("{count}", outside) : "";
  if (!changes.length) said.textContent = `${words.textNothing} ${said.textContent}`;
  preview.querySelector("[data-sheet-preview-rows]").replaceChildren(...changes.map(previewRow));
  const confirm = preview.querySelector("[data-sheet-confirm]");
  confirm.hidden = !changes.length;
  confirm.onclick = async () => {
    preview.close();
    const changed = new Set(changes.map((one) => one.cell));
    await save(edits.filter(({ cell }) => changed.has(cell.dataset.cell)), "pasted");
    take(first);
  };
  preview.showModal();
}

function previewRow(change) {
  const row = document.createElement("tr");
  [change.unit, change.field, change.before, change.after].forEach((text) => {
    const cell = document.createElement("td");
    cell.textContent = text;
    row.append(cell);
  });
  return row;
}

// ---- keys and the mouse

function onKey(event) {
  if (editing) return onEditingKey(event);
  const cell = event.target.closest("[data-cell]");
  if (!cell || event.ctrlKey || event.metaKey || event.altKey) return;
  if (moves[event.key]) return step(event, next(cell, moves[event.key]) ?? cell);
  if (event.key === "Enter" || event.key === "F2") return step(event, cell, () => open(cell));
  if (event.key === "Delete") return step(event, cell, () => cell.dataset.value && save([{ cell, value: "" }]));
  // A letter, and the first key of an input method, begin a new value.
  if (event.key.length === 1 && event.key !== " ") step(event, cell, () => open(cell, event.key));
  else if (event.key === "Process") open(cell, "");
}

function onEditingKey(event) {
  const { cell } = editing;
  if (event.isComposing) return;
  if (event.key === "Escape") step(event, cell, () => close(true), true);
  else if (event.key === "Enter") step(event, next(cell, [event.shiftKey ? -1 : 1, 0]) ?? cell, commit, true);
  else if (event.key === "Tab") step(event, following(cell, event.shiftKey ? -1 : 1) ?? cell, commit, true);
}

function step(event, to, act = null, actFirst = false) {
  event.preventDefault();
  if (actFirst) act();
  if (!editing) take(to);
  if (act && !actFirst) act();
}

function propose() {
  const cell = sheet.querySelector('[data-cell][tabindex="0"]');
  const proposal = cell?.querySelector(".sheet__proposal")?.textContent;
  if (proposal) save([{ cell, value: proposal }]);
}

function begin() {
  const cells = grid.flat().filter(isCell);
  cells.forEach((cell) => (cell.tabIndex = -1));
  if (cells.length) cells[0].tabIndex = 0;
  sheet.dataset.ready = "";
  sheet.addEventListener("keydown", onKey);
  sheet.addEventListener("focusin", (event) => isCell(event.target) && showTools(event.target));
  sheet.addEventListener("click", (event) => !editing && take(event.target.closest("[data-cell]")));
  sheet.addEventListener("dblclick", (event) => isCell(event.target.closest("[data-cell]")) && open(event.target.closest("[data-cell]")));
  document.addEventListener("paste", onPaste);
  preview.querySelector("[data-sheet-cancel]").addEventListener("click", () => preview.close());
  tools.querySelector("[data-sheet-propose]").addEventListener("click", propose);
}

if (sheet && tools) begin();
