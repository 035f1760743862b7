/** The forms of an editor: a new constraint, a confirmation, an end. */

import { el, field, select } from "./dom.js";
import { inputInstant, toInput } from "./format.js";
import { heading, t } from "./text.js";

const TYPES = ["road_damage", "bridge_damage", "culvert_damage", "flood", "tsunami", "landslide", "roadblock", "weight_limit", "height_limit",
  "curfew_night_ban", "traffic_restriction", "works", "checkpoint_official", "checkpoint_unofficial", "convoy_escort_required", "permit_required",
  "seasonal_closure", "rain_barrier", "mud", "trees", "wreckage", "ford", "ferry", "railway_damage", "border_closure", "fuel_shortage",
  "active_hostilities", "insecurity_incident", "mines_uxo", "contamination", "information_gap", "other"];
const EFFECTS = ["blocked", "restricted", "difficult", "delay_only", "advisory", "unknown"];
const NUMBERS = [["max_gross_t", "maxGross"], ["max_axle_t", "maxAxle"], ["max_height_m", "maxHeight"], ["max_width_m", "maxWidth"],
  ["max_length_m", "maxLength"], ["delay_min", "delayMin"]];
const options = (codes) => codes.map((code) => [code, heading(code)]);
const text = (name, props = {}) => el("input", { name, id: `edit-${name}`, type: "text", ...props });
const when = (name, value, props = {}) => el("input", { name, id: `edit-${name}`, type: "datetime-local", value, ...props });

/** Fields of a new constraint. */
export function constraintFields({ now, timeZone, name }) {
  return [
    field(t("name"), text("name", { required: true, maxlength: 200, value: name ?? "" })),
    el("div", { class: "two" },
      field(t("type"), select("constraint_type", options(TYPES), "road_damage", { id: "edit-type" })),
      field(t("effect"), select("effect", options(EFFECTS), "blocked", { id: "edit-effect" }))),
    el("div", { class: "two" },
      field(t("sourceOrg"), text("source_org", { required: true, maxlength: 200 })),
      field(t("sourceRef"), text("source_ref", { maxlength: 300 }))),
    field(t("dateOfInformation"), when("date_of_information", toInput(now), { required: true }), t("utcHint")),
    el("details", {}, el("summary", {}, `${t("limits")}, ${t("direction").toLowerCase()}, ${t("validUntilField").toLowerCase()} …`),
      el("div", { class: "two" }, NUMBERS.map(([key, label]) => field(t(label, { n: "…" }), text(key, { type: "number", min: "0", step: "any", inputmode: "decimal" })))),
      field(t("direction"), select("direction", options(["both", "forward", "backward"]), "both", { id: "edit-direction" }), t("oneDirectionHint")),
      field(t("validUntilField"), when("valid_to", ""), t("utcHint")),
      field(t("precision"), select("location_precision", options(["accurate", "approximate", "bad", "unknown"]), "accurate", { id: "edit-precision" })),
      el("div", { class: "two" }, field(t("dailyFrom"), text("daily_from", { type: "time" })), field(t("dailyTo"), text("daily_to", { type: "time" }))),
      field(t("timeZone"), text("time_zone", { value: timeZone ?? "" })),
      field(t("description"), el("textarea", { name: "description", id: "edit-description", rows: 2, maxlength: 2000 }))),
  ];
}

/** The properties that a filled form states; what was left empty is not known and left out. */
export function propertiesOf(form, { now, exercise }) {
  const given = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));
  for (const [name] of NUMBERS) if (given[name] !== undefined) given[name] = Number(given[name]);
  for (const name of ["date_of_information", "valid_to"]) if (given[name]) given[name] = inputInstant(given[name]);
  if (!given.daily_from && !given.daily_to) delete given.time_zone;
  // A constraint holds from when it is known at the latest, else the next answer might miss it.
  given.valid_from = given.date_of_information < now ? given.date_of_information : now;
  return { ...given, status: "reported", ...(exercise ? { exercise: true, source_type: "exercise" } : {}) };
}

/** Fields of a confirmation: who says that it still is so, and from when that is. */
export function confirmFields({ now }) {
  return [
    field(t("sourceOrg"), text("source_org", { required: true })),
    field(t("dateOfInformation"), when("date_of_information", toInput(now), { required: true }), t("utcHint")),
    field(t("note"), text("note")),
  ];
}

/** Fields of an end: who says so, from when, and why. */
export function endFields({ now }) {
  return [
    field(t("endedByField"), text("ended_by", { required: true })),
    field(t("endedAtField"), when("ended_at", toInput(now), { required: true }), t("utcHint")),
    field(t("reason"), text("reason", { required: true })),
  ];
}

/** The body of a confirmation or an end. */
export function statementOf(form) {
  const given = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, value.trim()]).filter(([, value]) => value));
  for (const name of ["date_of_information", "ended_at"]) if (given[name]) given[name] = inputInstant(given[name]);
  return given;
}
