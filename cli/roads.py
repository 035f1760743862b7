"""``lca roads``: road graphs from files."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from lca.errors import UsageError
from lca.geo import BBox
from lca.instant import format_instant
from routing.overpass import fetch_area

from . import roads_export
from .building import build_roads, show_build
from .context import JsonFlag, session_of
from .fetching import require_files, say_progress, slug
from .refresh import refresh_roads, show_comparison

ConfirmLost = Annotated[
    list[str] | None,
    typer.Option(metavar="ID", help="A closure that the newer roads may lift; may be repeated."),
]

app = typer.Typer(no_args_is_help=True)
app.command("export")(roads_export.export)


@app.command()
def build(
    ctx: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(help="OSM extract (.osm.pbf, .osm, .osm.bz2), .graphml or .gpkg of osmnx."),
    ],
    name: Annotated[str, typer.Option(help="Name of the graph, as the country.")],
    message: Annotated[str, typer.Option(help="Why it is built.")] = "",
    confirm_lost: ConfirmLost = None,
    as_json: JsonFlag = False,
) -> None:
    """Build a road graph from FILE and make it the current one of the store.

    If it would lift a standing closure that lies on the roads in use, nothing changes (exit code
    5) until each is confirmed with --confirm-lost.
    """
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    require_files(roads=file)
    network = build_roads(
        session,
        store,
        file,
        name,
        message=message or file.name,
        confirm_lost=frozenset(confirm_lost or ()),
    )
    show_build(session, network)


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


@app.command()
def refresh(
    ctx: typer.Context,
    roads: Annotated[
        Path | None, typer.Option(help="The newer extract; fetched from its source if not given.")
    ] = None,
    sources: Annotated[
        Path | None,
        typer.Option(envvar="LCA_SOURCES", help="A .toml that overrides the download addresses."),
    ] = None,
    confirm_lost: ConfirmLost = None,
    anyway: Annotated[
        bool, typer.Option("--anyway", help="Also an older or a much smaller extract.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Renew the roads from a newer extract, and say what it changes.

    It is fetched only if it changed. Roads gone, new and changed are counted, by kilometres and
    class; constraints that lie otherwise are listed. If a standing closure would lie on no road or
    on another, or free a road, nothing changes (exit code 5) until each is confirmed with
    --confirm-lost.
    """
    del as_json
    refresh_roads(
        session_of(ctx),
        roads,
        sources=sources,
        confirm_lost=frozenset(confirm_lost or ()),
        anyway=anyway,
    )


@app.command()
def compare(
    ctx: typer.Context,
    older: Annotated[str, typer.Argument(help="Digest of a graph build, or its beginning.")],
    newer: Annotated[str, typer.Argument(help="Digest of another.")],
    listed: Annotated[
        int, typer.Option(min=0, help="How many segments of each kind --json lists, longest first.")
    ] = 100,
    as_json: JsonFlag = False,
) -> None:
    """Show the roads gone, new, renumbered and changed between two graph builds."""
    del as_json
    session = session_of(ctx)
    show_comparison(session, session.open_store(), older, newer, listed)


@app.command()
def fetch(
    ctx: typer.Context,
    name: Annotated[str, typer.Option(help="Name of the graph, as the district.")],
    place: Annotated[
        str | None, typer.Argument(help="A town or district, as OpenStreetMap knows it.")
    ] = None,
    box: Annotated[
        BBox | None, typer.Option(parser=BBox.parse, metavar="W,S,E,N", help="A box instead.")
    ] = None,
    confirm_lost: ConfirmLost = None,
    as_json: JsonFlag = False,
) -> None:
    """Get the roads of a small area from OpenStreetMap now, and make them the current ones.

    For a country take an extract: lca operation init.
    """
    del as_json
    area = box or place
    if area is None or (box is not None and place is not None):
        raise UsageError("Name a place, or give --box.", do_next="Give one of the two.")
    session = session_of(ctx)
    store = session.open_store()
    target = store.root / "downloads" / f"{slug(name)}.osm"
    asked = area if isinstance(area, str) else area.text()
    session.say(f"Asking OpenStreetMap for the roads of {asked} …")
    file = fetch_area(area, target, session.downloader(say_progress(session)))
    network = build_roads(
        session,
        store,
        file,
        name,
        message=f"OpenStreetMap, {asked}",
        confirm_lost=frozenset(confirm_lost or ()),
    )
    show_build(session, network)
