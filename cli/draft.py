"""``lca draft``: list, show, review and discard drafts, and list what nobody has reviewed."""

from __future__ import annotations

from typing import Annotated

import typer

from layers import review
from layers.draft import Draft
from layers.geojson import feature
from layers.review import DraftState
from layers.store import Store
from layers.unreviewed import unreviewed_rows
from lca.instant import format_instant, format_minute
from lca.vocab import Sensitivity

from .context import Author, JsonFlag, Session, session_of

app = typer.Typer(no_args_is_help=True)

DraftId = Annotated[str, typer.Argument(metavar="DRAFT", help="Id of the draft.")]
Text = Annotated[str, typer.Option("--text", help="What there is to say.")]
OptionalText = Annotated[str | None, typer.Option("--text", help="What there is to say.")]
_ALL = Sensitivity.STRICTLY_CONFIDENTIAL
_OVER = {DraftState.PUBLISHED, DraftState.DISCARDED}


@app.command("list")
def list_drafts(
    ctx: typer.Context,
    layer: Annotated[str | None, typer.Argument(help="Only this layer.")] = None,
    as_json: JsonFlag = False,
) -> None:
    """List the drafts that are neither published nor discarded."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    names = store.specs if layer is None else [layer]
    drafts = [draft for name in names for draft in store.drafts(name, clearance=_ALL)]
    session.rows(
        ["LAYER", "DRAFT", "STATE", "BY", "MADE", "CHANGES", "CLOSURES LIFTED", "MESSAGE"],
        [
            (
                draft.layer,
                draft.id,
                draft.state.value,
                draft.author,
                format_minute(draft.created_at),
                draft.summary,
                len(draft.lifts),
                draft.message,
            )
            for draft in drafts
        ],
        [draft.as_json() for draft in drafts],
    )


@app.command()
def show(ctx: typer.Context, draft: DraftId, as_json: JsonFlag = False) -> None:
    """Show what a draft would change, what is doubtful in it, and its history."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    found = store.get_draft(draft, clearance=_ALL)
    session.data(found.as_json(), _told(found))
    head = store.head(found.layer)
    if found.state not in _OVER and head is not None and head.number != found.base_number:
        session.say(
            f"Others have published version {head.number} since; merge it into the draft before "
            f"you publish: lca draft rebase {found.id}"
        )


@app.command()
def submit(
    ctx: typer.Context,
    draft: DraftId,
    author: Author,
    text: OptionalText = None,
    as_json: JsonFlag = False,
) -> None:
    """Ask for the review of a draft."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    review.submit(store.workspace, draft, author=author, text=text)
    _show_state(session, store, draft)


@app.command()
def comment(
    ctx: typer.Context, draft: DraftId, author: Author, text: Text, as_json: JsonFlag = False
) -> None:
    """Say something about a draft."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    review.comment(store.workspace, draft, author=author, text=text)
    _show_state(session, store, draft)


@app.command()
def approve(
    ctx: typer.Context,
    draft: DraftId,
    author: Author,
    version: Annotated[
        str | None,
        typer.Option(help="The version that you looked at; its present one if left out."),
    ] = None,
    accept: Annotated[
        list[str] | None,
        typer.Option(help="A warning that you know of, by its code (repeatable)."),
    ] = None,
    text: OptionalText = None,
    as_json: JsonFlag = False,
) -> None:
    """Approve the present content of a draft. Exit code 4 if a warning is not accepted."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    seen = version or store.get_draft(draft, clearance=_ALL).version
    review.approve(
        store.workspace, draft, author=author, version=seen, accept=accept or (), text=text
    )
    _show_state(session, store, draft)


@app.command("return")
def send_back(
    ctx: typer.Context, draft: DraftId, author: Author, text: Text, as_json: JsonFlag = False
) -> None:
    """Send a draft back with the reason; it cannot be published until it is submitted again."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    review.send_back(store.workspace, draft, author=author, text=text)
    _show_state(session, store, draft)


@app.command()
def discard(
    ctx: typer.Context,
    draft: DraftId,
    author: Author,
    text: OptionalText = None,
    as_json: JsonFlag = False,
) -> None:
    """Give a draft up; its history stays."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    review.discard(store.workspace, draft, author=author, text=text)
    _show_state(session, store, draft)


@app.command()
def reports(
    ctx: typer.Context,
    layer: Annotated[str, typer.Argument(help="Name of the layer.")] = "constraints",
    clearance: Annotated[
        Sensitivity, typer.Option(help="Show records up to this sensitivity.")
    ] = _ALL,
    as_json: JsonFlag = False,
) -> None:
    """List what drafts report and nobody has reviewed. UNVERIFIED: it may be wrong."""
    del as_json
    session = session_of(ctx)
    found = unreviewed_rows(session.open_store(), layer, clearance)
    session.rows(
        ["UNVERIFIED", "NAME", "EFFECT OR STATUS", "SOURCE", "DRAFT", "BY", "SINCE"],
        [
            (
                item.row["id"],
                item.row["name"],
                item.row.get("effect") or item.row.get("status"),
                item.row["source_org"],
                item.draft.id,
                item.draft.author,
                format_minute(item.draft.created_at),
            )
            for item in found
        ],
        [
            {
                "verified": False,
                "draft": item.draft.id,
                "state": item.draft.state.value,
                "reported_by": item.draft.author,
                "reported_at": format_instant(item.draft.created_at),
                "feature": feature(item.row),
            }
            for item in found
        ],
    )


def _show_state(session: Session, store: Store, draft: str) -> None:
    found = review.state_of(store.workspace, draft)
    session.data({"draft": draft, "state": found.value}, f"The draft {draft} is {found.value}.")


def _told(draft: Draft) -> str:
    lines = [
        f"Draft {draft.id} of {draft.layer} by {draft.author}: {draft.message}",
        f"State: {draft.state.value}; review asked for: {draft.review.value.replace('_', ' ')}",
        f"Changes: {draft.summary}",
    ]
    lines += [item.as_text() for item in draft.findings]
    lines += [
        f"would lift {item.id} {item.name} ({', '.join(item.reasons)})" for item in draft.lifts
    ]
    base = f"version {draft.base_number}" if draft.base_number else "nothing published"
    changes = draft.diff.as_text(f"{draft.contents.spec.title}, {base} → this draft")
    lines += ["", changes, *(item.as_text() for item in draft.events)]
    return "\n".join(lines)
