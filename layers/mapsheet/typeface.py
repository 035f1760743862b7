"""Measure and wrap text in the bundled Noto Sans, and refuse what it cannot draw."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from contextlib import ExitStack
from functools import lru_cache
from importlib import resources
from typing import Literal

from lca.errors import InvalidInput

Weight = Literal["regular", "bold"]
FAMILY = "Noto Sans"


@lru_cache(maxsize=1)
def _advances() -> dict[str, dict[str, int]]:
    table = resources.files("layers").joinpath("fonts", "advances.json")
    loaded: dict[str, dict[str, int]] = json.loads(table.read_text(encoding="ascii"))
    return loaded


def font_paths(stack: ExitStack) -> list[str]:
    """Return the paths of the font files; they stay readable until the stack closes."""
    folder = resources.files("layers").joinpath("fonts")
    files = sorted(
        (item for item in folder.iterdir() if item.name.endswith(".ttf")),
        key=lambda item: item.name,
    )
    return [str(stack.enter_context(resources.as_file(item))) for item in files]


def clean(text: str) -> str:
    """Return the text in composed form, with every run of blanks and controls as one space."""
    composed = unicodedata.normalize("NFC", text)
    spaced = (
        " " if unicodedata.category(char) in {"Cc", "Zs", "Zl", "Zp"} else char for char in composed
    )
    return " ".join("".join(spaced).split())


def require_glyphs(text: str) -> None:
    """Check that every character can be drawn.

    Raises
    ------
    InvalidInput
        Naming the first missing character and its text: a box in its place would misname a road.
    """
    known = _advances()["regular"]
    for char in text:
        if char not in known and unicodedata.category(char) != "Cf":
            name = unicodedata.name(char, "unnamed")
            raise InvalidInput(
                f"The map's fonts have no glyph for {char!r} (U+{ord(char):04X}, {name}).",
                where=text[:60],
                do_next=(
                    "Give the name in Latin, Greek, Cyrillic or Arabic script, "
                    "or make the HTML map, which uses the reader's own fonts."
                ),
            )


def width_of(text: str, size: float, weight: Weight = "regular") -> float:
    """Return the width of a line of text at a font size, both in the same unit.

    Kerning is left out and Arabic letters count in their isolated form, so a line is seldom
    wider, and never much wider, than this.
    """
    table = _advances()[weight]
    return sum(table.get(char, 600) for char in text) * size / 1000


def wrap(
    text: str, size: float, width: float, *, weight: Weight = "regular", lines: int = 99
) -> list[str]:
    """Break a text into lines no wider than ``width``; what is over ends in an ellipsis.

    A word wider than the line is broken, so that a name without spaces cannot leave its column.
    """
    found: list[str] = []
    line = ""
    for word in _short_words(clean(text), size, width, weight):
        longer = f"{line} {word}" if line else word
        if line and width_of(longer, size, weight) > width:
            found.append(line)
            line = word
        else:
            line = longer
    found.append(line)
    if len(found) <= lines:
        return found
    return [*found[: lines - 1], shorten(" ".join(found[lines - 1 :]), size, width, weight=weight)]


def shorten(text: str, size: float, width: float, *, weight: Weight = "regular") -> str:
    """Return the text cut to the width with an ellipsis, or whole if it fits."""
    if width_of(text, size, weight) <= width:
        return text
    kept = text
    while kept and width_of(f"{kept}…", size, weight) > width:
        kept = kept[:-1].rstrip()
    return f"{kept}…"


def _short_words(text: str, size: float, width: float, weight: Weight) -> Iterable[str]:
    for word in text.split(" "):
        rest = word
        while width_of(rest, size, weight) > width and len(rest) > 1:
            kept = len(rest)
            while kept > 1 and width_of(rest[:kept], size, weight) > width:
                kept -= 1
            yield rest[:kept]
            rest = rest[kept:]
        yield rest
