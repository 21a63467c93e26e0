// Forms: one press sends once, nothing typed is lost.

const busyFor = 15000; // ms; after that a lost answer must not lock the form

function setBusy(form, busy) {
  form.toggleAttribute("data-busy", busy);
  form.querySelectorAll("button:not([type=button])").forEach((button) => {
    if (busy) button.setAttribute("aria-disabled", "true");
    else button.removeAttribute("aria-disabled");
  });
}

function isWriting(form) {
  return (form.getAttribute("method") ?? "get").toLowerCase() === "post" || form.hasAttribute("hx-post");
}

function onSubmit(event, words, showConnection) {
  const form = event.target;
  if (!isWriting(form)) return;
  if (form.hasAttribute("data-busy") || navigator.onLine === false) {
    event.preventDefault();
    event.stopImmediatePropagation();
    if (navigator.onLine === false) showConnection(words.textOffline);
    return;
  }
  form.dataset.sent = "yes";
  if (form.dataset.keep) sessionStorage.setItem("draft-sent", form.dataset.keep);
  // After this turn, so that the pressed button still counts in what is sent.
  setTimeout(() => setBusy(form, true));
  setTimeout(() => setBusy(form, false), busyFor);
}

// After an answer the form is open again; after a good one there is nothing unsaved in it.
function onAnswer(event) {
  const form = event.detail.ctx?.sourceElement?.closest?.("form");
  if (!form) return;
  setBusy(form, false);
  delete form.dataset.sent;
  if (event.detail.ctx.response?.status < 400) forget(form);
}

// ---- unsaved changes: forms with data-guard ask before the page is left

function hasUnsaved() {
  return [...document.querySelectorAll("form[data-guard][data-changed]")].some((form) => !form.dataset.sent);
}

function onLeave(event, words) {
  if (!hasUnsaved()) return undefined;
  event.preventDefault();
  event.returnValue = words.textUnsaved;
  return words.textUnsaved;
}

// ---- drafts: forms with data-keep="name" survive a closed tab of this window; secrets and files are not kept

function kept(form) {
  return [...form.elements].filter((e) => e.name && !["hidden", "password", "file", "submit", "button"].includes(e.type));
}

function remember(form) {
  const values = kept(form).map((e) => [e.name, e.type === "checkbox" || e.type === "radio" ? e.checked : e.value, e.value]);
  try {
    sessionStorage.setItem(`draft:${form.dataset.keep}`, JSON.stringify(values));
  } catch {
    // Storage full or forbidden: the form works without a draft.
  }
}

function forget(form) {
  form.removeAttribute("data-changed");
  if (form.dataset.keep) sessionStorage.removeItem(`draft:${form.dataset.keep}`);
}

function restore(form, words) {
  let values = [];
  try {
    values = JSON.parse(sessionStorage.getItem(`draft:${form.dataset.keep}`) ?? "[]");
  } catch {
    return;
  }
  if (!values.length || form.querySelector("[aria-invalid]")) return;
  const elements = kept(form);
  values.forEach(([name, value, own]) => {
    const element = elements.find((e) => e.name === name && (typeof value === "string" || e.value === own));
    if (!element) return;
    if (typeof value === "boolean") element.checked = value;
    else element.value = value;
    element.dispatchEvent(new Event("change", { bubbles: true }));
  });
  const note = document.createElement("p");
  note.className = "field__hint";
  note.setAttribute("role", "status");
  note.textContent = words.textRestored;
  form.prepend(note);
}

// A form that was sent and did not come back with errors has been taken: its draft is done with. Coming back by the
// browser's own button means that nothing arrived, so the draft stays.
function clearSentDraft() {
  const name = sessionStorage.getItem("draft-sent");
  sessionStorage.removeItem("draft-sent");
  const cameBack = performance.getEntriesByType("navigation")[0]?.type !== "navigate";
  if (!name || cameBack || document.querySelector("[aria-invalid], [data-focus]")) return;
  sessionStorage.removeItem(`draft:${name}`);
}

function onTyping(event) {
  const form = event.target.form;
  if (!form || event.isTrusted === false) return;
  if (form.hasAttribute("data-guard")) form.setAttribute("data-changed", "");
  if (form.dataset.keep) remember(form);
}

export function guardForms(words, showConnection) {
  document.addEventListener("submit", (event) => onSubmit(event, words, showConnection), true);
  document.addEventListener("htmx:finally:request", onAnswer);
  document.addEventListener("input", onTyping);
  document.addEventListener("change", onTyping);
  window.addEventListener("beforeunload", (event) => onLeave(event, words));
  window.addEventListener("pageshow", () => document.querySelectorAll("form[data-busy]").forEach((form) => setBusy(form, false)));
  clearSentDraft();
  document.querySelectorAll("form[data-keep]").forEach((form) => restore(form, words));
}
