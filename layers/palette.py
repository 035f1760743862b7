"""The classes in which maps show access, each with its colour, dash and symbol.

The colours keep a distance of at least 21 (CAM02-UCS) from each other in four modes of colour
vision and a contrast of 3:1 on land. In grey print only dash and symbol tell them apart, so these
are never left out. The viewer's style sheet holds the same values as custom properties.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class AccessClass(StrEnum):
    """How a map shows a constraint or a stretch of road; the order is that of importance."""

    CLOSED = "closed"
    RESTRICTED = "restricted"
    UNVERIFIED = "unverified"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class AccessStyle:
    """How one class looks. Widths and dashes are in units of the page, 1/4 mm."""

    label: str
    colour: str
    dash: tuple[float, ...]
    width: float
    mark: str


ACCESS_STYLES: dict[AccessClass, AccessStyle] = {
    AccessClass.CLOSED: AccessStyle("Closed", "#7f0020", (2, 4), 5.0, "x"),
    AccessClass.RESTRICTED: AccessStyle("Restricted", "#c2630a", (8, 3), 4.0, "!"),
    AccessClass.UNVERIFIED: AccessStyle("Unverified", "#767676", (1.5, 6), 3.5, "?"),
    AccessClass.NOTE: AccessStyle("Advisory or announced", "#2b6cb0", (), 2.5, "i"),
}

OPEN_COLOUR = "#2b6cb0"
LAND_COLOUR = "#f4f1ea"
PAGE_COLOUR = "#ffffff"
INK_COLOUR = "#1f2328"
QUIET_COLOUR = "#5c6166"
AREA_COLOUR = "#e6e0d3"
RULE_COLOUR = "#d9d6cf"
ROUTE_COLOUR = "#2b6cb0"
EXERCISE_COLOUR = "#7a1fa2"
"""Of no access class, so that the exercise mark is never read as a status."""

FACILITY_COLOUR = "#1d3557"
FACILITY_CLOSED_COLOUR = ACCESS_STYLES[AccessClass.CLOSED].colour

ROAD_STYLES: dict[str, tuple[str, float]] = {
    "motorway": ("#857e70", 2.5),
    "trunk": ("#968f81", 1.9),
    "primary": ("#a29b8d", 1.5),
    "secondary": ("#aea798", 1.1),
    "other": ("#cfc8ba", 0.6),
}
"""Colour and width of a road by the stem of its OSM ``highway`` value."""


def road_class(highway: str) -> str:
    """Return the key of :data:`ROAD_STYLES` for an OSM ``highway`` value."""
    stem = highway.removesuffix("_link")
    return stem if stem in ROAD_STYLES else "other"
