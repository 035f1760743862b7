"""Read the published facilities that control movement, and what each states first of all."""

from __future__ import annotations

from layers.release import Heads, Release
from layers.store import Store
from lca.constraint import Constraint
from lca.control import constraints_of
from lca.errors import InvalidInput, StoreUnavailable
from lca.facility import Facility
from lca.lifting import is_closure

from .controls import CONTROL_RECORDS


def controlling(store: Store, layer: str, release: Release) -> list[Facility]:
    """Return the rows of a release of one of the layers that control movement.

    Raises
    ------
    StoreUnavailable
        If a row cannot be understood: nothing is answered as if it were not there.
    """
    try:
        return store.records(release.version)
    except InvalidInput as error:
        raise StoreUnavailable(
            f"A published facility that controls movement cannot be understood: {error.what}",
            where=f"{layer} version {release.number}, {error.where}",
            do_next="Publish a corrected version; nothing is answered without it.",
        ) from error


def published_controls(store: Store, heads: Heads) -> list[Constraint]:
    """Return one statement of each facility that controls movement, a closure if it states one."""
    operation = store.operation
    zone_name = None if operation is None else operation.time_zone
    found = []
    for layer in sorted(CONTROL_RECORDS.keys() & heads.releases.keys()):
        for facility in controlling(store, layer, heads.releases[layer]):
            told = constraints_of(layer, facility, zone_name)
            closures = [one for one in told if is_closure(one)]
            found += (closures or list(told))[:1]
    return found
