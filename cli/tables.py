"""``lca matrix``, ``reach``, ``isolation``, ``critical``, ``gateways`` and ``gaps``: the planner's tables."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from layers.store import Store
from lca.vehicle import resolve_vehicle
from lca.vocab import Sensitivity
from routing.outlook import Outlook
from routing.place import ResolvedPlace
from routing.planner import Planner
from routing.policy import DEFAULT_POLICY, Policy
from routing.question import Terms
from routing.reference_tables import reference_tables
from routing.tables.critical import critical
from routing.tables.gaps import gaps
from routing.tables.gateways import ENTRY_LAYERS, gateways
from routing.tables.isolation import isolation
from routing.tables.listing import published_layers, published_places
from routing.tables.matrix import matrix
from routing.tables.reach import reach
from routing.tables.sheet import Table, write

from .context import Departure, Instant, JsonFlag, Session, session_of
from .hypothesis import read_hypothesis
from .policy_options import with_policy

Vehicle = Annotated[
    str, typer.Option(help="Vehicle class, perhaps changed, as truck_heavy_3,gross_t=22.")
]
Without = Annotated[
    list[str] | None, typer.Option(help="Hypothesis: leave this constraint out (repeatable).")
]
WhatIf = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="Hypothesis: GeoJSON of constraints to add."),
]
Clearance = Annotated[Sensitivity, typer.Option(help="Show constraints up to this sensitivity.")]
Out = Annotated[
    Path | None, typer.Option(dir_okay=False, help="Write a .xlsx, .csv or .geojson file as well.")
]
Places = Annotated[
    list[str] | None, typer.Argument(metavar="[PLACE]…", help="Ids, names, or lat=…,lon=….")
]
Layers = Annotated[
    list[str] | None, typer.Option("--layer", help="All places of this layer (repeatable).")
]
Hubs = Annotated[list[str], typer.Option("--hub", help="Where help comes from (repeatable).")]
Listed = Annotated[int, typer.Option("--list", help="How many rows to list.")]


@dataclass(frozen=True)
class _Wish:
    """The terms of a command as its options give them."""

    vehicle: str
    at: datetime | None
    as_of: datetime | None
    without: Sequence[str] | None
    what_if: Path | None
    policy: Policy

    def terms(self, store: Store) -> Terms:
        """Return the terms; a hypothesis without a date is of what is known then."""
        return Terms(
            vehicle=self.vehicle,
            at=self.at,
            as_of=self.as_of,
            without=tuple(self.without or ()),
            what_if=read_hypothesis(self.what_if, self.as_of or store.now()),
            policy=self.policy,
        )


@dataclass(frozen=True)
class _Asked:
    """One command's store, planner and outlook, and who reads the answer."""

    session: Session
    store: Store
    planner: Planner
    outlook: Outlook

    @classmethod
    def of(cls, ctx: typer.Context, wish: _Wish, clearance: Sensitivity) -> _Asked:
        session = session_of(ctx)
        store = session.open_store()
        planner = Planner(store)
        return cls(session, store, planner, _outlook(store, planner, wish.terms(store), clearance))

    def places(
        self, texts: Sequence[str] | None, layers: Sequence[str] | None, default: Sequence[str] = ()
    ) -> tuple[ResolvedPlace, ...]:
        """Return the places that texts and layers mean; of the default layers without either."""
        named = tuple(self.outlook.place(text) for text in texts or ())
        wanted = layers or (
            published_layers(self.outlook, default) if default and not texts else ()
        )
        listed = published_places(self.store, self.outlook, wanted) if wanted else ()
        return (*named, *listed)

    def told(self, table: Table, out: Path | None) -> None:
        """Write a table to the terminal, and to a file if one is named."""
        if out is not None:
            write(table, out)
            self.session.say(f"Written to {out}")
        self.session.data(table.as_json(), table.as_text())


@with_policy
def travel_times(
    ctx: typer.Context,
    vehicle: Vehicle,
    places: Places = None,
    layer: Layers = None,
    to: Annotated[
        list[str] | None, typer.Option(help="Columns, if they are not the rows (repeatable).")
    ] = None,
    to_layer: Annotated[
        list[str] | None, typer.Option(help="All places of this layer as columns (repeatable).")
    ] = None,
    km: Annotated[
        bool | None,
        typer.Option(
            "--km/--hours-only",
            help="A whole answer for each cell, or hours alone; small tables have kilometres.",
        ),
    ] = None,
    at: Departure = None,
    as_of: Instant = None,
    without: Without = None,
    what_if: WhatIf = None,
    policy: Policy = DEFAULT_POLICY,
    clearance: Clearance = Sensitivity.STRICTLY_CONFIDENTIAL,
    out: Out = None,
    as_json: JsonFlag = False,
) -> None:
    """Show the distance and travel-time matrix between places."""
    del as_json
    wish = _Wish(vehicle, at, as_of, without, what_if, policy)
    asked = _Asked.of(ctx, wish, clearance)
    rows = asked.places(places, layer, ("storage",))
    columns = asked.places(to, to_layer) if to or to_layer else rows
    asked.told(matrix(asked.outlook, rows, columns, ways=km), out)


