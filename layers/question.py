"""What is asked of a version's rows: box, ids, text, filter, time and clearance, as one SQL condition."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import shapely

from lca.geo import BBox
from lca.vocab import ConstraintStatus, Sensitivity

from .box import Box
from .filters import Filter, Interval
from .filters.folding import folded
from .filters.terms import Sql
from .gpkgrows import instant_text
from .sensitivity import reachable
from .spec import LayerKind, LayerSpec

_AFTER_ALL = "~"
"""A text after every instant."""


@dataclass(frozen=True, slots=True)
class Question:
    """Which rows are meant; whatever is None does not limit them.

    ``holds`` asks for what stands at some time of an interval: see :func:`_holding`.
    """

    clearance: Sensitivity
    box: Box | None = None
    ids: tuple[str, ...] | None = None
    filter: Filter | None = None
    text: str | None = None
    holds: Interval | None = None

    def condition(self, spec: LayerSpec) -> Sql:
        """Return the condition on the table ``t`` that exactly the rows meant fulfil."""
        return Sql.joined(" AND ", list(self._conditions(spec)))

    @property
    def boxes(self) -> tuple[tuple[BBox, ...], ...]:
        """Boxes, each of one part or two, of which every row meant touches each one."""
        asked = (self.box.parts,) if self.box else ()
        filtered = tuple((box,) for box in self.filter.boxes) if self.filter else ()
        return asked + filtered

    def _conditions(self, spec: LayerSpec) -> Iterator[Sql]:
        yield _among("sensitivity", reachable(self.clearance))
        if self.ids is not None:
            yield _among("id", self.ids)
        if self.filter is not None:
            yield Sql(self.filter.sql, self.filter.values)
        if self.holds is not None and spec.kind is LayerKind.CONSTRAINT:
            yield _holding(self.holds)
        if self.text is not None and (words := folded(self.text)):
            names = ", ".join(f't."{name}"' for name in searched(spec))
            yield Sql(f"lca_names(?, {names})", (words,))
        if self.box is not None:
            yield Sql("lca_touches(t.geom, ?)", (shapely.to_wkb(self.box.geometry),))


def searched(spec: LayerSpec) -> tuple[str, ...]:
    """Return the columns that a text is looked for in: the names of a thing and of its road."""
    return tuple(
        field.name
        for field in spec.fields
        if field.type == "text" and (field.name.startswith("name") or field.name == "road_name")
    )


def overlapping(boxes: Sequence[Sequence[BBox]]) -> Sql:
    """Return the condition on the R-tree ``r`` whose boxes overlap each of some boxes."""
    return Sql.joined(" AND ", [_overlap(parts) for parts in boxes])


def _overlap(parts: Sequence[BBox]) -> Sql:
    first = parts[0]
    lat = Sql("r.maxy >= ? AND r.miny <= ?", (first.south, first.north))
    lon = [Sql("(r.maxx >= ? AND r.minx <= ?)", (part.west, part.east)) for part in parts]
    # Parts differ in longitude only; without OR around one the R-tree searches by it too.
    return Sql.joined(" AND ", [lat, lon[0] if len(lon) == 1 else Sql.joined(" OR ", lon)])


def _holding(interval: Interval) -> Sql:
    """Return the condition of constraints that stand at some time of an interval.

    A constraint stands from its ``valid_from`` until somebody ends it: one whose ``valid_to`` has
    passed unconfirmed still stands (rule of truth 3), one that was rejected never did. Its daily
    windows and seasons are part of it and not looked at.
    """
    start = "" if interval.start is None else instant_text(interval.start)
    end = _AFTER_ALL if interval.end is None else instant_text(interval.end)
    resolved, rejected = ConstraintStatus.RESOLVED.value, ConstraintStatus.REJECTED.value
    return Sql(
        "(t.status <> ? AND coalesce(t.valid_from, '') <= ? "
        "AND NOT (t.status = ? AND t.ended_at IS NOT NULL AND t.ended_at <= ?))",
        (rejected, end, resolved, start),
    )


def _among(column: str, values: Sequence[str]) -> Sql:
    marks = ", ".join("?" * len(values))
    return Sql(f't."{column}" IN ({marks})', tuple(values))
