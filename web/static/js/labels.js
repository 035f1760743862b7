/** Write names on the map: facilities under their symbols, roads along their line, none over another. */

import { unitX, unitY } from "./mercator.js";
import { colour } from "./palette.js";

const ROAD_CLASSES = ["motorway", "trunk", "primary", "secondary", "tertiary", "residential", "unclassified"];
const FONT = "system-ui, -apple-system, 'Segoe UI', 'Noto Sans', 'DejaVu Sans', Roboto, sans-serif";
const LINE = 14; // pixels from one line of a facility's name to the next
const APART = 190; // pixels between two labels of the same road

/** Road classes that are named at a zoom. */
const named = (zoom) => ROAD_CLASSES.slice(0, zoom >= 16 ? 7 : zoom >= 15 ? 5 : zoom >= 13.5 ? 4 : zoom >= 12 ? 2 : 0);

/**
 * Paint labels on a 2D context that covers the view. `frame` is {west, north (unit), scale
 * (pixels a unit), width, height, zoom}; `points` are {x, y (unit), text, gap}; `taken` are boxes
 * [left, top, right, bottom] in pixels that stay free.
 */
export function paintLabels(context, frame, { sets, points, taken }) {
  const boxes = [...taken];
  context.lineJoin = "round";
  context.textAlign = "center";
  for (const point of points) paintPoint(context, frame, point, boxes);
  paintRoadNames(context, frame, sets, boxes);
}

const meets = (a, b) => a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3];

function write(context, text, x, y) {
  context.lineWidth = 3.5;
  context.strokeStyle = colour("halo");
  context.strokeText(text, x, y);
  context.fillText(text, x, y);
}

function paintPoint(context, frame, { x, y, text, gap }, boxes) {
  context.font = `600 12px ${FONT}`;
  context.textBaseline = "top";
  const lines = broken(context, text);
  const half = Math.max(...lines.map((line) => context.measureText(line).width)) / 2 + 3;
  const [px, py] = [(x - frame.west) * frame.scale, (y - frame.north) * frame.scale];
  if (px < 0 || px > frame.width || py < 0 || py > frame.height) return;
  const middle = Math.min(Math.max(px, half + 2), frame.width - half - 2); // never cut by the map's edge
  const high = LINE * lines.length;
  const boxAt = (top) => [middle - half, top - 1, middle + half, top + high + 1];
  const top = [py + gap, py - gap - high].find((place) => !boxes.some((other) => meets(boxAt(place), other)));
  if (top === undefined) return;
  boxes.push(boxAt(top));
  context.fillStyle = colour("accent");
  lines.forEach((line, i) => write(context, line, middle, top + LINE * i));
}

/** A long name in two lines, broken at the space nearest to its middle. */
function broken(context, text) {
  if (context.measureText(text).width < 120) return [text];
  const spaces = [...text.matchAll(/ /g)].map((match) => match.index);
  const at = spaces.sort((a, b) => Math.abs(a - text.length / 2) - Math.abs(b - text.length / 2))[0];
  return at === undefined ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function paintRoadNames(context, frame, sets, boxes) {
  const classes = named(frame.zoom);
  const candidates = [];
  for (const set of sets) {
    set.eachIn(frame.west, frame.north, frame.west + frame.width / frame.scale, frame.north + frame.height / frame.scale, (i) => {
      const text = set.names[set.nameOf[i]];
      const rank = classes.indexOf(set.classes[set.classOf[i]]);
      if (text && rank >= 0) candidates.push({ ...longestPart(set, i, frame), text, rank });
    });
  }
  context.font = `500 11px ${FONT}`;
  context.textBaseline = "middle";
  context.fillStyle = colour("road-name");
  const written = new Map();
  for (const { text, rank, x, y, angle, length } of candidates.sort((a, b) => a.rank - b.rank || b.length - a.length)) {
    const width = context.measureText(text).width;
    // A label may run past its piece a little: main roads are cut at every crossing.
    if (length < width * (rank < 4 ? 0.55 : 0.9)) continue;
    const near = written.get(text) ?? [];
    if (near.some((other) => Math.hypot(other[0] - x, other[1] - y) < APART)) continue;
    const box = turnedBox(x, y, width, angle);
    if (box[0] < 4 || box[1] < 4 || box[2] > frame.width - 4 || box[3] > frame.height - 4) continue;
    if (boxes.some((other) => meets(box, other))) continue;
    boxes.push(box);
    written.set(text, [...near, [x, y]]);
    context.save();
    context.translate(x, y);
    context.rotate(angle);
    write(context, text, 0, 0);
    context.restore();
  }
}

/** The longest straight part of a segment in pixels: its middle, direction (upright) and length. */
function longestPart(set, i, { west, north, scale }) {
  let best = { length: -1 };
  for (let at = set.first[i]; at < set.first[i + 1] - 1; at += 1) {
    const [dx, dy] = [(set.x[at + 1] - set.x[at]) * scale, (set.y[at + 1] - set.y[at]) * scale];
    const length = Math.hypot(dx, dy);
    if (length <= best.length) continue;
    const turned = Math.atan2(dy, dx);
    const angle = Math.abs(turned) > Math.PI / 2 ? turned - Math.sign(turned) * Math.PI : turned;
    best = { length, angle, x: (set.x[at] - west) * scale + dx / 2, y: (set.y[at] - north) * scale + dy / 2 };
  }
  return best;
}

function turnedBox(x, y, width, angle) {
  const [wide, high] = [(Math.abs(Math.cos(angle)) * width + Math.abs(Math.sin(angle)) * 14) / 2, (Math.abs(Math.sin(angle)) * width + Math.abs(Math.cos(angle)) * 14) / 2];
  return [x - wide, y - high, x + wide, y + high];
}

/** A label's place from longitude and latitude. */
export const labelAt = ([lon, lat], text, gap) => ({ x: unitX(lon), y: unitY(lat), text, gap });
