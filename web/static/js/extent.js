/** The part of the map to begin with: the roads' area, and what lies in it. */

/**
 * West, south, east, north of the points that lie within the roads' box, or of all the roads where
 * fewer than two do: one record with a slip in its location must not make the map a grey sea.
 * Without roads it is the extent of all points; null without any.
 */
export function extentOf(points, roads) {
  const within = roads ? points.filter(([lon, lat]) => lon >= roads[0] && lat >= roads[1] && lon <= roads[2] && lat <= roads[3]) : points;
  if (within.length < 2) return roads;
  const [lons, lats] = [0, 1].map((axis) => within.map((point) => point[axis]));
  return [Math.min(...lons), Math.min(...lats), Math.max(...lons), Math.max(...lats)];
}
