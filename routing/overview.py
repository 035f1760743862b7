"""The roads of one graph build as a small JSON for the viewer, which caches it for a year."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any, Literal

import numpy as np

from lca.errors import NotFound

from .coded import Coded
from .lines import PER_DEGREE, Lines
from .network import RoadNetwork

Group = Literal["main", "local"]

_MAIN = ("motorway", "trunk", "primary", "secondary")
MAIN_ROADS = frozenset(_MAIN) | {f"{highway}_link" for highway in _MAIN}
PRECISION = 5
"""Decimals of a degree: 1.1 m, less than a line's width on the screen."""

_ONEWAY: Mapping[str | None, int] = {"no": 0, "forward": 1, "backward": -1}


def road_overview(network: RoadNetwork, group: str) -> dict[str, Any]:
    """Return the segments of one group of highway classes, as contracted with the viewer.

    ``class`` and ``name`` index the lists ``classes`` and ``names``. ``xy`` holds a segment's
    longitudes and latitudes in turn, as whole numbers of 10^-5 degrees, each pair relative to the
    one before it, which for the first of a segment is the last of the segment before.

    Raises
    ------
    NotFound
        If the group is neither ``main`` nor ``local``.
    """
    if group not in {"main", "local"}:
        raise NotFound(f"There is no group of roads {group!r}.", do_next="Ask for main or local.")
    segments = network.segments
    texts = segments.texts
    rows = np.flatnonzero(texts["highway"].isin(MAIN_ROADS) == (group == "main"))
    classes, class_index = _listed(texts["highway"].select(rows), missing=None)
    names, name_index = _listed(texts["name"].select(rows), missing="")
    oneway = texts["oneway"].select(rows).each(lambda way: _ONEWAY.get(way, 0), np.int64)
    return {
        "build": network.digest,
        "group": group,
        "attribution": network.info.attribution,
        "precision": PRECISION,
        "classes": classes,
        "names": names,
        "id": segments.ids(rows),
        "class": class_index,
        "name": name_index,
        "oneway": oneway.tolist(),
        "xy": _steps(segments.lines.select(rows)),
    }


def _listed(column: Coded[str], *, missing: str | None) -> tuple[list[str], list[int]]:
    """Return the distinct values in order, and each row's place among them.

    ``missing`` stands for no value, and is listed whether or not a row has none.
    """
    distinct = sorted({*column.values, *([] if missing is None else [missing])})
    place = {value: number for number, value in enumerate(distinct)}
    rows = column.each(lambda value: place.get(value or missing or "", 0), np.int64)
    return distinct, rows.tolist()


def _steps(lines: Lines) -> list[list[int]]:
    """Return each line's steps from point to point, the pen going on from line to line."""
    points = np.rint(lines.e7 / (PER_DEGREE // 10**PRECISION)).astype(np.int64)
    steps = np.diff(points, axis=0, prepend=0)
    first, last = lines.offsets[:-1], lines.offsets[1:] - 1
    kept = np.any(steps != 0, axis=1)
    kept[first] = True
    # A line shorter than the precision keeps its second point.
    moved = np.add.reduceat(kept, first, dtype=np.int64) if len(first) else first
    kept[last[moved == 1]] = True
    numbers = steps[kept].ravel().tolist()
    counts = np.add.reduceat(kept, first, dtype=np.int64) if len(first) else first
    ends = [0, *(2 * np.cumsum(counts)).tolist()]
    return [numbers[start:end] for start, end in itertools.pairwise(ends)]
