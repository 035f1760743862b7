"""Critical links: roads ranked by the people and places that their loss cuts off or delays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from lca.errors import UsageError
from lca.geo import STORAGE_CRS
from routing.engine.metric import INFINITE
from routing.network import RoadNetwork
from routing.outlook import Outlook
from routing.place import ResolvedPlace
from routing.way import REST_SHARE

from .bounds import Horizon, Sight
from .costs import nearest_ms
from .dependence import Dependence, served_ways
from .estimate import Estimate
from .heading import Heading, counted
from .sheet import Sheet
from .stops import Stops, stops_of
from .stretches import length_km, shape, street, stretches

MOST_HUBS = 100
MOST_PLACES = 50_000
MOST_STOPS = 2_000
"""Of more places than this so many draws are made by lot, people by people."""
MOST_LINKS = 5_000
MOST_LINKS_LARGE = 200
"""Links whose loss is worked out, on small networks and on a country's: each is a metric."""
_LARGE_ARCS = 200_000
SEED = 20261122

Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Link:
    """A stretch of road and what its loss in both directions does to the places beyond it.

    A place that lies within the stretch itself is not counted, and a hub there can leave: where on
    it the loss is decides. The numbers are of people and places as they are served from the nearest hub.
    """

    street: str
    segment_ids: tuple[str, ...]
    length_km: float
    people_cut_off: Estimate
    places_cut_off: int
    people_delayed: Estimate
    places_delayed: int
    person_hours: Estimate
    longest_delay_h: float
    geometry: BaseGeometry

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object, without its geometry."""
        return {
            "street": self.street,
            "segment_ids": list(self.segment_ids),
            "length_km": round(self.length_km, 3),
            "people_cut_off": self.people_cut_off.as_json(),
            "places_cut_off": self.places_cut_off,
            "people_delayed": self.people_delayed.as_json(),
            "places_delayed": self.places_delayed,
            "person_hours": self.person_hours.as_json(),
            "longest_delay_h": round(self.longest_delay_h, 2),
        }


@dataclass(frozen=True, slots=True)
class Critical:
    """Links, the gravest first.

    ``links_used`` lie on a way from the nearest hub to a place, ``links_tried`` of them were lost
    one by one; the loss of any other concerns at most ``others_at_most`` people. ``draws`` is the
    size of the sample, 0 where every place was looked at, so that the numbers are exact.
    """

    heading: Heading
    hubs: tuple[ResolvedPlace, ...]
    links: tuple[Link, ...]
    links_used: int
    links_tried: int
    others_at_most: float
    draws: int
    places_unreached: int
    timed: bool

    @property
    def method(self) -> str:
        """How the numbers came about, in a sentence."""
        tried = "Rules of time count as at departure. " if self.timed else ""
        tried += (
            f"{self.links_tried:,} of {self.links_used:,} links that ways use were lost in turn"
        )
        if self.links_tried < self.links_used:
            tried += f"; any other concerns at most {self.others_at_most:,.0f} people"
        if not self.draws:
            return f"{tried}; every place was looked at, so the numbers are exact."
        return (
            f"{tried}; people are estimated from {self.draws:,} draws by lot (seed {SEED}), "
            "with intervals that hold 19 times of 20 for each link."
        )

    def as_json(self) -> dict[str, Any]:
        """Return the table as a JSON object."""
        return {
            **self.heading.as_json(),
            "hubs": [hub.as_json() for hub in self.hubs],
            "method": self.method,
            "exact": not self.draws,
            "seed": SEED,
            "draws": self.draws,
            "links_used": self.links_used,
            "links_tried": self.links_tried,
            "others_at_most": round(self.others_at_most, 2),
            "places_unreached": self.places_unreached,
            "links": [link.as_json() for link in self.links],
        }

    def as_text(self) -> str:
        """Return the table as text."""
        hubs = ", ".join(hub.name for hub in self.hubs)
        lines = [*self.heading.first_lines(f"CRITICAL LINKS from {hubs}"), ""]
        for number, link in enumerate(self.links, 1):
            lines.append(
                f"{number:>3}. {link.street}, {link.length_km:.2f} km: cuts off "
                f"{link.people_cut_off.as_text()} people in {counted(link.places_cut_off, 'place')}; delays "
                f"{link.people_delayed.as_text()} people, {link.person_hours.as_text()} person-hours"
            )
        return "\n".join([*lines, "", self.method, *self.heading.last_lines()])

    def sheets(self) -> list[Sheet]:
        """Return one sheet of links."""
        columns = (
            "rank", "street", "km", "people cut off", "at least", "at most", "places cut off",
            "people delayed", "places delayed", "person-hours", "longest delay (h)", "segments",
        )  # fmt: skip
        rows = [
            [
                number,
                link.street,
                round(link.length_km, 3),
                *(
                    round(value)
                    for value in (
                        link.people_cut_off.value,
                        link.people_cut_off.low,
                        link.people_cut_off.high,
                    )
                ),
                link.places_cut_off,
                round(link.people_delayed.value),
                link.places_delayed,
                round(link.person_hours.value, 1),
                round(link.longest_delay_h, 2),
                ", ".join(link.segment_ids),
            ]
            for number, link in enumerate(self.links, 1)
        ]
        return [Sheet("critical", columns, rows), Sheet("method", ("method",), [[self.method]])]

    def frame(self) -> gpd.GeoDataFrame:
        """Return one row a link with its lines (EPSG:4326)."""
        columns = {
            "rank": list(range(1, len(self.links) + 1)),
            "street": [link.street for link in self.links],
            "length_km": [round(link.length_km, 3) for link in self.links],
            "people_cut_off": [round(link.people_cut_off.value) for link in self.links],
            "places_cut_off": [link.places_cut_off for link in self.links],
            "people_delayed": [round(link.people_delayed.value) for link in self.links],
            "person_hours": [round(link.person_hours.value, 1) for link in self.links],
        }
        shapes = [link.geometry for link in self.links]
        return gpd.GeoDataFrame(columns, geometry=shapes, crs=STORAGE_CRS)


def critical(
    outlook: Outlook,
    hubs: Sequence[ResolvedPlace],
    places: Sequence[ResolvedPlace],
    *,
    listed: int = 20,
    most_links: int | None = None,
    most_stops: int = MOST_STOPS,
) -> Critical:
    """Return the links whose loss is the gravest, each lost alone, at departure.

    Every link on a best way from the nearest hub to a place is a candidate; the loss of any other
    changes no time. Where there are more than can be tried, those with the most people behind
    them are: nobody else than these people can be cut off.

    Parameters
    ----------
    outlook : Outlook
        Vehicle, moment, policy and constraints.
    hubs, places : sequence of ResolvedPlace
        Where help comes from, and where it goes.
    listed : int
        How many links are returned.
    most_links : int, optional
        How many links are tried; :data:`MOST_LINKS`, or on a country's network
        :data:`MOST_LINKS_LARGE`.
    most_stops : int
        Above so many places, so many draws are made instead, in proportion to people.

    Raises
    ------
    UsageError
        If there is no hub or place, or too many of anything.
    """
    _check(hubs, places, listed)
    starts, stops, draws = stops_of(outlook, hubs), stops_of(outlook, places), 0
    weight = stops.people
    total = int(weight.sum())
    if len(stops) > most_stops:
        stops, weight, draws = _drawn(stops, most_stops)
    horizon = Horizon(outlook)
    sight = horizon.now
    ways = served_ways(sight, starts, stops)
    behind = Dependence.of(ways, weight, whole=True)
    small = sight.roads.network.arc_count <= _LARGE_ARCS
    budget = most_links or (MOST_LINKS if small else MOST_LINKS_LARGE)
    order = np.lexsort((behind.segment, -behind.ways, -behind.people))
    tried = behind.segment[order[:budget]]
    rest = behind.people[order[budget:]]
    losses = _Losses(sight, starts, stops, weight, draws, total)
    links = losses.links(tried, listed)
    others = int(rest.max(initial=0))
    bound = Estimate.of_share(others, draws, total).high if draws and len(rest) else others
    heading = Heading.of(
        outlook,
        "critical",
        hubs=[hub.as_json() for hub in hubs],
        places=len(places),
        listed=listed,
    )
    return Critical(
        heading,
        tuple(hubs),
        tuple(links),
        len(behind.segment),
        len(tried),
        float(bound),
        draws,
        len(stops) - len(ways),
        not horizon.within(max((way.time_ms for way in ways), default=0)).exact,
    )


def _drawn(stops: Stops, draws: int) -> tuple[Stops, Ints, int]:
    """Return stops drawn by lot with a chance as their people, and how often each was drawn."""
    people = stops.people.astype(np.float64)
    chance = people / people.sum() if people.sum() else np.full(len(stops), 1 / len(stops))
    drawn = np.random.default_rng(SEED).choice(len(stops), draws, p=chance)
    rows, times = np.unique(drawn, return_counts=True)
    return stops.chosen(rows), times.astype(np.int64), draws


@dataclass(frozen=True, eq=False)
class _Lost:
    """What the loss of one segment does: rows of stops cut off and delayed, with their delays."""

    segment: int
    cut: Ints
    delayed: Ints
    delay_h: NDArray[np.float64]

    @property
    def says(self) -> tuple[Any, ...]:
        """What two segments in a row have in common if their loss does the same."""
        return self.cut.tobytes(), self.delayed.tobytes(), np.round(self.delay_h, 2).tobytes()


class _Losses:
    """Loses segments one by one; ``weight`` is people a stop, or how often it was drawn."""

    def __init__(
        self, sight: Sight, hubs: Stops, stops: Stops, weight: Ints, draws: int, total: int
    ) -> None:
        self._sight, self._hubs, self._stops = sight, hubs, stops
        self._weight, self._draws, self._total = weight, draws, total
        self._base = nearest_ms(sight, hubs, stops)

    def links(self, segments: Ints, listed: int) -> list[Link]:
        """Return the gravest links among some segments, neighbours with the same loss as one."""
        network = self._sight.roads.network
        lost = [
            loss for loss in map(self._lost, segments.tolist()) if len(loss.cut) + len(loss.delayed)
        ]
        groups = stretches(network, [loss.segment for loss in lost], [loss.says for loss in lost])
        graded = [
            (self._grade(lost[group[0]]), [lost[place] for place in group]) for group in groups
        ]
        graded.sort(key=lambda item: (*item[0], item[1][0].segment))
        return [self._link(network, group) for _, group in graded[:listed]]

    def _lost(self, segment: int) -> _Lost:
        arcs = np.array([2 * segment, 2 * segment + 1])
        metric = self._sight.metric.updated(arcs, np.full(2, INFINITE, np.uint32))
        after = nearest_ms(replace(self._sight, metric=metric), self._hubs, self._stops)
        inside = (self._stops.fraction > 0.0) & (self._stops.fraction < 1.0)
        concerned = (self._base < INFINITE) & ~(inside & (self._stops.segment == segment))
        cut = concerned & (after >= INFINITE)
        delayed = np.flatnonzero(concerned & ~cut & (after > self._base))
        delay_h = (after - self._base)[delayed] / 3_600_000 * (1 + REST_SHARE)
        return _Lost(segment, np.flatnonzero(cut), delayed, delay_h)

    def _grade(self, loss: _Lost) -> tuple[float, float, float]:
        weight = self._weight
        delay = float((weight[loss.delayed] * loss.delay_h).sum())
        return -float(weight[loss.cut].sum()), -float(len(loss.cut)), -delay

    def _link(self, network: RoadNetwork, group: Sequence[_Lost]) -> Link:
        rows, loss = [item.segment for item in group], group[0]
        return Link(
            street(network, rows[0]),
            tuple(network.segments.id_at(row) for row in sorted(rows)),
            length_km(network, rows),
            self._people(loss.cut),
            len(loss.cut),
            self._people(loss.delayed),
            len(loss.delayed),
            self._person_hours(loss),
            float(loss.delay_h.max(initial=0.0)),
            shape(network, sorted(rows)),
        )

    def _people(self, rows: Ints) -> Estimate:
        hits = int(self._weight[rows].sum())
        if not self._draws:
            return Estimate.exact(hits)
        return Estimate.of_share(hits, self._draws, self._total)

    def _person_hours(self, loss: _Lost) -> Estimate:
        if not self._draws:
            return Estimate.exact(float((self._weight[loss.delayed] * loss.delay_h).sum()))
        by_stop = np.zeros(len(self._stops))
        by_stop[loss.delayed] = loss.delay_h
        return Estimate.of_mean(np.repeat(by_stop, self._weight), self._total)


def _check(hubs: Sequence[ResolvedPlace], places: Sequence[ResolvedPlace], listed: int) -> None:
    for what, count, most in (
        ("hubs", len(hubs), MOST_HUBS),
        ("places", len(places), MOST_PLACES),
        ("links to list", listed, 1_000),
    ):
        if not 1 <= count <= most:
            raise UsageError(f"{count:,} {what} were given.", do_next=f"Give 1 to {most:,}.")
