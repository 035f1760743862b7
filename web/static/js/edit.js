/** Sign in with a token, and add, confirm and end constraints. */

import { button, el, field, fill } from "./dom.js";
import * as drawing from "./draft.js";
import { confirmFields, constraintFields, endFields, propertiesOf, statementOf } from "./editform.js";
import * as service from "./service.js";
import { t, word } from "./text.js";

const EDITORS = ["editor", "approver", "admin"];
const NAMED = 8; // roads of a new constraint that are named; the map shows all
const LOOKED_UP = 24; // segments whose names are asked for
const KEPT = "lca-token"; // sessionStorage: gone with the tab, never in a cookie or an address

/** A difference of the service as lines: what was added, removed, and each field that changed. */
export function changeLines(diff) {
  const value = (given) => (given === null || given === undefined ? t("notKnown") : typeof given === "object" ? JSON.stringify(given) : String(given));
  return [
    ...(diff.added ?? []).map((one) => t("lineAdded", { name: one.name })),
    ...(diff.removed ?? []).map((one) => t("lineRemoved", { name: one.name })),
    ...(diff.changed ?? []).flatMap((one) => one.fields.map((changed) =>
      t("lineChanged", { name: one.name, field: word(changed.name), before: value(changed.before), after: value(changed.after) }))),
  ];
}

