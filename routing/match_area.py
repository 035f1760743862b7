"""Place a reported area on every stretch of road inside it."""

from __future__ import annotations

import numpy as np
import shapely

from .match_part import END_M, PartMatch, fraction, located
from .nearby import Nearby
from .pieces import Piece

SLIVER_M = 0.1
"""A shorter overlap of an area and a road is a rounding of coordinates."""


def match_area(near: Nearby) -> PartMatch:
    """Place an area on every stretch of road inside it; an area concerns both directions."""
    shapely.prepare(near.shape)
    lengths = shapely.length(near.lines)
    whole = shapely.covers(near.shape, near.lines)
    spans = [(int(row), 0.0, 1.0) for row in near.rows[whole]]
    for i in np.flatnonzero(~whole):
        spans.extend(_inside(near, int(i), float(lengths[i])))
    if not spans:
        return PartMatch((), near.metres.unproject(near.shape), "no road lies in it")
    west, south, east, north = near.shape.bounds
    across_m = max(east - west, north - south)
    metres = dict(zip(near.rows.tolist(), lengths.tolist(), strict=True))
    pieces = tuple(
        Piece(row, a, b, delay_share=min(1.0, (b - a) * metres[row] / across_m))
        for row, a, b in spans
    )
    inside_km = sum((b - a) * metres[row] for row, a, b in spans) / 1000
    return PartMatch(pieces, None, f"{inside_km:.1f} km of road lie in it")


def _inside(near: Nearby, index: int, length: float) -> list[tuple[int, float, float]]:
    """Return the stretches of one segment inside the area, as fractions."""
    line, row = near.lines[index], int(near.rows[index])
    spans = []
    for part in shapely.get_parts(shapely.intersection(line, near.shape)):
        if part.geom_type != "LineString" or part.length < SLIVER_M:
            continue
        low, high = sorted(located(line, part))
        if abs(high - low - part.length) > END_M:
            # A road that meets itself: where its ends lie on it is ambiguous, so all of it counts.
            return [(row, 0.0, 1.0)]
        spans.append((row, fraction(low, length), fraction(high, length)))
    return spans
