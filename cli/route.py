"""``lca route``: can this vehicle get there, by which way, and what blocks it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from layers.store import Store
from lca.errors import UnreadableFile, UsageError
from lca.vehicle import resolve_vehicle
from lca.vocab import Sensitivity, Verdict
from routing.outlook import Outlook
from routing.place import ResolvedPlace
from routing.planner import Planner
from routing.plans.convoy import Group
from routing.plans.convoyplan import plan_convoy
from routing.plans.wayout import way_out
from routing.policy import DEFAULT_POLICY, Policy
from routing.question import RouteQuestion
from routing.reference_tables import reference_tables
from routing.replay import MOST_BYTES, replay

from .context import Departure, Instant, JsonFlag, Session, session_of
from .errors import VERDICT_CODES
from .hypothesis import read_hypothesis
from .policy_options import with_policy

_NOT_EQUAL = 5


@with_policy
def route(
    ctx: typer.Context,
    origin: Annotated[
        str | None, typer.Argument(metavar="FROM", help="Id, name, or lat=…,lon=….")
    ] = None,
    destination: Annotated[
        str | None, typer.Argument(metavar="TO", help="Id, name, or lat=…,lon=….")
    ] = None,
    vehicle: Annotated[
        str | None,
        typer.Option(help="Vehicle class, perhaps changed, as truck_heavy_3,gross_t=22."),
    ] = None,
    at: Departure = None,
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
    via: Annotated[
        list[str] | None,
        typer.Option(metavar="PLACE", help="Place on the way, in their order (repeatable)."),
    ] = None,
    with_way_out: Annotated[
        bool,
        typer.Option(
            "--way-out/--no-way-out",
            help="Where it is not viable: how far it gets, and which classes would arrive.",
        ),
    ] = True,
    policy: Policy = DEFAULT_POLICY,
    replay_file: Annotated[
        Path | None,
        typer.Option(
            "--replay",
            exists=True,
            dir_okay=False,
            help="Compute this answer again from its JSON, and say whether it is equal.",
        ),
    ] = None,
    clearance: Annotated[
        Sensitivity, typer.Option(help="Show constraints up to this sensitivity.")
    ] = Sensitivity.STRICTLY_CONFIDENTIAL,
    as_json: JsonFlag = False,
) -> None:
    """Answer whether a vehicle can get from FROM to TO under the constraints in force.

    With --via, each leg departs when the one before it arrives.

    Exit code 0: viable (perhaps with conditions); 6: not viable; 7: unknown. With --replay, 0 if
    the answer is equal but for when it was computed, 5 if it is not.
    """
    del as_json
    session = session_of(ctx)
    stops = tuple(via or ())
    left_out = tuple(without or ())
    asked = _Asked(origin, destination, vehicle, at, as_of, left_out, what_if, policy, stops)
    if replay_file is not None:
        asked.require_nothing()
        _replay(session, replay_file, clearance)
    store = session.open_store()
    question = asked.question(store)
    outlook = Planner(store).outlook(question.terms, clearance)
    places = [outlook.place(text) for text in (question.origin, *asked.via, question.destination)]
    if asked.via:
        plan = plan_convoy(outlook, (Group(1, outlook.vehicle),), places)
        session.data(plan.as_json(), plan.as_text())
        raise typer.Exit(VERDICT_CODES[plan.verdict])
    _answer(session, outlook, places, with_way_out=with_way_out)


def _answer(
    session: Session, outlook: Outlook, places: Sequence[ResolvedPlace], *, with_way_out: bool
) -> None:
    """Write the answer, and where it is not viable what would open a way; leave with its code."""
    origin, destination = places
    answer = outlook.answer(origin, destination)
    body, text = answer.as_json(), answer.as_text()
    if with_way_out and answer.verdict is Verdict.NOT_VIABLE:
        classes = tuple(outlook.tables.vehicles.values())
        found = way_out(outlook, origin, destination, classes, finding=answer.finding)
        if found is not None:
            body["way_out"] = found.as_json()
            lines = found.lines(reopening=False)
            text = "\n".join([text, "", *lines])
    session.data(body, text)
    raise typer.Exit(VERDICT_CODES[answer.verdict])


@dataclass(frozen=True, slots=True)
class _Asked:
    """What stands on the command line."""

    origin: str | None
    destination: str | None
    vehicle: str | None
    at: datetime | None
    as_of: datetime | None
    without: tuple[str, ...]
    what_if: Path | None
    policy: Policy
    via: tuple[str, ...] = ()

    def require_nothing(self) -> None:
        """Refuse a question beside an answer that holds its own."""
        if self != _Asked(None, None, None, None, None, (), None, DEFAULT_POLICY):
            raise UsageError(
                "The answer holds its own question, with its policy.",
                do_next="Give --replay FILE alone, with --json and --clearance at most.",
            )

    def question(self, store: Store) -> RouteQuestion:
        """Return the question, with the vehicle as the operation's table has it."""
        missing = [
            name
            for name, value in (
                ("FROM", self.origin),
                ("TO", self.destination),
                ("--vehicle", self.vehicle),
            )
            if value is None
        ]
        if self.origin is None or self.destination is None or self.vehicle is None:
            raise UsageError(
                f"Missing: {', '.join(missing)}.",
                do_next="Give FROM TO --vehicle CLASS, or --replay FILE.",
            )
        tables = reference_tables(store, store.heads(self.as_of))
        return RouteQuestion(
            origin=self.origin,
            destination=self.destination,
            vehicle=resolve_vehicle(self.vehicle, tables.vehicles),
            at=self.at,
            as_of=self.as_of,
            without=self.without,
            what_if=read_hypothesis(self.what_if, self.as_of or store.now()),
            policy=self.policy,
        )


def _replay(session: Session, path: Path, clearance: Sensitivity) -> None:
    """Write whether an answer comes back equal, and leave with the code that says so."""
    if path.stat().st_size > MOST_BYTES:
        raise UnreadableFile(f"It is larger than {MOST_BYTES / 1e6:.0f} MB.", where=path.name)
    found = replay(session.open_store(), path.read_bytes(), clearance=clearance)
    session.data(found.as_json(), found.as_text())
    raise typer.Exit(0 if found.equal else _NOT_EQUAL)
