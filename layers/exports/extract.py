"""What a file is written from: the rows that a clearance reaches, their columns, and the terms.

Every writer gets one :class:`Extract` and knows neither store nor profile.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from layers.cells import plain_cell
from layers.operation import Operation
from layers.release import Release
from layers.sensitivity import label, visible_rows
from layers.spec import LayerKind, LayerSpec, LayerStyle
from lca.instant import format_instant
from lca.record import Field
from lca.table import records_of, rows_of
from lca.vocab import ConstraintStatus, Sensitivity

CHUNK = 10_000
"""Rows that are held as Python values at once."""
STANDING = Field("computed_standing", "text", "Standing at the moment asked about")
_OVER = (
    "status",
    tuple(word.value for word in ConstraintStatus if not word.stands),
)
OVERDUE = Field("computed_review_overdue", "boolean", "Review overdue at the moment asked about")


@dataclass(frozen=True, slots=True)
class Extract:
    """Rows of one release as a file is to hold them.

    ``frame`` is a typed table in EPSG:4326 whose index is the features' ids; treat it as
    immutable. ``fields`` are its columns in the file's order. ``placed`` tells whether its rows
    may have a geometry. ``over`` is a column, and its words that say that a row holds no more.
    """

    name: str
    title: str
    fields: tuple[Field, ...]
    frame: gpd.GeoDataFrame
    terms: Mapping[str, Any]
    released_at: datetime
    placed: bool
    shapes: tuple[str, ...] = ()
    style: LayerStyle | None = None
    over: tuple[str, tuple[str, ...]] | None = None

    def chunks(self) -> Iterator[list[dict[str, Any]]]:
        """Yield the rows as plain values (see :func:`lca.table.rows_of`), some at a time."""
        for start in range(0, len(self.frame), CHUNK):
            yield rows_of(self.frame.iloc[start : start + CHUNK])

    def rows(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield each feature's id and its row."""
        ids = iter(self.frame.index)
        for chunk in self.chunks():
            for row in chunk:
                yield str(next(ids)), row

    @property
    def kinds(self) -> tuple[str, ...]:
        """The types of geometry among the rows, as ``LineString``, in alphabetical order."""
        return tuple(sorted({shape.geom_type for shape in self.frame.geometry.dropna()}))

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


def extract_of(
    spec: LayerSpec,
    release: Release,
    whole: gpd.GeoDataFrame,
    operation: Operation | None,
    clearance: Sensitivity,
    *,
    at: datetime | None = None,
) -> Extract:
    """Return the rows of a release that a clearance reaches, with what each copy must say.

    Parameters
    ----------
    whole : GeoDataFrame
        All rows of the release.
    at : datetime, optional
        For constraints: a moment whose standing is told in columns ``computed_…``.
    """
    frame = whole[visible_rows(whole, clearance)]
    frame = frame.set_index(np.asarray(frame["id"], dtype=object))
    terms = terms_of(spec, release, frame, operation)
    fields = tuple(spec.fields)
    if at is not None:
        terms["at"] = format_instant(at)
    if at is not None and spec.kind is LayerKind.CONSTRAINT:
        frame, fields = _with_standing(spec, frame, at), (*fields, STANDING, OVERDUE)
    return Extract(
        name=spec.name,
        title=spec.title,
        fields=fields,
        frame=frame,
        terms=terms,
        released_at=release.published_at,
        placed=spec.kind is not LayerKind.TABLE,
        shapes=tuple(spec.geometry),
        style=spec.style,
        over=_OVER if spec.kind is LayerKind.CONSTRAINT else None,
    )


def terms_of(
    spec: LayerSpec, release: Release, frame: gpd.GeoDataFrame, operation: Operation | None
) -> dict[str, Any]:
    """Return what every copy of these rows must say about itself."""
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
        "sensitivity": label(frame).value,
        "exercise": release.exercise,
    }


def bounds_of(frame: gpd.GeoDataFrame) -> tuple[float, float, float, float] | None:
    """Return west, south, east, north of the rows' geometries; None if there are none."""
    if not frame.geometry.notna().any():
        return None
    west, south, east, north = shapely.total_bounds(frame.geometry.to_numpy()).tolist()
    return west, south, east, north


def _with_standing(spec: LayerSpec, frame: gpd.GeoDataFrame, at: datetime) -> gpd.GeoDataFrame:
    records = records_of(spec.record_class, frame)
    return frame.assign(
        **{
            STANDING.name: [record.standing(at).value for record in records],
            OVERDUE.name: [record.review_overdue(at) for record in records],
        }
    )
