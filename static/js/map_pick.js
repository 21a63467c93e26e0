// Choosing a place: press on the map, or move it under the cross and press Enter. The coordinate inputs stay the plain
// way; whichever changes, the other follows.

const { L } = window;

function write(selector, value) {
  const input = document.querySelector(selector);
  if (!input) return;
  input.value = value.toFixed(6);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

// A place chosen by hand is no longer the device's.
function forgetAccuracy(pick) {
  const input = pick.accuracy && document.querySelector(pick.accuracy);
  if (input) input.value = "";
}

function read(pick) {
  const value = (selector) => Number.parseFloat(document.querySelector(selector)?.value ?? "");
  const [lon, lat] = [value(pick.lon), value(pick.lat)];
  return Number.isFinite(lon) && Number.isFinite(lat) && Math.abs(lat) <= 85 && Math.abs(lon) <= 180 ? L.latLng(lat, lon) : null;
}

export function startPick(map, config, speak, texts) {
  const { pick } = config;
  const icon = L.divIcon({ className: "map-pin", iconSize: [32, 44], iconAnchor: [16, 43] });
  const pin = L.marker(map.getCenter(), { icon, draggable: true, keyboard: false, pmIgnore: true });
  const circle = L.circle(map.getCenter(), { radius: 1, interactive: false, pmIgnore: true, color: "#12598c", weight: 1, fillOpacity: 0.1 });

  function show(latlng, accuracy = 0) {
    pin.setLatLng(latlng).addTo(map);
    if (accuracy) circle.setLatLng(latlng).setRadius(accuracy).addTo(map);
    else circle.remove();
  }

  function choose(latlng) {
    const place = latlng.wrap();
    show(place);
    forgetAccuracy(pick);
    write(pick.lon, place.lng);
    write(pick.lat, place.lat);
    speak(texts.picked.replace("{lon}", place.lng.toFixed(5)).replace("{lat}", place.lat.toFixed(5)));
  }

  function follow(event) {
    const place = event.isTrusted && event.target.matches?.(`${pick.lon}, ${pick.lat}`) && read(pick);
    if (!place) return;
    forgetAccuracy(pick);
    show(place);
    if (!map.getBounds().contains(place)) map.panTo(place);
  }

  map.getContainer().classList.add("map-pick");
  map.on("click", (event) => choose(event.latlng));
  pin.on("dragend", () => choose(pin.getLatLng()));
  document.addEventListener("change", follow);
  document.addEventListener("anjie:located", ({ detail }) => {
    show(L.latLng(detail.lat, detail.lon), detail.accuracy);
    map.setView([detail.lat, detail.lon], Math.max(map.getZoom(), 16));
  });
  const given = read(pick);
  if (given) {
    show(given);
    map.setView(given, Math.max(map.getZoom(), 15));
  }
  return { chooseMiddle: () => choose(map.getCenter()) };
}
