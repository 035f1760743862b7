"""What lies over the roads: numbered constraints, facilities with their names, and places."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from layers.mapclass import FACILITY_WORDS, effect_words
from layers.palette import ACCESS_STYLES, FACILITY_COLOUR, LAND_COLOUR, QUIET_COLOUR, AccessClass
from lca.constraint import Constraint
from lca.facility import Facility
from lca.place import Place

from .frame import MapFrame, Rect
from .placing import Room
from .roadnames import road_names
from .sheet import MapSheet
from .svg import element, group, text_line, title
from .symbols import FACILITY, PILL_HEIGHT, access_symbol, facility_symbol, pill, pill_width
from .typeface import Weight, clean, shorten, width_of

_LABEL_SIZE = 10.5
_LABEL_WIDTH = 240.0
_PLACE_SIZE = 9.0
_PLACE_LABELS = 8
_SHORT_LINE = 60.0
OUTSIDE = "outside this map"


@dataclass(frozen=True, slots=True)
class Numbered:
    """A constraint with its number and class on the sheet; ``missing`` says what its place lacks."""

    number: int
    constraint: Constraint
    access: AccessClass
    missing: str = ""


@dataclass(frozen=True, slots=True)
class Overlay:
    """The drawn markers, and what the marginalia must say of them."""

    svg: str
    numbered: tuple[Numbered, ...]
    drawn: tuple[Facility, ...]
    """Facilities that lie on the map."""
    outside: tuple[str, ...]
    """Names of the facilities that lie outside the map."""
    places_outside: int
    unlabelled: int
    """Facilities whose name found no room."""

    @property
    def outside_words(self) -> str:
        """What lies outside the map, counted and named, or nothing."""
        numbers = [str(item.number) for item in self.numbered if OUTSIDE in item.missing]
        count = len(numbers) + len(self.outside) + self.places_outside
        if not count:
            return ""
        plural = "s" if len(numbers) > 1 else ""
        constraints = [f"constraint{plural} {', '.join(numbers)}"] if numbers else []
        areas = [f"populated areas: {self.places_outside}"] if self.places_outside else []
        return f"Outside this map ({count}): {'; '.join([*constraints, *self.outside, *areas])}."


def draw_overlay(sheet: MapSheet, frame: MapFrame, reserved: tuple[Rect, ...]) -> Overlay:
    """Draw the markers, gravest first, then names where room is left."""
    room = Room(frame.rect, list(reserved))
    symbols = [
        (facility, symbol)
        for facility in sheet.facilities
        if (symbol := _facility_place(facility, frame, room)) is not None
    ]
    markers: list[str] = []
    numbered: list[Numbered] = []
    for index, (constraint, access) in enumerate(sheet.shown, start=1):
        part = _shown_part(constraint, frame)
        missing = [
            sheet.location_words(constraint),
            OUTSIDE if part is not None and part.is_empty else "",
        ]
        item = Numbered(index, constraint, access, " · ".join(words for words in missing if words))
        numbered.append(item)
        if part is not None and not part.is_empty:
            markers.append(_marker(item, part, sheet, room))
    names = [_facility_name(facility, symbol, room) for facility, symbol in symbols]
    roads = road_names(sheet.roads, frame, room)
    parts = [
        *roads,
        *_place_names(sheet, frame, room),
        *(_draw_facility(facility, symbol, frame) for facility, symbol in symbols),
        *(name for name in names if name),
        *reversed(markers),
    ]
    return Overlay(
        svg=group(parts, id="overlay"),
        numbered=tuple(numbered),
        drawn=tuple(facility for facility, _ in symbols),
        outside=_outside(sheet, frame),
        places_outside=_places_outside(sheet, frame),
        unlabelled=sum(1 for name in names if not name),
    )


def _shown_part(constraint: Constraint, frame: MapFrame) -> BaseGeometry | None:
    """Return the part of a constraint that lies on the map, in page units; None if it has no location."""
    if constraint.geometry is None or constraint.geometry.is_empty:
        return None
    part: BaseGeometry = shapely.intersection(frame.to_page([constraint.geometry])[0], frame.clip)
    return part


def _outside(sheet: MapSheet, frame: MapFrame) -> tuple[str, ...]:
    located = [item for item in sheet.facilities if item.geometry and not item.geometry.is_empty]
    return tuple(item.name for item in located if _facility_point(item, frame) is None)


def _places_outside(sheet: MapSheet, frame: MapFrame) -> int:
    located = [item.geometry for item in sheet.places if item.geometry is not None]
    drawn = frame.to_page([item for item in located if not item.is_empty])
    return int(np.count_nonzero(~shapely.intersects(drawn, frame.clip)))


def _anchor(shown: BaseGeometry) -> shapely.Point:
    """Return the point of the page that a marker belongs to."""
    if isinstance(shown, shapely.LineString):
        return shapely.line_interpolate_point(shown, 0.5, normalized=True)
    return shown.point_on_surface()


def _marker(item: Numbered, shown: BaseGeometry, sheet: MapSheet, room: Room) -> str:
    """Draw a constraint's numbered marker on its point or area, or beside its short line."""
    anchor, label = _anchor(shown), str(item.number)
    words = title(f"{item.constraint.name}: {effect_words(item.constraint, sheet.as_of)}")
    west, north, east, south = shown.bounds
    if shown.length > 0 and shown.area == 0 and max(east - west, south - north) < _SHORT_LINE:
        room.take(Rect(west - 2, north - 2, east - west + 4, south - north + 4))
    rect = room.marker(anchor.x, anchor.y, pill_width(label), PILL_HEIGHT)
    if rect is None:
        return group([words, access_symbol(item.access, anchor.x, anchor.y, size=10)])
    colour = ACCESS_STYLES[item.access].colour
    middle = rect.y + rect.height / 2
    return group(
        [words, _leader(anchor, rect, colour), pill(item.access, label, rect.x, middle)],
        data_number=label,
    )


