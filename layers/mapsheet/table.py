"""The table of constraints beside the map: number, name, effect, limits, source and date."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import accumulate
from typing import NamedTuple

from layers.mapclass import effect_words, source_words
from layers.palette import INK_COLOUR, QUIET_COLOUR, RULE_COLOUR

from .overlay import Numbered
from .svg import element, group, text_line
from .symbols import pill, pill_width
from .typeface import Weight, wrap

_NAME, _BODY, _SMALL = 10.5, 9.6, 8.8
_LEADING = 1.25
_PILL_ROOM = 9.0


@dataclass(frozen=True, slots=True)
class Density:
    """How large the rows of the table are, and how many lines a name may take.

    Only a name is ever cut: effect, limit, hours, source, date and grade take the lines they need.
    With ``joined``, effect and source run on in one paragraph.
    """

    name_lines: int
    size: float
    joined: bool = False
    padding: float = 4.0


_DENSITIES = (
    Density(2, 1.0),
    Density(2, 0.92, padding=3.0),
    Density(1, 0.85, padding=2.5),
    Density(1, 0.85, joined=True, padding=2.0),
)


class _Line(NamedTuple):
    text: str
    size: float
    weight: Weight
    colour: str


def draw_table(
    rows: Sequence[Numbered], at: datetime, x: float, y: float, *, width: float, height: float
) -> tuple[str, int]:
    """Draw as many rows as the height holds; return the markup and how many are left out.

    The roomiest density that holds every row is taken, else the tightest.
    """
    inset = max((pill_width(str(row.number)) for row in rows), default=0.0) + 8
    density, texts, bottoms = _roomiest(rows, at, width - inset, height)
    drawn = [
        _row(row, lines, density, x, y + bottom - _height(lines, density), inset)
        + _rule(x, y + bottom, width)
        for row, lines, bottom in zip(rows, texts, bottoms, strict=True)
        if bottom <= height
    ]
    return group(drawn, id="constraints"), len(rows) - len(drawn)


def _roomiest(
    rows: Sequence[Numbered], at: datetime, room: float, height: float
) -> tuple[Density, list[list[_Line]], list[float]]:
    """Return the density to draw in, each row's lines in it, and where each row ends."""
    *roomier, tightest = _DENSITIES
    for density in roomier:
        texts, bottoms = _set(rows, at, room, density)
        if not bottoms or bottoms[-1] <= height:
            return density, texts, bottoms
    return tightest, *_set(rows, at, room, tightest)


def _set(
    rows: Sequence[Numbered], at: datetime, room: float, density: Density
) -> tuple[list[list[_Line]], list[float]]:
    texts = [_lines(row, at, room, density) for row in rows]
    return texts, list(accumulate(_height(lines, density) for lines in texts))


def _lines(row: Numbered, at: datetime, room: float, density: Density) -> list[_Line]:
    name, body, small = (size * density.size for size in (_NAME, _BODY, _SMALL))
    effect = " · ".join(part for part in (effect_words(row.constraint, at), row.missing) if part)
    source = source_words(row.constraint, at)
    titles = wrap(row.constraint.name, name, room, weight="bold", lines=density.name_lines)
    lines = [_Line(text, name, "bold", INK_COLOUR) for text in titles]
    if density.joined:
        told = wrap(f"{effect} · {source}", small, room)
        return [*lines, *(_Line(text, small, "regular", INK_COLOUR) for text in told)]
    lines += [_Line(text, body, "regular", INK_COLOUR) for text in wrap(effect, body, room)]
    sources = wrap(source, small, room)
    return [*lines, *(_Line(text, small, "regular", QUIET_COLOUR) for text in sources)]


def _height(lines: Sequence[_Line], density: Density) -> float:
    return sum(line.size for line in lines) * _LEADING + 2 * density.padding


def _row(
    row: Numbered, lines: Sequence[_Line], density: Density, x: float, top: float, inset: float
) -> str:
    parts = [pill(row.access, str(row.number), x, top + density.padding / 2 + _PILL_ROOM)]
    baseline = top + density.padding
    for line in lines:
        baseline += line.size * _LEADING
        parts.append(
            text_line(
                line.text,
                x + inset,
                baseline - line.size * 0.25,
                size=line.size,
                weight=line.weight,
                fill=line.colour,
            )
        )
    return group(parts)


def _rule(x: float, y: float, width: float) -> str:
    return element("line", x1=x, y1=y, x2=x + width, y2=y, stroke=RULE_COLOUR, stroke_width="0.6")
