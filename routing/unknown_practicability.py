"""Where nobody knows whether a vehicle gets through: what tags leave open, counted in answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.vehicle import VehicleClass

from .access_table import Passing, judged
from .coded import Coded
from .network import RoadNetwork, split_nodes
from .road_kinds import road_kinds
from .road_rule import LOCAL_ACCESS, access_keys
from .season_state import SeasonState
from .segment_rules import CONDITIONS, DRIVE, local_only
from .segments import Segments
from .special_rows import special_rows
from .turn_legality import BARRIER

REVERSIBLE = "oneway=reversible"
"""The line of the ``conditional`` column of a road whose direction changes by the hour."""

_TABLES = (
    *(("condition", key, key) for key in CONDITIONS),
    ("condition", DRIVE, "four_wd_only"),
    ("status", "status", "status"),
)
"""Access table, its key, and the segments' column."""


def unknown_practicability(
    network: RoadNetwork,
    vehicle: VehicleClass | None = None,
    rows: NDArray[np.int64] | None = None,
    season: SeasonState | None = None,
) -> NDArray[np.bool_]:
    """Tell for some segments, or all, whether tags leave open that the vehicle gets through.

    These are the rows *unknown* of the access tables (a ford, mud, damage, a road only for those
    who go to a place on it, …) and, where a season caps what some surfaces carry, roads without a
    tagged surface. Tags that are missing otherwise count for nothing: nearly all roads lack them.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    vehicle : VehicleClass, optional
        Who drives; any truck without it.
    rows : int64[k], optional
        The segments asked about; all without it.
    season : SeasonState, optional
        The seasons that hold.

    Returns
    -------
    bool[k]
    """
    segments = network.segments
    chosen = np.arange(len(segments)) if rows is None else np.asarray(rows, np.int64)
    unknown = np.zeros(len(chosen), np.bool_)
    for table, key, column in _TABLES:
        is_open = partial(_is_open, table, key, vehicle)
        unknown |= segments.texts[column].select(chosen).each(is_open, np.bool_)
    unknown |= _local(segments, chosen, vehicle)
    special = special_rows(segments)
    if len(special.rows):
        unsure = partial(_unsure, vehicle=vehicle)
        of_all = np.zeros(len(segments), np.bool_)
        of_all[special.rows] = special.each(unsure, np.bool_)
        unknown |= of_all[chosen]
    if vehicle is not None and season is not None and season.caps():
        lowest = min(rank for rank, _ in season.caps().values())
        if vehicle.practicability > lowest:
            kinds = road_kinds(segments)
            unknown |= (kinds.surface < 0)[kinds.kind[chosen]]
    return unknown


def _is_open(table: str, key: str, vehicle: VehicleClass | None, value: str | None) -> bool:
    row = None if value is None else judged(table, key, value, vehicle)
    return row is not None and row.verdict is Passing.UNKNOWN


def _local(
    segments: Segments, rows: NDArray[np.int64], vehicle: VehicleClass | None
) -> NDArray[np.bool_]:
    """Mark the segments that plain access tags open only to places on them."""
    local = np.zeros(len(rows), np.bool_)
    for key in reversed(access_keys(vehicle)):
        column = segments.texts.get(key)
        if column is not None and column.values:
            # The most specific key comes last and governs where it is tagged.
            mine = column.select(rows)
            local[mine.present()] = mine.isin(LOCAL_ACCESS)[mine.present()]
    return local


def _unsure(row: Mapping[str, Any], vehicle: VehicleClass | None) -> bool:
    if REVERSIBLE in row["conditional"].split("\n"):
        return True
    return any(local_only(row, vehicle, forward=forward) for forward in (True, False))


@dataclass(frozen=True, eq=False)
class ControlPoints:
    """Nodes with a barrier that somebody may keep shut.

    Attributes
    ----------
    node : int64[c]
        Ascending; once for each kind at the node.
    kind : Coded[c]
        ``gate``, ``checkpoint``, ``border_control``, …
    """

    node: NDArray[np.int64]
    kind: Coded[str]


def control_points(network: RoadNetwork) -> ControlPoints:
    """Return the nodes with a gate, checkpoint, border control or the like that the build keeps.

    A build keeps a barrier only if its tags may stop some vehicle: a gate with an access tag, a
    limit or a lock. A gate of which nothing is said is counted in the build report, not kept.
    """
    turns, found = network.turns, set[tuple[int, str]]()
    node_of_end = split_nodes(network.segments, turns)
    for code, text in enumerate(turns.rule.values):
        kinds = {_control(line) for line in text.splitlines()} - {None}
        if kinds:
            nodes = np.unique(node_of_end[turns.tail[turns.rule.codes == code]]).tolist()
            found |= {(node, kind) for node in nodes for kind in kinds if kind is not None}
    rows = sorted(found)
    return ControlPoints(
        np.array([node for node, _ in rows], np.int64), Coded.of(kind for _, kind in rows)
    )


def _control(rule: str) -> str | None:
    """Return the kind of barrier of a turn rule, if somebody may keep such a one shut."""
    if not rule.startswith(BARRIER):
        return None
    kind = rule.removeprefix(BARRIER).split(" ", 1)[0]
    row = judged("barriers", "barrier", kind, None)
    return kind if row is not None and row.verdict is Passing.UNKNOWN else None
