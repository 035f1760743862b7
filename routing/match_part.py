"""How one part of a reported location lies on roads, and the measures that all shapes share."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from lca.vocab import Direction

from .network import RoadNetwork
from .pieces import Piece

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

    ``named`` tells whether a road was found that bears the reported name.
    """

    pieces: tuple[Piece, ...]
    rest: BaseGeometry | None
    remark: str = ""
    named: bool = False


def travel_signs(network: RoadNetwork, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return 1 for a segment one-way from ``u`` to ``v``, -1 for one the other way, else 0."""
    oneway = network.segments["oneway"].to_numpy()[rows]
    signs: NDArray[np.int64] = (oneway == "forward").astype(np.int64) - (oneway == "backward")
    return signs


def located(line: shapely.LineString, part: shapely.LineString) -> tuple[float, float]:
    """Return where a part of a line starts and ends on it, in metres, in the part's own order.

    Where a line meets itself, as a loop does at its junction, a position on it is ambiguous; the
    part's middle is not.
    """
    start, before, after, end = shapely.line_locate_point(
        line, shapely.line_interpolate_point(part, [0.0, 0.45, 0.55, 1.0], normalized=True)
    ).tolist()
    if abs(abs(end - start) - part.length) <= END_M:
        return start, end
    half = part.length / 2 if before <= after else -part.length / 2
    low, high = ((before + after) / 2 + way for way in (-half, half))
    return min(max(low, 0.0), line.length), min(max(high, 0.0), line.length)


def fraction(along_m: float, length_m: float) -> float:
    """Return a position as a fraction of the segment, drawn to an end that is within a metre."""
    reach = min(END_M, length_m / 4)
    if along_m <= reach:
        return 0.0
    if along_m >= length_m - reach:
        return 1.0
    return float(along_m / length_m)


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
