"""The distance and travel-time matrix of a logistics capacity assessment, for one vehicle and date."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from lca.effect import Outcome
from lca.errors import UsageError
from lca.geo import STORAGE_CRS, LonLat
from lca.vehicle import VehicleClass
from lca.vocab import Verdict
from routing.effects import ArcEffects
from routing.engine.metric import INFINITE
from routing.facilities import judge_ends
from routing.outlook import Outlook
from routing.place import ResolvedPlace

from .bounds import Horizon, Sight, plain
from .costs import Ints, hours, joined, matrix_ms
from .heading import Heading
from .sheet import Sheet
from .stops import Stops, stops_of

Flags = NDArray[np.bool_]

MOST_CELLS = 1_000_000
MOST_WAYS = 10_000
"""So many cells may be asked for with kilometres: each is a whole answer."""
WAYS_UP_TO = 400
"""Without a wish, tables up to this size (20 x 20) have kilometres."""
MOST_ASKED = 200
"""So many cells of a table of hours that depend on time are answered one by one."""


@dataclass(frozen=True, slots=True)
class Cell:
    """What is known of one way.

    ``verdict`` is None where there is a way but nobody has looked what lies on it. ``hours`` (with
    rest and waits) and ``km`` are None without a way; ``km`` also where it was not asked for.
    With ``depends_on_time`` only the range is known, and ``most_h`` is None if it may be closed.
    """

    verdict: Verdict | None
    hours: float | None = None
    km: float | None = None
    depends_on_time: bool = False
    least_h: float | None = None
    most_h: float | None = None

    def words(self, driving_day_h: float) -> str:
        """Return the time as an assessment writes it: ``8 Hours``, ``3 Days``."""
        if self.depends_on_time:
            return "depends on time"
        if self.hours is None:
            return "unknown" if self.verdict is Verdict.UNKNOWN else "no way"
        return time_words(self.hours, driving_day_h)

    def as_json(self, driving_day_h: float) -> dict[str, Any]:
        """Return the cell as a JSON object."""
        days = None if self.hours is None else round(self.hours / driving_day_h, 2)
        return {
            "verdict": None if self.verdict is None else self.verdict.value,
            "hours": _rounded(self.hours),
            "days": days,
            "km": _rounded(self.km),
            "words": self.words(driving_day_h),
            "depends_on_time": self.depends_on_time,
            "least_h": _rounded(self.least_h),
            "most_h": _rounded(self.most_h),
        }


@dataclass(frozen=True, slots=True)
class Matrix:
    """Times and lengths between places; ``cells`` is one row an origin.

    ``with_ways`` says whether every cell is a whole answer, with kilometres and conditions.
    """

    heading: Heading
    origins: tuple[ResolvedPlace, ...]
    destinations: tuple[ResolvedPlace, ...]
    cells: tuple[tuple[Cell, ...], ...]
    with_ways: bool

    @property
    def driving_day_h(self) -> float:
        """Hours of a working day, by which days are counted."""
        return self.heading.policy.driving_day_h

    def as_json(self) -> dict[str, Any]:
        """Return the table as a JSON object."""
        return {
            **self.heading.as_json(),
            "origins": [place.as_json() for place in self.origins],
            "destinations": [place.as_json() for place in self.destinations],
            "with_ways": self.with_ways,
            "depends_on_time": sum(cell.depends_on_time for row in self.cells for cell in row),
            "cells": [[cell.as_json(self.driving_day_h) for cell in row] for row in self.cells],
        }

    def as_text(self) -> str:
        """Return the table as text."""
        lines = [*self.heading.first_lines("TRAVEL TIMES"), ""]
        lines += _grid(self._rows("words"))
        if self.with_ways:
            lines += ["", "Kilometres:", *_grid(self._rows("km"))]
        return "\n".join([*lines, "", *self.heading.last_lines()])

    def sheets(self) -> list[Sheet]:
        """Return the sheets of the workbook: words, hours, kilometres, verdicts."""
        kinds = ["travel time", "hours", *(["km"] if self.with_ways else []), "verdict"]
        pages = [self._rows("words" if kind == "travel time" else kind) for kind in kinds]
        return [
            Sheet(kind, tuple(page[0]), page[1:]) for kind, page in zip(kinds, pages, strict=True)
        ]

    def frame(self) -> gpd.GeoDataFrame:
        """Return one row a pair, with a straight line between its places (EPSG:4326)."""
        pairs = [
            (origin, destination, cell)
            for origin, row in zip(self.origins, self.cells, strict=True)
            for destination, cell in zip(self.destinations, row, strict=True)
        ]
        columns = {
            "origin": [origin.id or origin.name for origin, _, _ in pairs],
            "destination": [end.id or end.name for _, end, _ in pairs],
        }
        told = [cell.as_json(self.driving_day_h) for _, _, cell in pairs]
        names = Cell(None).as_json(self.driving_day_h)
        columns |= {name: [cell[name] for cell in told] for name in names}
        lines = [
            shapely.LineString([_xy(origin.position), _xy(end.position)])
            for origin, end, _ in pairs
        ]
        return gpd.GeoDataFrame(columns, geometry=lines, crs=STORAGE_CRS)

    def _rows(self, kind: str) -> list[list[Any]]:
        head = ["", *(place.name for place in self.destinations)]
        body = [
            [origin.name, *(self._shown(kind, cell) for cell in row)]
            for origin, row in zip(self.origins, self.cells, strict=True)
        ]
        return [head, *body]

    def _shown(self, kind: str, cell: Cell) -> Any:
        if kind == "words":
            return cell.words(self.driving_day_h)
        if kind == "verdict":
            return "not judged" if cell.verdict is None else cell.verdict.value
        number = cell.hours if kind == "hours" else cell.km
        return cell.words(self.driving_day_h) if number is None else _rounded(number)


def matrix(
    outlook: Outlook,
    origins: Sequence[ResolvedPlace],
    destinations: Sequence[ResolvedPlace],
    *,
    ways: bool | None = None,
) -> Matrix:
    """Return times, and on request lengths, between places.

    Parameters
    ----------
    outlook : Outlook
        Vehicle, moment, policy and constraints.
    origins, destinations : sequence of ResolvedPlace
        Rows and columns.
    ways : bool, optional
        Whether each cell is a whole answer, with kilometres and the conditions on its way; without
        a wish where there are at most :data:`WAYS_UP_TO` cells.

    Raises
    ------
    UsageError
        If there are too many cells.
    """
    count = len(origins) * len(destinations)
    wanted = count <= WAYS_UP_TO if ways is None else ways
    most = MOST_WAYS if wanted else MOST_CELLS
    if count > most:
        raise UsageError(
            f"A matrix of {len(origins):,} x {len(destinations):,} has more than {most:,} cells.",
            do_next="Ask in parts" + (", or for hours alone." if wanted else "."),
        )
    rows, columns = stops_of(outlook, origins), stops_of(outlook, destinations)
    cells = _answered(outlook, rows, columns) if wanted else _timed(outlook, rows, columns)
    heading = Heading.of(
        outlook,
        "matrix",
        origins=[place.as_json() for place in origins],
        destinations=[place.as_json() for place in destinations],
        ways=wanted,
    )
    return Matrix(heading, tuple(origins), tuple(destinations), cells, wanted)


def time_words(hours_: float, driving_day_h: float) -> str:
    """Return hours as an assessment writes them: up to a working day in hours, else in days."""
    if hours_ < 1:
        return f"{round(hours_ * 60)} min"
    if round(hours_) <= driving_day_h:
        return f"{round(hours_)} Hour{'' if round(hours_) == 1 else 's'}"
    days = math.ceil(hours_ / driving_day_h - 1e-9)
    return f"{days} Day{'' if days == 1 else 's'}"


def _answered(outlook: Outlook, rows: Stops, columns: Stops) -> tuple[tuple[Cell, ...], ...]:
    """Return every cell as the single answer gives it."""
    return tuple(
        tuple(
            answered(outlook, rows.places[i], columns.places[j])
            if rows.on_road[i] and columns.on_road[j]
            else Cell(Verdict.UNKNOWN)
            for j in range(len(columns))
        )
        for i in range(len(rows))
    )


def answered(outlook: Outlook, origin: ResolvedPlace, destination: ResolvedPlace) -> Cell:
    """Return a cell as the single answer gives it."""
    finding = outlook.finding(origin, destination)
    way = finding.way
    if way is None:
        return Cell(finding.verdict)
    hours_ = (way.arrival(outlook.at) - outlook.at).total_seconds() / 3600
    return Cell(finding.verdict, hours_, way.length_km)


def _timed(outlook: Outlook, rows: Stops, columns: Stops) -> tuple[tuple[Cell, ...], ...]:
    """Return the cells of many ways at once; those that depend on time are asked one by one."""
    horizon = Horizon(outlook)
    lower, upper = horizon.times(lambda sight: matrix_ms(sight, rows, columns))
    blocked, road_less = _without_way(outlook, horizon.now, rows, columns, lower)
    closed = _closed(outlook, columns)
    assessed = None if outlook.assessed else Verdict.UNKNOWN
    least, most = hours(lower), hours(upper).tolist()
    exact = (lower == upper) & ~blocked & ~road_less & ~np.array(closed, np.bool_)
    asked = 0
    cells = []
    for i, row_h in enumerate(least.tolist()):
        row = []
        for j, (hours_, known) in enumerate(zip(row_h, exact[i].tolist(), strict=True)):
            if known:
                cell = Cell(assessed, hours_)
            elif road_less[i, j]:
                cell = Cell(Verdict.UNKNOWN)
            elif blocked[i, j] or closed[j]:
                cell = Cell(Verdict.NOT_VIABLE)
            elif asked < MOST_ASKED:
                asked += 1
                cell = answered(outlook, rows.places[i], columns.places[j])
            else:
                slow = None if math.isnan(most[i][j]) else most[i][j]
                cell = Cell(None, depends_on_time=True, least_h=hours_, most_h=slow)
            row.append(cell)
        cells.append(tuple(row))
    return tuple(cells)


def _without_way(
    outlook: Outlook, now: Sight, rows: Stops, columns: Stops, lower: Ints
) -> tuple[Flags, Flags]:
    """Return where something known blocks every way, and where the road data has none."""
    none = lower >= INFINITE
    road_less = ~(rows.on_road[:, None] & columns.on_road[None, :])
    if (none & ~road_less).any():
        open_ms = matrix_ms(plain(outlook), rows, columns)
        without = none & ~road_less & (open_ms >= INFINITE)
        if without.any():
            # Rules of the road, which are known, bar the only ways; or there are no roads.
            every = outlook.shelf.least_closed(
                outlook.roads, ArcEffects.none(), breaking_rules=True
            )
            road_less |= without & ~joined(now, every, rows, columns)
    return none & ~road_less, road_less


def _closed(outlook: Outlook, columns: Stops) -> list[bool]:
    """Tell for each destination whether it is closed, whoever comes."""
    nowhere = ResolvedPlace(None, None, "", LonLat(0.0, 0.0))
    return [bars(nowhere, place, outlook.vehicle) for place in columns.places]


def bars(origin: ResolvedPlace, destination: ResolvedPlace, vehicle: VehicleClass) -> bool:
    """Tell whether an end of a way is closed, so that it is not viable."""
    return any(item.outcome is Outcome.BLOCKS for item in judge_ends(origin, destination, vehicle))


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)


def _xy(position: LonLat) -> tuple[float, float]:
    return position.lon, position.lat


def _grid(rows: list[list[Any]]) -> list[str]:
    """Return rows as text in columns."""
    shown = [["" if value is None else str(value) for value in row] for row in rows]
    widths = [max(len(row[index]) for row in shown) for index in range(len(shown[0]))]
    return [
        "  ".join(text.ljust(width) for text, width in zip(row, widths, strict=True)).rstrip()
        for row in shown
    ]
