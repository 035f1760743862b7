"""Move a layer's head: publish, roll back, withdraw, each as one compare-and-swap."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lca.errors import Conflict, InvalidInput, StoreUnavailable
from lca.vocab import Sensitivity

from .canonical import Snapshot
from .catalogue import next_transaction
from .closures import hidden_ids, lifted, require_confirmed
from .diff import compare
from .divergence import divergence
from .release import Action, Release, read_head, read_withdrawn, withdrawn_error
from .tables import head, release, withdrawal
from .workspace import Workspace


class HeadMoved(Exception):
    """Another publisher moved the head between our reading it and our swap."""


@dataclass(frozen=True, slots=True)
class Swap:
    """What is to become a layer's head, provided that its last release is still ``expected``.

    ``expected`` is 0 before the first release.
    """

    content: Snapshot
    expected: int
    action: Action
    author: str
    message: str


def swap_head(
    workspace: Workspace,
    swap: Swap,
    *,
    also: Callable[[Connection, Release], None] | None = None,
) -> Release:
    """Make a content the head of its layer, durably, or raise and change nothing.

    Parameters
    ----------
    also : callable, optional
        What else is to be written in the same transaction, given the new head.

    Returns
    -------
    Release
        The new head; the present one if its content is the same.

    Raises
    ------
    HeadMoved
        If the last release is not the expected one any more.
    Withdrawn
        If the content has been withdrawn before.
    """
    _require_author(swap.author)
    files = workspace.versions.write(swap.content)
    with workspace.catalogue.write() as connection:
        newest = read_head(connection, swap.content.layer)
        if newest and newest.withdrawn_at is None and newest.version == swap.content.version:
            head_now = newest
        else:
            workspace.versions.record(connection, swap.content, files)
            head_now = _append(connection, workspace, swap, newest)
        if also is not None:
            also(connection, head_now)
    return head_now


def swap_history(workspace: Workspace, swaps: Sequence[Swap]) -> list[Release]:
    """Make contents of one layer its releases, one after the other, in one transaction.

    Only into a layer without any release, where there is no closure yet that could be lifted.

    Raises
    ------
    HeadMoved
        If the layer has a release.
    """
    written = [(swap, workspace.versions.write(swap.content)) for swap in swaps]
    releases: list[Release] = []
    with workspace.catalogue.write() as connection:
        newest = read_head(connection, swaps[0].content.layer)
        if newest is not None:
            raise HeadMoved
        for swap, files in written:
            _require_author(swap.author)
            workspace.versions.record(connection, swap.content, files)
            newest = _append(connection, workspace, swap, newest)
            releases.append(newest)
    return releases


def publish_content(
    workspace: Workspace,
    swap: Swap,
    *,
    confirm_lifts: Collection[str],
    clearance: Sensitivity,
    base: str | None,
    also: Callable[[Connection, Release], None] | None = None,
) -> Release:
    """Publish a content on the expected head, guarding its closures.

    Raises
    ------
    Conflict
        If the head is not the expected one; ``details["diff"]`` says what changed since ``base``.
    LiftsClosures
        If closures would be lifted that are not among ``confirm_lifts``.
    """
    layer = swap.content.layer
    newest = workspace.newest(layer)
    if newest is not None and newest.version != swap.content.version:
        if newest.number != swap.expected:
            raise _left_behind(workspace, swap, base, clearance)
        guard(workspace, newest, swap.content, confirm_lifts, clearance)
    try:
        return swap_head(workspace, swap, also=also)
    except HeadMoved:
        raise _left_behind(workspace, swap, base, clearance) from None


def publish_again(
    workspace: Workspace,
    target: Release,
    newest: Release | None,
    *,
    author: str,
    message: str,
    confirm_lifts: Collection[str],
    clearance: Sensitivity,
) -> Release:
    """Publish an earlier version again, in place of ``newest`` (see ``layers.editing.roll_back``)."""
    content = workspace.versions.load(target.version)
    swap = Swap(content, newest.number if newest else 0, "rollback", author, message)
    return publish_content(
        workspace,
        swap,
        confirm_lifts=confirm_lifts,
        clearance=clearance,
        base=newest.version if newest else None,
    )


def withdraw(
    workspace: Workspace,
    target: Release,
    *,
    author: str,
    reason: str,
    confirm_lifts: Collection[str],
    clearance: Sensitivity,
) -> Release | None:
    """Hide a version everywhere; its releases stay in the log, marked.

    Returns
    -------
    Release or None
        The layer's head afterwards: a new release of the last version that is not withdrawn if
        the head was the one withdrawn; None if there is no other.
    """
    _require_author(author)
    if not reason.strip():
        raise InvalidInput(
            "A withdrawal needs a reason.", where=target.layer, do_next="Say why it is withdrawn."
        )
    newest = workspace.newest(target.layer)
    is_head = newest is not None and newest.version == target.version
    after = workspace.content(_last_other(workspace, target)) if is_head else None
    if newest is not None and is_head:
        guard(workspace, newest, after, confirm_lifts, clearance)
    try:
        with workspace.catalogue.write() as connection:
            return _withdraw(connection, workspace, target, newest, after, author, reason)
    except HeadMoved:
        base = newest.version if newest else None
        raise stale(workspace, target.layer, base, clearance) from None


def stale(workspace: Workspace, layer: str, base: str | None, clearance: Sensitivity) -> Conflict:
    """Return the conflict that says what others published since ``base``."""
    spec = workspace.spec(layer)
    newest = workspace.newest(layer)
    served = (one for one in workspace.log(layer) if one.withdrawn_at is None)
    difference = compare(
        spec,
        workspace.unless_withdrawn(base),
        workspace.content(newest),
        clearance=clearance,
        older_release=next((one for one in served if one.version == base), None),
        newer_release=newest,
    )
    body = difference.as_json()
    by = f" by {newest.author}" if newest else ""
    return Conflict(
        f"The layer has been changed{by} since you began.",
        where=spec.title,
        do_next="Look at the difference, then begin again from the present version.",
        details={
            "diff": body,
            "text": difference.as_text(),
            "head": body["to"],
        },
    )


def _left_behind(
    workspace: Workspace, swap: Swap, base: str | None, clearance: Sensitivity
) -> Conflict:
    """Return the conflict of a swap, for a draft with what would merge and what would not."""
    error = stale(workspace, swap.content.layer, base, clearance)
    if swap.action != "publish":
        return error
    apart = divergence(workspace, swap.content, base, since=swap.expected, clearance=clearance)
    return Conflict(
        error.what,
        where=error.where,
        do_next="Look at the difference, then merge the draft with it: lca draft rebase DRAFT.",
        details={
            **error.details,
            **apart.details(),
            "text": f"{error.details['text']}\n{apart.as_text()}",
        },
    )


def _append(
    connection: Connection, workspace: Workspace, swap: Swap, newest: Release | None
) -> Release:
    layer, version = swap.content.layer, swap.content.version
    if (newest.number if newest else 0) != swap.expected:
        raise HeadMoved
    _require_servable(connection, workspace, swap.content)
    added = Release(
        layer=layer,
        number=swap.expected + 1,
        version=version,
        published_at=next_transaction(connection, workspace.now()),
        author=swap.author,
        message=swap.message,
        action=swap.action,
        feature_count=swap.content.feature_count,
        exercise=swap.content.exercise,
        withdrawn_at=None,
        predecessor=newest.version if newest else None,
    )
    connection.execute(
        sa.insert(release).values(
            {column.name: getattr(added, column.name) for column in release.c}
        )
    )
    if newest is None:
        connection.execute(sa.insert(head).values(layer=layer, number=added.number))
        return added
    moved = connection.execute(
        sa.update(head)
        .where(head.c.layer == layer, head.c.number == swap.expected)
        .values(number=added.number)
    )
    if moved.rowcount != 1:
        raise HeadMoved
    return added


def _require_servable(connection: Connection, workspace: Workspace, content: Snapshot) -> None:
    """Refuse a content that was withdrawn, or whose bytes are not on the disk."""
    version = content.version
    known = read_withdrawn(connection, version)
    if known is not None:
        raise withdrawn_error(known)
    if not workspace.versions.is_whole(version):
        raise StoreUnavailable(
            f"The files of version {version[:12]} are missing.", do_next="Import it again."
        )


def guard(
    workspace: Workspace,
    newest: Release,
    after: Snapshot | None,
    confirm_lifts: Collection[str],
    clearance: Sensitivity,
) -> None:
    """Raise LiftsClosures if replacing the head's content would lift an unconfirmed closure."""
    spec = workspace.spec(newest.layer)
    before = workspace.content(newest)
    lifts = lifted(spec, before, after, at=workspace.now())
    hidden = hidden_ids((before,), clearance) if lifts else frozenset()
    require_confirmed(lifts, confirm_lifts, layer=spec.title, hidden=hidden)


