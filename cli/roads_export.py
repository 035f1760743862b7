"""``lca roads export``: the current road graph, or a part of it, as a file that osmnx reads."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from lca.errors import NotFound
from lca.geo import BBox
from lca.vehicle import resolve_vehicle
from routing.exchange_files import write_graph_file
from routing.reference_tables import reference_tables
from routing.registry import registered_network

from .context import JsonFlag, session_of


def export(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="File to write: .graphml or .gpkg.")],
    box: Annotated[
        str | None, typer.Option(metavar="W,S,E,N", help="Only roads that touch this box.")
    ] = None,
    vehicle: Annotated[
        str | None,
        typer.Option(help="Only what this vehicle class may drive; else every road with its tags."),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Write the current road graph to FILE for osmnx, networkx or QGIS."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    heads = store.heads()
    current = heads.build
    if current is None:
        raise NotFound("The store has no road graph.", do_next="Build one: lca roads build.")
    chosen = BBox.parse(box) if box else None
    classes = reference_tables(store, heads).vehicles
    driver = resolve_vehicle(vehicle, classes) if vehicle else None
    network = registered_network(store, current.digest)
    written = write_graph_file(file, network, box=chosen, vehicle=driver)
    if driver is None:
        session.say("Every road is in the file, whoever may drive it: its tags say who.")
    if written.turns_left_out:
        session.say(f"{written.turns_left_out:,} turn rules are not in it: osmnx has none.")
    credit = f"{network.info.attribution} ({network.info.licence})"
    session.data(
        {"file": str(file), "digest": current.digest, "credit": credit, **asdict(written)},
        f"{file}: {written.edges:,} edges, {written.nodes:,} nodes; {credit}",
    )
