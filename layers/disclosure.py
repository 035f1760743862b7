"""Whether the note of a release, which may name what it changed, is for the eyes of a clearance."""

from __future__ import annotations

from collections.abc import Iterator

from lca.vocab import Sensitivity

from .content import Snapshot
from .diff import changed_keys
from .release import Release, served_before
from .sensitivity import reachable
from .workspace import Workspace

HIDDEN_NOTE = "A change of records above your clearance"
_ALL = Sensitivity.STRICTLY_CONFIDENTIAL


def tells_note(workspace: Workspace, release: Release, clearance: Sensitivity) -> bool:
    """Tell whether a clearance may read the note of a release.

    Not if all that the release changed is beyond the clearance. The note of an edit names its
    feature, so it is not told any more once the edit has been withdrawn; what a withdrawal left
    behind has the reason as its note, which may name anything in what was withdrawn.
    """
    if clearance is _ALL:
        return True
    if release.withdrawn_at is not None and release.action == "edit":
        return False
    load = workspace.versions.load
    if release.action == "withdraw" and release.predecessor is not None:
        return reaches_all(load(release.predecessor), clearance)
    after = load(release.version)
    return all(_seen(before, after, clearance) for before in _before(workspace, release))


def reaches_all(content: Snapshot, clearance: Sensitivity) -> bool:
    """Tell whether a clearance reaches every row of a content."""
    words = frozenset(reachable(clearance))
    return all(
        word in words
        for part in content.parts
        for word in part.index().column("sensitivity").to_pylist()
    )


def _before(workspace: Workspace, release: Release) -> Iterator[Snapshot | None]:
    """Yield the content that a release followed and, if that was withdrawn, the last served one.

    Which of them its author began from depends on when the withdrawal was.
    """
    if release.predecessor is None:
        yield None
        return
    yield workspace.versions.load(release.predecessor)
    if workspace.withdrawn_release(release.predecessor) is not None:
        yield workspace.content(served_before(workspace.log(release.layer), release.number))


def _seen(before: Snapshot | None, after: Snapshot, clearance: Sensitivity) -> bool:
    """Tell whether a clearance reaches some of what differs, or nothing differs."""
    return any(changed_keys(before, after, clearance)) or not any(changed_keys(before, after, _ALL))
