"""Mend the outline of an area that is not valid, if it is a slip and no scribble or tangle.

GEOS takes time and memory with the square of the crossings of an outline and more: 1,000 corners at
random, which cross 100,000 times, take it 4 s, and 10,000 more memory than a machine has. An outline
that crosses itself more than a few times is nobody's area, and is left to a human.
"""

from __future__ import annotations

from typing import Any

MOST_CROSSINGS = 200
"""How often an outline that is mended may meet itself; GEOS then takes some milliseconds."""
MOST_NEAR = 100
"""How many sides may lie in the box of one, on average. It is three in Natural Earth's countries."""
_FEW_CORNERS = 2_000
TANGLED = "its sides lie too close together to tell what is inside"
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
    if kind == "MultiPolygon" and made.geom_type == "Polygon":  # all its parts overlap
        made = shapely.multipolygons([made])
    return made if made.geom_type == kind and not made.is_empty else None


def is_tangled(geometry: Any) -> bool:
    """Tell whether the sides of an outline lie so close together that nobody can judge it.

    To find out whether such an outline is valid takes time with the square of its corners: a comb
    of 20,000 slanted teeth takes GEOS 7 s. The sides of what people draw, or satellites outline,
    are short, and few lie in the box of another. What has few corners is never tangled.
    """
    import shapely  # noqa: PLC0415 - heavy, and few files need it

    if shapely.get_num_coordinates(geometry) <= _FEW_CORNERS:
        return False
    sides = _sides(geometry)
    tree = shapely.STRtree(sides)
    near, most = 0, MOST_NEAR * len(sides)
    for first in range(0, len(sides), _AT_ONCE):
        near += tree.query(sides[first : first + _AT_ONCE]).shape[1]
        if near > most:
            return True
    return False


def _meets_itself(geometry: Any) -> int:
    """Count how often the sides of an outline meet others than the next; enough is enough."""
    import shapely  # noqa: PLC0415 - heavy, and few files need it

    sides = _sides(geometry)
    tree = shapely.STRtree(sides)
    meetings = 0
    for first in range(0, len(sides), _AT_ONCE):
        some = sides[first : first + _AT_ONCE]
        # Each meets itself and its two neighbours.
        meetings += max(0, tree.query(some, predicate="intersects").shape[1] - 3 * len(some))
        if meetings > 2 * MOST_CROSSINGS:  # each is found from either side
            break
    return meetings // 2


def _sides(geometry: Any) -> Any:
    """Return the sides of every ring of an area, as lines of two corners."""
    import numpy as np  # noqa: PLC0415 - heavy, and few files need them
    import shapely  # noqa: PLC0415

    rings = shapely.get_rings(shapely.get_parts(geometry))
    corners, ring = shapely.get_coordinates(rings, return_index=True)
    ends = np.stack([corners[:-1], corners[1:]], axis=1)
    return shapely.linestrings(ends[ring[:-1] == ring[1:]])
