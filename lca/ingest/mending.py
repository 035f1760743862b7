"""Mend the outline of an area that is not valid, if it is a slip and no scribble.

GEOS takes time and memory with the square of the crossings of an outline and more: 1,000 corners at
random, which cross 100,000 times, take it 4 s, and 10,000 more memory than a machine has. An outline
that crosses itself more than a few times is nobody's area, and is left to a human.
"""

from __future__ import annotations

from typing import Any

MOST_CROSSINGS = 200
"""How often an outline that is mended may meet itself; GEOS then takes some milliseconds."""
_AT_ONCE = 16


def mended(geometry: Any) -> Any | None:
    """Return a geometry of the same type that is valid; None if it cannot be mended.

    Parameters
    ----------
    geometry : shapely geometry
        One that is not valid. What is no area is not mended: a line of one place is none.
    """
    import shapely  # noqa: PLC0415 - heavy, and few files need it

    kind = geometry.geom_type
    if kind not in {"Polygon", "MultiPolygon"} or _meets_itself(geometry) > MOST_CROSSINGS:
        return None
    # Areas that overlap are all meant; GEOS's other method would leave a hole where they do, and
    # a road in it open.
    made = shapely.make_valid(geometry, method="structure", keep_collapsed=False)
    return made if made.geom_type == kind and not made.is_empty else None


def _meets_itself(geometry: Any) -> int:
    """Count how often the sides of an outline meet others than the next; enough is enough."""
    import numpy as np  # noqa: PLC0415 - heavy, and few files need them
    import shapely  # noqa: PLC0415

    corners, ring = shapely.get_coordinates(
        shapely.get_rings(shapely.get_parts(geometry)), return_index=True
    )
    same = ring[:-1] == ring[1:]
    sides = shapely.linestrings(np.stack([corners[:-1], corners[1:]], axis=1)[same])
    tree = shapely.STRtree(sides)
    meetings = 0
    for first in range(0, len(sides), _AT_ONCE):
        some = sides[first : first + _AT_ONCE]
        # Each meets itself and its two neighbours.
        meetings += max(0, tree.query(some, predicate="intersects").shape[1] - 3 * len(some))
        if meetings > 2 * MOST_CROSSINGS:  # each is found from either side
            break
    return meetings // 2
