"""Merge two changes of one feature, field by field.

Beside "who alone changed it is taken" there are these rules, for what means something together:

* a *location* (geometry, precision, ways, words) and an *end* (status, ended_at, ended_by) are one
  statement each: parts of two make none;
* ``date_of_information``, ``review_by`` and a confirmation (when, by whom) that both sides moved
  forward go by the newer one: each stays true beside the other;
* a confirmation says that the feature is *as it was*, so it contradicts a change of its state that
  rests on older information, and a report of a constraint contradicts an end before it;
* values that are right one by one but not together are in conflict, all that differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from lca.errors import InvalidInput
from lca.record import from_row

from .change import Row
from .spec import LayerSpec

_CONFIRMATION = ("last_confirmed_at", "confirmed_by")
_TOLD_AT = ("date_of_information", *_CONFIRMATION)
_NEWEST = frozenset({"date_of_information", "review_by"})
_END = ("status", "ended_at", "ended_by")
_LOCATION = (
    "geometry",
    "location_precision",
    "osm_way_ids",
    "road_name",
    "location_text",
    "chainage_from_km",
    "chainage_to_km",
    "chainage_from_place",
    "place_from",
    "place_to",
    "offset_km",
    "offset_bearing",
    "toward_place",
)
# The sides of a merge; the rules treat them alike.
_OURS, _THEIRS = 0, 1


class MergedRow(NamedTuple):
    """A feature merged (None: there is none) and its fields in conflict; None is the feature."""

    row: Row | None
    conflicts: tuple[str | None, ...]


def merge_rows(
    spec: LayerSpec, base: Row | None, ours: Row | None, theirs: Row | None
) -> MergedRow:
    """Return what becomes of a feature that both sides changed.

    A field in conflict is as in ``theirs``; so is the feature if it is in conflict as a whole.
    """
    if ours is None or theirs is None:
        return MergedRow(theirs, () if ours is theirs else (None,))
    names = [*(field.name for field in spec.fields), "geometry"]
    differing = [name for name in names if not equal(ours.get(name), theirs.get(name))]
    if base is None:
        # Two new features of one id share nothing that would tell which part is meant.
        return MergedRow(theirs, tuple(differing))
    meeting = _Meeting(base, (ours, theirs), differing)
    disputed = meeting.disputed(_states(spec))
    merged = {**theirs, **meeting.taken(disputed)}
    if merged != theirs and not disputed and not _is_record(spec, merged):
        return MergedRow(theirs, tuple(differing))
    return MergedRow(merged, tuple(name for name in differing if name in disputed))


def equal(one: Any, other: Any) -> bool:
    """Tell whether two cells hold the same."""
    if isinstance(one, BaseGeometry) and isinstance(other, BaseGeometry):
        return bool(shapely.equals_identical(one, other))
    return bool(one == other)


class _Meeting:
    """Two changes of one row, and the fields in which their outcomes differ."""

    def __init__(self, base: Row, sides: tuple[Row, Row], differing: Iterable[str]) -> None:
        self.base = base
        self.sides = sides
        self.differing = set(differing)
        self.moved = tuple(
            {name for name in self.differing if not equal(base.get(name), side.get(name))}
            for side in sides
        )

    def disputed(self, states: Iterable[str]) -> set[str]:
        """Return the fields in conflict."""
        found = {name for name in self.moved[_OURS] & self.moved[_THEIRS] if self._clashes(name)}
        if self._confirmation() is None:
            found |= self.differing.intersection(_CONFIRMATION)
        for group in (_LOCATION, _END):
            parts = self.differing.intersection(group)
            if all(moved & parts for moved in self.moved):
                found |= parts
        for side, other in ((_OURS, _THEIRS), (_THEIRS, _OURS)):
            contradicted = self._contradicted(side, other, set(states))
            if contradicted:
                found |= contradicted | self.differing.intersection(_TOLD_AT)
        return found

    def taken(self, disputed: set[str]) -> dict[str, Any]:
        """Return what theirs takes over from ours."""
        ours = self.sides[_OURS]
        taken = {
            name: ours.get(name)
            for name in (self.moved[_OURS] - self.moved[_THEIRS]) - disputed - {*_CONFIRMATION}
        }
        for name in self.moved[_OURS] & self.moved[_THEIRS] & _NEWEST - disputed:
            taken[name] = max(side[name] for side in self.sides)
        if not disputed.intersection(_CONFIRMATION) and self._confirmation() == _OURS:
            taken |= {name: ours.get(name) for name in _CONFIRMATION}
        return taken

    def _clashes(self, name: str) -> bool:
        """Tell whether a field that both moved, to different values, is in conflict by itself."""
        if name in _NEWEST:
            return not all(self._forward(side, name) for side in self.sides)
        return name not in _CONFIRMATION

    def _confirmation(self) -> int | None:
        """Return the side whose confirmation counts, None if neither does before the other.

        When it was and by whom go together: the newer one, if both moved it forward.
        """
        changed = [bool(moved.intersection(_CONFIRMATION)) for moved in self.moved]
        if not all(changed):
            return _OURS if changed[_OURS] else _THEIRS
        if not all(self._forward(side, "last_confirmed_at") for side in self.sides):
            return None
        ours, theirs = (side["last_confirmed_at"] for side in self.sides)
        if ours == theirs:
            return None
        return _OURS if ours > theirs else _THEIRS

    def _forward(self, side: Row, name: str) -> bool:
        before, after = self.base.get(name), side.get(name)
        return after is not None and (before is None or after > before)

    def _contradicted(self, side: int, other: int, states: set[str]) -> set[str]:
        """Return the fields that one side changed and a newer word of the other contradicts."""
        own, word = self.sides[side], self.sides[other]
        found: set[str] = set()
        if self._spoke(other, "last_confirmed_at"):
            told = _latest(own, ("date_of_information", "ended_at"))
            if told < word["last_confirmed_at"]:
                found |= self.moved[side] & states
        ended = own.get("ended_at")
        if "ended_at" in self.moved[side] and ended is not None:
            spoken = [name for name in _TOLD_AT[:2] if self._spoke(other, name)]
            # Forms give minutes, so reports of one minute do not contradict each other.
            if spoken and ended < _latest(word, spoken).replace(second=0, microsecond=0):
                found |= self.moved[side].intersection(_END)
        return found

    def _spoke(self, side: int, name: str) -> bool:
        return name in self.moved[side] and self._forward(self.sides[side], name)


def _latest(row: Row, names: Iterable[str]) -> datetime:
    moments: list[datetime] = [row[name] for name in names if row.get(name) is not None]
    return max(moments)


def _states(spec: LayerSpec) -> set[str]:
    """Return the fields that say how a feature is: all but texts, times and the provenance."""
    kinds = {"code", "number", "integer", "boolean", "integers"}
    return {field.name for field in spec.fields if field.type in kinds} - _ABOUT_THE_SOURCE


_ABOUT_THE_SOURCE = frozenset(
    {
        "source_type",
        "reliability",
        "credibility",
        "location_precision",
        "osm_way_ids",
        "sensitivity",
        "exercise",
    }
)


def _is_record(spec: LayerSpec, row: Row) -> bool:
    try:
        from_row(spec.record_class, row)
    except InvalidInput:
        return False
    return True
