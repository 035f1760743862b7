/** The view, version, layers, tab and selected feature in the address; never a route question. */

const TABS = ["constraints", "route", "layers", "versions", "edit"];

/** Read `#z=13&c=-29.95,-71.3&v=2&layers=ports,fuel&sel=constraints/x&tab=layers`; unknown values are ignored. */
export function read(hash) {
  const given = new URLSearchParams(hash.replace(/^#/, ""));
  const found = {};
  const zoom = Number(given.get("z"));
  if (given.has("z") && zoom >= 3 && zoom <= 19) found.zoom = zoom;
  const [lat, lon] = (given.get("c") ?? "").split(",").map(Number);
  if (given.has("c") && Math.abs(lat) <= 85 && Math.abs(lon) <= 180) found.centre = { lon, lat };
  if (/^\d+$/.test(given.get("v") ?? "")) found.version = Number(given.get("v"));
  if (given.has("layers")) found.layers = given.get("layers").split(",").filter(Boolean);
  const selected = given.get("sel")?.match(/^([a-z_]+)\/(.+)$/);
  if (selected) found.selected = { layer: selected[1], id: selected[2] };
  if (TABS.includes(given.get("tab"))) found.tab = given.get("tab");
  return found;
}

/** Write what `read` reads. */
export function write({ zoom, centre, version, layers, selected, tab }) {
  const parts = [];
  if (zoom !== undefined && centre) parts.push(`z=${zoom}`, `c=${centre.lat.toFixed(5)},${centre.lon.toFixed(5)}`);
  if (version) parts.push(`v=${version}`);
  if (layers) parts.push(`layers=${layers.map(encodeURIComponent).join(",")}`);
  if (selected) parts.push(`sel=${selected.layer}/${encodeURIComponent(selected.id)}`);
  if (tab && tab !== "constraints") parts.push(`tab=${tab}`);
  return `#${parts.join("&")}`;
}
