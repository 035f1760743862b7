"""The few rows that a small question may mean, read from the parts while the whole file is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from lca.geo import BBox

from .content import Snapshot
from .question import Question

MOST = 5_000
"""Rows up to which a question is small."""


def candidates(content: Snapshot, question: Question) -> list[Any] | None:
    """Return Arrow tables of all the rows that a question can mean, and maybe others.

    None if they are more than a few, or if neither ids nor a box say which they are.
    """
    if question.ids is not None:
        tables = content.select(question.ids)
    elif question.boxes:
        tables = _near(content, question.boxes)
    else:
        return None
    found, count = [], 0
    for table in tables:
        found.append(table)
        count += table.num_rows
        if count > MOST:
            return None
    return found


def _near(content: Snapshot, boxes: Sequence[Sequence[BBox]]) -> Iterator[Any]:
    for part in content.parts:
        table = part.table()
        shapes = shapely.from_wkb(table.column("geometry").to_numpy(zero_copy_only=False))
        bounds = shapely.bounds(shapes).reshape(-1, 4)
        near = np.ones(len(bounds), dtype=bool)
        for parts in boxes:
            near &= np.any([_overlap(bounds, box) for box in parts], axis=0)
        if near.any():
            yield table.filter(near)


def _overlap(bounds: NDArray[np.float64], box: BBox) -> NDArray[np.bool_]:
    # A comparison with NaN is false: a row without a place touches nothing.
    west, south, east, north = bounds.T
    found: NDArray[np.bool_] = (
        (east >= box.west) & (west <= box.east) & (north >= box.south) & (south <= box.north)
    )
    return found