/** Wire the editing tab. `published()` reloads the page's data after an edit. */
export function createEditor({ store, map, clock, page, announce, failure, openTab, published }) {
  const root = document.getElementById("edit");
  const result = el("div", { class: "result", role: "status" });
  let draft = drawing.EMPTY;
  let mode = "roads";
  let form = null; // the open form: {node, kind}
  const where = el("div", { class: "where" });

  async function signIn(token) {
    service.useToken(token);
    try {
      const principal = await service.me();
      if (principal.authenticated === false) throw new Error(t("notSignedIn"));
      sessionStorage.setItem(KEPT, token);
      store.set({ principal });
      fill(result); // what an earlier token was refused with
      announce(t("signedIn", principal));
      await published();
    } catch (error) {
      signOut();
      fill(result, failure(error));
    }
  }
  function signOut() {
    service.useToken(null);
    sessionStorage.removeItem(KEPT);
    stop();
    store.set({ principal: null });
  }

  /** Start afresh, so that nothing that only the token showed stays on the page or in its memory. */
  function leave() {
    signOut();
    location.reload();
  }

  function stop() {
    form = null;
    draft = drawing.EMPTY;
    store.set({ picking: null });
    showDraft();
    draw();
  }

  function showDraft() {
    map.mark(draft.segments.map((one) => one.number));
    map.showDraft(draft.corners.length > 1 ? drawing.geometryOf(draft) : null, draft.corners);
    drawWhere();
  }

  function drawWhere() {
    const typed = el("input", { type: "text", name: "typed", id: "edit-typed" });
    const useTyped = () => {
      const corners = drawing.parseCorners(typed.value);
      if (!corners) {
        fill(result, failure({ message: t("badCoordinates") }));
        typed.focus();
        return;
      }
      draft = { segments: [], corners };
      fill(result);
      showDraft();
      map.fitGeometry(drawing.geometryOf(draft));
    };
    const count = mode === "roads" ? t("roadsChosen", { n: draft.segments.length }) : t("cornersSet", { n: draft.corners.length });
    fill(where, el("fieldset", {}, el("legend", {}, t("where")),
      el("p", { class: "modes" }, ["roads", "area"].map((name) => button(t(name === "roads" ? "byRoad" : "byArea"), () => pick(name), { class: "filter", "aria-pressed": String(mode === name) }))),
      el("p", { class: "hint" }, t(mode === "roads" ? "clickRoads" : "clickCorners"), " ", el("b", { role: "status" }, count)),
      draft.segments.length > 0 && el("ul", { class: "chosen" }, draft.segments.map((segment) => el("li", {}, segment.name || t("unnamed", { class: segment.highway }), " ",
        button(t("remove"), () => { draft = drawing.toggleSegment(draft, segment); showDraft(); }, { class: "quiet", "aria-label": `${t("remove")} ${segment.name}` })))),
      draft.corners.length > 0 && el("p", {}, button(t("undo"), () => { draft = drawing.undo(draft); showDraft(); }, { class: "quiet" }), " ",
        button(t("clear"), () => { draft = drawing.EMPTY; showDraft(); }, { class: "quiet" })),
      el("details", {}, el("summary", {}, t("typedCoordinates")), field(t("typedCoordinates"), typed, t("typedHint")), button(t("useTyped"), useTyped, { class: "quiet" }))));
  }

  function pick(name) {
    mode = name;
    draft = drawing.EMPTY;
    store.set({ picking: name });
    showDraft();
  }

  /** On which roads a new constraint lies, since it acts on no others. */
  async function matchedTo(id) {
    const { matches, build } = store.get();
    const match = matches[id];
    if (!match) return null; // the report could not be loaded, which the bars above the map say
    const segments = new Set(match.pieces.map((piece) => piece.segment_id));
    const asked = [...segments].slice(0, LOOKED_UP).map((one) => service.segment(build, one).catch(() => null));
    const roads = [...new Set((await Promise.all(asked)).map((one) => one?.properties.name).filter(Boolean))];
    if (!segments.size) return el("p", { class: "doubt" }, t("matchedNone", { why: match.note }));
    return el("p", {}, t("matchedTo", { n: segments.size }), roads.length > 0 && ` ${roads.slice(0, NAMED).join(", ")}${roads.length > NAMED ? ", …" : "."}`);
  }

  /** Open a form in the tab; `send(form)` returns the promise of its edit and, if it is to be said where it lies, of its id. */
  function open(title, fields, label, send, extra = null) {
    const failures = el("div", {});
    const submit = el("button", { class: "primary" }, label);
    const node = el("form", { class: "form edit-form", autocomplete: "off", on: { submit: async (event) => {
      event.preventDefault();
      submit.disabled = true;
      fill(failures);
      try {
        const id = await send(node);
        stop();
        fill(result, el("p", { class: "done" }, t("published", { n: store.get().heads.constraints.number })), id && await matchedTo(id));
      } catch (error) {
        fill(failures, conflict(error));
        failures.firstElementChild.scrollIntoView({ block: "nearest" });
      } finally {
        submit.disabled = false;
      }
    } } }, el("h3", {}, title), extra, fields, failures, el("p", { class: "actions" }, submit, " ", button(t("cancel"), stop, { class: "quiet" })));
    form = node;
    openTab("edit");
    fill(result);
    draw();
    node.querySelector("input, select")?.focus({ preventScroll: true });
  }

  function conflict(error) {
    const node = failure(error);
    const diff = error.problem?.diff;
    if (error.status === 409 && diff) {
      node.prepend(el("b", {}, t("conflict")));
      node.append(el("ul", { "aria-label": t("thereNow") }, changeLines(diff).map((line) => el("li", {}, line))));
    }
    return node;
  }

  function openAdd(segment = null) {
    if (refuseOld()) return;
    mode = "roads";
    draft = segment ? drawing.toggleSegment(drawing.EMPTY, segment) : drawing.EMPTY;
    store.set({ picking: "roads" });
    const now = clock.server();
    open(t("addConstraint"), constraintFields({ now, timeZone: page.operation?.time_zone, name: segment?.name }), t("publish"), async (node) => {
      const geometry = drawing.geometryOf(draft);
      if (!geometry) throw new Error(t("needLocation"));
      const properties = propertiesOf(node, { now: new Date(clock.server()).toISOString(), exercise: page.operation?.exercise });
      const { id } = await service.addConstraint({ type: "Feature", geometry, properties: { ...properties, osm_way_ids: drawing.wayIds(draft) } });
      await published();
      return id;
    }, where);
    showDraft();
  }

  function openStatement(feature, kind) {
    if (refuseOld()) return;
    const [title, fields, send] = kind === "confirm" ? ["confirmTitle", confirmFields, service.confirmConstraint] : ["endTitle", endFields, service.endConstraint];
    const base = store.get().shown; // what the editor sees while deciding, also while a newer head is being loaded
    open(t(title, { name: feature.properties.name }), fields({ now: clock.server() }), t(kind), async (node) => {
      await send(feature.id, statementOf(node), base);
      await published();
    });
  }

  function refuseOld() {
    if (!store.get().viewing) return false;
    openTab("edit");
    fill(result, failure({ message: t("onlyCurrent") }));
    return true;
  }

  function draw() {
    const { principal } = store.get();
    if (!principal) {
      const token = el("input", { type: "password", name: "token", id: "edit-token", required: true, autocomplete: "off" });
      fill(root, el("form", { class: "form", on: { submit: (event) => { event.preventDefault(); signIn(token.value.trim()); } } },
        field(t("token"), token, t("tokenHint")), el("p", {}, el("button", { class: "primary" }, t("signIn")))), result);
      return;
    }
    fill(root, el("p", { class: "signed" }, t("signedIn", principal), " ", button(t("signOut"), leave, { class: "quiet" })),
      form ?? el("p", {}, button(t("addConstraint"), () => openAdd(), { class: "primary" })), result);
  }

  store.watch(["principal"], draw);
  draw();
  const kept = sessionStorage.getItem(KEPT);
  if (kept) signIn(kept);

  return {
    /** The service refuses the token: what it showed goes, an open form comes back after signing in. */
    expire() {
      service.useToken(null);
      sessionStorage.removeItem(KEPT);
      map.closePopup();
      store.set({ principal: null });
      fill(result, failure({ message: t("expired") }));
      return published();
    },
    openAdd,
    openStatement,
    /** A click on the map while picking. */
    onMapClick({ lon, lat, segment }) {
      if (mode === "area") draft = drawing.addCorner(draft, { lon, lat });
      else if (segment) draft = drawing.toggleSegment(draft, segment);
      showDraft();
    },
    cardButtons: (feature) => (EDITORS.includes(store.get().principal?.role) && !store.get().viewing && feature.properties.status !== "resolved"
      ? el("p", { class: "actions" }, ["confirm", "end"].map((kind) => button(t(kind), () => openStatement(feature, kind), { class: "quiet", "aria-label": `${t(kind)}: ${feature.properties.name}` })))
      : null),
  };
}
