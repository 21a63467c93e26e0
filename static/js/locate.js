// "Use my position": <button data-locate data-lon="#lon" data-lat="#lat" data-accuracy="#accuracy">.
// Fills the inputs and announces `anjie:located` with {lon, lat, accuracy}; a map in pick mode follows it.

function put(selector, value) {
  const input = selector && document.querySelector(selector);
  if (!input) return;
  input.value = value;
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function found(button, position, speak, words) {
  const { longitude, latitude, accuracy } = position.coords;
  put(button.dataset.lon, longitude.toFixed(6));
  put(button.dataset.lat, latitude.toFixed(6));
  put(button.dataset.accuracy, Math.ceil(accuracy));
  const detail = { lon: longitude, lat: latitude, accuracy };
  button.dispatchEvent(new CustomEvent("anjie:located", { bubbles: true, detail }));
  speak(words.textLocated.replace("{metres}", Math.ceil(accuracy)));
}

function locate(button, words) {
  const said = button.parentElement.querySelector(".locate__said");
  const speak = (sentence) => {
    if (said) said.textContent = sentence;
  };
  const done = () => button.removeAttribute("aria-disabled");
  if (!navigator.geolocation || !window.isSecureContext) return speak(words.textNoPosition);
  if (button.hasAttribute("aria-disabled")) return undefined;
  button.setAttribute("aria-disabled", "true");
  speak(words.textLocating);
  navigator.geolocation.getCurrentPosition(
    (position) => (done(), found(button, position, speak, words)),
    (error) => (done(), speak(error.code === 1 ? words.textPositionDenied : words.textNoPosition)),
    { enableHighAccuracy: true, timeout: 20000, maximumAge: 30000 },
  );
  return undefined;
}

export function offerPosition(words) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-locate]");
    if (button) locate(button, words);
  });
}
