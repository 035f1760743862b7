/** The page's state: one object, changed by patches, watched by key. */

/** Make a store. `watch(keys, fn)` calls fn(state) after a patch changed one of the keys. */
export function createStore(initial) {
  let state = Object.freeze({ ...initial });
  const watchers = [];
  return {
    get: () => state,
    set(patch) {
      const changed = Object.keys(patch).filter((key) => patch[key] !== state[key]);
      if (!changed.length) return;
      state = Object.freeze({ ...state, ...patch });
      for (const { keys, fn } of watchers) if (keys.some((key) => changed.includes(key))) fn(state);
    },
    watch(keys, fn) {
      watchers.push({ keys, fn });
    },
  };
}
