"""What a file is written from: the rows that a clearance reaches, their columns, and the terms.

Every writer gets one :class:`Extract` and knows neither store nor profile. Rows come part by
part, so that a file of a million rows needs the memory of some thousands.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.cells import plain_cell
from layers.operation import Operation
from layers.release import Release
from layers.sensitivity import label, visible_rows
from layers.spec import LayerKind, LayerSpec, LayerStyle
from lca.instant import format_instant
from lca.record import Field
from lca.table import records_of
from lca.vocab import ConstraintStatus, Sensitivity

CHUNK = 10_000
"""Rows that are held as Python values at once."""
STANDING = Field("computed_standing", "text", "Standing at the moment asked about")
OVERDUE = Field("computed_review_overdue", "boolean", "Review overdue at the moment asked about")
_OVER = ("status", tuple(word.value for word in ConstraintStatus if not word.stands))
Frames = Callable[[], Iterator[gpd.GeoDataFrame]]


@dataclass(slots=True)
class Facts:
    """What is true of all rows together.

    ``kinds`` are the types of geometry, as ``LineString``; ``bounds`` west, south, east, north in
    degrees; ``informed`` the dates of the oldest and the newest information.
    """

    count: int = 0
    kinds: set[str] = field(default_factory=set)
    bounds: tuple[float, float, float, float] | None = None
    somewhere: bool = True
    sensitivity: Sensitivity = Sensitivity.PUBLIC
    informed: tuple[datetime, datetime] | None = None

    @classmethod
    def of(cls, frames: Iterable[gpd.GeoDataFrame]) -> Facts:
        """Look through all rows once."""
        facts = cls()
        for frame in frames:
            facts.add(frame)
        return facts

    def add(self, frame: gpd.GeoDataFrame) -> None:
        """Take in more rows."""
        shapes = frame.geometry.to_numpy()
        located = ~shapely.is_missing(shapes)
        self.count += len(frame)
        self.somewhere &= bool(located.all())
        self.sensitivity = max(self.sensitivity, label(frame), key=lambda word: word.rank)
        if located.any():
            types = np.unique(shapely.get_type_id(shapes[located]))
            self.kinds |= {_KINDS[int(number)] for number in types}
            mine = shapely.total_bounds(shapes[located])
            both = np.array([mine, mine if self.bounds is None else self.bounds])
            low, high = both.min(axis=0).tolist(), both.max(axis=0).tolist()
            self.bounds = (low[0], low[1], high[2], high[3])
        dates = frame["date_of_information"].dropna()
        if len(dates):
            first, last = pd.Timestamp(dates.min()), pd.Timestamp(dates.max())
            known = self.informed or (first.to_pydatetime(), last.to_pydatetime())
            self.informed = (min(first, known[0]), max(last, known[1]))


@dataclass(frozen=True, slots=True)
class Extract:
    """Rows of one release as a file is to hold them.

    ``frames`` gives typed tables in EPSG:4326 whose index is the features' ids; treat them as
    immutable. ``fields`` are their columns in the file's order. ``placed`` tells whether rows
    may have a geometry. ``over`` is a column, and its words that say that a row holds no more.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    frames: Frames
    facts: Facts
    terms: Mapping[str, Any]
    released_at: datetime
    placed: bool
    shapes: tuple[str, ...] = ()
    style: LayerStyle | None = None
    over: tuple[str, tuple[str, ...]] | None = None

    def chunks(self) -> Iterator[Chunk]:
        """Yield the rows as plain values, some at a time."""
        for frame in self.frames():
            for start in range(0, len(frame), CHUNK):
                yield Chunk.of(frame.iloc[start : start + CHUNK], self.fields)

    def rows(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield each feature's id and its row."""
        for chunk in self.chunks():
            yield from zip(chunk.ids, chunk.rows(), strict=True)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The types of geometry among the rows, as ``LineString``, in alphabetical order."""
        return tuple(sorted(self.facts.kinds))

    @property
    def profiled(self) -> bool:
        """Whether its columns are those of an export profile, whose names are the standard's."""
        return "profile" in self.terms

    @property
    def told(self) -> dict[str, str]:
        """The terms as texts, those not known left out."""
        return {
            name: str(plain_cell(value)) for name, value in self.terms.items() if value is not None
        }

    @property
    def description(self) -> str:
        """The terms as one line."""
        return "; ".join(f"{name}: {value}" for name, value in self.told.items())


@dataclass(frozen=True, slots=True)
class Chunk:
    """Some rows by columns, each a list of plain values; None is *not known*."""

    ids: list[str]
    columns: Mapping[str, list[Any]]
    shapes: Any

    @classmethod
    def of(cls, frame: gpd.GeoDataFrame, fields: Iterable[Field]) -> Chunk:
        """Take the rows of a typed table."""
        columns = {one.name: _values(one, frame[one.name]) for one in fields}
        return cls([str(key) for key in frame.index], columns, frame.geometry.to_numpy())

    def rows(self) -> Iterator[dict[str, Any]]:
        """Yield the rows, with their ``geometry``."""
        names = [*self.columns, "geometry"]
        for values in zip(*self.columns.values(), self.shapes, strict=True):
            yield dict(zip(names, values, strict=True))


def extract_of(
    spec: LayerSpec,
    release: Release,
    whole: Frames,
    operation: Operation | None,
    clearance: Sensitivity,
    *,
    at: datetime | None = None,
) -> Extract:
    """Return the rows of a release that a clearance reaches, with what each copy must say.

    Parameters
    ----------
    whole : callable
        Gives all rows of the release, table by table.
    at : datetime, optional
        For constraints: a moment whose standing is told in columns ``computed_…``.
    """
    standing = at if spec.kind is LayerKind.CONSTRAINT else None

    def frames() -> Iterator[gpd.GeoDataFrame]:
        for frame in visible_frames(whole(), clearance):
            yield frame if standing is None else _with_standing(spec, frame, standing)

    facts = Facts.of(visible_frames(whole(), clearance))
    terms = terms_of(spec, release, facts.sensitivity, operation)
    if at is not None:
        terms["at"] = format_instant(at)
    return Extract(
        name=spec.name,
        title=spec.title,
        fields=(*spec.fields, *((STANDING, OVERDUE) if standing else ())),
        frames=frames,
        facts=facts,
        terms=terms,
        released_at=release.published_at,
        placed=spec.kind is not LayerKind.TABLE,
        shapes=tuple(spec.geometry),
        style=spec.style,
        over=_OVER if spec.kind is LayerKind.CONSTRAINT else None,
    )


def visible_frames(
    frames: Iterable[gpd.GeoDataFrame], clearance: Sensitivity
) -> Iterator[gpd.GeoDataFrame]:
    """Yield the rows that a clearance reaches, their ids as the index."""
    for frame in frames:
        seen = frame[visible_rows(frame, clearance)]
        yield seen.set_index(np.asarray(seen["id"], dtype=object))


def terms_of(
    spec: LayerSpec, release: Release, sensitivity: Sensitivity, operation: Operation | None
) -> dict[str, Any]:
    """Return what every copy of rows of that sensitivity must say about itself."""
    return {
        "title": spec.title,
        "operation": operation.title if operation else None,
        "layer": spec.name,
        "version": release.version,
        "number": release.number,
        "as_of": format_instant(release.published_at),
        "licence": spec.licence,
        "attribution": spec.attribution,
        "caveat": spec.caveat,
        "sensitivity": sensitivity.value,
        "exercise": release.exercise,
    }


def _with_standing(spec: LayerSpec, frame: gpd.GeoDataFrame, at: datetime) -> gpd.GeoDataFrame:
    records = records_of(spec.record_class, frame)
    told = frame.copy(deep=False)
    told[STANDING.name] = [record.standing(at).value for record in records]
    overdue = [record.review_overdue(at) for record in records]
    told[OVERDUE.name] = pd.array(overdue, dtype="boolean")
    return told


def _values(one: Field, column: pd.Series[Any]) -> list[Any]:
    if one.type == "number":
        numbers = column.to_numpy(dtype="float64")
        return [None if value != value else value for value in numbers.tolist()]  # noqa: PLR0124
    if one.type == "instant":
        known = column.notna().to_numpy()
        moments = pd.DatetimeIndex(column).to_pydatetime()
        return [
            moment if is_known else None for moment, is_known in zip(moments, known, strict=True)
        ]
    if one.type in {"integer", "boolean"}:
        return column.astype(object).where(column.notna(), None).tolist()
    return [None if value is None or value != value else value for value in column]  # noqa: PLR0124


_KINDS = {
    0: "Point",
    1: "LineString",
    3: "Polygon",
    4: "MultiPoint",
    5: "MultiLineString",
    6: "MultiPolygon",
}
