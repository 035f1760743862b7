"""``lca profile``: the reading profiles, and a guided mapping for a table that none of them knows."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from lca.errors import NotFound, UsageError
from lca.ingest.containers import container_of
from lca.ingest.guide.proposal import SAID_OTHERWISE
from lca.ingest.mapping import (
    ColumnProposal,
    Proposal,
    as_toml,
    layer_kind,
    propose,
    table_of,
    tables_of,
)
from lca.ingest.profiles.profile import load_own_profile, load_profiles

from .context import JsonFlag, Session, session_of

app = typer.Typer(no_args_is_help=True)


@app.command("list")
def list_profiles(ctx: typer.Context, as_json: JsonFlag = False) -> None:
    """List the reading profiles and what each is for."""
    del as_json
    profiles = load_profiles().values()
    session_of(ctx).rows(
        ["PROFILE", "READS", "FILES"],
        [(one.name, one.reads, " ".join(one.containers)) for one in profiles],
        [
            one.model_dump(mode="json", include={"name", "title", "reads", "source", "containers"})
            for one in profiles
        ],
    )


@app.command()
def show(
    ctx: typer.Context,
    name: Annotated[str, typer.Argument(help="A profile's name, or a .toml file of your own.")],
    as_json: JsonFlag = False,
) -> None:
    """Show which columns a profile reads, into which fields, and how."""
    del as_json
    if name.endswith(".toml"):
        profile = load_own_profile(Path(name))
    elif name in load_profiles():
        profile = load_profiles()[name]
    else:
        raise NotFound(
            f"There is no profile {name!r}.",
            do_next="Choose one of " + ", ".join(load_profiles()) + ".",
        )
    session_of(ctx).rows(
        ["LAYER", "FIELD", "HEADINGS", "UNIT", "CODES"],
        [
            (
                table.layer,
                column.field,
                " | ".join(column.headings),
                column.unit,
                len(column.codes) or None,
            )
            for table in profile.tables
            for column in table.columns
        ],
        profile.model_dump(mode="json"),
    )


@app.command("propose")
def propose_profile(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="A table or GIS file that no profile knows.")],
    layer: Annotated[str, typer.Option(help="The layer that its rows shall fill.")],
    out: Annotated[Path | None, typer.Option(help="Save the profile as this .toml file.")] = None,
    sheet: Annotated[str | None, typer.Option(help="Which of its tables is meant.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """Propose which column of FILE fills which field, and save it as a profile of your own.

    On a terminal each doubtful column is asked about. Read the file then, and next week's, with
    lca import FILE --profile mine.toml.
    """
    session = session_of(ctx)
    if out is not None and (out.suffix != ".toml" or out.exists()):
        why = "is there already" if out.exists() else "does not end in .toml"
        raise UsageError(f"{out} {why}.", do_next="Name another file with --out.")
    kind = layer_kind(layer)
    proposal = propose(table_of(tables_of(file, kind), sheet), kind)
    if not as_json and sys.stdin.isatty() and sys.stdout.isatty():
        proposal = _confirmed(proposal)
    text = as_toml(proposal, container_of(file), source=file.name)
    if out is not None:
        out.write_text(text, encoding="utf-8")
    _show(session, proposal, text, out)


def _confirmed(proposal: Proposal) -> Proposal:
    """Ask about each column that nobody can be sure of."""
    denied = frozenset(
        one.index
        for one in proposal.columns
        if one.target and not one.sure and not typer.confirm(_question(one), default=True)
    )
    return proposal.without(denied)


def _question(one: ColumnProposal) -> str:
    samples = "; ".join(one.samples)
    return f"{one.heading!r} ({samples}): read it as {one.target}, because {one.why}?"


def _show(session: Session, proposal: Proposal, text: str, out: Path | None) -> None:
    if out is None and not session.as_json:
        session.data(text, text)
    else:
        session.rows(
            ["COLUMN", "FIELD", "SURE", "WHY", "FOR EXAMPLE"],
            [
                (
                    one.heading,
                    one.target,
                    f"{one.confidence:.0%}" if one.target else None,
                    one.why or None,
                    "; ".join(one.samples),
                )
                for one in proposal.columns
            ],
            {**proposal.as_json(), "profile": text, "saved": None if out is None else str(out)},
        )
    for name in proposal.lacking:
        option = SAID_OTHERWISE.get(name)
        mend = f"Say it when you import: {option}." if option else "Add one, or rows are rejected."
        session.say(f"No column fills {name}. {mend}")
    if out is not None:
        session.say(f"Saved {out}. Read the file: lca import FILE --profile {out}")
