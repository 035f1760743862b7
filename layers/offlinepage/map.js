/** What the map says of a record. Texts are data: they reach the page through textContent only. */
"use strict";

const records = JSON.parse(document.getElementById("records").textContent);
const pins = [];

/** Called for every drawn feature; `n` in its properties is the place of its record. */
function lcaDescribe(feature, layer) {
  const { n } = feature.properties;
  if (n === undefined) {
    layer.options.interactive = false;
    return;
  }
  const record = records[n];
  layer.bindPopup(() => wordsOf(record));
  if (feature.geometry.type === "Point") {
    const { svg, width, height } = record.icon;
    layer.setIcon(L.divIcon({ html: svg, className: "pin", iconSize: [width, height] }));
    layer.options.keyboard = false; // the list is the way for keys
    layer.options.title = record.title;
    pins[n] = layer;
  }
}

function wordsOf(record) {
  const box = document.createElement("div");
  box.append(...[["strong", record.title], ...record.lines.map((line) => ["span", line])].map(
    ([name, text]) => Object.assign(document.createElement(name), { textContent: text }),
  ));
  return box;
}

let opener = null;

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-record]");
  const pin = button && pins[Number(button.dataset.record)];
  if (!pin) return;
  opener = { button, pin };
  const map = pin._map;
  map.getContainer().scrollIntoView({ block: "nearest" });
  map.panTo(pin.getLatLng());
  pin.openPopup();
  pin.getPopup().getElement().querySelector(".leaflet-popup-close-button").focus();
});

// Whoever came from the list with keys gets back to it with one.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || !opener) return;
  opener.pin.closePopup();
  opener.button.focus();
  opener = null;
});
