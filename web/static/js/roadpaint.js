/** Paint one map tile of roads on a canvas: a path per style, so a tile costs a few strokes. */

import { colour, lineStyle, roadStyle } from "./palette.js";

const ORDER = ["unverified", "restricted", "closed"];

/**
 * Paint the sets on a 2D context. `frame` is {west, north, size (unit), pixels, ratio, zoom};
 * `status` maps the number of a segment to {status}; `marked` is a set of numbers to point out.
 */
export function paintTile(context, sets, frame, status, marked) {
  const margin = frame.size * (16 / frame.pixels);
  const roads = new Map();
  const overlays = new Map();
  const highlight = new Path2D();
  for (const set of sets) {
    set.eachIn(frame.west - margin, frame.north - margin, frame.west + frame.size + margin,
      frame.north + frame.size + margin, (i) => {
        const highway = set.classes[set.classOf[i]];
        trace(bucket(roads, highway), set, i, frame);
        const state = status.get(set.ids[i])?.status;
        if (state) trace(bucket(overlays, `${state}|${highway}`), set, i, frame);
        if (marked.has(set.ids[i])) trace(highlight, set, i, frame);
      });
  }
  context.lineJoin = "round";
  paintRoads(context, roads, frame);
  context.lineCap = "round";
  stroke(context, highlight, colour("mark"), 11 * frame.ratio, []);
  paintStatus(context, overlays, frame);
}

function bucket(paths, name) {
  if (!paths.has(name)) paths.set(name, new Path2D());
  return paths.get(name);
}

function trace(path, set, i, { west, north, size, pixels, ratio }) {
  const scale = (pixels * ratio) / size;
  for (let at = set.first[i]; at < set.first[i + 1]; at += 1) {
    const x = (set.x[at] - west) * scale;
    const y = (set.y[at] - north) * scale;
    if (at === set.first[i]) path.moveTo(x, y);
    else path.lineTo(x, y);
  }
}

function paintRoads(context, roads, { zoom, ratio }) {
  const styled = [...roads].map(([highway, path]) => ({ path, style: roadStyle(highway, zoom) }))
    .sort((a, b) => a.style.order - b.style.order);
  context.lineCap = "round";
  for (const { path, style } of styled) {
    if (style.cased) stroke(context, path, colour("road-casing"), (style.width + 1.6) * ratio, []);
  }
  for (const { path, style } of styled) stroke(context, path, style.colour, style.width * ratio, []);
}

function paintStatus(context, overlays, { zoom, ratio }) {
  for (const kind of ORDER) {
    const style = lineStyle(kind);
    for (const [name, path] of overlays) {
      const [state, highway] = name.split("|");
      if (state !== kind) continue;
      const width = Math.max(style.width * (zoom < 12 ? 0.7 : 1), roadStyle(highway, zoom).width * 0.9) * ratio;
      context.lineCap = "butt";
      stroke(context, path, colour("paper"), width + 2 * ratio, []);
      context.lineCap = style.cap;
      stroke(context, path, style.colour, width, style.dash.map((length) => length * ratio));
    }
  }
}

function stroke(context, path, style, width, dash) {
  context.strokeStyle = style;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.stroke(path);
}
