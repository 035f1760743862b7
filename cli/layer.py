"""``lca layer``: list, log, diff, publish, roll back and withdraw versions."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer

from layers.difftable import DiffFormat, as_file
from layers.release import Release, served_before
from layers.store import Store
from lca.errors import NotFound, UsageError
from lca.instant import format_instant, parse_instant
from lca.vocab import Sensitivity

from .context import Author, Instant, JsonFlag, session_of

app = typer.Typer(no_args_is_help=True)

LayerName = Annotated[str, typer.Argument(metavar="LAYER", help="Name of the layer.")]
Reference = Annotated[
    str, typer.Argument(metavar="VERSION", help="A number, an id or its first 8 digits, or latest.")
]
ConfirmLift = Annotated[
    list[str] | None,
    typer.Option(help="Confirm that this closure is lifted (repeatable, by id)."),
]
Since = Annotated[
    datetime | None,
    typer.Option(parser=parse_instant, metavar="TIME", help="The older one: known at this time."),
]
Until = Annotated[
    datetime | None,
    typer.Option(parser=parse_instant, metavar="TIME", help="The newer one: known at this time."),
]
Clearance = Annotated[Sensitivity, typer.Option(help="Show records up to this sensitivity.")]
_ALL = Sensitivity.STRICTLY_CONFIDENTIAL


@app.command("list")
def list_layers(ctx: typer.Context, as_of: Instant = None, as_json: JsonFlag = False) -> None:
    """List the layers and their published versions, now or as they were known at --as-of."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    heads = store.heads(as_of)
    body = [
        {"layer": name, "title": spec.title, "head": _head(heads.releases.get(name))}
        for name, spec in store.specs.items()
    ]
    session.rows(
        ["LAYER", "TITLE", "VERSION", "ID", "PUBLISHED", "FEATURES"],
        [
            (name, spec.title, *_head_cells(heads.releases.get(name)))
            for name, spec in store.specs.items()
        ],
        body,
    )


@app.command()
def log(ctx: typer.Context, layer: LayerName, as_json: JsonFlag = False) -> None:
    """List the history of a layer, newest first."""
    del as_json
    session = session_of(ctx)
    releases = session.open_store().log(layer)
    session.rows(
        ["VERSION", "ID", "PUBLISHED", "BY", "ACTION", "FEATURES", "MESSAGE"],
        [
            (
                release.number,
                release.version[:12],
                format_instant(release.published_at),
                release.author,
                f"{release.action} (withdrawn)" if release.withdrawn_at else release.action,
                release.feature_count,
                release.message,
            )
            for release in releases
        ],
        [release.as_json() for release in releases],
    )


@app.command()
def diff(
    ctx: typer.Context,
    layer: LayerName,
    older: Annotated[
        str | None, typer.Argument(help="The older version; the one before if left out.")
    ] = None,
    newer: Annotated[str, typer.Argument(help="The newer version.")] = "latest",
    since: Since = None,
    until: Until = None,
    at: Instant = None,
    out: Annotated[
        Path | None, typer.Option(help="Also write it as a .csv or .xlsx table, or .geojson.")
    ] = None,
    clearance: Clearance = _ALL,
    as_json: JsonFlag = False,
) -> None:
    """Say what changed between two versions, as text that can go into a report.

    Each version is named by itself, or by the moment when it was what was known. With --at,
    only what changed of that which holds at that moment.
    """
    del as_json
    if (older and since) or (until is not None and newer != "latest"):
        raise UsageError(
            "Each of the two versions is named once.",
            do_next="Give OLDER or --since, and NEWER or --until.",
        )
    session = session_of(ctx)
    store = session.open_store()
    last = release_of(store, layer, newer, until)
    if since is not None:
        first = store.head(layer, as_of=since)
    else:
        first = release_before(store, last) if older is None else store.release(layer, older)
    found = store.diff(layer, first, last, clearance=clearance, at=at)
    if out is not None:
        out.write_bytes(as_file(found, _diff_format(out)))
        session.say(f"Wrote {out}.")
    session.data(found.as_json(), found.as_text())


def _diff_format(out: Path) -> DiffFormat:
    try:
        return DiffFormat(out.suffix.lstrip(".").lower())
    except ValueError:
        raise UsageError(
            f"{out.name} does not say the format.", do_next="End it in .csv, .xlsx or .geojson."
        ) from None


