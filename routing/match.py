"""Match access constraints to the road segments of a graph build (design D6).

A constraint's own geometry is never changed: a match says on which pieces of road it lies, how
far that may be trusted, and why if it lies on none.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry
from shapely.ops import substring

from lca.constraint import Constraint
from lca.geo import LocalMetres
from lca.vocab import Direction, LocationPrecision

from .ascending import distinct
from .field_location import Names, has_words, locate
from .levels import spanning
from .match_area import match_area
from .match_line import match_line
from .match_part import CARRIAGEWAYS_M, PartMatch
from .match_point import match_point
from .nearby import nearby
from .network import RoadNetwork
from .picture import pictured
from .pieces import NO_PIECES, Pieces

POINT_TOLERANCE_M = {LocationPrecision.ACCURATE: 30.0, LocationPrecision.APPROXIMATE: 250.0}
"""GPS beside the road (SDI-T "street level") plus OSM's own error; a place named in a town."""
LINE_TOLERANCE_M = {LocationPrecision.ACCURATE: 20.0, LocationPrecision.APPROXIMATE: 100.0}
"""Tighter than for points, because a line has length and bearing to tell roads apart."""
UNMATCHED_NEAR_M = 250.0
"""A way this near a location that is on no road is conditioned: the width of a wrong valley road."""
ALONGSIDE_M = 30.0
"""The same where a road itself is doubtful: its other carriageway, and no road beside it."""
UNPLACED_NEAR_M = 5_000.0
"""The same for a location that is known only to a district: a small town across."""


class MatchState(StrEnum):
    """How far a constraint could be placed on roads."""

    MATCHED = "matched"
    PARTLY = "partly"
    UNMATCHED = "unmatched"
    UNLOCATED = "unlocated"


@dataclass(frozen=True, slots=True, eq=False)
class Match:
    """Where a constraint lies on the roads of one graph build.

    Attributes
    ----------
    state : MatchState
    pieces : Pieces
        Pieces of road that it covers.
    note : str
        How it was placed, or why not, in words.
    tolerance_m : float
        How far from the reported location a road was looked for.
    rest : geometry or None
        The part of the reported location that is on no road, or of which it is doubtful that it
        is on the matched one, EPSG:4326. None if nothing remains, or if there is no location.
    near_m : float
        The distance from ``rest`` within which a way is conditioned.
    """

    state: MatchState
    pieces: Pieces
    note: str
    tolerance_m: float
    rest: BaseGeometry | None
    near_m: float = UNMATCHED_NEAR_M

    def geometry(self, network: RoadNetwork) -> BaseGeometry | None:
        """Return what to draw, EPSG:4326: the roads it covers, else where it may lie; or None."""
        return pictured(network, self.pieces) if len(self.pieces) else self.rest

    @property
    def everywhere(self) -> bool:
        """Whether it qualifies every way, because (a part of) it has no usable location."""
        return self.rest is None and self.state is not MatchState.MATCHED


def match(constraint: Constraint, network: RoadNetwork, names: Names | None = None) -> Match:
    """Return where a constraint lies on the roads of a network; nothing raises, all is stated.

    ``names`` knows the places that a location in words may name; without it none is known.
    """
    geometry = constraint.geometry
    if geometry is not None and geometry.is_empty:
        geometry = None
    ways = frozenset(constraint.osm_way_ids or ())
    known = _known_ways(network, ways)
    if geometry is None and not ways:
        return _match_words(constraint, network, names)
    if not constraint.location_precision.locates:
        return _unplaced(constraint, network, geometry, known)
    if geometry is None:
        return _match_ways(network, ways, known, constraint.direction)
    found = _match_geometry(constraint, network, geometry, known or None)
    if ways and not known:
        note = f"{_listed(ways)} not in this graph build; placed by location; {found.note}"
        return replace(found, note=note)
    return found


def _match_words(constraint: Constraint, network: RoadNetwork, names: Names | None) -> Match:
    """Place a location that is stated in words only; what is doubtful of it conditions."""
    if names is None or not has_words(constraint):
        note = "no location is given"
        if has_words(constraint):
            note = "its location is in words, and no places are known here"
        return Match(MatchState.UNLOCATED, NO_PIECES, note, 0.0, None)
    place = locate(constraint, network, names)
    doubtful = [part for part in (place.core, place.fringe) if part is not None]
    if not doubtful:
        return Match(MatchState.UNLOCATED, NO_PIECES, place.note, 0.0, None)
    precision = constraint.location_precision
    if not precision.locates:
        note = f"{place.note}; its location precision is {precision.value}, so it only conditions"
        rest = shapely.union_all(doubtful)
        return Match(MatchState.UNMATCHED, NO_PIECES, note, 0.0, rest, UNPLACED_NEAR_M)
    if place.core is None:
        return Match(MatchState.UNMATCHED, NO_PIECES, place.note, 0.0, place.fringe, ALONGSIDE_M)
    surveyed = replace(
        constraint, geometry=place.core, location_precision=LocationPrecision.ACCURATE
    )
    found = _match_geometry(surveyed, network, place.core, None)
    rests = [part for part in (found.rest, place.fringe) if part is not None]
    return replace(
        found,
        note=f"{place.note}; {found.note}",
        rest=shapely.union_all(rests) if rests else None,
        near_m=ALONGSIDE_M,
    )


