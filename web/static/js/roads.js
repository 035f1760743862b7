/** Road segments in memory: decoded once, found by box or by nearness through a grid of cells. */

import { latOf, lonOf, unitX, unitY } from "./mercator.js";

const CELLS = 2 ** 15; // a cell is about 1.2 km at the equator: some ten links in a town
const key = (column, row) => row * CELLS + column;

/** One group of segments of a graph build, from the service's compact arrays. */
export class RoadSet {
  constructor(json) {
    this.ids = json.id;
    this.classes = json.classes;
    this.names = json.names;
    this.classOf = json.class;
    this.nameOf = json.name;
    this.oneway = json.oneway;
    this.attribution = json.attribution;
    this.count = json.id.length;
    this.indexOf = new Map(json.id.map((id, index) => [id, index]));
    this.#decode(json.xy, 10 ** json.precision);
    this.#index();
    this.seen = new Uint32Array(this.count);
    this.round = 0;
  }

  #decode(lines, scale) {
    this.first = new Uint32Array(this.count + 1);
    lines.forEach((line, i) => { this.first[i + 1] = this.first[i] + line.length / 2; });
    this.x = new Float64Array(this.first[this.count]);
    this.y = new Float64Array(this.first[this.count]);
    let lon = 0; // each step starts where the one before ended, from segment to segment
    let lat = 0;
    lines.forEach((line, i) => {
      for (let j = 0, at = this.first[i]; j < line.length; j += 2, at += 1) {
        lon += line[j];
        lat += line[j + 1];
        this.x[at] = unitX(lon / scale);
        this.y[at] = unitY(lat / scale);
      }
    });
  }

  #index() {
    this.cells = new Map();
    for (let i = 0; i < this.count; i += 1) {
      const [west, north, east, south] = this.box(i);
      this.#eachCell(west, north, east, south, (cell) => {
        const listed = this.cells.get(cell);
        if (listed) listed.push(i);
        else this.cells.set(cell, [i]);
      });
    }
  }

  #eachCell(west, north, east, south, visit) {
    for (let row = Math.floor(north * CELLS); row <= Math.floor(south * CELLS); row += 1) {
      for (let column = Math.floor(west * CELLS); column <= Math.floor(east * CELLS); column += 1) {
        visit(key(column, row));
      }
    }
  }

  /** West, north, east, south of a segment, in unit coordinates. */
  box(i) {
    let [west, north, east, south] = [1, 1, 0, 0];
    for (let at = this.first[i]; at < this.first[i + 1]; at += 1) {
      west = Math.min(west, this.x[at]);
      east = Math.max(east, this.x[at]);
      north = Math.min(north, this.y[at]);
      south = Math.max(south, this.y[at]);
    }
    return [west, north, east, south];
  }

  /** Visit each segment whose cells meet the box once. */
  eachIn(west, north, east, south, visit) {
    if ((east - west) * (south - north) * CELLS * CELLS > this.cells.size * 2) {
      for (let i = 0; i < this.count; i += 1) visit(i);
      return;
    }
    this.round += 1;
    this.#eachCell(west, north, east, south, (cell) => {
      for (const i of this.cells.get(cell) ?? []) {
        if (this.seen[i] === this.round) continue;
        this.seen[i] = this.round;
        visit(i);
      }
    });
  }

  /** The segment nearest to a point within `reach` (unit distance): {index, distance} or null. */
  nearest(px, py, reach) {
    let best = null;
    let least = reach * reach;
    this.eachIn(px - reach, py - reach, px + reach, py + reach, (i) => {
      for (let at = this.first[i]; at < this.first[i + 1] - 1; at += 1) {
        const squared = squaredDistance(px, py, this.x[at], this.y[at], this.x[at + 1], this.y[at + 1]);
        if (squared < least) {
          least = squared;
          best = { index: i, distance: Math.sqrt(squared) };
        }
      }
    });
    return best;
  }

  /** What a click needs to know of a segment. */
  segment(i) {
    return {
      id: this.ids[i], name: this.names[this.nameOf[i]], highway: this.classes[this.classOf[i]],
      oneway: this.oneway[i], coordinates: this.coordinates(i),
    };
  }

  /** The names of those of its segments whose ids are in a set; unnamed ones are left out. */
  namesOf(ids) {
    return this.ids.flatMap((id, i) => (ids.has(id) && this.names[this.nameOf[i]] ? [this.names[this.nameOf[i]]] : []));
  }

  /** Longitudes and latitudes along a segment. */
  coordinates(i) {
    const line = [];
    for (let at = this.first[i]; at < this.first[i + 1]; at += 1) line.push([lonOf(this.x[at]), latOf(this.y[at])]);
    return line;
  }

  /** West, south, east, north of all segments in degrees, or null. */
  bounds() {
    if (!this.x.length) return null;
    let [west, north, east, south] = [1, 1, 0, 0];
    for (let at = 0; at < this.x.length; at += 1) {
      west = Math.min(west, this.x[at]);
      east = Math.max(east, this.x[at]);
      north = Math.min(north, this.y[at]);
      south = Math.max(south, this.y[at]);
    }
    return [lonOf(west), latOf(south), lonOf(east), latOf(north)];
  }
}

function squaredDistance(px, py, ax, ay, bx, by) {
  const dx = bx - ax;
  const dy = by - ay;
  const along = dx || dy ? ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy) : 0;
  const share = Math.min(1, Math.max(0, along));
  return (px - ax - share * dx) ** 2 + (py - ay - share * dy) ** 2;
}
