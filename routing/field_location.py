"""Find on the roads a location that was reported in words: a chainage, a distance, two places.

What it finds is a *core*, which is treated as if it had been surveyed, and a *fringe*, on which
the location may lie as well because distances are rounded in the field. What is doubtful has a
fringe only: it conditions and never blocks (rule of truth 2).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry
from shapely.ops import linemerge, substring

from lca.constraint import Constraint
from lca.geo import GEOD, LocalMetres, LonLat, geodesic_length_m
from lca.vocab import Sensitivity

from .location_text import Phrase, bearing_of, read_phrase
from .network import RoadNetwork
from .roadpath import OnRoad, Reach, Surroundings

PLACE_REACH_M = 5_000.0
"""A road that passes a town this near is the one that people mean: the radius of a large town."""
LEAST_DOUBT_M = 1_000.0
"""Distances in field reports are whole kilometres, read off a driver's odometer …"""
DOUBT_SHARE = 0.10
"""… or off a map: a tenth either way."""
TURN_DEG = 67.5
"""A road north of a place may begin north-west of it: a wind, and half the next one."""
RIVAL_COST = 1.25
"""Another road that is not a quarter longer may be meant as well …"""
SHARED = 0.5
"""… if less than half of it is the same."""
_RIVAL_PENALTY = 3.0
_APART_M = 100.0
"""Stretches farther apart are two places, not the two carriageways of one."""


class NamedPlace(Protocol):
    """A place that bears a name."""

    @property
    def id(self) -> str | None:
        """Its id."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def position(self) -> LonLat:
        """Where it is."""


class Names(Protocol):
    """Who knows which places bear a name."""

    @property
    def version(self) -> str:
        """What changes when any place does."""

    def bearing(self, text: str, clearance: Sensitivity) -> Sequence[NamedPlace]:
        """Return the places of a name that may be told to readers of some clearance."""


@dataclass(frozen=True, slots=True)
class FieldLocation:
    """Where a phrase lies: EPSG:4326 geometries, None where there is none, and words."""

    core: BaseGeometry | None
    fringe: BaseGeometry | None
    note: str


class _Unclear(Exception):
    """The phrase cannot be followed; ``fringe`` is where it may lie, if anywhere."""

    def __init__(self, note: str, fringe: BaseGeometry | None = None) -> None:
        super().__init__(note)
        self.note, self.fringe = note, fringe


def phrase_of(constraint: Constraint) -> Phrase | None:
    """Return a constraint's location in words as its parts, None if it states none."""
    if constraint.chainage_from_km is not None:
        return Phrase(
            road=constraint.road_name,
            origin=constraint.chainage_from_place,
            toward=constraint.toward_place,
            from_km=constraint.chainage_from_km,
            to_km=(
                constraint.chainage_from_km
                if constraint.chainage_to_km is None
                else constraint.chainage_to_km
            ),
        )
    if constraint.place_from is not None and (
        constraint.offset_km is not None or constraint.place_to is not None
    ):
        return Phrase(
            road=constraint.road_name,
            origin=constraint.place_from,
            other=None if constraint.offset_km is not None else constraint.place_to,
            toward=constraint.toward_place or constraint.place_to,
            offset_km=constraint.offset_km,
            bearing_deg=bearing_of(constraint.offset_bearing),
        )
    if constraint.location_text is None:
        return None
    read = read_phrase(constraint.location_text)
    return None if read is None else _with_road(read, constraint.road_name)


def has_words(constraint: Constraint) -> bool:
    """Tell whether a constraint's location is stated in words only."""
    located = constraint.geometry is not None or bool(constraint.osm_way_ids)
    return not located and (
        constraint.location_text is not None or phrase_of(constraint) is not None
    )