def pieces_within(network: RoadNetwork, geometry: BaseGeometry, distance_m: float) -> Pieces:
    """Return every stretch of road within a distance of an EPSG:4326 geometry."""
    metres = LocalMetres.around(geometry)
    around = metres.unproject(shapely.buffer(metres.project(geometry), distance_m))
    return match_area(network, around).pieces


def _known_ways(network: RoadNetwork, ways: frozenset[int]) -> frozenset[int]:
    rows = network.segments.rows_of_ways(np.array(sorted(ways), np.int64))
    return frozenset(np.unique(network.segments.osm_way_id[rows]).tolist())


def _listed(ways: frozenset[int]) -> str:
    head = "OSM way" if len(ways) == 1 else "OSM ways"
    return f"{head} {', '.join(map(str, sorted(ways)))} {'is' if len(ways) == 1 else 'are'}"


def _unplaced(
    constraint: Constraint,
    network: RoadNetwork,
    geometry: BaseGeometry | None,
    known: frozenset[int],
) -> Match:
    """Put a location of bad or unknown precision on no road; it conditions a wide area."""
    rest = geometry
    if rest is None and known:
        rows = network.segments.rows_of_ways(np.array(sorted(known), np.int64))
        rest = shapely.MultiLineString(list(network.segments.lines.shapes(rows)))
    note = (
        f"its location precision is {constraint.location_precision.value}, so it is not placed on "
        f"a road; it conditions every way within {UNPLACED_NEAR_M / 1000:g} km"
    )
    if rest is None:
        note = f"{_listed(frozenset(constraint.osm_way_ids or ()))} not in this graph build"
    return Match(MatchState.UNMATCHED, NO_PIECES, note, 0.0, rest, UNPLACED_NEAR_M)


def _match_ways(
    network: RoadNetwork, ways: frozenset[int], known: frozenset[int], direction: Direction
) -> Match:
    """Without a geometry, whole OSM ways; their drawing direction is forward."""
    if not known:
        note = f"{_listed(ways)} not in this graph build"
        return Match(MatchState.UNMATCHED, NO_PIECES, note, 0.0, None)
    rows = network.segments.rows_of_ways(np.array(sorted(known), np.int64))
    lengths = network.segments.length_m[rows]
    pieces = Pieces(
        rows,
        np.zeros(len(rows)),
        np.ones(len(rows)),
        np.full(len(rows), direction is not Direction.BACKWARD),
        np.full(len(rows), direction is not Direction.FORWARD),
        lengths / max(float(lengths.sum()), 1.0),
    )
    missing = ways - known
    if missing:
        note = f"whole OSM ways; {_listed(missing)} not in this graph build"
        return Match(MatchState.PARTLY, pieces, note, 0.0, None)
    return Match(MatchState.MATCHED, pieces, "whole OSM ways", 0.0, None)


def _match_geometry(
    constraint: Constraint,
    network: RoadNetwork,
    geometry: BaseGeometry,
    ways: frozenset[int] | None,
) -> Match:
    parts = list(_simple_parts(geometry))
    tolerance_m = max(
        (_tolerance_m(part, constraint.location_precision) for part in parts), default=0.0
    )
    found = [_match_part(constraint, network, part, ways) for part in parts]
    doubts: list[BaseGeometry] = []
    if ways is None:
        doubts = _doubts(constraint, parts, found)
    elif not all(len(part.pieces) for part in found):
        found, doubts = _placed_off_ways(constraint, network, parts, found)
    pieces = Pieces.joined(part.pieces for part in found)
    rests = [part.rest for part in found if part.rest is not None]
    if not len(pieces):
        state = MatchState.UNMATCHED
    else:
        state = MatchState.PARTLY if rests else MatchState.MATCHED
    note = _note(network, pieces, found, tolerance_m)
    if doubts:
        note += "; it may lie on another road near it"
    near_m = UNMATCHED_NEAR_M if rests or doubts else ALONGSIDE_M
    doubts += [part.doubt for part in found if part.doubt is not None]
    rest = shapely.union_all([*rests, *doubts]) if rests or doubts else None
    return Match(state, pieces, note, tolerance_m, rest, near_m)


