/** Load what the page shows, keep it fresh, and say when it cannot. */

import { instant } from "./format.js";
import { Roads } from "./roads.js";
import * as service from "./service.js";
import { t } from "./text.js";

/** The layers of facilities that the map draws; tables, zones and boundaries are no such layers. */
export const FACILITIES = ["ports", "airports", "storage", "border_crossings", "bridges", "ferries", "checkpoints", "fuel",
  "customs_offices", "weighbridges", "rail_stations", "mills", "service_providers"];

const FRESH_MS = 15_000;
const MADE_MS = 5_000; // the tiles of new roads are made in the background

/**
 * Load into the store. `onNews(number)` is called when another head has been shown, with the
 * constraints' number if it was theirs; `onExpired()` when the token is not valid any more.
 */
export function createData({ store, map, clock, onNews, onExpired }) {
  let round = 0; // results of an overtaken load are thrown away
  let painted = null; // what the road status on the map is of
  let roadsAsked = null;
  const known = new Map();

  function failed(what, error) {
    store.set({ failed: { ...store.get().failed, [what]: error.message } });
  }
  function worked(what) {
    const { [what]: gone, ...rest } = store.get().failed;
    if (gone !== undefined) store.set({ failed: rest });
  }
  /** What is shown is as old as the last answer, however long ago that was. */
  function offline(error) {
    if (error.status === 401 && store.get().principal) onExpired();
    else store.set({ offline: { why: error.message, since: instant(new Date(store.get().checked).toISOString()) } });
  }

  /** Features of a layer as the version that is looked at had them; facilities are asked for once a version. */
  function featuresOf(name, { heads, viewing, principal }) {
    if (name === "constraints") return service.features(name, { version: (viewing ?? heads.constraints).version });
    const asOf = viewing?.published_at;
    const key = `${name} ${asOf ?? heads[name].version} ${principal?.clearance}`;
    if (!known.has(key)) {
      known.set(key, service.features(name, { asOf }).catch((error) => {
        known.delete(key);
        if (error.status === 404) return []; // it was first published later
        throw error;
      }));
    }
    return known.get(key);
  }

  /** How constraints lie on the roads; without it the list stays useful, but says that it does not know. */
  async function matchesOf({ viewing }) {
    try {
      const found = await service.matches({ asOf: viewing?.published_at });
      worked(t("matchesWhat"));
      return found;
    } catch (error) {
      failed(t("matchesWhat"), error);
      return {};
    }
  }

  /** Layers, match report and road status of the version that is looked at; places, heavy, follow later, boundaries not at all. */
  async function loadVersion() {
    round += 1;
    const mine = round;
    const state = store.get();
    const names = Object.keys(state.heads).filter((name) => name === "constraints" || FACILITIES.includes(name));
    try {
      const [lists, matches] = await Promise.all([Promise.all(names.map((name) => featuresOf(name, state))), matchesOf(state)]);
      if (mine !== round) return;
      const { places } = store.get().layers;
      store.set({ layers: { ...Object.fromEntries(names.map((name, i) => [name, lists[i]])), ...(places ? { places } : {}) }, matches,
        shown: (state.viewing ?? state.heads.constraints)?.version ?? null, offline: null });
      await loadStatus();
      if (places) await loadPlaces();
    } catch (error) {
      if (mine === round) offline(error);
    }
  }

  /** The outlines of populated places: a background and ends of routes, and heavier than all else. */
  async function loadPlaces() {
    const mine = round;
    const state = store.get();
    if (!state.heads.places) return;
    try {
      const places = await featuresOf("places", state);
      if (mine === round && places !== store.get().layers.places) store.set({ layers: { ...store.get().layers, places } });
      worked(t("places"));
    } catch (error) {
      failed(t("places"), error);
    }
  }

  async function loadStatus() {
    const { vehicle, viewing, heads } = store.get();
    const mine = round;
    const overtaken = () => mine !== round || vehicle !== store.get().vehicle;
    const wanted = `${vehicle} ${(viewing ?? heads.constraints)?.version}`;
    try {
      const { build, status } = await service.roadStatus(vehicle, viewing ? { version: viewing.number, at: viewing.published_at } : {});
      if (overtaken()) return;
      painted = wanted;
      store.set({ status });
      worked(t("statusWhat"));
      if (build !== store.get().build) await changeRoads(build);
    } catch (error) {
      if (overtaken()) return;
      // The closures of another version or vehicle would be taken for this one's.
      if (painted !== wanted) store.set({ status: new Map() });
      failed(t("statusWhat"), error);
    }
  }

  /** The roads of another build: its segments have other numbers, so that the status fits no others. */
  async function changeRoads(build) {
    store.set({ build });
    roadsAsked = null;
    map.setRoads(null);
    await loadRoads();
  }

  /** Ask for the roads once; asking again gives the same promise, unless it failed. */
  function loadRoads() {
    if (!store.get().build) return Promise.resolve(null);
    roadsAsked ??= fetchRoads(store.get().build);
    return roadsAsked;
  }

  async function fetchRoads(build) {
    try {
      const roads = new Roads(build, await service.roads(build));
      if (build !== store.get().build) return null;
      map.setRoads(roads);
      worked(t("roadsWhat"));
      return roads;
    } catch (error) {
      if (build === store.get().build) roadsAsked = null;
      failed(t("roadsWhat"), error);
      if (error.problem?.type?.endsWith(":being-made")) setTimeout(loadRoads, MADE_MS);
      return null;
    }
  }

  /** What a click needs to know of a segment, by its number; null if it cannot be asked now. */
  async function segment(number) {
    try {
      const { id, geometry, properties } = await service.segment(store.get().build, number);
      return { number, id, name: properties.name, highway: properties.highway, oneway: properties.oneway !== "no",
        coordinates: geometry.coordinates, properties };
    } catch (error) {
      failed(t("roadsWhat"), error);
      return null;
    }
  }

  async function loadVersions() {
    try {
      store.set({ versions: await service.versions("constraints") });
    } catch (error) {
      if (error.status !== 404) offline(error);
    }
  }

  /** Ask for the heads of all layers; when one moved (or by force), load anew, unless an older version is looked at. */
  async function refresh({ force = false } = {}) {
    const before = store.get();
    let heads;
    try {
      heads = await service.heads();
    } catch (error) {
      offline(error);
      return;
    }
    if (force) known.clear(); // another reader may see other records of the same version
    const moved = [...new Set([...Object.keys(heads), ...Object.keys(before.heads)])]
      .filter((name) => heads[name]?.number !== before.heads[name]?.number);
    store.set({ checked: clock.server(), heads: moved.length ? heads : before.heads });
    if (before.versions.length && (force || moved.includes("constraints"))) await loadVersions();
    if (force || (moved.length && !before.viewing) || before.offline) await loadVersion();
    if (moved.length && !before.viewing) onNews(moved.includes("constraints") ? heads.constraints?.number : null);
  }

  setInterval(() => { if (!document.hidden) refresh(); }, FRESH_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  store.watch(["vehicle"], loadStatus);
  // Rules of time change what holds without a new version.
  store.watch(["minute"], ({ viewing, offline: lost }) => { if (!viewing && !lost && !document.hidden) loadStatus(); });

  return {
    loadVersion,
    loadVersions,
    loadPlaces,
    loadRoads,
    refresh,
    segment,
    roadsFailed: (error) => failed(t("roadsWhat"), error),
    retry: () => Promise.all([refresh({ force: true }), loadRoads()]),
  };
}
