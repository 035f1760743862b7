/** The roads of one graph build: their tiles, fetched when they are looked at and kept while they are near. */

import { unitX, unitY } from "./mercator.js";
import { MARGIN, RoadTile } from "./roadtile.js";
import * as service from "./service.js";

const KEPT = 128;
const NOTHING = Promise.resolve(null);

/** Tiles by place; the same promise for the same tile, unless fetching it failed. */
export class Roads {
  /** `about` is the TileJSON of the build. */
  constructor(build, about) {
    this.build = build;
    this.bounds = about.bounds;
    const [west, south, east, north] = about.bounds;
    this.box = [unitX(west), unitY(north), unitX(east), unitY(south)];
    this.lastZoom = about.maxzoom;
    this.asked = new Map(); // in the order of last use
  }

  /** The tile (null where nothing lies) that holds what is seen at a place of a zoom or, of a later one, its part. */
  tile(z, x, y) {
    const beyond = Math.max(0, z - this.lastZoom);
    const place = { z: z - beyond, x: x >> beyond, y: y >> beyond };
    if (!this.#touches(place)) return NOTHING;
    const key = `${place.z}/${place.x}/${place.y}`;
    const found = this.asked.get(key) ?? this.#fetch(key, place);
    this.asked.delete(key);
    this.asked.set(key, found);
    if (this.asked.size > KEPT) this.asked.delete(this.asked.keys().next().value);
    return found.promise;
  }

  /** Whether a tile may hold anything: none is asked for where no road lies. */
  #touches({ z, x, y }) {
    const [west, north, east, south] = this.box.map((at) => at * 2 ** z);
    return x + 1 + MARGIN > west && x - MARGIN < east && y + 1 + MARGIN > north && y - MARGIN < south;
  }

  #fetch(key, place) {
    const entry = { tile: null };
    entry.promise = service.roadTile(this.build, place).then((bytes) => {
      entry.tile = bytes && new RoadTile(bytes, place);
      return entry.tile;
    }).catch((error) => {
      this.asked.delete(key);
      throw error;
    });
    return entry;
  }

  /** The tiles that cover a box in unit coordinates at a zoom, as far as they are there. */
  within(z, west, north, east, south) {
    const zoom = Math.max(0, Math.min(z, this.lastZoom));
    const count = 2 ** zoom;
    const found = [];
    for (let x = Math.max(0, Math.floor(west * count)); x <= Math.min(count - 1, Math.floor(east * count)); x += 1) {
      for (let y = Math.max(0, Math.floor(north * count)); y <= Math.min(count - 1, Math.floor(south * count)); y += 1) {
        const { tile } = this.asked.get(`${zoom}/${x}/${y}`) ?? {};
        if (tile) found.push(tile);
      }
    }
    return found;
  }

  /** The number of the segment nearest to a point within `reach` (unit distance) at a zoom, or null. */
  async nearest(z, px, py, reach) {
    const count = 2 ** Math.max(0, z);
    const sides = [px - reach, px + reach].flatMap((ux) => [py - reach, py + reach].map((uy) => [Math.floor(ux * count), Math.floor(uy * count)]));
    const places = [...new Set(sides.map(String))].map((place) => place.split(",").map(Number))
      .filter((place) => place.every((at) => at >= 0 && at < count));
    const tiles = await Promise.all(places.map(([x, y]) => this.tile(Math.max(0, z), x, y)));
    const hits = [...new Set(tiles)].map((tile) => tile?.nearest(px, py, reach)).filter(Boolean);
    return hits.sort((a, b) => a.distance - b.distance)[0]?.number ?? null;
  }
}
