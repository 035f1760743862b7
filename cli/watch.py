"""``lca watch``: saved questions, and whether their verdicts have changed."""

from __future__ import annotations

from typing import Annotated

import typer

from layers.watches import get_watch, list_watches, looks, remove_watch
from lca.instant import format_minute
from lca.vocab import Sensitivity
from routing.planner import Planner
from routing.policy import DEFAULT_POLICY, Policy
from routing.question import RouteQuestion
from routing.watch import look, look_json, save

from .context import Author, Departure, JsonFlag, session_of
from .policy_options import with_policy

app = typer.Typer(no_args_is_help=True)

WatchId = Annotated[str, typer.Argument(metavar="ID", help="As lca watch list gives it.")]
Clearance = Annotated[Sensitivity, typer.Option(help="Look at watches up to this sensitivity.")]
_ALL = Sensitivity.STRICTLY_CONFIDENTIAL


@app.command()
@with_policy
def add(
    ctx: typer.Context,
    origin: Annotated[str, typer.Argument(metavar="FROM", help="Id, name, or lat=…,lon=….")],
    destination: Annotated[str, typer.Argument(metavar="TO", help="Id, name, or lat=…,lon=….")],
    name: Annotated[str, typer.Option(help="What it is for, as 'Convoy 12'.")],
    vehicle: Annotated[
        str, typer.Option(help="Vehicle class, perhaps changed, as truck_heavy_3,gross_t=22.")
    ],
    author: Author,
    at: Departure = None,
    policy: Policy = DEFAULT_POLICY,
    clearance: Clearance = _ALL,
    as_json: JsonFlag = False,
) -> None:
    """Save a question and answer it for the first time."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    question = RouteQuestion(
        origin=origin, destination=destination, vehicle=vehicle, at=at, policy=policy
    )
    report = save(store, Planner(store), name, question, author=author, clearance=clearance)
    session.say(f"Watch {report.watch.id} is saved. Look again with: lca watch check")
    session.data(report.as_json(), report.as_text())


@app.command("list")
def list_all(ctx: typer.Context, clearance: Clearance = _ALL, as_json: JsonFlag = False) -> None:
    """List the watches with what was found when somebody last looked."""
    del as_json
    session = session_of(ctx)
    found = list_watches(session.open_store(), clearance=clearance)
    session.rows(
        ["ID", "NAME", "BY", "VERDICT", "SINCE"],
        [
            (
                item.id,
                item.name,
                item.author,
                item.last and item.last.found.get("verdict"),
                item.last and format_minute(item.last.looked_at),
            )
            for item in found
        ],
        [
            {
                "id": item.id,
                "name": item.name,
                "author": item.author,
                "question": dict(item.question),
                "last": item.last and look_json(item.last),
            }
            for item in found
        ],
    )


@app.command()
def check(
    ctx: typer.Context,
    watch_id: Annotated[str | None, typer.Argument(metavar="[ID]", help="One only.")] = None,
    clearance: Clearance = _ALL,
    as_json: JsonFlag = False,
) -> None:
    """Ask all saved questions again, and say which verdicts have changed since the last look."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    planner = Planner(store)
    watches = list_watches(store, clearance=clearance)
    if watch_id is not None:
        watches = [get_watch(store, watch_id, clearance=clearance)]
    reports = [look(store, planner, item) for item in watches]
    changed = sum(report.verdict_changed for report in reports)
    session.data(
        [report.as_json() for report in reports],
        "\n".join(report.as_text() for report in reports) or "Nothing is watched.",
    )
    session.say(f"{len(reports)} watched, {changed} with another verdict.")


@app.command()
def history(
    ctx: typer.Context, watch_id: WatchId, clearance: Clearance = _ALL, as_json: JsonFlag = False
) -> None:
    """List what was found each time the answer was another one, the oldest first."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    seen = looks(store, get_watch(store, watch_id, clearance=clearance).id)
    session.rows(
        ["LOOKED AT", "VERDICT", "SUMMARY"],
        [
            (format_minute(item.looked_at), item.found.get("verdict"), item.found.get("summary"))
            for item in seen
        ],
        [look_json(item) for item in seen],
    )


@app.command()
def remove(ctx: typer.Context, watch_id: WatchId, clearance: Clearance = _ALL) -> None:
    """Watch no longer; the history stays."""
    session = session_of(ctx)
    remove_watch(session.open_store(), watch_id, clearance=clearance)
    session.say(f"Watch {watch_id} is removed.")
