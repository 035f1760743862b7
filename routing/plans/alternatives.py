"""Other ways that are worth offering beside the best, each judged as an answer of its own.

Ways differ where they share little length, are not much longer, and where every stretch around
the point that makes them differ is itself a best way, so that none is the best one with a detour
(Abraham and others 2013). A way over an active closure is never among them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, cast

import numpy as np

from lca.emission import EmissionFactor
from lca.errors import UsageError
from lca.vehicle import VehicleClass
from lca.vocab import Verdict
from routing.answer import RouteAnswer
from routing.answer_text import duration_words
from routing.effects import ArcEffects
from routing.emissions import Emissions, emissions
from routing.engine import INFINITE, Best, Ends, Metric, Weights
from routing.engine.journey import best_trip
from routing.notes import Note, in_order
from routing.outlook import Outlook
from routing.passage import Passage
from routing.place import ResolvedPlace
from routing.unreviewed import warnings
from routing.vehicle_roads import VehicleRoads
from routing.way import Way

from .variants import judged_on
from .wayout import WayOut, way_out

MOST_WAYS = 10
_SPARE = 4
"""Ways looked for beyond those asked for: some will not pass the judgement."""


class Objective(StrEnum):
    """What the ways are ordered by."""

    TIME = "time"
    DISTANCE = "distance"
    CO2E = "co2e"
    """Factors are per tonne-kilometre and know no roads: the least is that of the shortest way."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How much a way may resemble a better one, and how much worse it may be."""

    stretch: float = 1.5
    overlap: float = 0.7

    def __post_init__(self) -> None:
        if not 1 <= self.stretch <= 10 or not 0 <= self.overlap <= 1:
            raise UsageError(
                f"Alternatives of stretch {self.stretch:g} and overlap {self.overlap:g} mean nothing.",
                do_next="Give a stretch of 1 to 10 times the best, and a share of 0 to 1.",
            )


@dataclass(frozen=True, eq=False)
class Alternative:
    """One way: its answer, how much of it lies on better ones, and what it emits."""

    answer: RouteAnswer
    shared: float
    emissions: Emissions | None

    @property
    def way(self) -> Way:
        """The way."""
        if self.answer.way is None:
            msg = "an alternative without a way is none"
            raise RuntimeError(msg)
        return self.answer.way


@dataclass(frozen=True, eq=False)
class Alternatives:
    """The answer, and ways in the order of the objective; none where there is no way."""

    answer: RouteAnswer
    objective: Objective
    asked: int
    difference: Difference
    ways: tuple[Alternative, ...]
    dropped: int
    """Ways that were found and not offered, because they meet a closure when passed."""
    way_out: WayOut | None = None
    """Where there is no way: what would open one."""

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object; the members of the answer but for its way come first."""
        body = self.answer.as_json()
        body["envelope"]["warnings"] = [note.as_json() for note in self._warnings()]
        return {
            **body,
            "product": "alternatives",
            "objective": self.objective.value,
            "asked_for": self.asked,
            "stretch": self.difference.stretch,
            "overlap": self.difference.overlap,
            "dropped": self.dropped,
            "alternatives": [
                self._way_json(number, way) for number, way in enumerate(self.ways, 1)
            ],
            "way_out": None if self.way_out is None else self.way_out.as_json(),
        }

    def _warnings(self) -> tuple[Note, ...]:
        """Return what warns on the answer's way, and on any other, there without a kilometre."""
        own = self.answer.warnings
        known = {note.id for note in own}
        others = {
            note.id: replace(note, km_from=None, km_to=None)
            for item in self.ways
            for note in item.answer.warnings
            if note.id not in known
        }
        return (*own, *in_order(others.values()))

    def _way_json(self, number: int, item: Alternative) -> dict[str, Any]:
        body = item.answer.as_json()
        kept = ("verdict", "way", "conditions", "notes", "unapplied", "unknowns", "valid_until")
        extra_km, extra_h = self._extra(item.way)
        return {
            "number": number,
            **{name: body[name] for name in kept},
            "extra_km": extra_km,
            "extra_h": extra_h,
            "shared_share": round(item.shared, 3),
            "emissions": None if item.emissions is None else item.emissions.as_json(),
        }

    def _extra(self, way: Way) -> tuple[float | None, float | None]:
        """Return what a way costs more than the answer's."""
        best = self.answer.way
        if best is None:
            return None, None
        return round(way.length_km - best.length_km, 2), round(way.duration_h - best.duration_h, 2)

    def as_text(self) -> str:
        """Return the answer and the other ways as plain text."""
        return "\n".join([self.answer.as_text(), "", *self._lines()])

    def _lines(self) -> Iterator[str]:
        if self.way_out is not None:
            yield from self.way_out.lines()
        if not self.ways:
            return
        yield f"Ways by {self.objective.value}:"
        for number, item in enumerate(self.ways, 1):
            yield from self._way_lines(number, item)
        if len(self.ways) < self.asked:
            yield f"  No other way differs enough ({self.asked} were asked for)."
        if self.dropped:
            yield f"  {self.dropped} more would meet a closure on the way."

    def _way_lines(self, number: int, item: Alternative) -> Iterator[str]:
        way, verdict = item.way, item.answer.verdict.value.replace("_", " ")
        extra_km, extra_h = self._extra(way)
        line = f"  {number}. {way.length_km:.1f} km, {duration_words(way.duration_h)}, {verdict}"
        if extra_km is not None and extra_h is not None and (extra_km or extra_h):
            sign = "-" if extra_h < 0 else "+"
            line += f"; {extra_km:+.1f} km, {sign}{duration_words(abs(extra_h))}"
        if item.shared:
            line += f"; {item.shared:.0%} on better ways"
        yield line
        names = dict.fromkeys(one["name"] for one in way.streets() if one["name"])
        if names:
            yield f"     by {', '.join(list(names)[:8])}"
        for note in item.answer.warnings if way is not self.answer.way else ():
            yield f"     WARNING {note.title()}: {note.reason}"
        for note in item.answer.finding.conditions:
            yield f"     - {note.title()}: {note.reason}"
        if item.emissions is not None:
            yield f"     {item.emissions.as_text()}"


