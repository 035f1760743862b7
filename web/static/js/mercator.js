/** Web Mercator on the unit square: x east, y south, both 0-1; the frame in which roads are kept. */

/** Unit x of a longitude in degrees. */
export const unitX = (lon) => (lon + 180) / 360;

/** Unit y of a latitude in degrees. */
export function unitY(lat) {
  const radians = (lat * Math.PI) / 180;
  return (1 - Math.asinh(Math.tan(radians)) / Math.PI) / 2;
}

/** Longitude of a unit x. */
export const lonOf = (x) => x * 360 - 180;

/** Latitude of a unit y. */
export const latOf = (y) => (Math.atan(Math.sinh(Math.PI * (1 - 2 * y))) * 180) / Math.PI;
