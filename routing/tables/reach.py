"""Reach: the area, the facilities and the people that are within some hours of one or more hubs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np

from layers.geojson import geometry_of
from lca.errors import UsageError
from lca.geo import STORAGE_CRS
from routing.engine.metric import INFINITE
from routing.outlook import Outlook
from routing.place import ResolvedPlace

from .bounds import Bounds, Horizon, Sight
from .costs import Ints, driving_ms, gathered_ms, vertices_ms
from .exact import nearest_answered
from .heading import Heading, counted
from .outline import Outline, first_metres, outline, reached
from .sheet import Sheet
from .stops import Stops, population, stops_of

MOST_HUBS = 100
MOST_PLACES = 50_000
MOST_BANDS = 10
MOST_HOURS = 476.0
"""The engines' range: 24.8 days of driving in 20 working days of 24 hours, rest not counted."""
MOST_ASKED = 100
"""So many places whose time depends on rules of time are answered one by one."""


@dataclass(frozen=True, slots=True)
class Band:
    """What is reached within some hours of the nearest hub, rest and waits included.

    ``surely`` holds whatever rules of time do on the way; ``area`` is of the roads that are
    reached so. ``perhaps`` are places that depend on the time of departure and were too many to be
    asked one by one; ``perhaps_area`` is where roads are reached at best, None if it is the same.
    """

    hours: float
    area: Outline
    perhaps_area: Outline | None
    surely: tuple[ResolvedPlace, ...]
    perhaps: tuple[ResolvedPlace, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the band as a JSON object."""
        more = self.perhaps_area
        return {
            "hours": self.hours,
            "geometry": geometry_of(self.area.area),
            "tolerance_m": self.area.tolerance_m,
            "perhaps_geometry": None if more is None else geometry_of(more.area),
            "perhaps_tolerance_m": None if more is None else more.tolerance_m,
            "people": people(self.surely),
            "people_perhaps": people(self.perhaps),
            "places_without_population": sum(
                place.layer == "places" and population(place) is None for place in self.surely
            ),
            "counts": counts(self.surely),
            "counts_perhaps": counts(self.perhaps),
            "inside": [place.as_json() for place in self.surely],
            "perhaps": [place.as_json() for place in self.perhaps],
        }


@dataclass(frozen=True, slots=True)
class Reach:
    """Bands of hours, ascending, around hubs; each contains those before it."""

    heading: Heading
    hubs: tuple[ResolvedPlace, ...]
    bands: tuple[Band, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the table as a JSON object."""
        return {
            **self.heading.as_json(),
            "hubs": [hub.as_json() for hub in self.hubs],
            "bands": [band.as_json() for band in self.bands],
        }

    def as_text(self) -> str:
        """Return the table as text."""
        hubs = ", ".join(hub.name for hub in self.hubs)
        lines = [*self.heading.first_lines(f"REACH of {hubs}"), ""]
        for band in self.bands:
            inside = ", ".join(
                counted(count, layer.removesuffix("s"), layer)
                for layer, count in counts(band.surely).items()
            )
            line = f"within {band.hours:g} h: {counted(people(band.surely), 'person', 'people')}; {inside or 'nothing'}"
            if band.perhaps:
                line += f"; depends on time: {counted(people(band.perhaps), 'person', 'people')}, {counted(len(band.perhaps), 'place')}"
            lines.append(line)
        return "\n".join([*lines, "", *self.heading.last_lines()])

    def sheets(self) -> list[Sheet]:
        """Return a sheet of sums and one of places."""
        sums = [
            [
                band.hours,
                people(band.surely),
                len(band.surely),
                people(band.perhaps),
                len(band.perhaps),
            ]
            for band in self.bands
        ]
        listed, seen = [], set()
        for band in self.bands:
            for place in (*band.surely, *band.perhaps):
                key = (place.layer, place.id, place.position)
                if key not in seen:
                    sure = place in band.surely
                    seen.add(key) if sure else None
                    listed.append(
                        [place.id, place.name, place.layer, population(place), band.hours, sure]
                    )
        return [
            Sheet("reach", ("hours", "people", "places", "people perhaps", "places perhaps"), sums),
            Sheet("places", ("id", "name", "layer", "people", "within hours", "surely"), listed),
        ]

    def frame(self) -> gpd.GeoDataFrame:
        """Return one row a band with its area (EPSG:4326), the largest first, to be drawn so."""
        bands = self.bands[::-1]
        columns = {
            "hours": [band.hours for band in bands],
            "people": [people(band.surely) for band in bands],
            "places": [len(band.surely) for band in bands],
            "tolerance_m": [band.area.tolerance_m for band in bands],
        }
        return gpd.GeoDataFrame(
            columns, geometry=[band.area.area for band in bands], crs=STORAGE_CRS
        )


def reach(
    outlook: Outlook,
    hubs: Sequence[ResolvedPlace],
    hours: Sequence[float],
    places: Sequence[ResolvedPlace] = (),
) -> Reach:
    """Return what lies within some hours of the nearest of the hubs.

    Parameters
    ----------
    outlook : Outlook
        Vehicle, moment, policy and constraints.
    hubs : sequence of ResolvedPlace
        Where vehicles set out.
    hours : sequence of float
        Limits of the bands, rest included.
    places : sequence of ResolvedPlace
        Facilities and places to be looked for.

    Raises
    ------
    UsageError
        If there is no hub, no band, or too many of anything, or a band is not positive.
    """
    bands = _checked(hubs, hours, places)
    starts, stops = stops_of(outlook, hubs), stops_of(outlook, places)
    limits = Horizon(outlook).within(driving_ms(bands[-1]))
    quick = _Swept.of(limits.lower, starts, stops)
    slow = quick if limits.exact else _slow(limits, starts, stops)
    exact = _asked(outlook, starts, stops, quick, slow, [driving_ms(band) for band in bands])
    found = [_band(starts, stops, band, quick, slow, exact) for band in bands]
    heading = Heading.of(
        outlook,
        "reach",
        hubs=[hub.as_json() for hub in hubs],
        hours=list(bands),
        places=len(stops),
    )
    return Reach(heading, tuple(hubs), tuple(found))


def people(places: Sequence[ResolvedPlace]) -> int:
    """Return the sum of the known populations."""
    return sum(population(place) or 0 for place in places)


def counts(places: Sequence[ResolvedPlace]) -> dict[str, int]:
    """Return how many places of each layer there are."""
    layers = [place.layer or "positions" for place in places]
    return {layer: layers.count(layer) for layer in sorted(set(layers))}


@dataclass(frozen=True, eq=False)
class _Swept:
    """What it takes from the nearest hub to every vertex and to every place, in ms."""

    sight: Sight
    vertices: np.ndarray
    stops: Ints

    @classmethod
    def of(cls, sight: Sight, hubs: Stops, stops: Stops) -> _Swept:
        vertices = vertices_ms(sight, hubs)
        return cls(sight, vertices, gathered_ms(sight, hubs, stops, vertices))


def _slow(limits: Bounds, hubs: Stops, stops: Stops) -> _Swept | None:
    return None if limits.upper is None else _Swept.of(limits.upper, hubs, stops)


def _asked(
    outlook: Outlook,
    hubs: Stops,
    stops: Stops,
    quick: _Swept,
    slow: _Swept | None,
    most_ms: Sequence[int],
) -> dict[int, int]:
    """Return the exact time to places that a band has for sure only at some times."""
    if slow is quick:
        return {}
    late = np.full(len(stops), INFINITE) if slow is None else slow.stops
    open_rows = np.zeros(len(stops), np.bool_)
    for most in most_ms:
        open_rows |= (quick.stops <= most) & (late > most)
    return nearest_answered(outlook, hubs, stops, np.flatnonzero(open_rows), MOST_ASKED)


def _band(
    hubs: Stops,
    stops: Stops,
    band: float,
    quick: _Swept,
    slow: _Swept | None,
    exact: dict[int, int],
) -> Band:
    most = driving_ms(band)
    starts = first_metres(quick.sight, hubs, most)
    sure, perhaps = _inside(most, quick, slow, exact)
    best = outline(quick.sight, reached(quick.sight, quick.vertices, most), starts)
    surely, more = best, None
    if slow is None:
        nothing = np.full_like(quick.vertices, INFINITE)
        surely, more = outline(quick.sight, reached(quick.sight, nothing, most), starts), best
    elif not _same(quick, slow, most):
        surely, more = outline(slow.sight, reached(slow.sight, slow.vertices, most), starts), best
    return Band(
        band,
        surely,
        more,
        tuple(stops.places[row] for row in sure),
        tuple(stops.places[row] for row in perhaps),
    )


def _same(quick: _Swept, slow: _Swept, most: int) -> bool:
    """Tell whether the same roads are reached at best and for sure."""
    if slow is quick:
        return True
    there = quick.vertices <= most
    if not np.array_equal(quick.vertices[there], slow.vertices[there]):
        return False
    network = quick.sight.roads.network
    arcs = np.flatnonzero(there[network.arc_tail[: network.segment_arc_count]])
    fast, late = quick.sight.metric.weight_ms, slow.sight.metric.weight_ms
    return bool(np.array_equal(fast[arcs], late[arcs]))


def _inside(
    most: int, quick: _Swept, slow: _Swept | None, exact: dict[int, int]
) -> tuple[list[int], list[int]]:
    sure, perhaps = [], []
    for row in np.flatnonzero(quick.stops <= most).tolist():
        known = exact.get(row)
        if known is not None:
            if known <= most:
                sure.append(row)
        elif slow is not None and slow.stops[row] <= most:
            sure.append(row)
        else:
            perhaps.append(row)
    return sure, perhaps


def _checked(
    hubs: Sequence[ResolvedPlace], hours: Sequence[float], places: Sequence[ResolvedPlace]
) -> tuple[float, ...]:
    bands = tuple(sorted(set(hours)))
    for what, count, most in (
        ("hubs", len(hubs), MOST_HUBS),
        ("bands", len(bands), MOST_BANDS),
    ):
        if not 1 <= count <= most:
            raise UsageError(f"{count} {what} were given.", do_next=f"Give 1 to {most}.")
    if len(places) > MOST_PLACES:
        raise UsageError(
            f"{len(places):,} places were given.", do_next=f"Give at most {MOST_PLACES:,}."
        )
    if not all(0 < band <= MOST_HOURS for band in bands):
        raise UsageError(
            f"The hours must be above 0 and at most {MOST_HOURS:g}.",
            do_next="Give hours of the way with rest, as 2, 4 and 8.",
        )
    return bands
