"""What every command shares: the store, the output, and who is at the keyboard."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import orjson
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from layers.store import Store
from lca.download import Downloader, Progress
from lca.errors import UsageError
from lca.instant import parse_instant, utc_now


def _downloader(progress: Progress) -> Downloader:
    return Downloader(progress=progress)


@dataclass
class Session:
    """One run of the command line: data goes to stdout, talk to stderr."""

    store_path: Path | None
    clock: Callable[[], datetime] = utc_now
    as_json: bool = False
    downloader: Callable[[Progress], Downloader] = _downloader

    def open_store(self) -> Store:
        """Open the store that ``--store`` or ``LCA_STORE`` names; it is made on first use."""
        if self.store_path is None:
            raise UsageError(
                "No store is named.",
                do_next="Give --store DIR before the command, or set LCA_STORE.",
            )
        return Store.open(self.store_path, clock=self.clock)

    def say(self, text: str) -> None:
        """Tell the user something that is not data."""
        Console(stderr=True, highlight=False, soft_wrap=True).print(Text(text))

    def data(self, body: Any, text: str | None = None) -> None:
        """Write the result: JSON where it is wanted or where there is no text for it."""
        if self.as_json or text is None:
            sys.stdout.write(orjson.dumps(body, default=_plain, option=_JSON).decode() + "\n")
        else:
            sys.stdout.write(text.rstrip("\n") + "\n")

    def rows(self, columns: Sequence[str], rows: Iterable[Sequence[Any]], body: Any) -> None:
        """Write a table, or its JSON body."""
        if self.as_json:
            self.data(body)
            return
        table = Table(box=None, pad_edge=False, header_style="bold")
        for column in columns:
            table.add_column(column, overflow="fold")
        for row in rows:
            table.add_row(*(Text("–" if cell is None else str(cell)) for cell in row))
        width = None if sys.stdout.isatty() else 200
        Console(file=sys.stdout, highlight=False, width=width).print(table)


_JSON = orjson.OPT_INDENT_2 | orjson.OPT_NON_STR_KEYS


def _plain(value: Any) -> Any:
    if hasattr(value, "as_json"):
        return value.as_json()
    if hasattr(value, "__geo_interface__"):
        return value.__geo_interface__
    return str(value)


def session_of(ctx: typer.Context) -> Session:
    """Return the session that the root command made."""
    found: Session = ctx.find_root().obj
    return found


def _set_json(ctx: typer.Context, value: bool) -> bool:
    if value:
        session_of(ctx).as_json = True
    return value


def _instant(text: str) -> datetime:
    return parse_instant(text)


def default_author() -> str:
    """Return the login name, which the history shows as the author."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):
        return "unknown"


JsonFlag = Annotated[
    bool,
    typer.Option("--json", callback=_set_json, is_eager=True, help="Write JSON to stdout."),
]
Author = Annotated[
    str,
    typer.Option(envvar="LCA_AUTHOR", default_factory=default_author, help="Who is doing this."),
]
Instant = Annotated[
    datetime | None,
    typer.Option(parser=_instant, metavar="TIME", help="ISO 8601 with an offset, as …T08:00Z."),
]
