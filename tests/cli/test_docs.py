"""The tutorial's commands do what the tutorial says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]
TUTORIAL = REPO / "docs" / "tutorial" / "first-hour.md"


def commands():
    for line in re.findall(r"^\$ lca (.*)$", TUTORIAL.read_text(encoding="utf-8"), re.MULTILINE):
        command, _, comment = line.partition(" #")
        stated = re.search(r"exit code (\d)", comment)
        yield shlex.split(command), int(stated[1]) if stated else 0


def test_the_tutorial(lca, tmp_path):
    ran = 0
    for arguments, expected in commands():
        here = [
            str(REPO / word)
            if word.startswith("docs/")
            else word.replace("access.png", str(tmp_path / "access.png"))
            for word in arguments
        ]
        answer = lca(*here)
        assert answer.code == expected, f"lca {' '.join(arguments)}: {answer.err}{answer.out}"
        ran += 1
    assert ran >= 9
    assert (tmp_path / "access.png").stat().st_size > 10_000
