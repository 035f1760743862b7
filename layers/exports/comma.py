"""CSV in UTF-8 with a byte-order mark, without which Excel garbles ``Peñuelas``.

The terms are trailing columns of each row, because a comment line would break spreadsheets and
readers.
"""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from layers.cells import comma_cell, inert

from .extract import Chunk, Extract

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
        for chunk in extract.chunks():
            columns = [*chunk.columns.values(), *location_of(extract, chunk).values()]
            cells = [list(map(comma_cell, column)) for column in columns]
            writer.writerows([*row, *told.values()] for row in zip(*cells, strict=True))


def location_columns(extract: Extract) -> tuple[str, ...]:
    """Return the columns of the location, but those that the rows have already."""
    if not extract.placed:
        return ()
    names = {field.name for field in extract.fields}
    return tuple(name for name in LOCATION if name not in names)


def location_of(extract: Extract, chunk: Chunk) -> dict[str, list[Any]]:
    """Return the columns of :func:`location_columns`; only a point is a pair of coordinates."""
    shapes = np.asarray(chunk.shapes, dtype=object)
    made: dict[str, Callable[[], list[Any]]] = {
        "longitude": lambda: _known(shapely.get_x(shapes)),
        "latitude": lambda: _known(shapely.get_y(shapes)),
        "wkt": lambda: shapely.to_wkt(shapes, rounding_precision=-1).tolist(),
    }
    return {name: made[name]() for name in location_columns(extract)}


def _known(numbers: NDArray[np.float64]) -> list[float | None]:
    return [None if np.isnan(number) else number for number in numbers.tolist()]


@lru_cache(maxsize=1)
def hashtags() -> Mapping[str, str]:
    """Return the HXL hashtag of each column that has one."""
    text = (resources.files("layers.exports") / "hxl.toml").read_text(encoding="utf-8")
    return MappingProxyType(tomllib.loads(text)["columns"])
