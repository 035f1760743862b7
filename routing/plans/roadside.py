"""Facilities along the ways of a journey: fuel and the gaps between it, borders and checkpoints."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely

from lca.geo import GEOD, LonLat
from lca.vocab import OperationalStatus
from routing.place import ResolvedPlace
from routing.tangent import degrees_within
from routing.way import Way


@dataclass(frozen=True, slots=True)
class Beside:
    """A facility beside a way, at its kilometre of the journey and so far off."""

    place: ResolvedPlace
    km: float
    off_m: float

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        row = self.place.row
        return {
            **self.place.as_json(),
            "km": round(self.km, 1),
            "off_m": round(self.off_m),
            "status": row.get("status"),
        }


@dataclass(frozen=True, slots=True)
class FuelReport:
    """Fuel along a journey, and the longest distance without any.

    Gaps count from full tanks at the departure to the end of the journey. ``longest_sure_km``
    counts only stations known to have diesel; ``longest_hoped_km`` also those of which nobody
    says whether they have.
    """

    stations: tuple[Beside, ...]
    total_km: float
    range_km: float | None
    within_m: float
    longest_sure_km: float
    longest_hoped_km: float

    @property
    def words(self) -> str:
        """What it means for vehicles of that range."""
        sure, hoped = f"{self.longest_sure_km:.0f} km", f"{self.longest_hoped_km:.0f} km"
        unknown = len({i.place.position for i in self.stations if _diesel(i.place) is None})
        if self.range_km is None:
            return f"Longest stretch without fuel that is known to be there: {sure}."
        if self.longest_sure_km <= self.range_km:
            return (
                f"Longest stretch without fuel: {sure}, within the range of {self.range_km:g} km."
            )
        if self.longest_hoped_km <= self.range_km:
            return (
                f"The range of {self.range_km:g} km suffices only if diesel is found where nobody "
                f"knows of it ({unknown} stations): else {sure} without fuel."
            )
        return (
            f"The range of {self.range_km:g} km does not suffice: {hoped} without any station; "
            "carry fuel."
        )

    def as_json(self) -> dict[str, Any]:
        """Return the report as a JSON object."""
        return {
            "stations": [
                {**item.as_json(), "diesel_available": _diesel(item.place)}
                for item in self.stations
            ],
            "total_km": round(self.total_km, 1),
            "range_km": self.range_km,
            "within_m": self.within_m,
            "longest_sure_km": round(self.longest_sure_km, 1),
            "longest_hoped_km": round(self.longest_hoped_km, 1),
            "text": self.words,
        }


def fuel_report(
    ways: Sequence[Way],
    stations: Sequence[ResolvedPlace],
    *,
    range_km: float | None,
    within_m: float,
) -> FuelReport:
    """Return where there is fuel beside the ways of a journey, and the longest gaps.

    A closed station, or one known to have no diesel, is none.
    """
    usable = [place for place in stations if _diesel(place) is not False and not is_closed(place)]
    found = tuple(beside(ways, usable, within_m))
    total = sum(way.length_km for way in ways)
    sure = [item.km for item in found if _diesel(item.place)]
    return FuelReport(
        found,
        total,
        range_km,
        within_m,
        _longest_gap(sure, total),
        _longest_gap([item.km for item in found], total),
    )


def beside(ways: Sequence[Way], places: Sequence[ResolvedPlace], within_m: float) -> list[Beside]:
    """Return the places within a distance of the ways, in the order of the journey.

    A place that is passed twice is named twice, but not where one way ends and the next begins.
    """
    found: list[Beside] = []
    last_km: dict[LonLat, float] = {}
    start_km = 0.0
    for way in ways:
        for item in sorted(_beside(way, places, within_m, start_km), key=lambda item: item.km):
            before = last_km.get(item.place.position)
            if before is None or item.km > before + _PASSED_ONCE_KM:
                found.append(item)
            last_km[item.place.position] = item.km
        start_km += way.length_km
    return found


_PASSED_ONCE_KM = 1.0


def _beside(
    way: Way, places: Sequence[ResolvedPlace], within_m: float, start_km: float
) -> Iterator[Beside]:
    west, south, east, north = way.geometry.bounds
    width, height = degrees_within(max(abs(south), abs(north)), within_m)
    points = way.points
    steps = GEOD.inv(*points[:-1].T, *points[1:].T)[2]
    along_m = np.concatenate([[0.0], np.cumsum(steps)])
    for place in places:
        lon, lat = place.position.lon, place.position.lat
        if not (west - width <= lon <= east + width and south - height <= lat <= north + height):
            continue
        # Degrees of longitude are shorter: both are drawn to one scale at the place.
        scale = (float(np.cos(np.radians(lat))), 1.0)
        line = shapely.LineString(points * scale)
        near = line.interpolate(line.project(shapely.Point(lon * scale[0], lat)))
        off_m = float(GEOD.inv(lon, lat, near.x / scale[0], near.y)[2])
        if off_m <= within_m:
            yield Beside(place, start_km + _km_at(way, along_m, points * scale, near), off_m)


def _km_at(way: Way, along_m: Any, points: Any, near: shapely.Point) -> float:
    """Return the kilometre of a point on a way, its length on the road being the whole."""
    line = shapely.LineString(points)
    at = line.project(near)
    drawn = np.concatenate([[0.0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    metres = float(np.interp(at, drawn, along_m))
    return metres / float(along_m[-1]) * way.length_km if along_m[-1] else 0.0


def is_closed(place: ResolvedPlace) -> bool:
    """Tell whether a facility is stated as closed."""
    word = place.row.get("status")
    return word is not None and OperationalStatus(word).closed


def _diesel(place: ResolvedPlace) -> bool | None:
    known = place.row.get("diesel_available")
    return None if known is None else bool(known)


def _longest_gap(at_km: Sequence[float], total_km: float) -> float:
    stops = np.array([0.0, *sorted(at_km), total_km])
    return float(np.diff(stops).max())
