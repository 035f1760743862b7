"""The texts of an offline map page, each escaped: title, dates, list, legend and credits."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from layers.mapclass import GRADE_WORDS, long_date
from layers.mapsheet.legend import legend_entries
from layers.mapsheet.marginalia import source_lines
from layers.mapsheet.sheet import MapSheet

from .records import Record

EXERCISE = "Exercise · invented data · not for real movement"


def page_text(sheet: MapSheet, records: Sequence[Record]) -> str:
    """Return everything of the page but the map, which is useful without it too."""
    return "\n".join(
        [
            _header(sheet),
            '<aside aria-label="What the map says">',
            _constraints(sheet, records),
            _outside(records),
            _legend(sheet),
            _credits(sheet),
            "</aside>",
            _watermark() if sheet.exercise else "",
        ]
    )


def _header(sheet: MapSheet) -> str:
    mark = f'<p class="mark">{escape(EXERCISE)}</p>' if sheet.exercise else ""
    beneath = " · ".join(part for part in (sheet.subtitle, sheet.operation) if part)
    return (
        f"<header>{mark}<h1>{escape(sheet.title)}</h1>"
        f"<p>{escape(beneath)} · <strong>Valid as of {escape(long_date(sheet.as_of))}</strong>"
        f" · {escape(sheet.version_words)}"
        f" · produced {escape(long_date(sheet.produced_at))}</p></header>"
    )


def _constraints(sheet: MapSheet, records: Sequence[Record]) -> str:
    listed = [(index, item) for index, item in enumerate(records) if item.number is not None]
    if not sheet.asks_constraints:
        return "<section><h2>Access constraints are not part of this map</h2></section>"
    unpublished = "".join(
        f"<p>Nobody has published the layer {escape(name)}.</p>" for name in sheet.unpublished
    )
    rows = "\n".join(_row(index, item) for index, item in listed)
    grades = f'<p class="small">{escape(GRADE_WORDS)}</p>' if listed else ""
    return (
        f"<section><h2>Access constraints ({len(listed)})</h2>{unpublished}"
        f"<ol>\n{rows}\n</ol>{grades}</section>"
    )


def _outside(records: Sequence[Record]) -> str:
    names = [item.title for item in records if item.outside]
    return f"<p>Outside this map ({len(names)}): {escape(', '.join(names))}.</p>" if names else ""


def _row(index: int, item: Record) -> str:
    lines = "".join(f"<span>{escape(line)}</span>" for line in item.lines)
    name = f"<strong>{escape(item.title)}</strong>"
    words = f"{item.icon.svg}<span>{name}{lines}</span>"
    if item.geometry is None or item.geometry.is_empty:
        return f"<li><div>{words}</div></li>"
    return f'<li><button type="button" data-record="{index}">{words}</button></li>'


def _legend(sheet: MapSheet) -> str:
    rows = "\n".join(
        '<li><svg xmlns="http://www.w3.org/2000/svg" width="48" height="22" '
        f'viewBox="-2 -11 48 22" aria-hidden="true">{swatch}</svg>{escape(label)}</li>'
        for swatch, label in legend_entries(sheet, sheet.facilities)
    )
    return f'<section><h2>Legend</h2><ul class="legend">\n{rows}\n</ul></section>'


def _credits(sheet: MapSheet) -> str:
    lines = [*source_lines(sheet), *sheet.disclaimers]
    paragraphs = "".join(f"<p>{escape(line)}</p>" for line in lines)
    return f'<section class="small"><h2>Sources, versions and licences</h2>{paragraphs}</section>'


def _watermark() -> str:
    words = "<span>EXERCISE</span>" * 4
    return f'<div class="watermark" aria-hidden="true">{words}</div>'
