"""Find what two sources say of one thing that cannot both be so; both stay, side by side.

Rules: ``sources.status`` of what one calls open and another closed, ``sources.figure`` of limits
that differ by more than a tenth.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np

from lca.constraint import Constraint
from lca.facility import Facility
from lca.ingest.finding import Finding, tell
from lca.ingest.rows import TableRows
from lca.roadassessment import RoadAssessment

from .candidates import Entry, InForce, by_layer, placed, placed_in_force, rows_in_force
from .names import ALIKE, similarities
from .nearness import near_others, near_pairs

_NEAR_M = 500.0
_TENTH = 0.1
_LIMITS = (
    *("max_gross_t", "max_payload_t", "max_axle_t", "max_height_m", "max_width_m", "max_length_m"),
    *("max_draft_m", "max_vessel_length_m", "runway_length_m", "truck_max_length_m"),
)
_STANCES = {
    "operational": "open",
    "open": "open",
    "not_operational": "closed",
    "destroyed": "closed",
    "closed": "closed",
    "abandoned": "closed",
}
_ONLY_AT_TIMES = ("daily_from", "time_rule", "season_months", "permitted_until")
_MOST_ON_A_WAY = 12

Side = Entry | InForce


@dataclass(slots=True)
class _Told:
    """The rows that were told already: one warning a row is enough to look at it."""

    rows: set[tuple[int, int]]

    def first(self, entry: Entry) -> bool:
        """Tell whether a row has not been told yet, and note that it is now."""
        key = id(entry.table), id(entry.row)
        fresh = key not in self.rows
        self.rows.add(key)
        return fresh


def check_opposites(tables: Sequence[TableRows], published: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Tell rows that contradict another source's row, in the file or in force.

    Parameters
    ----------
    published : mapping of str to GeoDataFrame
        What is in force by layer.
    """
    layers = by_layer(tables)
    told = _Told(set())
    for layer, entries in layers.items():
        concerned = [entry for entry in entries if isinstance(entry.record, _CONCERNED)]
        if concerned:
            _compare(_pairs_in_file(concerned), told)
            frame = published.get(layer)
            if frame is not None and len(frame):
                _compare(_pairs_in_force(concerned, frame), told)
    roads = [one for entries in layers.values() for one in entries if _ways(one.record)]
    _compare(_pairs_on_a_way(roads), told)


_CONCERNED = (Facility, Constraint, RoadAssessment)


def _compare(pairs: Iterator[tuple[Entry, Side]], told: _Told) -> None:
    for entry, other in pairs:
        finding = _contradiction(entry, other)
        if finding is not None and told.first(entry):
            tell(entry.table, entry.row, finding, fix=False)


def _contradiction(entry: Entry, other: Side) -> Finding | None:
    if _is_an_update(entry, other):
        return None
    one, two = stance_of(entry), stance_of(other)
    if one and two and one != two:
        return _finding(entry, other, "sources.status", _status_field(entry), one, two)
    for name in _LIMITS:
        mine, theirs = _of(entry, name), _of(other, name)
        if mine and theirs and abs(mine - theirs) > _TENTH * max(mine, theirs):
            return _finding(entry, other, "sources.figure", name, f"{mine:g}", f"{theirs:g}")
    return None


def _finding(entry: Entry, other: Side, rule: str, target: str, mine: str, theirs: str) -> Finding:
    return Finding(
        rule=rule,
        message=f"{_source(entry)} says {mine}; {_source(other)} says {theirs} of {other.label}.",
        do_next="Both are kept. Ask which holds, then end or correct the other.",
        target=target,
        value=mine,
    )


def stance_of(side: Side) -> str | None:
    """Return whether a source calls a thing open or closed; None if it says neither outright."""
    if _of(side, "constraint_type") is None:
        return _STANCES.get(str(_of(side, "status") or _of(side, "op_status")))
    if any(_of(side, name) is not None for name in _ONLY_AT_TIMES):
        return None
    if _of(side, "status") == "resolved":
        return "open"
    stands = _of(side, "effect") == "blocked" and _of(side, "status") != "rejected"
    return "closed" if stands else None


def _is_an_update(entry: Entry, other: Side) -> bool:
    """Tell whether the two come from one source at two times: the later one replaces the earlier."""
    same_source = _of(entry, "source_org") == _of(other, "source_org")
    return bool(
        same_source and _of(entry, "date_of_information") != _of(other, "date_of_information")
    )


def _pairs_in_file(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Side]]:
    somewhere, xy = placed(entries)
    ones, others, _ = near_pairs(xy, _NEAR_M)
    names = [entry.record.name for entry in somewhere]
    alike = similarities([names[one] for one in ones], [names[other] for other in others])
    for index in np.flatnonzero(alike >= ALIKE).tolist():
        first, second = somewhere[ones[index]], somewhere[others[index]]
        if _comparable(first, second):
            yield second, first


def _pairs_in_force(
    entries: Sequence[Entry], frame: gpd.GeoDataFrame
) -> Iterator[tuple[Entry, Side]]:
    replaced = {entry.record.id for entry in entries}
    somewhere, xy = placed(entries)
    numbers, others = placed_in_force(frame)
    ones, found, _ = near_others(xy, others, _NEAR_M)
    rows = list(rows_in_force(frame, [numbers[one] for one in found]))
    alike = similarities(
        [somewhere[one].record.name for one in ones], [row.values["name"] for row in rows]
    )
    for index in np.flatnonzero(alike >= ALIKE).tolist():
        entry, row = somewhere[ones[index]], rows[index]
        if row.values["id"] not in replaced and _comparable(entry, row):
            yield entry, row


def _pairs_on_a_way(entries: Sequence[Entry]) -> Iterator[tuple[Entry, Side]]:
    """Yield the rows of roads and constraints that name the same OSM way."""
    on: dict[int, list[Entry]] = defaultdict(list)
    for entry in entries:
        for way in _ways(entry.record):
            on[way].append(entry)
    for sharing in on.values():
        few = sharing[:_MOST_ON_A_WAY]
        for index, second in enumerate(few):
            for first in few[:index]:
                if _comparable(first, second):
                    yield second, first


def _comparable(one: Side, other: Side) -> bool:
    """Tell whether two rows speak of the same matter: a flood says nothing of a checkpoint."""
    kinds = _of(one, "constraint_type"), _of(other, "constraint_type")
    return None in kinds or kinds[0] == kinds[1]


def _ways(record: Any) -> Sequence[int]:
    return getattr(record, "osm_way_ids", None) or ()


def _status_field(entry: Entry) -> str:
    if isinstance(entry.record, Constraint):
        return "effect"
    return "op_status" if isinstance(entry.record, RoadAssessment) else "status"


def _source(side: Side) -> str:
    return f"{_of(side, 'source_org')} ({_of(side, 'date_of_information'):%Y-%m-%d})"


def _of(side: Side, name: str) -> Any:
    if isinstance(side, Entry):
        return getattr(side.record, name, None)
    return side.values.get(name)