def locate(constraint: Constraint, network: RoadNetwork, names: Names) -> FieldLocation:
    """Return where the words of a constraint's location lie; nothing raises, all is stated."""
    phrase = phrase_of(constraint)
    if phrase is None:
        text = constraint.location_text
        return FieldLocation(None, None, f"its location {text!r} is in no form that is understood")
    try:
        return _Finder(network, names, phrase, constraint.sensitivity).found()
    except _Unclear as unclear:
        return FieldLocation(None, unclear.fringe, unclear.note)


def _with_road(phrase: Phrase, road: str | None) -> Phrase:
    if phrase.road is not None or road is None:
        return phrase
    values = {name: getattr(phrase, name) for name in Phrase.__slots__}
    return Phrase(**{**values, "road": road})


@dataclass(frozen=True, slots=True)
class _Finder:
    """Follows one phrase on the roads of one network."""

    network: RoadNetwork
    names: Names
    phrase: Phrase
    clearance: Sensitivity

    def found(self) -> FieldLocation:
        phrase = self.phrase
        if phrase.origin is None:
            raise _Unclear(
                f"km {phrase.from_km:g} of {phrase.road or 'a road'}: from which place the "
                "kilometres are counted is not stated"
            )
        origin = self._place(phrase.origin)
        if phrase.other is not None:
            return self._between(origin, self._place(phrase.other))
        low_km = phrase.offset_km if phrase.from_km is None else phrase.from_km
        high_km = phrase.offset_km if phrase.to_km is None else phrase.to_km
        if low_km is None or high_km is None:
            raise _Unclear("its location states a place and no distance from it")
        low_km, high_km = min(low_km, high_km), max(low_km, high_km)
        if low_km < 0 or not high_km < 2_000:
            raise _Unclear(f"{high_km:g} km from {phrase.origin} is no distance along a road")
        if phrase.toward is not None:
            return self._toward(origin, self._place(phrase.toward), low_km * 1e3, high_km * 1e3)
        if phrase.road is not None:
            return self._along(origin, low_km * 1e3, high_km * 1e3)
        return self._off(origin, low_km * 1e3)

    def _place(self, name: str) -> NamedPlace:
        hits = self.names.bearing(name, self.clearance)
        if not hits:
            raise _Unclear(f"no place bears the name {name!r}")
        if len(hits) > 1:
            listed = ", ".join(f"{hit.name} [{hit.id}]" for hit in hits[:5])
            more = ", …" if len(hits) > len(hits[:5]) else ""
            raise _Unclear(f"{name!r} may mean {len(hits)} places: {listed}{more}")
        return hits[0]

    def _around(self, places: Sequence[NamedPlace], margin_m: float) -> Surroundings:
        around = Surroundings.of(
            self.network, [place.position for place in places], margin_m, self.phrase.road
        )
        if self.phrase.road is not None and not around.named.any():
            raise _Unclear(f"no road near {places[0].name} bears the name {self.phrase.road!r}")
        return around

    def _on_road(self, around: Surroundings, place: NamedPlace) -> OnRoad:
        named = self.phrase.road is not None
        found = around.nearest(place.position, PLACE_REACH_M, named=named)
        if found is None:
            road = self.phrase.road or "a road"
            raise _Unclear(
                f"{road} does not come within {PLACE_REACH_M / 1000:g} km of {place.name}"
            )
        return found

    def _between(self, origin: NamedPlace, other: NamedPlace) -> FieldLocation:
        line, _ = self._joining(origin, other)
        length = geodesic_length_m(line)
        doubt = min(max(LEAST_DOUBT_M, DOUBT_SHARE * length), length / 4)
        return _told(
            _cut(line, doubt, length - doubt),
            [_cut(line, 0.0, doubt), _cut(line, length - doubt, length)],
            f"between {origin.name} and {other.name}, {length / 1000:.1f} km by "
            f"{self.phrase.road or 'the main road'}; its ends, {doubt / 1000:.1f} km each, are "
            "doubtful and condition only",
        )

    def _toward(
        self, origin: NamedPlace, toward: NamedPlace, low_m: float, high_m: float
    ) -> FieldLocation:
        line, _ = self._joining(origin, toward)
        length, doubt = geodesic_length_m(line), _doubt_m(high_m)
        if low_m > length:
            raise _Unclear(
                f"the road from {origin.name} to {toward.name} is only {length / 1000:.1f} km long",
                line,
            )
        self._require_bearing(origin, _cut(line, low_m, min(high_m, length)), line)
        # Who measures on the map says less than the road is long.
        reached = _crow_m(line, origin.position, high_m)
        farthest = min(max(high_m + doubt, min(reached, 1.5 * high_m)), length)
        return _told(
            _cut(line, low_m, min(high_m, length)),
            [_cut(line, max(low_m - doubt, 0.0), low_m), _cut(line, min(high_m, length), farthest)],
            f"{_km_words(low_m, high_m)} from {origin.name} on the way to {toward.name}; distances "
            f"are rounded, so {doubt / 1000:.1f} km either side condition",
        )

    def _along(self, origin: NamedPlace, low_m: float, high_m: float) -> FieldLocation:
        doubt = _doubt_m(high_m)
        around = self._around([origin], high_m + doubt + PLACE_REACH_M)
        reach = around.reach(self._on_road(around, origin))
        core = self._sided(origin, reach.stretches(low_m, high_m))
        wide = self._sided(origin, reach.stretches(max(low_m - doubt, 0.0), high_m + doubt))
        where = f"{_km_words(low_m, high_m)} from {origin.name} on {self.phrase.road}"
        if not core:
            raise _Unclear(f"{where}: the road does not lead so far", _joined(wide))
        sides = _clusters(core)
        if sides > 1 and low_m > 0.0:
            raise _Unclear(
                f"{where} may mean {sides} places; say toward which place it is", _joined(wide)
            )
        note = f"{where}; distances are rounded, so {doubt / 1000:.1f} km either side condition"
        return _told(_joined(core), wide, note)

    def _off(self, origin: NamedPlace, offset_m: float) -> FieldLocation:
        """Return the sector that a distance and a wind without a road leave open."""
        doubt, bearing = _doubt_m(offset_m), self.phrase.bearing_deg
        where = f"{offset_m / 1000:g} km from {origin.name}, on no stated road"
        turns = (
            np.linspace(-180, 180, 73)
            if bearing is None
            else bearing + np.linspace(-22.5, 22.5, 10)
        )
        sides = [max(offset_m - doubt, 0.0), offset_m + doubt]
        rings = [_ring(origin.position, turns, metres) for metres in sides]
        if bearing is None:
            area = shapely.difference(
                shapely.Polygon(rings[1]), shapely.Polygon(rings[0]).buffer(0)
            )
        else:
            area = shapely.Polygon([*rings[0], *reversed(rings[1])])
        raise _Unclear(f"{where}: it conditions what passes there", shapely.make_valid(area))

    def _joining(self, origin: NamedPlace, other: NamedPlace) -> tuple[BaseGeometry, Reach]:
        """Return the road that joins two places, from the first to the second."""
        apart_m = origin.position.distance_m(other.position)
        around = self._around([origin, other], max(PLACE_REACH_M, apart_m / 2))
        start, end = self._on_road(around, origin), self._on_road(around, other)
        reach = around.reach(start)
        found = reach.line_to(end)
        if found is None:
            raise _Unclear(f"no road joins {origin.name} and {other.name}")
        line, cost = found
        if geodesic_length_m(line) == 0:
            raise _Unclear(f"{origin.name} and {other.name} lie at one position of the road")
        rows = reach.rows_to(end)
        dear = np.ones(len(around.rows))
        dear[rows] = _RIVAL_PENALTY
        rival = around.reach(start, dear=dear)
        others = rival.rows_to(end)
        size = around.length_m * around.factor
        shared = float(size[np.intersect1d(rows, others)].sum())
        if float(size[others].sum()) <= RIVAL_COST * cost and shared < SHARED * cost:
            other_line = rival.line_to(end)
            both = [line, *([] if other_line is None else [other_line[0]])]
            raise _Unclear(
                f"several roads join {origin.name} and {other.name}; say which is meant",
                shapely.union_all(both),
            )
        return line, reach

    def _require_bearing(self, origin: NamedPlace, core: BaseGeometry, line: BaseGeometry) -> None:
        bearing = self.phrase.bearing_deg
        if bearing is not None and not _toward_deg(origin.position, core, bearing):
            raise _Unclear(
                f"the road does not lead that way from {origin.name}: its direction and its "
                "destination contradict each other",
                line,
            )

    def _sided(self, origin: NamedPlace, parts: list[BaseGeometry]) -> list[BaseGeometry]:
        """Return the parts that lie in the stated direction from a place."""
        bearing = self.phrase.bearing_deg
        if bearing is None:
            return parts
        return [part for part in parts if _toward_deg(origin.position, part, bearing)]


