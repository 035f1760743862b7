"""Make the corpus of hostile files: what somebody might send to harm whoever reads it.

Run it as ``python -m scripts.make_hostile FOLDER``, or with ``--list`` to see what there is. Equal
names give equal bytes. None of the files does harm by lying there; do not open them with programs
that run what is in a file. They take about 600 MB, half of them a few hundred bytes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from scripts.hostile import (
    archives,
    databases,
    disguises,
    documents,
    features,
    markup,
    vectors,
    workbooks,
)
from scripts.hostile.case import Bait, Case

_FAMILIES = (archives, markup, workbooks, databases, features, vectors, documents, disguises)


def corpus() -> dict[str, Case]:
    """Return every hostile file by its name."""
    found: dict[str, Case] = {}
    for family in _FAMILIES:
        for case in family.cases():
            if found.setdefault(case.name, case) is not case:
                msg = f"two cases are named {case.name!r}"
                raise ValueError(msg)
    return found


def make(case: Case, folder: Path, bait: Bait | None = None) -> Path:
    """Make one hostile file in a folder and return its path."""
    path = folder / case.filename
    path.unlink(missing_ok=True)
    case.make(path, bait or Bait())
    return path


def main() -> None:
    """Make the files that were asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=Path("hostile"))
    parser.add_argument("--list", action="store_true", help="only list the files")
    asked = parser.parse_args()
    if not asked.list:
        asked.folder.mkdir(parents=True, exist_ok=True)
    for case in corpus().values():
        print(f"{case.outcome:8} {case.filename}")
        if not asked.list:
            make(case, asked.folder)


if __name__ == "__main__":
    main()
