/** Numbers, instants and ages as people read them; times are UTC, as everywhere in the product. */

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
