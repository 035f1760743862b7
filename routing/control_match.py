"""Bind a facility that controls movement to the roads on which it acts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray

from lca.constraint import Constraint
from lca.vocab import ConstraintType, LocationPrecision

from .match import UNPLACED_NEAR_M, Match, MatchState, match
from .nearby import nearby
from .network import RoadNetwork
from .pieces import NO_PIECES, Pieces
from .roadname import bears, road_keys
from .segment_rules import FERRY

LANDING_M = {LocationPrecision.ACCURATE: 250.0, LocationPrecision.APPROXIMATE: 1_000.0}
"""A ferry is reported at its ticket office or in its town; there are few lines, so the nearest one
is meant."""


@dataclass(frozen=True, slots=True, eq=False)
class Binding:
    """Where a facility acts, and the rows of the ferry line that it is, if it is one."""

    match: Match
    ferry_rows: frozenset[int] = frozenset()


def bind(control: Constraint, network: RoadNetwork) -> Binding:
    """Return where a facility acts; nothing raises, all is stated.

    Parameters
    ----------
    control : Constraint
        Any of what :func:`lca.control.constraints_of` says of it.
    network : RoadNetwork
        The roads.
    """
    ferry = control.constraint_type is ConstraintType.FERRY
    if not (ferry and control.location_precision.locates and control.geometry is not None):
        return Binding(match(control, network))
    return _on_ferry(control, network)


def _on_ferry(control: Constraint, network: RoadNetwork) -> Binding:
    tolerance_m = LANDING_M[control.location_precision]
    near = nearby(network, control.geometry, tolerance_m)  # type: ignore[arg-type]
    classes = network.segments.texts["highway"].take(near.rows)
    lines = np.array([name == FERRY for name in classes], np.bool_)
    rows = near.rows[lines]
    if not len(rows):
        note = f"no ferry line within {tolerance_m:g} m of it"
        rest = control.geometry
        return Binding(
            Match(MatchState.UNMATCHED, NO_PIECES, note, tolerance_m, rest, UNPLACED_NEAR_M)
        )
    ways = np.unique(network.segments.osm_way_id[rows])
    if len(ways) > 1:
        ways = _meant(control, network, rows, shapely.distance(near.lines[lines], near.shape))
    if len(ways) > 1:
        note = f"{len(ways)} ferry lines start here and none bears its name; it opens none"
        rest = shapely.MultiLineString(list(network.segments.lines.shapes(rows)))
        return Binding(Match(MatchState.UNMATCHED, NO_PIECES, note, tolerance_m, rest))
    whole = network.segments.rows_of_ways(ways)
    whole = whole[network.segments.texts["highway"].isin((FERRY,))[whole]]
    share = network.segments.length_m[whole] / max(
        float(network.segments.length_m[whole].sum()), 1.0
    )
    pieces = Pieces.both_ways(whole, np.zeros(len(whole)), np.ones(len(whole)), share)
    note = f"on the ferry line of OSM way {int(ways[0])}, looked for within {tolerance_m:g} m"
    bound = Match(MatchState.MATCHED, pieces, note, tolerance_m, None)
    return Binding(bound, frozenset(whole.tolist()))


def _meant(
    control: Constraint,
    network: RoadNetwork,
    rows: NDArray[np.int64],
    distance_m: NDArray[np.float64],
) -> NDArray[np.int64]:
    """Return the ways of the lines that bear the ferry's name, else of all that are nearest."""
    keys = road_keys(network.segments, rows)
    named = np.array([bears(key, control.name) for key in keys], np.bool_)
    chosen = named if named.any() else distance_m <= distance_m.min() + 1.0
    return np.unique(network.segments.osm_way_id[rows[chosen]])
