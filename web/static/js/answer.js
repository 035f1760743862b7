/** A route answer in words: verdict, figures, what blocks or conditions it, and what it rests on. */

import { button, el, symbol } from "./dom.js";
import { hours, instant, km, localInstant, moment, signed } from "./format.js";
import { t, word } from "./text.js";

const SYMBOL = { viable: "viable", viable_with_conditions: "restricted", not_viable: "closed", unknown: "unverified" };

/** Build the answer. `zone` is the operation's time zone, `onNote(note)` shows a constraint on the map. */
export function renderAnswer(answer, { zone, onNote, onCopy }) {
  const told = { zone, onNote };
  return el("article", { class: `verdict ${answer.verdict}` },
    el("header", {}, symbol(SYMBOL[answer.verdict] ?? "unverified"), el("div", {},
      el("h3", {}, t(answer.verdict)),
      el("p", { class: "marks" }, answer.exercise && el("strong", { class: "exercise" }, t("exercise")),
        answer.hypothetical && el("strong", { class: "hypothetical" }, t("hypothetical"))))),
    el("p", { class: "summary" }, readable(answer.summary, zone)),
    notes(t("warnings"), answer.envelope?.warnings, told, "blocked"),
    figures(answer, zone),
    answer.way?.waits?.length > 0 && waits(answer.way.waits, zone),
    notes(t("blockedBy"), answer.blocked_by, told, "blocked"),
    notes(t("conditions"), answer.conditions, told),
    answer.unknowns?.text && section(t("unknowns"), el("p", {}, answer.unknowns.text)),
    answer.comparison && comparison(answer, told),
    notes(t("notes"), answer.notes, told),
    notes(t("unapplied"), answer.unapplied, told),
    answer.way?.streets?.length > 0 && streets(answer.way.streets),
    provenance(answer),
    answer.valid_until && el("p", { class: "hint" }, t("validUntil", { when: localInstant(answer.valid_until, zone) })),
    el("p", { class: "caveat" }, readable(answer.caveat, zone)),
    button(t("copyAnswer"), () => onCopy(answerText(answer, zone)), { class: "quiet" }));
}

/** A sentence of the service with its instants as people read them. */
const readable = (text, zone) => text.replace(/\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d+)?)?Z/g, (found) => localInstant(found, zone));

function section(title, ...children) {
  return el("section", {}, el("h4", {}, title), children);
}

function figures({ way, question }, zone) {
  const time = (text) => {
    const [local, utc] = localInstant(text, zone).split(" (");
    return [local, utc && el("small", {}, utc.slice(0, -1))];
  };
  const rows = [[t("departure"), time(question.at)]];
  const off = way?.off_road_m ?? {};
  if (way) {
    rows.unshift([t("distance"), km(way.length_km)],
      [t("duration"), [hours(way.duration_h), way.rest_h > 0 && el("small", {}, shares(way))]]);
    if (way.days) rows.splice(2, 0, [t("days"), [`${way.days.expected}`, el("small", {}, t("daysRange", { a: way.days.optimistic, b: way.days.worst, h: way.days.driving_day_h }))]]);
    rows.push([t("arrival"), time(way.arrival)]);
  }
  if (off.origin > 20 || off.destination > 20) {
    rows.push([t("offRoad"), t("offRoadValue", { a: Math.round(off.origin ?? 0), b: Math.round(off.destination ?? 0) })]);
  }
  return el("dl", { class: "figures" }, rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value))));
}

/** What the hours consist of; delays and waits only where there are some. */
function shares(way) {
  const parts = [["driving", way.moving_h], ["rest", way.rest_h], ["delays", way.delay_h ?? 0], ["waits", way.wait_h ?? 0]];
  return parts.filter(([name, value]) => value > 0 || name === "driving").map(([name, value]) => `${t(name)} ${hours(value)}`).join(", ");
}

function waits(list, zone) {
  return section(t("waiting"), el("ul", { class: "notes" }, list.map((wait) => el("li", {},
    el("b", {}, t("waitUntil", { until: localInstant(wait.until, zone), long: hours(wait.hours) })),
    el("p", {}, readable(t("waitWhere", { km: wait.km.toFixed(1), why: wait.reason }), zone))))));
}

function notes(title, list, told, extra = "") {
  if (!list?.length) return null;
  return section(title, el("ul", { class: `notes ${extra}` }, list.map((note) => el("li", {}, noteNodes(note, told)))));
}

function noteNodes(note, { zone, onNote }) {
  if (note.restricted && !note.name) return [el("b", {}, t("restrictedNote"))];
  const title = note.name || word(note.constraint_type ?? note.kind);
  const facts = [note.reason, note.excess?.length ? note.excess.map(excessText).join("; ") : null,
    note.km_from === null || note.km_from === undefined ? null : t("kmOnWay", { from: note.km_from.toFixed(1), to: (note.km_to ?? note.km_from).toFixed(1) }),
    note.review_overdue ? t("overdue") : null, note.hypothetical ? t("hypotheticalNote") : null].filter(Boolean);
  return [
    note.kind === "constraint" && note.id && !note.hypothetical ? button(title, (event) => onNote(note, event.currentTarget), { class: "link" }) : el("b", {}, title),
    facts.length > 0 && el("p", {}, readable(facts.join("; "), zone)),
    note.source_org && el("small", {}, `${[note.source_org, note.source_ref].filter(Boolean).join(", ")}, ${instant(note.date_of_information)}`),
  ];
}

