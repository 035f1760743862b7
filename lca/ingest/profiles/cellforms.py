"""Forms in which sources write a value, where neither a unit nor a code list says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from lca.country import iso3_of
from lca.errors import InvalidInput
from lca.ingest.cells import parse_number
from lca.ingest.closedto import lets_pass
from lca.ingest.texts import clean_text
from lca.ingest.wire import Cell

from .profile import Form

# UN/LOCODE: degrees and minutes without marks, latitude first, as 1937N 03713E.
_DEGREES_MINUTES = re.compile(r"(\d{2})(\d{2})([NS])\s*(\d{3})(\d{2})([EW])")
# SDI-T's locprecision in metres, by this project: a GPS fix or a street, a town, and beyond.
_PRECISIONS = ((100.0, "accurate"), (5_000.0, "approximate"))
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# 1973-03 in milliseconds, and no day number or year: ArcGIS counts from 1970.
_FEWEST_MILLISECONDS = 100_000_000_000
# Some 1,900 years: the calendar ends soon after, and nobody meant more.
_MOST_MILLISECONDS = 60_000_000_000_000


def _country(cell: Cell) -> str | None:
    """Return the ISO 3166-1 alpha-3 code of a code of two or three letters or an English name."""
    return iso3_of(str(cell))


def _code(cell: Cell) -> str | None:
    """Return a code of letters and figures without the spaces that some editions put into it."""
    return "".join(clean_text(str(cell)).upper().split()) or None


def _arcgis_date(cell: Cell) -> Cell:
    """Return a date that may be milliseconds since 1970, as ArcGIS exports it to GeoJSON."""
    text = clean_text(str(cell))
    number = int(text) if re.fullmatch(r"\d{12,14}", text) else cell
    if isinstance(number, float) and number.is_integer():
        number = int(number)
    if not isinstance(number, int) or not _FEWEST_MILLISECONDS <= abs(number) <= _MOST_MILLISECONDS:
        return cell
    return (_EPOCH + timedelta(milliseconds=number)).isoformat()


def _dm_latitude(cell: Cell) -> str:
    parts = _degrees_minutes(cell)
    return f"{parts[1]} {parts[2]} {parts[3]}"


def _dm_longitude(cell: Cell) -> str:
    parts = _degrees_minutes(cell)
    return f"{parts[4]} {parts[5]} {parts[6]}"


def _degrees_minutes(cell: Cell) -> re.Match[str]:
    match = _DEGREES_MINUTES.fullmatch(clean_text(str(cell)))
    if match is None:
        raise InvalidInput(
            "It is no position in degrees and minutes.", do_next="Write it as 1937N 03713E."
        )
    return match


def _accuracy_m(cell: Cell) -> Cell:
    """Return how precise a position is by a phone's accuracy in metres; a word of ours stays.

    0 is no accuracy: the position was tapped on a map.
    """
    try:
        metres = parse_number(cell)
    except InvalidInput:
        return cell
    if metres <= 0:
        return "unknown"
    return next((word for most, word in _PRECISIONS if metres <= most), "bad")


def _geopoint_accuracy(cell: Cell) -> Cell:
    """Return how precise an ODK point is: latitude, longitude, altitude and accuracy in metres."""
    parts = clean_text(str(cell)).split()
    return _accuracy_m(parts[3]) if len(parts) == 4 else "unknown"


def _submission_id(cell: Cell) -> str | None:
    """Return the id of a submission without the word that ODK puts before it."""
    return clean_text(str(cell)).removeprefix("uuid:") or None


def _utc_time(cell: Cell) -> Cell:
    """Return a moment that states no offset as one in UTC, as form servers write it."""
    if isinstance(cell, datetime):
        return cell if cell.tzinfo else cell.replace(tzinfo=UTC)
    text = clean_text(str(cell))
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return cell
    return text if moment.tzinfo else moment.replace(tzinfo=UTC).isoformat()


def _closed_to(cell: Cell) -> str | None:
    """Return restricted where a status says plainly which vehicles may pass (``closedto``)."""
    return "restricted" if isinstance(cell, str) and lets_pass(cell) else None


FORMS: Mapping[Form, Callable[[Cell], Cell | None]] = {
    "closed_to": _closed_to,
    "country": _country,
    "code": _code,
    "arcgis_date": _arcgis_date,
    "dm_latitude": _dm_latitude,
    "dm_longitude": _dm_longitude,
    "accuracy_m": _accuracy_m,
    "geopoint_accuracy": _geopoint_accuracy,
    "submission_id": _submission_id,
    "utc_time": _utc_time,
}
"""Each form by its name; None is a word that nobody knows, InvalidInput a text of another form."""
