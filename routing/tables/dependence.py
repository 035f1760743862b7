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

    ``whole`` are the segments driven from end to end, ``partial`` those in which it begins or ends.
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
            found.append(_along_one(hubs, stops, stop, int(direct[stop])))
        elif best is not None:
            whole = np.unique(best.arcs[best.arcs < count] >> 1)
            hub = int(starts.stop[best.start])
            parts = [
                (int(hubs.segment[hub]), float(hubs.fraction[hub]), listed[best.start][1]),
                (int(own[0]), float(stops.fraction[stop]), targets[best.end][1]),
            ]
            inner = np.array([part[0] for part in parts if 0.0 < part[1] < 1.0], np.int64)
            # From a junction the part is the whole segment, or nothing of it.
            entire = [part[0] for part in parts if part[1] in {0.0, 1.0} and part[2] > 0]
            whole = np.unique(np.append(whole, np.array(entire, np.int64)))
            found.append(ServedWay(stop, best.total_ms, whole, inner))
    return found


def _along_one(hubs: Stops, stops: Stops, stop: int, time_ms: int) -> ServedWay:
    """Return the way to a stop on a hub's own segment, which is driven from end to end or not."""
    own, nothing = stops.segment[stop : stop + 1], np.empty(0, np.int64)
    ends = {*hubs.fraction[hubs.segment == own[0]].tolist(), float(stops.fraction[stop])}
    return (
        ServedWay(stop, time_ms, own, nothing)
        if ends == {0.0, 1.0}
        else ServedWay(stop, time_ms, nothing, own if time_ms else nothing)
    )


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
