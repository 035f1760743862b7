/** Numbers, instants and ages as people read them; times are UTC, and the operation's own where people move. */

import { el } from "./dom.js";
import { t } from "./text.js";

const MINUTE = 60_000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const two = (n) => String(n).padStart(2, "0");

/** `21 Nov 2026 08:05 UTC`, or *not known*. */
export function instant(text) {
  if (!text) return t("notKnown");
  const at = new Date(text);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()} `
    + `${two(at.getUTCHours())}:${two(at.getUTCMinutes())} UTC`;
}

/** The time zone of an operation, or UTC where it has none or the browser does not know it. */
export function knownZone(name) {
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name || "UTC" }).resolvedOptions().timeZone;
  } catch {
    return "UTC";
  }
}

/** The clock of a time zone at an instant, in milliseconds as if it were UTC's. */
function wallClock(ms, zone) {
  const parts = new Intl.DateTimeFormat("en", { timeZone: zone, hourCycle: "h23", year: "numeric", month: "numeric", day: "numeric",
    hour: "numeric", minute: "numeric", second: "numeric" }).formatToParts(ms);
  const { year, month, day, hour, minute, second } = Object.fromEntries(parts.map(({ type, value }) => [type, Number(value)]));
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

/** `18 Nov 2026 23:00 America/Santiago (19 Nov 2026 02:00 UTC)`; only UTC where that is the operation's. */
export function localInstant(text, zone) {
  if (!text || zone === "UTC") return instant(text);
  const local = instant(new Date(wallClock(Date.parse(text), zone)).toISOString()).replace(/ UTC$/, "");
  return `${local} ${zone} (${instant(text)})`;
}

/** The value of a `datetime-local` input, read as time of a zone, as an ISO instant in UTC; null if empty. */
export function zonedInstant(value, zone) {
  if (!value) return null;
  const wall = Date.parse(`${value}Z`);
  // The offset is that of the answer, not of the question: one step more settles days when clocks change.
  const guess = wall - (wallClock(wall, zone) - wall);
  const at = wall - (wallClock(guess, zone) - guess);
  return new Date(at).toISOString().replace(".000Z", "Z");
}

/** A `<time>` element; bdi keeps the digits in order in right-to-left pages. */
export function moment(text) {
  return el("time", { datetime: text }, el("bdi", { dir: "ltr" }, instant(text)));
}

/** A span of milliseconds in its largest sensible unit: `5 min`, `3 h`, `12 days`. */
export function span(ms) {
  const minutes = Math.max(0, Math.round(ms / MINUTE));
  if (minutes < 90) return `${minutes} min`;
  const hours = Math.round(minutes / 60);
  if (hours < 48) return `${hours} h`;
  return `${Math.round(hours / 24)} days`;
}

/** The age of an instant at `now`, both as milliseconds or ISO text. */
export function age(text, now) {
  const passed = now - Date.parse(text);
  return passed < -MINUTE ? t("future", { age: span(-passed) }) : t("age", { age: span(passed) });
}

/** `18.4 km`; metres below one kilometre. */
export function km(value) {
  if (value === null || value === undefined) return t("notKnown");
  return Math.abs(value) < 1 ? `${Math.round(value * 1000)} m` : `${value.toFixed(1)} km`;
}

/** Hours as `2 h 05 min`, `38 min`. */
export function hours(value) {
  if (value === null || value === undefined) return t("notKnown");
  const sign = value < 0 ? "−" : "";
  const minutes = Math.round(Math.abs(value) * 60);
  if (minutes < 60) return `${sign}${minutes} min`;
  return `${sign}${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
}

/** A number without needless zeros. */
export function plain(value) {
  return String(Number(value.toFixed(3)));
}

/** A difference with its sign. */
export function signed(value, formatted) {
  return value > 0 ? `+${formatted}` : formatted;
}

/** The value of a `datetime-local` input, read as UTC, as an ISO instant; null if empty. */
export function inputInstant(value) {
  return value ? new Date(`${value}Z`).toISOString().replace(".000Z", "Z") : null;
}

/** An instant for a `datetime-local` input, in UTC to the minute. */
export function toInput(ms) {
  return new Date(ms).toISOString().slice(0, 16);
}
