/** A combobox for one end of a route: search facilities and places, type coordinates, or point at the map. */

import { button, el, fill, symbol } from "./dom.js";
import { t, word } from "./text.js";

const SHOWN = 12;
const COORDINATES = /^\s*lat\s*=\s*(-?\d+(?:\.\d+)?)\s*,\s*lon\s*=\s*(-?\d+(?:\.\d+)?)\s*$/i;

const PAIR = /^(-?\d+(?:\.\d+)?)[,;\s]+(-?\d+(?:\.\d+)?)$/;

/** Lower case without accents, so that "penuelas" finds "Peñuelas". */
const folded = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** Write a position in the form that the service takes. */
export const coordinateText = ({ lat, lon }) => `lat=${lat.toFixed(5)},lon=${lon.toFixed(5)}`;

/** Find the choices whose name or code holds every word; the one whose code it is comes first, then facilities. */
export function search(choices, text) {
  const words = folded(text).split(/\s+/).filter(Boolean);
  const rank = (choice) => (folded(choice.id) === words[0] ? -1 : choice.order);
  return choices.filter((choice) => words.every((one) => choice.key.includes(one)))
    .sort((a, b) => rank(a) - rank(b)).slice(0, SHOWN);
}

/** The only choice that a text names: by its whole name or code, else by its beginning, else by a part; null if not one. */
function onlyOne(choices, text) {
  const typed = folded(text);
  if (!typed) return null;
  const tests = [(choice) => folded(choice.name) === typed || choice.id === text,
    (choice) => folded(choice.name).startsWith(typed), (choice) => choice.key.includes(typed)];
  const hits = tests.map((test) => choices.filter(test)).find((found) => found.length > 0) ?? [];
  return hits.length === 1 ? hits[0] : null;
}

/** Why a text is no place, and how to write it: which of two bare numbers is the latitude is never guessed. */
function refusal(text) {
  const pair = PAIR.exec(text);
  return pair ? t("barePair", { a: pair[1], b: pair[2] }) : t("placeNotFound", { text });
}

/** Make choices of the loaded layers: facilities first, then places. */
export function choicesOf(layers) {
  const order = ["ports", "airports", "storage", "border_crossings", "bridges", "ferries", "checkpoints", "fuel",
    "customs_offices", "weighbridges", "rail_stations", "mills", "service_providers", "places"];
  return Object.entries(layers).filter(([layer]) => order.includes(layer)).flatMap(([layer, features]) =>
    features.filter((feature) => feature.geometry).map(({ id, properties }) => ({
      id: String(id), layer, name: properties.name, order: order.indexOf(layer),
      key: folded([properties.name, properties.name_alt, id, properties.iata, properties.icao].filter(Boolean).join(" ")),
    })));
}

/** Build the control. `choices()` gives the current list; `onPick()` starts picking on the map. */
export function createPicker({ id, label, choices, onPick, onChange }) {
  let options = [];
  let active = -1;
  let chosen = null;
  const input = el("input", { id, name: id, type: "text", role: "combobox", "aria-autocomplete": "list",
    "aria-expanded": "false", "aria-controls": `${id}-list`, "aria-describedby": `${id}-hint`, autocomplete: "off", spellcheck: "false" });
  const list = el("ul", { id: `${id}-list`, class: "options", role: "listbox", "aria-label": label, hidden: true });
  const hint = el("span", { class: "hint", id: `${id}-hint` }, t("placeHint"));
  const root = el("div", { class: "field picker" }, el("label", { for: id }, label),
    el("div", { class: "picker-row" }, input, button(t("pick"), onPick, { class: "quiet", "aria-label": `${label}: ${t("pick")}` })), list, hint);

  function close() {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  }
  function open() {
    options = search(choices(), chosen ? "" : input.value);
    fill(list, options.map((choice, index) => el("li", { role: "option", id: `${id}-${index}`, "aria-selected": "false",
      on: { pointerdown: (event) => { event.preventDefault(); choose(choice); } } },
    symbol(choice.layer), el("span", {}, choice.name), el("small", {}, choice.layer === "places" ? word(choice.layer) : choice.id))));
    list.hidden = !options.length;
    input.setAttribute("aria-expanded", String(!list.hidden));
    active = -1;
  }
  function move(step) {
    if (list.hidden) open();
    if (!options.length) return;
    list.children[active]?.setAttribute("aria-selected", "false");
    active = (active + step + options.length) % options.length;
    const item = list.children[active];
    item.setAttribute("aria-selected", "true");
    item.scrollIntoView({ block: "nearest" });
    input.setAttribute("aria-activedescendant", item.id);
  }
  function choose(choice) {
    chosen = choice;
    input.value = choice.name;
    input.removeAttribute("aria-invalid");
    hint.textContent = choice.id;
    close();
    onChange();
  }
  input.addEventListener("focus", () => { input.select(); open(); });
  input.addEventListener("blur", close);
  input.addEventListener("input", () => {
    chosen = null;
    hint.textContent = t("placeHint");
    open();
    onChange();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      choose(options[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.stopPropagation();
      close();
    }
  });

  return {
    root,
    input,
    /** The text for the service, or null after marking the field as wrong. */
    value() {
      const typed = input.value.trim();
      if (!chosen && !COORDINATES.test(typed)) {
        const meant = onlyOne(choices(), typed);
        if (meant) choose(meant);
      }
      const found = chosen?.id ?? (COORDINATES.test(typed) ? typed : null);
      input.setAttribute("aria-invalid", String(found === null));
      if (found === null) hint.textContent = refusal(typed);
      return found;
    },
    get: () => (chosen ? { ...chosen } : { id: null, name: input.value }),
    set(choice) {
      if (choice.id) choose(choice);
      else {
        chosen = null;
        input.value = choice.name;
        onChange();
      }
    },
    setPosition(position) {
      choose({ id: coordinateText(position), name: t("mapPoint", { where: coordinateText(position) }), layer: null });
    },
  };
}
