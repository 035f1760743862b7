"""Notice records that lie where they cannot be meant: in another country, or with lat and lon swapped."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any

from lca.geo import LonLat
from lca.issues import Issue, Severity

from .countries import lies_in
from .rows import TableRows
from .sheets import TableKind
from .wire import SheetRow

# Undone, a swap puts a point back among the others; 5 degrees is beyond the width of most
# operations, so that an honest outlier is not accused.
_FAR_DEGREES = 5.0
_CLOSER_BY = 5.0
_FEWEST_TO_COMPARE = 3


def check_whereabouts(tables: Sequence[TableRows], country: str | None) -> None:
    """Reject records whose coordinates look swapped, and remark on those outside of the country.

    Never mended in silence: a point that is moved by a guess may close another country's road.

    Parameters
    ----------
    tables : sequence of TableRows
        What the file's sheets gave; records and issues are changed in place.
    country : str or None
        The assessment's country, ISO 3166-1 alpha-3.
    """
    positions = [_position(record) for table in tables for record in table.records]
    middle = _middle_of([position for position in positions if position])
    for table in tables:
        kept = []
        for row, record in table.accepted:
            position = _position(record)
            issue = _judge(position, country, middle, table.kind, row) if position else None
            if issue is not None:
                table.issues.append(issue)
            if issue is None or issue.severity is not Severity.ERROR:
                kept.append((row, record))
        table.accepted = kept


def _judge(
    position: LonLat, country: str | None, middle: LonLat | None, kind: TableKind, row: SheetRow
) -> Issue | None:
    inside = lies_in(position, country) if country else None
    if inside:
        return None
    swapped = LonLat(position.lat, position.lon) if abs(position.lon) <= 90 else None
    if inside is False and country and swapped and lies_in(swapped, country):
        return _issue(Severity.ERROR, f"{_SWAPPED} in {country}.", _MEND, kind, row, position)
    if swapped and middle and _closer(swapped, position, middle):
        return _issue(Severity.ERROR, f"{_SWAPPED} among the others.", _MEND, kind, row, position)
    if inside is False:
        message = f"The place lies outside of {country}."
        mend = "Check the signs and digits of its coordinates."
        return _issue(Severity.WARNING, message, mend, kind, row, position)
    return None


_SWAPPED = "Latitude and longitude look swapped: swapped back, the place lies"
_MEND = "Put each in its own column."


def _closer(swapped: LonLat, position: LonLat, middle: LonLat) -> bool:
    as_given = _apart_degrees(position, middle)
    return as_given > _FAR_DEGREES and _apart_degrees(swapped, middle) * _CLOSER_BY < as_given


def _apart_degrees(one: LonLat, other: LonLat) -> float:
    return max(abs(one.lon - other.lon), abs(one.lat - other.lat))


def _middle_of(positions: Sequence[LonLat]) -> LonLat | None:
    """Return the median position, which one or two wrong ones do not move; None if too few."""
    if len(positions) < _FEWEST_TO_COMPARE:
        return None
    return LonLat(median(item.lon for item in positions), median(item.lat for item in positions))


def _position(record: Any) -> LonLat | None:
    if record.geometry is None:
        return None
    point = record.geometry.representative_point()
    return LonLat(point.x, point.y)


def _issue(
    severity: Severity,
    message: str,
    do_next: str,
    kind: TableKind,
    row: SheetRow,
    position: LonLat,
) -> Issue:
    value = f"{position.lat:g}, {position.lon:g}"
    return Issue(severity, message, do_next, kind.sheet, row.number, "Latitude", value)
