"""``lca vehicle``: the classes that a question may name, and what a vehicle's text means."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from lca.record import to_row
from lca.vehicle import VehicleClass, resolve_vehicle
from routing.reference_tables import VEHICLES, reference_tables

from .context import Instant, JsonFlag, Session, session_of

app = typer.Typer(no_args_is_help=True)

_COLUMNS = {
    "CODE": "code",
    "NAME": "name",
    "AXLES": "axles",
    "GROSS t": "gross_t",
    "PAYLOAD t": "payload_t",
    "AXLE t": "axle_load_t",
    "HEIGHT m": "height_m",
    "WIDTH m": "width_m",
    "LENGTH m": "length_m",
    "RANK": "practicability",
    "DRIVE": "drive",
}


@app.command("list")
def list_vehicles(ctx: typer.Context, as_of: Instant = None, as_json: JsonFlag = False) -> None:
    """List the vehicle classes: the operation's own, or the product's until it has published any."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    tables = reference_tables(store, store.heads(as_of))
    source = tables.sources[VEHICLES]
    body = {"vehicles": [to_row(one) for one in tables.vehicles.values()], "source": dict(source)}
    _show(session, list(tables.vehicles.values()), body)
    session.say(
        f"Version {source['number']} of the layer {VEHICLES}."
        if "number" in source
        else f"The product's own; publish yours into the layer {VEHICLES} to replace them."
    )


@app.command("show")
def show_vehicle(
    ctx: typer.Context,
    vehicle: Annotated[
        str, typer.Argument(help="A class, perhaps changed, as truck_heavy_3,gross_t=22.")
    ],
    as_of: Instant = None,
    as_json: JsonFlag = False,
) -> None:
    """Show the numbers of one vehicle as a question would understand it."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    found = resolve_vehicle(vehicle, reference_tables(store, store.heads(as_of)).vehicles)
    _show(session, [found], to_row(found))


def _show(session: Session, vehicles: list[VehicleClass], body: Any) -> None:
    rows = [to_row(one) for one in vehicles]
    session.rows(list(_COLUMNS), [[row[name] for name in _COLUMNS.values()] for row in rows], body)
