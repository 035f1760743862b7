"""What every command shares: the store, the output, and who is at the keyboard."""

from __future__ import annotations

import getpass
import re
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

from layers.location import Location
from layers.store import Store
from lca.download import Downloader, Progress
from lca.errors import UsageError
from lca.instant import parse_instant, utc_now, zone


def _downloader(progress: Progress) -> Downloader:
    return Downloader(progress=progress)


@dataclass
class Session:
    """One run of the command line: data goes to stdout, talk to stderr."""

    store_path: Path | str | None
    clock: Callable[[], datetime] = utc_now
    as_json: bool = False
    downloader: Callable[[Progress], Downloader] = _downloader

    @property
    def location(self) -> Location:
        """Where the store is that ``--store`` or ``LCA_STORE`` names; its text has no password."""
        if self.store_path is None:
            raise UsageError(
                "No store is named.",
                do_next="Give --store DIR before the command, or set LCA_STORE.",
            )
        return Location.of(self.store_path)

    def open_store(self) -> Store:
        """Open the store; it is made on first use."""
        return Store.open(self.location, clock=self.clock)

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


@dataclass(frozen=True, slots=True)
class _WithoutOffset:
    """A time that is another moment in every country, and the local time that it may mean."""

    text: str
    local: datetime


def _departure(text: str) -> datetime | _WithoutOffset:
    """Read a departure; a day alone would begin the evening before, west of Greenwich."""
    local = _local_reading(text)
    return parse_instant(text) if local is None else _WithoutOffset(text, local)


def _with_offset(ctx: typer.Context, value: datetime | _WithoutOffset | None) -> datetime | None:
    """Refuse a time without an offset, saying how the operation's local time is written."""
    if isinstance(value, _WithoutOffset):
        raise _without_offset(value, session_of(ctx))
    return value


def _local_reading(text: str) -> datetime | None:
    """Return the local time that a text without an offset means, None if it says another."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return None
    if moment.tzinfo is not None:
        return None
    alone = re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", text.strip())
    return moment.replace(hour=6) if alone else moment


def _without_offset(given: _WithoutOffset, session: Session) -> UsageError:
    written, place = f"{given.local:%Y-%m-%dT%H:%M}", None
    # A command that only fails makes no new store.
    if session.store_path is not None and session.location.folder.exists():
        place = session.open_store().operation
    if place is None:
        do_next = f"Write it with its offset, as {written}+02:00, or {written}Z for UTC."
    else:
        offset = f"{given.local.replace(tzinfo=zone(place.time_zone)):%z}"
        do_next = (
            f"Write {written}{offset[:3]}:{offset[3:5]} for local time ({place.time_zone}), "
            f"or {written}Z for UTC."
        )
    what = f"{given.text!r} is no moment to leave: it has no offset from UTC."
    return UsageError(what, do_next=do_next)


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
Departure = Annotated[
    datetime | None,
    typer.Option(
        parser=_departure,
        callback=_with_offset,
        metavar="TIME",
        help="ISO 8601 with an offset, as …T08:00Z.",
    ),
]
"""When somebody leaves: unlike an :data:`Instant`, never a date alone."""