def _told(core: BaseGeometry | None, fringe: Sequence[BaseGeometry], note: str) -> FieldLocation:
    return FieldLocation(core, _joined([part for part in fringe if not part.is_empty]), note)


def _doubt_m(distance_m: float) -> float:
    return max(LEAST_DOUBT_M, DOUBT_SHARE * distance_m)


def _km_words(low_m: float, high_m: float) -> str:
    if low_m == high_m:
        return f"{low_m / 1000:g} km"
    return f"km {low_m / 1000:g}-{high_m / 1000:g}"


def _cut(line: BaseGeometry, start_m: float, end_m: float) -> BaseGeometry:
    """Return a stretch of a line (EPSG:4326) between two distances in metres along it."""
    metres = LocalMetres.around(line)
    plane = shapely.LineString(metres.project(line).coords)
    return metres.unproject(substring(plane, start_m, end_m))


def _crow_m(line: BaseGeometry, origin: LonLat, distance_m: float) -> float:
    """Return how far along a line it is first at a straight distance from a place."""
    metres = LocalMetres.around(line)
    plane = shapely.LineString(metres.project(line).coords)
    circle = shapely.buffer(metres.project(origin.point), distance_m).exterior
    crossings = shapely.get_coordinates(shapely.intersection(plane, circle))
    along = [plane.project(shapely.Point(x, y)) for x, y in crossings.tolist()]
    return float(min(along, default=distance_m))


