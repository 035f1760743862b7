"""Which rows of a file only say again what is in force already."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import geopandas as gpd

from lca.ingest.rows import TableRows


class Restated:
    """The rows in force by id, with the date of their information.

    A row of the same id and date brings nothing new, and nothing is added to it.
    """

    def __init__(self, published: Mapping[str, gpd.GeoDataFrame]) -> None:
        self._published = published
        self._dates: dict[str, dict[str, Any]] = {}

    def holds(self, table: TableRows, record: Any) -> bool:
        """Tell whether a record only restates the row in force."""
        layer = table.kind.layer
        if layer not in self._dates:
            frame = self._published.get(layer)
            self._dates[layer] = (
                {}
                if frame is None
                else dict(zip(frame["id"], frame["date_of_information"], strict=True))
            )
        date = self._dates[layer].get(record.id)
        return date is not None and bool(date == record.date_of_information)


NOTHING_RESTATED = Restated(MappingProxyType({}))
