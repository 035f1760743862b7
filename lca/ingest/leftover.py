"""Say which sheets and tables of a file were not read, and what to do about it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lca.issues import Issue, Severity

from .cells import shown
from .wire import Sheet


def unread_sheet(sheet: Sheet) -> Issue:
    """Return the issue of a sheet that the file's profile does not know."""
    return Issue(
        Severity.WARNING,
        f"The profile knows no table like this one, so its {len(sheet.rows)} rows were not read.",
        "If its content matters, map it in a profile of your own: lca profile propose.",
        sheet.name,
        rule="sheet.unread",
    )


def unknown_sheet(sheet: Sheet) -> Issue:
    """Return the issue of a sheet of a workbook of ours that the template does not have."""
    return Issue(
        Severity.WARNING,
        "The sheet is not known and was not read.",
        "Rename it to a sheet of the template if its content matters.",
        sheet.name,
    )


def unread_part(part: Sheet) -> Issue:
    """Return the issue of a table that stands under another on its sheet, and is not known."""
    head = part.rows[0]
    return Issue(
        Severity.WARNING,
        f"Another table begins here, with other headings; its {len(part.rows)} rows were not read.",
        "Move it to a sheet or a file of its own, or map it: lca profile propose.",
        part.name,
        head.number,
        value=", ".join(shown(cell) or "" for cell in list(head.cells.values())[:4]),
        rule="table.unread",
    )


def rows_by_name(left: Sequence[Sheet]) -> dict[str, int]:
    """Return how many rows of each sheet stand in tables that were not read."""
    return dict(sum((Counter({one.name: len(one.rows)}) for one in left), Counter()))