def _toward_deg(origin: LonLat, part: BaseGeometry, bearing: float) -> bool:
    middle = part.centroid
    azimuth = float(GEOD.inv(origin.lon, origin.lat, middle.x, middle.y)[0])
    return abs((azimuth - bearing + 180.0) % 360.0 - 180.0) <= TURN_DEG


def _ring(
    centre: LonLat, turns_deg: NDArray[np.float64], metres: float
) -> list[tuple[float, float]]:
    count = len(turns_deg)
    lon, lat, _ = GEOD.fwd([centre.lon] * count, [centre.lat] * count, turns_deg, [metres] * count)
    return list(zip(lon, lat, strict=True))


def _clusters(parts: Sequence[BaseGeometry]) -> int:
    """Return at how many places some parts lie (carriageways of one road are at one)."""
    metres = LocalMetres.around(shapely.union_all(parts))
    near = shapely.buffer([metres.project(part) for part in parts], _APART_M / 2)
    return int(shapely.get_num_geometries(shapely.union_all(near)))


def _joined(parts: Sequence[BaseGeometry]) -> BaseGeometry | None:
    if not parts:
        return None
    whole = shapely.union_all(parts)
    lines = [part for part in shapely.get_parts(whole) if part.geom_type == "LineString"]
    return linemerge(lines) if lines and len(lines) == shapely.get_num_geometries(whole) else whole
