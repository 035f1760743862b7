"""What OSM's words for who may use a road mean for a vehicle that is no exception."""

from __future__ import annotations

from collections.abc import Mapping

from .access_table import readings

ACCESS: Mapping[str, str | None] = readings("access", "access")
"""Tagged value -> yes, destination, private, no, or None for a word that says nothing."""

ONEWAY: Mapping[str, str] = {
    value: direction for value, direction in readings("oneway", "oneway").items() if direction
}
"""Tagged value -> the direction that stays open: forward, backward, or no for both."""

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


def most_open(values: list[str | None]) -> str | None:
    """Return the value that lets the most pass."""
    return min(values, key=lambda value: _OPENNESS.get(value, _OPENNESS[None]))
