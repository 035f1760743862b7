"""Judge measures by the bounds in which they can be meant, and find the unit that was.

Rules: ``figures.range`` of one figure, ``figures.unit`` of a whole column.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from lca.ingest.finding import Finding, changed, tell, tell_of_all
from lca.ingest.rows import TableRows
from lca.ingest.units import factor_between
from lca.ingest.wire import SheetRow
from lca.plausible import PLAUSIBLE, Bounds
from lca.record import Field, fields_of

_OTHER_UNITS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "m": ("ft", "km", "cm", "mm"),
        "t": ("kg", "lb"),
        "m²": ("ft2", "ha"),
        "km": ("m", "mi"),
        "km/h": ("mph",),
        "h": ("min",),
        "mm": ("m", "cm", "in"),
        "l": ("m3",),
    }
)
"""The units that people mistake for ours, by ours."""
_OF_THE_COLUMN = 0.25
"""Where a larger share of a column is out of range, nobody's hand slipped: its unit is another."""
_FEWEST_OF_A_COLUMN = 4
_DIGITS = 6


@dataclass(frozen=True, slots=True)
class _Doubtful:
    row: SheetRow
    record: Any
    value: float
    readings: tuple[tuple[str, float], ...]


def check_figures(tables: Sequence[TableRows], *, fix: bool = False) -> None:
    """Tell measures that can hardly be meant; with ``fix``, read those whose unit is certain.

    A figure is certain if exactly one other unit brings it into its bounds, and the other rows of
    its column are right as they are.
    """
    for table in tables:
        if not table.kind.restricted:
            for field, bounds in _bounded(table.kind.record_class):  # type: ignore[arg-type]
                _check_column(table, field, bounds, fix=fix)


@lru_cache(maxsize=64)
def _bounded(record_class: type) -> tuple[tuple[Field, Bounds], ...]:
    return tuple(
        (field, PLAUSIBLE[field.name])
        for field in fields_of(record_class)
        if field.name in PLAUSIBLE
    )


def _check_column(table: TableRows, field: Field, bounds: Bounds, *, fix: bool) -> None:
    low, high = bounds.low, bounds.high
    stating = table.stating(field.name)
    filled = len(stating)
    doubtful = [
        _Doubtful(row, record, value, _readings(value, field, bounds))
        for row, record, value in stating
        if not low <= value <= high
    ]
    if not doubtful:
        return
    unit = _unit_of_the_column(doubtful, filled)
    if unit is not None:
        _tell_column(table, field, doubtful, filled, unit)
        return
    for one in doubtful:
        tell(table, one.row, _finding(one, field, bounds), fix=fix)


def _readings(value: float, field: Field, bounds: Bounds) -> tuple[tuple[str, float], ...]:
    """Return each other unit in which a figure can be meant, with the figure in our unit."""
    found = []
    for unit in _OTHER_UNITS.get(field.unit or "", ()):
        factor = factor_between(unit, field.unit or "")
        if factor is not None and bounds.low <= value * factor <= bounds.high:
            found.append((unit, float(f"{value * factor:.{_DIGITS}g}")))
    return tuple(found)


def _unit_of_the_column(doubtful: Sequence[_Doubtful], filled: int) -> str | None:
    if len(doubtful) < max(_FEWEST_OF_A_COLUMN, _OF_THE_COLUMN * filled):
        return None
    counts: dict[str, int] = defaultdict(int)
    for one in doubtful:
        for unit, _ in one.readings:
            counts[unit] += 1
    return next((unit for unit, count in counts.items() if count == len(doubtful)), None)


def _tell_column(
    table: TableRows, field: Field, doubtful: Sequence[_Doubtful], filled: int, unit: str
) -> None:
    tell_of_all(
        table,
        Finding(
            rule="figures.unit",
            message=f"{len(doubtful)} of {filled} figures can hardly be meant in {field.unit}, but "
            f"all of them in {unit}: as {_shown(doubtful[0].value)} in row "
            f"{doubtful[0].row.number}.",
            do_next=f"If the column is in {unit}, write so in its heading: it is converted then.",
            target=field.name,
            proposal=f"read the column in {unit}",
        ),
    )


def _finding(one: _Doubtful, field: Field, bounds: Bounds) -> Finding:
    unit = f" {field.unit}" if field.unit else ""
    proposal = " or ".join(
        f"{_shown(value)}{unit} (read in {name})" for name, value in one.readings
    )
    certain = len(one.readings) == 1 and field.type == "number"
    return Finding(
        rule="figures.range",
        message=f"{_shown(one.value)}{unit} can hardly be meant; usual are "
        f"{_shown(bounds.low)} to {_shown(bounds.high)}{unit}.",
        do_next="Correct the figure, or confirm it in a comment.",
        target=field.name,
        value=_shown(one.value),
        proposal=proposal or None,
        repair=changed(one.record, **{field.name: one.readings[0][1]}) if certain else None,
    )


def _shown(value: float) -> str:
    return f"{value:,.10g}"
