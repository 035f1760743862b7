"""Publish edits of many features as one version, or keep them in a draft: all of them or none."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from lca.errors import (
    Conflict,
    InvalidInput,
    LcaError,
    NeedsReview,
    NotFound,
    UsageError,
    ValidationFailed,
)
from lca.geo import BBox
from lca.issues import Issue, Severity
from lca.vocab import Sensitivity

from .amend import amended
from .canonical import Snapshot
from .draft import Draft, Origin, keep_draft, read_draft, revise
from .edits import Edit, Row
from .filters import Filter
from .gate import require_sound
from .publish import HeadMoved, Swap, guard, swap_head
from .release import Release, resolve
from .sensitivity import reachable
from .spec import LayerSpec
from .store import Store
from .workspace import Workspace

# Each failure means that somebody else succeeded; so many in a row is a flood, not a race.
_MOST_TRIES = 50
_PAGE = 1_000
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class BulkEdit:
    """Edits of one layer, done by one author for one reason.

    ``base`` is the version that the author saw: a feature that has changed since is refused.
    """

    layer: str
    edits: Sequence[Edit]
    author: str
    message: str
    clearance: Sensitivity
    base: str | None = None

    @property
    def ending(self) -> set[str]:
        """The features that are explicitly ended, which needs no other confirmation."""
        return {edit.feature_id for edit in self.edits if edit.ends}


def selected(
    store: Store,
    layer: str,
    *,
    clearance: Sensitivity,
    ids: Collection[str] | None = None,
    bbox: BBox | None = None,
    chosen: Filter | None = None,
) -> tuple[str, ...]:
    """Return the ids of the head's features that all the given conditions fit, in order.

    Raises
    ------
    UsageError
        If no condition is given: a whole layer is never meant by leaving something out.
    NotFound
        If nothing fits, or one of the ids is not there or beyond the clearance.
    """
    if ids is None and bbox is None and chosen is None:
        raise UsageError(
            "Nothing says which features are meant.", do_next="Give ids, a filter or a box."
        )
    release = store.head(layer)
    found: list[str] = []
    after: str | None = None
    while release is not None:
        page = store.page(release, bbox, after, _PAGE, clearance, ids=ids, filter=chosen)
        found += [row["id"] for row in page.rows]
        after = page.next_after
        if after is None:
            break
    missing = sorted(set(ids or ()) - set(found)) if bbox is None and chosen is None else []
    if missing or not found:
        what = f"There is no feature {', '.join(missing[:_SHOWN])}." if missing else "Nothing fits."
        raise NotFound(what, where=layer, do_next="Look with: lca layer show.")
    return tuple(found)


def publish_edits(
    store: Store, bulk: BulkEdit, *, confirm_lifts: Collection[str] = frozenset()
) -> Release:
    """Publish the edits as one release, again and again while others move the head.

    Raises
    ------
    ValidationFailed
        If any edit is refused; ``details["issues"]`` lists each. Nothing is published. Likewise
        if the gate finds errors (see ``layers.gate``).
    LiftsClosures
        If closures would be weakened that are neither ended nor among ``confirm_lifts``.
    NeedsReview
        If the layer asks for a review: keep the edits in a draft.
    Conflict
        If others never pause.
    """
    workspace = store.workspace
    spec = workspace.edited_spec(bulk.layer)
    require_no_review(spec)
    confirmed = {*confirm_lifts, *bulk.ending}
    for _ in range(_MOST_TRIES):
        newest = workspace.newest(bulk.layer)
        present = workspace.content(newest)
        content = edited(workspace, spec, present, bulk)
        require_sound(spec, content, present, clearance=bulk.clearance)
        if newest is not None:
            guard(workspace, newest, content, confirmed, bulk.clearance)
        number = newest.number if newest else 0
        try:
            return swap_head(workspace, Swap(content, number, "edit", bulk.author, bulk.message))
        except HeadMoved:
            continue
    raise Conflict(
        "Others change the layer faster than these edits can be published.",
        where=spec.title,
        do_next="Try again in a minute.",
    )


def draft_edits(store: Store, bulk: BulkEdit, *, into: str | None = None) -> Draft:
    """Keep the edits in a new draft on the head, or add them to an unfinished one.

    Raises
    ------
    ValidationFailed
        If any edit is refused; ``details["issues"]`` lists each. Nothing is kept.
    Conflict
        If the draft is published or discarded, or has been changed at the same time.
    UsageError
        If the draft is of another layer.
    """
    workspace = store.workspace
    spec = workspace.spec(bulk.layer)
    if into is None:
        newest = workspace.newest(bulk.layer)
        content = edited(workspace, spec, workspace.content(newest), bulk)
        origin = Origin(bulk.author, bulk.message)
        return keep_draft(workspace, content, origin, base=newest, clearance=bulk.clearance)
    draft = read_draft(workspace, into, clearance=bulk.clearance)
    if draft.layer != bulk.layer:
        raise UsageError(
            f"The draft {into} is of the layer {draft.layer}.", do_next="Name the draft's layer."
        )
    revise(
        workspace,
        into,
        edited(workspace, spec, draft.contents.after, bulk),
        author=bulk.author,
        action="edited",
        text=bulk.message,
        expected_revision=draft.revision,
    )
    return read_draft(workspace, into, clearance=bulk.clearance)


def edited(
    workspace: Workspace, spec: LayerSpec, content: Snapshot | None, bulk: BulkEdit
) -> Snapshot:
    """Return a content with every edit in it; ValidationFailed lists each that is refused."""
    wanted = {edit.feature_id for edit in bulk.edits}
    rows: dict[str, Row] = {} if content is None else content.rows(wanted)
    moved = _changed_since(workspace, bulk, content, wanted)
    refused: list[tuple[str, LcaError]] = []
    reach, now = reachable(bulk.clearance), workspace.now()
    for edit in bulk.edits:
        key = edit.feature_id
        try:
            _require_fitting(edit, rows.get(key), reach, moved)
            rows[key] = edit.apply(spec, rows.get(key, {}), now)
        except (InvalidInput, Conflict, NotFound) as error:
            refused.append((key, error))
    if refused:
        raise _refusal(spec, refused, len(bulk.edits))
    return amended(workspace, spec.name, content, (rows[key] for key in sorted(wanted)))


def changes_from(spec: LayerSpec, pairs: Iterable[str]) -> dict[str, Any]:
    """Return ``FIELD=VALUE`` texts as changes; an empty value makes a field *not known*.

    Raises
    ------
    UsageError
        If a text is not of that form, or the layer has no such field.
    """
    known = [field.name for field in spec.fields if field.name != "id"]
    found: dict[str, Any] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or name not in known:
            raise UsageError(
                f"{pair!r} does not name a field of {spec.title}.",
                do_next=f"Write FIELD=VALUE with one of {', '.join(known)}.",
            )
        found[name] = value.strip() or None
    return found


def require_no_review(spec: LayerSpec) -> None:
    """Refuse to publish at once what the layer's rule wants reviewed first (NeedsReview)."""
    if spec.review != "none":
        raise NeedsReview(
            f"{spec.title} is published after a review only.",
            where=spec.name,
            do_next="Keep the edits in a draft (--draft), and ask for its approval.",
        )


