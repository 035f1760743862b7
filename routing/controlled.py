"""What all facilities that control movement do to one network."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from lca.control import constraints_of, in_service, stem_of
from lca.facility import Facility, Ferry

from .control_match import bind
from .effects import Control, Placed
from .network import RoadNetwork


@dataclass(frozen=True, slots=True, eq=False)
class Controlled:
    """The controls as placed constraints, and the rows of ferry lines known to be in service."""

    placed: tuple[Placed, ...]
    open_ferries: frozenset[int]


def controlled(
    network: RoadNetwork, layers: Mapping[str, Sequence[Facility]], zone_name: str | None
) -> Controlled:
    """Return what the facilities of some layers do to a network, in order of layer and id.

    Parameters
    ----------
    zone_name : str or None
        IANA zone of the operation, for hours that name none.
    """
    placed: list[Placed] = []
    open_rows: set[int] = set()
    closed_rows: set[int] = set()
    for layer, facilities in sorted(layers.items()):
        for facility in sorted(facilities, key=lambda item: item.id):
            binding = bind(stem_of(layer, facility), network)
            name = Control(layer, facility.id, facility.name, facility.status)
            placed += [
                Placed(item, binding.match, control=name)
                for item in constraints_of(
                    layer, facility, zone_name, untimed=_untimed(network, binding.ferry_rows)
                )
            ]
            if isinstance(facility, Ferry):
                rows = open_rows if in_service(facility) else closed_rows
                rows |= binding.ferry_rows
    return Controlled(tuple(placed), frozenset(open_rows - closed_rows))


def _untimed(network: RoadNetwork, rows: frozenset[int]) -> bool:
    """Tell whether the road data says of no part of a ferry line how long it takes."""
    times = network.segments.numbers["duration_s"]
    return bool(rows) and all(times.at(row) is None for row in rows)
