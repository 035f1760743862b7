"""How one part of a reported location lies on roads, and the measures that all shapes share."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from lca.vocab import Direction

from .network import RoadNetwork
from .pieces import Piece, Pieces

TIE_M = 1.0
"""Distances closer than this are equal: a point at a junction lies on every road there."""
CARRIAGEWAYS_M = 40.0
"""The other carriageway of the same road lies within this of the first: 9 of 10 pairs of the
demo's Ruta 5 do (median 18 m), beyond it are the lanes of a motorway valley or a parallel road."""
END_M = 1.0
"""A piece that ends this near a segment's end reaches it: below the accuracy of any survey."""


@dataclass(frozen=True, slots=True)
class PartMatch:
    """The pieces of one part, the rest of it in EPSG:4326 (None if nothing remains), a remark.

    ``named`` tells whether a road was found that bears the reported name. ``doubt`` is where
    another road may be meant as well, although a road was found (EPSG:4326).
    """

    pieces: Pieces
    rest: BaseGeometry | None
    remark: str = ""
    named: bool = False
    doubt: BaseGeometry | None = None


def travel_signs(network: RoadNetwork, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 1 for a segment one-way from ``u`` to ``v``, -1 for one the other way, else 0."""
    oneway = network.segments.texts["oneway"].take(rows)
    return np.array([_TRAVEL_SIGN.get(direction, 0) for direction in oneway], np.int64)


_TRAVEL_SIGN: Mapping[str | None, int] = {"forward": 1, "backward": -1}


def located(
    lines: NDArray[np.object_], parts: NDArray[np.object_]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where parts of lines start and end on them, in metres, in each part's own order.

    Where a line meets itself, as a loop does at its junction, a position on it is ambiguous; the
    part's middle is not.
    """
    at = np.array([[0.0], [0.45], [0.55], [1.0]])
    points = shapely.line_interpolate_point(parts, at, normalized=True)
    start, before, after, end = shapely.line_locate_point(lines, points)
    size, whole = shapely.length(parts), shapely.length(lines)
    clear = np.abs(np.abs(end - start) - size) <= END_M
    half = np.where(before <= after, size / 2, -size / 2)
    middle = (before + after) / 2
    return (
        np.where(clear, start, np.clip(middle - half, 0.0, whole)),
        np.where(clear, end, np.clip(middle + half, 0.0, whole)),
    )


def fractions(along_m: NDArray[np.float64], length_m: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return positions as fractions of segments, drawn to an end that is within a metre."""
    reach = np.minimum(END_M, length_m / 4)
    share = along_m / np.where(length_m > 0, length_m, 1.0)
    share = np.where(along_m >= length_m - reach, 1.0, share)
    return np.where(along_m <= reach, 0.0, share)


def directed(
    row: int,
    start: float,
    end: float,
    along: bool,  # noqa: FBT001
    direction: Direction,
    share: float,
) -> Piece:
    """Return a piece whose arcs follow the constraint's direction."""
    both = direction is Direction.BOTH
    forward = both or (direction is Direction.FORWARD) == along
    return Piece(row, start, end, forward, both or not forward, share)
