/** The popup of the map: what is open in it follows the data, or closes when it is there no more. */

import { constraintDetails, facilityDetails, roadDetails } from "./details.js";
import { button } from "./dom.js";
import { t } from "./text.js";

/**
 * Make the popups. `constraintButtons(feature)` gives an editor's buttons, `onUse(end, layer,
 * feature)` makes a facility an end of the route, `onAdd(segment)` starts a constraint there.
 */
export function createPopups({ store, map, clock, constraintButtons, onUse, onAdd, onSelect }) {
  let build = null; // makes the node of what is open anew: null if it is not there any more

  function featureNode(layer, id) {
    const state = store.get();
    const feature = state.layers[layer]?.find((one) => one.id === id);
    if (!feature) return null;
    const now = clock(state);
    if (layer !== "constraints") return facilityDetails(layer, feature, { now, onUse: (end) => onUse(end, layer, feature) });
    return constraintDetails(feature, { now, matched: state.matches[id]?.state ?? null, buttons: constraintButtons(feature) });
  }

  function roadNode(segment) {
    const { status, layers, principal } = store.get();
    const known = status.get(segment.number);
    const constraints = (layers.constraints ?? []).filter((feature) => known?.constraints?.includes(feature.id));
    return roadDetails(segment, { status: known?.status ?? null, constraints, onConstraint: onSelect,
      extra: principal && button(t("addFromRoad"), () => onAdd(segment), { class: "primary" }) });
  }

  function open(position, make, focusBack = null) {
    const node = make();
    if (!node) return;
    map.openPopup(position, node, focusBack);
    build = make;
  }

  store.watch(["layers", "matches", "status", "viewing", "principal"], () => {
    if (!build || !map.popupIsOpen()) return;
    const node = build();
    if (node) map.changePopup(node);
    else map.closePopup();
  });

  return {
    openFeature: (layer, feature, position, focusBack) => open(position, () => featureNode(layer, feature.id), focusBack),
    openRoad(segment, position) {
      open(position, () => roadNode(segment));
    },
  };
}
