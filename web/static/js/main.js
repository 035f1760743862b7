/** Start the viewer: read the page's data, make the parts, and wire them to one state. */

import { createData } from "./data.js";
import { extentOf } from "./extent.js";
import { instant, knownZone, moment } from "./format.js";
import { createLayers, DEFAULT_LAYERS } from "./layers.js";
import { createList } from "./list.js";
import { anchor, createMap, HIT_PIXELS } from "./map.js";
import { createNotices, failureNode } from "./notices.js";
import * as permalink from "./permalink.js";
import { createRouteForm } from "./routeform.js";
import { createStore } from "./store.js";
import { createTabs } from "./tabs.js";
import { t } from "./text.js";

const CARRIAGEWAYS_ZOOM = 15;
const page = JSON.parse(document.getElementById("page-data").textContent);
const asked = permalink.read(location.hash);
// Ages follow the service's clock: a phone's may be wrong by years. Only the time that passed is
// the phone's own, by the clock that goes on while it sleeps.
const ahead = Date.parse(page.now.replace(" ", "T")) - Date.now();
const clock = Object.assign((state) => (state.viewing ? Date.parse(state.viewing.published_at) : clock.server()), { server: () => ahead + Date.now() });

const store = createStore({
  heads: page.heads, build: page.build, vehicles: page.vehicles, vehicle: document.getElementById("route-vehicle").value,
  layers: {}, matches: {}, status: new Map(), versions: [], viewing: null, missing: null, shown: null, checked: clock.server(), visible: asked.layers ?? DEFAULT_LAYERS,
  selected: null, changed: new Set(), picking: null, principal: null, offline: null, failed: {}, minute: 0,
});
const map = createMap(document.getElementById("map"), { events: { onClick, onMoved, onHome: () => home(true), onRoadsFailed: (error) => data.roadsFailed(error) } });
const tabs = createTabs({ onChange: (tab) => { current = tab; remember(); } });
let current = asked.tab ?? "constraints";
let ready = false; // until the first view stands, moves are not the reader's and are not remembered

/** After an edit or another sign-in: what may be seen has changed. */
const published = () => data.refresh({ force: true });
const data = createData({ store, map, clock, onExpired: () => editor.expire(),
  onNews: (n) => { if (n) announce(t("published", { n })); route.askAgain(); } });
let editor = null; // editing and versions come after the first view: nobody needs them to read the map
const route = createRouteForm({ store, map, clock, zone: knownZone(page.operation?.time_zone), announce, copy, failure: failureNode, onNote: (note, from) => selectById("constraints", note.id, from) });
createList({ store, clock, onSelect: (feature, from) => select("constraints", feature, from), actions: (feature) => editor?.cardButtons(feature) });
createLayers({ store, map, clock, onSelect: select });
createNotices({ store, clock, show, retry: data.retry });

function announce(text) {
  document.getElementById("announce").textContent = text;
}

async function copy(text, source = null) {
  try {
    await navigator.clipboard.writeText(text);
    announce(t("copied"));
    hint(t("copied"));
  } catch {
    // Without HTTPS browsers give pages no clipboard: select the text, so that one key does it.
    if (source) getSelection().selectAllChildren(source);
    else window.prompt(t("copyFailed"), text);
  }
}

function hint(text) {
  const node = document.getElementById("map-hint");
  node.textContent = text ?? "";
  node.hidden = !text;
  if (text === t("copied")) setTimeout(() => { if (node.textContent === text) hint(null); }, 2500);
}

/** Look at a version (null: the current one); everything on the page follows. */
async function show(release) {
  store.set({ viewing: release, changed: new Set(), missing: null });
  await data.loadVersion();
  if (release) document.getElementById("banners").scrollIntoView({ block: "nearest" }); // on a phone it is far above the list
  announce(release ? t("switched", { n: release.number }) : t("switchedCurrent", { n: store.get().heads.constraints?.number }));
  route.askAgain();
  remember();
}

async function select(layer, feature, from) {
  store.set({ selected: { layer, id: feature.id } });
  remember();
  if (!feature.geometry) return;
  if (!store.get().visible.includes(layer)) store.set({ visible: [...store.get().visible, layer] });
  if (from) map.fitGeometry(feature.geometry, { maxZoom: 16, still: true }); // the popup's own move must not meet a running one
  const [lon, lat] = anchor(feature.geometry);
  // The list is drawn anew meanwhile, so the card's button may be another one by then.
  const back = from && (() => (from.isConnected ? from : document.querySelector(`[data-id="${CSS.escape(feature.id)}"] button`))?.focus());
  (await popups()).openFeature(layer, feature, { lon, lat }, back);
}

let popupsMade = null;
/** The popups come with the first one that is opened. */
function popups() {
  popupsMade ??= import("./popups.js").then(({ createPopups }) => createPopups({ store, map, clock,
    constraintButtons: (feature) => editor?.cardButtons(feature), onSelect: (feature) => select("constraints", feature, null),
    onUse: (end, layer, feature) => { route.useFacility(end, layer, feature); map.closePopup(); tabs.open("route"); },
    onAdd: (segment) => { map.closePopup(); editor.openAdd(segment); } }));
  return popupsMade;
}

function selectById(layer, id, from = null) {
  const feature = store.get().layers[layer]?.find((one) => String(one.id) === String(id));
  return feature && select(layer, feature, from);
}

