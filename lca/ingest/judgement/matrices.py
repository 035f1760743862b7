"""Judge distances and travel times between places: what two or three of them say of each other.

Rules (``lca.matrix`` has the bounds and their reasons): ``matrix.diagonal``, ``matrix.asymmetric``,
``matrix.detour``, ``matrix.speed``, ``matrix.one_sided``, ``matrix.name`` and ``matrix.too_large``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from lca.ingest.rows import TableRows
from lca.ingest.wire import SheetRow
from lca.issues import Issue, Severity
from lca.matrix import (
    FASTEST_KMH,
    MOST_PLACES,
    SLOWEST_KMH,
    Detour,
    Matrix,
    Unequal,
    detours,
    implausible_speeds,
    near_names,
    one_sided,
    unequal_pairs,
)
from lca.naturalkey import plain_value
from lca.travelleg import TravelLeg

LAYER = "travel_legs"
_LARGE_SHARE = 0.05
"""Larger differences between there and back are no rounding (domain reference, 5.8)."""
_MOST_TOLD = 500
"""Findings of one rule that are told one by one; a matrix of nonsense has thousands."""

Entry = tuple[SheetRow, TravelLeg]
Finding = tuple[SheetRow | None, Issue]


@dataclass(slots=True)
class _Group:
    """The legs of one means of transport, vehicle and season, by directed pair."""

    legs: dict[tuple[str, str], Entry] = field(default_factory=dict)
    spelling: dict[str, str] = field(default_factory=dict)

    def add(self, entry: Entry) -> None:
        leg = entry[1]
        ends = plain_value(leg.place_from), plain_value(leg.place_to)
        for folded, name in zip(ends, (leg.place_from, leg.place_to), strict=True):
            self.spelling.setdefault(folded, name)
        self.legs.setdefault(ends, entry)

    def matrix(self, figure: Callable[[TravelLeg], float | None]) -> Matrix:
        """Return the legs' figures as a matrix; every group member's places are in it."""
        pairs = {pair: figure(leg) for pair, (_, leg) in self.legs.items()}
        return Matrix.of_pairs(
            {pair: float("nan") if value is None else value for pair, value in pairs.items()}
        )

    def name(self, folded: str) -> str:
        return self.spelling[folded]

    def row(self, start: str, end: str) -> SheetRow:
        return self.legs[start, end][0]


def check_matrices(tables: Iterable[TableRows], *, fix: bool = False) -> None:
    """Judge every table of travel legs; issues are added, and with ``fix`` names are put right.

    A leg from a place to itself is rejected. All other findings are warnings: which of two
    contradicting figures is wrong, nobody can tell from the table.
    """
    for table in tables:
        if table.kind.layer == LAYER and not table.kind.restricted:
            _reject_diagonal(table)
            for group in _groups(table.accepted):
                _check_names(table, group, fix=fix)
            for group in _groups(table.accepted):
                _check_figures(table, group)


def _groups(entries: Sequence[Entry]) -> list[_Group]:
    groups: dict[tuple[object, ...], _Group] = {}
    for entry in entries:
        leg = entry[1]
        key = (leg.mode, plain_value(leg.vehicle), plain_value(leg.season))
        groups.setdefault(key, _Group()).add(entry)
    return list(groups.values())


def _reject_diagonal(table: TableRows) -> None:
    own = [
        (row, leg)
        for row, leg in table.accepted
        if plain_value(leg.place_from) == plain_value(leg.place_to)
    ]
    for row, leg in own:
        said = leg.travel_time_as_written if leg.distance_km is None else f"{leg.distance_km:g} km"
        issue = Issue(
            Severity.ERROR,
            f"{leg.place_from} has a way to itself.",
            "Empty the cell on the diagonal, or correct the name of the row or column.",
            table.kind.sheet,
            row.number,
            value=said,
            rule="matrix.diagonal",
        )
        table.tell(row, issue)


def _check_names(table: TableRows, group: _Group, *, fix: bool) -> None:
    """Tell places that are only a start or only an end, and whose spelling is at fault for it."""
    starts = {start for start, _ in group.legs}
    ends = {end for _, end in group.legs}
    only_start, only_end = sorted(starts - ends), sorted(ends - starts)
    meant = dict(near_names(only_end, only_start))
    for end, start in meant.items():
        here, there = group.name(start), group.name(end)
        row = next(one for (_, to), (one, _) in group.legs.items() if to == end)
        issue = Issue(
            Severity.WARNING,
            f"{here!r} has a row but no column, and {there!r} a column but no row.",
            "Write one name in both places if they are the same.",
            table.kind.sheet,
            row.number,
            value=there,
            rule="matrix.name",
            proposal=f"read {there!r} as {here!r}",
            repaired=fix,
        )
        table.tell(row, issue)
        if fix:
            _rename(table, group, end, here)
    _tell_one_sided(table, group, set(meant) | set(meant.values()))


def _rename(table: TableRows, group: _Group, end: str, name: str) -> None:
    for (_, to), (row, leg) in group.legs.items():
        if to == end:
            table.amend(row, replace(leg, place_to=name))


def _tell_one_sided(table: TableRows, group: _Group, explained: set[str]) -> None:
    starts, ends = one_sided(group.matrix(lambda _: 1.0))
    if len(group.legs) <= 1 or len(starts) + len(ends) == len(group.spelling):
        return  # a list of ways out of a hub is no matrix
    for names, missing in ((starts, "to"), (ends, "from")):
        lone = [group.name(one) for one in names if one not in explained]
        if lone:
            issue = Issue(
                Severity.WARNING,
                f"No figure leads {missing} {_listed(lone)}: the matrix is not square.",
                "Add the missing rows or columns if the source has them.",
                table.kind.sheet,
                rule="matrix.one_sided",
            )
            table.tell(None, issue)


def _check_figures(table: TableRows, group: _Group) -> None:
    km = group.matrix(lambda leg: leg.distance_km)
    hours = group.matrix(lambda leg: leg.travel_time_h)
    sheet = table.kind.sheet
    for matrix, unit in ((km, "km"), (hours, "h")):
        unequal = (_unequal(group, matrix, one, unit, sheet) for one in unequal_pairs(matrix))
        _tell(table, unequal, "matrix.asymmetric")
        if len(matrix.places) > MOST_PLACES:
            table.tell(None, _too_large(len(matrix.places), unit, sheet))
        else:
            found = (_detour(group, matrix, one, unit, sheet) for one in detours(matrix))
            _tell(table, found, "matrix.detour")
    _tell(table, _speeds(group, km, hours, sheet), "matrix.speed")


def _tell(table: TableRows, findings: Iterator[Finding], rule: str) -> None:
    told = 0
    for row, issue in findings:
        told += 1
        if told <= _MOST_TOLD:
            table.tell(row, issue)
    if told > _MOST_TOLD:
        issue = Issue(
            Severity.WARNING,
            f"There are {told - _MOST_TOLD} more findings of this kind.",
            "Look at the first ones; the table as a whole is in doubt.",
            table.kind.sheet,
            rule=rule,
        )
        table.tell(None, issue)


def _unequal(group: _Group, matrix: Matrix, found: Unequal, unit: str, sheet: str) -> Finding:
    start, end = matrix.places[found.start], matrix.places[found.end]
    one, other = group.name(start), group.name(end)
    row = group.row(start, end)
    large = found.share > _LARGE_SHARE
    doubt = "more than rounding explains" if large else "as rounding may explain"
    return row, Issue(
        Severity.WARNING,
        f"{one} - {other} is {found.there:g} {unit}, but {other} - {one} {found.back:g} {unit}: "
        f"{found.share:.0%} apart, {doubt}.",
        "Measure the way, and correct the wrong figure.",
        sheet,
        row.number,
        value=f"{found.there:g} / {found.back:g} {unit}",
        rule="matrix.asymmetric",
    )


def _detour(group: _Group, matrix: Matrix, found: Detour, unit: str, sheet: str) -> Finding:
    start, end, via = (matrix.places[at] for at in (found.start, found.end, found.via))
    one, other, middle = group.name(start), group.name(end), group.name(via)
    row = group.row(start, end)
    first, second = matrix.figures[found.start, found.via], matrix.figures[found.via, found.end]
    return row, Issue(
        Severity.WARNING,
        f"{one} - {other} is {found.direct:g} {unit}, but over {middle} only {found.over:g} {unit} "
        f"({first:g} + {second:g}).",
        "One of the three figures is wrong: measure the way, and correct it.",
        sheet,
        row.number,
        value=f"{found.direct:g} > {found.over:g} {unit}",
        rule="matrix.detour",
    )


def _speeds(group: _Group, km: Matrix, hours: Matrix, sheet: str) -> Iterator[Finding]:
    for found in implausible_speeds(km, hours):
        start, end = km.places[found.start], km.places[found.end]
        row, leg = group.legs[start, end]
        yield (
            row,
            Issue(
                Severity.WARNING,
                f"{leg.place_from} - {leg.place_to}: {leg.distance_km:g} km in "
                f"{leg.travel_time_h:g} h is {found.kmh:.0f} km/h; "
                f"trucks travel at {SLOWEST_KMH:g} to {FASTEST_KMH:g}.",
                "Correct the distance or the time.",
                sheet,
                row.number,
                value=leg.travel_time_as_written or f"{leg.travel_time_h:g} h",
                rule="matrix.speed",
            ),
        )


def _too_large(places: int, unit: str, sheet: str) -> Issue:
    return Issue(
        Severity.WARNING,
        f"It has {places} places; ways over a third ({unit}) were compared for {MOST_PLACES} "
        "at most, so not here.",
        "Split the table by region to have them compared.",
        sheet,
        rule="matrix.too_large",
    )


def _listed(names: Sequence[str], most: int = 8) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more