function excessText(excess) {
  return typeof excess === "string" ? excess : (excess.text ?? Object.values(excess).join(" "));
}

function comparison({ comparison: compared, way }, told) {
  const bare = compared.without_constraints;
  const row = (label, length, time) => el("tr", {}, el("th", { scope: "row" }, label), el("td", {}, length), el("td", {}, time));
  return section(t("comparison"),
    el("table", {}, el("thead", {}, el("tr", {}, el("td"), el("th", { scope: "col" }, t("distance")), el("th", { scope: "col" }, t("duration")))),
      el("tbody", {},
        row(t("without"), km(bare?.length_km), hours(bare?.duration_h)),
        way && row(t("withC"), km(way.length_km), hours(way.duration_h)),
        way && row(t("extra"), signed(compared.extra_km, km(compared.extra_km)), signed(compared.extra_h, hours(compared.extra_h))))),
    compared.avoided?.length > 0 && [el("h5", {}, t("avoided")), el("ul", { class: "notes" }, compared.avoided.map((note) => el("li", {}, noteNodes(note, told))))]);
}

function streets(list) {
  return el("details", {}, el("summary", {}, t("streets")), el("ol", { class: "streets" },
    list.map((street) => el("li", {}, el("span", {}, street.name || t("unnamed", { class: word(street.highway) })), el("span", {}, km(street.length_km))))));
}

function provenance(answer) {
  const from = answer.provenance;
  const rows = [[t("roadsFrom"), [t("roadsValue", { name: from.graph_build.name, date: (from.graph_build.osm_date ?? t("notKnown")).slice(0, 10) }), ` (${from.graph_build.digest.slice(0, 12)}), ${from.graph_build.attribution}`]]];
  rows.push([t("constraintsFrom"), from.constraints ? t("versionOf", { n: from.constraints.number, when: instant(from.constraints.published_at) }) : t("none")]);
  for (const [layer, version] of Object.entries(from.facilities ?? {})) {
    rows.push([word(layer), t("versionOf", { n: version.number, when: instant(version.published_at) })]);
  }
  rows.push([t("engine"), t("engineValue", { engine: from.engine, product: from.product_version, version: from.product_version })],
    [t("vehicleTable"), String(from.tables.vehicle_classes.version ?? from.tables.vehicle_classes.sha256).slice(0, 12)]);
  return el("details", { class: "provenance" }, el("summary", {}, t("provenance")),
    el("p", {}, t("asOfVersion", { when: "" }).replace(/ ?\.$/, " "), moment(answer.question.as_of)),
    el("dl", {}, rows.map(([name, value]) => el("div", {}, el("dt", {}, name), el("dd", {}, value)))));
}

/** The answer as plain text for a report. */
export function answerText(answer, zone) {
  const { question: q, way, provenance: from } = answer;
  const names = (list) => list.map((note) => `- ${note.name || t("restrictedNote")}${note.reason ? `: ${readable(note.reason, zone)}` : ""}`
    + (note.source_org ? ` (${note.source_org}, ${instant(note.date_of_information)})` : ""));
  const block = (title, list) => (list?.length ? [`${title}:`, ...names(list)] : []);
  return [
    `${answer.exercise ? `${t("exercise").toUpperCase()} – ` : ""}${answer.hypothetical ? `${t("hypothetical").toUpperCase()} – ` : ""}`
      + `${q.origin.name} → ${q.destination.name}, ${q.vehicle.name}: ${t(answer.verdict)}`,
    readable(answer.summary, zone),
    `${t("departure")}: ${localInstant(q.at, zone)}`,
    ...(way ? [`${t("arrival")}: ${localInstant(way.arrival, zone)} (${km(way.length_km)}, ${hours(way.duration_h)})`] : []),
    ...(way?.waits ?? []).map((wait) => `${t("waiting")}: ${t("waitUntil", { until: localInstant(wait.until, zone), long: hours(wait.hours) })}, ${t("waitWhere", { km: wait.km.toFixed(1), why: wait.reason })}`),
    ...block(t("warnings"), answer.envelope?.warnings), ...block(t("blockedBy"), answer.blocked_by), ...block(t("conditions"), answer.conditions),
    ...block(t("unapplied"), answer.unapplied),
    ...(answer.unknowns?.text ? [answer.unknowns.text] : []),
    t("asOfVersion", { when: localInstant(q.as_of, zone) }),
    `${t("constraintsFrom")}: ${from.constraints ? t("versionOf", { n: from.constraints.number, when: instant(from.constraints.published_at) }) : t("none")}; `
      + `${t("roadsFrom")}: ${from.graph_build.name}, ${from.graph_build.attribution}`,
    readable(answer.caveat, zone),
  ].join("\n");
}
