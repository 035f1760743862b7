"""Write docs/reference/export-profiles.md from the export profiles."""

from __future__ import annotations

from pathlib import Path

from layers.profiles.page import page

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "export-profiles.md"

if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
    print(f"Wrote {PAGE}.")
