"""How far a vehicle gets towards a destination that it cannot reach, and what stops it there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lca.geo import LonLat

from .effects import ArcEffects
from .engine import INFINITE, Metric
from .engine.journey import best_trip
from .network import RoadNetwork
from .passage import REACHES_MS, Passage
from .road_ends import RoadEnd, leaving, reaching
from .snap import Snap
from .timed_rules import TimedRules
from .way import Way

MOST_TRIED = 8
"""Junctions that are tried, the most promising first: a rule of time may close the way to one."""


@dataclass(frozen=True, eq=False)
class PartialWay:
    """The way to the reachable junction from which the destination is nearest in time.

    Attributes
    ----------
    way : Way
        The way there; without length if nothing is gained by setting out.
    remaining_km, remaining_h : float
        What would be left with every constraint lifted, rest included.
    stopped_by : tuple of int
        Constraints (indices) that close the first closed stretch after it.
    effects : ArcEffects
        The effects under which they close it.
    """

    way: Way
    remaining_km: float
    remaining_h: float
    stopped_by: tuple[int, ...]
    effects: ArcEffects

    @property
    def position(self) -> LonLat:
        """Where it ends."""
        return self.way.destination.position

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object, without what stops it: a note is written by a notary."""
        return {
            "length_km": round(self.way.length_km, 2),
            "duration_h": round(self.way.duration_h, 2),
            "lon": round(self.position.lon, 6),
            "lat": round(self.position.lat, 6),
            "remaining_km": round(self.remaining_km, 2),
            "remaining_h": round(self.remaining_h, 2),
            "geometry": {
                "type": "LineString",
                "coordinates": self.way.points.round(6).tolist(),
            },
        }


def best_partial_way(passage: Passage, effects: ArcEffects) -> PartialWay | None:
    """Return how far the vehicle gets, None if no way leads on even with all constraints lifted.

    Parameters
    ----------
    passage : Passage
        Who wants to get where.
    effects : ArcEffects
        The effects at departure, with which no way was found by waiting either.

    Notes
    -----
    The end is a junction, where a truck can turn: the last one before what stops it.
    """
    roads = passage.roads
    if passage.plain is None:
        return None
    rules = passage.rules(effects, REACHES_MS[-1])
    reached = _swept(passage, rules)
    onward = roads.metric.sweep(
        _ends(reaching(roads.network, passage.destination), ArcEffects.none(), roads.weight_ms),
        towards=True,
    ).astype(np.int64)
    candidates = np.flatnonzero((reached < INFINITE) & (onward < INFINITE))
    order = candidates[np.lexsort((candidates, reached[candidates], onward[candidates]))]
    here = passage.plain.trip.total_ms
    for vertex in order[:MOST_TRIED].tolist():
        if int(onward[vertex]) >= here:
            break
        end = _junction(roads.network, vertex)
        way, _ = replace(passage, destination=end).settled(effects)
        if way is not None:
            return _partial(passage, rules, way)
    stay = replace(passage, destination=passage.origin)
    way, _ = stay.settled(effects)
    return None if way is None else _partial(passage, rules, way)


def _swept(passage: Passage, rules: TimedRules) -> NDArray[np.int64]:
    """Return the least time from the origin to every vertex if all that opens by itself is open."""
    roads, effects = passage.open_roads(rules), rules.waited_for()
    metric: Metric = passage.shelf.metric(roads, effects)
    starts = _ends(leaving(roads.network, passage.origin), effects, roads.weight_ms)
    return metric.sweep(starts).astype(np.int64)


def _ends(
    ends: tuple[RoadEnd, ...], effects: ArcEffects, base_ms: NDArray[np.uint32]
) -> list[tuple[int, int]]:
    found = []
    for end in ends:
        cost = effects.time_ms(base_ms, end.arc, *end.on_segment()) if end.has_length else 0
        if cost < INFINITE:
            found.append((end.vertex, cost))
    return found


def _junction(network: RoadNetwork, vertex: int) -> Snap:
    """Return the position of a vertex, on any of the segments that meet there."""
    node = int(network.vertex_node[vertex])
    segments = network.segments
    at_u = np.flatnonzero(segments.u == node)
    row = int(at_u[0]) if len(at_u) else int(np.flatnonzero(segments.v == node)[0])
    position = LonLat(float(network.node_lon[node]), float(network.node_lat[node]))
    return Snap(
        segment=row,
        fraction=0.0 if len(at_u) else 1.0,
        position=position,
        off_road_m=0.0,
        on_mainland=bool(segments.mainland[row]),
        passed_island=False,
    )


def _partial(passage: Passage, rules: TimedRules, way: Way) -> PartialWay:
    roads = passage.roads
    trip = best_trip(roads.network, roads.metric, way.destination, passage.destination)
    if trip is None:
        msg = "the destination is not reached from where its sweep said that it is"
        raise RuntimeError(msg)
    onward = Way(roads.network, trip, way.destination, passage.destination)
    # What only has to be waited for stops nobody, unless nothing else is left.
    for effects in (rules.waited_for(), rules.worst(), rules.closed()):
        for part in onward.touched(effects.coverage):
            owners = effects.blockers(part.arc, part.low, part.high)
            if owners:
                stopped = tuple(sorted(owners))
                return PartialWay(way, onward.length_km, onward.duration_h, stopped, effects)
    return PartialWay(way, onward.length_km, onward.duration_h, (), rules.effects)