@with_policy
def within_hours(
    ctx: typer.Context,
    hub: Annotated[list[str], typer.Argument(metavar="HUB…", help="Where vehicles set out.")],
    vehicle: Vehicle,
    hours: Annotated[list[float], typer.Option(help="Hours of the way (repeatable).")],
    layer: Layers = None,
    at: Departure = None,
    as_of: Instant = None,
    without: Without = None,
    what_if: WhatIf = None,
    policy: Policy = DEFAULT_POLICY,
    clearance: Clearance = Sensitivity.STRICTLY_CONFIDENTIAL,
    out: Out = None,
    as_json: JsonFlag = False,
) -> None:
    """Show the area, facilities and people within some hours of the nearest hub."""
    del as_json
    wish = _Wish(vehicle, at, as_of, without, what_if, policy)
    asked = _Asked.of(ctx, wish, clearance)
    listed = published_places(asked.store, asked.outlook, layer or ())
    asked.told(reach(asked.outlook, asked.places(hub, None), hours, listed), out)


@with_policy
def cut_off(
    ctx: typer.Context,
    hub: Hubs,
    vehicle: Vehicle,
    places: Places = None,
    layer: Layers = None,
    before: Departure = None,
    at: Departure = None,
    as_of: Instant = None,
    without: Without = None,
    what_if: WhatIf = None,
    policy: Policy = DEFAULT_POLICY,
    clearance: Clearance = Sensitivity.STRICTLY_CONFIDENTIAL,
    out: Out = None,
    as_json: JsonFlag = False,
) -> None:
    """Show which places and people are cut off from which hubs, and what restores them.

    Compared with what was known and held at --before; without it, a hypothesis is compared with
    what is published, and what is published with the roads without any constraint.
    """
    del as_json
    wish = _Wish(vehicle, at, as_of, without, what_if, policy)
    asked = _Asked.of(ctx, wish, clearance)
    then = _compared(asked, before, clearance)
    hubs = asked.places(hub, None)
    asked.told(isolation(asked.outlook, hubs, asked.places(places, layer, ("places",)), then), out)


@with_policy
def critical_links(
    ctx: typer.Context,
    hub: Hubs,
    vehicle: Vehicle,
    places: Places = None,
    layer: Layers = None,
    listed: Listed = 20,
    at: Departure = None,
    as_of: Instant = None,
    without: Without = None,
    what_if: WhatIf = None,
    policy: Policy = DEFAULT_POLICY,
    clearance: Clearance = Sensitivity.STRICTLY_CONFIDENTIAL,
    out: Out = None,
    as_json: JsonFlag = False,
) -> None:
    """Rank links by the people and places that their loss cuts off or delays."""
    del as_json
    wish = _Wish(vehicle, at, as_of, without, what_if, policy)
    asked = _Asked.of(ctx, wish, clearance)
    served = asked.places(places, layer, ("places",))
    asked.told(critical(asked.outlook, asked.places(hub, None), served, listed=listed), out)


@with_policy
def entry_points(
    ctx: typer.Context,
    destination: Annotated[str, typer.Argument(metavar="TO", help="Id, name, or lat=…,lon=….")],
    vehicle: Vehicle,
    entry: Annotated[
        list[str] | None,
        typer.Option("--from", help="An entry point (repeatable); else all that are published."),
    ] = None,
    at: Departure = None,
    as_of: Instant = None,
    without: Without = None,
    what_if: WhatIf = None,
    policy: Policy = DEFAULT_POLICY,
    clearance: Clearance = Sensitivity.STRICTLY_CONFIDENTIAL,
    out: Out = None,
    as_json: JsonFlag = False,
) -> None:
    """Rank entry points by the time to TO, with what passes them a day and until when."""
    del as_json
    wish = _Wish(vehicle, at, as_of, without, what_if, policy)
    asked = _Asked.of(ctx, wish, clearance)
    entries = asked.places(entry, None, ENTRY_LAYERS)
    on_the_way = published_places(asked.store, asked.outlook)
    asked.told(gateways(asked.outlook, entries, asked.outlook.place(destination), on_the_way), out)


@with_policy
def unknown_stretches(
    ctx: typer.Context,
    hub: Hubs,
    vehicle: Vehicle,
    places: Places = None,
    layer: Layers = None,
    listed: Listed = 20,
    at: Departure = None,
    as_of: Instant = None,
    without: Without = None,
    what_if: WhatIf = None,
    policy: Policy = DEFAULT_POLICY,
    clearance: Clearance = Sensitivity.STRICTLY_CONFIDENTIAL,
    out: Out = None,
    as_json: JsonFlag = False,
) -> None:
    """Rank stretches of which something is not known by the ways and people that depend on them."""
    del as_json
    wish = _Wish(vehicle, at, as_of, without, what_if, policy)
    asked = _Asked.of(ctx, wish, clearance)
    served = asked.places(places, layer, ("places",))
    asked.told(gaps(asked.outlook, asked.places(hub, None), served, listed=listed), out)


def _outlook(store: Store, planner: Planner, terms: Terms, clearance: Sensitivity) -> Outlook:
    tables = reference_tables(store, store.heads(terms.as_of))
    vehicle = resolve_vehicle(terms.vehicle, tables.vehicles)
    return planner.outlook(replace(terms, vehicle=vehicle), clearance)


def _compared(asked: _Asked, before: datetime | None, clearance: Sensitivity) -> Outlook | None:
    """Return what a table is compared with, None for the roads without any constraint."""
    terms = asked.outlook.terms
    if before is None and not terms.hypothetical:
        return None
    published = replace(terms, without=(), what_if=())
    if before is not None:
        published = replace(published, at=before, as_of=before)
    return _outlook(asked.store, asked.planner, published, clearance)
