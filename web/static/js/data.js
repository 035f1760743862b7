/** Load what the page shows, keep it fresh, and say when it cannot. */

import { instant } from "./format.js";
import { RoadSet } from "./roads.js";
import * as service from "./service.js";
import { t } from "./text.js";

const FRESH_MS = 15_000;
const LOCAL_ROADS_ZOOM = 14;

/** Load into the store. `onNews(number)` is called after another head has been shown. */
export function createData({ store, map, clock, onNews }) {
  let round = 0; // results of an overtaken load are thrown away
  const roadsAsked = new Map();
  const known = new Map();

  function failed(what, error) {
    store.set({ failed: { ...store.get().failed, [what]: error.message } });
  }
  function worked(what) {
    const { [what]: gone, ...rest } = store.get().failed;
    if (gone !== undefined) store.set({ failed: rest });
  }
  function offline(error) {
    const known = store.get().offline;
    store.set({ offline: { why: error.message, since: known?.since ?? instant(new Date(clock.server()).toISOString()) } });
  }

  /** Features of a layer as the version that is looked at had them; facilities are asked for once a version. */
  function featuresOf(name, { heads, viewing, principal }) {
    if (name === "constraints") return service.features(name, viewing ? { version: viewing.number } : {});
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

  /** Layers, match report and road status of the version that is looked at; the heavy outlines of places last. */
  async function loadVersion() {
    round += 1;
    const mine = round;
    const state = store.get();
    const names = Object.keys(state.heads).filter((name) => name !== "places");
    try {
      const [lists, matches] = await Promise.all([
        Promise.all(names.map((name) => featuresOf(name, state))),
        service.matches({ asOf: state.viewing?.published_at }).catch(() => ({})), // the list says nothing of matching then, and stays useful
      ]);
      if (mine !== round) return;
      const { places } = store.get().layers;
      store.set({ layers: { ...Object.fromEntries(names.map((name, i) => [name, lists[i]])), ...(places ? { places } : {}) }, matches, offline: null });
      await loadStatus();
      if (!state.heads.places) return;
      const found = await featuresOf("places", state);
      if (mine === round) store.set({ layers: { ...store.get().layers, places: found } });
    } catch (error) {
      if (mine === round) offline(error);
    }
  }

  async function loadStatus() {
    const { vehicle, viewing } = store.get();
    const mine = round;
    try {
      const status = await service.roadStatus(vehicle, viewing ? { version: viewing.number, at: viewing.published_at } : {});
      if (mine === round && vehicle === store.get().vehicle) store.set({ status: new Map(Object.entries(status)) });
      worked(t("statusWhat"));
    } catch (error) {
      failed(t("statusWhat"), error);
    }
  }

  /** Load a group of roads once; asking again gives the same promise, unless it failed. */
  function loadRoads(group) {
    if (!store.get().build) return Promise.resolve(null);
    if (!roadsAsked.has(group)) roadsAsked.set(group, fetchRoads(group));
    return roadsAsked.get(group);
  }

  async function fetchRoads(group) {
    try {
      const set = new RoadSet(await service.roads(store.get().build, group));
      map.setRoads(group, set);
      worked(t("roadsWhat"));
      return set;
    } catch (error) {
      roadsAsked.delete(group);
      failed(t("roadsWhat"), error);
      return null;
    }
  }

  /** Ask for the head; when it moved (or by force), load anew, unless an older version is looked at. */
  async function refresh({ force = false } = {}) {
    const before = store.get();
    let versions;
    try {
      versions = await service.versions("constraints");
    } catch (error) {
      if (error.status !== 404) offline(error);
      return;
    }
    const head = versions.find((release) => !release.withdrawn_at) ?? null;
    const moved = head?.number !== before.heads.constraints?.number;
    const { constraints: gone, ...others } = before.heads;
    store.set({ versions, heads: !moved ? before.heads : head ? { ...before.heads, constraints: head } : others });
    if (force || (moved && !before.viewing) || before.offline) await loadVersion();
    if (moved && head && !before.viewing) onNews(head.number);
  }

  setInterval(() => { if (!document.hidden) refresh(); }, FRESH_MS);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
  store.watch(["vehicle"], loadStatus);

  return {
    loadVersion,
    loadRoads,
    refresh,
    retry: () => Promise.all([refresh({ force: true }), loadRoads("main")]),
    roadsForZoom: (zoom) => (zoom >= LOCAL_ROADS_ZOOM ? loadRoads("local") : loadRoads("main")),
  };
}
