"""Find room for markers and labels, so that none covers another."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .frame import Rect

_GAP = 1.5
_ANGLES = (0, 180, 60, 120, 240, 300, 30, 150, 210, 330, 90, 270)
_REACHES = (22.0, 32.0, 44.0, 58.0, 74.0, 92.0, 112.0)


@dataclass(slots=True)
class Room:
    """The free space of a map frame, which shrinks with everything placed in it."""

    bounds: Rect
    taken: list[Rect] = field(default_factory=list)

    def take(self, rect: Rect) -> None:
        """Mark a rectangle as taken."""
        self.taken.append(rect)

    def first_free(self, candidates: Iterable[Rect]) -> Rect | None:
        """Take and return the first candidate that lies in bounds and covers nothing."""
        for rect in candidates:
            padded = Rect(
                rect.x - _GAP, rect.y - _GAP, rect.width + 2 * _GAP, rect.height + 2 * _GAP
            )
            if self.bounds.holds(padded) and not any(
                padded.overlaps(other) for other in self.taken
            ):
                self.take(rect)
                return rect
        return None

    def marker(self, x: float, y: float, width: float, height: float) -> Rect | None:
        """Place a marker on a point, or around it at growing distances."""
        return self.first_free(_around(x, y, width, height))

    def label(self, symbol: Rect, width: float, height: float) -> Rect | None:
        """Place a label beside a symbol: right, left, above, below, then at the corners."""
        middle_x, middle_y = symbol.x + symbol.width / 2, symbol.y + symbol.height / 2
        left, right = symbol.x - width - 2, symbol.right + 2
        above, below = symbol.y - height - 1, symbol.bottom + 1
        beside = [
            Rect(right, middle_y - height / 2, width, height),
            Rect(left, middle_y - height / 2, width, height),
            Rect(middle_x - width / 2, above, width, height),
            Rect(middle_x - width / 2, below, width, height),
            Rect(right, above + height / 2, width, height),
            Rect(right, below - height / 2, width, height),
            Rect(left, above + height / 2, width, height),
            Rect(left, below - height / 2, width, height),
        ]
        return self.first_free(beside)


def _around(x: float, y: float, width: float, height: float) -> Iterator[Rect]:
    yield Rect(x - width / 2, y - height / 2, width, height)
    for reach in _REACHES:
        for angle in _ANGLES:
            across = reach * math.cos(math.radians(angle))
            down = reach * math.sin(math.radians(angle))
            yield Rect(x + across - width / 2, y + down - height / 2, width, height)
