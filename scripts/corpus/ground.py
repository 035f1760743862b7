"""The invented world of the corpus: names of an exercise at true places of one country's coast.

Every fact about these facilities is invented; the places are only real enough to lie by the sea,
inland and on roads of Chile.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

COUNTRY, COUNTRY_NAME = "CHL", "Chile"
OFFICE = "Exercise office"
LICENCE = "CC0-1.0"
NOW = datetime(2026, 11, 12, 12, tzinfo=UTC)
"""When the files are read: nothing in them is overdue for a look by then."""
FIRST_DAY = date(2026, 11, 10)

COAST = (
    *((-18.4750, -70.3220), (-20.2070, -70.1580), (-22.0950, -70.2120), (-23.6480, -70.4050)),
    *((-27.0630, -70.8260), (-29.9500, -71.3370), (-33.0360, -71.6270), (-36.7130, -73.1070)),
)
"""Latitude and longitude of places by the sea."""
INLAND = (
    *((-33.3930, -70.7860), (-29.9160, -71.1990), (-34.9670, -71.2170), (-35.4350, -71.6240)),
    *((-36.5830, -72.0310), (-38.7670, -72.6370), (-39.6500, -73.0860), (-27.3660, -70.3320)),
)
NAMES = (
    *("Ejercicio Álamo", "Ejercicio Boldo", "Ejercicio Canelo", "Ejercicio Ñirre"),
    *("Ejercicio Lenga", "Ejercicio Maitén", "Ejercicio Quillay", "Ejercicio Tamarugo"),
)
ARABIC_NAMES = (
    *("تمرين ألف", "تمرين باء", "تمرين جيم", "تمرين دال"),
    *("تمرين زاي", "تمرين شين", "تمرين قاف", "تمرين ميم"),
)
DRAFTS_M = (9.5, 12.1, 7.4, 10.2, 8.8, 11.6, 13.3, 6.9)
LENGTHS_M = (210.0, 260.5, 150.0, 190.5, 180.0, 240.0, 294.5, 120.0)
COUNT = len(NAMES)


def day(index: int) -> date:
    """Return the day on which a row's fact was true."""
    return FIRST_DAY + timedelta(days=index % 2)


def locode(index: int) -> str:
    """Return an invented code that is in no list."""
    return f"CL{'XYZWVUTS'[index]}9{index + 2}"


def stretch(index: int) -> list[tuple[float, float]]:
    """Return a line of three points as lon, lat, a kilometre or two long."""
    lat, lon = INLAND[index]
    return [
        (lon, lat),
        (round(lon + 0.008, 4), round(lat + 0.006, 4)),
        (lon, round(lat + 0.013, 4)),
    ]
