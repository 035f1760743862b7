"""What constraints do to road segments, for drawing them and for reviewing how they lie."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from lca.constraint import Constraint, Standing
from lca.effect import Outcome
from lca.vehicle import VehicleClass
from lca.vocab import EffectKind

from .ascending import is_among
from .effects import ArcEffects, Coverage, Placed
from .network import RoadNetwork


@dataclass(frozen=True, slots=True)
class RoadStates:
    """The segments on which a constraint acts, and how.

    ``row`` int64[k] ascending; ``state`` and ``owners`` by segment; ``names`` the constraints'
    ids, of which ``owners`` are places.
    """

    row: NDArray[np.int64]
    state: NDArray[np.str_]
    owners: Sequence[NDArray[np.int64]]
    names: Sequence[str]

    def each(self) -> Iterator[tuple[int, str, tuple[str, ...]]]:
        """Yield row, status and the ids of the constraints of each segment."""
        for row, status, owners in zip(
            self.row.tolist(), self.state.tolist(), self.owners, strict=True
        ):
            yield row, status, tuple(sorted({self.names[owner] for owner in owners.tolist()}))


def road_status(
    network: RoadNetwork, placed: Sequence[Placed], vehicle: VehicleClass, at: datetime
) -> dict[str, dict[str, Any]]:
    """Return status and constraints of each segment, by id, on which one acts (:func:`road_states`)."""
    return {
        network.segments.id_at(row): {"status": status, "constraints": list(constraints)}
        for row, status, constraints in road_states(network, placed, vehicle, at).each()
    }


def road_states(
    network: RoadNetwork, placed: Sequence[Placed], vehicle: VehicleClass, at: datetime
) -> RoadStates:
    """Return the segments on which a constraint acts for a vehicle at a moment, and how.

    ``closed``: no direction that road rules allow is open; ``restricted``: one direction is
    closed, or passing has a condition; ``unverified``: what is known has lapsed, or the effect is
    not known.
    """
    effects = ArcEffects.at(Coverage.of(placed), vehicle, at)
    coverage = effects.coverage
    names = [item.constraint.id for item in placed]
    acting = np.array([effect.outcome >= Outcome.CONDITIONS for effect in effects.effects], bool)
    rows = np.flatnonzero(acting[coverage.owner]) if len(placed) else np.empty(0, np.int64)
    if not len(rows):
        return RoadStates(rows, np.empty(0, np.str_), (), names)
    pairs = np.unique(coverage.arc[rows] // 2 * len(placed) + coverage.owner[rows])
    row_of, owner_of = pairs // len(placed), pairs % len(placed)
    segment, first = np.unique(row_of, return_index=True)
    arcs = np.column_stack([2 * segment, 2 * segment + 1])
    blocked = is_among(arcs.ravel(), effects.blocked_arcs).reshape(-1, 2)
    legal = network.legal_arcs(vehicle)[arcs]
    uncertain = np.array([_is_uncertain(item.constraint, at) for item in placed], bool)
    doubtful = np.logical_and.reduceat(uncertain[owner_of], first)
    state = np.where(doubtful, "unverified", "restricted")
    state[blocked.any(axis=1)] = "restricted"
    state[blocked.any(axis=1) & ~(legal & ~blocked).any(axis=1)] = "closed"
    return RoadStates(segment, state, np.split(owner_of, first[1:]), names)


def _drawn(network: RoadNetwork, item: Placed) -> dict[str, Any] | None:
    """Return the roads that a constraint covers, else where it may lie, as a GeoJSON geometry."""
    shape = item.match.geometry(network)
    if shape is None or shape.is_empty:
        return None
    # 1e-6 degree is 0.1 m, finer than any picture.
    drawn: dict[str, Any] = shapely.geometry.mapping(
        shapely.set_precision(shape, 1e-6, mode="pointwise")
    )
    return drawn


def _is_uncertain(constraint: Constraint, at: datetime) -> bool:
    return constraint.effect is EffectKind.UNKNOWN or constraint.standing(at) is Standing.LAPSED


def match_report(
    network: RoadNetwork, placed: Sequence[Placed], *, pictures: bool = True
) -> list[dict[str, Any]]:
    """Return for each constraint how it lies on the roads, in order of id.

    Without ``pictures`` no geometry, which of a flood is larger than all else.
    """
    segments = network.segments
    return [
        {
            "id": item.constraint.id,
            "name": item.constraint.name,
            "state": item.match.state.value,
            "note": item.match.note,
            "tolerance_m": item.match.tolerance_m,
            "control": None if item.control is None else item.control.id,
            "geometry": _drawn(network, item) if pictures else None,
            "pieces": [
                {
                    "segment_id": segments.id_at(piece.segment),
                    "from_fraction": round(piece.from_fraction, 4),
                    "to_fraction": round(piece.to_fraction, 4),
                    "forward": piece.forward,
                    "backward": piece.backward,
                }
                for piece in item.match.pieces
            ],
        }
        for item in sorted(placed, key=lambda item: item.constraint.id)
    ]
