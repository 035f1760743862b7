/** Talk to the service: one function a question, one error that says what to do next. */

const PAGE_LIMIT = 1000;
const TILE = "application/vnd.mapbox-vector-tile";
let authorization = null; // held here only, so that no other module can put it into an address

/** What the service refused or could not be asked. `status` is 0 when it was not reached. */
export class ServiceError extends Error {
  constructor(status, problem) {
    super(problem.detail || problem.title || `HTTP ${status}`);
    this.status = status;
    this.problem = problem;
    this.doNext = problem.do_next ?? null;
  }

  get unreachable() {
    return this.status === 0 || this.status === 502 || this.status === 503 || this.status === 504;
  }
}

/** Send this token from now on; null sends none. */
export function useToken(token) {
  authorization = token ? `Bearer ${token}` : null;
}

async function ask(path, { method = "GET", body, accept = "application/json", headers = {} } = {}) {
  const sent = { Accept: accept, ...headers };
  if (authorization) sent.Authorization = authorization;
  if (body !== undefined) sent["Content-Type"] = "application/json";
  let response;
  try {
    response = await fetch(new URL(path, document.baseURI), {
      method, headers: sent, credentials: "same-origin",
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch (error) {
    throw new ServiceError(0, { title: "no connection", detail: error.message });
  }
  if (!response.ok) throw new ServiceError(response.status, await problemOf(response));
  if (accept === TILE) return response.status === 204 ? null : new Uint8Array(await response.arrayBuffer());
  return accept === "text/plain" ? response.text() : response.json();
}

async function problemOf(response) {
  const text = await response.text();
  try {
    const problem = JSON.parse(text);
    return typeof problem.detail === "string" ? problem : { ...problem, detail: problem.title ?? text };
  } catch {
    return { title: response.statusText, detail: `The service answered ${response.status}.` };
  }
}

const query = (values) => {
  const given = Object.entries(values).filter(([, value]) => value !== null && value !== undefined);
  return given.length ? `?${new URLSearchParams(given)}` : "";
};

/** All features of a layer's version (page after page), as GeoJSON features. */
export async function features(layer, { version, asOf } = {}) {
  const found = [];
  let next = `collections/${layer}/items${query({ f: "geojson", limit: PAGE_LIMIT, version, "as-of": asOf })}`;
  while (next) {
    const page = await ask(next, { accept: "application/geo+json" });
    found.push(...page.features);
    const link = (page.links ?? []).find((one) => one.rel === "next");
    // Only the query is taken over: behind a proxy the service may not know its own address.
    next = link ? `collections/${layer}/items${new URL(link.href, document.baseURI).search}` : null;
  }
  return found;
}

/** The head of each layer that has one, by name. */
export async function heads() {
  const { collections } = await ask("collections");
  return Object.fromEntries(collections.map(({ id, number, version, published_at }) => [id, { number, version, published_at }]));
}

/** Releases of a layer, newest first. */
export const versions = async (layer) => (await ask(`collections/${layer}/versions`)).versions;

export const diff = (layer, from, to) => ask(`collections/${layer}/diff${query({ from, to })}`);
export const diffText = (layer, from, to) =>
  ask(`collections/${layer}/diff${query({ from, to, f: "text" })}`, { accept: "text/plain" });
/** Where the tiles of a build's roads lie and how far they go, as TileJSON. */
export const roads = (build) => ask(`tiles/roads/${build}/tilejson.json`);

/** The bytes of a tile of roads; null where nothing lies. */
export const roadTile = (build, { z, x, y }) => ask(`tiles/roads/${build}/${z}/${x}/${y}.mvt`, { accept: TILE });

/** A segment by its number or id: {id, geometry, properties}. */
export const segment = (build, id) => ask(`builds/${build}/segments/${encodeURIComponent(id)}`);
export const me = () => ask("me");

/** Road status for a vehicle class: {build, status: Map of a segment's number to {status, constraints}}. */
export async function roadStatus(vehicle, { version, at } = {}) {
  const { build, groups } = await ask(`roads/snapshot${query({ vehicle, version, at })}`);
  const status = new Map();
  for (const { segments, ...state } of groups) {
    let number = 0;
    for (const distance of segments) {
      number += distance;
      status.set(number, state);
    }
  }
  return { build, status };
}

/** Match state by constraint id. */
export async function matches({ asOf } = {}) {
  const { matches: rows } = await ask(`matches${query({ "as-of": asOf })}`);
  return Object.fromEntries(rows.map((row) => [row.id, row]));
}

/** A movement question travels in the body of a POST, never in an address. */
export const route = (question) => ask("routes", { method: "POST", body: question });

const items = "collections/constraints/items";
export const addConstraint = (feature) => ask(items, { method: "POST", body: feature });

/** A statement on what the editor saw: if the feature changed since `base`, the service answers 409. */
const state = (verb) => (id, body, base) => ask(`${items}/${encodeURIComponent(id)}/${verb}`,
  { method: "POST", body, headers: base ? { "If-Match": `"${base}"` } : {} });
export const confirmConstraint = state("confirm");
export const endConstraint = state("end");
