/** Colours and dashes of the map; the colours are the custom properties of app.css. */

const DASH = { closed: [2, 4], restricted: [8, 3], unverified: [1.5, 7], note: [], open: [] };
const WIDTH = { closed: 6, restricted: 4, unverified: 4.5, note: 2.5, open: 5 };

let colours = null;

/** The colour of a name (`closed`, `land`, `road-fill`, …). */
export function colour(name) {
  colours ??= getComputedStyle(document.documentElement);
  return colours.getPropertyValue(`--${name}`).trim();
}

/** Line style of a status class: colour, dash, width in CSS pixels and line cap. */
export function lineStyle(kind) {
  return { colour: colour(kind), dash: DASH[kind] ?? [], width: WIDTH[kind] ?? 3,
    cap: kind === "unverified" ? "round" : "butt" };
}

// Widths in pixels at zoom 14; `cased` classes get an outline and are drawn last.
const ROADS = {
  motorway: { width: 5, fill: "road-major", cased: true, order: 6 },
  trunk: { width: 4.4, fill: "road-major", cased: true, order: 5 },
  primary: { width: 3.8, fill: "road-fill", cased: true, order: 4 },
  secondary: { width: 3, fill: "road-fill", cased: true, order: 3 },
  tertiary: { width: 2.2, fill: "road-fill", cased: true, order: 2 },
};
const MINOR = { width: 1.5, fill: "road-minor", cased: false, order: 1 };

/** Style of an OSM highway class at a zoom. */
export function roadStyle(highway, zoom) {
  const base = ROADS[highway.replace("_link", "")] ?? MINOR;
  const link = highway.endsWith("_link") ? 0.75 : 1;
  const width = Math.max(base.cased ? 1.1 : 0.6, base.width * link * 2 ** ((zoom - 14) * 0.55));
  const cased = base.cased && zoom >= 12;
  return { ...base, width, cased, colour: colour(cased || !base.cased ? base.fill : "road-far") };
}
