"""Join the matrices of a document into travel legs: one row for each directed pair."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lca.ingest.headings import Column
from lca.ingest.plan import PlannedSheet
from lca.ingest.sheets import kind_of_layer
from lca.ingest.wire import Cell, Sheet, SheetRow
from lca.issues import Issue, Severity
from lca.record import fields_of
from lca.travelleg import TravelLeg

from .grids import Grid, Pair, kilometres, time_of

_TARGETS = (
    ("From", "place_from"),
    ("To", "place_to"),
    ("Distance", "distance_km"),
    ("Travel time", "travel_time_h"),
    ("Travel time, as written", "travel_time_as_written"),
    ("Season", "season"),
    ("Means of transport", "mode"),
    ("Basis", "basis"),
)
_AT = {target: index for index, (_, target) in enumerate(_TARGETS)}


def plan_legs(
    grids: Sequence[Grid], day_h: int | None, defaults: dict[str, Any]
) -> list[PlannedSheet]:
    """Return how the legs of a document's matrices are read.

    The first matrix of times of the same season, or of none, is joined to each of distances; a
    pair that only one of them has becomes a leg of its own. A figure of a triangular matrix holds
    both ways.
    """
    distances = [grid for grid in grids if grid.figure == "km"]
    times = [grid for grid in grids if grid.figure == "h"]
    plans = []
    for grid in distances:
        joined = next((one for one in times if _fits(grid, one)), None)
        if joined is not None:
            times.remove(joined)
        plans.append(_plan(grid, joined, day_h, defaults))
    return [*plans, *(_plan(None, grid, day_h, defaults) for grid in times)]


def _fits(distance: Grid, time: Grid) -> bool:
    keys = {pair.key for pair in distance.pairs}
    return time.season == distance.season and any(pair.key in keys for pair in time.pairs)


def _plan(
    distance: Grid | None, time: Grid | None, day_h: int | None, defaults: dict[str, Any]
) -> PlannedSheet:
    rows: dict[tuple[str, str], dict[int, Cell]] = {}
    numbers: dict[tuple[str, str], int] = {}
    issues: list[Issue] = []
    first = distance or time
    if first is None:
        raise ValueError
    for grid in (distance, time):
        for pair in _both_ways(grid) if grid else ():
            cells = rows.setdefault(pair.key, _places(pair, grid))
            numbers.setdefault(pair.key, pair.row)
            if grid is distance:
                cells[_AT["distance_km"]] = _km(pair, grid)
            else:
                _put_time(cells, pair, day_h)
    if time is not None:
        paired = {pair.key for pair in _both_ways(distance)} if distance else set()
        issues += _about_times(time, day_h, paired)
    kind = kind_of_layer("travel_legs")
    if kind is None:
        raise ValueError
    fields = {field.name: field for field in fields_of(TravelLeg)}
    sheet = Sheet(
        first.block.name,
        rows=tuple(SheetRow(numbers[key], cells) for key, cells in rows.items()),
        context=first.block.headings,
    )
    return PlannedSheet(
        sheet=sheet,
        kind=replace(kind, sheet=first.block.title),
        head_row=first.block.rows[0].number,
        columns=[
            (at, Column(heading, target, fields[target]))
            for at, (heading, target) in enumerate(_TARGETS)
        ],
        issues=issues,
        defaults=defaults,
        made={"name": "{place_from} - {place_to} {season}"},
        matched=max(2, len({pair.key[0] for pair in first.pairs})),
    )


def _both_ways(grid: Grid) -> list[Pair]:
    """Return a matrix's pairs; of a triangular one also the ways back."""
    if not grid.triangular:
        return grid.pairs
    return [*grid.pairs, *(replace(one, start=one.end, end=one.start) for one in grid.pairs)]


def _places(pair: Pair, grid: Grid | None) -> dict[int, Cell]:
    cells: dict[int, Cell] = {_AT["place_from"]: pair.start, _AT["place_to"]: pair.end}
    if grid is not None:
        if grid.season:
            cells[_AT["season"]] = grid.season
        if grid.mode:
            cells[_AT["mode"]] = grid.mode
        if grid.triangular:
            cells[_AT["basis"]] = "The source states one figure for both ways."
    return cells


def _km(pair: Pair, grid: Grid | None) -> Cell:
    """Return the kilometres of a pair; a cell that is no number is refused by its field."""
    figure = kilometres(pair.cell)
    factor = 1.0 if grid is None else grid.factor
    return pair.cell if figure is None else round(figure * factor, 6)


def _put_time(cells: dict[int, Cell], pair: Pair, day_h: int | None) -> None:
    found = time_of(pair.cell, day_h)
    cells[_AT["travel_time_as_written"]] = " ".join(str(pair.cell).split())
    if found is None and _AT["distance_km"] not in cells:
        cells[_AT["travel_time_h"]] = pair.cell  # refused by its field: the leg says nothing else
    elif found is not None and found.hours is not None:
        cells[_AT["travel_time_h"]] = round(found.hours, 6)


def _about_times(grid: Grid, day_h: int | None, with_distance: set[tuple[str, str]]) -> list[Issue]:
    """Say of a matrix of times which of them have no hours, and why."""
    times = [(pair, time_of(pair.cell, day_h)) for pair in grid.pairs]
    issues = [
        _about(
            grid,
            pair,
            "matrix.bare_unit",
            "names a unit of time without a number.",
            "Write how many.",
        )
        for pair, time in times
        if time is not None and time.bare
    ]
    issues += [
        _about(
            grid,
            pair,
            "matrix.unreadable",
            "has no time that can be read; it is kept as written only.",
            "Write it as 8 hours or 3 days.",
        )
        for pair, time in times
        if time is None and pair.key in with_distance
    ]
    days = sum(time is not None and time.in_days and not time.bare for _, time in times)
    return [*issues, *([_in_days(grid, days, day_h)] if days else [])]


def _about(grid: Grid, pair: Pair, rule: str, what: str, do_next: str) -> Issue:
    return Issue(
        Severity.WARNING,
        f"{pair.start} - {pair.end} {what}",
        do_next,
        grid.block.title,
        pair.row,
        value=str(pair.cell)[:80],
        rule=rule,
    )


def _in_days(grid: Grid, count: int, day_h: int | None) -> Issue:
    known = f"{count} times are in days of {day_h} hours, as the document says."
    unknown = (
        f"{count} times are in days; their hours are not known, because a day of travel "
        "is no 24 hours of driving."
    )
    return Issue(
        Severity.WARNING,
        unknown if day_h is None else known,
        "Write the hours, or how many hours of travel a day has (as: 1 day = 8 hours).",
        grid.block.title,
        rule="matrix.days",
    )
