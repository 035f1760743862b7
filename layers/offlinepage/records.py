"""What the page says of each record: words and an icon, as data that is never markup."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass

import shapely
from shapely.geometry.base import BaseGeometry

from layers.mapclass import FACILITY_WORDS, effect_words, short_date, source_words
from layers.mapsheet.extent import view_around
from layers.mapsheet.overlay import OUTSIDE
from layers.mapsheet.sheet import MapSheet
from layers.mapsheet.symbols import (
    FACILITY,
    FACILITY_TITLES,
    PILL_HEIGHT,
    facility_symbol,
    pill,
    pill_width,
)
from layers.palette import AccessClass
from lca.provenance import Provenance

_MARGIN = 3.0


@dataclass(frozen=True, slots=True)
class Icon:
    """An SVG picture of ours and its size in pixels."""

    svg: str
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Record:
    """One record of the page: its icon, its title and the lines under it."""

    number: int | None
    title: str
    lines: tuple[str, ...]
    icon: Icon
    access: AccessClass | None
    geometry: BaseGeometry | None
    outside: bool
    """Whether it lies where the page does not open; its button leads there."""


def records_of(sheet: MapSheet) -> list[Record]:
    """Return the constraints of a sheet, the gravest first, and then its facilities."""
    view = view_around(sheet.subjects)
    constraints = [
        Record(
            number=number,
            title=item.name,
            lines=_lines(
                _joined(
                    effect_words(item, sheet.as_of),
                    sheet.location_words(item),
                    OUTSIDE if _outside(item.geometry, view) else "",
                ),
                item.description,
                source_words(item, sheet.as_of),
            ),
            icon=_constraint_icon(access, number),
            access=access,
            geometry=item.geometry,
            outside=_outside(item.geometry, view),
        )
        for number, (item, access) in enumerate(sheet.shown, start=1)
    ]
    facilities = [
        Record(
            number=None,
            title=item.name,
            lines=_lines(
                _joined(
                    FACILITY_TITLES[item.facility_type],
                    FACILITY_WORDS[item.status],
                    OUTSIDE if _outside(item.geometry, view) else "",
                ),
                item.status_comment,
                _stated(item),
            ),
            icon=_icon(
                facility_symbol(item.facility_type, _middle(), _middle(), status=item.status),
                FACILITY,
                FACILITY,
            ),
            access=None,
            geometry=item.geometry,
            outside=_outside(item.geometry, view),
        )
        for item in sheet.facilities
    ]
    return [*constraints, *facilities]


def json_island(records: Sequence[Record]) -> str:
    """Return the records as a JSON element that no text in them can leave."""
    body = json.dumps(
        [{"title": item.title, "lines": item.lines, "icon": asdict(item.icon)} for item in records],
        ensure_ascii=True,
    )
    inert = body.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
    return f'<script type="application/json" id="records">{inert}</script>'


def _lines(*lines: str | None) -> tuple[str, ...]:
    return tuple(line for line in lines if line)


def _joined(*words: str) -> str:
    return " · ".join(word for word in words if word)


def _outside(geometry: BaseGeometry | None, view: shapely.Polygon) -> bool:
    return geometry is not None and not geometry.is_empty and not view.intersects(geometry)


def _stated(record: Provenance) -> str:
    return f"{record.source_org}, {short_date(record.date_of_information)}"


def _middle() -> float:
    return _MARGIN + FACILITY / 2


def _constraint_icon(access: AccessClass, number: int) -> Icon:
    label = str(number)
    picture = pill(access, label, _MARGIN, _MARGIN + PILL_HEIGHT / 2)
    return _icon(picture, pill_width(label), PILL_HEIGHT)


def _icon(picture: str, width: float, height: float) -> Icon:
    wide, high = width + 2 * _MARGIN, height + 2 * _MARGIN
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{wide:.0f}" height="{high:.0f}" '
        f'viewBox="0 0 {wide:.1f} {high:.1f}" aria-hidden="true">{picture}</svg>'
    )
    return Icon(svg, round(wide), round(high))