@app.command()
def publish(
    ctx: typer.Context,
    layer: LayerName,
    author: Author,
    draft: Annotated[str | None, typer.Option(help="Draft id; the newest if left out.")] = None,
    message: Annotated[str | None, typer.Option(help="Release note.")] = None,
    confirm_lift: ConfirmLift = None,
    as_json: JsonFlag = False,
) -> None:
    """Publish a draft. Exit code 5 if somebody published since, or if closures would be lifted."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    before = store.heads().releases.get(layer)
    release = store.publish(
        _draft_of(store, layer, draft),
        author=author,
        message=message,
        confirm_lifts=frozenset(confirm_lift or ()),
        clearance=_ALL,
    )
    session.data(release.as_json(), _outcome(before, release))


@app.command()
def rollback(
    ctx: typer.Context,
    layer: LayerName,
    version: Reference,
    author: Author,
    message: Annotated[str, typer.Option(help="Why.")],
    confirm_lift: ConfirmLift = None,
    as_json: JsonFlag = False,
) -> None:
    """Publish an old version again, as a new one."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    before = store.heads().releases.get(layer)
    release = store.rollback(
        layer,
        version,
        author=author,
        message=message,
        confirm_lifts=frozenset(confirm_lift or ()),
        clearance=_ALL,
    )
    session.data(release.as_json(), _outcome(before, release))


@app.command()
def withdraw(
    ctx: typer.Context,
    layer: LayerName,
    version: Reference,
    author: Author,
    reason: Annotated[str, typer.Option(help="Why.")],
    confirm_lift: ConfirmLift = None,
    as_json: JsonFlag = False,
) -> None:
    """Hide a version everywhere; its entry in the history stays."""
    del as_json
    session = session_of(ctx)
    release = session.open_store().withdraw(
        layer,
        version,
        author=author,
        reason=reason,
        confirm_lifts=frozenset(confirm_lift or ()),
        clearance=_ALL,
    )
    text = f"Withdrawn. {_published(release)}" if release else "Withdrawn."
    session.data(release.as_json() if release else None, text)


def release_before(store: Store, release: Release) -> Release | None:
    """Return the last release before one that is still served."""
    return served_before(store.log(release.layer), release.number)


def release_of(store: Store, layer: str, version: str, as_of: datetime | None) -> Release:
    """Return the release that a version or a moment names (errors as ``Store.release``)."""
    if as_of is None:
        return store.release(layer, version)
    found = store.head(layer, as_of=as_of)
    if found is None:
        raise NotFound(
            f"{layer} had no published version at {format_instant(as_of)}.",
            do_next=f"Look when it was published: lca layer log {layer}.",
        )
    return found


def _draft_of(store: Store, layer: str, draft: str | None) -> str:
    """Return the id of the layer's draft that is meant, the newest if none is named."""
    if draft is not None:
        found = store.get_draft(draft, clearance=_ALL)
        if found.layer != layer:
            raise UsageError(
                f"The draft {draft} is of the layer {found.layer}.",
                do_next=f"To publish it: lca layer publish {found.layer} --draft {draft}",
            )
        return draft
    drafts = store.drafts(layer, clearance=_ALL)
    if not drafts:
        head = store.heads().releases.get(layer)
        published = f" Version {head.number} is published." if head else ""
        raise NotFound(
            f"{layer} has no draft.{published}", do_next="Make one with: lca import FILE"
        )
    if len(drafts) > 1:
        # The newest may be somebody else's: whoever publishes says which one is meant.
        raise UsageError(
            f"{layer} has {len(drafts)} drafts: "
            + "; ".join(
                f"{one.id} by {one.author} ({one.message}): {one.summary}" for one in drafts
            ),
            do_next=f"Say which: lca layer publish {layer} --draft ID",
        )
    return drafts[0].id


def _head(release: Release | None) -> Any:
    return release.as_json() if release else None


def _head_cells(release: Release | None) -> tuple[Any, ...]:
    if release is None:
        return (None, None, None, None)
    if release.withdrawn_at is not None:
        return (release.number, "withdrawn", None, None)
    return (
        release.number,
        release.version[:12],
        format_instant(release.published_at),
        release.feature_count,
    )


def _outcome(before: Release | None, release: Release) -> str:
    if before is not None and before.number == release.number:
        return f"Nothing changed: this content is published already.\n{_published(release)}"
    return _published(release)


def _published(release: Release) -> str:
    return (
        f"{release.layer} version {release.number} ({release.version[:12]}), "
        f"{release.feature_count} features, published {format_instant(release.published_at)}"
    )
