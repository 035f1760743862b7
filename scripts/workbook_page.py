"""Write the tables of docs/reference/reading/workbook.md: the sheets by language, the HXL tags.

Run ``python -m scripts.workbook_page`` after a change; ``--check`` only says whether it is needed.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

from lca.codelists import LANGUAGES
from lca.ingest.hxl import USUAL_TAGS
from lca.ingest.sheets import TABLE_KINDS
from lca.ingest.translations import said

PAGE = Path(__file__).resolve().parents[1] / "docs" / "reference" / "reading" / "workbook.md"


def page_of(text: str) -> str:
    """Return the page with its tables as they are to be."""
    return _with_table(_with_table(text, "sheets", _sheets()), "tags", _tags())


def _with_table(text: str, name: str, rows: list[tuple[str, ...]]) -> str:
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|" + "---|" * len(rows[0]))
    mark = f"<!-- {name} -->"
    table = "\n".join([mark, *lines])
    return re.sub(rf"{mark}(?:\n\|.*)*", lambda _: table, text)


def _sheets() -> list[tuple[str, ...]]:
    rows: list[tuple[str, ...]] = [("layer", *LANGUAGES)]
    for kind in TABLE_KINDS:
        layer = "none: people stay out of layers" if kind.restricted else f"`{kind.layer}`"
        rows.append((layer, *(said(f"sheet.{kind.layer}", one) for one in LANGUAGES)))
    return rows


def _tags() -> list[tuple[str, ...]]:
    return [("tag", "field"), *((f"`{tag}`", f"`{field}`") for field, tag in USUAL_TAGS.items())]


def main() -> None:
    """Write the page, or say whether it is as it should be."""
    text = PAGE.read_text(encoding="utf-8")
    wanted = page_of(text)
    if "--check" in sys.argv[1:]:
        sys.exit(0 if text == wanted else f"{PAGE.name} is out of date.")
    PAGE.write_text(wanted, encoding="utf-8")


if __name__ == "__main__":
    main()
