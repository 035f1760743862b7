"""What is compared with what: the records of one layer, of the file and in force."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from lca.ingest.rows import TableRows
from lca.ingest.wire import SheetRow
from lca.table import rows_of


@dataclass(frozen=True, slots=True)
class Entry:
    """One accepted row of the file."""

    table: TableRows
    row: SheetRow
    record: Any

    @property
    def label(self) -> str:
        """The row as another row's issue names it."""
        return f"row {self.row.number}, {self.record.name!r}"


@dataclass(frozen=True, slots=True)
class InForce:
    """One published row, as far as it is compared; ``values`` are its plain columns."""

    values: Mapping[str, Any]

    @property
    def label(self) -> str:
        """The row as an issue names it."""
        return f"{self.values['name']!r} in force (id {self.values['id']})"


def by_layer(tables: Sequence[TableRows]) -> dict[str, list[Entry]]:
    """Return the accepted rows of the file by layer, those of contacts left out."""
    found: dict[str, list[Entry]] = defaultdict(list)
    for table in tables:
        if not table.kind.restricted:
            found[table.kind.layer] += [Entry(table, row, record) for row, record in table.accepted]
    return found


def placed(entries: Sequence[Entry]) -> tuple[list[Entry], NDArray[np.float64]]:
    """Return the entries that lie somewhere, and a position of each (longitude, latitude)."""
    somewhere = [
        entry
        for entry in entries
        if (geometry := getattr(entry.record, "geometry", None)) is not None
        and not geometry.is_empty
    ]
    return somewhere, positions([entry.record.geometry for entry in somewhere])


def placed_in_force(frame: gpd.GeoDataFrame) -> tuple[list[int], NDArray[np.float64]]:
    """Return the numbers of the rows in force that lie somewhere, and a position of each."""
    geometries = frame.geometry.to_numpy()
    somewhere = [
        number for number, one in enumerate(geometries) if one is not None and not one.is_empty
    ]
    return somewhere, positions([geometries[number] for number in somewhere])


def positions(geometries: Sequence[Any]) -> NDArray[np.float64]:
    """Return a position inside of each geometry."""
    if not geometries:
        return np.empty((0, 2))
    array = np.empty(len(geometries), dtype=object)
    array[:] = geometries
    return np.asarray(shapely.get_coordinates(shapely.point_on_surface(array)))


def rows_in_force(frame: gpd.GeoDataFrame, numbers: Sequence[int]) -> Iterator[InForce]:
    """Yield some rows in force, with None for what is not known."""
    for values in rows_of(frame.iloc[list(numbers)]):
        yield InForce(values)