def _placed_off_ways(
    constraint: Constraint,
    network: RoadNetwork,
    parts: list[BaseGeometry],
    found: list[PartMatch],
) -> tuple[list[PartMatch], list[BaseGeometry]]:
    """Place by location what lies on none of the named OSM ways; return it and what is doubtful.

    OSM splits and renumbers ways, so a way that is known may now end before the closure. An area
    says which roads it means by naming ways, unless none of them lies in any part.
    """
    on_ways = any(len(part.pieces) for part in found)
    placed, doubts = [], []
    for part, by_ways in zip(parts, found, strict=True):
        if len(by_ways.pieces) or (on_ways and part.geom_type == "Polygon"):
            placed.append(by_ways)
            continue
        off = _match_part(constraint, network, part, None)
        if len(off.pieces):
            remark = f"{off.remark}; none of its OSM ways lies there, so it is placed by location"
            off = replace(off, remark=remark.removeprefix("; "))
            doubts += [part] if part.geom_type == "Point" and not off.named else []
        placed.append(off)
    return placed, doubts


def _doubts(
    constraint: Constraint, parts: list[BaseGeometry], found: list[PartMatch]
) -> list[BaseGeometry]:
    """Return the points that were put on the nearest road without a name to confirm it.

    Within the tolerance of an approximate location other roads lie as near; and a reported name
    that no road bears there says that the nearest is perhaps the wrong one.
    """
    approximate = constraint.location_precision is LocationPrecision.APPROXIMATE
    if not approximate and not constraint.road_name:
        return []
    return [
        part
        for part, placed in zip(parts, found, strict=True)
        if part.geom_type == "Point" and len(placed.pieces) and not placed.named
    ]


def _match_part(
    constraint: Constraint,
    network: RoadNetwork,
    part: BaseGeometry,
    ways: frozenset[int] | None,
) -> PartMatch:
    tolerance_m = _tolerance_m(part, constraint.location_precision)
    if part.geom_type == "Polygon":
        return _match_area(constraint, network, part, ways)
    near = nearby(network, part, tolerance_m + CARRIAGEWAYS_M, ways=ways)
    asked = {
        "direction": constraint.direction,
        "road_name": constraint.road_name,
        "only_ways": ways is not None,
    }
    if part.geom_type != "Point":
        return match_line(near, tolerance_m, **asked)  # type: ignore[arg-type]
    return match_point(near, tolerance_m, kind=constraint.constraint_type, **asked)  # type: ignore[arg-type]


def _match_area(
    constraint: Constraint,
    network: RoadNetwork,
    part: BaseGeometry,
    ways: frozenset[int] | None,
) -> PartMatch:
    """Place an area on the roads in it, but for a bridge over it or a tunnel under it."""
    found = match_area(network, part, ways=ways)
    remark = found.remark
    if constraint.direction is not Direction.BOTH:
        remark += "; an area has no direction, so both are meant"
    if ways is not None:
        return replace(found, remark=remark)
    over, words = spanning(network, found.pieces, constraint.constraint_type)
    if not over.any():
        return replace(found, remark=remark)
    doubtful = pictured(network, found.pieces.only(over))
    kept = found.pieces.only(~over)
    return replace(found, pieces=kept, doubt=doubtful, remark=f"{remark}; {words}")


def _tolerance_m(part: BaseGeometry, precision: LocationPrecision) -> float:
    if part.geom_type == "Polygon":
        # An area says itself how far it reaches.
        return 0.0
    table = POINT_TOLERANCE_M if part.geom_type == "Point" else LINE_TOLERANCE_M
    return table[precision]


def _simple_parts(geometry: BaseGeometry) -> Iterator[BaseGeometry]:
    """Yield points, lines and valid polygons; a line without length is a point.

    A closed line comes as its two halves, so that every position on a line is one.
    """
    if not geometry.is_valid:
        geometry = shapely.make_valid(geometry)
    for part in shapely.get_parts(geometry):
        if part.is_empty:
            continue
        if part.geom_type.startswith(("Multi", "Geometry")):
            yield from _simple_parts(part)
        elif part.geom_type != "Point" and part.length == 0:
            yield shapely.get_point(shapely.get_exterior_ring(part) or part, 0)
        elif part.geom_type == "LineString" and part.is_closed:
            yield substring(part, 0.0, 0.5, normalized=True)
            yield substring(part, 0.5, 1.0, normalized=True)
        else:
            yield part


def _note(
    network: RoadNetwork,
    pieces: Pieces,
    found: list[PartMatch],
    tolerance_m: float,
) -> str:
    remarks = "; ".join(sorted({part.remark for part in found if part.remark}))
    if not len(pieces):
        reason = f"no road within {tolerance_m:g} m of it" if tolerance_m else remarks
        return reason or "no road lies in it"
    rows = distinct(pieces.segment)
    column = network.segments.texts["name"]
    codes = distinct(column.codes[rows].astype(np.int64))
    names = [column.values[code] for code in codes.tolist() if code >= 0]
    where = ", ".join(names[:3]) + (", …" if len(names) > 3 else "") if names else "unnamed road"
    within = f", looked for within {tolerance_m:g} m" if tolerance_m else ""
    stretch = "1 segment" if len(rows) == 1 else f"{len(rows)} segments"
    return f"on {where} ({stretch}){within}; {remarks}".rstrip("; ")
