/** What the popups say of a constraint, a facility and a road segment. */

import { doubt, kind, limitWords, statusWord } from "./constraint.js";
import { button, el, symbol } from "./dom.js";
import { age, instant } from "./format.js";
import { times } from "./list.js";
import { t, word } from "./text.js";

const row = (name, value) => (value === null || value === undefined || value === "" ? null : el("div", {}, el("dt", {}, name), el("dd", {}, value)));

/** A constraint, with its provenance. */
export function constraintDetails(feature, { now, matched, buttons }) {
  const c = feature.properties;
  const drawn = kind(c, now, matched);
  return el("div", { class: "details" },
    el("h3", {}, symbol(drawn), c.name),
    el("p", { class: `status ${drawn}` }, el("b", {}, statusWord(c, now)), limitWords(c).map((words) => ` · ${words}`)),
    c.description && el("p", {}, c.description),
    el("dl", {}, row(t("type"), word(c.constraint_type)), row(t("effect"), word(c.effect)),
      c.direction && c.direction !== "both" ? row(t("direction"), word(c.direction)) : null,
      row(t("sourceOrg"), [c.source_org, c.source_ref].filter(Boolean).join(", ")),
      row(t("dateOfInformation"), `${instant(c.date_of_information)} (${age(c.date_of_information, now)})`),
      row(t("roadStatus"), `${word(c.status)}, ${c.reliability ?? "F"}${c.credibility ?? 6}`),
      row(t("precision"), word(c.location_precision))),
    el("p", { class: "meta" }, times(c)),
    doubt(c, matched) && el("p", { class: "meta doubt" }, doubt(c, matched)),
    c.exercise && el("strong", { class: "exercise" }, t("exercise")),
    buttons);
}

const FACTS = [["status_comment", "note"], ["population", "population"]];
const CODES = { un_locode: "UN/LOCODE", icao: "ICAO", iata: "IATA" };
const UNITS = [["max_draft_m", "Max draft", "m"], ["berths", "Berths", ""], ["discharge_bag_t_day", "Bagged cargo", "t/day"], ["runway_length_m", "Runway", "m"],
  ["area_m2", "Covered area", "m²"], ["capacity_t", "Capacity", "t"], ["truck_max_length_m", "Longest truck", "m"],
  ["daily_truck_capacity", "Trucks a day", ""], ["diesel_stock_l", "Diesel in stock", "l"]];

/** A facility or a place, with buttons to start or end a route there. */
export function facilityDetails(layer, feature, { now, onUse }) {
  const f = feature.properties;
  return el("div", { class: "details" }, el("h3", {}, symbol(layer), f.name),
    el("dl", {}, row(t("roadStatus"), f.status ? word(f.status) : null),
      Object.entries(CODES).map(([name, label]) => row(label, f[name])),
      FACTS.map(([name, key]) => row(t(key), f[name] && (typeof f[name] === "number" ? f[name].toLocaleString("en") : f[name]))),
      UNITS.map(([name, label, unit]) => row(label, typeof f[name] === "number" ? `${f[name].toLocaleString("en")} ${unit}` : null)),
      row(t("sourceOrg"), [f.source_org, f.source_ref].filter(Boolean).join(", ")),
      row(t("dateOfInformation"), f.date_of_information && `${instant(f.date_of_information)} (${age(f.date_of_information, now)})`)),
    f.exercise && el("strong", { class: "exercise" }, t("exercise")),
    el("p", { class: "actions" }, t("useAs"), " ", button(t("from"), () => onUse("origin"), { class: "quiet" }), button(t("to"), () => onUse("destination"), { class: "quiet" })));
}

/** A road segment with its status; `constraints` are the features that act on it. */
export function roadDetails(segment, { status, constraints, onConstraint, extra }) {
  return el("div", { class: "details" }, el("h3", {}, segment.name || t("unnamed", { class: word(segment.highway) })),
    el("dl", {}, row(t("roadClass"), word(segment.highway)),
      row(t("roadStatus"), status ? el("span", { class: `status ${status}` }, symbol(status), ` ${t(status)}`) : t("noConstraintRoad")),
      segment.oneway ? row(t("oneway"), t("yes")) : null),
    constraints.length > 0 && el("ul", { class: "notes" }, constraints.map((feature) => el("li", {}, button(feature.properties.name, () => onConstraint(feature), { class: "link" })))),
    extra);
}
