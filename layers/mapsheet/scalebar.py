"""A scale bar that is true in metres at the middle of the map."""

from __future__ import annotations

import math

from layers.palette import INK_COLOUR, PAGE_COLOUR

from .frame import MapFrame
from .svg import element, group, text_line

_PARTS = 4


def round_length_m(longest_m: float) -> float:
    """Return the greatest 1, 2 or 5 times a power of ten that is not above ``longest_m``."""
    power = 10.0 ** math.floor(math.log10(longest_m))
    return max(step * power for step in (1, 2, 5) if step * power <= longest_m)


def length_words(metres: float) -> str:
    """Return a length as ``500 m`` or ``2 km``."""
    return f"{metres:g} m" if metres < 1000 else f"{metres / 1000:g} km"


def bar_length(frame: MapFrame, longest: float) -> tuple[float, float]:
    """Return the round length in metres, and its width on the page, not above ``longest``."""
    metres_per_unit = frame.true_metres(longest) / longest
    length_m = round_length_m(longest * metres_per_unit)
    return length_m, length_m / metres_per_unit


def scale_bar(length_m: float, width: float, x: float, y: float) -> str:
    """Draw the bar with its left end at ``x`` and its upper edge at ``y``."""
    step = width / _PARTS
    parts = [
        element(
            "rect",
            x=x + index * step,
            y=y,
            width=step,
            height=5,
            fill=INK_COLOUR if index % 2 == 0 else PAGE_COLOUR,
            stroke=INK_COLOUR,
            stroke_width="0.8",
        )
        for index in range(_PARTS)
    ]
    for share in (0.0, 0.5, 1.0):
        label = "0" if share == 0 else length_words(length_m * share)
        middle = x + width * share
        parts.append(
            text_line(label, middle, y + 16, size=9.5, fill=INK_COLOUR, text_anchor="middle")
        )
    return group(parts, id="scale-bar", data_length_m=f"{length_m:g}", data_width=f"{width:.4f}")
