/** One vector tile of roads in memory: its segments as arrays, painted and found by nearness. */

/** How far a tile's lines reach beyond its edges, as the service cuts them. */
export const MARGIN = 1 / 32;

/** Read the numbers and bytes of a protocol buffer. */
class Reader {
  constructor(bytes, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  number() {
    let value = 0;
    let scale = 1; // numbers of more than 31 bits, which shifts would cut
    for (;;) {
      const byte = this.bytes[this.at];
      this.at += 1;
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
  }

  /** The part that follows: its length, then its bytes. */
  part() {
    const end = this.number() + this.at;
    const part = new Reader(this.bytes, this.at, end);
    this.at = end;
    return part;
  }

  text() {
    return new TextDecoder().decode(this.bytes.subarray(this.at, this.end));
  }

  /** Visit each field: its number, and this reader at its value. */
  fields(visit) {
    while (this.at < this.end) {
      const key = this.number();
      const wire = key & 7;
      if (wire === 2) visit(key >> 3, this.part());
      else if (wire === 0) visit(key >> 3, this.number());
      else this.at += wire === 1 ? 8 : 4;
    }
  }
}

/** The features of a tile's one layer, still packed, and its tables of names and values. */
function unpack(bytes) {
  const layer = { features: [], keys: [], values: [], extent: 4096 };
  new Reader(bytes).fields((tag, found) => {
    if (tag !== 3) return;
    found.fields((field, value) => {
      if (field === 2) layer.features.push(value);
      else if (field === 3) layer.keys.push(value.text());
      else if (field === 4) value.fields((kind, text) => layer.values.push(kind === 1 ? text.text() : text));
      else if (field === 5) layer.extent = value;
    });
  });
  return layer;
}

/** Positions of all segments in unit coordinates (0-1 over the world), x east, y south. */
export class RoadTile {
  constructor(bytes, { z, x, y }) {
    const layer = unpack(bytes);
    this.classes = layer.values;
    this.names = layer.values;
    this.ids = [];
    this.classOf = [];
    this.nameOf = [];
    const [size, first, xs, ys] = [2 ** -z / layer.extent, [0], [], []];
    const [west, north] = [x * 2 ** -z, y * 2 ** -z];
    for (const feature of layer.features) {
      const told = { id: 0, tags: {}, geometry: null };
      feature.fields((field, value) => {
        if (field === 1) told.id = value;
        else if (field === 2) while (value.at < value.end) told.tags[layer.keys[value.number()]] = value.number();
        else if (field === 4) told.geometry = value;
      });
      for (const line of linesOf(told.geometry)) {
        for (const [px, py] of line) {
          xs.push(west + px * size);
          ys.push(north + py * size);
        }
        first.push(xs.length);
        this.ids.push(told.id);
        this.classOf.push(told.tags.class);
        this.nameOf.push(told.tags.name);
      }
    }
    this.count = this.ids.length;
    this.first = Uint32Array.from(first);
    this.x = Float64Array.from(xs);
    this.y = Float64Array.from(ys);
    const reach = 2 ** -z * MARGIN;
    this.box = [west - reach, north - reach, west + 2 ** -z + reach, north + 2 ** -z + reach];
  }

  /** Visit each segment whose own box meets a box. */
  eachIn(west, north, east, south, visit) {
    if (west > this.box[2] || east < this.box[0] || north > this.box[3] || south < this.box[1]) return;
    this.boxes ??= this.#boxes();
    for (let i = 0, at = 0; i < this.count; i += 1, at += 4) {
      if (west <= this.boxes[at + 2] && east >= this.boxes[at] && north <= this.boxes[at + 3] && south >= this.boxes[at + 1]) visit(i);
    }
  }

  #boxes() {
    const boxes = new Float64Array(4 * this.count);
    for (let i = 0; i < this.count; i += 1) {
      const xs = this.x.subarray(this.first[i], this.first[i + 1]);
      const ys = this.y.subarray(this.first[i], this.first[i + 1]);
      boxes.set([Math.min(...xs), Math.min(...ys), Math.max(...xs), Math.max(...ys)], 4 * i);
    }
    return boxes;
  }

  /** The number of the segment nearest to a point within `reach` (unit distance): {number, distance} or null. */
  nearest(px, py, reach) {
    let best = null;
    let least = reach * reach;
    this.eachIn(px - reach, py - reach, px + reach, py + reach, (i) => {
      for (let at = this.first[i]; at < this.first[i + 1] - 1; at += 1) {
        const squared = squaredDistance(px, py, this.x[at], this.y[at], this.x[at + 1], this.y[at + 1]);
        if (squared < least) {
          least = squared;
          best = { number: this.ids[i], distance: Math.sqrt(squared) };
        }
      }
    });
    return best;
  }
}

/** The lines that a feature's drawing commands draw, in units of its tile. */
function linesOf(geometry) {
  const lines = [];
  let [x, y] = [0, 0];
  while (geometry.at < geometry.end) {
    const command = geometry.number();
    for (let i = command >> 3; i > 0; i -= 1) {
      x += step(geometry.number());
      y += step(geometry.number());
      if ((command & 7) === 1) lines.push([]);
      lines[lines.length - 1].push([x, y]);
    }
  }
  return lines;
}

const step = (number) => (number >>> 1) ^ -(number & 1);

function squaredDistance(px, py, ax, ay, bx, by) {
  const dx = bx - ax;
  const dy = by - ay;
  const along = dx || dy ? ((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy) : 0;
  const share = Math.min(1, Math.max(0, along));
  return (px - ax - share * dx) ** 2 + (py - ay - share * dy) ** 2;
}
