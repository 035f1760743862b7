"""The table of constraints beside the map: number, name, effect, limits, source and date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from layers.mapclass import effect_words, source_words
from layers.palette import INK_COLOUR, QUIET_COLOUR

from .overlay import Numbered
from .svg import element, group, text_line
from .symbols import pill, pill_width
from .typeface import shorten, wrap

_NAME, _BODY, _SMALL = 10.5, 9.6, 8.8
_LEADING = 1.25
_PAD = 4.0


@dataclass(frozen=True, slots=True)
class Density:
    """How many lines a row of the table may take, and how large they are."""

    name_lines: int
    effect_lines: int
    size: float


_DENSITIES = (Density(2, 3, 1.0), Density(1, 2, 0.94), Density(1, 1, 0.88), Density(1, 1, 0.8))


def draw_table(
    rows: Sequence[Numbered], at: datetime, x: float, y: float, *, width: float, height: float
) -> tuple[str, int]:
    """Draw as many rows as the height holds; return the markup and how many are left out.

    The roomiest density that holds every row is taken.
    """
    inset = max((pill_width(str(row.number)) for row in rows), default=0.0) + 8
    blocks: list[tuple[str, float]] = []
    for density in _DENSITIES:
        blocks, used = [], 0.0
        for row in rows:
            markup, row_height = _row(row, at, x, y + used, inset, width, density)
            blocks.append((markup, row_height))
            used += row_height
        if used <= height:
            break
    kept, used = 0, 0.0
    for _, row_height in blocks:
        if used + row_height > height:
            break
        used += row_height
        kept += 1
    return group((markup for markup, _ in blocks[:kept]), id="constraints"), len(blocks) - kept


def _row(
    row: Numbered, at: datetime, x: float, y: float, inset: float, width: float, density: Density
) -> tuple[str, float]:
    room = width - inset
    name, body, small = (size * density.size for size in (_NAME, _BODY, _SMALL))
    words = effect_words(row.constraint, at)
    if row.missing:
        words = f"{words} · {row.missing}"
    lines = [
        *((line, name, "bold", INK_COLOUR)
          for line in wrap(row.constraint.name, name, room, weight="bold", lines=density.name_lines)),
        *((line, body, "regular", INK_COLOUR)
          for line in wrap(words, body, room, lines=density.effect_lines)),
        (shorten(source_words(row.constraint, at), small, room), small, "regular", QUIET_COLOUR),
    ]  # fmt: skip
    parts, baseline = [], y + _PAD
    for text, size, weight, colour in lines:
        baseline += size * _LEADING
        parts.append(
            text_line(
                text, x + inset, baseline - size * 0.25, size=size,
                weight="bold" if weight == "bold" else "regular", fill=colour,
            )
        )  # fmt: skip
    bottom = baseline + _PAD
    parts.append(pill(row.access, str(row.number), x, y + _PAD + 7.5))
    parts.append(
        element(
            "line", x1=x, y1=bottom, x2=x + width, y2=bottom, stroke="#d9d6cf", stroke_width="0.6"
        )
    )
    return group(parts), bottom - y
