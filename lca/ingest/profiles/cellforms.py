"""Forms in which sources write a value, where neither a unit nor a code list says it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta

from lca.country import iso3_of
from lca.errors import InvalidInput
from lca.ingest.texts import clean_text
from lca.ingest.wire import Cell

from .profile import Form

# UN/LOCODE: degrees and minutes without marks, latitude first, as 1937N 03713E.
_DEGREES_MINUTES = re.compile(r"(\d{2})(\d{2})([NS])\s*(\d{3})(\d{2})([EW])")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# 1973-03 in milliseconds, and no day number or year: ArcGIS counts from 1970.
_FEWEST_MILLISECONDS = 100_000_000_000


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
    if not isinstance(number, int) or abs(number) < _FEWEST_MILLISECONDS:
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


FORMS: Mapping[Form, Callable[[Cell], Cell | None]] = {
    "country": _country,
    "code": _code,
    "arcgis_date": _arcgis_date,
    "dm_latitude": _dm_latitude,
    "dm_longitude": _dm_longitude,
}
"""Each form by its name; None is a word that nobody knows, InvalidInput a text of another form."""
