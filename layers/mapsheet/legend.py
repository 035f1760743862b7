"""The legend: only the classes that are on the sheet, in the look that they have there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from layers.palette import (
    ACCESS_STYLES,
    AREA_COLOUR,
    INK_COLOUR,
    QUIET_COLOUR,
    ROAD_STYLES,
    AccessClass,
    road_class,
)
from lca.facility import Facility

from .background import access_line, route_line
from .sheet import MapSheet
from .svg import element, group, number, text_line
from .symbols import FACILITY_TITLES, access_symbol, badge_class, facility_symbol
from .themedrawing import theme_entries
from .typeface import width_of, wrap

ROW = 21.0
_SWATCH = 44.0
_TEXT, _SMALL = 10.0, 8.8
_ROAD_TITLES = {
    "motorway": "Motorway",
    "trunk": "Trunk road",
    "primary": "Primary road",
    "secondary": "Secondary road",
    "other": "Other road",
}

Entry = tuple[str, str]
"""Swatch around (0, 0) to (44, 0), and its label."""


def legend_entries(sheet: MapSheet, facilities: Sequence[Facility]) -> list[Entry]:
    """Return what the sheet shows with those facilities on it, constraints first."""
    return [
        *_access(sheet, facilities),
        *_route(sheet),
        *theme_entries(sheet.themes, _SWATCH),
        *_facilities(facilities),
        *_base(sheet),
    ]


def draw_legend(entries: Iterable[Entry], x: float, y: float, width: float, columns: int) -> str:
    """Draw the entries in columns, filled downwards, with the upper left corner at (x, y)."""
    listed = list(entries)
    rows = rows_of_legend(len(listed), columns)
    step = width / columns
    parts = []
    for index, (swatch, label) in enumerate(listed):
        left, middle = x + step * (index // rows), y + ROW * (index % rows) + ROW / 2
        placed = group([swatch], transform=f"translate({number(left)} {number(middle)})")
        words = _label_lines(label, left + _SWATCH + 7, middle, step - _SWATCH - 14)
        parts.append(group([placed, *words]))
    return group(parts, id="legend")


def _label_lines(label: str, x: float, middle: float, width: float) -> list[str]:
    """Write a label beside its swatch, in two smaller lines where one is too short for it."""
    if width_of(label, _TEXT) <= width:
        return [text_line(label, x, middle + 3.6, size=_TEXT, fill=INK_COLOUR)]
    lines = wrap(label, _SMALL, width, lines=2)
    top = middle + 3.2 - (len(lines) - 1) * ROW / 4
    return [
        text_line(line, x, top + index * ROW / 2, size=_SMALL, fill=INK_COLOUR)
        for index, line in enumerate(lines)
    ]


def rows_of_legend(count: int, columns: int) -> int:
    """Return how many rows that many entries need."""
    return -(-count // columns)


def _access(sheet: MapSheet, facilities: Sequence[Facility]) -> Iterator[Entry]:
    """Yield the classes of constraints and roads, and those that only mark a facility."""
    lines = {access for _, access in sheet.shown} | {
        access for access, frame in sheet.segment_status.items() if not frame.empty
    }
    badges = {badge_class(facility.status) for facility in facilities}
    for access in AccessClass:
        symbol = access_symbol(access, _SWATCH / 2, 0, size=14)
        if access in lines:
            yield access_line(access, f"M0 0H{number(_SWATCH)}") + symbol, _label(access)
        elif access in badges:
            yield symbol, _label(access)


def _label(access: AccessClass) -> str:
    return ACCESS_STYLES[access].label


def _route(sheet: MapSheet) -> Iterator[Entry]:
    if sheet.route is not None:
        yield route_line(f"M0 0H{number(_SWATCH)}"), sheet.route_label


def _facilities(facilities: Sequence[Facility]) -> Iterator[Entry]:
    present = {facility.facility_type for facility in facilities}
    for kind, label in FACILITY_TITLES.items():
        if kind in present:
            yield facility_symbol(kind, _SWATCH / 2, 0), label


def _base(sheet: MapSheet) -> Iterator[Entry]:
    if sheet.roads is not None:
        present = set(sheet.roads["highway"].map(road_class))
        for name, (colour, width) in ROAD_STYLES.items():
            if name in present:
                yield (
                    element("path", d=f"M0 0H{number(_SWATCH)}", stroke=colour, stroke_width=width),
                    _ROAD_TITLES[name],
                )
    if any(place.geometry is not None and place.geometry.area > 0 for place in sheet.places):
        swatch = element(
            "rect", x=4, y=-6, width=_SWATCH - 8, height=12, fill=AREA_COLOUR,
            stroke=QUIET_COLOUR, stroke_width="0.4",
        )  # fmt: skip
        yield swatch, "Populated area"
