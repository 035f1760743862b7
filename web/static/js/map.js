/** The map. The only module that touches Leaflet, and the only one that writes lat before lon. */

import {
  DivIcon, DomUtil, FeatureGroup, GeoJSON, GridLayer, LatLngBounds, Map as LeafletMap, Marker, Polyline, Popup, control,
} from "../vendor/leaflet-1.9.4/leaflet.mjs";
import { button, symbol } from "./dom.js";
import { declutter } from "./declutter.js";
import { labelAt, paintLabels } from "./labels.js";
import { unitX, unitY } from "./mercator.js";
import { colour, lineStyle } from "./palette.js";
import { paintTile } from "./roadpaint.js";
import { t } from "./text.js";

/** How far a click may be from the road that it means. */
export const HIT_PIXELS = 12;
const toLatLng = ([lon, lat]) => [lat, lon];
const STILL = matchMedia("(prefers-reduced-motion: reduce)");

/** A tile is drawn twice as large as it was made for: a quarter of the requests, and its grid is finer than a pixel still. */
const TILE_PIXELS = 512;
const dataZoom = (zoom) => Math.round(zoom) - 1;

const RoadLayer = GridLayer.extend({
  createTile(coords, done) {
    const canvas = document.createElement("canvas");
    const ratio = Math.min(window.devicePixelRatio || 1, 2); // above 2 nobody sees it, phones pay for it
    canvas.width = canvas.height = TILE_PIXELS * ratio;
    this.options.tile(dataZoom(coords.z), coords.x, coords.y).then((tile) => {
      canvas.tile = tile;
      this.paint(canvas, coords, ratio);
      done(null, canvas);
    }, (error) => done(error, canvas));
    return canvas;
  },
  paint(canvas, coords, ratio) {
    if (!canvas.tile) return;
    const size = 1 / 2 ** dataZoom(coords.z);
    const frame = { west: coords.x * size, north: coords.y * size, size, pixels: TILE_PIXELS, ratio, zoom: coords.z };
    paintTile(canvas.getContext("2d"), [canvas.tile], frame, this.options.status(), this.options.marked());
  },
  /** Paint the tiles that are there again, without the flicker of making new ones. */
  repaint() {
    for (const { el: canvas, coords } of Object.values(this._tiles)) {
      canvas.getContext("2d").clearRect(0, 0, canvas.width, canvas.height);
      this.paint(canvas, coords, canvas.width / TILE_PIXELS);
    }
  },
});

/** A marker made of one of our symbols; the list is the keyboard's way, so it takes no tab stop. */
function marker(position, name, size, title, onPick) {
  const icon = new DivIcon({ html: symbol(name), className: `pin pin-${name}`, iconSize: [size, size],
    iconAnchor: [size / 2, name === "origin" || name === "destination" ? size * 1.2 : size / 2] });
  const made = new Marker(toLatLng(position), { icon, keyboard: false, alt: title, title,
    zIndexOffset: size * 10, interactive: Boolean(onPick) });
  if (onPick) made.on("click", onPick);
  return made;
}

/** Where a feature's symbol goes: the point, the middle of the line, the middle of the area's box. */
export function anchor(geometry) {
  const { type, coordinates } = geometry;
  if (type === "Point") return coordinates;
  if (type === "MultiPoint") return coordinates[0];
  if (type === "LineString") return coordinates[Math.floor(coordinates.length / 2)];
  if (type === "MultiLineString") return anchor({ type: "LineString", coordinates: coordinates[0] });
  const centre = new GeoJSON(geometry).getBounds().getCenter();
  return [centre.lng, centre.lat];
}

/** A button beside those of the zoom that shows the whole area. */
function homeButton(container, onHome) {
  const shown = button("⌂", onHome, { class: "home", title: t("wholeArea"), "aria-label": t("wholeArea") });
  // What is meant for the button is not meant for the map under it.
  for (const name of ["click", "dblclick", "mousedown", "touchstart"]) shown.addEventListener(name, (event) => event.stopPropagation());
  container.querySelector(".leaflet-control-zoom").prepend(shown);
}

