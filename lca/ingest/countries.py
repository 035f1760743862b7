"""The boxes that hold each country, to notice places that lie in another one."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib import resources

from lca.geo import BBox, LonLat

# A border crossing or an offshore berth may lie just outside; a wrong digit seldom does.
MARGIN_DEGREES = 0.5


@lru_cache(maxsize=1)
def country_boxes() -> dict[str, tuple[BBox, ...]]:
    """Return the boxes of every country's parts by ISO 3166-1 alpha-3 code (EPSG:4326).

    Coarse by intent (``data/reference/country_boxes.csv``): they state nothing on any border.
    """
    table = resources.files("data").joinpath("reference", "country_boxes.csv")
    boxes: dict[str, tuple[BBox, ...]] = {}
    with table.open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            box = BBox(*(float(row[side]) for side in ("west", "south", "east", "north")))
            boxes[row["iso3"]] = (*boxes.get(row["iso3"], ()), box)
    return boxes


def lies_in(position: LonLat, iso3: str, *, margin_degrees: float = MARGIN_DEGREES) -> bool | None:
    """Tell whether a position lies in or near a country; None if the country is not known."""
    boxes = country_boxes().get(iso3)
    if boxes is None:
        return None
    return any(
        box.west - margin_degrees <= position.lon <= box.east + margin_degrees
        and box.south - margin_degrees <= position.lat <= box.north + margin_degrees
        for box in boxes
    )