async function onClick({ lon, lat }) {
  if (["origin", "destination"].includes(store.get().picking)) {
    route.setEnd(store.get().picking, { lon, lat });
    store.set({ picking: null });
    return;
  }
  const number = await map.nearestSegment(lon, lat).catch(() => null); // a tile that does not come is told already
  const segment = number === null ? null : await data.segment(number);
  const { picking } = store.get();
  if (picking === "roads" && number === null) hint(t("noRoadHere", { pixels: HIT_PIXELS }));
  else if (picking) {
    editor.onMapClick({ lon, lat, segment });
    if (picking === "roads") hint(roadsHint());
  }
  else if (segment) (await popups()).openRoad(segment, { lon, lat });
}

/** Follow an address that was pasted or walked back to while the page is open. */
async function follow() {
  const wanted = permalink.read(location.hash);
  if (wanted.centre) map.setView(wanted.centre, wanted.zoom ?? map.view().zoom);
  if (wanted.layers) store.set({ visible: wanted.layers });
  if (wanted.tab) tabs.open(wanted.tab);
  await showNumber(wanted.version ?? null);
  if (wanted.selected) selectById(wanted.selected.layer, wanted.selected.id);
}

/** Show the version of a number; of one that is unknown or withdrawn it is said that the current one is shown. */
async function showNumber(number) {
  if (number && !store.get().versions.length) await data.loadVersions();
  const { versions, heads, viewing, offline } = store.get();
  const release = number && number !== heads.constraints?.number
    ? versions.find((one) => one.number === number && !one.withdrawn_at) : null;
  const missing = number && !release && number !== heads.constraints?.number && !offline;
  store.set({ missing: missing ? { number, withdrawn: versions.some((one) => one.number === number) } : null });
  if ((release?.number ?? null) !== (viewing?.number ?? null)) await show(release ?? null);
}

/** How to choose roads; from afar the two carriageways of a road look like one. */
const roadsHint = () => t(map.view().zoom < CARRIAGEWAYS_ZOOM ? "clickRoadsCloser" : "clickRoads");

function onMoved() {
  if (store.get().picking === "roads") hint(roadsHint());
  remember();
}

function remember() {
  if (!ready) return;
  const { viewing, visible, selected } = store.get();
  const view = map.view();
  const same = visible.length === DEFAULT_LAYERS.length && DEFAULT_LAYERS.every((name) => visible.includes(name));
  history.replaceState(null, "", permalink.write({ ...view, version: viewing?.number, layers: same ? null : visible, selected, tab: current }));
}

function drawHeader() {
  const { viewing, heads, offline, checked } = store.get();
  const release = viewing ?? heads.constraints;
  const at = viewing ? viewing.published_at : new Date(checked).toISOString();
  document.getElementById("asof").replaceChildren(offline ? `${t("listOld", { when: offline.since }).split(":")[0]} ` : "", moment(at));
  const chip = document.getElementById("version-chip");
  chip.textContent = release ? t("constraintsChip", { n: release.number }) : t("noneChip");
  chip.title = release ? `${release.version} ${instant(release.published_at)}` : "";
  document.body.classList.toggle("old-view", Boolean(viewing));
}

store.watch(["viewing", "heads", "offline", "checked"], drawHeader);
store.watch(["visible"], remember);
store.watch(["picking"], ({ picking }) => {
  map.setCrosshair(Boolean(picking));
  const end = picking === "origin" ? t("from") : picking === "destination" ? t("to") : null;
  hint(end ? t("pickOnMap", { end }) : picking === "roads" ? roadsHint() : picking ? t("clickCorners") : null);
  if (!picking) return;
  map.closePopup();
  map.scrollIntoView();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  map.closePopup();
  if (["origin", "destination"].includes(store.get().picking)) store.set({ picking: null });
});
addEventListener("hashchange", follow);
setInterval(() => store.set({ minute: store.get().minute + 1 }), 60_000);

/** Show where the operation is: the facilities and constraints among the roads, or the `whole` area of the roads. */
async function home(whole = false) {
  const roads = (await data.loadRoads())?.bounds ?? null;
  const points = Object.entries(store.get().layers).filter(([layer]) => layer !== "places").flatMap(([, features]) => features)
    .filter(({ geometry, properties }) => geometry && properties.location_precision !== "bad").map(({ geometry }) => anchor(geometry));
  const box = extentOf(whole && roads ? [] : points, roads);
  if (box) map.fit(box);
}

/** Fetch the modules that reading the map does not need. */
async function loadTools() {
  try {
    const [{ createEditor }, { createVersions }] = await Promise.all([import("./edit.js"), import("./versions.js"), import("./answer.js")]);
    editor = createEditor({ store, map, clock, page, announce, failure: failureNode, openTab: tabs.open, published });
    createVersions({ store, show, copy, failure: failureNode });
  } catch (error) {
    store.set({ failed: { ...store.get().failed, [t("toolsWhat")]: error.message } });
  }
}

async function start() {
  tabs.open(current);
  drawHeader();
  if (asked.centre) map.setView(asked.centre, asked.zoom ?? 13);
  else map.setView({ lon: 0, lat: 0 }, 4);
  await Promise.all([data.loadRoads(), data.loadVersion()]);
  if (!asked.centre) await home();
  if (asked.version) await showNumber(asked.version);
  if (asked.selected) await selectById(asked.selected.layer, asked.selected.id);
  ready = true;
  document.documentElement.dataset.useful = "true"; // the list and the map stand; the rest follows
  await Promise.all([data.loadPlaces(), data.loadVersions(), loadTools()]);
  document.documentElement.dataset.ready = "true"; // for tests and pictures: everything asked for is drawn
}
start();
