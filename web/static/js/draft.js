/** The location of a constraint being made: roads clicked, corners drawn, or coordinates typed. */

/** Nothing chosen yet. */
export const EMPTY = Object.freeze({ segments: [], corners: [] });

/** Add a segment, or take it out again if it was chosen before. */
export function toggleSegment(draft, segment) {
  const without = draft.segments.filter((one) => one.id !== segment.id);
  return { corners: [], segments: without.length < draft.segments.length ? without : [...without, segment] };
}

/** Add a corner of an area. */
export function addCorner(draft, { lon, lat }) {
  return { segments: [], corners: [...draft.corners, [round(lon), round(lat)]] };
}

/** Take back the last click. */
export function undo(draft) {
  return { segments: draft.segments.slice(0, -1), corners: draft.corners.slice(0, -1) };
}

/** Read `lat lon; lat lon` (or with commas in the pairs); null if it is not that. */
export function parseCorners(text) {
  const pairs = text.split(";").map((pair) => pair.trim()).filter(Boolean)
    .map((pair) => pair.split(/[\s,]+/).map(Number));
  const right = pairs.length > 0 && pairs.every((pair) => pair.length === 2 && pair.every(Number.isFinite)
    && Math.abs(pair[0]) <= 90 && Math.abs(pair[1]) <= 180);
  return right ? pairs.map(([lat, lon]) => [lon, lat]) : null;
}

/** The draft as a GeoJSON geometry; null while nothing is chosen. */
export function geometryOf({ segments, corners }) {
  if (segments.length === 1) return { type: "LineString", coordinates: segments[0].coordinates };
  if (segments.length > 1) return { type: "MultiLineString", coordinates: segments.map((one) => one.coordinates) };
  if (corners.length === 1) return { type: "Point", coordinates: corners[0] };
  if (corners.length === 2) return { type: "LineString", coordinates: corners };
  if (corners.length > 2) return { type: "Polygon", coordinates: [[...corners, corners[0]]] };
  return null;
}

/** The OSM ways of the chosen segments (a segment id begins with its way's), each once; null if none. */
export function wayIds({ segments }) {
  const ids = [...new Set(segments.map((one) => Number(one.id.split("-")[0])).filter((id) => id > 0))];
  return ids.length ? ids : null;
}

const round = (degrees) => Number(degrees.toFixed(6)); // 1e-6 degrees is 11 cm: finer than any click
