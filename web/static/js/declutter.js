/** Keep markers at least a finger's width apart: the one drawn later in the order of rank yields. */

const APART_PIXELS = 32; // WCAG 2.5.8 wants 24; axe failed overlapping ones below 32
const RANK = ["origin", "destination", "closed", "restricted", "unverified", "note", "ports", "airports", "storage", "fuel",
  "border_crossings", "bridges", "ferries", "checkpoints", "customs_offices", "weighbridges", "rail_stations", "mills", "service_providers",
  "inactive", "places"];

const rank = (pin) => RANK.findIndex((name) => pin.classList.contains(`pin-${name}`));

/** Shrink the markers that come too near to a more important one to dots that cannot be clicked. */
export function declutter(container) {
  const kept = [];
  const pins = [...container.querySelectorAll(".pin")].map((pin) => ({ pin, box: pin.getBoundingClientRect(), rank: rank(pin) }));
  for (const { pin, box } of pins.sort((a, b) => a.rank - b.rank)) {
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    const near = kept.some((other) => Math.hypot(other.x - x, other.y - y) < APART_PIXELS);
    pin.classList.toggle("crowded", near && !pin.matches(".pin-origin, .pin-destination"));
    if (!near) kept.push({ x, y });
  }
}
