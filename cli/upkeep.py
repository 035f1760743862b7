"""``lca backup``, ``restore``, ``doctor`` and ``gc``: keeping a store whole."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer

from layers.upkeep.backup import back_up
from layers.upkeep.backup import restore as restore_backup
from layers.upkeep.collect import SAFE_AGE, collect
from layers.upkeep.doctor import examine, repair
from routing.build_store import load_network

from .context import JsonFlag, session_of


def backup(
    ctx: typer.Context,
    out: Annotated[Path, typer.Argument(metavar="OUT", help="File to write, as backup.zip.")],
    as_json: JsonFlag = False,
) -> None:
    """Write the whole store into one file, while it serves and others publish.

    The file holds every version of every sensitivity: keep it as safe as the store.
    """
    del as_json
    session = session_of(ctx)
    made = back_up(session.location, out, now=session.clock(), check_build=load_network)
    session.data(
        made.as_json(),
        f"{out}: {made.objects} objects, {made.builds} graph builds, "
        f"heads of {len(made.heads)} layers, {made.size / 1e6:.1f} MB",
    )


def restore(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(metavar="IN", help="A file that lca backup wrote.")],
    store: Annotated[Path, typer.Argument(metavar="STORE", help="New folder for the store.")],
    as_json: JsonFlag = False,
) -> None:
    """Make a store of a backup, once every byte of it has been verified."""
    del as_json
    session = session_of(ctx)
    made = restore_backup(file, store, check_build=load_network)
    session.say("Tokens and watches are as they were then: see lca token list for revoked ones.")
    session.data(
        made.as_json(),
        f"{store}: as of {made.taken_at}, heads of {len(made.heads)} layers, "
        f"{made.objects} objects, {made.builds} graph builds",
    )


def doctor(
    ctx: typer.Context,
    repair_: Annotated[
        bool, typer.Option("--repair", help="Delete what is damaged and can be made again.")
    ] = False,
    quick: Annotated[
        bool, typer.Option("--quick", help="Only digests of files, not of rows.")
    ] = False,
    as_json: JsonFlag = False,
) -> None:
    """Verify everything that the store keeps. Exit code 1 if something is damaged."""
    del as_json
    session = session_of(ctx)
    place = session.location
    findings = examine(place, check_build=load_network, contents=not quick)
    if repair_ and findings.rebuildable:
        for item in repair(findings):
            session.say(f"Deleted: {item.where}.")
        findings = examine(place, check_build=load_network, contents=not quick)
    session.data(findings.as_json(), findings.as_text())
    if not findings.clean:
        raise typer.Exit(1)


def collect_garbage(
    ctx: typer.Context,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would be deleted.")
    ] = False,
    hours: Annotated[
        float, typer.Option(min=0, help="Only what has been left alone for so many hours.")
    ] = SAFE_AGE.total_seconds() / 3600,
    as_json: JsonFlag = False,
) -> None:
    """Delete files that no version and no draft uses; published versions and builds stay."""
    del as_json
    session = session_of(ctx)
    with session.open_store() as store:
        found = collect(
            store.root,
            store.catalogue,
            # Files are dated by the machine, not by the session's clock.
            now=time.time(),
            age=timedelta(hours=hours),
            dry_run=dry_run,
        )
    session.data(found.as_json(), found.as_text())
