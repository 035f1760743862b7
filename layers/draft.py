"""Drafts: what an import would make of a layer, kept apart until somebody publishes it."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import geopandas as gpd
import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from lca.errors import Conflict, InvalidInput
from lca.issues import Report
from lca.vocab import Sensitivity

from .amend import with_rows_of
from .canonical import Snapshot
from .closures import hidden_ids, lifted, redacted, require_records
from .diff import changed_keys, lost
from .drafted import Contents, Draft
from .gate import require_sound, surroundings
from .publish import Swap, publish_content
from .release import Release, resolve, withdrawn_error
from .renumbering import require_kept_ids
from .review import (
    UNFINISHED,
    DraftState,
    draft_row,
    events,
    events_in,
    log_event,
    require_reviewed,
    require_same,
    require_unfinished,
)
from .sensitivity import reachable
from .spec import LayerKind, LayerSpec
from .tables import draft as drafts
from .workspace import Workspace

__all__ = [
    "Draft",
    "Origin",
    "keep_draft",
    "make_draft",
    "open_drafts",
    "publish_draft",
    "read_draft",
    "revise",
]


_EVERYTHING = Sensitivity.STRICTLY_CONFIDENTIAL


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a draft's rows come from."""

    author: str
    message: str
    report: Report | None = None
    source_name: str | None = None
    source_sha256: str | None = None


def make_draft(
    workspace: Workspace,
    layer: str,
    frame: gpd.GeoDataFrame,
    origin: Origin,
    *,
    clearance: Sensitivity,
    new_ids: bool = False,
    adds: bool = False,
    made: Sequence[Any] = (),
) -> Draft:
    """Keep rows as a draft of a layer; the layer itself does not change.

    Parameters
    ----------
    new_ids : bool
        Features may come back under other ids; without it that is refused.
    adds : bool
        The rows join those that are there: what they lack stays, as of every layer of
        constraints. Without it they are the whole layer.
    made : sequence of records
        Records that the rows were made of, if there are any (see ``closures.require_records``).

    Raises
    ------
    InvalidInput
        If the rows cannot make a version of the layer (see ``layers.normal``), features come
        back under other ids (see ``layers.renumbering``), or have ids of others out of reach.
    """
    workspace.edited_spec(layer)
    base = workspace.newest(layer)
    present = workspace.content(base)
    content, carried = _merged(
        workspace, layer, frame, present, clearance, new_ids=new_ids, adds=adds
    )
    return keep_draft(
        workspace, content, origin, base=base, carried=carried, clearance=clearance, made=made
    )


def keep_draft(
    workspace: Workspace,
    content: Snapshot,
    origin: Origin,
    *,
    base: Release | None,
    clearance: Sensitivity,
    carried: int = 0,
    made: Sequence[Any] = (),
) -> Draft:
    """Keep a content as a draft made on a release, which need not be the newest.

    Raises
    ------
    InvalidInput
        If rows contradict themselves (see ``closures.require_records``).
    """
    layer = content.layer
    require_records(workspace.edited_spec(layer), workspace.content(base), content, made)
    files = workspace.versions.write(content)
    key = secrets.token_hex(6)
    with workspace.catalogue.write() as connection:
        workspace.versions.record(connection, content, files)
        connection.execute(
            sa.insert(drafts).values(
                id=key,
                layer=layer,
                version=content.version,
                base=base.version if base else None,
                base_number=base.number if base else 0,
                author=origin.author,
                message=origin.message,
                report=origin.report.as_json() if origin.report else None,
                source_name=origin.source_name,
                source_sha256=origin.source_sha256,
                carried_over=carried,
                created_at=workspace.now(),
                state="open",
                revision=0,
            )
        )
        log_event(connection, workspace, key, ("made", origin.author, None, content.version))
    return read_draft(workspace, key, clearance=clearance)


