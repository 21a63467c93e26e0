// What every page does beyond HTML: speak to htmx, keep what people typed, help with focus and position.
// Everything works without this file; it only makes it kinder. Words come from the page, translated by the server.
import { guardForms } from "./forms.js";
import { offerPosition } from "./locate.js";

const words = document.body.dataset;

// htmx compiles text in `hx-on`, `js:` and trigger filters. The page's policy forbids it; this says so early.
function refuseEval() {
  window.htmx?.registerExtension("anjie", {
    init(api) {
      const refuse = function () {
        throw new Error("text is not run as code here");
      };
      api.initSecurity(null, refuse, refuse);
    },
  });
}

function revealScriptOnly(root) {
  root.querySelectorAll("[data-needs-script][hidden]").forEach((element) => {
    element.hidden = false;
  });
}

// The summary of errors, or what else asks for it, gets the focus when it arrives; else the first wrong field.
function focusWhatMatters(root) {
  const target = root.querySelector("[data-focus]") ?? root.querySelector('[aria-invalid="true"]');
  if (!target) return;
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "center" });
}

// A link in the error summary leads to the field itself, not only to its place on the page.
function followErrorLink(event) {
  const link = event.target.closest(".error-summary a[href^='#']");
  const field = link && document.getElementById(link.getAttribute("href").slice(1));
  if (!field) return;
  event.preventDefault();
  field.focus({ preventScroll: true });
  (field.closest(".field") ?? field).scrollIntoView({ block: "center" });
}

export function say(sentence, tone = "danger") {
  const region = document.getElementById("status");
  const banner = document.createElement("div");
  banner.className = `banner banner--${tone}`;
  const line = document.createElement("p");
  line.textContent = sentence;
  banner.append(line);
  region.replaceChildren(banner);
  region.scrollIntoView({ block: "nearest" });
}

function showConnection(sentence, back = false) {
  const strip = document.getElementById("connection");
  strip.textContent = sentence;
  strip.hidden = !sentence;
  strip.classList.toggle("connection--back", back);
}

function watchConnection() {
  window.addEventListener("offline", () => showConnection(words.textOffline));
  window.addEventListener("online", () => {
    showConnection(words.textOnline, true);
    setTimeout(() => showConnection(""), 6000);
  });
  if (navigator.onLine === false) showConnection(words.textOffline);
}

// A request that never arrived, or a server that broke: nothing is swapped, so the form stays as it was.
function onRequestError(event) {
  const context = event.detail.ctx;
  if (!context || context.response) return;
  showConnection(navigator.onLine === false ? words.textOffline : words.textFailed);
}

function onResponse(event) {
  const status = event.detail.ctx.response.status;
  if (status >= 500) say(words.textServer);
  else showConnection(navigator.onLine === false ? words.textOffline : "");
}

// A whole page where a piece was expected (an error page of a proxy, say): show its words, keep the form.
function onBeforeSwap(event) {
  const { ctx } = event.detail;
  const { status } = ctx.response ?? {};
  if (!(status >= 400 && status < 500) || ctx.target === document.body || !/^\s*<(!doctype|html)/i.test(ctx.text)) return;
  event.preventDefault();
  const page = new DOMParser().parseFromString(ctx.text, "text/html");
  say(page.querySelector("h1")?.textContent.trim() || words.textFailed);
}

function onAfterSwap(event) {
  revealScriptOnly(document);
  const { ctx } = event.detail;
  if (ctx.response?.status === 422 || ctx.response?.status === 409) focusWhatMatters(document.getElementById("main"));
}

// One open menu at a time; Escape and a press elsewhere close it.
function closeMenus(event) {
  if (event.type === "keydown" && event.key !== "Escape") return;
  document.querySelectorAll("details[data-menu][open]").forEach((menu) => {
    if (event.type === "keydown") menu.querySelector("summary").focus();
    if (event.type === "keydown" || !menu.contains(event.target)) menu.open = false;
  });
}

refuseEval();
watchConnection();
guardForms(words, showConnection);
offerPosition(words);
revealScriptOnly(document);
focusWhatMatters(document.getElementById("main"));
document.addEventListener("click", followErrorLink);
document.addEventListener("click", closeMenus);
document.addEventListener("keydown", closeMenus);
document.addEventListener("htmx:error", onRequestError);
document.addEventListener("htmx:after:request", onResponse);
document.addEventListener("htmx:before:swap", onBeforeSwap);
document.addEventListener("htmx:after:swap", onAfterSwap);
for (const current of document.querySelectorAll(".site-nav [aria-current]")) {
  current.scrollIntoView({ block: "nearest", inline: "center", behavior: "instant" });
}
