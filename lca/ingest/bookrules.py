"""What the cells of a workbook accept: drop-downs, ranges and dates, with a message each.

A rule warns and lets the value pass: the reader takes more than a spreadsheet can check, as words
of another language, or a number with its unit.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import zip_longest

from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from .bookcolumns import BookColumn, range_in_words, usual_range
from .translations import said

ROWS_WITH_RULES = 2_000
_LONGEST_INLINE_LIST = 255
"""Excel holds no more than this of a list within its rule."""
_ANY_NUMBER = 1e12
_DEGREES = {"latitude": 90, "longitude": 180}
_FIRST_DAY = 1
"""The serial number of the first day that a spreadsheet knows."""
_TEXT, _DAY = "@", "yyyy-mm-dd"


class WordLists:
    """The lists of words that are too long for a rule: each has a name and a column of a hidden sheet.

    :meth:`write` makes that sheet, once all rules are known.
    """

    def __init__(self, book: Workbook, language: str) -> None:
        self._book = book
        self._title = said("sheet.lists", language)
        self._names: dict[tuple[str, ...], str] = {}

    def formula(self, words: Sequence[str]) -> str:
        """Return what a rule says to offer these words."""
        inline = ",".join(words)
        plain = not any(set(word) & {",", '"'} for word in words)
        if plain and len(inline) + 2 <= _LONGEST_INLINE_LIST:
            return f'"{inline}"'
        return self._names.setdefault(tuple(words), f"words_{len(self._names) + 1}")

    def write(self) -> None:
        """Make the hidden sheet, if any list needs it."""
        if not self._names:
            return
        sheet = self._book.create_sheet(self._title)
        sheet.sheet_state = "hidden"
        for row in zip_longest(*((name, *words) for words, name in self._names.items())):
            sheet.append(row)
        title = self._title.replace("'", "''")
        for number, (words, name) in enumerate(self._names.items(), start=1):
            letter = get_column_letter(number)
            place = f"'{title}'!${letter}$2:${letter}${len(words) + 1}"
            self._book.defined_names[name] = DefinedName(name, attr_text=place)


def add_list(
    sheet: Worksheet, cells: str, words: Sequence[str], lists: WordLists, language: str
) -> None:
    """Offer words in some cells."""
    rule = DataValidation(type="list", formula1=lists.formula(words), allow_blank=True)
    _add(sheet, cells, rule, said("rule.list", language), language)


def add_rule(sheet: Worksheet, cells: str, column: BookColumn, language: str) -> None:
    """Check the numbers and dates of a column's cells; a text is not checked."""
    bounds = _bounds(column)
    if column.field is not None and column.field.type == "instant":
        rule = DataValidation(
            type="date", operator="greaterThan", formula1=str(_FIRST_DAY), allow_blank=True
        )
        _add(sheet, cells, rule, said("rule.date", language), language)
    elif bounds is not None:
        whole = column.field is not None and column.field.type == "integer"
        low, high = (f"{bound:.10g}" for bound in bounds)
        rule = DataValidation(
            type="whole" if whole else "decimal",
            operator="between",
            formula1=low,
            formula2=high,
            allow_blank=True,
        )
        says = said("rule.number", language)
        if abs(bounds[1]) < _ANY_NUMBER:
            says += f" {range_in_words(bounds, language)}."
        _add(sheet, cells, rule, says, language)


def number_format(column: BookColumn) -> str | None:
    """Return how a column's cells are shown: codes with leading zeros stay texts, days are days."""
    if column.field is None or column.field.type in {"number", "integer", "boolean"}:
        return None
    return _DAY if column.field.type == "instant" else _TEXT


def _bounds(column: BookColumn) -> tuple[float, float] | None:
    if column.field is None:
        degrees = _DEGREES.get(column.target.removeprefix("to_"))
        return None if degrees is None else (-degrees, degrees)
    if column.field.type not in {"number", "integer"} or column.field.codes:
        return None
    return usual_range(column) or (-_ANY_NUMBER, _ANY_NUMBER)


def _add(sheet: Worksheet, cells: str, rule: DataValidation, says: str, language: str) -> None:
    rule.errorStyle = "warning"
    rule.errorTitle, rule.error = said("rule.title", language), says
    rule.add(cells)
    sheet.data_validations.append(rule)
