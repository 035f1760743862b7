"""Make the computed layers again whose inputs have changed: what a service runs beside itself.

``python -m routing.derived.rebuild`` is a process of its own, of low priority, so that computing
roads takes nothing from those who ask. It reads the store's address from its standard input,
where no list of processes shows it, and writes what it did as one line of JSON.
"""

from __future__ import annotations

import json
import os
import sys
from dataclasses import asdict, dataclass

from layers.derivation import digest_of
from layers.location import Location
from layers.store import Store
from layers.tiles.making import sole_maker
from lca.errors import LcaError
from routing.planner import Planner

from .products import PRODUCTS, Settings, make, standing

AUTHOR = "service"
_LESS_URGENT = 10


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one layer: the number of its new version, or why there is none."""

    layer: str
    made: int | None = None
    failure: str | None = None


def rebuild(store: Store, planner: Planner) -> list[Outcome]:
    """Make each layer that was made before and whose inputs differ now, with its last settings.

    One that somebody withdrew stays so, and one that somebody rolled back stays until an input
    changes: both are people's decisions. A layer that fails keeps no other from being made.
    """
    return [
        outcome for layer in PRODUCTS if (outcome := _rebuilt(store, planner, layer)) is not None
    ]


def _rebuilt(store: Store, planner: Planner, layer: str) -> Outcome | None:
    newest = store.workspace.newest(layer)
    if newest is None or newest.withdrawn_at is not None:
        return None
    try:
        found = standing(store, planner, layer)
        if found is None or found.last is None:
            return None
        if found.last.inputs_sha256 == digest_of(found.inputs):
            return None
        head, _ = make(store, planner, layer, Settings(), author=AUTHOR)
    except LcaError as error:
        return Outcome(layer, failure=str(error))
    return Outcome(layer, made=head.number)


def main() -> int:
    """Rebuild the store named on standard input; 1 if a layer failed."""
    if hasattr(os, "nice"):
        os.nice(_LESS_URGENT)
    location = Location.of(sys.stdin.readline().strip())
    # Other services of the same store look after it too: one of them is enough.
    with (
        sole_maker(location.folder / "artefacts" / "derived") as mine,
        Store.open(location) as store,
    ):
        outcomes = rebuild(store, Planner(store)) if mine else []
    sys.stdout.write(json.dumps([asdict(one) for one in outcomes]) + "\n")
    return int(any(one.failure for one in outcomes))


if __name__ == "__main__":
    sys.exit(main())
