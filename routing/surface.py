"""The surface groups of roads: what OSM's ``surface``, else ``tracktype``, says they are made of."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType


@lru_cache(maxsize=1)
def surface_groups() -> Mapping[tuple[str, str], str]:
    """Return the group of each (``surface`` or ``tracktype``, value) that the table names."""
    table = resources.files("data").joinpath("reference", "surfaces.csv")
    with table.open(encoding="utf-8") as stream:
        rows = csv.DictReader(stream)
        return MappingProxyType({(row["tag"], row["value"]): row["surface_group"] for row in rows})


def surface_group(surface: str | None, tracktype: str | None) -> str | None:
    """Return the group of a tagged surface, else of the track type; None where neither says.

    Of a list (``asphalt;gravel``) the first word that has a group counts.
    """
    groups = surface_groups()
    for tag, value in (("surface", surface), ("tracktype", tracktype)):
        for word in (value or "").split(";"):
            if (tag, word.strip()) in groups:
                return groups[tag, word.strip()]
    return None
