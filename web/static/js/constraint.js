/** What a constraint means at a moment: its standing, drawing class, status word and limits. */

import { instant, plain } from "./format.js";
import { t } from "./text.js";

const LIMITS = [
  ["max_gross_t", "maxGross"], ["max_payload_t", "maxPayload"], ["max_axle_t", "maxAxle"],
  ["max_height_m", "maxHeight"], ["max_width_m", "maxWidth"], ["max_length_m", "maxLength"],
  ["practicability_cap", "cap"], ["drive_required", "drive"],
];

/** Where a constraint is in its life (rules of truth 1-3), as `Constraint.standing` says it. */
export function standing(c, nowMs) {
  const after = (text) => text && Date.parse(text) > nowMs;
  if (c.status === "rejected") return "ended";
  if (c.status === "resolved" && c.ended_at && !after(c.ended_at)) return "ended";
  if (after(c.valid_from)) return "not_yet";
  const confirmed = c.last_confirmed_at && Date.parse(c.last_confirmed_at) >= Date.parse(c.valid_to);
  if (c.valid_to && !after(c.valid_to) && !confirmed) return "lapsed";
  if (c.daily_from && c.daily_to && c.time_zone && !inWindow(c, nowMs)) return "paused";
  return "holds";
}

function inWindow(c, nowMs) {
  let now;
  try {
    now = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: c.time_zone }).format(nowMs);
  } catch {
    return true; // a browser without that zone must not show a ban as lifted
  }
  const [start, end] = [c.daily_from, c.daily_to].map((text) => text.padStart(5, "0").slice(0, 5));
  return start < end ? start <= now && now < end : now >= start || now < end;
}

/**
 * The class it is drawn in: closed, restricted, unverified, note or inactive. The same table as
 * in layers/mapclass.py, and what no road could be found for is unverified.
 */
export function kind(c, nowMs, matched = null) {
  const life = standing(c, nowMs);
  if (life === "ended") return "inactive";
  if (life === "not_yet") return "note";
  const limited = LIMITS.some(([name]) => c[name]);
  const unsure = life === "lapsed" || (c.effect === "unknown" && !limited && !c.permitted_until)
    || ["bad", "unknown"].includes(c.location_precision) || ["unmatched", "unlocated"].includes(matched);
  if (unsure) return "unverified";
  if (life === "paused") return "restricted";
  if (c.permitted_until) return Date.parse(c.permitted_until) <= nowMs ? "closed" : "restricted";
  if (c.effect === "blocked") return "closed";
  return c.effect === "advisory" && !limited ? "note" : "restricted";
}

/** The status in words. */
export function statusWord(c, nowMs) {
  const byLife = { ended: "ended", not_yet: "notYet", paused: "paused", lapsed: "lapsed" }[standing(c, nowMs)];
  if (byLife) return c.status === "rejected" ? t("rejected") : t(byLife);
  if (c.effect === "blocked" && ["bad", "unknown"].includes(c.location_precision)) return t("reportedClosed");
  if (c.effect === "blocked") return t(c.direction && c.direction !== "both" ? "closedOneWay" : "closed");
  return t({ unknown: "effectUnknown", advisory: "advisory", difficult: "difficult", delay_only: "delay" }[c.effect] ?? "restricted");
}

/** Limits, delay and daily hours, in words. */
export function limitWords(c) {
  const words = [...LIMITS, ["delay_min", "delayMin"]].filter(([name]) => c[name])
    .map(([name, key]) => t(key, { n: typeof c[name] === "number" ? plain(c[name]) : c[name] }));
  if (c.speed_factor) words.push(t("speedFactor", { n: Math.round(c.speed_factor * 100) }));
  if (c.permitted_until) words.push(t("permittedUntil", { when: instant(c.permitted_until) }));
  if (c.daily_from) words.push(t("daily", { from: c.daily_from, to: c.daily_to, zone: c.time_zone }));
  return words;
}

/** What makes it uncertain on the map, in words, or null. */
export function doubt(c, matched = null) {
  if (matched === "unmatched") return t("unmatched");
  if (matched === "unlocated") return t("unlocated");
  if (["bad", "unknown"].includes(c.location_precision)) return t("badPrecision");
  return matched === "partly" ? t("partly") : null;
}
