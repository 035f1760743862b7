// Written by scripts/vendor.py: Leaflet's own minified build as named exports.
import "./leaflet.js";

export const {
  CircleMarker,
  DivIcon,
  DomUtil,
  FeatureGroup,
  GeoJSON,
  GridLayer,
  LatLngBounds,
  LayerGroup,
  Map,
  Marker,
  Polygon,
  Polyline,
  Popup,
  control,
  setOptions,
} = globalThis.leaflet;
