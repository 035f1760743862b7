"""``lca roads``: road graphs from files."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from lca.instant import format_instant
from routing.build import build_from_file
from routing.registry import register_network

from .context import JsonFlag, session_of

app = typer.Typer(no_args_is_help=True)


@app.command()
def build(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="OSM extract (.osm.pbf, .osm) or roads.parquet.")],
    name: Annotated[str, typer.Option(help="Name of the graph, as the country.")],
    message: Annotated[str, typer.Option(help="Why it is built.")] = "",
    as_json: JsonFlag = False,
) -> None:
    """Build a road graph from FILE and make it the current one of the store."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    session.say(f"Reading {file.name} …")
    network = build_from_file(file, name)
    build_ref = register_network(store, network, message=message or file.name)
    report = network.info.as_json()
    session.data(
        {"digest": build_ref.digest, "info": report},
        f"graph build {build_ref.digest[:12]} ({name}): {len(network.segments):,} segments, "
        f"{len(network.node_ids):,} nodes",
    )


@app.command("list")
def list_builds(ctx: typer.Context, as_json: JsonFlag = False) -> None:
    """Show the current road graph."""
    del as_json
    session = session_of(ctx)
    current = session.open_store().heads().build
    session.rows(
        ["NAME", "DIGEST", "REGISTERED"],
        []
        if current is None
        else [(current.name, current.digest[:12], format_instant(current.registered_at))],
        None if current is None else asdict(current),
    )
