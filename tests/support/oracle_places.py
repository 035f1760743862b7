"""The oracle's second page: on which stretches of a drawn map a reported location lies.

Distances are measured between straight lines on the drawing board, in metres, one road after the
other (decision 0008 has the tolerances). Nothing is shared with the product's matching.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from lca.constraint import Constraint
from lca.vocab import Direction, LocationPrecision

from .asciimap import AsciiMap, draw

NEAR_M = {LocationPrecision.ACCURATE: 30.0, LocationPrecision.APPROXIMATE: 250.0}
"""How far from a point its road may be."""
LINE_NEAR_M = {LocationPrecision.ACCURATE: 20.0, LocationPrecision.APPROXIMATE: 100.0}
OTHER_CARRIAGEWAY_M = 40.0
AS_NEAR_M = 10.0
"""No fix tells two roads apart that are so nearly as near (decision 0017)."""
UNPLACED_M = 250.0
"""How far what is on no road may matter; a bad or unknown location, 5 km."""
POORLY_PLACED_M = 5000.0


class Unclear(Exception):
    """The case lies so near to a tolerance that rounding would decide it: draw another one."""


@dataclass(frozen=True)
class Link:
    """One straight piece of road, as it is drawn from its first letter to its second."""

    ends: str
    way: int
    name: str | None
    one_way: str
    line: shapely.LineString

    def steps(self) -> list[str]:
        """Return the steps in which it lies, whether or not they may be driven."""
        return [self.ends, self.ends[::-1]]

    def heading(self) -> float:
        """Return the compass-like angle in which it is drawn, in radians."""
        (x0, y0), (x1, y1) = self.line.coords
        return math.atan2(y1 - y0, x1 - x0)


@dataclass(frozen=True)
class Stretch:
    """A part of a step, as fractions in driving direction."""

    step: str
    low: float
    high: float

    def touches(self, low: float, high: float) -> bool:
        """Tell whether who drives from one fraction to the other drives any of it."""
        return self.low <= high and low <= self.high

    def driven(self, low: float, high: float) -> float:
        """Return the fraction of the step that lies in both."""
        return max(0.0, min(high, self.high) - max(low, self.low))


@dataclass(frozen=True)
class Placement:
    """Where a constraint lies: on stretches, and where else it may be.

    ``doubt`` is the location around which, within ``doubt_m``, it conditions; ``anywhere`` says
    that it has no location, so that it qualifies every answer. ``length_m`` is how long it is as
    reported: a delay is met in full by who drives all of it.
    """

    stretches: tuple[Stretch, ...] = ()
    doubt: BaseGeometry | None = None
    doubt_m: float = 0.0
    anywhere: bool = False
    unmatched: bool = False
    length_m: float = 0.0


class Board:
    """A drawing board: the links of a drawn map, with what OSM would say of them."""

    def __init__(
        self,
        art: str,
        ways: Mapping[str, Mapping[str, Any]],
        *,
        column_m: float,
        row_m: float,
        blur_m: float = 1.0,
    ) -> None:
        self.map: AsciiMap = draw(art, ways, column_m=column_m, row_m=row_m)
        self.blur_m = blur_m
        self.links: dict[str, Link] = {}
        for number, (way, tags) in enumerate(ways.items(), start=1):
            for first, second in itertools.pairwise(filter(str.isalnum, way)):
                line = shapely.LineString([self.map.metres[first], self.map.metres[second]])
                self.links[first + second] = Link(
                    first + second, number, tags.get("name"), tags.get("oneway", "no"), line
                )

    @cached_property
    def letters(self) -> list[str]:
        """The places."""
        return sorted(self.map.metres)

    def length_m(self, step: str) -> float:
        """Return the length of a step."""
        return float(self.link(step).line.length)

    def link(self, step: str) -> Link:
        """Return the link that a step drives."""
        return self.links.get(step) or self.links[step[::-1]]

    def at(self, x: float, y: float) -> shapely.Point:
        """Return a position on the drawing board as a point in longitude and latitude."""
        return self.map.at(x, y).point

    def on_earth(self, shape: BaseGeometry) -> BaseGeometry:
        """Return a shape of the drawing board in longitude and latitude."""
        return shapely.transform(
            shape, lambda points: [self.map.at(x, y).point.coords[0] for x, y in points]
        )

    def place(self, item: Constraint, drawn: BaseGeometry | None) -> Placement:
        """Return where a constraint lies that was drawn on the board at ``drawn``."""
        if drawn is None and item.osm_way_ids is None:
            return Placement(anywhere=True, unmatched=True)
        if item.location_precision not in NEAR_M:
            return Placement(doubt=drawn, doubt_m=POORLY_PLACED_M, unmatched=True)
        if drawn is None:
            return self._by_way(item)
        if drawn.geom_type == "Point":
            return self._by_point(item, drawn)
        if drawn.geom_type == "LineString":
            return self._by_line(item, drawn)
        return self._by_area(drawn)

    def _by_way(self, item: Constraint) -> Placement:
        found = [link for link in self.links.values() if link.way in (item.osm_way_ids or ())]
        return Placement(
            tuple(
                Stretch(step, 0.0, 1.0)
                for link in found
                for step in link.steps()
                if _concerns(item.direction, with_it=step == link.ends)
            ),
            length_m=sum(link.line.length for link in found),
        )

    def _by_point(self, item: Constraint, point: shapely.Point) -> Placement:
        near_m = NEAR_M[item.location_precision]
        distances = {link.ends: float(link.line.distance(point)) for link in self.links.values()}
        reach = [ends for ends, metres in distances.items() if self._within(metres, near_m)]
        named = [ends for ends in reach if item.road_name and self._bears(ends, item.road_name)]
        looked = named or reach
        unsure = item.location_precision is LocationPrecision.APPROXIMATE and not named
        unsure = unsure or bool(item.road_name and not named)
        if not looked:
            return Placement(doubt=point, doubt_m=UNPLACED_M, unmatched=True)
        nearest = min(distances[ends] for ends in looked)
        tied = [ends for ends in looked if self._within(distances[ends], nearest + 1.0, 0.5)]
        heading = self.links[min(tied, key=distances.__getitem__)].heading()
        unsure_m = UNPLACED_M if unsure else 0.0
        if not unsure and not named and self._as_near(distances, reach, tied, nearest):
            unsure, unsure_m = True, near_m
        if len(tied) > 1 and item.delay_min:
            raise Unclear  # how arms of a junction share a delay, no rule says
        # The other carriageway of the same road, where it is nearest.
        others = {
            other: distances[other]
            for other in self.links
            if other not in tied and any(self.carriageways(one, other) for one in tied)
        }
        tied += [
            other
            for other, metres in others.items()
            if self._within(metres, nearest + OTHER_CARRIAGEWAY_M)
            and self._within(metres, min(others.values()) + 1.0, 0.5)
        ]
        stretches = []
        for ends in tied:
            link = self.links[ends]
            where = float(link.line.project(point, normalized=True))
            if link.one_way != "no" and where in {0.0, 1.0}:
                raise Unclear  # beyond the end of a carriageway
            for step in link.steps():
                along = math.cos(link.heading() - heading) > 0
                if _concerns(item.direction, with_it=along == (step == ends)):
                    spot = where if step == ends else 1.0 - where
                    stretches.append(Stretch(step, spot, spot))
        return Placement(tuple(stretches), doubt=point if unsure else None, doubt_m=unsure_m)

    def _as_near(
        self, distances: Mapping[str, float], reach: list[str], tied: list[str], nearest: float
    ) -> bool:
        """Tell whether another road is so nearly as near that it may be meant (decision 0017, 5)."""
        name = self.links[tied[0]].name
        others = [
            ends
            for ends in reach
            if ends not in tied
            and self._within(distances[ends], nearest + AS_NEAR_M, 0.5)
            and (name is None or self.links[ends].name != name)
        ]
        if any(set(other) & set(one) for other in others for one in tied):
            raise Unclear  # whether roads that meet somewhere meet there
        return bool(others)

    def _by_line(self, item: Constraint, line: shapely.LineString) -> Placement:
        """Return the road nearest to a straight line that runs as it does, and its carriageway."""
        near_m = LINE_NEAR_M[item.location_precision]
        (x0, y0), (x1, y1) = line.coords[0], line.coords[-1]
        heading = math.atan2(y1 - y0, x1 - x0)
        beside = {}
        for link in self.links.values():
            if abs(math.cos(link.heading() - heading)) < 0.999:
                continue  # these boards have no road between parallel and well across
            spots = sorted(link.line.project(shapely.Point(one)) for one in line.coords)
            if spots[1] - spots[0] > self.blur_m:
                middle = link.line.interpolate((spots[0] + spots[1]) / 2)
                beside[link.ends] = (float(line.distance(middle)), spots)
        reach = [ends for ends, (metres, _) in beside.items() if self._within(metres, near_m)]
        if not reach:
            return Placement(doubt=line, doubt_m=UNPLACED_M, unmatched=True)
        nearest = min(beside[ends][0] for ends in reach)
        taken = [ends for ends in reach if self._within(beside[ends][0], nearest + 1.0, 0.5)]
        taken += [
            other
            for other in beside
            if other not in taken
            and any(self.carriageways(one, other) for one in taken)
            and self._within(beside[other][0], nearest + OTHER_CARRIAGEWAY_M)
        ]
        stretches = []
        for ends in taken:
            link = self.links[ends]
            low, high = (spot / link.line.length for spot in beside[ends][1])
            along = math.cos(link.heading() - heading) > 0
            for step in link.steps():
                if _concerns(item.direction, with_it=along == (step == link.ends)):
                    edges = (low, high) if step == link.ends else (1 - high, 1 - low)
                    stretches.append(Stretch(step, *edges))
        return Placement(tuple(stretches), length_m=float(line.length))

    def _by_area(self, area: BaseGeometry) -> Placement:
        stretches = []
        for link in self.links.values():
            inside = link.line.intersection(area)
            if inside.is_empty:
                if link.line.distance(area) < self.blur_m:
                    raise Unclear
                continue
            if inside.geom_type != "LineString" or inside.length < 2 * self.blur_m:
                raise Unclear
            spots = sorted(
                float(link.line.project(shapely.Point(one), normalized=True))
                for one in (inside.coords[0], inside.coords[-1])
            )
            stretches.append(Stretch(link.ends, *spots))
            stretches.append(Stretch(link.ends[::-1], 1 - spots[1], 1 - spots[0]))
        if not stretches:
            return Placement(doubt=area, doubt_m=UNPLACED_M, unmatched=True)
        return Placement(tuple(stretches))

    def _within(self, metres: float, tolerance_m: float, blur_m: float | None = None) -> bool:
        if abs(metres - tolerance_m) < (self.blur_m if blur_m is None else blur_m):
            raise Unclear
        return metres <= tolerance_m

    def _bears(self, ends: str, name: str) -> bool:
        return self.links[ends].name == name

    def carriageways(self, one: str, other: str) -> bool:
        """Tell whether two links are the two carriageways of one road, one way each."""
        first, second = self.links[one], self.links[other]
        apart = math.cos(self._driven(first) - self._driven(second))
        return (
            first.name is not None
            and first.name == second.name
            and "no" not in {first.one_way, second.one_way}
            and apart < -0.9
        )

    def _driven(self, link: Link) -> float:
        return link.heading() + (math.pi if link.one_way == "backward" else 0.0)


def _concerns(direction: Direction, *, with_it: bool) -> bool:
    """Tell whether a direction concerns who drives with the report's own direction, or against."""
    return direction is Direction.BOTH or (direction is Direction.FORWARD) == with_it
