"""Units of measure as files write them, and how many of ours one of them is."""

from __future__ import annotations

import unicodedata

# Each dimension in one base unit. Exact by definition, but for the barrel-like: none are taken.
_METRE = {
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters", "mts", "mtr", "mètres"), 1.0),
    **dict.fromkeys(("mètre", "metro", "metros", "متر", "م"), 1.0),
    **dict.fromkeys(("cm",), 0.01),
    **dict.fromkeys(("mm",), 0.001),
    **dict.fromkeys(("km", "kms", "kilometre", "kilometres", "kilometer", "kilometers"), 1000.0),
    **dict.fromkeys(("kilomètre", "kilomètres", "kilómetro", "kilómetros", "كم"), 1000.0),
    **dict.fromkeys(("ft", "feet", "foot", "'", "pied", "pieds", "pie", "pies"), 0.3048),
    **dict.fromkeys(("in", "inch", "inches"), 0.0254),
    **dict.fromkeys(("yd", "yard", "yards"), 0.9144),
    **dict.fromkeys(("mi", "mile", "miles"), 1609.344),
    **dict.fromkeys(("nm", "nmi", "nautical miles"), 1852.0),
}
_TONNE = {
    **dict.fromkeys(("t", "mt", "tonne", "tonnes", "metric ton", "metric tons"), 1.0),
    **dict.fromkeys(("tm", "tonne métrique", "tonnes métriques", "طن"), 1.0),
    **dict.fromkeys(("tonelada", "toneladas", "tonelada métrica", "toneladas métricas"), 1.0),
    **dict.fromkeys(("kg", "kgs", "kilogram", "kilograms"), 0.001),
    **dict.fromkeys(("lb", "lbs", "pound", "pounds"), 0.00045359237),
    **dict.fromkeys(("short ton", "short tons", "us ton", "us tons"), 0.90718474),
    **dict.fromkeys(("long ton", "long tons"), 1.0160469088),
}
_SQUARE_METRE = {
    **dict.fromkeys(("m2", "m²", "sqm", "sq m", "square metres", "square meters"), 1.0),
    **dict.fromkeys(("ha", "hectare", "hectares"), 10_000.0),
    **dict.fromkeys(("ft2", "sq ft", "sqft", "square feet"), 0.09290304),
}
_CUBIC_METRE = {
    **dict.fromkeys(("m3", "m³", "cbm", "cubic metres", "cubic meters"), 1.0),
    **dict.fromkeys(("l", "litre", "litres", "liter", "liters", "ltr"), 0.001),
    **dict.fromkeys(("us gal", "us gallon", "us gallons"), 0.003785411784),
    **dict.fromkeys(("imp gal", "imperial gallons"), 0.00454609),
}
_HOUR = {
    **dict.fromkeys(("s", "sec", "seconds"), 1 / 3600),
    **dict.fromkeys(("min", "mins", "minute", "minutes"), 1 / 60),
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours", "heure", "heures", "hora", "horas"), 1.0),
    **dict.fromkeys(("d", "day", "days", "j", "jour", "jours", "día", "días"), 24.0),
    **dict.fromkeys(("week", "weeks"), 168.0),
}
_KMH = {
    **dict.fromkeys(("km/h", "kmh", "kph", "kmph", "km/heure", "km/hora"), 1.0),
    **dict.fromkeys(("mph", "mi/h"), 1.609344),
    **dict.fromkeys(("kn", "kt", "knots"), 1.852),
}
_T_A_DAY = {
    **dict.fromkeys(("t/day", "mt/day", "t/d", "mt/d", "tonnes/day"), 1.0),
    **dict.fromkeys(("t/jour", "t/j", "tm/jour", "tm/j", "t/día", "tm/día", "tm/day"), 1.0),
    **dict.fromkeys(("t/hour", "mt/hour", "t/h", "mt/h"), 24.0),
}
_DIMENSIONS = (_METRE, _TONNE, _SQUARE_METRE, _CUBIC_METRE, _HOUR, _KMH, _T_A_DAY)


def plain_unit(text: str) -> str:
    """Return a unit in lower case, with single spaces and without points."""
    folded = unicodedata.normalize("NFC", text).casefold().replace(".", "")
    return " ".join(folded.split())


def factor_between(unit: str, wanted: str) -> float | None:
    """Return how many ``wanted`` one ``unit`` is; None if it cannot be told.

    A bare gallon or ton is none: which one is meant differs by country.
    """
    one, other = plain_unit(unit), plain_unit(wanted)
    if one == other:
        return 1.0
    for dimension in _DIMENSIONS:
        if one in dimension and other in dimension:
            return dimension[one] / dimension[other]
    return None
