/** Layers and legend: what is drawn, in which style, and the switches for it. */

import { kind } from "./constraint.js";
import { FACILITIES } from "./data.js";
import { button, el, fill, select, swatch, symbol } from "./dom.js";
import { plain } from "./format.js";
import { colour, lineStyle } from "./palette.js";
import { t, word } from "./text.js";

const DRAWN = [...FACILITIES, "places"];
const SIZE = { ports: 28, airports: 28, storage: 26, border_crossings: 26, bridges: 24, ferries: 24, checkpoints: 24, fuel: 26, places: 12,
  customs_offices: 24, weighbridges: 24, rail_stations: 24, mills: 24, service_providers: 24 };

/** Draw the legend and keep the map's layers as the state says. */
export function createLayers({ store, map, clock, onSelect }) {
  const root = document.getElementById("layers");
  const facilities = document.getElementById("facilities");

  function legend() {
    const { visible, vehicles, vehicle, layers } = store.get();
    const box = (name, label, ...sample) => el("li", {}, el("label", {}, el("input", { type: "checkbox", name: `layer-${name}`, checked: visible.includes(name),
      on: { change: (event) => toggle(name, event.target.checked) } }), sample, el("span", {}, label)));
    const line = (style, label, name = null) => el("li", {}, name ? symbol(name) : el("span", { class: "symbol" }), swatch(style), el("span", {}, label));
    const road = { colour: colour("road-far"), dash: [], width: 3, cap: "butt" };
    fill(root,
      el("ul", { class: "legend" }, box("constraints", t("layerConstraints")),
        line(lineStyle("closed"), t("legendClosed"), "closed"), line(lineStyle("restricted"), t("legendRestricted"), "restricted"),
        line(lineStyle("unverified"), t("legendUnverified"), "unverified"), line(lineStyle("note"), t("legendNote"), "note")),
      el("p", { class: "field" }, el("label", { for: "status-vehicle" }, t("colouredFor")),
        select("status-vehicle", vehicles.map((one) => [one.code, t("vehicleLine", { name: one.name, gross: plain(one.gross_t), payload: plain(one.payload_t) })]), vehicle,
          { id: "status-vehicle", on: { change: (event) => store.set({ vehicle: event.target.value }) } })),
      el("ul", { class: "legend" }, box("roads", t("layerRoads")), line(road, t("noConstraintRoad")), line(lineStyle("open"), t("legendWay")),
        layers.places?.length > 0 && line({ colour: colour("zone"), dash: [], width: 12, cap: "butt" }, t("legendZone"))),
      el("ul", { class: "legend" }, DRAWN.filter((name) => layers[name]?.length).map((name) => box(name, `${word(name)} (${layers[name].length})`, symbol(name)))));
  }

  function toggle(name, on) {
    const { visible } = store.get();
    store.set({ visible: on ? [...visible, name] : visible.filter((one) => one !== name) });
  }

  function drawFacilities() {
    const { layers } = store.get();
    const listed = FACILITIES.flatMap((name) => (layers[name] ?? []).map((feature) => ({ name, feature })));
    if (!listed.length) return;
    fill(facilities, listed.map(({ name, feature }) => el("li", {}, symbol(name),
      button(feature.properties.name, (event) => onSelect(name, feature, event.currentTarget), { class: "link" }),
      el("small", { class: `facility-${feature.properties.status}` }, word(feature.properties.status ?? "unknown").toLowerCase()))));
  }

  function drawMap() {
    const state = store.get();
    const now = clock(state);
    for (const name of DRAWN) {
      const features = state.layers[name] ?? [];
      map.showFeatures(name, features.map((feature) => ({ feature, symbolName: name, size: SIZE[name], title: feature.properties.name,
        label: name === "places" ? null : feature.properties.name })),
        (feature) => onSelect(name, feature, null));
    }
    map.showZones(state.layers.places ?? []);
    const standing = (feature) => kind(feature.properties, now, state.matches[feature.id]?.state);
    const onMap = (state.layers.constraints ?? []).filter((feature) => standing(feature) !== "inactive" || state.changed.has(feature.id));
    map.showFeatures("constraints", onMap.map((feature) => {
      const drawn = standing(feature);
      return { feature, symbolName: drawn, kind: drawn, size: drawn === "inactive" ? 20 : 28, title: feature.properties.name, changed: state.changed.has(feature.id) };
    }), (feature) => onSelect("constraints", feature, null));
    applyVisible();
  }

  function applyVisible() {
    const { visible } = store.get();
    for (const name of [...DRAWN, "constraints"]) map.setLayerVisible(name, visible.includes(name));
    map.setRoadsVisible(visible.includes("roads"));
  }

  store.watch(["layers"], () => { legend(); drawFacilities(); });
  store.watch(["layers", "matches", "changed", "viewing", "minute"], drawMap);
  store.watch(["visible"], applyVisible);
  store.watch(["vehicle"], ({ vehicle }) => { root.querySelector("#status-vehicle").value = vehicle; });
  store.watch(["status"], ({ status }) => map.setStatus(status));
  legend();
}

/** The layers that are on unless the address says otherwise. */
export const DEFAULT_LAYERS = ["constraints", "roads", ...FACILITIES];
