"""``lca layer checkout`` and ``checkin``: a layer edited in QGIS or Excel; ``lca draft rebase``."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from layers.merge import Side
from layers.rebase import rebase
from layers.roundtrip.checkin import Handing, check_in
from layers.roundtrip.checkout import check_out, format_of
from layers.roundtrip.ticket import Ticket
from layers.store import Store
from lca.errors import UsageError
from lca.ingest import Limits
from lca.vocab import Sensitivity

from .context import Author, Instant, JsonFlag, session_of
from .draft import DraftId
from .draft import app as draft_app
from .layer import Clearance, LayerName, release_of
from .layer import app as layer_app

_ALL = Sensitivity.STRICTLY_CONFIDENTIAL
# A layer of our own is larger than an assessment, and whoever sits here may wait for it.
_LIMITS = replace(
    Limits(),
    cpu_s=180,
    wall_s=300.0,
    output_bytes=1 << 30,
    upload_bytes=512 << 20,
    unpacked_bytes=2 << 30,
    rows=500_000,
    cells=20_000_000,
    vertices=20_000_000,
    parts=5_000_000,
    feature_vertices=4_000_000,
    feature_parts=500_000,
)


@layer_app.command("checkout")
def check_layer_out(
    ctx: typer.Context,
    layer: LayerName,
    out: Annotated[Path, typer.Option(help="File to make: .gpkg for QGIS, .xlsx for Excel.")],
    version: Annotated[str, typer.Option(help="Which version.")] = "latest",
    as_of: Instant = None,
    clearance: Clearance = Sensitivity.PUBLIC,
    as_json: JsonFlag = False,
) -> None:
    """Write a whole version into a file to be edited in QGIS or Excel and checked in again."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    fmt = format_of(out)
    if out.exists():
        raise UsageError(
            f"{out.name} exists already.",
            do_next="Name another file, or check that one in and move it away first.",
        )
    release = release_of(store, layer, version, as_of)
    ticket = check_out(store, release, out, fmt, clearance)
    session.data(
        {"file": str(out), "layer": layer, "number": ticket.number, "version": ticket.version},
        f"Wrote {out}: {layer} version {ticket.number}, {clearance.value}.\n"
        f"Edit it, save it, then: lca layer checkin {out}",
    )


@layer_app.command("checkin")
def check_layer_in(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The edited file.", exists=True, dir_okay=False)],
    author: Author,
    message: Annotated[str | None, typer.Option(help="What was done, for the history.")] = None,
    delete_missing: Annotated[
        bool, typer.Option("--delete-missing", help="Features not in the file are to go.")
    ] = False,
    layer: Annotated[
        str | None, typer.Option(help="For a copy that does not say it: the layer.")
    ] = None,
    base: Annotated[
        str | None, typer.Option(help="For such a copy: the version that it was made of.")
    ] = None,
    clearance: Clearance = _ALL,
    as_json: JsonFlag = False,
) -> None:
    """Keep what was changed in a checked-out file as a draft, merged with the present version.

    Exit code 4 if no changed row can be kept, 5 if something waits for a choice (lca draft rebase).
    """
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    ticket = None if layer is None and base is None else _named(store, layer, base)
    handing = Handing(author, message, clearance, delete_missing, file.name)
    outcome = check_in(store, file, handing, limits=_LIMITS, ticket=ticket)
    session.data(outcome.as_json(), outcome.as_text())
    if outcome.conflicts:
        raise typer.Exit(5)


def _named(store: Store, layer: str | None, base: str | None) -> Ticket:
    """Return the ticket of a copy that lost its own: what people say that it is."""
    if layer is None or base is None:
        raise UsageError(
            "A copy is known by its layer and its version.", do_next="Give --layer and --base."
        )
    release = store.release(layer, base)
    operation = store.operation
    code = operation.code if operation else None
    # Nobody knows which rows the copy had: as for a public one, the others are left alone.
    return Ticket(layer, release.number, release.version, code, Sensitivity.PUBLIC)


@draft_app.command("rebase")
def rebase_draft(
    ctx: typer.Context,
    draft: DraftId,
    author: Author,
    keep: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FEATURE[.FIELD]=ours|theirs",
            help="Which side of a conflict counts: the draft's (ours) or the published (theirs).",
        ),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Merge what others have published since into a draft. Exit code 5 if something conflicts."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    found = rebase(
        store, draft, author=author, clearance=_ALL, keep=dict(_choice(text) for text in keep or ())
    )
    session.data(
        found.as_json(),
        f"Draft {found.id} is made on version {found.base_number}: {found.summary}.\n"
        f"To publish it: lca layer publish {found.layer} --draft {found.id}",
    )


def _choice(text: str) -> tuple[str, Side]:
    key, _, side = text.rpartition("=")
    if not key or side not in {"ours", "theirs"}:
        raise UsageError(
            f"--keep {text!r} does not say whose side counts.",
            do_next="Write FEATURE.FIELD=ours or FEATURE.FIELD=theirs.",
        )
    return key, "ours" if side == "ours" else "theirs"
