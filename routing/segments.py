"""The road segments of a network as columns, which may lie in mapped files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from lca.errors import NotFound
from lca.geo import STORAGE_CRS

from .coded import Coded
from .lines import Lines

TEXT_COLUMNS = (
    "highway",
    "name",
    "ref",
    "oneway",
    "surface",
    "smoothness",
    "tracktype",
    "access",
    "motor_vehicle",
    "hgv",
    "four_wd_only",
    "ford",
    "seasonal",
    "toll",
    "junction",
    "barrier",
    "status",
    "conditional",
)
"""OSM's values as tagged, but for ``oneway`` (no, forward, backward), the access columns (yes,
destination, private, no) and ``conditional``: all ``*:conditional`` and vehicle-specific tags of
the way as ``key=value``, ascending, one a line."""
FLAG_COLUMNS = ("bridge", "tunnel")
NUMBER_COLUMNS = (
    "lanes",
    "maxspeed_kmh",
    "maxspeed_backward_kmh",
    "max_gross_t",
    "max_axle_t",
    "max_height_m",
    "max_width_m",
    "max_length_m",
    "duration_s",
)
ATTRIBUTE_COLUMNS = TEXT_COLUMNS + FLAG_COLUMNS + NUMBER_COLUMNS


@dataclass(frozen=True, eq=False)
class Segments:
    """Rows 0…m-1, ordered by OSM way, ends and shape; treat every array as read-only.

    Attributes
    ----------
    osm_way_id : int64[m]
    from_id, to_id : int64[m]
        OSM node ids of the ends, in the drawing direction.
    twin : int32[m]
        0, or how many segments of the same way and ends come before it.
    u, v : int32[m]
        The ends as node indices of the network.
    length_m : float64[m]
        Geodesic length in metres.
    mainland : bool[m]
        Whether both ends lie on the mainland, the largest part within which a truck can drive
        from everywhere to everywhere; limits of mass or size do not count.
    texts, numbers : mapping of str to Coded
        :data:`TEXT_COLUMNS` and :data:`NUMBER_COLUMNS`; no value where it is not tagged.
    flags : mapping of str to bool[m]
        :data:`FLAG_COLUMNS`.
    lines : Lines
        Shapes from ``u`` to ``v``.
    """

    osm_way_id: NDArray[np.int64]
    from_id: NDArray[np.int64]
    to_id: NDArray[np.int64]
    twin: NDArray[np.int32]
    u: NDArray[np.int32]
    v: NDArray[np.int32]
    length_m: NDArray[np.float64]
    mainland: NDArray[np.bool_]
    texts: Mapping[str, Coded[str]]
    numbers: Mapping[str, Coded[float]]
    flags: Mapping[str, NDArray[np.bool_]]
    lines: Lines

    def __len__(self) -> int:
        return len(self.u)

    def id_at(self, row: int) -> str:
        """Return a segment's id, stable between builds: ``way-from-to``, ``~2`` for a second."""
        twin = int(self.twin[row])
        suffix = f"~{twin + 1}" if twin else ""
        return f"{self.osm_way_id[row]}-{self.from_id[row]}-{self.to_id[row]}{suffix}"

    def ids(self, rows: NDArray[np.integer[Any]] | None = None) -> list[str]:
        """Return the ids of some segments, or of all."""
        chosen = range(len(self)) if rows is None else np.asarray(rows).tolist()
        return [self.id_at(row) for row in chosen]

    def row_of(self, segment_id: str) -> int:
        """Return the row of a segment, of its id or of the row as digits, as tiles number it.

        Raises
        ------
        NotFound
            If there is no segment of that id.
        """
        if segment_id.isdecimal() and int(segment_id) < len(self):
            return int(segment_id)
        name, _, number = segment_id.partition("~")
        try:
            way, start, end = (int(part) for part in name.split("-"))
            twin = int(number) - 1 if number else 0
        except ValueError:
            way = start = end = twin = -1
        low, high = np.searchsorted(self.osm_way_id, (way, way + 1))
        same = (self.from_id[low:high] == start) & (self.to_id[low:high] == end)
        found = np.flatnonzero(same & (self.twin[low:high] == twin))
        if not len(found):
            raise NotFound(
                f"This graph build has no road segment {segment_id!r}.",
                do_next="Take the id from the current build; ids change when OSM splits a way.",
            )
        return int(low + found[0])

    def rows_of_ways(self, ways: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows of some OSM ways, ascending."""
        low = np.searchsorted(self.osm_way_id, np.unique(ways))
        high = np.searchsorted(self.osm_way_id, np.unique(ways), side="right")
        spans = [np.arange(start, end) for start, end in zip(low, high, strict=True)]
        return np.concatenate([np.empty(0, np.int64), *spans]).astype(np.int64)

    def attributes(self, row: int) -> dict[str, Any]:
        """Return one segment's attributes; None where it is not tagged."""
        found: dict[str, Any] = {name: column.at(row) for name, column in self.texts.items()}
        found |= {name: bool(column[row]) for name, column in self.flags.items()}
        return found | {name: column.at(row) for name, column in self.numbers.items()}

    @cached_property
    def line_bounds(self) -> NDArray[np.float64]:
        """West, south, east, north of each segment, degrees."""
        return self.lines.bounds()

    def frame(self, rows: NDArray[np.integer[Any]] | None = None) -> gpd.GeoDataFrame:
        """Return some segments, or all, as a new table, for exchange and for small networks.

        Returns
        -------
        GeoDataFrame
            Index: the rows. ``segment_id``, ``osm_way_id``, ``u``, ``v``, ``length_m``, the
            attribute columns (text None and number NaN where not tagged), ``geometry``; EPSG:4326.
        """
        chosen = np.arange(len(self)) if rows is None else np.asarray(rows, np.int64)
        columns: dict[str, Any] = {
            "segment_id": np.array(self.ids(chosen), dtype=object),
            "osm_way_id": self.osm_way_id[chosen],
            "u": self.u[chosen],
            "v": self.v[chosen],
            "length_m": self.length_m[chosen],
        }
        for name, texts in self.texts.items():
            columns[name] = np.array([*texts.take(chosen), None], dtype=object)[:-1]
        columns |= {name: flags[chosen] for name, flags in self.flags.items()}
        for name, numbers in self.numbers.items():
            columns[name] = numbers.select(chosen).floats()
        shapes = self.lines.shapes(chosen)
        return gpd.GeoDataFrame(columns, index=chosen, geometry=shapes, crs=STORAGE_CRS)

    def shape(self, row: int) -> shapely.LineString:
        """Return one segment's line."""
        return shapely.LineString(self.lines.points(row))