def alternatives(
    outlook: Outlook,
    origin: ResolvedPlace,
    destination: ResolvedPlace,
    *,
    most: int = 3,
    objective: Objective = Objective.TIME,
    difference: Difference | None = None,
    factors: Sequence[EmissionFactor] = (),
    vehicles: Sequence[VehicleClass] = (),
) -> Alternatives:
    """Return up to ``most`` ways that really differ, the answer's own among them by time.

    Parameters
    ----------
    factors : sequence of EmissionFactor
        What emissions are stated by; none without them.
    vehicles : sequence of VehicleClass
        Classes to be judged where there is no way.

    Raises
    ------
    UsageError
        If fewer than one way is asked for, or more than :data:`MOST_WAYS`.
    NotFound
        If an end lies off the road network.
    """
    if not 1 <= most <= MOST_WAYS:
        raise UsageError(
            f"{most} ways cannot be asked for.", do_next=f"Ask for 1 to {MOST_WAYS} ways."
        )
    difference = difference or Difference()
    answer = outlook.answer(origin, destination)
    if answer.way is None:
        opened = way_out(outlook, origin, destination, vehicles, finding=answer.finding)
        return Alternatives(answer, objective, most, difference, (), 0, opened)
    chosen: list[Alternative] = []
    dropped = 0
    for way in _candidates(outlook, origin, destination, answer, objective, difference, most):
        if len(chosen) == most:
            break
        shared = max((_shared(way, item.way) for item in chosen), default=0.0)
        if shared > difference.overlap or any(_same(way, item.way) for item in chosen):
            continue
        judged = answer
        if way is not answer.way:
            judged = _judged(outlook, answer, way)
        if not _offered(judged, answer, way):
            dropped += 1
            continue
        emitted = emissions(way.length_km, outlook.vehicle, factors) if factors else None
        chosen.append(Alternative(judged, shared, emitted))
    if objective is Objective.TIME:
        # A way may have to wait, so that one which costs less on the road arrives later.
        chosen.sort(key=lambda item: item.way.duration_h)
    return Alternatives(answer, objective, most, difference, tuple(chosen), dropped)