def revise(
    workspace: Workspace,
    draft_id: str,
    content: Snapshot,
    *,
    author: str,
    action: str,
    text: str | None = None,
    base: Release | None = None,
    expected_revision: int | None = None,
) -> None:
    """Give an unfinished draft another content; whatever review it has had is void.

    Parameters
    ----------
    action : str
        What was done, as its history shows it: ``edited``, ``rebased``.
    base : Release, optional
        The release that the draft is made on from now on; without one it stays as it is.
    expected_revision : int, optional
        The revision that the author began from.

    Raises
    ------
    NotFound
        If there is no such draft.
    Conflict
        If it is published or discarded, or is at another revision than the expected one.
    InvalidInput
        If rows contradict themselves (see ``closures.require_records``).
    """
    with workspace.catalogue.read() as connection:
        row = draft_row(connection, draft_id)
    require_unfinished(row)
    require_records(workspace.spec(row.layer), workspace.unless_withdrawn(row.version), content)
    files = workspace.versions.write(content)
    moved = {} if base is None else {"base": base.version, "base_number": base.number}
    with workspace.catalogue.write() as connection:
        row = draft_row(connection, draft_id)
        require_unfinished(row)
        if expected_revision is not None:
            require_same(row, expected_revision)
        workspace.versions.record(connection, content, files)
        connection.execute(
            sa.update(drafts)
            .where(drafts.c.id == draft_id)
            .values(version=content.version, state="open", revision=row.revision + 1, **moved)
        )
        log_event(connection, workspace, draft_id, (action, author, text, content.version))


def read_draft(workspace: Workspace, key: str, *, clearance: Sensitivity) -> Draft:
    """Return a draft and what publishing it now would change.

    Raises
    ------
    NotFound
        If there is none.
    Withdrawn
        If its content has been withdrawn, as a version that it or another was published as.
    """
    row = _row(workspace, key)
    hidden = workspace.withdrawn_release(row.version)
    if hidden is not None:
        raise withdrawn_error(hidden)
    return _draft(workspace, row, clearance)


def open_drafts(workspace: Workspace, layer: str, *, clearance: Sensitivity) -> list[Draft]:
    """Return a layer's drafts that can still be published, newest first."""
    workspace.spec(layer)
    query = (
        sa.select(drafts)
        .where(drafts.c.layer == layer, drafts.c.state.in_(UNFINISHED))
        .order_by(drafts.c.created_at.desc(), drafts.c.id)
    )
    with workspace.catalogue.read() as connection:
        rows = connection.execute(query).all()
    served = (row for row in rows if workspace.withdrawn_release(row.version) is None)
    return [_draft(workspace, row, clearance) for row in served]


def publish_draft(
    workspace: Workspace,
    key: str,
    *,
    author: str,
    message: str | None,
    confirm_lifts: Collection[str],
    clearance: Sensitivity,
) -> Release:
    """Publish a draft; one that is published already gives its release again.

    Raises
    ------
    Withdrawn
        If it has been published and withdrawn since.
    NeedsReview
        If it lacks the approval that its layer asks for, or was sent back.
    ValidationFailed
        If the gate finds errors in it (see ``layers.gate``).
    Conflict
        If it was discarded, or changed meanwhile, or the layer's head is not its base any more.
    LiftsClosures
        If a closure would be lifted that is not among ``confirm_lifts``.
    """
    with workspace.catalogue.read() as connection:
        row, log = draft_row(connection, key), events_in(connection, key)
    if row.published_as is not None:
        return resolve(workspace.log(row.layer), row.layer, str(row.published_as))

    spec = workspace.spec(row.layer)
    require_unfinished(row)
    _require_served_base(workspace, spec, row)
    require_reviewed(spec, row, log)
    content = workspace.versions.load(row.version)
    require_sound(spec, content, workspace.unless_withdrawn(row.base), clearance=clearance)

    def close(connection: Connection, head: Release) -> None:
        now = draft_row(connection, key)
        if now.published_as is not None:
            return
        # Whoever changes, returns or discards it while it is being published is not overruled.
        require_unfinished(now)
        require_same(now, row.revision)
        require_reviewed(spec, now, events_in(connection, key))
        connection.execute(
            sa.update(drafts)
            .where(drafts.c.id == key)
            .values(published_as=head.number, state="published")
        )
        log_event(connection, workspace, key, ("published", author, message, row.version))

    return publish_content(
        workspace,
        Swap(content, row.base_number, "publish", author, message or row.message),
        confirm_lifts=confirm_lifts,
        clearance=clearance,
        base=row.base,
        also=close,
    )


