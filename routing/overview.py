"""The roads of one graph build as a small JSON for the viewer, which caches it for a year."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from lca.errors import NotFound

from .network import RoadNetwork

Group = Literal["main", "local"]

_MAIN = ("motorway", "trunk", "primary", "secondary")
MAIN_ROADS = frozenset(_MAIN) | {f"{highway}_link" for highway in _MAIN}
PRECISION = 5
"""Decimals of a degree: 1.1 m, less than a line's width on the screen."""

_ONEWAY = {"no": 0, "forward": 1, "backward": -1}


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
    members = segments[segments["highway"].isin(MAIN_ROADS) == (group == "main")]
    classes, class_index = _listed(members["highway"].tolist())
    names, name_index = _listed([name or "" for name in members["name"]], first="")
    return {
        "build": network.digest,
        "group": group,
        "attribution": network.info.attribution,
        "precision": PRECISION,
        "classes": classes,
        "names": names,
        "id": members["segment_id"].tolist(),
        "class": class_index,
        "name": name_index,
        "oneway": [_ONEWAY[oneway] for oneway in members["oneway"]],
        "xy": _steps(members.geometry),
    }


def _listed(values: list[str], *, first: str | None = None) -> tuple[list[str], list[int]]:
    """Return the distinct values in order, and each value's place among them."""
    distinct = sorted(set(values) | ({first} if first is not None else set()))
    place = {value: number for number, value in enumerate(distinct)}
    return distinct, [place[value] for value in values]


def _steps(lines: Iterable[BaseGeometry]) -> list[list[int]]:
    """Return each line's steps from point to point, the pen going on from line to line."""
    pen = np.zeros((1, 2), np.int64)
    drawn = []
    for line in lines:
        points = np.rint(shapely.get_coordinates(line) * 10**PRECISION).astype(np.int64)
        moved = np.any(np.diff(points, axis=0) != 0, axis=1)
        moved[-1] |= not moved.any()  # a line shorter than the precision keeps its second point
        kept = points[np.concatenate([[True], moved])]
        drawn.append(np.diff(kept, axis=0, prepend=pen).ravel().tolist())
        pen = kept[-1:]
    return drawn
