"""Bring a draft up to its layer's present head, so that it can be published on it."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lca.errors import Conflict
from lca.vocab import Sensitivity

from .amend import amended
from .divergence import divergence
from .draft import Draft, read_draft, revise
from .merge import Side
from .review import draft_row, require_unfinished
from .store import Store

_NONE: Mapping[str, Side] = MappingProxyType({})


def rebase(
    store: Store,
    draft_id: str,
    *,
    author: str,
    clearance: Sensitivity,
    keep: Mapping[str, Side] = _NONE,
) -> Draft:
    """Merge what others have published since a draft was begun into it.

    What others alone changed the draft takes over; what both changed differently somebody decides.
    The content changes, so any approval is void; closures are guarded when it is published.

    Parameters
    ----------
    keep : mapping
        Which side counts, by ``FEATURE`` or ``FEATURE.FIELD``: ``ours`` is the draft's.

    Returns
    -------
    Draft
        The draft, made on the present head; as it was if that is its base already.

    Raises
    ------
    Conflict
        If something is still in conflict; ``details["conflicts"]`` has each, and nothing changed.
    UsageError
        If ``keep`` names what is not in conflict.
    NotFound, Withdrawn
        If there is no such draft, or its content has been withdrawn.
    """
    workspace = store.workspace
    draft = read_draft(workspace, draft_id, clearance=clearance)
    with workspace.catalogue.read() as connection:
        row = draft_row(connection, draft_id)
    require_unfinished(row)
    apart = divergence(
        workspace, draft.contents.after, row.base, since=row.base_number, clearance=clearance
    )
    if apart.head is None or apart.head.number == row.base_number:
        return draft
    merged = apart.settled(keep)
    if merged.conflicts:
        raise Conflict(
            f"{len(merged.conflicts)} change(s) of the draft meet others of the same fields: "
            + " ".join(item.as_text() for item in merged.conflicts[:3]),
            where=workspace.spec(draft.layer).title,
            do_next=f"Choose for each: lca draft rebase {draft_id} "
            f"--keep {merged.conflicts[0].key}=ours (or =theirs).",
            details={
                "draft": draft_id,
                "conflicts": [item.as_json() for item in merged.conflicts],
                "merging": len(merged.rows) + len(merged.removed),
            },
        )
    content = amended(workspace, draft.layer, apart.theirs, merged.rows, merged.removed)
    revise(
        workspace,
        draft_id,
        content,
        author=author,
        action="rebased",
        text=f"onto version {apart.head.number}",
        base=apart.head,
        expected_revision=row.revision,
    )
    return read_draft(workspace, draft_id, clearance=clearance)
