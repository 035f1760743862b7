"""Which roads the ways from hubs to places use, and how many ways and people depend on each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from routing.engine.metric import INFINITE

from .bounds import Sight
from .ends import arriving, direct_ms, leaving
from .stops import Stops

Ints = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ServedWay:
    """The best way from the nearest of some hubs to one stop (a row).

    ``whole`` are the segments driven from end to end, ``partial`` those at its ends.
    """

    stop: int
    time_ms: int
    whole: Ints
    partial: Ints

    @property
    def segments(self) -> Ints:
        """All segments that it uses."""
        return np.unique(np.concatenate([self.whole, self.partial]))


def served_ways(sight: Sight, hubs: Stops, stops: Stops) -> list[ServedWay]:
    """Return the best way to each stop that a hub reaches."""
    starts, ends = leaving(sight, hubs), arriving(sight, stops)
    listed, first = starts.listed(), [*ends.first.tolist(), len(ends.stop)]
    columns, straight = direct_ms(sight, hubs, stops)[1:]
    direct = np.full(len(stops), INFINITE)
    np.minimum.at(direct, columns, straight)
    count = sight.roads.network.segment_arc_count
    found = []
    for stop in np.flatnonzero(stops.on_road).tolist():
        rows = slice(first[stop], first[stop + 1])
        targets = list(zip(ends.vertex[rows].tolist(), ends.offset_ms[rows].tolist(), strict=True))
        best = sight.metric.best(listed, targets)
        own = stops.segment[stop : stop + 1]
        if direct[stop] < INFINITE and (best is None or direct[stop] <= best.total_ms):
            found.append(ServedWay(stop, int(direct[stop]), own[:0], own))
        elif best is not None:
            whole = np.unique(best.arcs[best.arcs < count] >> 1)
            hub = hubs.segment[starts.stop[best.start]]
            found.append(ServedWay(stop, best.total_ms, whole, np.unique([hub, own[0]])))
    return found


@dataclass(frozen=True, eq=False)
class Dependence:
    """Segments, ascending, with the ways that use each and the people whom these ways serve."""

    segment: Ints
    ways: Ints
    people: Ints

    @classmethod
    def of(cls, ways: Sequence[ServedWay], weight: Ints, *, whole: bool) -> Dependence:
        """Count ways and the weights of their stops by segment.

        With ``whole`` only segments that are driven from end to end count. A stop that several
        ways serve counts once a segment.
        """
        used = [way.whole if whole else way.segments for way in ways]
        rows = np.concatenate(used) if used else np.empty(0, np.int64)
        stop = np.repeat([way.stop for way in ways], [len(item) for item in used]).astype(np.int64)
        segment, index = np.unique(rows, return_inverse=True)
        count = np.bincount(index, minlength=len(segment)).astype(np.int64)
        pairs = np.unique(np.column_stack([index, stop]), axis=0)
        people = np.zeros(len(segment), np.int64)
        np.add.at(people, pairs[:, 0], weight[pairs[:, 1]])
        return cls(segment, count, people)
