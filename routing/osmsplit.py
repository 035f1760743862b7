"""Split the ways of an extract into roads between junctions, and leave out what has no place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lca.geo import GEOD

from .lines import PER_DEGREE, Lines
from .osmways import Ways
from .segment_rules import FERRY

LONGEST_HOP_M = 200_000.0
"""Two consecutive nodes of a road (not of a ferry line) that are farther apart are a mistake."""

_HALF_TURN_E7 = 180 * PER_DEGREE
_POLE_E7 = 90 * PER_DEGREE


@dataclass(frozen=True, eq=False)
class Places:
    """Positions of nodes by OSM node id.

    Attributes
    ----------
    ids : int64[n]
        Ascending, unique.
    e7 : int32[n, 2]
        Longitude and latitude, EPSG:4326, in 1e-7 degree.
    """

    ids: NDArray[np.int64]
    e7: NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Pieces:
    """Roads between junctions.

    Attributes
    ----------
    way : int64[m]
        Place of each one's way in :class:`~routing.osmways.Ways`.
    from_id, to_id : int64[m]
        OSM node ids of its ends.
    length_m : float64[m]
        Geodesic length.
    lines : Lines
        Its shape.
    left_out : mapping of str to int
        Reason -> what is not here.
    """

    way: NDArray[np.int64]
    from_id: NDArray[np.int64]
    to_id: NDArray[np.int64]
    length_m: NDArray[np.float64]
    lines: Lines
    left_out: Mapping[str, int]


def split(ways: Ways, places: Places, kept_nodes: NDArray[np.int64]) -> Pieces:
    """Return the roads between junctions: where ways meet, end, leave the extract or are kept.

    A way is cut at a reference without a position, at a hop that is too long to be true, and at one
    across the 180th meridian, whose line on a map would run round the world.

    Parameters
    ----------
    ways : Ways
        The roads of an extract.
    places : Places
        Where the file puts the nodes; not all need be there, nor on Earth.
    kept_nodes : int64[]
        Nodes at which to split in any case.
    """
    place = np.searchsorted(places.ids, ways.refs)
    place[place == len(places.ids)] = 0
    found = np.zeros(len(place), np.bool_)
    if len(places.ids):
        found = np.asarray(places.ids[place] == ways.refs)
    on_earth = np.asarray((np.abs(places.e7) <= (_HALF_TURN_E7, _POLE_E7)).all(axis=1))
    placed = found.copy()
    placed[found] = on_earth[place[found]]
    way = np.repeat(np.arange(len(ways)), np.diff(ways.offsets))
    # A part is a run of references of one way with positions; a gap starts another.
    part = np.cumsum(~placed | (np.diff(way, prepend=-1) != 0))
    place, part, way = place[placed], part[placed], way[placed]
    moved = (np.diff(place, prepend=-1) != 0) | (np.diff(part, prepend=-1) != 0)
    place, part, way = place[moved], part[moved], way[moved]
    hop_m = _hops(places.e7[place], part)
    too_long = (hop_m > LONGEST_HOP_M) & ~_ferries(ways)[way]
    round_the_world = _across_the_antimeridian(places.e7[place], part)
    cut = too_long | round_the_world
    hop_m[cut] = 0.0
    part = part + np.cumsum(cut)
    kept = np.isin(places.ids, kept_nodes)
    starts, ends = _between_junctions(place, part, kept)
    points, piece = _runs(starts, ends)
    within = np.diff(piece, prepend=-1) == 0
    return Pieces(
        way[starts],
        places.ids[place[starts]],
        places.ids[place[ends]],
        np.bincount(piece[within], hop_m[points[within]], len(starts)).astype(np.float64),
        Lines(places.e7[place[points]], np.append(0, np.cumsum(ends - starts + 1))),
        {
            "node references outside the extract": int((~found & (ways.refs > 0)).sum()),
            "node references with ids that OSM does not give": int((ways.refs <= 0).sum()),
            "node references to positions that are not on Earth": int((found & ~placed).sum()),
            f"hops of more than {LONGEST_HOP_M / 1000:g} km between two nodes of a road": int(
                (too_long & ~round_the_world).sum()
            ),
            "hops across the 180th meridian": int(round_the_world.sum()),
        },
    )


def _ferries(ways: Ways) -> NDArray[np.bool_]:
    highway = ways.texts.get("highway")
    return np.zeros(len(ways), np.bool_) if highway is None else highway.isin({FERRY})


def _hops(e7: NDArray[np.int32], part: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the geodesic metres from the point before, 0 for the first of a part."""
    hop_m = np.zeros(len(e7))
    follows = np.flatnonzero(np.diff(part, prepend=-1) == 0)
    before, after = e7[follows - 1] / PER_DEGREE, e7[follows] / PER_DEGREE
    hop_m[follows] = GEOD.inv(before[:, 0], before[:, 1], after[:, 0], after[:, 1])[2]
    return hop_m


def _across_the_antimeridian(e7: NDArray[np.int32], part: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark the points whose hop from the point before is shorter the other way round the world."""
    far = np.abs(np.diff(e7[:, 0].astype(np.int64), prepend=0)) > _HALF_TURN_E7
    return np.asarray(far & (np.diff(part, prepend=-1) == 0))


def _between_junctions(
    place: NDArray[np.int64], part: NDArray[np.int64], kept: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the first and last point of each road between two junctions."""
    edge = np.diff(part, prepend=-1, append=-1) != 0
    visits = np.bincount(place, minlength=len(kept))
    junction = (visits[place] > 1) | kept[place] | edge[:-1] | edge[1:]
    junctions = np.flatnonzero(junction)
    starts, ends = junctions[:-1], junctions[1:]
    together = part[starts] == part[ends]
    return starts[together], ends[together]


def _runs(
    starts: NDArray[np.int64], ends: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all points from each start to its end, and the run that each belongs to."""
    counts = ends - starts + 1
    run = np.repeat(np.arange(len(starts)), counts)
    first = np.cumsum(counts) - counts
    return starts[run] + np.arange(len(run)) - first[run], run
