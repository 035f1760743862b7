/** Ask the service for a route, show the answer first as text and then as a line, and ask again when the constraints change. */

import { button, el, fill } from "./dom.js";
import { instant, zonedInstant } from "./format.js";
import { choicesOf, createPicker } from "./picker.js";
import * as service from "./service.js";
import { t } from "./text.js";

/** Wire the route form. Route questions stay in memory: never in the address or in storage. */
export function createRouteForm({ store, map, clock, zone, announce, copy, failure, onNote }) {
  const form = document.getElementById("route-form");
  const output = document.getElementById("route-answer");
  const vehicle = document.getElementById("route-vehicle");
  const departure = document.getElementById("route-at");
  const departureHint = document.getElementById("route-at-hint");
  const ask = document.getElementById("route-ask");
  let asked = null; // the question whose answer is shown, to be asked again
  let until = null; // when time alone changes that answer
  let stale = false; // the form asks something else by now than what is answered or being asked
  let round = 0; // an answer that a later question overtook is thrown away
  let choices = [];
  store.watch(["layers"], ({ layers }) => { choices = choicesOf(layers); });

  const ends = Object.fromEntries([["origin", "from"], ["destination", "to"]].map(([end, label]) => [end,
    createPicker({ id: `route-${end}`, label: t(label), choices: () => choices, onPick: () => store.set({ picking: end }), onChange: outdate })]));
  fill(document.getElementById("route-ends"), ends.origin.root,
    button(`⇅ ${t("swap")}`, swap, { class: "quiet swap" }), ends.destination.root);

  function swap() {
    const [from, to] = [ends.origin.get(), ends.destination.get()];
    ends.origin.set(to);
    ends.destination.set(from);
  }

  function position(choice) {
    const match = /^lat=(-?[\d.]+),lon=(-?[\d.]+)$/.exec(choice.id ?? "");
    if (match) return { lat: Number(match[1]), lon: Number(match[2]), name: choice.name };
    const feature = store.get().layers[choice.layer]?.find((one) => String(one.id) === choice.id);
    if (feature?.geometry?.type !== "Point") return null;
    return { lon: feature.geometry.coordinates[0], lat: feature.geometry.coordinates[1], name: choice.name };
  }

  /** The form was changed or refused: the answer below it is of the question before, and its way is no answer now. */
  function outdate() {
    stale = true;
    asked = null;
    map.showWay(null, { origin: position(ends.origin.get()), destination: position(ends.destination.get()) });
    if (!output.querySelector(".verdict") || output.querySelector(".earlier")) return;
    output.prepend(el("p", { class: "earlier" }, t("earlierQuestion")));
  }

  /** The departure is typed in the operation's time; beside it stands what that is in UTC. */
  function drawDeparture() {
    const at = zonedInstant(departure.value, zone);
    departureHint.textContent = at ? (zone === "UTC" ? "" : t("departureIs", { when: instant(at) })) : t("departureEmpty");
  }

  async function run(question, { again = false } = {}) {
    round += 1;
    const mine = round;
    const { viewing } = store.get();
    ask.disabled = true;
    stale = false;
    if (!again) asked = null; // an older question must not answer in the place of this one
    if (!again) fill(output, el("p", { class: "hint" }, t("asking")));
    try {
      const answer = await service.route({ ...question, ...(viewing ? { as_of: viewing.published_at } : {}) });
      const { renderAnswer } = await import("./answer.js");
      if (mine !== round) return;
      asked = stale ? null : question;
      until = viewing || question.at ? null : answer.valid_until;
      fill(output, again && el("p", { class: "hint" }, t("askedAgain")), renderAnswer(answer, { zone, onNote, onCopy: copy }));
      if (stale) {
        outdate();
        return;
      }
      const { origin, destination } = answer.question;
      map.showWay(answer.way?.geometry ?? null, { origin, destination });
      if (!again) {
        map.closePopup(); // the move to the way would leave half of it on the map
        if (answer.way) map.fitGeometry(answer.way.geometry);
        output.scrollIntoView({ block: "start" });
      }
    } catch (error) {
      if (mine !== round) return;
      fill(output, failure(error));
      map.showWay(null, {});
    } finally {
      if (mine === round) ask.disabled = false;
    }
  }

  /** Ask the last question again, because what it rests on has changed. */
  function askAgain() {
    until = null;
    if (!asked) return;
    announce(t("askedAgain"));
    run(asked, { again: true });
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const [origin, destination] = [ends.origin.value(), ends.destination.value()];
    const wrong = origin === null ? ends.origin : destination === null ? ends.destination : null;
    if (wrong) {
      outdate();
      wrong.input.focus();
      return;
    }
    const at = zonedInstant(departure.value, zone);
    run({ origin, destination, vehicle: vehicle.value, ...(at ? { at } : {}) });
  });
  vehicle.addEventListener("change", () => store.set({ vehicle: vehicle.value }));
  store.watch(["vehicle"], (state) => {
    vehicle.value = state.vehicle;
    outdate();
  });
  document.querySelector("label[for=route-at]").textContent = t("departureField", { zone });
  departure.addEventListener("input", () => {
    drawDeparture();
    outdate();
  });
  drawDeparture();
  store.watch(["minute"], () => { if (until && Date.parse(until) <= clock.server()) askAgain(); });
  ask.disabled = false; // before this, a form would have sent its fields in an address

  return {
    ends,
    askAgain,
    setEnd(end, lonlat) {
      ends[end].setPosition(lonlat);
      ends[end].root.scrollIntoView({ block: "nearest" }); // on a phone picking went up to the map
    },
    useFacility(end, layer, feature) {
      ends[end].set({ id: String(feature.id), name: feature.properties.name, layer });
    },
  };
}
