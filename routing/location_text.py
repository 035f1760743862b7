"""Read a location as people write it, in English or French, into its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .roadname import words_of


@dataclass(frozen=True, slots=True)
class Phrase:
    """A location in the words of the field, taken apart; what is not said is None.

    Three forms: a stretch of a road's chainage (``from_km``, from ``origin``), a distance from a
    place (``origin``, ``offset_km``) in a direction (``bearing_deg``, ``toward``), and between two
    places (``origin``, ``other``). ``whole_km`` tells that the distances were given in whole
    kilometres.
    """

    road: str | None = None
    origin: str | None = None
    other: str | None = None
    toward: str | None = None
    from_km: float | None = None
    to_km: float | None = None
    offset_km: float | None = None
    bearing_deg: float | None = None


_LONGEST = 200
"""More is a report, not a location, and would take a pattern long to refuse."""
_KM = r"(\d{1,4}(?:[.,]\d+|\+\d{3})?)"
_SPAN = (
    rf"{_KM}(?:\s*(?:km)?\s*(?:-|–|to|until|à|au|et|and)\s*(?:(?:km|pk|kp)\s*)?{_KM})?\s*(?:km)?"
)
_FROM = r"(?:counted\s+)?(?:from|since|depuis|à\s+partir\s+d[eu']|en\s+partant\s+d[eu']|de)"
_TOWARD = r"(?:(?:on|along|sur)\s+)?(?:the\s+|la\s+)?(?:road|route|axe)\s+(?:to(?:wards?)?|de|vers|d'|du|à)"
_TOWARDS = rf"(?:{_TOWARD}|towards?|direction(?:\s+de)?|vers|en\s+direction\s+d[eu'])"
_ON = r"(?:on|along|of|sur|de)\s+(?:the\s+|la\s+|le\s+|l')?"
_NAME = r"([^,;]+?)"
_COMPASS = {
    **dict.fromkeys(("n", "north", "nord"), 0.0),
    **dict.fromkeys(("ne", "northeast", "nordest"), 45.0),
    **dict.fromkeys(("e", "east", "est"), 90.0),
    **dict.fromkeys(("se", "southeast", "sudest"), 135.0),
    **dict.fromkeys(("s", "south", "sud"), 180.0),
    **dict.fromkeys(("sw", "southwest", "sudouest", "so"), 225.0),
    **dict.fromkeys(("w", "west", "ouest", "o"), 270.0),
    **dict.fromkeys(("nw", "northwest", "nordouest", "no"), 315.0),
}
_WINDS = r"north[\s-]?east(?:ern)?|north[\s-]?west|south[\s-]?east|south[\s-]?west|nord[\s-]?est|nord[\s-]?ouest|sud[\s-]?est|sud[\s-]?ouest|north|south|east|west|nord|sud|est|ouest|ne|nw|no|se|sw|so|n|s|e|w|o"
_FORMS = tuple(
    re.compile(rf"\s*{form}\s*\.?\s*", re.IGNORECASE)
    for form in (
        # km 12-15 of RN5 from Ovalle
        (
            rf"(?:at\s+|au\s+)?(?:km|pk|kp)\s*(?P<span>{_SPAN})[\s,]+(?:{_ON})(?P<road>{_NAME})"
            rf"(?:[\s,]+{_FROM}\s*(?P<origin>{_NAME}))?(?:[\s,]+{_TOWARDS}\s*(?P<toward>{_NAME}))?"
        ),
        # RN5 km 12-15 from Ovalle [toward Monte Patria]
        (
            rf"(?P<road>[^,;]+?)[\s,]+(?:at\s+|au\s+)?(?:km|pk|kp)\s*(?P<span>{_SPAN})"
            rf"(?:[\s,]+{_FROM}\s*(?P<origin>{_NAME}))?(?:[\s,]+{_TOWARDS}\s*(?P<toward>{_NAME}))?"
        ),
        # 15 km north of Ovalle [on the road to Monte Patria | on RN5]
        (
            rf"(?:about\s+|environ\s+|à\s+|~\s*)*(?P<offset>{_KM})\s*(?:km|kms|kilometres?|kilomètres?)"
            rf"(?:\s+(?:to\s+the\s+|au\s+|à\s+l')?(?P<wind>{_WINDS}))?\s+(?:of|from|de|d'|du)\s*(?P<origin>{_NAME})"
            rf"(?:[\s,]+{_TOWARDS}\s*(?P<toward>{_NAME})|[\s,]+{_ON}(?P<road>{_NAME}))?"
        ),
        # [RN5] between Ovalle and Monte Patria [on RN5]
        (
            r"(?:(?P<road>[^,;]+?)[\s,]+)?(?:between|entre)\s+"
            rf"(?P<origin>{_NAME})\s+(?:and|et)\s+(?P<other>{_NAME})(?:[\s,]+{_ON}(?P<road2>{_NAME}))?"
        ),
        # the road from Ovalle to Monte Patria
        (
            r"(?:the\s+|la\s+)?(?:road|route|axe)\s+(?:from\s+|de\s+|d')(?P<origin>[^,;]+?)\s+(?:to|à)\s+"
            rf"(?P<other>{_NAME})"
        ),
    )
)
_ROAD_WORDS = re.compile(
    r"^(?:(?:on|along|sur)\s+)?(?:the\s+|la\s+|le\s+|l')?(?:(?:road|route|axe)\b(?!\s*\w))?",
    re.IGNORECASE,
)


def read_phrase(text: str) -> Phrase | None:
    """Return the parts of a location, None if it has none of the known forms."""
    plain = " ".join(text.replace("’", "'").split())
    if len(plain) > _LONGEST:
        return None
    for form in _FORMS:
        found = form.fullmatch(plain)
        if found:
            return _phrase(found.groupdict())
    return None


def bearing_of(word: str | None) -> float | None:
    """Return a wind in degrees from north, as ``n``, ``north-east`` or ``sud-ouest``; else None."""
    return None if word is None else _COMPASS.get("".join(words_of(word)))


def _phrase(parts: dict[str, str | None]) -> Phrase:
    road = parts.get("road") or parts.get("road2")
    first = second = None
    if parts.get("span"):
        numbers = [_km(number) for number in re.findall(_KM, parts["span"] or "")]
        first, second = numbers[0], numbers[-1]
    offset = parts.get("offset")
    return Phrase(
        road=(_ROAD_WORDS.sub("", road).strip() or None) if road else None,
        origin=parts.get("origin"),
        other=parts.get("other"),
        toward=parts.get("toward"),
        from_km=first,
        to_km=second,
        offset_km=_km(offset) if offset else None,
        bearing_deg=bearing_of(parts.get("wind")),
    )


def _km(text: str) -> float:
    """Read 12, 12.5, 12,5 or 12+500 (kilometre and metres)."""
    whole, _, metres = text.partition("+")
    return float(whole.replace(",", ".")) + (float(metres) / 1000 if metres else 0.0)
