"""``lca route``: can this vehicle get there, by which way, and what blocks it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lca.vocab import Sensitivity
from routing.planner import Planner
from routing.policy import Policy, Treatment
from routing.question import RouteQuestion

from .context import Instant, JsonFlag, session_of
from .errors import VERDICT_CODES
from .hypothesis import read_hypothesis


def route(
    ctx: typer.Context,
    origin: Annotated[str, typer.Argument(metavar="FROM", help="Id, name, or lat=…,lon=….")],
    destination: Annotated[str, typer.Argument(metavar="TO", help="Id, name, or lat=…,lon=….")],
    vehicle: Annotated[str, typer.Option(help="Vehicle class, as truck_heavy_3.")],
    at: Instant = None,
    as_of: Instant = None,
    without: Annotated[
        list[str] | None, typer.Option(help="Hypothesis: leave this constraint out (repeatable).")
    ] = None,
    what_if: Annotated[
        Path | None,
        typer.Option(
            exists=True, dir_okay=False, help="Hypothesis: GeoJSON of constraints to add."
        ),
    ] = None,
    unknown: Annotated[
        Treatment, typer.Option(help="Policy for what nobody knows.")
    ] = Treatment.ALLOW,
    clearance: Annotated[
        Sensitivity, typer.Option(help="Show constraints up to this sensitivity.")
    ] = Sensitivity.STRICTLY_CONFIDENTIAL,
    as_json: JsonFlag = False,
) -> None:
    """Answer whether a vehicle can get from FROM to TO under the constraints in force.

    Exit code 0: viable (perhaps with conditions); 6: not viable; 7: unknown.
    """
    del as_json
    session = session_of(ctx)
    question = RouteQuestion(
        origin=origin,
        destination=destination,
        vehicle=vehicle,
        at=at,
        as_of=as_of,
        without=tuple(without or ()),
        what_if=read_hypothesis(what_if),
        policy=Policy(unknown=unknown),
    )
    answer = Planner(session.open_store()).answer(question, clearance=clearance)
    session.data(answer.as_json(), answer.as_text())
    raise typer.Exit(VERDICT_CODES[answer.verdict])
