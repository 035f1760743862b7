"""Draw a map sheet as SVG, and an SVG as PNG with our own fonts only."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack

import resvg_py
from shapely.geometry.base import BaseGeometry

from layers.palette import INK_COLOUR, PAGE_COLOUR

from .background import draw_background
from .frame import Rect, extent_m, fit_frame
from .graticule import degree_labels, graticule
from .indexed import indexed_png
from .legend import ROW, draw_legend, legend_entries, rows_of_legend
from .marginalia import STRIP, exercise_strip, footer, furniture, header, heading
from .notes import draw_notes, notes_height
from .overlay import Overlay, draw_overlay
from .sheet import MapSheet
from .svg import description, element, group, title
from .table import draw_table
from .themedrawing import draw_themes
from .typeface import FAMILY, font_paths

PAGE_WIDTH, PAGE_HEIGHT = 1188.0, 840.0
"""A4 landscape in units of 1/4 mm."""
PNG_WIDTH = 1600
_DPI = 96.0
"""What a millimetre of the document is measured with; the width in pixels decides the size."""

_EDGE = 18.0
_GAP = 14.0
_HEADER = 58.0
_FOOTER = 62.0
_MAP_SHARE = (0.46, 0.68)
"""Least and greatest share of the width that the map takes; the panel has the rest."""
_LEGEND_COLUMN = 150.0


def render_map(sheet: MapSheet) -> str:
    """Return the sheet as an SVG document; the same sheet gives the same text.

    Raises
    ------
    InvalidInput
        If nothing has a location, or a text has a character that our fonts lack.
    """
    strip = STRIP if sheet.exercise else 0.0
    width = PAGE_WIDTH - 2 * _EDGE
    head = Rect(_EDGE, strip + 6, width, _HEADER)
    foot = Rect(_EDGE, PAGE_HEIGHT - strip - 8 - _FOOTER, width, _FOOTER)
    top, height = head.bottom + 6, foot.y - head.bottom - 14
    subjects = sheet.subjects
    frame = fit_frame(subjects, Rect(_EDGE, top, _map_width(subjects, height), height))
    corners, reserved = furniture(frame)
    overlay = draw_overlay(sheet, frame, (*reserved, degree_labels(frame)))
    panel_x = frame.rect.right + _GAP
    panel = Rect(panel_x, top, PAGE_WIDTH - _EDGE - panel_x, height)
    return _document(
        [
            title(sheet.title),
            description(sheet.description()),
            element("rect", width=PAGE_WIDTH, height=PAGE_HEIGHT, fill=PAGE_COLOUR),
            header(sheet, head),
            _clip(frame.rect),
            group(
                [
                    draw_background(sheet, frame),
                    draw_themes(sheet.themes, frame),
                    graticule(frame, reserved),
                    overlay.svg,
                ],
                clip_path="url(#frame)",
            ),
            corners,
            _border(frame.rect),
            *_panel(sheet, overlay, panel),
            footer(sheet, frame, foot),
            *_exercise_strips(sheet),
        ]
    )


def png_of(svg: str, width_px: int = PNG_WIDTH) -> bytes:
    """Return the picture of an SVG document at a width in pixels.

    Only the bundled fonts are used, so that the same sheet looks the same on every machine. A
    sheet of the default width stays under 300 kB, which a report sent by e-mail can bear.
    """
    with ExitStack() as stack:
        picture = resvg_py.svg_to_bytes(
            svg_string=svg,
            width=width_px,
            dpi=_DPI,
            font_files=font_paths(stack),
            skip_system_fonts=True,
            font_family=FAMILY,
            sans_serif_family=FAMILY,
        )
    return indexed_png(bytes(picture))


def _map_width(subjects: Sequence[BaseGeometry], height: float) -> float:
    """Give the map the width that the shape of its content asks for, within limits."""
    _, (west, south, east, north) = extent_m(subjects)
    asked = height * max(east - west, 1.0) / max(north - south, 1.0)
    least, greatest = (share * (PAGE_WIDTH - 2 * _EDGE) for share in _MAP_SHARE)
    return min(max(asked, least), greatest)


def _panel(sheet: MapSheet, overlay: Overlay, rect: Rect) -> list[str]:
    """Draw the legend, under it the table of constraints, and the notes at the foot."""
    entries = legend_entries(sheet, overlay.drawn)
    columns = max(1, int(rect.width // _LEGEND_COLUMN))
    legend_height = rows_of_legend(len(entries), columns) * ROW
    parts = [
        heading("Legend", rect.x, rect.y + 10, rect.width),
        draw_legend(entries, rect.x, rect.y + 20, rect.width, columns),
    ]
    top = rect.y + 20 + legend_height + 20
    parts.append(heading(_table_title(sheet, overlay), rect.x, top, rect.width))
    table, left_out = draw_table(
        overlay.numbered,
        sheet.as_of,
        rect.x,
        top + 6,
        width=rect.width,
        height=rect.bottom - top - 6 - notes_height(sheet, overlay, rect.width),
    )
    return [*parts, table, draw_notes(sheet, overlay, left_out, rect)]


def _table_title(sheet: MapSheet, overlay: Overlay) -> str:
    if not sheet.asks_constraints:
        return "Access constraints are not part of this map"
    if overlay.numbered:
        return f"Access constraints ({len(overlay.numbered)})"
    return "No access constraint is published as standing now"


def _clip(rect: Rect) -> str:
    shape = element("rect", x=rect.x, y=rect.y, width=rect.width, height=rect.height)
    return element("defs", element("clipPath", shape, id="frame"))


def _border(rect: Rect) -> str:
    return element(
        "rect",
        x=rect.x,
        y=rect.y,
        width=rect.width,
        height=rect.height,
        fill="none",
        stroke=INK_COLOUR,
        stroke_width="1.2",
    )


def _exercise_strips(sheet: MapSheet) -> list[str]:
    if not sheet.exercise:
        return []
    return [exercise_strip(0, PAGE_WIDTH), exercise_strip(PAGE_HEIGHT - STRIP, PAGE_WIDTH)]


def _document(body: Sequence[str]) -> str:
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" role="img" width="297mm" height="210mm" '
        f'viewBox="0 0 {PAGE_WIDTH:g} {PAGE_HEIGHT:g}">\n' + "\n".join(body) + "\n</svg>\n"
    )
