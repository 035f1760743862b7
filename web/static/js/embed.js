/** The bare map of one version, for an iframe: what it shows never changes, only the note that a newer one exists. */

import { constraintDetails } from "./details.js";
import { kind } from "./constraint.js";
import { el, fill } from "./dom.js";
import { extentOf } from "./extent.js";
import { moment } from "./format.js";
import { splitAround } from "./list.js";
import { anchor, createMap } from "./map.js";
import { Roads } from "./roads.js";
import * as service from "./service.js";
import { t } from "./text.js";

const NEWER_MS = 60_000;
const { pinned, build, heads, vehicle } = JSON.parse(document.getElementById("page-data").textContent);
const at = Date.parse(pinned.published_at);
const asOf = pinned.published_at;
const map = createMap(document.getElementById("map"), { events: { onClick() {}, onMoved() {} } });

async function tellNewer() {
  const head = (await service.versions("constraints")).find((release) => !release.withdrawn_at);
  const note = document.getElementById("newer");
  note.hidden = !head || head.number === pinned.number;
  if (!note.hidden) fill(note, splitAround(t("newer", { n: head.number, when: "|" }), moment(head.published_at)));
}

function showConstraints(features, matches) {
  const state = (feature) => matches[feature.id]?.state ?? null;
  map.showFeatures("constraints", features.map((feature) => ({ feature, kind: kind(feature.properties, at, state(feature)) }))
    .filter((entry) => entry.kind !== "inactive")
    .map((entry) => ({ ...entry, symbolName: entry.kind, size: 28, title: entry.feature.properties.name })),
  (feature) => {
    const [lon, lat] = anchor(feature.geometry);
    map.openPopup({ lon, lat }, constraintDetails(feature, { now: at, matched: state(feature), buttons: null }));
  });
}

async function showFacilities(layer) {
  const features = await service.features(layer, { asOf });
  if (layer === "places") map.showZones(features);
  else map.showFeatures(layer, features.map((feature) => ({ feature, symbolName: layer, size: 26, title: feature.properties.name, label: feature.properties.name })), () => {});
}

async function start() {
  map.setView({ lon: 0, lat: 0 }, 4);
  const [features, matches] = await Promise.all([service.features("constraints", { version: pinned.number }), service.matches({ asOf }).catch(() => ({}))]);
  showConstraints(features, matches);
  const placed = features.filter((feature) => feature.geometry && kind(feature.properties, at) !== "inactive" && feature.properties.location_precision !== "bad").map((feature) => anchor(feature.geometry));
  let box = null;
  if (build) {
    const roads = new Roads(build, await service.roads(build));
    map.setRoads(roads);
    box = roads.bounds;
    map.setStatus((await service.roadStatus(vehicle, { version: pinned.number, at: asOf })).status);
  }
  const extent = extentOf(placed, box);
  if (extent) map.fit(extent);
  await Promise.all(Object.keys(heads).filter((layer) => layer !== "constraints").map(showFacilities));
  await tellNewer();
  document.documentElement.dataset.ready = "true";
}

setInterval(() => tellNewer().catch(() => {}), NEWER_MS); // offline an old note is still right
start().catch((error) => {
  document.querySelector(".map-frame").append(el("p", { class: "map-hint", role: "alert" }, t("loadFailed", { what: t("map"), why: error.message })));
});