def _require_fitting(
    edit: Edit, row: Row | None, reach: Collection[str], moved: Collection[str]
) -> None:
    key = edit.feature_id
    if edit.adds and row is not None:
        raise Conflict(f"There is already a feature {key!r}.", do_next="Change that one.")
    if not edit.adds and (row is None or row["sensitivity"] not in reach):
        raise NotFound(f"There is no feature {key!r}.", do_next="Look its id up in the layer.")
    if key in moved:
        raise Conflict(
            "It has been changed by others since you saw it.", do_next="Look at it again."
        )


def _changed_since(
    workspace: Workspace, bulk: BulkEdit, content: Snapshot | None, ids: Collection[str]
) -> set[str]:
    """Return which of the features differ from how the author saw them."""
    if bulk.base is None or content is None:
        return set()
    base = resolve(workspace.log(bulk.layer), bulk.layer, bulk.base)
    seen = workspace.versions.load(base.version)
    return {key for key in ids if seen.digest(key) != content.digest(key)}


def _refusal(
    spec: LayerSpec, refused: Sequence[tuple[str, LcaError]], total: int
) -> ValidationFailed:
    """Return the error that lists every refused edit, those refused alike told together."""
    alike: dict[str, list[str]] = defaultdict(list)
    for key, error in refused:
        alike[error.what].append(key)
    told = "; ".join(f"{_listed(keys)}: {what.rstrip('.')}" for what, keys in alike.items())
    issues = [
        Issue(Severity.ERROR, error.what, error.do_next, sheet=spec.name, value=key).as_json()
        for key, error in refused
    ]
    return ValidationFailed(
        f"{len(refused)} of {total} edits are refused, so nothing changed: {told}.",
        where=spec.title,
        do_next=refused[0][1].do_next,
        details={"issues": issues},
    )


def _listed(keys: Sequence[str]) -> str:
    more = f" and {len(keys) - _SHOWN} more" if len(keys) > _SHOWN else ""
    return ", ".join(keys[:_SHOWN]) + more
