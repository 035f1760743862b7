"""Write the corpus of real-shaped files, and beside each what it must give: ``python -m
scripts.make_corpus FOLDER``. Everything in it is invented for an exercise.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from scripts.corpus.case import Case
from scripts.corpus.library import cases


def write(case: Case, folder: Path) -> Path:
    """Write one file in a folder of its family and return where it lies."""
    place = folder / case.family.replace(" ", "_")
    place.mkdir(parents=True, exist_ok=True)
    path = place / case.name
    case.write(path)
    return path


def main() -> None:
    """Write all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder: Path = parser.parse_args().folder
    written = 0
    for case in cases():
        path = write(case, folder)
        beside = path.with_name(f"{path.name}.expected.json")
        beside.write_text(
            json.dumps(case.as_json(), ensure_ascii=False, indent=1, default=str), encoding="utf-8"
        )
        written += 1
    print(f"{written} files in {folder}")


if __name__ == "__main__":
    main()
