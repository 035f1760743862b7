"""Read the fuel prices of a page: by product, in local currency and in dollars, as of a date."""

from __future__ import annotations

import re

from lca.ingest.profiles.profile import ColumnRule
from lca.ingest.wire import Cell, SheetRow

from .blocks import Block, text_of
from .finding import Entry, Found
from .lexicon import Words
from .writtendate import written_date

_PRICE = "_price"
_AMOUNT = re.compile(
    r"(?:(?P<before>[A-Z]{3}|US\$|\$|€|£)\s*)?(?P<figure>\d[\d.,]*\d|\d)\s*(?P<after>[A-Z]{3}|US\$|\$|€|£)?"
)
_SIGNS = {"US$": "USD", "$": "USD", "€": "EUR", "£": "GBP"}
_CURRENCY = re.compile(r"\b([A-Z]{3})\b")
_NO_CURRENCY = frozenset(
    {"USD", "THE", "AND", "PER", "FOR", "JET", "TTC", "HTV", "LTR", "JAN", "FEB", "MAR", "APR"}
    | {"MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}
)
_LOCAL = re.compile(r"\blocal|\blocale|\bnational", re.IGNORECASE)
_DOLLARS = re.compile(r"USD|US\s?\$|\$|dollar|dólar", re.IGNORECASE)
_LONGEST_CELL = 120


def price_entries(found: Found) -> list[Entry]:
    """Return a fuel table's entries: its prices by product and currency, and all others as found."""
    others = [
        entry
        for _, entries in found.records
        for entry in entries
        if not any(column.field.endswith(_PRICE) for column in entry.columns)
    ]
    rows = [
        (row, product)
        for row in found.block.rows
        if (product := _product(row, found.words)) is not None
    ]
    if not rows:
        return others
    head = _head(found.block, {row.number for row, _ in rows})
    priced = [entry for row, product in rows for entry in _of_row(row, product, head)]
    return [*others, *priced, *_about(found.block, rows, priced)]


def _product(row: SheetRow, words: Words) -> str | None:
    columns = words.of(text_of(row.cells.get(0)))
    return next(
        (one.field.removesuffix(_PRICE) for one in columns if one.field.endswith(_PRICE)), None
    )


def _head(block: Block, priced: set[int]) -> dict[int, str]:
    """Return what stands above each column of prices."""
    head: dict[int, str] = {}
    for row in block.rows:
        if row.number in priced:
            break
        head |= {index: text_of(cell) for index, cell in row.cells.items()}
    return head


def _of_row(row: SheetRow, product: str, head: dict[int, str]) -> list[Entry]:
    key = text_of(row.cells.get(0))
    taken: dict[str, Entry] = {}
    for index, cell in row.cells.items():
        if index == 0:
            continue
        text = text_of(cell)[:_LONGEST_CELL]
        if text.casefold() in {"yes", "no", "oui", "non"}:
            taken.setdefault("available", _entry(key, f"{product}_available", text))
            continue
        for figure, currency in _amounts(cell, text):
            dollars = _in_dollars(currency, head.get(index, ""))
            field = f"{product}_price_usd" if dollars else f"{product}{_PRICE}"
            taken.setdefault(field, _entry(key, field, figure))
    return list(taken.values())


def _amounts(cell: Cell, text: str) -> list[tuple[Cell, str | None]]:
    """Return each amount of a cell with the currency that stands by it; 0.00 is a blank form."""
    if isinstance(cell, int | float):
        return [(cell, None)] if cell else []
    found: list[tuple[Cell, str | None]] = []
    for match in _AMOUNT.finditer(text):
        sign = match["before"] or match["after"]
        if re.search(r"[1-9]", match["figure"]):
            found.append((match["figure"], _SIGNS.get(sign, sign) if sign else None))
    return found


def _in_dollars(currency: str | None, heading: str) -> bool:
    if currency is not None:
        return currency == "USD"
    return bool(_DOLLARS.search(heading)) and not _LOCAL.search(heading)


def _about(block: Block, rows: list[tuple[SheetRow, str]], priced: list[Entry]) -> list[Entry]:
    """Return the date and the local currency of the prices, from the table and what is above it."""
    first = rows[0][0].number
    above = [
        text_of(cell) for row in block.rows if row.number < first for cell in row.cells.values()
    ]
    texts = [*reversed(block.headings), *above]
    entries = []
    day = next((found for text in texts if (found := written_date(text))), None)
    if day is not None:
        entries.append(_entry("Prices as of", "price_date", day.isoformat()))
    if any(column.field.endswith(_PRICE) for entry in priced for column in entry.columns):
        cells = [text_of(cell) for row, _ in rows for cell in row.cells.values()]
        named = {
            code
            for text in [*texts, *cells]
            for code in _CURRENCY.findall(text)
            if code not in _NO_CURRENCY
        }
        if len(named) == 1:
            entries.append(_entry("Currency", "price_currency", named.pop()))
    return entries


def _entry(heading: str, field: str, cell: Cell) -> Entry:
    return Entry(heading, (ColumnRule(field=field, headings=(heading,)),), cell)