/** Make the map in a container. `events`: onClick({lon, lat}), onMoved(), onHome() if it has that button, onRoadsFailed(error). */
export function createMap(container, { events }) {
  const map = new LeafletMap(container, {
    attributionControl: false, zoomControl: false, minZoom: 4, maxZoom: 19, zoomSnap: 0.5,
    zoomAnimation: !STILL.matches, fadeAnimation: !STILL.matches, inertia: !STILL.matches,
  });
  control.zoom({ position: "bottomright" }).addTo(map);
  if (events.onHome) homeButton(container, events.onHome);
  control.scale({ position: "bottomleft", imperial: false }).addTo(map);
  for (const [name, level] of [["zones", 150], ["shapes", 410], ["way", 420], ["draft", 430], ["labels", 500]]) {
    map.createPane(name).style.zIndex = level;
  }
  const held = { roads: null, status: new Map(), marked: new Set(), labels: new Map() };
  const roads = new RoadLayer({ tileSize: TILE_PIXELS, status: () => held.status, marked: () => held.marked, keepBuffer: 1, updateWhenZooming: false,
    tile: (z, x, y) => held.roads?.tile(z, x, y) ?? Promise.resolve(null) });
  roads.addTo(map);
  roads.on("tileload load", () => tidy());
  roads.on("tileerror", ({ error }) => events.onRoadsFailed?.(error));
  const groups = new Map();
  const popup = new Popup({ maxWidth: 300, minWidth: 200, autoPanPadding: [24, 24] });
  let returnFocus = null;

  function group(name) {
    if (!groups.has(name)) groups.set(name, new FeatureGroup().addTo(map));
    return groups.get(name);
  }
  /** The number of the segment that a click means, or null; a click on a slow line means the road that will be there. */
  async function nearestSegment(lon, lat) {
    const zoom = map.getZoom();
    return held.roads?.nearest(dataZoom(zoom), unitX(lon), unitY(lat), HIT_PIXELS / (256 * 2 ** zoom)) ?? null;
  }
  /** A popup higher than the map scrolls: the keyboard must reach what it scrolls. */
  function letScroll() {
    const content = popup.getElement().querySelector(".leaflet-popup-content");
    if (content.classList.contains("leaflet-popup-scrolled")) content.tabIndex = 0;
    else content.removeAttribute("tabindex");
  }
  const names = document.createElement("canvas");
  names.className = "labels";
  map.getPane("labels").append(names);
  /** Names are painted on one canvas over the view: on tiles they would be cut at the edges. */
  function paintNames() {
    if (!map._loaded) return;
    const { x: width, y: height } = map.getSize();
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    names.width = width * ratio;
    names.height = height * ratio;
    DomUtil.setPosition(names, map.containerPointToLayerPoint([0, 0]));
    names.style.width = `${width}px`;
    const context = names.getContext("2d");
    context.scale(ratio, ratio);
    const zoom = map.getZoom();
    const scale = 256 * 2 ** zoom;
    const corner = map.getPixelBounds().min;
    const frame = { west: corner.x / scale, north: corner.y / scale, scale, width, height, zoom };
    const origin = container.getBoundingClientRect();
    const taken = [...container.querySelectorAll(".pin:not(.crowded), .leaflet-control")].map((pin) => pin.getBoundingClientRect())
      .map((box) => [box.left - origin.left, box.top - origin.top, box.right - origin.left, box.bottom - origin.top]);
    const points = [...held.labels].filter(([layer]) => map.hasLayer(group(layer))).flatMap(([, list]) => list)
      .filter(({ pin }) => !pin.getElement()?.classList.contains("crowded"));
    const sets = map.hasLayer(roads) && held.roads
      ? held.roads.within(dataZoom(zoom), frame.west, frame.north, frame.west + width / scale, frame.north + height / scale) : [];
    paintLabels(context, frame, { sets, points, taken });
  }
  let waiting = false;
  /** Tidy markers and names once a frame, however many layers changed in it. */
  function tidy() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => {
      waiting = false;
      declutter(container);
      paintNames();
    });
  }
  map.on("zoomanim", () => { names.width = 0; }); // until the new zoom stands the names would float
  map.on("click", ({ latlng }) => events.onClick({ lon: latlng.lng, lat: latlng.lat }));
  map.on("moveend zoomend", () => { tidy(); events.onMoved(); });
  map.on("popupclose", () => { const back = returnFocus; returnFocus = null; back?.(); });
  new ResizeObserver(() => map.invalidateSize()).observe(container);

  return {
    view() {
      const centre = map.getCenter();
      return { zoom: map.getZoom(), centre: { lon: centre.lng, lat: centre.lat } };
    },
    setView({ lon, lat }, zoom) {
      map.setView([lat, lon], zoom, { animate: !STILL.matches && map._loaded });
    },
    fit([west, south, east, north], { maxZoom = 15, still = STILL.matches || !map._loaded } = {}) {
      map.fitBounds(new LatLngBounds([south, west], [north, east]), { padding: [36, 36], maxZoom, animate: !still });
    },
    fitGeometry(geometry, options) {
      const box = new GeoJSON(geometry).getBounds();
      this.fit([box.getWest(), box.getSouth(), box.getEast(), box.getNorth()], options);
    },
    nearestSegment,
    /** Draw the roads of a build; null draws none. */
    setRoads(found) {
      held.roads = found;
      roads.redraw();
      tidy();
    },
    setStatus(status) {
      held.status = status;
      roads.repaint();
    },
    mark(ids) {
      held.marked = new Set(ids);
      roads.repaint();
    },
    setRoadsVisible(visible) {
      if (visible) roads.addTo(map);
      else roads.remove();
      tidy();
    },
    /** Show features of a layer as symbols, with their outlines where they have any. */
    showFeatures(layer, entries, onPick) {
      const target = group(layer).clearLayers();
      const labels = [];
      for (const { feature, symbolName, size, title, kind, changed, label } of entries) {
        if (!feature.geometry) continue;
        if (kind && !/Point$/.test(feature.geometry.type)) outline(feature.geometry, kind, changed).addTo(target);
        const pin = marker(anchor(feature.geometry), symbolName, size, title, () => onPick(feature)).addTo(target);
        if (label) labels.push({ ...labelAt(anchor(feature.geometry), label, size / 2 + 2), pin });
      }
      held.labels.set(layer, labels);
      tidy();
    },
    setLayerVisible(layer, visible) {
      if (visible) group(layer).addTo(map);
      else group(layer).remove();
      tidy();
    },
    showZones(features) {
      const target = group("zones").clearLayers();
      new GeoJSON(features, { pane: "zones", interactive: false,
        filter: (feature) => /Polygon$/.test(feature.geometry?.type ?? ""),
        style: { stroke: true, weight: 1, color: colour("zone-line"), fillColor: colour("zone"), fillOpacity: 1 } }).addTo(target);
    },
    /** Draw the way of an answer and its two ends. */
    showWay(geometry, ends) {
      const target = group("way").clearLayers();
      if (geometry) {
        const line = geometry.coordinates.map(toLatLng);
        new Polyline(line, { pane: "way", color: colour("paper"), weight: 10, opacity: 0.95, interactive: false }).addTo(target);
        new Polyline(line, { pane: "way", color: colour("open"), weight: 5.5, interactive: false }).addTo(target);
      }
      for (const [name, end] of Object.entries(ends)) if (end) marker([end.lon, end.lat], name, 28, end.name).addTo(target);
    },
    /** Show what is being drawn: a GeoJSON geometry and its corners. */
    showDraft(geometry, corners) {
      const target = group("draft").clearLayers();
      if (geometry) new GeoJSON(geometry, { pane: "draft", interactive: false, style: { color: colour("accent"), weight: 3, dashArray: "6 4", fillOpacity: 0.15 } }).addTo(target);
      for (const corner of corners) marker(corner, "places", 16, "").addTo(target);
    },
    /** Open a popup with a node in it; focus moves in; `focusBack` moves it back when it closes. */
    openPopup({ lon, lat }, node, focusBack = null) {
      returnFocus = null; // the popup that this one replaces must not pull the focus away
      container.scrollIntoView({ block: "nearest" }); // on a phone the list may have pushed the map away
      popup.options.maxHeight = Math.max(120, container.clientHeight - 70); // its title stays on the map
      popup.setLatLng([lat, lon]).setContent(node).openOn(map);
      letScroll();
      returnFocus = focusBack;
      node.setAttribute("tabindex", "-1");
      node.focus({ preventScroll: true });
    },
    /** Put another node into the open popup; the focus stays in it if it was. */
    changePopup(node) {
      const focused = popup.getElement()?.contains(document.activeElement);
      node.setAttribute("tabindex", "-1");
      popup.setContent(node);
      letScroll();
      if (focused) node.focus({ preventScroll: true });
    },
    popupIsOpen: () => popup.isOpen(),
    closePopup: () => map.closePopup(),
    setCrosshair: (on) => container.classList.toggle("picking", on),
    scrollIntoView: () => container.scrollIntoView({ block: "nearest" }),
  };
}

function outline(geometry, kind, changed) {
  const style = lineStyle(kind);
  return new GeoJSON(geometry, { pane: "shapes", interactive: false, style: { color: changed ? colour("mark") : style.colour,
    weight: changed ? 8 : 2.5, opacity: 0.9, dashArray: changed ? null : style.dash.map((length) => length * 1.2).join(" "),
    lineCap: style.cap, fillColor: style.colour, fillOpacity: 0.13 } });
}
