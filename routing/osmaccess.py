"""What OSM's words for who may use a road mean for a vehicle that is no exception."""

from __future__ import annotations

from collections.abc import Mapping

ACCESS: Mapping[str, str | None] = {
    **dict.fromkeys(("yes", "permissive", "designated", "official", "public"), "yes"),
    **dict.fromkeys(("destination", "delivery", "customers", "local"), "destination"),
    **dict.fromkeys(("private", "permit", "agricultural", "forestry", "military"), "private"),
    **dict.fromkeys(("residents", "employees"), "private"),
    **dict.fromkeys(("no", "emergency", "psv", "bus", "foot", "bicycle"), "no"),
    **dict.fromkeys(("unknown", "discouraged"), None),
}
"""Tagged value -> yes, destination, private, no, or None for a word that says nothing."""

ONEWAY: Mapping[str, str] = {
    **dict.fromkeys(("yes", "true", "1"), "forward"),
    **dict.fromkeys(("-1", "reverse"), "backward"),
    **dict.fromkeys(("no", "false", "0", "alternating"), "no"),
}

_OPENNESS = {"yes": 0, "destination": 1, None: 2, "private": 3, "no": 4}


def read_access(stated: str) -> tuple[str | None, bool]:
    """Return what an access tag's value means, and whether all of it was understood.

    Of a list (``private;delivery``) the value that lets the fewest pass counts, and it is not
    wholly understood.
    """
    words = [part.strip().lower() for part in stated.split(";")]
    found = most_closed([ACCESS.get(word) for word in words])
    return found, len(words) == 1 and words[0] in ACCESS


def most_closed(values: list[str | None]) -> str | None:
    """Return the value that lets the fewest pass; one not tagged, or of no known meaning, lets
    fewer pass than a permission.
    """
    return max(values, key=lambda value: _OPENNESS.get(value, _OPENNESS[None]))
