"""``lca layer notes``, ``changes`` and ``feed``: what changed, for people and machines."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from layers.atom import MEDIA_TYPE, feed_of
from layers.changes import Change, ChangeLog
from layers.notes import draft_notes
from layers.store import Store
from lca.instant import format_instant
from lca.vocab import Sensitivity

from .context import Instant, JsonFlag, session_of
from .layer import Clearance, LayerName, release_before
from .layer import app as layer_app

_ALL = Sensitivity.STRICTLY_CONFIDENTIAL
LayerOrAll = Annotated[
    str | None, typer.Argument(metavar="LAYER", help="Name of the layer; all if left out.")
]


@layer_app.command("notes")
def notes(
    ctx: typer.Context,
    layer: LayerName,
    older: Annotated[
        str | None, typer.Argument(help="The older version; the one before if left out.")
    ] = None,
    newer: Annotated[str, typer.Argument(help="The newer version.")] = "latest",
    at: Instant = None,
    clearance: Clearance = _ALL,
    as_json: JsonFlag = False,
) -> None:
    """Draft the release note of what changed: closed, worsened, opened, eased, confirmed, the rest.

    With --at, only of what holds at that moment.
    """
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    last = store.release(layer, newer)
    first = release_before(store, last) if older is None else store.release(layer, older)
    found = draft_notes(
        store.diff(layer, first, last, clearance=clearance, at=at),
        at=at or last.published_at,
        clearance=clearance,
    )
    session.data(found.as_json(), found.as_text())


@layer_app.command("changes")
def changes(
    ctx: typer.Context,
    layer: LayerOrAll = None,
    since: Instant = None,
    at: Instant = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000, help="How many at most.")] = 50,
    clearance: Clearance = _ALL,
    as_json: JsonFlag = False,
) -> None:
    """List releases and withdrawals of a layer or of all, newest first.

    With --at, only those that changed something of what holds at that moment.
    """
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    page = ChangeLog(store).page(
        _layers(store, layer), clearance=clearance, since=since, at=at, limit=limit
    )
    session.rows(
        ["AT", "LAYER", "VERSION", "WHAT", "BY", "CHANGES", "MESSAGE"],
        [_cells(change) for change in page.changes],
        [change.as_json() for change in page.changes],
    )


@layer_app.command("feed")
def feed(
    ctx: typer.Context,
    layer: LayerOrAll = None,
    out: Annotated[Path | None, typer.Option(help="File to write; stdout if left out.")] = None,
    base: Annotated[
        str, typer.Option(help="Address of the service that the entries link to.")
    ] = "http://localhost:8000",
    clearance: Clearance = Sensitivity.PUBLIC,
) -> None:
    """Write the Atom feed of a layer or of all, as the service gives it, to be put on a web site."""
    session = session_of(ctx)
    store = session.open_store()
    spec = None if layer is None else store.workspace.spec(layer)
    path = f"/collections/{layer}" if layer else ""
    body = feed_of(
        store,
        ChangeLog(store),
        spec,
        clearance=clearance,
        href=lambda release: f"{base}/collections/{release.layer}/versions/{release.number}",
        links=(("self", f"{base}{path}/feed.atom", MEDIA_TYPE),),
    )
    if out is None:
        sys.stdout.buffer.write(body)
    else:
        out.write_bytes(body)
        session.say(f"Wrote {out} ({len(body):,} bytes).")


def _layers(store: Store, layer: str | None) -> tuple[str, ...]:
    return tuple(store.specs) if layer is None else (store.workspace.spec(layer).name,)


def _cells(change: Change) -> tuple[object, ...]:
    release = change.release
    gone = " (withdrawn)" if release.withdrawn_at is not None else ""
    what = "withdrawn" if change.kind == "withdrawal" else f"{release.action}{gone}"
    return (
        format_instant(change.at),
        release.layer,
        release.number,
        what,
        change.author,
        change.summary,
        change.message,
    )
