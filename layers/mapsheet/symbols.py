"""The symbols of access classes and facilities, drawn around a point of the page."""

from __future__ import annotations

import math

from layers.palette import (
    ACCESS_STYLES,
    FACILITY_CLOSED_COLOUR,
    FACILITY_COLOUR,
    INK_COLOUR,
    PAGE_COLOUR,
    AccessClass,
)
from lca.vocab import FacilityType, OperationalStatus

from .svg import element, group, number, text_line
from .typeface import width_of

SYMBOL = 15.0
PILL_HEIGHT = 17.0
FACILITY = 19.0
_NUMBER_SIZE = 10.0

FACILITY_TITLES = {
    FacilityType.PORT: "Port",
    FacilityType.AIRPORT: "Airport",
    FacilityType.STORAGE: "Storage",
    FacilityType.BORDER_CROSSING: "Border crossing",
    FacilityType.FUEL: "Fuel",
    FacilityType.FERRY: "Ferry",
    FacilityType.BRIDGE: "Bridge",
    FacilityType.CHECKPOINT: "Checkpoint",
    FacilityType.CUSTOMS_OFFICE: "Customs office",
    FacilityType.WEIGHBRIDGE: "Weighbridge",
    FacilityType.RAIL_STATION: "Rail station",
    FacilityType.MILL: "Mill",
    FacilityType.SERVICE_PROVIDER: "Service provider",
}

_PICTOGRAMS = {
    FacilityType.PORT: (
        "M0 -3.4V5.6M-2.9 -1.3H2.9M-5.4 1.6Q-4.6 5.6 0 5.6Q4.6 5.6 5.4 1.6"
        "M0 -3.4A1.5 1.5 0 1 1 0.01 -3.4"
    ),
    FacilityType.AIRPORT: (
        "M0 -6.4L1.1 -5V-1.6L6.3 1.7V3.1L1.1 1.5V4.4L2.7 5.6V6.6L0 5.8L-2.7 6.6V5.6L-1.1 4.4"
        "V1.5L-6.3 3.1V1.7L-1.1 -1.6V-5Z"
    ),
    FacilityType.STORAGE: "M-6 5.6V-1.9L0 -5.7L6 -1.9V5.6H3.6V0.3H-3.6V5.6ZM-2.6 1.6H2.6M-2.6 3.7H2.6",
    FacilityType.BORDER_CROSSING: "M-5 5.6V-4.4M5 5.6V1.8M-5 -2.2H6.2M-5 0.2H6.2",
    FacilityType.FUEL: "M-4.4 5.6V-5.4H1.6V5.6ZM-2.9 -3.6H0.1V-1H-2.9ZM1.6 0.6H3V4Q4.6 5.6 5 3.4V-2L3.2 -3.8",
    FacilityType.FERRY: "M-6 1.4H6L4.2 5H-4.2ZM-3.6 1.4V-2H3.6V1.4M0 -2V-5.4M0 -5.4H2.6",
    FacilityType.BRIDGE: "M-6.4 -1.6H6.4M-6.4 -1.6V5M6.4 -1.6V5M-4.4 5Q0 -2.6 4.4 5",
    FacilityType.CHECKPOINT: "M-5 5.6V-3M-5 -3L6.2 -5.4M-6.8 5.6H-3.2M-1.8 -3.7V-1.8M1.8 -4.5V-2.6",
    FacilityType.CUSTOMS_OFFICE: "M-4 5.6V-5.6H2L4.4 -3.2V5.6ZM-1.8 -1.6H2.2M-1.8 0.8H2.2M-1.8 3.2H0.6",
    FacilityType.WEIGHBRIDGE: "M0 -5.6V4.6M-3.4 5.6H3.4M-5.2 -3.4H5.2M-6.6 1.2H-3.8L-5.2 -3.4ZM3.8 1.2H6.6L5.2 -3.4Z",
    FacilityType.RAIL_STATION: "M-3.8 3V-5H3.8V3ZM-3.8 -0.8H3.8M-2.2 3L-4.4 6M2.2 3L4.4 6",
    FacilityType.MILL: "M-3 5.6L-1.6 -1.4H1.6L3 5.6ZM0 -1.4L-4.8 -5M0 -1.4L4.8 -5M0 -1.4L-5.2 2M0 -1.4L5.2 2",
    FacilityType.SERVICE_PROVIDER: "M-6 3.2V-3.4H1.4V3.2ZM1.4 -1.2H4.2L6 1V3.2H1.4M-3.6 3.2V4.6M3.6 3.2V4.6",
}
_FILLED = {FacilityType.AIRPORT, FacilityType.STORAGE}

_STATUS_BADGES = {
    OperationalStatus.RESTRICTED: AccessClass.RESTRICTED,
    OperationalStatus.NOT_OPERATIONAL: AccessClass.CLOSED,
    OperationalStatus.PLANNED: AccessClass.NOTE,
    OperationalStatus.DESTROYED: AccessClass.CLOSED,
    OperationalStatus.UNKNOWN: AccessClass.UNVERIFIED,
}


