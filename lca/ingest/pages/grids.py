"""Read a distance or travel-time matrix of a document into its directed pairs."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from lca.errors import InvalidInput
from lca.ingest.cells import is_null_word, parse_number
from lca.ingest.plan import plain_heading
from lca.ingest.units import factor_between
from lca.ingest.wire import Cell
from lca.naturalkey import plain_value

from .blocks import Block, text_of
from .traveltime import TravelTime, travel_time

_HEAD_WITHIN = 4
_FEWEST_PLACES = 3
_SHARED = 0.5
"""So many of a matrix's row names are column names too; of another table none are."""
_SAMPLED = 400
_TIME_WORDS = re.compile(
    r"\b(?:times?|hours?|hrs|duration|durees?|temps|heures?|tiempos?|horas|duracion)\b"
)
_MILES = re.compile(r"\bmiles?\b")
_SEASONS = {
    "rainy": re.compile(r"\b(?:rainy|wet|rains|pluies|pluvieuse|lluvias|lluviosa)\b"),
    "dry": re.compile(r"\b(?:dry|seche|seca)\b"),
    "flood": re.compile(r"\b(?:flood\w*|crue|inundacion\w*)\b"),
}
_MODES = {
    "rail": re.compile(r"\b(?:rail\w*|train|ferroviaire|ferro\w*)\b"),
    "waterway": re.compile(r"\b(?:river|barge|waterways?|fluvial\w*)\b"),
    "road": re.compile(r"\b(?:roads?|routes?|routier|carretera\w*)\b"),
}
_NOTHING = re.compile(r"[-–—xX*/\\.\s]*")

Figure = Literal["km", "h"]


@dataclass(frozen=True, slots=True)
class Pair:
    """One filled cell of a matrix: from the row's place to the column's."""

    row: int
    start: str
    end: str
    cell: Cell

    @property
    def key(self) -> tuple[str, str]:
        """The places as they are compared."""
        return plain_value(self.start), plain_value(self.end)


@dataclass(slots=True)
class Grid:
    """A matrix as a document has it: kilometres or travel times by directed pair."""

    block: Block
    figure: Figure
    pairs: list[Pair] = field(default_factory=list)
    factor: float = 1.0
    season: str | None = None
    mode: str | None = None
    triangular: bool = False
    """Whether it states each pair once, so that a figure holds both ways."""


def grid_of(block: Block, day_h: int | None) -> Grid | None:
    """Return the matrix that a table is; None if it is another table.

    Parameters
    ----------
    day_h : int or None
        Hours of travel of a day, where the document states them.
    """
    for at, head in enumerate(block.rows[:_HEAD_WITHIN]):
        ends = {i: text for i, cell in head.cells.items() if i > 0 and (text := text_of(cell))}
        starts = [text_of(row.cells.get(0)) for row in block.rows[at + 1 :]]
        if not _square(ends, starts):
            continue
        pairs = [
            Pair(row.number, start, ends[i], cell)
            for row, start in zip(block.rows[at + 1 :], starts, strict=True)
            for i, cell in row.cells.items()
            if start and i in ends and not _says_nothing(cell, start, ends[i])
        ]
        if not pairs:
            continue
        above = [text_of(cell) for row in block.rows[:at] for cell in row.cells.values()]
        corner = text_of(head.cells.get(0))
        words = plain_heading(" ".join((*block.headings, *above, corner)))
        figure = _figure(pairs, words, day_h)
        if figure is not None:
            return _described(Grid(block, figure, pairs), words, list(ends.values()), starts)
    return None


def _square(ends: Mapping[int, str], starts: list[str]) -> bool:
    names = {plain_value(start) for start in starts if start}
    others = {plain_value(end) for end in ends.values()}
    if len(others) < _FEWEST_PLACES or len(names) < 2:
        return False
    return len(names & others) >= _SHARED * min(len(names), len(others))


def _says_nothing(cell: Cell, start: str, end: str) -> bool:
    """Tell whether a cell is empty in words, or a nought on the diagonal."""
    text = text_of(cell)
    if is_null_word(text) or _NOTHING.fullmatch(text):
        return True
    same = plain_value(start) == plain_value(end)
    return same and (re.fullmatch(r"0+(?:[.,]0+)?", text) is not None or text == start)


def _figure(pairs: list[Pair], words: str, day_h: int | None) -> Figure | None:
    """Tell kilometres from times by the cells, and bare numbers by the headings."""
    some = pairs[:: 1 + len(pairs) // _SAMPLED]
    numbers = sum(kilometres(pair.cell) is not None for pair in some)
    times = sum(time_of(pair.cell, day_h) is not None for pair in some)
    if max(numbers, times) < len(some) / 2:
        return None
    if times > numbers or (times == numbers and _TIME_WORDS.search(words)):
        return "h"
    return "km"


def _described(grid: Grid, words: str, ends: list[str], starts: list[str]) -> Grid:
    grid.season = next((name for name, form in _SEASONS.items() if form.search(words)), None)
    grid.mode = next((name for name, form in _MODES.items() if form.search(words)), None)
    if grid.figure == "km" and _MILES.search(words):
        grid.factor = factor_between("miles", "km") or 1.0
    keys = {pair.key for pair in grid.pairs}
    places = {plain_value(name) for name in (*ends, *starts) if name}
    once = not any((end, start) in keys for start, end in keys if start != end)
    # A table of some rows only states pairs once as well, and is no half of a square.
    whole = len([pair for pair in keys if pair[0] != pair[1]])
    expected = len(places) * (len(places) - 1) / 2
    grid.triangular = once and len(places) >= _FEWEST_PLACES and whole >= 0.8 * expected
    return grid


def kilometres(cell: Cell) -> float | None:
    """Return the figure of a distance cell, as ``1 120 km``; None if it is none."""
    if isinstance(cell, str):
        text = re.sub(r"\s*(?:kms?|kilom\w+|miles?|mi)\.?$", "", cell.strip(), flags=re.IGNORECASE)
        # Towns are not thousandths of a kilometre apart.
        cell = re.sub(r"^(\d{1,3})[.,](\d{3})$", r"\1\2", text)
    try:
        return parse_number(cell)
    except InvalidInput:
        return None


def time_of(cell: Cell, day_h: int | None) -> TravelTime | None:
    """Return the travel time that a cell says; None if it says none."""
    text = text_of(cell)
    return travel_time(text, day_h) if len(text) <= 60 else None
