"""Notice records that lie where they cannot be meant: a sign lost, or lat and lon swapped."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import Any, NamedTuple

import shapely

from lca.geo import LonLat
from lca.issues import Issue, Severity

from .countries import lies_in
from .rows import TableRows
from .sheets import TableKind
from .wire import SheetRow

# Undone, a swap or a lost sign puts a point back among the others; 5 degrees is beyond the width
# of most operations, so that an honest outlier, or a neighbour's port, is not accused.
_FAR_DEGREES = 5.0
_CLOSER_BY = 5.0
_FEWEST_TO_COMPARE = 3


class _Finding(NamedTuple):
    severity: Severity
    message: str
    do_next: str
    column: str = "Latitude"


def check_whereabouts(tables: Sequence[TableRows], country: str | None) -> None:
    """Reject records with swapped coordinates or a lost sign; remark on those outside the country.

    Never mended in silence: a point that is moved by a guess may close another country's road.

    Parameters
    ----------
    tables : sequence of TableRows
        What the file's sheets gave; records and issues are changed in place.
    country : str or None
        The assessment's country, ISO 3166-1 alpha-3; a record that names its own country is
        judged by that.
    """
    positions = [_position(record) for table in tables for record in table.records]
    middle = _middle_of([position for position in positions if position])
    for table in tables:
        kept = []
        for row, record in table.accepted:
            found = _judge(record, getattr(record, "iso3", None) or country, middle)
            if found is not None:
                table.issues.append(_issue(found, table.kind, row, record))
            if found is None or found.severity is not Severity.ERROR:
                kept.append((row, record))
        table.accepted = kept


def _judge(record: Any, country: str | None, middle: LonLat | None) -> _Finding | None:
    position = _position(record)
    if position is None:
        return None
    found = _judge_position(position, country, middle)
    if country is None or (found and found.severity is Severity.ERROR):
        return found
    # One end of a stretch may have lost its sign; its middle does not show it.
    for lon, lat in shapely.get_coordinates(record.geometry).tolist():
        sign = _lost_sign(LonLat(lon, lat), country)
        if sign and sign.severity is Severity.ERROR:
            return sign
    return found


def _judge_position(
    position: LonLat, country: str | None, middle: LonLat | None
) -> _Finding | None:
    inside = lies_in(position, country) if country else None
    if inside:
        return None
    swapped = LonLat(position.lat, position.lon) if abs(position.lon) <= 90 else None
    if inside is False and country and swapped and lies_in(swapped, country):
        return _Finding(Severity.ERROR, f"{_SWAPPED} in {country}.", _MEND)
    if swapped and middle and _closer(swapped, position, middle):
        return _Finding(Severity.ERROR, f"{_SWAPPED} among the others.", _MEND)
    if inside is False and country:
        return _lost_sign(position, country) or _Finding(
            Severity.WARNING,
            f"The place lies outside of {country}.",
            "Check the signs and digits of its coordinates.",
        )
    return None


_SWAPPED = "Latitude and longitude look swapped: swapped back, the place lies"
_MEND = "Put each in its own column."
_MEND_IN_GEODATA = "Check the axes of the layer's CRS, and what wrote the file."


def _lost_sign(position: LonLat, country: str) -> _Finding | None:
    """Say that a place outside of the country lies in it once a sign is changed.

    Close to the country the sign may be right: the mirror of a neighbour's port lies in Kenya.
    """
    if lies_in(position, country):
        return None
    lon, lat = position.lon, position.lat
    for axes, other in (
        ("latitude", LonLat(lon, -lat)),
        ("longitude", LonLat(-lon, lat)),
        ("latitude and longitude", LonLat(-lon, -lat)),
    ):
        if lies_in(other, country):
            near = lies_in(position, country, margin_degrees=_FAR_DEGREES)
            lost = (axes == "latitude" and lat > 0) or (axes == "longitude" and lon > 0)
            guess = "a minus sign may be missing" if lost else "its sign may be wrong"
            return _Finding(
                Severity.WARNING if near else Severity.ERROR,
                f"The place lies outside of {country}; {guess}: "
                f"at {other.lat:g}, {other.lon:g} it would lie inside.",
                f"Correct the sign of the {axes}.",
                "Longitude" if axes == "longitude" else "Latitude",
            )
    return None


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
    if getattr(record, "geometry", None) is None:
        return None
    point = record.geometry.representative_point()
    return LonLat(point.x, point.y)


def _issue(found: _Finding, kind: TableKind, row: SheetRow, record: Any) -> Issue:
    severity, message, do_next, column = found
    if hasattr(record, "iso3") and do_next != _MEND:
        do_next = f"{do_next} A place abroad needs its own country in its row."
    if kind.geodata:
        column, do_next = "Geometry", do_next.replace(_MEND, _MEND_IN_GEODATA)
    point = record.geometry.representative_point()
    value = f"{point.y:g}, {point.x:g}"
    return Issue(severity, message, do_next, kind.sheet, row.number, column, value)
