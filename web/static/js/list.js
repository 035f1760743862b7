/** The list of constraints: the same cards as the server's, kept up to date. */

import { doubt, kind, limitWords, standing, statusWord } from "./constraint.js";
import { button, el, fill, symbol } from "./dom.js";
import { age, moment } from "./format.js";
import { t } from "./text.js";

const ORDER = ["closed", "restricted", "unverified", "note", "inactive"];

/** Put the most restrictive first, what no longer holds last; then by date of information, newest first. */
export function sorted(features, now, matches) {
  const rank = ({ id, properties }) => ORDER.indexOf(kind(properties, now, matches[id]?.state));
  return [...features].sort((a, b) => rank(a) - rank(b)
    || Date.parse(b.properties.date_of_information) - Date.parse(a.properties.date_of_information));
}

/** Draw the list into the page whenever what it shows changes. `actions(feature)` gives a card's editing buttons. */
export function createList({ store, clock, onSelect, actions }) {
  const root = document.getElementById("constraint-list");
  const filters = document.getElementById("constraint-filters");
  const source = document.getElementById("constraints-source");
  const tab = document.getElementById("tab-button-constraints");
  let show = "all";

  function passes(feature, now) {
    const ended = standing(feature.properties, now) === "ended";
    return show === "all" || (show === "ended") === ended;
  }

  function draw() {
    const state = store.get();
    const features = state.layers.constraints ?? (state.heads.constraints ? null : []);
    if (!features) return; // the server's list stands until the first load is through
    const now = clock(state);
    drawSource(state);
    tab.textContent = t("constraintsTab", { n: features.length });
    fill(filters, ["all", "inForce", "ended"].map((name) => button(`${t(name === "ended" ? "endedOnes" : name)}`, () => {
      show = name;
      draw();
      filters.querySelector("[aria-pressed=true]").focus();
    }, { class: "filter", "aria-pressed": String(show === name) })));
    const rows = sorted(features, now, state.matches).filter((one) => passes(one, now));
    const focused = document.activeElement?.closest?.(".card")?.dataset.id;
    fill(root, rows.length ? rows.map((one) => card(one, state, now)) : el("li", { class: "empty" }, t("noneInVersion")));
    if (focused && root.contains(document.activeElement) === false) {
      root.querySelector(`[data-id="${CSS.escape(focused)}"] button`)?.focus();
    }
  }

  function drawSource(state) {
    const release = state.viewing ?? state.heads.constraints;
    source.classList.toggle("old", Boolean(state.offline));
    if (!release) source.textContent = t("noConstraints");
    else if (state.offline) source.textContent = t("listOld", { when: state.offline.since });
    else fill(source, splitAround(t("listSource", { n: release.number, when: "|", age: age(release.published_at, clock.server()).replace(/ old$/, "") }),
      moment(release.published_at)));
  }

  function card(feature, state, now) {
    const c = feature.properties;
    const matched = state.matches[feature.id]?.state ?? null;
    const drawn = kind(c, now, matched);
    const selected = state.selected?.layer === "constraints" && state.selected.id === feature.id;
    const unsure = doubt(c, matched);
    return el("li", { class: `card ${drawn}${selected ? " selected" : ""}${state.changed.has(feature.id) ? " changed" : ""}`, "data-id": feature.id },
      el("div", { class: "card-head" }, symbol(drawn), el("div", {},
        el("h3", {}, button(c.name, (event) => onSelect(feature, event.currentTarget), { class: "link", "aria-pressed": String(selected) })),
        el("p", { class: "status" }, el("b", {}, statusWord(c, now)), limitWords(c).map((words) => ` · ${words}`)))),
      el("p", { class: "meta" }, times(c)),
      unsure && el("p", { class: "meta doubt" }, unsure),
      el("p", { class: "meta" }, splitAround(t("source", { source: [c.source_org, c.source_ref].filter(Boolean).join(", "), when: "|" }),
        moment(c.date_of_information)), " ", el("span", { class: "age" }, age(c.date_of_information, now))),
      actions(feature));
  }

  store.watch(["layers", "matches", "viewing", "heads", "selected", "changed", "offline", "principal", "minute"], draw);
  draw();
  return { draw };
}

/** Since, until and end of a constraint, as text with `<time>` elements. */
export function times(c) {
  const parts = [];
  if (c.valid_from) parts.push(splitAround(t("since", { when: "|" }), moment(c.valid_from)), " ");
  if (c.valid_to) parts.push(splitAround(t("until", { when: "|" }), moment(c.valid_to)), " ");
  if (c.ended_at) parts.push(splitAround(t(c.ended_by ? "endedBy" : "endedAt", { when: "|", who: c.ended_by ?? "" }), moment(c.ended_at)));
  return parts.flat();
}

/** Text with a node where its last `|` stands. */
export function splitAround(text, node) {
  const at = text.lastIndexOf("|");
  return [text.slice(0, at), node, text.slice(at + 1)];
}
