"""Rows that somebody has reported in a draft and nobody has reviewed yet (rule of truth 7)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

import sqlalchemy as sa

from lca.vocab import Sensitivity

from .change import Row
from .content import Snapshot
from .diff import changed_keys
from .review import UNFINISHED, DraftState
from .sensitivity import reachable
from .store import Store
from .tables import draft as drafts

MOST_REPORTED = 10_000
"""Rows that are told at once: a list for people, not a download."""


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft that can still be published: enough to tell whether it has been read already."""

    id: str
    version: str
    base: str | None
    author: str
    created_at: datetime
    state: DraftState


@dataclass(frozen=True, slots=True)
class Reported:
    """A row that a draft adds to what is published, or changes in it."""

    draft: OpenDraft
    row: Mapping[str, Any]


def open_draft_refs(store: Store, layer: str) -> tuple[OpenDraft, ...]:
    """Return a layer's drafts that can still be published, the newest first."""
    query = (
        sa.select(
            drafts.c.id,
            drafts.c.version,
            drafts.c.base,
            drafts.c.author,
            drafts.c.created_at,
            drafts.c.state,
        )
        .where(drafts.c.layer == layer, drafts.c.state.in_(UNFINISHED))
        .order_by(drafts.c.created_at.desc(), drafts.c.id)
    )
    with store.catalogue.read() as connection:
        return tuple(
            OpenDraft(
                row.id,
                row.version,
                row.base,
                row.author,
                row.created_at,
                DraftState(row.state),
            )
            for row in connection.execute(query)
        )


def reported_rows(store: Store, layer: str, draft: OpenDraft) -> tuple[Reported, ...]:
    """Return what a draft adds or changes of its base, of every sensitivity.

    What the layer's present head says too is reviewed; what only others have changed since the
    draft was begun is no report of its author's. That a row is less secret than in the head
    nobody has reviewed either. A draft whose content has been withdrawn reports nothing.
    """
    workspace = store.workspace
    content = workspace.unless_withdrawn(draft.version)
    if content is None:
        return ()
    # A withdrawn base still tells what was new.
    base = None if draft.base is None else workspace.versions.load(draft.base)
    present = workspace.content(workspace.newest(layer))
    own, news = (_differing(content, other) for other in (base, present))
    rows = content.rows(own & news)
    known = {} if present is None else present.rows(rows)
    return tuple(Reported(draft, _kept_secret(row, known.get(key))) for key, row in rows.items())


def unreviewed_rows(
    store: Store, layer: str, clearance: Sensitivity, *, most: int = MOST_REPORTED
) -> tuple[Reported, ...]:
    """Return what is reported in a layer and not reviewed, as far as a clearance reaches.

    Nothing for the public: what nobody has reviewed nobody has judged for who may know it.
    """
    store.workspace.spec(layer)
    if clearance is Sensitivity.PUBLIC:
        return ()
    seen = reachable(clearance)
    found = (
        reported
        for draft in open_draft_refs(store, layer)
        for reported in reported_rows(store, layer, draft)
        if reported.row["sensitivity"] in seen
    )
    return tuple(islice(found, most))


def _differing(content: Snapshot, other: Snapshot | None) -> set[str]:
    keys = changed_keys(other, content, Sensitivity.STRICTLY_CONFIDENTIAL)
    return {*keys.added, *keys.changed}


def _kept_secret(row: Row, known: Row | None) -> Row:
    """Return a row as secret as it is or as it is known to be, whichever is more."""
    if known is None:
        return row
    words = (Sensitivity(one["sensitivity"]) for one in (row, known))
    return {**row, "sensitivity": max(words, key=lambda word: word.rank).value}
