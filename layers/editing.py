"""Publish an edit of one feature, again and again while others move the head, or an old version.

An edit touches one feature, so it fits on any newer version, unless that very feature has
changed since the editor saw it.
"""

from __future__ import annotations

from collections.abc import Collection

from lca.errors import Conflict, NeedsReview, NotFound
from lca.vocab import Sensitivity

from .amend import amended
from .canonical import Snapshot
from .closures import lifted
from .draft import Origin, keep_draft
from .edits import Edit, Row
from .gate import require_sound
from .publish import HeadMoved, Swap, guard, publish_again, stale, swap_head
from .release import Release, resolve
from .review import submit, who_approves
from .sensitivity import reachable
from .spec import LayerSpec, Review
from .workspace import Workspace

# Each failure means that somebody else succeeded; so many in a row is a flood, not a race.
_MOST_TRIES = 50


def publish_edit(
    workspace: Workspace,
    layer: str,
    edit: Edit,
    *,
    author: str,
    base: str | None,
    confirm_lifts: Collection[str],
    clearance: Sensitivity,
) -> Release:
    """Apply an edit to the layer's present content and publish the result.

    On a layer that asks for a review it becomes a draft instead, submitted, which the error names.

    Parameters
    ----------
    base : str, optional
        The version that the editor saw; the edit is refused if its feature changed since.

    Raises
    ------
    NotFound
        If the feature does not exist, or the clearance does not reach it.
    NeedsReview
        If the layer asks for a review; ``details["draft"]`` is the draft that holds the edit.
    Conflict
        If the feature changed since ``base``, or a feature to be added exists already.
    LiftsClosures
        If the edit weakens a closure that is not among ``confirm_lifts`` and is not its end.
    """
    workspace.edited_spec(layer)
    seen = resolve(workspace.log(layer), layer, base).version if base else None
    for _ in range(_MOST_TRIES):
        newest = workspace.newest(layer)
        present = workspace.content(newest)
        _require_reachable(workspace.spec(layer), present, edit, clearance)
        if seen is not None and _row_digest(workspace.versions.load(seen), edit) != _row_digest(
            present, edit
        ):
            raise stale(workspace, layer, seen, clearance)
        content, message = _edited(workspace, workspace.spec(layer), present, edit)
        require_sound(workspace.spec(layer), content, present, clearance=clearance)
        if workspace.spec(layer).review is not Review.NONE:
            origin = Origin(author, message)
            raise _kept_for_review(workspace, "edit", content, origin, newest, clearance)
        if newest is not None:
            confirmed = {*confirm_lifts, edit.feature_id} if edit.ends else confirm_lifts
            guard(workspace, newest, content, confirmed, clearance)
        swap = Swap(content, newest.number if newest else 0, "edit", author, message)
        try:
            return swap_head(workspace, swap)
        except HeadMoved:
            continue
    raise Conflict(
        "Others change the layer faster than this edit can be published.",
        where=layer,
        do_next="Try again in a minute.",
    )


def roll_back(
    workspace: Workspace,
    target: Release,
    *,
    author: str,
    message: str,
    confirm_lifts: Collection[str],
    clearance: Sensitivity,
) -> Release:
    """Publish an earlier version again, as a new release.

    On a layer that asks for a review, one that would lift a closure becomes a submitted draft.

    Raises
    ------
    NeedsReview
        If it did; ``details["draft"]`` is the draft.
    Conflict
        If somebody else published meanwhile.
    LiftsClosures
        If closures would be lifted that are not among ``confirm_lifts``.
    """
    spec, newest = workspace.spec(target.layer), workspace.newest(target.layer)
    content = workspace.versions.load(target.version)
    if spec.review is not Review.NONE and lifted(
        spec, workspace.content(newest), content, at=workspace.now()
    ):
        origin = Origin(author, message)
        raise _kept_for_review(workspace, "rollback", content, origin, newest, clearance)
    return publish_again(
        workspace,
        target,
        newest,  # what was looked at for closures: if others have published since, it is refused
        author=author,
        message=message,
        confirm_lifts=confirm_lifts,
        clearance=clearance,
    )


def _kept_for_review(
    workspace: Workspace,
    what: str,
    content: Snapshot,
    origin: Origin,
    newest: Release | None,
    clearance: Sensitivity,
) -> NeedsReview:
    """Keep an edit or a rollback as a submitted draft, and return the error that says so."""
    spec = workspace.spec(content.layer)
    draft = keep_draft(workspace, content, origin, base=newest, clearance=clearance)
    submit(workspace, draft.id, author=origin.author)
    who = who_approves(spec, draft.events)
    return NeedsReview(
        f"The {what} is kept as draft {draft.id} and not published: the layer asks for a review.",
        where=spec.title,
        do_next=f"{who} approves it: lca draft approve {draft.id}",
        details={"draft": draft.id, "state": "submitted", "review": spec.review.value},
    )


def _require_reachable(
    spec: LayerSpec, present: Snapshot | None, edit: Edit, clearance: Sensitivity
) -> None:
    """Refuse to touch what is not there, or is beyond the clearance, before saying more of it."""
    row = _row_of(present, edit.feature_id)
    if not edit.adds and (row is None or row["sensitivity"] not in reachable(clearance)):
        raise NotFound(
            f"There is no feature {edit.feature_id!r}.",
            where=spec.title,
            do_next="Look its id up in the layer.",
        )


def _edited(
    workspace: Workspace,
    spec: LayerSpec,
    present: Snapshot | None,
    edit: Edit,
) -> tuple[Snapshot, str]:
    row = _row_of(present, edit.feature_id)
    if edit.adds and row is not None:
        raise Conflict(
            f"There is already a feature {edit.feature_id!r}.",
            where=spec.title,
            do_next="Change that one, or give the new one another id.",
        )
    new = edit.apply(spec, row or {}, workspace.now())
    return amended(workspace, spec.name, present, [new]), edit.message(new)


def _row_of(present: Snapshot | None, feature_id: str) -> Row | None:
    return None if present is None else present.row(feature_id)


def _row_digest(content: Snapshot | None, edit: Edit) -> str | None:
    return None if content is None else content.digest(edit.feature_id)
