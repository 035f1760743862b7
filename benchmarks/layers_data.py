"""The rows that layers are measured with, and the questions that are asked of them."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lca.geo import BBox

_SCRIPT = Path(__file__).parents[1] / "scripts" / "make_road_lines.py"
# The box that the invented roads lie in, in degrees: west, south, east, north.
_AREA = (-72.0, -38.0, -62.0, -30.0)
BOXES = 25


@dataclass(frozen=True, slots=True)
class Data:
    """A GeoParquet file with rows of a layer, and how many they are."""

    layer: str
    file: Path
    count: int

    def read(self) -> gpd.GeoDataFrame:
        """Return the rows."""
        return gpd.read_parquet(self.file)

    @property
    def id(self) -> str:
        """The id of a row in the middle."""
        return f"{_PREFIX[self.layer]}{100_000_000 + self.count // 2}"

    def boxes(self, rows: int) -> list[BBox]:
        """Return boxes that hold about so many rows each."""
        west, south, east, north = _AREA
        share = np.sqrt(min(1.0, rows / self.count))
        width, height = share * (east - west), share * (north - south)
        corners = np.random.default_rng(11).uniform(
            (west, south), (east - width, north - height), (BOXES, 2)
        )
        return [BBox(x, y, x + width, y + height) for x, y in corners.tolist()]


_PREFIX = {"road_status": "way-", "storage": "store-"}


def road_lines(folder: Path, count: int) -> Data:
    """Make road lines with the committed script."""
    target = folder / "road_lines.parquet"
    command = [sys.executable, str(_SCRIPT), str(target), "--lines", str(count)]
    subprocess.run(command, check=True, stdout=sys.stderr)  # noqa: S603
    return Data("road_status", target, count)


def points(folder: Path, count: int) -> Data:
    """Make invented warehouses."""
    rng = np.random.default_rng(5)
    west, south, east, north = _AREA
    places = rng.uniform((west, south), (east, north), (count, 2)).round(7)
    numbers = rng.permutation(count) + 100_000_000
    frame = gpd.GeoDataFrame(
        {
            "id": pd.Series(numbers).map(f"{_PREFIX['storage']}{{}}".format),
            "name": pd.Series(numbers).map("Warehouse {}".format),
            "status": rng.choice(["operational", "restricted", "unknown"], count),
            "capacity_t": rng.uniform(50, 9_000, count).round(1),
            "source_org": "Exercise",
            "date_of_information": pd.Timestamp("2026-11-14T09:30:00Z"),
            "sensitivity": "public",
            "exercise": True,
        },
        geometry=shapely.points(places),
        crs="EPSG:4326",
    )
    target = folder / "points.parquet"
    frame.to_parquet(target, compression="zstd")
    return Data("storage", target, count)
