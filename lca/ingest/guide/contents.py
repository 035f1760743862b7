"""What the cells of a column look like: coordinates, dates, codes, shapes."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from datetime import datetime

from lca.errors import InvalidInput
from lca.ingest.cells import parse_number
from lca.ingest.codewords import labels_of
from lca.ingest.coordinates import parse_coordinate
from lca.ingest.folding import fold_word
from lca.ingest.profiles.profile import DateOrder
from lca.ingest.texts import clean_text
from lca.ingest.wire import Cell
from lca.record import Field

_MOST = 0.9
_FIGURES = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?:\D.*)?", re.DOTALL)
_SHAPES = {
    "wkt": re.compile(
        r"(?:SRID=\d+;)?\s*(?:MULTI)?(?:POINT|LINESTRING|POLYGON)\b.*\(", re.IGNORECASE
    ),
    "geotrace": re.compile(r"(?:-?\d+\.\d+ -?\d+\.\d+ -?[\d.]+ [\d.]+\s*;\s*){1,}.*"),
    "geopoint": re.compile(r"-?\d+\.\d+ -?\d+\.\d+ -?[\d.]+ [\d.]+"),
    "mgrs": re.compile(r"\d{1,2}[C-X] ?[A-Z]{2} ?\d{2,5} ?\d{2,5}"),
    "latlon": re.compile(r"-?\d{1,2}\.\d+\s*[,;]\s*-?\d{1,3}\.\d+"),
}
_DENYING_PREFIXES = frozenset(["un", "in", "im", "non", "no", "not", "dis", "des"])
_DECIMALS = re.compile(r"-?\d{1,3}[.,]\d{3,}")


def share(values: Sequence[Cell], test: re.Pattern[str]) -> float:
    """Return the share of the values whose text a pattern matches."""
    return sum(bool(test.match(clean_text(str(one)))) for one in values) / max(len(values), 1)


def shape_in(values: Sequence[Cell]) -> str | None:
    """Return which way of writing a whole place the values follow, if almost all do."""
    return next((name for name, look in _SHAPES.items() if share(values, look) >= _MOST), None)


def degrees_in(values: Sequence[Cell]) -> bool:
    """Tell whether the values look like degrees: three decimals or more, in range."""
    texts = [clean_text(str(one)) for one in values]
    if not texts or sum(bool(_DECIMALS.fullmatch(text)) for text in texts) < _MOST * len(texts):
        return False
    return all(abs(_number(one)) <= 180 for one in values)


def may_be(axis: str, values: Sequence[Cell]) -> bool:
    """Tell whether most of the values are coordinates of an axis."""
    good = 0
    for one in values:
        try:
            parse_coordinate(one, axis)  # type: ignore[arg-type]
        except InvalidInput:
            continue
        good += 1
    return good >= _MOST * len(values)


def _number(value: Cell) -> float:
    try:
        return parse_number(value, never_thousands=True)
    except InvalidInput:
        return float("inf")


def is_figure(value: Cell) -> bool:
    """Tell whether a cell is a number, a date or a time, as headings are not."""
    if not isinstance(value, str):
        return True
    return math.isfinite(_number(value)) or bool(_FIGURES.fullmatch(clean_text(value)))


def are_dates(values: Sequence[Cell]) -> bool:
    """Tell whether almost all values are dates."""
    good = sum(
        isinstance(one, datetime) or bool(_FIGURES.fullmatch(clean_text(str(one))))
        for one in values
    )
    return bool(values) and good >= _MOST * len(values)


def date_order(values: Sequence[Cell]) -> DateOrder | None:
    """Return the order in which dates are written, if one of them tells it and none denies it."""
    orders: set[DateOrder] = set()
    for one in values:
        match = _FIGURES.fullmatch(clean_text(str(one))) if isinstance(one, str) else None
        if match is None:
            continue
        first, second = int(match[1]), int(match[2])
        if len(match[1]) == 4:
            orders.add("ymd")
        elif first > 12:
            orders.add("dmy")
        elif second > 12:
            orders.add("mdy")
    return orders.pop() if len(orders) == 1 else None


def codes_in(values: Sequence[Cell], field: Field) -> tuple[float, dict[str, str]]:
    """Return the share of values that are codes of a field, and the words that are none.

    Each of those words comes with the code that it resembles, or with "".
    """
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - few columns have words to compare

    labels = {**{fold_word(code): code for code in field.codes}, **labels_of(field.codes)}
    unknown: dict[str, str] = {}
    known = 0
    for value in values:
        word = fold_word(value)
        if word in labels:
            known += 1
        elif word:
            best = process.extractOne(word, labels.keys(), scorer=fuzz.ratio, score_cutoff=85)
            alike = best is not None and not _turned_by_a_prefix(word, best[0])
            unknown[clean_text(str(value))] = labels[best[0]] if best and alike else ""
    return known / max(len(values), 1), unknown


def _turned_by_a_prefix(word: str, label: str) -> bool:
    """Tell whether one word is the other turned into its opposite, as inoperational and unblocked."""
    longer, shorter = sorted((word, label), key=len, reverse=True)
    return longer.endswith(shorter) and longer.removesuffix(shorter).strip() in _DENYING_PREFIXES
