"""``lca layer tag`` and ``tags``: names such as ``sitrep-12`` for the heads of one moment."""

from __future__ import annotations

from typing import Annotated

import typer

from layers.tags import add_tag, list_tags
from lca.instant import format_instant

from .context import Author, JsonFlag, session_of
from .layer import app as layer_app


@layer_app.command("tag")
def tag(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(metavar="NAME", help="As sitrep-12.")],
    author: Author,
    layers: Annotated[
        list[str] | None, typer.Option(help="Only this layer (repeatable); all if left out.")
    ] = None,
    message: Annotated[str, typer.Option(help="What it is for.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """Pin the present versions under a name, which any command takes for a version."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    made = add_tag(store.workspace, name, author=author, message=message, layers=layers)
    pinned = ", ".join(f"{item.layer} version {item.number}" for item in made.releases)
    session.data(made.as_json(), f"{made.name}: {pinned}")


@layer_app.command("tags")
def tags(ctx: typer.Context, as_json: JsonFlag = False) -> None:
    """List the tags and what each pins, the newest first."""
    del as_json
    session = session_of(ctx)
    found = list_tags(session.open_store().workspace)
    session.rows(
        ["TAG", "MADE", "BY", "LAYER", "VERSION", "ID", "MESSAGE"],
        [
            (
                item.name,
                format_instant(item.tagged_at),
                item.author,
                release.layer,
                release.number,
                "withdrawn" if release.withdrawn_at else release.version[:12],
                item.message,
            )
            for item in found
            for release in item.releases
        ],
        [item.as_json() for item in found],
    )
