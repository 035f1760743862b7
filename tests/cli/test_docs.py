"""The tutorial's commands do what the tutorial says."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import typer

from cli.main import app

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


def test_every_command_and_option_of_the_guides_exists():
    root = typer.main.get_command(app)
    shown = 0
    for guide in sorted((REPO / "docs" / "how-to").glob("*.md")):
        text = guide.read_text(encoding="utf-8")
        for line in re.findall(r"^(?:\$ )?lca (.*)$", text, re.MULTILINE):
            words = shlex.split(line, comments=True)
            command = root
            while words and hasattr(command, "commands") and words[0] in command.commands:
                command = command.commands[words.pop(0)]
            options = {
                name
                for parameter in command.params
                for name in (*parameter.opts, *parameter.secondary_opts)
            }
            asked = {word for word in words if word.startswith("--")}
            assert not hasattr(command, "commands"), f"{guide.name}: lca {line}"
            assert asked <= options, f"{guide.name}: lca {line}"
            shown += 1
    assert shown >= 8
