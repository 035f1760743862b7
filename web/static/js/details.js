/** What the popups say of a constraint, a facility and a road segment. */

import { doubt, kind, limitWords, statusWord } from "./constraint.js";
import { button, el, symbol } from "./dom.js";
import { age, instant } from "./format.js";
import { times } from "./list.js";
import { heading, t, word } from "./text.js";

const row = (name, value) => (value === null || value === undefined || value === "" ? null : el("div", {}, el("dt", {}, name), el("dd", {}, value)));

/** A constraint, with its provenance. */
export function constraintDetails(feature, { now, matched, buttons }) {
  const c = feature.properties;
  const drawn = kind(c, now, matched);
  return el("div", { class: "details" },
    el("h3", {}, symbol(drawn), c.name),
    el("p", { class: `status ${drawn}` }, el("b", {}, statusWord(c, now)), limitWords(c).map((words) => ` · ${words}`)),
    c.description && el("p", {}, c.description),
    el("dl", {}, row(t("type"), heading(c.constraint_type)), row(t("effect"), heading(c.effect)),
      c.direction && c.direction !== "both" ? row(t("direction"), word(c.direction)) : null,
      row(t("sourceOrg"), [c.source_org, c.source_ref].filter(Boolean).join(", ")),
      row(t("dateOfInformation"), `${instant(c.date_of_information)} (${age(c.date_of_information, now)})`),
      row(t("roadStatus"), heading(c.status)),
      row(t("grade"), [`${c.reliability ?? "F"}${c.credibility ?? 6}`, el("small", { class: "grade" }, t("gradeHelp"))]),
      row(t("precision"), heading(c.location_precision))),
    el("p", { class: "meta" }, times(c)),
    doubt(c, matched) && el("p", { class: "meta doubt" }, doubt(c, matched)),
    c.exercise && el("strong", { class: "exercise" }, t("exercise")),
    buttons);
}

const FACTS = ["un_locode", "icao", "iata", "status_comment", "population", "diesel_available", "jet_fuel"];
const UNITS = { max_draft_m: "m", berths: "", discharge_bag_t_day: "t/day", runway_length_m: "m", area_m2: "m²", capacity_t: "t",
  truck_max_length_m: "m", daily_truck_capacity: "", diesel_stock_l: "l" };
const LIMITS = [["max_gross_t", "maxGross"], ["max_axle_t", "maxAxle"], ["max_height_m", "maxHeight"], ["max_width_m", "maxWidth"], ["max_length_m", "maxLength"]];

function plainValue(value) {
  if (typeof value === "number") return value.toLocaleString("en");
  return typeof value === "boolean" ? t(value ? "yes" : "no") : value;
}

/** A facility or a place, with buttons to start or end a route there. */
export function facilityDetails(layer, feature, { now, onUse }) {
  const f = feature.properties;
  return el("div", { class: "details" }, el("h3", {}, symbol(layer), f.name),
    el("dl", {}, row(t("roadStatus"), f.status ? heading(f.status) : null),
      FACTS.map((name) => row(t(name), plainValue(f[name]))),
      Object.entries(UNITS).map(([name, unit]) => row(t(name), typeof f[name] === "number" ? `${plainValue(f[name])} ${unit}` : null)),
      row(t("sourceOrg"), [f.source_org, f.source_ref].filter(Boolean).join(", ")),
      row(t("dateOfInformation"), f.date_of_information && `${instant(f.date_of_information)} (${age(f.date_of_information, now)})`)),
    f.exercise && el("strong", { class: "exercise" }, t("exercise")),
    el("p", { class: "actions" }, t("useAs"), " ", button(t("from"), () => onUse("origin"), { class: "quiet" }), button(t("to"), () => onUse("destination"), { class: "quiet" })));
}

/** A road segment with its status; `constraints` are the features that act on it. */
export function roadDetails(segment, { status, constraints, onConstraint, extra }) {
  return el("div", { class: "details" }, el("h3", {}, segment.name || t("unnamed", { class: word(segment.highway) })),
    el("dl", {}, row(t("roadClass"), word(segment.highway)),
      row(t("roadStatus"), status ? el("span", { class: `status ${status}` }, symbol(status), " ", el("b", {}, t(status))) : t("noConstraintRoad")),
      segment.oneway ? row(t("oneway"), t("yes")) : null), el("dl", {}, tagRows(segment.properties)),
    constraints.length > 0 && el("ul", { class: "notes" }, constraints.map((feature) => el("li", {}, button(feature.properties.name, () => onConstraint(feature), { class: "link" })))),
    extra);
}

function tagRows(properties) {
  const limits = LIMITS.filter(([name]) => typeof properties[name] === "number").map(([name, key]) => t(key, { n: properties[name] }));
  return [
    row(t("length"), t("lengthValue", { n: Math.round(properties.length_m) })),
    row(t("surface"), properties.surface && word(properties.surface)),
    row(t("maxspeed"), properties.maxspeed_kmh && t("speedValue", { n: properties.maxspeed_kmh })),
    row(t("bridge"), properties.bridge ? t("yes") : null),
    row(t("limitsTagged"), limits.join(", ") || t("noneTagged")),
  ];
}
