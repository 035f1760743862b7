"""How far a reading has come, on one line of a terminal; nothing where nobody looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console

from lca.ingest.progress import Told

_WORDS = {"reading": "Reading", "checking": "Checking", "judging": "Judging"}


@contextmanager
def telling_progress() -> Iterator[Told | None]:
    """Give what a reader tells its progress to; None off a terminal."""
    console = Console(stderr=True, highlight=False)
    if not console.is_terminal:
        yield None
        return
    with console.status("Reading …") as status:

        def told(stage: str, rows: int) -> None:
            status.update(f"{_WORDS.get(stage, stage)} … {rows:,} rows")

        yield told
