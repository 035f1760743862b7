"""Which rows of a file only say again what is in force already, and what they keep of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any

import geopandas as gpd
import numpy as np
import shapely

from lca.ingest.finding import completed
from lca.ingest.rows import TableRows
from lca.vocab import LocationPrecision

from .candidates import rows_in_force

_PRECISION = "location_precision"
_OF_THE_ROW = ("review_by",)
_OF_THE_PLACE = (_PRECISION, "admin1_pcode", "admin2_pcode", "admin_edition")
"""What the judges fill in where a row leaves it open."""
_LEFT_OPEN = (None, LocationPrecision.UNKNOWN)
_ROUNDING_DEGREES = 1e-6


class Restated:
    """The rows in force by id, with the date of their information.

    A row of the same id and date brings nothing new, and nothing is added to it.
    """

    def __init__(self, published: Mapping[str, gpd.GeoDataFrame]) -> None:
        self._published = published
        self._dates: dict[str, dict[str, Any]] = {}

    def holds(self, table: TableRows, record: Any) -> bool:
        """Tell whether a record only restates the row in force."""
        date = self.date_of(table, record)
        return date is not None and bool(date == record.date_of_information)

    def date_of(self, table: TableRows, record: Any) -> datetime | None:
        """Return when the row in force of a record's id was informed; None if there is none."""
        layer = table.kind.layer
        if layer not in self._dates:
            frame = self._published.get(layer)
            self._dates[layer] = (
                {}
                if frame is None
                else dict(zip(frame["id"], frame["date_of_information"], strict=True))
            )
        return self._dates[layer].get(record.id)

    def rows(self, layer: str, ids: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """Return the values of some rows in force, by id."""
        frame = self._published[layer]
        numbers = np.flatnonzero(frame["id"].isin(ids).to_numpy()).tolist()
        return {row.values["id"]: row.values for row in rows_in_force(frame, numbers)}


NOTHING_RESTATED = Restated(MappingProxyType({}))


def keep_completed(tables: Sequence[TableRows], restated: Restated) -> None:
    """Give rows that restate what is in force what was filled in when they were published.

    The same file read again would else take back when its rows must be reviewed, and how precise
    they lie. What depends on the place is kept only if that is the same.
    """
    for table in tables:
        again = [(row, one) for row, one in table.accepted if restated.holds(table, one)]
        if not again:
            continue
        in_force = restated.rows(table.kind.layer, [one.id for _, one in again])
        for row, record in again:
            values = _filled_in(record, in_force[record.id])
            if values:
                table.amend(row, completed(record, values))


def _filled_in(record: Any, in_force: Mapping[str, Any]) -> dict[str, Any]:
    names: tuple[str, ...] = _OF_THE_ROW
    if same_place(getattr(record, "geometry", None), in_force.get("geometry")):
        names = (*_OF_THE_ROW, *_OF_THE_PLACE)
    found: dict[str, Any] = {
        name: in_force.get(name)
        for name in names
        if hasattr(record, name) and getattr(record, name) in _LEFT_OPEN
    }
    if found.get(_PRECISION) is not None:
        found[_PRECISION] = LocationPrecision(found[_PRECISION])
    return {name: value for name, value in found.items() if value not in _LEFT_OPEN}


def same_place(one: Any, other: Any) -> bool:
    """Tell whether two geometries are one within the rounding of a version; None is no place."""
    if one is None or other is None:
        return False
    return bool(shapely.equals_exact(one, other, tolerance=_ROUNDING_DEGREES))