def _merged(
    workspace: Workspace,
    layer: str,
    frame: gpd.GeoDataFrame,
    present: Snapshot | None,
    clearance: Sensitivity,
    *,
    new_ids: bool,
    adds: bool,
) -> tuple[Snapshot, int]:
    """Return the rows as the layer's next content, and how many of the rows they lack stay.

    A file says nothing of what its author may not see, so such rows stay in every layer; they
    are not counted.
    """
    content = workspace.snapshot(layer, frame)
    if present is None:
        return content, 0
    _require_own_ids(workspace.spec(layer), present, content, clearance)
    absent = lost(present, content)
    seen = {key for key, word in absent.items() if word in reachable(clearance)}
    if not new_ids and not adds:
        require_kept_ids(workspace.spec(layer), present, content, seen)
    if workspace.spec(layer).kind is not LayerKind.CONSTRAINT and not adds:
        absent, seen = {key: absent[key] for key in absent if key not in seen}, set()
    return with_rows_of(workspace, layer, content, present, absent), len(seen)


def _require_served_base(workspace: Workspace, spec: LayerSpec, row: Row[Any]) -> None:
    """Refuse a draft on a head that has been withdrawn since: it holds its rows (Conflict)."""
    newest = workspace.newest(row.layer)
    if newest is None or newest.number != row.base_number or newest.withdrawn_at is None:
        return
    if newest.withdrawn_at > row.created_at:
        raise Conflict(
            f"Version {newest.number}, on which the draft was made, has been withdrawn since.",
            where=spec.title,
            do_next="Begin a new draft: this one would show again what was withdrawn.",
        )


def _require_own_ids(
    spec: LayerSpec, present: Snapshot, content: Snapshot, clearance: Sensitivity
) -> None:
    """Refuse rows that would take the place of rows which their author may not see."""
    if clearance is _EVERYTHING:
        return
    changed = changed_keys(present, content, _EVERYTHING).changed
    seen = set(changed_keys(present, None, clearance).removed)
    taken = [key for key in changed if key not in seen]
    if taken:
        raise InvalidInput(
            f"There is already a feature {taken[0]!r}.",
            where=spec.title,
            do_next="Give yours another id.",
            details={"ids": taken},
        )


def _row(workspace: Workspace, key: str) -> Row[Any]:
    with workspace.catalogue.read() as connection:
        return draft_row(connection, key)


def _draft(workspace: Workspace, row: Row[Any], clearance: Sensitivity) -> Draft:
    spec = workspace.spec(row.layer)
    content = workspace.versions.load(row.version)
    base = workspace.unless_withdrawn(row.base)
    newest = workspace.newest(row.layer)
    present = workspace.content(newest)
    state = DraftState(row.state)
    lifts = () if state.final else lifted(spec, present, content, at=workspace.now())
    if lifts and base is not None and newest is not None and newest.number != row.base_number:
        # What others closed since is no change of the draft: it is merged before it is published.
        own = {item.id for item in lifted(spec, base, content, at=workspace.now())}
        lifts = tuple(item for item in lifts if item.id in own)
    return Draft(
        id=row.id,
        layer=row.layer,
        version=row.version,
        base=row.base,
        base_number=row.base_number,
        author=row.author,
        message=row.message,
        created_at=row.created_at,
        report=Report.from_json(row.report).seen_with(clearance) if row.report else None,
        source_name=row.source_name,
        source_sha256=row.source_sha256,
        carried_over=row.carried_over,
        published_as=row.published_as,
        lifts=redacted(lifts, hidden_ids((present,), clearance) if lifts else ()),
        state=state,
        revision=row.revision,
        review=spec.review,
        events=events(workspace, row.id),
        contents=Contents(spec, base, content, clearance, partial(surroundings, workspace)),
    )
