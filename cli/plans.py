"""``lca alternatives``, ``compare-routes``, ``convoy`` and ``largest``: plans built on answers."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from layers.store import Store
from lca.errors import UsageError
from lca.vehicle import VehicleClass, resolve_vehicle
from lca.vocab import Sensitivity
from routing.outlook import Outlook
from routing.place import ResolvedPlace
from routing.planner import Planner
from routing.plans.alternatives import Difference, Objective, alternatives
from routing.plans.comparison import compare
from routing.plans.convoy import Group, as_one
from routing.plans.convoyplan import FUEL_WITHIN_M, Needs, plan_convoy
from routing.plans.largest import HANDLING_H, largest
from routing.plans.routecard import RouteCard
from routing.policy import DEFAULT_POLICY, Policy
from routing.question import Terms
from routing.reference_tables import ReferenceTables, reference_tables
from routing.tables.listing import places_of_layer

from .context import Departure, Instant, JsonFlag, session_of
from .errors import VERDICT_CODES
from .hypothesis import read_hypothesis
from .policy_options import with_policy

From = Annotated[str, typer.Argument(metavar="FROM", help="Id, name, or lat=…,lon=….")]
To = Annotated[str, typer.Argument(metavar="TO", help="Id, name, or lat=…,lon=….")]
VehicleOption = Annotated[
    str,
    typer.Option("--vehicle", help="Vehicle class, perhaps changed, as truck_heavy_3,gross_t=22."),
]
Without = Annotated[
    list[str] | None, typer.Option(help="Hypothesis: leave this constraint out (repeatable).")
]
WhatIf = Annotated[
    Path | None,
    typer.Option(exists=True, dir_okay=False, help="Hypothesis: GeoJSON of constraints to add."),
]
Clearance = Annotated[Sensitivity, typer.Option(help="Show constraints up to this sensitivity.")]
_GROUP = re.compile(r"\s*(\d+)\s*[x×]\s*(.+)")
_POSTS = ("border_crossings", "checkpoints")


@with_policy
def alternative_ways(
    ctx: typer.Context,
    origin: From,
    destination: To,
    vehicle: VehicleOption,
    most: Annotated[int, typer.Option(help="How many ways at most, the best one included.")] = 3,
    by: Annotated[Objective, typer.Option(help="What the ways are ordered by.")] = Objective.TIME,
    stretch: Annotated[float, typer.Option(help="At most so many times the best.")] = 1.5,
    overlap: Annotated[float, typer.Option(help="Share of length on better ways.")] = 0.7,
    at: Departure = None,
    as_of: Instant = None,
    without: Without = None,
    what_if: WhatIf = None,
    policy: Policy = DEFAULT_POLICY,
    clearance: Clearance = Sensitivity.STRICTLY_CONFIDENTIAL,
    as_json: JsonFlag = False,
) -> None:
    """Offer ways that really differ; where there is none, say what would open one.

    Exit code 0: viable (perhaps with conditions); 6: not viable; 7: unknown.
    """
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    terms = _terms(store, vehicle, at, as_of, policy, without, what_if)
    outlook, tables = _outlook(store, terms, clearance)
    found = alternatives(
        outlook,
        outlook.place(origin),
        outlook.place(destination),
        most=most,
        objective=by,
        difference=Difference(stretch, overlap),
        factors=tables.emission_factors,
        vehicles=tuple(tables.vehicles.values()),
    )
    session.data(found.as_json(), found.as_text())
    raise typer.Exit(VERDICT_CODES[found.answer.verdict])


@with_policy
def compare_routes(
    ctx: typer.Context,
    origin: From,
    destination: To,
    vehicle: VehicleOption,
    at: Departure = None,
    as_of: Instant = None,
    then_at: Departure = None,
    then_as_of: Instant = None,
    then_without: Without = None,
    then_what_if: WhatIf = None,
    policy: Policy = DEFAULT_POLICY,
    clearance: Clearance = Sensitivity.STRICTLY_CONFIDENTIAL,
    as_json: JsonFlag = False,
) -> None:
    """Answer one question twice and say what changed: other departure, version or hypothesis.

    --at and --as-of are of the first answer, those with --then of the second. Exit code as
    `lca route`, for the second answer.
    """
    del as_json
    if (then_at, then_as_of, then_without, then_what_if) == (None, None, None, None):
        raise UsageError(
            "Nothing differs between the two answers.",
            do_next="Give --then-at, --then-as-of, --then-without or --then-what-if.",
        )
    session = session_of(ctx)
    store = session.open_store()
    first, _ = _outlook(store, _terms(store, vehicle, at, as_of, policy, None, None), clearance)
    second, _ = _outlook(
        store,
        _terms(store, vehicle, then_at or at, then_as_of, policy, then_without, then_what_if),
        clearance,
    )
    found = compare(first, second, origin, destination)
    session.data(found.as_json(), found.as_text())
    raise typer.Exit(VERDICT_CODES[found.verdict])


@with_policy
def convoy(
    ctx: typer.Context,
    places: Annotated[
        list[str], typer.Argument(metavar="FROM [VIA]… TO", help="Places in their order.")
    ],
    vehicle: Annotated[list[str], typer.Option(help="Vehicles, as 3xtruck_heavy_3 (repeatable).")],
    stop_h: Annotated[
        list[float] | None,
        typer.Option(help="Hours at each place after FROM, in their order (repeatable)."),
    ] = None,
    back_empty: Annotated[bool, typer.Option("--back-empty", help="Return unloaded.")] = False,
    range_km: Annotated[float | None, typer.Option(help="Kilometres on full tanks.")] = None,
    fuel_within_km: Annotated[
        float, typer.Option(help="How far off the way fuel may be.")
    ] = FUEL_WITHIN_M / 1000,
    card: Annotated[
        Path | None, typer.Option(dir_okay=False, help="Write a route card: .html or .txt.")
    ] = None,
    at: Departure = None,
    as_of: Instant = None,
    without: Without = None,
    what_if: WhatIf = None,
    policy: Policy = DEFAULT_POLICY,
    clearance: Clearance = Sensitivity.STRICTLY_CONFIDENTIAL,
    as_json: JsonFlag = False,
) -> None:
    """Plan vehicles that travel together, leg by leg, with fuel and a one-page route card.

    Exit code as `lca route`.
    """
    del as_json
    if card is not None and card.suffix not in {".html", ".txt"}:
        raise UsageError(
            f"A route card is no {card.suffix or 'file without a suffix'}.",
            do_next="Name the file .html to print it, or .txt.",
        )
    session = session_of(ctx)
    store = session.open_store()
    tables = reference_tables(store, store.heads(as_of))
    groups = tuple(_group(text, tables) for text in vehicle)
    terms = _terms(store, as_one(groups), at, as_of, policy, without, what_if)
    outlook, _ = _outlook(store, terms, clearance)
    hours = None
    if stop_h is not None:
        hours = [*stop_h, *[0.0] * (len(places) - 1 - len(stop_h))]
    found = plan_convoy(
        outlook,
        groups,
        [outlook.place(text) for text in places],
        stop_h=hours,
        back_empty=back_empty,
        needs=Needs(
            range_km=range_km,
            stations=_listed(store, outlook, ("fuel",)),
            posts=_listed(store, outlook, _POSTS),
            fuel_within_m=fuel_within_km * 1000,
        ),
    )
    if card is not None:
        page = RouteCard(found)
        card.write_text(page.as_html() if card.suffix == ".html" else page.as_text() + "\n")
        session.say(f"Route card written to {card}.")
    session.data(found.as_json(), found.as_text())
    raise typer.Exit(VERDICT_CODES[found.verdict])


@with_policy
def largest_vehicle(
    ctx: typer.Context,
    hub: Annotated[str, typer.Argument(metavar="FROM", help="Id, name, or lat=…,lon=….")],
    destination: To,
    vehicle: Annotated[
        list[str] | None, typer.Option(help="Only these classes (repeatable); all without.")
    ] = None,
    layer: Annotated[
        list[str] | None,
        typer.Option(help="Layers where cargo may be loaded over (repeatable); all without."),
    ] = None,
    handling_h: Annotated[float, typer.Option(help="Hours to load over.")] = HANDLING_H,
    at: Departure = None,
    as_of: Instant = None,
    without: Without = None,
    what_if: WhatIf = None,
    policy: Policy = DEFAULT_POLICY,
    clearance: Clearance = Sensitivity.STRICTLY_CONFIDENTIAL,
    as_json: JsonFlag = False,
) -> None:
    """Tell the largest vehicle that reaches a place, and where to load over into a smaller one.

    Exit code as `lca route`, for the best there is.
    """
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    tables = reference_tables(store, store.heads(as_of))
    classes = [resolve_vehicle(text, tables.vehicles) for text in vehicle or tables.vehicles]
    terms = _terms(store, classes[0], at, as_of, policy, without, what_if)
    outlook, _ = _outlook(store, terms, clearance)
    places = _listed(store, outlook, layer or sorted(outlook.inputs.heads.releases))
    found = largest(
        outlook,
        outlook.place(hub),
        outlook.place(destination),
        classes,
        places,
        handling_h=handling_h,
    )
    session.data(found.as_json(), found.as_text())
    raise typer.Exit(VERDICT_CODES[found.verdict])


def _terms(
    store: Store,
    vehicle: str | VehicleClass,
    at: datetime | None,
    as_of: datetime | None,
    policy: Policy,
    without: list[str] | None,
    what_if: Path | None,
) -> Terms:
    return Terms(
        vehicle=vehicle,
        at=at,
        as_of=as_of,
        without=tuple(without or ()),
        what_if=read_hypothesis(what_if, as_of or store.now()),
        policy=policy,
    )


def _outlook(store: Store, terms: Terms, clearance: Sensitivity) -> tuple[Outlook, ReferenceTables]:
    """Return the outlook of some terms, and the operation's tables of that moment."""
    tables = reference_tables(store, store.heads(terms.as_of))
    vehicle = resolve_vehicle(terms.vehicle, tables.vehicles)
    return Planner(store).outlook(replace(terms, vehicle=vehicle), clearance), tables


def _group(text: str, tables: ReferenceTables) -> Group:
    """Return the vehicles that ``3xtruck_heavy_3`` means; a class alone is one."""
    found = _GROUP.fullmatch(text)
    count, vehicle = (int(found[1]), found[2]) if found else (1, text)
    return Group(count, resolve_vehicle(vehicle, tables.vehicles))


def _listed(store: Store, outlook: Outlook, layers: Iterable[str]) -> tuple[ResolvedPlace, ...]:
    """Return what those layers hold that are layers of places and published."""
    return tuple(
        place
        for name in layers
        if name in outlook.inputs.heads.releases and store.specs[name].kind.holds_places
        for place in places_of_layer(store, outlook, name)
    )
