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
from .store import Store

_NONE: Mapping[str, Side] = MappingProxyType({})
_SHOWN = 3


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
    if draft.state.final:
        raise Conflict(
            f"The draft {draft_id} is {draft.state.value}.",
            where=draft.layer,
            do_next="Begin a new draft from the present version.",
        )
    apart = divergence(
        workspace, draft.contents.after, draft.base, since=draft.base_number, clearance=clearance
    )
    if apart.head is None or apart.head.number == draft.base_number:
        return draft
    merged = apart.settled(keep)
    if merged.conflicts:
        raise Conflict(
            f"{len(merged.conflicts)} change(s) of the draft meet other changes of the same: "
            + " ".join(item.as_text() for item in merged.conflicts[:_SHOWN]),
            where=workspace.spec(draft.layer).title,
            do_next=f"Choose for each: lca draft rebase {draft_id} "
            f"--keep {merged.conflicts[0].key}=ours (or =theirs).",
            details={
                "draft": draft_id,
                "conflicts": [item.as_json() for item in merged.conflicts],
                "merging": len(merged.rows) + len(merged.removed),
                "text": "\n".join(item.as_text() for item in merged.conflicts[_SHOWN:]),
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
        expected_revision=draft.revision,
    )
    return read_draft(workspace, draft_id, clearance=clearance)
