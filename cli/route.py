"""``lca route``: can this vehicle get there, by which way, and what blocks it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from layers.store import Store
from lca.errors import UnreadableFile, UsageError
from lca.vehicle import resolve_vehicle
from lca.vocab import Sensitivity
from routing.planner import Planner
from routing.policy import DEFAULT_POLICY, Policy
from routing.question import RouteQuestion
from routing.reference_tables import reference_tables
from routing.replay import MOST_BYTES, replay

from .context import Instant, JsonFlag, Session, session_of
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

    Exit code 0: viable (perhaps with conditions); 6: not viable; 7: unknown. With --replay, 0 if
    the answer is equal but for when it was computed, 5 if it is not.
    """
    del as_json
    session = session_of(ctx)
    asked = _Asked(origin, destination, vehicle, at, as_of, tuple(without or ()), what_if, policy)
    if replay_file is not None:
        asked.require_nothing()
        _replay(session, replay_file, clearance)
    store = session.open_store()
    answer = Planner(store).answer(asked.question(store), clearance=clearance)
    session.data(answer.as_json(), answer.as_text())
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
