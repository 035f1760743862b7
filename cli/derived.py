"""``lca layer plan`` and ``make``: layers that are computed from others."""

from __future__ import annotations

from typing import Annotated

import typer

from lca.errors import UsageError
from lca.instant import format_instant
from routing.derived.products import PRODUCTS, Settings, Standing, make, standing
from routing.planner import Planner

from .context import Author, JsonFlag, session_of
from .layer import app as layer_app


@layer_app.command()
def plan(ctx: typer.Context, as_json: JsonFlag = False) -> None:
    """Say which computed layers are stale, and why; the others need not be made again."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    planner = Planner(store)
    found = {layer: standing(store, planner, layer) for layer in PRODUCTS}
    session.rows(
        ["LAYER", "STATE", "WHY", "MADE"],
        [
            (
                layer,
                _state(one),
                "; ".join(one.reasons) if one else f"make it: lca layer make {layer}",
                format_instant(one.last.made_at) if one and one.last else None,
            )
            for layer, one in found.items()
        ],
        [
            {
                "layer": layer,
                "state": _state(one),
                "reasons": list(one.reasons) if one else [],
                "settings": one.settings.as_json() if one else None,
                "made_at": format_instant(one.last.made_at) if one and one.last else None,
            }
            for layer, one in found.items()
        ],
    )


@layer_app.command("make")
def make_layers(
    ctx: typer.Context,
    author: Author,
    layer: Annotated[
        str | None, typer.Argument(metavar="[LAYER]", help="All that were made before if left out.")
    ] = None,
    vehicle: Annotated[str, typer.Option(help="Vehicle class that it is judged for.")] = "",
    hub: Annotated[
        list[str] | None, typer.Option(help="Isolation: where help comes from (repeatable).")
    ] = None,
    places: Annotated[
        list[str] | None, typer.Option(help="Isolation: layers of places (repeatable).")
    ] = None,
    all_roads: Annotated[
        bool, typer.Option("--all-roads", help="Road status: list the smallest roads as well.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Compute a layer from the roads and the published layers, if what it rests on has changed.

    The settings of the last time hold where none are given.
    """
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    planner = Planner(store)
    given = Settings(vehicle, tuple(hub or ()), tuple(places or ()), all_roads)
    if layer is None and given != Settings():
        raise UsageError("The settings are of one layer.", do_next="Name the layer.")
    chosen = [layer] if layer else [name for name in PRODUCTS if standing(store, planner, name)]
    if not chosen:
        raise UsageError(
            "No computed layer was made before.",
            do_next="Make one: lca layer make road_status --vehicle truck_medium",
        )
    made = [make(store, planner, name, given, author=author) for name in chosen]
    session.rows(
        ["LAYER", "VERSION", "ID", "FEATURES", "MADE"],
        [
            (head.layer, head.number, head.version[:12], head.feature_count, "yes" if new else "no")
            for head, new in made
        ],
        [{**head.as_json(), "made": new} for head, new in made],
    )


def _state(found: Standing | None) -> str:
    if found is None:
        return "never made"
    return "stale" if found.stale else "up to date"