def access_symbol(access: AccessClass, x: float, y: float, *, size: float = SYMBOL) -> str:
    """Draw a class's shape with its mark: octagon x, triangle !, diamond ?, circle i."""
    style = ACCESS_STYLES[access]
    radius = size / 2
    if access is AccessClass.NOTE:
        shape = element("circle", cx=x, cy=y, r=radius * 0.92, fill=style.colour)
    else:
        shape = element("polygon", points=_corners(access, x, y, radius), fill=style.colour)
    return group([shape, _mark(access, x, y, size)])


def _corners(access: AccessClass, x: float, y: float, radius: float) -> str:
    sides, turn, grow, down = {
        AccessClass.CLOSED: (8, 22.5, 1.02, 0.0),
        AccessClass.RESTRICTED: (3, -90.0, 1.2, 0.16),
        AccessClass.UNVERIFIED: (4, -90.0, 1.12, 0.0),
    }[access]
    angles = [math.radians(turn + 360 / sides * corner) for corner in range(sides)]
    return " ".join(
        f"{number(x + radius * grow * math.cos(angle))},"
        f"{number(y + radius * (down + grow * math.sin(angle)))}"
        for angle in angles
    )


def _mark(access: AccessClass, x: float, y: float, size: float) -> str:
    if access is AccessClass.CLOSED:
        arm = size * 0.22
        strokes = f"M{number(x - arm)} {number(y - arm)}l{number(2 * arm)} {number(2 * arm)}"
        strokes += f"M{number(x - arm)} {number(y + arm)}l{number(2 * arm)} {number(-2 * arm)}"
        return element(
            "path", d=strokes, stroke=PAGE_COLOUR, stroke_width="2", stroke_linecap="round"
        )
    drop = {AccessClass.RESTRICTED: 0.36, AccessClass.UNVERIFIED: 0.27}.get(access, 0.26)
    return text_line(
        ACCESS_STYLES[access].mark,
        x,
        y + size * drop,
        size=size * 0.72,
        weight="bold",
        fill=PAGE_COLOUR,
        text_anchor="middle",
    )


def pill_width(label: str) -> float:
    """Return the width of a marker with that label."""
    return SYMBOL + 8 + width_of(label, _NUMBER_SIZE, "bold") + 4


def pill(access: AccessClass, label: str, x: float, y: float) -> str:
    """Draw a numbered marker of a class, its left end at ``x`` and its middle at ``y``."""
    width = pill_width(label)
    return group(
        [
            element(
                "rect",
                x=x,
                y=y - PILL_HEIGHT / 2,
                width=width,
                height=PILL_HEIGHT,
                rx=PILL_HEIGHT / 2,
                fill=PAGE_COLOUR,
                stroke=ACCESS_STYLES[access].colour,
                stroke_width="1.3",
            ),
            access_symbol(access, x + PILL_HEIGHT / 2 + 0.8, y, size=SYMBOL - 2.5),
            text_line(
                label, x + SYMBOL + 5, y + 3.7, size=_NUMBER_SIZE, weight="bold", fill=INK_COLOUR
            ),
        ]
    )


def badge_class(status: OperationalStatus) -> AccessClass | None:
    """Return the access class whose symbol marks a facility of that status; None if operational."""
    return _STATUS_BADGES.get(status)


def status_badge(status: OperationalStatus, x: float, y: float) -> str:
    """Draw the small mark of a facility that is not fully operational; nothing if it is."""
    access = badge_class(status)
    if access is None:
        return ""
    halo = element("circle", cx=x, cy=y, r=6.6, fill=PAGE_COLOUR)
    return group([halo, access_symbol(access, x, y, size=10.5)])


def facility_symbol(
    kind: FacilityType,
    x: float,
    y: float,
    *,
    status: OperationalStatus = OperationalStatus.OPERATIONAL,
) -> str:
    """Draw a facility around a point, with the badge of its status."""
    half = FACILITY / 2
    pictogram = element(
        "path",
        d=_PICTOGRAMS[kind],
        transform=f"translate({number(x)} {number(y)}) scale(1.08)",
        fill=PAGE_COLOUR if kind in _FILLED else "none",
        stroke=FACILITY_COLOUR if kind is FacilityType.STORAGE else PAGE_COLOUR,
        stroke_width="0.9" if kind in _FILLED else "1.5",
        stroke_linecap="round",
        stroke_linejoin="round",
    )
    base = element(
        "rect",
        x=x - half,
        y=y - half,
        width=FACILITY,
        height=FACILITY,
        rx=3.5,
        fill=FACILITY_CLOSED_COLOUR if status is OperationalStatus.DESTROYED else FACILITY_COLOUR,
        stroke=PAGE_COLOUR,
        stroke_width="1.4",
    )
    return group([base, pictogram, status_badge(status, x + half - 1, y - half + 1)])
