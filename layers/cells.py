"""Values as cells of a spreadsheet in which no text is ever run as a formula.

A workbook says of each cell that it is text, so its texts stay as they are. CSV cannot say it:
there a text that a spreadsheet would run begins with an apostrophe, also behind a separator of
another country's spreadsheets (``;``), at which they would cut the cell in two.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from typing import Any

from lca.instant import format_instant

# What a spreadsheet takes for the start of a formula, also in its full-width form.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_HIDING = r"[\s\x00-\x1f\u00ad\u200b-\u200f\u2028-\u202e\u2060-\u2064\ufeff]*"
_SEPARATOR = re.compile(r"[;\t\r\n]")
_BEHIND_A_SEPARATOR = re.compile(rf"(?<=[;\t\r\n])({_HIDING})(?=[=+\-@＝＋－＠])")
_UNSEEN = {"Cc", "Cf", "Zs", "Zl", "Zp"}


def inert(cell: Any) -> Any:
    """Return a cell so that no spreadsheet runs it: a formula's start gets an apostrophe."""
    if isinstance(cell, str) and starts_a_formula(cell):
        return f"'{cell}"
    return cell


def starts_a_formula(text: str) -> bool:
    """Tell whether a spreadsheet may take a text for a formula; what is not seen hides none."""
    if text[:1].isalnum():
        return False
    if text.lstrip(" ").startswith(_FORMULA_STARTS):
        return True
    for number, letter in enumerate(text):
        if unicodedata.category(letter) not in _UNSEEN:
            return text.startswith(_FORMULA_STARTS, number)
    return False


def plain_cell(value: Any) -> str | int | float | None:
    """Return a value of a row as text or a number; ``yes`` and ``no``, instants as ISO 8601."""
    if value is None or (isinstance(value, int | float | str) and not isinstance(value, bool)):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, tuple):
        return ";".join(map(str, value))
    return str(value)


def comma_cell(value: Any) -> str | int | float:
    """Return a value as a cell of CSV: nothing for *not known*, and no formula."""
    cell = plain_cell(value)
    if cell is None:
        return ""
    if isinstance(cell, str):
        text: str = inert(cell)
        return _BEHIND_A_SEPARATOR.sub(r"\1'", text) if _SEPARATOR.search(text) else text
    return cell
