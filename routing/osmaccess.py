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
    **dict.fromkeys(("no", "false", "0"), "no"),
}

_MOST_OPEN_FIRST = ("yes", "destination", None, "private", "no")


def most_closed(values: list[str | None]) -> str | None:
    """Return the value that lets the fewest pass; not tagged is more than a permission."""
    return max(values, key=_MOST_OPEN_FIRST.index)
