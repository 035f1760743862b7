"""Write docs/reference/cli.md from the command itself; ``--check`` tells whether it is up to date."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Any

import typer

from cli.main import app

TARGET = Path(__file__).resolve().parents[1] / "docs" / "reference" / "cli.md"


def reference() -> str:
    """Return the reference of every command as Markdown."""
    root = typer.main.get_command(app)
    parts = [
        "# The command `lca`",
        "",
        "Made by `python scripts/make_cli_reference.py`; do not edit.",
        "",
        str(root.help),
        "",
        str(root.epilog),
        "",
        *_parameters(root),
    ]
    for name, command in sorted(_commands(root, "lca")):
        parts += [f"## `{name}`", "", _prose(command.help), "", *_parameters(command)]
    return "\n".join(parts).rstrip() + "\n"


def _commands(group: Any, prefix: str) -> list[tuple[str, Any]]:
    found: list[tuple[str, Any]] = []
    for name, command in group.commands.items():
        full = f"{prefix} {name}"
        if hasattr(command, "commands"):
            found += _commands(command, full)
        else:
            found.append((full, command))
    return found


def _prose(text: str | None) -> str:
    return "\n".join(line.strip() for line in (text or "").splitlines())


def _parameters(command: Any) -> list[str]:
    rows = [
        f"| {_names(parameter)} | {_help(parameter)} |"
        for parameter in command.params
        if not getattr(parameter, "hidden", False)
        and parameter.name not in {"help", "install_completion", "show_completion"}
    ]
    return ["| argument or option | meaning |", "|---|---|", *rows, ""] if rows else []


def _names(parameter: Any) -> str:
    if parameter.param_type_name == "argument":
        return f"`{parameter.metavar or parameter.name.upper()}`"
    names = ", ".join(f"`{name}`" for name in parameter.opts)
    return f"{names} (required)" if parameter.required else names


def _help(parameter: Any) -> str:
    text = (getattr(parameter, "help", None) or "").replace("|", "\\|")
    descriptor = getattr(parameter, "type_descriptor", None)
    annotation = getattr(descriptor, "annotation", None)
    if isinstance(annotation, type) and issubclass(annotation, StrEnum):
        words = ", ".join(f"`{choice.value}`" for choice in annotation)
        text = f"{text} One of {words}.".strip()
    default = parameter.default
    if default not in (None, False, "", [], ()) and not callable(default):
        text = f"{text} Default: `{getattr(default, 'value', default)}`.".strip()
    return text


def main() -> int:
    """Write the reference, or compare it."""
    fresh = reference()
    if "--check" in sys.argv[1:]:
        current = TARGET.read_text(encoding="utf-8") if TARGET.exists() else ""
        return 0 if current == fresh else 1
    TARGET.write_text(fresh, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
