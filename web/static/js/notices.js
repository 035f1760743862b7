/** The bars above the map: an older version, stale data, a service that does not answer. */

import { button, el, fill } from "./dom.js";
import { age, instant } from "./format.js";
import { t } from "./text.js";

const STALE_MS = 7 * 24 * 3600 * 1000;

/** Keep the bars as the state says. */
export function createNotices({ store, clock, show, retry }) {
  const root = document.getElementById("banners");

  function draw() {
    const { viewing, missing, heads, offline, failed } = store.get();
    const head = heads.constraints;
    const now = clock.server();
    const bars = [];
    if (offline) bars.push(el("p", { class: "banner bad" }, t("offline", { why: offline.why, when: offline.since }), " ", button(t("retry"), retry, { class: "quiet" })));
    for (const [what, why] of Object.entries(failed)) bars.push(el("p", { class: "banner warn" }, t("loadFailed", { what, why }), " ", button(t("retry"), retry, { class: "quiet" })));
    if (missing) bars.push(el("p", { class: "banner warn" }, t(missing.withdrawn ? "withdrawnVersion" : "missingVersion", { n: missing.number })));
    if (viewing) {
      bars.push(el("p", { class: "banner old-version" }, t("viewing", { n: viewing.number, of: head?.number ?? viewing.number, when: instant(viewing.published_at) }), " ",
        button(t("backToCurrent"), () => show(null), { class: "quiet" })));
    } else if (head && now - Date.parse(head.published_at) > STALE_MS) {
      bars.push(el("p", { class: "banner warn" }, t("stale", { age: age(head.published_at, now).replace(/ old$/, ""), when: instant(head.published_at) })));
    }
    // Redrawing what is already said would make screen readers say it again every minute.
    if (bars.map((bar) => bar.textContent).join() !== [...root.children].map((bar) => bar.textContent).join()) fill(root, bars);
  }

  store.watch(["viewing", "missing", "heads", "offline", "failed", "minute"], draw);
  draw();
}

/** An error as a node: what happened, and what to do next. */
export function failureNode(error) {
  return el("div", { class: "failure", role: "alert" }, el("p", {}, error.message), error.doNext && el("p", {}, error.doNext));
}
