"""What roads with OpenStreetMap's own rules of time cost a vehicle over an interval."""

from __future__ import annotations

import weakref
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from lca.timerule import next_change, time_truth

from .conditional import parse_conditional
from .engine.metric import Arcs, Weights
from .lines import Lines
from .network import RoadNetwork
from .segments import Segments
from .special_rows import special_rows
from .turns import Turns

Costs = Callable[[RoadNetwork, NDArray[np.int64], datetime], Weights]
"""The weights of a part of a network, some of its rows, at a naive local moment."""


@dataclass(frozen=True, eq=False)
class Hours:
    """The arcs whose weights such rules change within an interval, phase by phase.

    Attributes
    ----------
    arcs : int64[k]
        Ascending.
    begins : tuple of datetime
        When each of the phases begins; none differs from the one before for all arcs.
    weight_ms : uint32[phases, k]
    """

    arcs: Arcs
    begins: tuple[datetime, ...]
    weight_ms: NDArray[np.uint32]

    def __len__(self) -> int:
        return len(self.arcs)

    def least_ms(self) -> Weights:
        """Return the least that each of the arcs costs."""
        return np.asarray(self.weight_ms.min(axis=0), np.uint32)

    def most_ms(self) -> Weights:
        """Return the most that each of the arcs costs."""
        return np.asarray(self.weight_ms.max(axis=0), np.uint32)

    def between(self, start: datetime, until: datetime) -> Hours:
        """Return what of it changes between two moments, which lie within the interval."""
        if not len(self):
            return self
        first = max(0, bisect_right(self.begins, start) - 1)
        rows = slice(first, max(first + 1, bisect_left(self.begins, until)))
        weights = self.weight_ms[rows]
        changing = (weights != weights[0]).any(axis=0)
        return Hours(self.arcs[changing], self.begins[rows], weights[:, changing])


NO_HOURS = Hours(np.empty(0, np.int64), (), np.empty((1, 0), np.uint32))


def hours(
    network: RoadNetwork, costs: Costs, tz: ZoneInfo, start: datetime, until: datetime
) -> Hours:
    """Return what the roads with rules of time cost from a moment to another.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    costs : callable
        Gives the weights of the vehicle's arcs; asked for the few roads with such rules only.
    tz : ZoneInfo
        In whose clocks the rules speak.
    start, until : datetime
        Aware.
    """
    rows, small, times = _timed_part(network)
    if not len(rows):
        return NO_HOURS
    begins, weights = _phases(
        lambda local: costs(small, rows, local)[: small.segment_arc_count],
        times,
        _moments(times, tz, start, until),
        tz,
    )
    fixed = (weights == weights[0]).all(axis=0)
    small_arcs = np.flatnonzero(~fixed)
    arcs = 2 * rows[small_arcs // 2] + small_arcs % 2
    return Hours(arcs, begins, weights[:, small_arcs])


def _phases(
    weights_at: Callable[[datetime], Weights],
    times: tuple[str, ...],
    moments: list[datetime],
    tz: ZoneInfo,
) -> tuple[tuple[datetime, ...], NDArray[np.uint32]]:
    """Return when the weights change, and to what; each combination of times is judged once."""
    judged: dict[tuple[int, ...], Weights] = {}
    begins: list[datetime] = []
    found: list[Weights] = []
    for moment in moments:
        local = moment.astimezone(tz).replace(tzinfo=None)
        truth = tuple(time_truth(text, local) for text in times)
        if truth not in judged:
            judged[truth] = weights_at(local)
        if not found or not np.array_equal(judged[truth], found[-1]):
            begins.append(moment)
            found.append(judged[truth])
    return tuple(begins), np.array(found, np.uint32)


def _moments(
    times: tuple[str, ...], tz: ZoneInfo, start: datetime, until: datetime
) -> list[datetime]:
    """Return every moment at which a time may begin or end, the start first.

    Clocks that are put back show an hour twice, and a jump forward may pass a change: both
    readings of a clock time count, and the jumps themselves.
    """
    moments = {start}
    # The local span is an hour or more wider than the interval wherever clocks are put back.
    first = (
        (start - timedelta(hours=3)).astimezone(tz).replace(tzinfo=None, second=0, microsecond=0)
    )
    last = (until + timedelta(hours=3)).astimezone(tz).replace(tzinfo=None)
    for text in times:
        local = next_change(text, first)
        while local is not None and local <= last:
            for fold in (0, 1):
                moments.add(local.replace(tzinfo=tz, fold=fold).astimezone(UTC))
            local = next_change(text, local)
    moments.update(_jumps(tz, start, until))
    return sorted(moment for moment in moments if start <= moment < until)


def _jumps(tz: ZoneInfo, start: datetime, until: datetime) -> list[datetime]:
    """Return the moments at which the zone's offset from UTC changes, to the second."""
    found = []
    before = start.replace(microsecond=0)
    while before < until:
        after = before + timedelta(hours=12)
        low, high = before, after
        if low.astimezone(tz).utcoffset() != high.astimezone(tz).utcoffset():
            while high - low > timedelta(seconds=1):
                middle = low + timedelta(seconds=(high - low) // timedelta(seconds=2))
                same = middle.astimezone(tz).utcoffset() == before.astimezone(tz).utcoffset()
                low, high = (middle, high) if same else (low, middle)
            found.append(high)
        before = after
    return found


_PARTS: weakref.WeakKeyDictionary[
    RoadNetwork, tuple[NDArray[np.int64], RoadNetwork, tuple[str, ...]]
] = weakref.WeakKeyDictionary()


def _timed_part(network: RoadNetwork) -> tuple[NDArray[np.int64], RoadNetwork, tuple[str, ...]]:
    """Return the rows with rules of time, a network of them alone, and the times; kept."""
    kept = _PARTS.get(network)
    if kept is None:
        special = special_rows(network.segments)
        timed = np.array(
            [bool(parse_conditional(sample["conditional"]).times) for sample in special.samples],
            np.bool_,
        )
        rows = special.rows[timed[special.alike]] if len(special.rows) else special.rows
        small = replace(network, segments=_some(network.segments, rows), turns=Turns.none())
        kept = _PARTS[network] = rows, small, special.times
    return kept


def _some(segments: Segments, rows: NDArray[np.int64]) -> Segments:
    return Segments(
        osm_way_id=segments.osm_way_id[rows],
        from_id=segments.from_id[rows],
        to_id=segments.to_id[rows],
        twin=segments.twin[rows],
        u=segments.u[rows],
        v=segments.v[rows],
        length_m=segments.length_m[rows],
        mainland=segments.mainland[rows],
        texts={name: column.select(rows) for name, column in segments.texts.items()},
        numbers={name: column.select(rows) for name, column in segments.numbers.items()},
        flags={name: column[rows] for name, column in segments.flags.items()},
        lines=segments.lines.select(rows) if len(rows) else Lines.of(np.empty(0, object)),
    )