def _leader(anchor: shapely.Point, rect: Rect, colour: str) -> str:
    """Draw a line from a moved marker to the point it belongs to."""
    if rect.x <= anchor.x <= rect.right and rect.y <= anchor.y <= rect.bottom:
        return ""
    x, y = rect.x + rect.width / 2, rect.y + rect.height / 2
    line = element("line", x1=anchor.x, y1=anchor.y, x2=x, y2=y, stroke=colour, stroke_width="1.2")
    return line + element("circle", cx=anchor.x, cy=anchor.y, r=2.4, fill=colour)


def _facility_place(facility: Facility, frame: MapFrame, room: Room) -> Rect | None:
    point = _facility_point(facility, frame)
    if point is None:
        return None
    found = room.marker(point.x, point.y, FACILITY, FACILITY)
    return found or Rect(point.x - FACILITY / 2, point.y - FACILITY / 2, FACILITY, FACILITY)


def _facility_point(facility: Facility, frame: MapFrame) -> shapely.Point | None:
    if facility.geometry is None or facility.geometry.is_empty:
        return None
    point = frame.to_page([facility.geometry])[0].representative_point()
    return point if frame.clip.contains(point) else None


def _draw_facility(facility: Facility, symbol: Rect, frame: MapFrame) -> str:
    point = _facility_point(facility, frame)
    x, y = symbol.x + FACILITY / 2, symbol.y + FACILITY / 2
    return group(
        [
            title(f"{facility.name}: {FACILITY_WORDS[facility.status]}"),
            _leader(point, symbol, FACILITY_COLOUR) if point is not None else "",
            facility_symbol(facility.facility_type, x, y, status=facility.status),
        ]
    )


def _facility_name(facility: Facility, symbol: Rect, room: Room) -> str:
    """Write the name beside its symbol; where the whole name finds no room, its beginning."""
    for longest in (_LABEL_WIDTH, _LABEL_WIDTH / 2):
        label = shorten(clean(facility.name), _LABEL_SIZE, longest, weight="bold")
        rect = room.label(symbol, width_of(label, _LABEL_SIZE, "bold"), _LABEL_SIZE * 1.25)
        if rect is not None:
            return _halo(label, rect, size=_LABEL_SIZE, weight="bold", fill=FACILITY_COLOUR)
    return ""


def _halo(label: str, rect: Rect, *, size: float, weight: Weight, fill: str) -> str:
    return text_line(
        label,
        rect.x,
        rect.y + size * 0.98,
        size=size,
        weight=weight,
        fill=fill,
        stroke=LAND_COLOUR,
        stroke_width=3,
        stroke_linejoin="round",
        paint_order="stroke",
    )


def _place_names(sheet: MapSheet, frame: MapFrame, room: Room) -> list[str]:
    """Name the most populous places that find room."""
    known = [item for item in sheet.places if item.population]
    largest = sorted(known, key=lambda item: (-(item.population or 0), item.id))[:_PLACE_LABELS]
    return [name for place in largest if (name := _place_name(place, frame, room))]


def _place_name(place: Place, frame: MapFrame, room: Room) -> str:
    if place.geometry is None or place.geometry.is_empty:
        return ""
    point = frame.to_page([place.geometry])[0].representative_point()
    label = shorten(clean(place.name), _PLACE_SIZE, 110)
    width = width_of(label, _PLACE_SIZE)
    dot = Rect(point.x - 1.5, point.y - 1.5, 3, 3)
    rect = room.label(dot, width, _PLACE_SIZE * 1.2) if frame.clip.contains(point) else None
    if rect is None:
        return ""
    drawn_dot = element("circle", cx=point.x, cy=point.y, r=1.6, fill=QUIET_COLOUR)
    return drawn_dot + _halo(label, rect, size=_PLACE_SIZE, weight="regular", fill=QUIET_COLOUR)
