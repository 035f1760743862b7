"""The places and facilities of a store's layers, as the asker may see them."""

from __future__ import annotations

from collections.abc import Sequence

from layers.store import Store
from lca.errors import NotFound, UsageError
from lca.geo import LonLat
from lca.table import rows_of
from lca.vocab import Sensitivity
from routing.outlook import Outlook
from routing.place import ResolvedPlace
from routing.shelf import Shelf

_KEPT_LAYERS = 16
_listed: Shelf[tuple[ResolvedPlace, ...]] = Shelf(_KEPT_LAYERS)
"""Rows of layers by version and clearance: content-addressed, so never stale."""


def places_of_layer(store: Store, outlook: Outlook, layer: str) -> tuple[ResolvedPlace, ...]:
    """Return the places or facilities of a layer, ascending by id.

    Rows above the asker's clearance, and rows without a location, are not among them.

    Raises
    ------
    NotFound
        If there is no such layer, or nothing of it is published.
    UsageError
        If its rows are no places.
    """
    spec = store.specs.get(layer)
    if spec is None:
        raise NotFound(f"There is no layer {layer!r}.", do_next=f"Choose among {_names(store)}.")
    if not spec.kind.holds_places:
        raise UsageError(
            f"The rows of {layer} are no places.", do_next=f"Choose among {_names(store)}."
        )
    release = outlook.inputs.heads.releases.get(layer)
    if release is None:
        raise NotFound(
            f"Nothing of the layer {layer} is published.",
            do_next=f"Import it: lca import FILE --layer {layer}.",
        )
    return _listed.get(
        (layer, release.version, outlook.clearance),
        lambda: _rows(store, layer, release.version, outlook.clearance),
    )


def published_places(
    store: Store, outlook: Outlook, layers: Sequence[str] = ()
) -> tuple[ResolvedPlace, ...]:
    """Return what the named layers hold, or all layers of places and facilities without names."""
    chosen = layers or [
        layer
        for layer in published_layers(outlook)
        if layer in store.specs and store.specs[layer].kind.holds_places
    ]
    return tuple(place for layer in chosen for place in places_of_layer(store, outlook, layer))


def published_layers(outlook: Outlook, wanted: Sequence[str] = ()) -> tuple[str, ...]:
    """Return those of some layers, or of all, of which something is published."""
    heads = outlook.inputs.heads.releases
    return tuple(layer for layer in sorted(heads) if not wanted or layer in wanted)


def _rows(
    store: Store, layer: str, version: str, clearance: Sensitivity
) -> tuple[ResolvedPlace, ...]:
    found = []
    for row in rows_of(store.frame(version)):
        geometry = row["geometry"]
        hidden = Sensitivity(row["sensitivity"]).rank > clearance.rank
        if hidden or geometry is None or geometry.is_empty:
            continue
        point = geometry if geometry.geom_type == "Point" else geometry.representative_point()
        position = LonLat(point.x, point.y)
        found.append(ResolvedPlace(row["id"], layer, str(row["name"]), position, row))
    return tuple(sorted(found, key=lambda place: str(place.id)))


def _names(store: Store) -> str:
    return ", ".join(name for name, spec in store.specs.items() if spec.kind.holds_places)
