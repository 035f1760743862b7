/** Versions of the constraints: look at an older one, compare two, copy the difference into a report. */

import { button, el, fill, select } from "./dom.js";
import { instant, moment } from "./format.js";
import * as service from "./service.js";
import { t } from "./text.js";

/** Wire the versions tab. `show(release | null)` switches the whole page. */
export function createVersions({ store, show, copy, failure }) {
  const root = document.getElementById("versions");
  let compared = null;
  let chosen = null; // the two versions last compared: the form keeps them when it is drawn anew

  function draw() {
    const { versions, viewing, heads } = store.get();
    if (!versions.length) return;
    const open = versions.filter((release) => !release.withdrawn_at);
    const shown = viewing?.number ?? heads.constraints?.number;
    fill(root,
      viewing && el("p", {}, button(t("backToCurrent"), () => show(null), { class: "primary" })),
      open.length > 1 && compareForm(open),
      compared,
      el("ol", { class: "releases", reversed: true }, versions.map((release) => row(release, release.number === shown, release.number === heads.constraints?.number))));
  }

  function row(release, isShown, isHead) {
    const marks = [isHead && t("current"), release.withdrawn_at && t("withdrawn")].filter(Boolean).join(", ");
    return el("li", { class: isShown ? "shown" : "", "aria-current": isShown ? "true" : null },
      el("div", {}, el("b", {}, t("versionRow", { n: release.number })), marks && ` (${marks})`,
        el("small", {}, moment(release.published_at), ` · ${release.author} · ${t("features", { n: release.feature_count })}`),
        release.message && el("p", {}, release.message)),
      !release.withdrawn_at && !isShown && button(t("show"), () => show(isHead ? null : release), { class: "quiet", "aria-label": `${t("show")} ${t("versionRow", { n: release.number })}` }));
  }

  function compareForm(open) {
    const options = open.map((release) => [String(release.number), `${release.number} – ${instant(release.published_at)}`]);
    const from = select("compare-from", options, chosen?.from ?? options[1][0], { id: "compare-from" });
    const to = select("compare-to", options, chosen?.to ?? options[0][0], { id: "compare-to" });
    return el("form", { class: "form compare", on: { submit: (event) => { event.preventDefault(); compare(from.value, to.value); } } },
      el("p", { class: "field" }, el("label", { for: "compare-from" }, t("compareFrom")), from),
      el("p", { class: "field" }, el("label", { for: "compare-to" }, t("compareTo")), to),
      el("button", { class: "quiet" }, t("compare")));
  }

  async function compare(a, b) {
    chosen = { from: a, to: b };
    try {
      const [text, changes] = await Promise.all([service.diffText("constraints", a, b), service.diff("constraints", a, b)]);
      const area = el("pre", { class: "diff", tabindex: "0", "aria-label": t("compared", { a, b }) }, text.trim() || t("noDifference"));
      compared = el("section", { class: "compared", role: "status" }, el("h3", {}, t("compared", { a, b })), area,
        button(t("copyText"), () => copy(text, area), { class: "quiet" }));
      store.set({ changed: new Set(["added", "removed", "changed"].flatMap((name) => (changes[name] ?? []).map(idOf))) });
    } catch (error) {
      compared = failure(error);
    }
    draw();
  }

  store.watch(["versions", "viewing", "heads"], draw);
  draw();
}

const idOf = (entry) => (typeof entry === "string" ? entry : (entry.id ?? entry.feature_id));
