"""Write the tables of columns in docs/reference/reading anew from the reading profiles."""

from __future__ import annotations

from pathlib import Path

from lca.ingest.profiles.page import filled
from lca.ingest.profiles.profile import load_profiles

PAGES = Path(__file__).resolve().parent.parent / "docs" / "reference" / "reading"

if __name__ == "__main__":
    for page in sorted(PAGES.glob("*.md")):
        text = page.read_text(encoding="utf-8")
        fresh = filled(text, load_profiles())
        if fresh != text:
            page.write_text(fresh, encoding="utf-8")
            print(f"Wrote {page.name}.")
