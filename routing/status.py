"""What constraints do to road segments, for drawing them and for reviewing how they lie."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.constraint import Standing
from lca.effect import Outcome
from lca.vehicle import VehicleClass
from lca.vocab import EffectKind

from .effects import ArcEffects, Coverage, Placed
from .network import RoadNetwork


def road_status(
    network: RoadNetwork, placed: Sequence[Placed], vehicle: VehicleClass, at: datetime
) -> dict[str, dict[str, Any]]:
    """Return status and constraints of each segment on which one acts for a vehicle at a moment.

    ``closed``: no direction that road rules allow is open; ``restricted``: one direction is
    closed, or passing has a condition; ``unverified``: what is known has lapsed, or the effect is
    not known.
    """
    effects = ArcEffects.at(Coverage.of(placed), vehicle, at)
    legal = network.legal_arcs(vehicle)
    blocked = np.zeros(network.arc_count, np.bool_)
    blocked[effects.blocked_arcs] = True
    acting = np.array([effect.outcome >= Outcome.CONDITIONS for effect in effects.effects], bool)
    coverage = effects.coverage
    rows = np.flatnonzero(acting[coverage.owner]) if len(placed) else np.empty(0, np.int64)
    ids = network.segments["segment_id"]
    owners: dict[int, set[int]] = {}
    for row in rows.tolist():
        owners.setdefault(int(coverage.arc[row]) // 2, set()).add(int(coverage.owner[row]))
    return {
        ids.iloc[segment]: {
            "status": _status(segment, owners[segment], placed, blocked, legal, at),
            "constraints": sorted(placed[owner].constraint.id for owner in owners[segment]),
        }
        for segment in sorted(owners)
    }


def _status(
    segment: int,
    owners: set[int],
    placed: Sequence[Placed],
    blocked: NDArray[np.bool_],
    legal: NDArray[np.bool_],
    at: datetime,
) -> str:
    arcs = slice(2 * segment, 2 * segment + 2)
    if blocked[arcs].any():
        return "restricted" if (legal[arcs] & ~blocked[arcs]).any() else "closed"
    constraints = [placed[owner].constraint for owner in owners]
    unknown = all(
        item.effect is EffectKind.UNKNOWN or item.standing(at) is Standing.LAPSED
        for item in constraints
    )
    return "unverified" if unknown else "restricted"


def match_report(network: RoadNetwork, placed: Sequence[Placed]) -> list[dict[str, Any]]:
    """Return for each constraint how it lies on the roads, in order of id."""
    ids = network.segments["segment_id"].to_numpy()
    return [
        {
            "id": item.constraint.id,
            "name": item.constraint.name,
            "state": item.match.state.value,
            "note": item.match.note,
            "tolerance_m": item.match.tolerance_m,
            "pieces": [
                {
                    "segment_id": str(ids[piece.segment]),
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
