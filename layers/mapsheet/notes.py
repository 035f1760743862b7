"""The notes at the foot of the panel: what grades mean, and what the sheet does not show."""

from __future__ import annotations

from typing import NamedTuple

from layers.mapclass import GRADE_WORDS
from layers.palette import QUIET_COLOUR

from .frame import Rect
from .overlay import Overlay
from .sheet import MapSheet
from .svg import group, text_line
from .typeface import Weight, wrap

_GRADES, _MISSING = 8.0, 9.0
_LEADING = 1.28
_MOST_LINES = 5


class _Line(NamedTuple):
    text: str
    size: float
    weight: Weight


def notes_height(sheet: MapSheet, overlay: Overlay, width: float) -> float:
    """Return the room that the notes need at most, whatever the table leaves out."""
    return _height(_lines(sheet, overlay, len(overlay.numbered), width)) + 4


def draw_notes(sheet: MapSheet, overlay: Overlay, left_out: int, panel: Rect) -> str:
    """Draw the notes upwards from the foot of the panel."""
    lines = _lines(sheet, overlay, left_out, panel.width)
    baseline = panel.bottom - 2 - _height(lines)
    parts = []
    for line in lines:
        baseline += line.size * _LEADING
        parts.append(
            text_line(
                line.text, panel.x, baseline, size=line.size, weight=line.weight, fill=QUIET_COLOUR
            )
        )
    return group(parts, id="notes")


def _lines(sheet: MapSheet, overlay: Overlay, left_out: int, width: float) -> list[_Line]:
    grades = wrap(GRADE_WORDS, _GRADES, width) if overlay.numbered else []
    missing = " ".join(_missing(sheet, overlay, left_out))
    told = wrap(missing, _MISSING, width, weight="bold", lines=_MOST_LINES) if missing else []
    return [
        *(_Line(text, _GRADES, "regular") for text in grades),
        *(_Line(text, _MISSING, "bold") for text in told),
    ]


def _missing(sheet: MapSheet, overlay: Overlay, left_out: int) -> list[str]:
    """Return what nobody has published and what found no room, the gravest first."""
    notes = [f"Nobody has published the layer {name}." for name in sheet.unpublished]
    if left_out:
        notes.append(f"{left_out} more are not listed here; see the constraints layer.")
    if overlay.unlabelled:
        notes.append(f"Facilities that have no name here for want of room: {overlay.unlabelled}.")
    if overlay.outside_words:
        notes.append(overlay.outside_words)
    return notes


def _height(lines: list[_Line]) -> float:
    return sum(line.size for line in lines) * _LEADING
