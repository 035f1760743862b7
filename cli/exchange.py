"""``lca layer verify``, ``bundle`` and ``unbundle``: versions carried from store to store."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer

from layers.spec import load_specs
from layers.upkeep.bundle import Bundle, verify_release, write_bundle
from layers.upkeep.madefiles import verify_made
from layers.upkeep.unbundle import draft_from_bundle, publish_from_bundle
from layers.upkeep.version_check import VersionFault
from lca.errors import StoreUnavailable
from lca.vocab import Sensitivity

from .context import Author, JsonFlag, Session, session_of
from .layer import LayerName
from .layer import app as layer_app


@layer_app.command("verify")
def verify(
    ctx: typer.Context,
    layer: LayerName,
    version: Annotated[
        str, typer.Argument(metavar="VERSION", help="A number, an id, or latest.")
    ] = "latest",
    rebuild: Annotated[
        bool, typer.Option("--rebuild", help="Compare the map cuts of a large layer as well.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Compute a version's id anew from its rows. Exit code 1 if it is not the one published.

    Its map cuts are made anew and compared. Files that were exported are not looked at.
    """
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    release = store.release(layer, version)
    try:
        rows = verify_release(store, release)
    except VersionFault as fault:
        raise StoreUnavailable(
            f"Version {release.number} is damaged: {fault}.",
            where=layer,
            do_next="lca doctor says what else is damaged; restore it from a backup.",
        ) from fault
    try:
        made = verify_made(store, release, rebuild=rebuild)
    except VersionFault as fault:
        raise StoreUnavailable(
            f"The rows of version {release.number} are whole, but {fault}.",
            where=layer,
            do_next="It is made again when it is asked for.",
        ) from fault
    body = {
        "layer": layer,
        "number": release.number,
        "version": release.version,
        "rows": rows,
        "made": asdict(made),
    }
    told = f"{layer} version {release.number}: {rows} rows, and they are {release.version}."
    session.data(body, "\n".join(filter(None, (told, made.as_text()))))


@layer_app.command("bundle")
def bundle(
    ctx: typer.Context,
    layer: LayerName,
    out: Annotated[Path, typer.Option(help="File to write, as ports.zip.")],
    version: Annotated[str, typer.Option(help="Which version.")] = "latest",
    history: Annotated[
        bool, typer.Option("--history", help="Also every version before it.")
    ] = False,
    clearance: Annotated[
        Sensitivity, typer.Option(help="The most sensitive rows that may leave in it.")
    ] = Sensitivity.PUBLIC,
    as_json: JsonFlag = False,
) -> None:
    """Write a version with all that another store needs to verify and import it offline."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    newest = store.release(layer, version)
    log = [item for item in store.log(layer) if item.withdrawn_at is None]
    chosen = [item for item in reversed(log) if item.number <= newest.number]
    about = write_bundle(store, chosen if history else [newest], out, clearance=clearance)
    session.data(
        about.model_dump(mode="json"),
        f"{out}: {about.title}, {len(about.releases)} version(s), {out.stat().st_size:,} bytes",
    )


@layer_app.command("unbundle")
def unbundle(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that lca layer bundle wrote.")],
    author: Author,
    as_release: Annotated[
        bool, typer.Option("--as-release", help="Publish its versions, into an empty layer only.")
    ] = False,
    check: Annotated[
        bool, typer.Option("--check", help="Only verify it; no store needed.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Verify a bundle and make a draft of its newest version."""
    del as_json
    session = session_of(ctx)
    if check:
        _show_checked(session, file)
    elif as_release:
        releases = publish_from_bundle(session.open_store(), file, author=author)
        last = releases[-1]
        session.data(
            [release.as_json() for release in releases],
            f"{last.layer}: {len(releases)} version(s) published, the last is {last.version[:12]}",
        )
    else:
        draft = draft_from_bundle(session.open_store(), file, author=author)
        session.data(draft.as_json(), f"{draft.layer}, draft {draft.id}: {draft.summary}")
        session.say(f"See what it changes: lca draft show {draft.id}")
        session.say(f"Publish with: lca layer publish {draft.layer} --draft {draft.id}")


def _show_checked(session: Session, file: Path) -> None:
    with ExitStack() as stack:
        found = Bundle.open(stack, file, load_specs())
        body: dict[str, Any] = {**found.about.model_dump(mode="json"), "rows": dict(found.rows)}
    session.data(
        body,
        "\n".join(
            f"{found.about.layer} version {item.number} ({item.version[:12]}): "
            f"{found.rows[item.version]} rows verified"
            for item in found.about.releases
        ),
    )