def _withdraw(
    connection: Connection,
    workspace: Workspace,
    target: Release,
    newest: Release | None,
    after: Snapshot | None,
    author: str,
    reason: str,
) -> Release | None:
    """Hide a version and, if it was the head, let ``after`` follow it."""
    present = read_head(connection, target.layer)
    if present is None or present != newest:
        raise HeadMoved
    _hide(connection, workspace, target, author, reason)
    if present.version != target.version:
        return present if present.withdrawn_at is None else None
    if after is None:
        return None
    swap = Swap(after, present.number, "withdraw", author, reason)
    return _append(connection, workspace, swap, present)


def _hide(
    connection: Connection, workspace: Workspace, target: Release, author: str, reason: str
) -> None:
    known = read_withdrawn(connection, target.version)
    if known is not None:
        raise withdrawn_error(known)
    connection.execute(
        sa.insert(withdrawal).values(
            version=target.version,
            author=author,
            reason=reason,
            withdrawn_at=next_transaction(connection, workspace.now()),
        )
    )


def _last_other(workspace: Workspace, target: Release) -> Release | None:
    return next(
        (
            item
            for item in workspace.log(target.layer)
            if item.withdrawn_at is None and item.version != target.version
        ),
        None,
    )


def _require_author(author: str) -> None:
    if not author.strip():
        raise InvalidInput("Nobody is named as the author.", do_next="Say who publishes this.")