def _judged(outlook: Outlook, answer: RouteAnswer, way: Way) -> RouteAnswer:
    """Return the answer that a given way is to the question of another; nothing is kept of its way."""
    asked = answer.asked
    finding = judged_on(outlook, asked.origin, asked.destination, way)
    found = finding.way
    return replace(
        answer,
        finding=replace(finding, plain=answer.finding.plain, avoided=(), avoided_owners=()),
        valid_until=finding.valid_until,
        durations=None if found is None else outlook.durations(found),
        delay_max_h=0.0 if found is None else outlook.longest_delay_h(found),
        emissions=None,
        warnings=warnings(outlook.dangers, found, outlook.notary),
        costs=dict,
    )


def _same(way: Way, other: Way) -> bool:
    return np.array_equal(way.trip.arcs, other.trip.arcs)


def _offered(judged: RouteAnswer, best: RouteAnswer, way: Way) -> bool:
    """Tell whether a way stood the judgement: it is still that way, and no worse than unknown."""
    if judged.way is None or not _same(judged.way, way):
        return False
    if judged.verdict is Verdict.UNKNOWN:
        return best.verdict is Verdict.UNKNOWN
    return judged.verdict is not Verdict.NOT_VIABLE


def _candidates(
    outlook: Outlook,
    origin: ResolvedPlace,
    destination: ResolvedPlace,
    answer: RouteAnswer,
    objective: Objective,
    difference: Difference,
    most: int,
) -> Iterator[Way]:
    """Yield ways in the order of the objective, those of the least cost first."""
    passage = outlook.passage(origin, destination)
    if objective is Objective.TIME:
        if answer.way is not None:
            yield answer.way
        yield from _ways(passage, outlook.effects, outlook.metric, difference, most)
        return
    metric = _by_length(passage.roads, outlook.effects)
    yield from _ways(passage, outlook.effects, metric, difference, most)


def _by_length(roads: VehicleRoads, effects: ArcEffects) -> Metric:
    """Return the metric in which an open road costs its length, in decimetres."""
    count = roads.network.segment_arc_count
    length_dm = np.zeros(len(roads.usable), np.int64)
    length_dm[:count] = np.maximum(1, np.rint(10 * np.repeat(roads.network.segments.length_m, 2)))
    length_dm[~roads.usable] = INFINITE
    length_dm[effects.blocked_arcs] = INFINITE
    return roads.engine.customise(np.minimum(length_dm, INFINITE).astype(np.uint32))


def _ways(
    passage: Passage, effects: ArcEffects, metric: Metric, difference: Difference, most: int
) -> Iterator[Way]:
    """Yield the ways of a metric that differ, timed as the effects have it."""
    roads = passage.roads
    offered = _Offered(metric, most + _SPARE, difference)
    asked = cast("Metric", offered)

    def part_cost(arc: int, start: float, end: float) -> int:
        low, high = (1.0 - end, 1.0 - start) if arc % 2 else (start, end)
        if effects.blockers(arc, low, high) or not roads.usable[arc]:
            return INFINITE
        own = int(metric.weight_ms[arc])
        return INFINITE if own >= INFINITE else round(own * (end - start))

    least: int | None = None
    more = True
    while more:
        more = offered.left
        trip = best_trip(roads.network, asked, passage.origin, passage.destination, part_cost)
        if trip is None:
            continue
        least = least or trip.total_ms
        if trip.total_ms <= difference.stretch * least:
            yield Way(roads.network, trip, passage.origin, passage.destination)


class _Offered:
    """As much of a metric as a search for one way needs: its best is the next that differs.

    After the last there is none; the search then still finds a way straight along one road.
    """

    def __init__(self, metric: Metric, most: int, difference: Difference) -> None:
        self._metric, self._most, self._difference = metric, most, difference
        self._next = 0
        self.left = True

    @property
    def weight_ms(self) -> Weights:
        """Weight of each arc."""
        return self._metric.weight_ms

    def best(self, starts: Ends, ends: Ends) -> Best | None:
        """Return the next way."""
        found = self._metric.alternatives(
            starts,
            ends,
            most=self._most,
            stretch=self._difference.stretch,
            overlap=self._difference.overlap,
        )
        number, self._next = self._next, self._next + 1
        self.left = self._next < len(found)
        return found[number] if number < len(found) else None


def _shared(way: Way, other: Way) -> float:
    """Return the share of a way's length that lies on another, whatever the direction."""
    common = np.isin(way.segments, other.segments)
    total = way.trip.total_m
    return float(way.trip.part_m[common].sum()) / total if total else 1.0
