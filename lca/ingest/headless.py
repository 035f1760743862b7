"""Tables that come without headings, known by what their cells look like."""

from __future__ import annotations

import re
from dataclasses import replace

from .profiles.profile import Headless, TableRule
from .wire import Sheet, SheetRow

_LOOKED_AT = 50
_ALIKE = 0.9
"""A stray title or a broken line must not hide a table of thousands of rows."""


def with_headings(sheet: Sheet, rule: TableRule) -> Sheet:
    """Return a sheet with the headings that its source leaves out; as it is if it has some.

    The row of headings gets the number before the first row's.
    """
    headless = rule.headless
    if headless is None or not sheet.rows or not _looks_so(sheet, headless):
        return sheet
    head = SheetRow(sheet.rows[0].number - 1, dict(enumerate(headless.headings)))
    return replace(sheet, rows=(head, *sheet.rows))


def _looks_so(sheet: Sheet, headless: Headless) -> bool:
    looks = {
        headless.headings.index(heading): re.compile(pattern)
        for heading, pattern in headless.looks.items()
    }
    rows = sheet.rows[:_LOOKED_AT]
    alike = sum(
        all(look.fullmatch(str(row.cells.get(index, ""))) for index, look in looks.items())
        for row in rows
    )
    return alike >= _ALIKE * len(rows)
