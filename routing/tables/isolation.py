"""Isolation: places and people that are cut off from which hubs, since when, and what restores them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from lca.errors import UsageError
from lca.geo import STORAGE_CRS
from lca.instant import format_minute
from routing.engine.metric import INFINITE
from routing.outlook import Outlook
from routing.place import ResolvedPlace

from .bounds import Horizon, plain
from .costs import Ints, hours, matrix_ms
from .exact import answered_ms
from .heading import Heading, counted
from .reach import people
from .restoring import Restored, restoring
from .sheet import Sheet
from .stops import Stops, population, stops_of

MOST_HUBS = 100
MOST_PLACES = 50_000
MOST_ASKED = 200
"""So many pairs of hub and place that depend on rules of time are answered one by one."""

Flags = NDArray[np.bool_]


class Standing(StrEnum):
    """How a place stands to the hubs."""

    REACHED = "reached"
    """Every hub that could reach it without constraints does."""
    PARTLY_CUT_OFF = "partly_cut_off"
    """Some hub reaches it; another does not because of constraints."""
    CUT_OFF = "cut_off"
    """No hub reaches it, and without constraints one would."""
    NO_ROAD = "no_road"
    """No hub reaches it even without constraints: the road data has no way for this vehicle."""
    DEPENDS_ON_TIME = "depends_on_time"
    """Rules of time decide it, and it was not asked for alone."""


@dataclass(frozen=True, slots=True)
class PlaceStanding:
    """One place: how it stands now and before, which hubs it lost, and how far the nearest one is.

    ``hours`` (with rest) is None without a way, or where it depends on the time of departure.
    """

    place: ResolvedPlace
    standing: Standing
    before: Standing
    lost_hubs: tuple[str, ...]
    hours: float | None
    hours_before: float | None

    @property
    def newly_cut_off(self) -> bool:
        """Whether it is cut off now and was not before."""
        return self.standing is Standing.CUT_OFF and self.before in {
            Standing.REACHED,
            Standing.PARTLY_CUT_OFF,
        }

    @property
    def newly_reached(self) -> bool:
        """Whether it was cut off before and is not now."""
        return self.before is Standing.CUT_OFF and self.standing in {
            Standing.REACHED,
            Standing.PARTLY_CUT_OFF,
        }

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            **self.place.as_json(),
            "population": population(self.place),
            "standing": self.standing.value,
            "before": self.before.value,
            "newly_cut_off": self.newly_cut_off,
            "newly_reached": self.newly_reached,
            "lost_hubs": list(self.lost_hubs),
            "hours": None if self.hours is None else round(self.hours, 2),
            "hours_before": None if self.hours_before is None else round(self.hours_before, 2),
        }


@dataclass(frozen=True, slots=True)
class Isolation:
    """Places and how they stand to hubs, now and before; what restores them.

    ``before_what`` says with what it is compared. ``restored`` lists constraints, or sets of them,
    whose lifting would reconnect places to a hub; ``truncated`` says whether some were not tried.
    """

    heading: Heading
    hubs: tuple[ResolvedPlace, ...]
    before_what: str
    rows: tuple[PlaceStanding, ...]
    restored: tuple[Restored, ...]
    truncated: bool

    def of(self, standing: Standing) -> tuple[ResolvedPlace, ...]:
        """Return the places that stand so."""
        return tuple(row.place for row in self.rows if row.standing is standing)

    def as_json(self) -> dict[str, Any]:
        """Return the table as a JSON object."""
        fresh = [row.place for row in self.rows if row.newly_cut_off]
        back = [row.place for row in self.rows if row.newly_reached]
        return {
            **self.heading.as_json(),
            "hubs": [hub.as_json() for hub in self.hubs],
            "compared_with": self.before_what,
            "totals": {
                standing.value: {"places": len(found), "people": people(found)}
                for standing in Standing
                for found in [self.of(standing)]
            },
            "newly_cut_off": {"places": len(fresh), "people": people(fresh)},
            "newly_reached": {"places": len(back), "people": people(back)},
            "population_unknown": sum(population(row.place) is None for row in self.rows),
            "places": [row.as_json() for row in self.rows],
            "restored_by": [item.as_json() for item in self.restored],
            "restored_by_truncated": self.truncated,
        }

    def as_text(self) -> str:
        """Return the table as text."""
        body = self.as_json()
        hubs = ", ".join(hub.name for hub in self.hubs)
        lines = [*self.heading.first_lines(f"ISOLATION from {hubs}"), ""]
        for standing, sums in body["totals"].items():
            if sums["places"]:
                lines.append(
                    f"{standing.replace('_', ' '):16} {sums['places']:>6,} "
                    f"{'place' if sums['places'] == 1 else 'places':6} {sums['people']:>10,} people"
                )
        fresh = body["newly_cut_off"]
        lines.append(
            f"Compared with {self.before_what}: {counted(fresh['places'], 'place')} and "
            f"{counted(fresh['people'], 'person', 'people')} newly cut off"
        )
        lines += [
            f"  - {row.place.name}: {row.standing.value.replace('_', ' ')}"
            for row in self._cut()[:20]
        ]
        if len(self._cut()) > 20:
            lines.append(f"  … and {len(self._cut()) - 20:,} more")
        if self.restored:
            lines += ["", "What would restore them:"]
            lines += [f"  - {item.as_text()}" for item in self.restored[:10]]
        if self.truncated:
            lines.append("  (not every constraint was tried)")
        return "\n".join([*lines, "", *self.heading.last_lines()])

    def sheets(self) -> list[Sheet]:
        """Return a sheet of places and one of what restores them."""
        places = [
            [
                row.place.id,
                row.place.name,
                row.place.layer,
                population(row.place),
                row.standing.value,
                row.before.value,
                ", ".join(row.lost_hubs),
                None if row.hours is None else round(row.hours, 2),
                None if row.hours_before is None else round(row.hours_before, 2),
            ]
            for row in self.rows
        ]
        columns = (
            "id",
            "name",
            "layer",
            "people",
            "standing",
            "before",
            "lost hubs",
            "hours",
            "hours before",
        )
        lifts = [[item.title, item.places, item.people] for item in self.restored]
        return [
            Sheet("isolation", columns, places),
            Sheet("restored by", ("lifting", "places", "people"), lifts),
        ]

    def frame(self) -> gpd.GeoDataFrame:
        """Return one row a place, as a point in EPSG:4326."""
        told = [row.as_json() for row in self.rows]
        names = [
            "id", "name", "layer", "population", "standing", "before", "newly_cut_off", "hours",
            "hours_before",
        ]  # fmt: skip
        columns: dict[str, list[Any]] = {name: [row[name] for row in told] for name in names}
        columns["lost_hubs"] = [", ".join(row.lost_hubs) for row in self.rows]
        points = [row.place.position.point for row in self.rows]
        return gpd.GeoDataFrame(columns, geometry=points, crs=STORAGE_CRS)

    def _cut(self) -> list[PlaceStanding]:
        wanted = {Standing.CUT_OFF, Standing.PARTLY_CUT_OFF, Standing.DEPENDS_ON_TIME}
        rows = [row for row in self.rows if row.standing in wanted]
        return sorted(rows, key=lambda row: -(population(row.place) or 0))


def isolation(
    outlook: Outlook,
    hubs: Sequence[ResolvedPlace],
    places: Sequence[ResolvedPlace],
    before: Outlook | None = None,
) -> Isolation:
    """Return which places are cut off from which hubs.

    Parameters
    ----------
    outlook : Outlook
        Vehicle, moment, policy and constraints.
    hubs, places : sequence of ResolvedPlace
        Where help comes from, and where it goes.
    before : Outlook, optional
        What it is compared with, as the state of yesterday; the roads without any constraint if
        it is not given.

    Raises
    ------
    UsageError
        If there is no hub, or too many of anything.
    """
    _check(hubs, places)
    starts, stops = stops_of(outlook, hubs), stops_of(outlook, places)
    plain_ms = matrix_ms(plain(outlook), starts, stops)
    now = _standings(outlook, starts, stops, plain_ms < INFINITE)
    if before is None:
        then = _without_constraints(plain_ms)
        what = "the roads without any constraint"
    else:
        starts_then, stops_then = stops_of(before, hubs), stops_of(before, places)
        possible = matrix_ms(plain(before), starts_then, stops_then) < INFINITE
        then = _standings(before, starts_then, stops_then, possible)
        what = _words(before)
    cut = np.array([standing is Standing.CUT_OFF for standing in now.standing], np.bool_)
    restored, truncated = restoring(outlook, starts, stops, cut)
    names = [hub.id or hub.name for hub in hubs]
    rows = tuple(
        PlaceStanding(
            place,
            now.standing[row],
            then.standing[row],
            tuple(name for name, lost in zip(names, now.lost[:, row], strict=True) if lost),
            now.hours(row),
            then.hours(row),
        )
        for row, place in enumerate(stops.places)
    )
    heading = Heading.of(
        outlook,
        "isolation",
        hubs=[hub.as_json() for hub in hubs],
        places=len(places),
        compared_with=what,
    )
    return Isolation(heading, tuple(hubs), what, rows, restored, truncated)


@dataclass(frozen=True, eq=False)
class _Standings:
    """How all places stand: one word each, hubs lost (rows), and the time from the nearest."""

    standing: list[Standing]
    lost: Flags
    nearest_h: NDArray[np.float64]
    exact: Flags

    def hours(self, row: int) -> float | None:
        """Return the hours to one place, None if there is no way or it is not exactly known."""
        hours_ = self.nearest_h[row]
        return float(hours_) if self.exact[row] and not np.isnan(hours_) else None


def _standings(outlook: Outlook, hubs: Stops, stops: Stops, possible: Flags) -> _Standings:
    least, most = Horizon(outlook).times(lambda sight: matrix_ms(sight, hubs, stops))
    for hub, row in np.argwhere((least < INFINITE) & (most >= INFINITE))[:MOST_ASKED].tolist():
        least[hub, row] = most[hub, row] = answered_ms(outlook, hubs, hub, stops, row)
    reached = most < INFINITE
    open_ = (least < INFINITE) & ~reached
    possible = possible | reached | open_
    nearest = least.min(axis=0)
    return _Standings(
        _words_of(possible, reached, open_),
        possible & ~reached & ~open_,
        hours(nearest),
        nearest == most.min(axis=0),
    )


def _words_of(possible: Flags, reached: Flags, open_: Flags) -> list[Standing]:
    """Return how each place (column) stands to the hubs."""
    some = reached.any(axis=0)
    words = np.where((reached | ~possible).all(axis=0), Standing.REACHED, Standing.PARTLY_CUT_OFF)
    words = np.where(
        some, words, np.where(open_.any(axis=0), Standing.DEPENDS_ON_TIME, Standing.CUT_OFF)
    )
    words = np.where(possible.any(axis=0), words, Standing.NO_ROAD)
    return [Standing(word) for word in words.tolist()]


def _without_constraints(times: Ints) -> _Standings:
    possible = times < INFINITE
    none = np.zeros_like(possible)
    exact = np.ones(times.shape[1], np.bool_)
    return _Standings(_words_of(possible, possible, none), none, hours(times.min(axis=0)), exact)


def _words(before: Outlook) -> str:
    known = format_minute(before.inputs.heads.as_of)
    words = f"a departure at {format_minute(before.at)}, known as of {known}"
    return f"{words}, hypothetical" if before.terms.hypothetical else words


def _check(hubs: Sequence[ResolvedPlace], places: Sequence[ResolvedPlace]) -> None:
    if not 1 <= len(hubs) <= MOST_HUBS:
        raise UsageError(f"{len(hubs)} hubs were given.", do_next=f"Give 1 to {MOST_HUBS}.")
    if not 1 <= len(places) <= MOST_PLACES:
        raise UsageError(
            f"{len(places):,} places were given.", do_next=f"Give 1 to {MOST_PLACES:,}."
        )
