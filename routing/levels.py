"""Which of two roads that cross without meeting a constraint means: the bridge, or what is under it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from lca.vocab import ConstraintType

from .nearby import Nearby
from .network import RoadNetwork
from .pieces import Pieces

ON_THE_BRIDGE = frozenset({ConstraintType.BRIDGE_DAMAGE})
"""What happens to a bridge itself."""
ON_THE_GROUND = frozenset(
    {ConstraintType.FLOOD, ConstraintType.TSUNAMI, ConstraintType.MUD, ConstraintType.FORD}
)
"""Water and mud lie under a bridge, and in a tunnel."""
ON_THE_SURFACE = frozenset(
    {ConstraintType.LANDSLIDE, ConstraintType.TREES, ConstraintType.WRECKAGE}
)
"""What comes down lies above a tunnel."""
LEVEL_CHOICE_M = 10.0
"""A road of the other level this much farther than the nearest is meant where the type says so:
a position is not known better than that."""


def of_the_level(
    near: Nearby,
    distance_m: NDArray[np.float64],
    eligible: NDArray[np.bool_],
    kind: ConstraintType,
) -> NDArray[np.bool_]:
    """Return the eligible roads near a point without those of the level that cannot be meant.

    Damage to a bridge is on the bridge if one is near; water is on the ground if a road on the
    ground is as near as the bridge, but for some metres.
    """
    flags = near.network.segments.flags["bridge"][near.rows]
    bridge, ground = eligible & flags, eligible & ~flags
    if kind in ON_THE_BRIDGE and bridge.any():
        return bridge
    if kind in ON_THE_GROUND and bridge.any() and ground.any():
        nearest_m = float(distance_m[eligible].min())
        if float(distance_m[ground].min()) <= nearest_m + LEVEL_CHOICE_M:
            return ground
    return eligible


def spanning(
    network: RoadNetwork, pieces: Pieces, kind: ConstraintType
) -> tuple[NDArray[np.bool_], str]:
    """Mark the pieces in an area that pass over or under what is reported there, and say so.

    A bridge of which neither end lies in a flood spans it; a tunnel of which neither end lies in
    a landslide runs under it. A bridge or tunnel that begins or ends inside is in it.
    """
    structure, words = "", ""
    if kind in ON_THE_GROUND:
        structure, words = "bridge", "a bridge spans it and is not closed by it"
    elif kind in ON_THE_SURFACE:
        structure, words = "tunnel", "a tunnel runs under it and is not closed by it"
    none = np.zeros(len(pieces), np.bool_)
    if not structure:
        return none, ""
    over = _runs_through(network, pieces, network.segments.flags[structure])
    return (over, words) if over.any() else (none, "")


def _runs_through(
    network: RoadNetwork, pieces: Pieces, flags: NDArray[np.bool_]
) -> NDArray[np.bool_]:
    """Mark the pieces of structures of which no end lies among the pieces.

    The end of a structure is where it meets a road that is none; several segments may make it up.
    """
    segments, on = network.segments, flags[pieces.segment]
    if not on.any():
        return np.asarray(on)
    u, v = segments.u[pieces.segment], segments.v[pieces.segment]
    at_u, at_v = pieces.from_fraction <= 0.0, pieces.to_fraction >= 1.0
    grounds = np.concatenate([u[~on & at_u], v[~on & at_v]])
    nodes, place = np.unique(np.concatenate([u[on], v[on]]), return_inverse=True)
    first, last = place[: int(on.sum())], place[int(on.sum()) :]
    joined = coo_array((np.ones(len(first)), (first, last)), shape=(len(nodes),) * 2)
    _, part = connected_components(joined, directed=False)
    begins_inside = np.isin(part, part[np.isin(nodes, grounds)])
    over = np.zeros(len(pieces), np.bool_)
    over[on] = ~(begins_inside[first] & (at_u[on] | at_v[on]))
    return over


def whole(pieces: Pieces) -> Pieces:
    """Return pieces as the whole of the segments on which they lie, as a bridge gives way whole."""
    return replace(
        pieces,
        from_fraction=np.zeros(len(pieces)),
        to_fraction=np.ones(len(pieces)),
    )


def on_bridges(network: RoadNetwork, pieces: Pieces) -> bool:
    """Tell whether all of some pieces lie on bridges, and there are some."""
    return len(pieces) > 0 and bool(network.segments.flags["bridge"][pieces.segment].all())
