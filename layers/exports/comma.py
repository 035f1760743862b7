"""CSV in UTF-8 with a byte-order mark, without which Excel garbles ``Peñuelas``.

The terms are trailing columns of each row, because a comment line would break spreadsheets and
readers.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

from layers.cells import comma_cell, inert

from .extract import Extract

LOCATION = ("longitude", "latitude", "wkt")


def write(extract: Extract, path: Path, *, hxl: bool) -> None:
    """Write the rows; with ``hxl``, the second line has HXL hashtags.

    Points have ``longitude`` and ``latitude``, every geometry is given as ``wkt``.
    """
    told = {f"dataset_{name}": comma_cell(value) for name, value in extract.terms.items()}
    names = [field.name for field in extract.fields]
    heading = [*names, *location_columns(extract), *told]
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([inert(name) for name in heading])
        if hxl:
            writer.writerow([hashtags().get(name, "") for name in heading])
        for _, row in extract.rows():
            cells = [comma_cell(row[name]) for name in names]
            location = map(comma_cell, location_cells(extract, row))
            writer.writerow([*cells, *location, *told.values()])


def location_columns(extract: Extract) -> tuple[str, ...]:
    """Return the columns of the location, but those that the rows have already."""
    if not extract.placed:
        return ()
    names = {field.name for field in extract.fields}
    return tuple(name for name in LOCATION if name not in names)


def location_cells(extract: Extract, row: Mapping[str, Any]) -> list[Any]:
    """Return the cells of :func:`location_columns`."""
    shape = row["geometry"]
    known: dict[str, Any] = {"wkt": None if shape is None else shape.wkt}
    if shape is not None and shape.geom_type == "Point":
        known |= {"longitude": shape.x, "latitude": shape.y}
    return [known.get(name) for name in location_columns(extract)]


@lru_cache(maxsize=1)
def hashtags() -> Mapping[str, str]:
    """Return the HXL hashtag of each column that has one."""
    text = (resources.files("layers.exports") / "hxl.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text)["columns"])
