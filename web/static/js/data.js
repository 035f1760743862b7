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

  /** Layers, match report and road status of the version that is looked at. */
  async function loadVersion() {
    round += 1;
    const mine = round;
    const { heads, viewing } = store.get();
    const asOf = viewing?.published_at;
    const names = Object.keys(heads);
    try {
      const [lists, matches] = await Promise.all([
        Promise.all(names.map((name) => service.features(name, name === "constraints" && viewing ? { version: viewing.number } : asOf ? { asOf } : {})
          .catch((error) => { if (error.status === 404) return []; throw error; }))),
        service.matches({ asOf }).catch(() => ({})), // the list says nothing of matching then, and stays useful
      ]);
      if (mine !== round) return;
      store.set({ layers: Object.fromEntries(names.map((name, i) => [name, lists[i]])), matches, offline: null });
    } catch (error) {
      if (mine === round) offline(error);
      return;
    }
    await loadStatus();
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
    store.set({ versions, heads: moved && head ? { ...before.heads, constraints: head } : before.heads });
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
