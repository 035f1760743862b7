/** Build page nodes from text; no string ever becomes markup here. */

const SVG = "http://www.w3.org/2000/svg";

/**
 * Create an element. `props` are attributes; `on` holds listeners; false, null and undefined are
 * left out. Children are nodes, text, or lists of them.
 */
export function el(tag, props = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name === "on") {
      for (const [event, listener] of Object.entries(value)) node.addEventListener(event, listener);
    } else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) node.setAttribute(name, value);
  }
  return fill(node, children);
}

/** Replace everything in a node. */
export function fill(node, ...children) {
  node.replaceChildren(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

/** One of the shapes of symbols.svg; decorative, so the words beside it must say the same. */
export function symbol(name, extra = "") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", `symbol ${extra}`.trim());
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const use = document.createElementNS(SVG, "use");
  use.setAttribute("href", `static/symbols.svg#${name}`);
  svg.append(use);
  return svg;
}

/** A sample of a line style for the legend, drawn as SVG so that it needs no inline style. */
export function swatch(style) {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "swatch");
  svg.setAttribute("viewBox", "0 0 44 12");
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(SVG, "line");
  for (const [name, value] of Object.entries({ x1: 2, y1: 6, x2: 42, y2: 6, stroke: style.colour,
    "stroke-width": style.width, "stroke-dasharray": style.dash.join(" "), "stroke-linecap": style.cap })) {
    line.setAttribute(name, value);
  }
  svg.append(line);
  return svg;
}

/** A button that says what it does. */
export function button(label, onClick, props = {}) {
  return el("button", { type: "button", ...props, on: { click: onClick } }, label);
}

/** A labelled form control. */
export function field(label, control, hint = null) {
  if (!control.id) control.id = `f-${control.name}`;
  const parts = [el("label", { for: control.id }, label), control];
  if (hint) {
    control.setAttribute("aria-describedby", `${control.id}-hint`);
    parts.push(el("span", { class: "hint", id: `${control.id}-hint` }, hint));
  }
  return el("p", { class: "field" }, parts);
}

/** A select from [value, label] pairs. */
export function select(name, options, chosen, props = {}) {
  return el("select", { name, ...props },
    options.map(([value, label]) => el("option", { value, selected: value === chosen }, label)));
}
