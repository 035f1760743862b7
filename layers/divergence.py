"""What a content and its layer's head have each changed since they were one, for one reader."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from lca.errors import Conflict
from lca.vocab import Sensitivity

from .canonical import Snapshot
from .change import Row
from .conflict import FieldConflict
from .diff import changed_keys
from .merge import Merge, Side, merge
from .release import Release
from .sensitivity import reachable
from .workspace import Workspace

_HIDDEN_NAME = "restricted feature"
_EVERYTHING = Sensitivity.STRICTLY_CONFIDENTIAL
# Who changed what is looked up release by release; beyond so many it is "somebody else".
_MOST_RELEASES = 30


@dataclass(frozen=True, slots=True)
class Divergence:
    """A content and its layer's head, merged as far as they can be.

    ``merge`` is for the store, of every sensitivity; ``conflicts`` are what the reader sees. A
    feature that others have put beyond the reader's clearance looks as if they had removed it.
    """

    head: Release | None
    theirs: Snapshot | None
    merge: Merge
    conflicts: tuple[FieldConflict, ...]
    out_of_reach: frozenset[str]

    def as_text(self) -> str:
        """Return the outcome as lines: the counts, then a sentence a conflict."""
        return replace(self.merge, conflicts=self.conflicts).as_text()

    def details(self) -> dict[str, Any]:
        """Return the machine-readable members of an error that speaks of it."""
        return {
            "conflicts": [conflict.as_json() for conflict in self.conflicts],
            "merging": len(self.merge.rows) + len(self.merge.removed),
        }

    def settled(self, keep: Mapping[str, Side]) -> Merge:
        """Return the merge with the conflicts decided (see :meth:`layers.merge.Merge.settled`).

        Raises
        ------
        Conflict
            If one's own side is to be kept of a feature whose id is taken out of one's reach.
        """
        decided = replace(self.merge, conflicts=self.conflicts).settled(keep)
        taken = sorted(key for key in self.out_of_reach if keep.get(key) == "ours")
        if taken:
            raise Conflict(
                f"There is already a feature {taken[0]!r}.",
                do_next="Keep theirs, and add yours again under another id.",
            )
        return decided


def divergence(
    workspace: Workspace,
    ours: Snapshot,
    base: str | None,
    *,
    since: int,
    clearance: Sensitivity,
) -> Divergence:
    """Merge a content that began from version ``base`` with its layer's present head.

    Parameters
    ----------
    since : int
        The number of the release that it began from; 0 for the empty layer.
    """
    spec = workspace.spec(ours.layer)
    head = workspace.newest(ours.layer)
    theirs = workspace.content(head)
    # A withdrawn base still tells who changed what, but what it said is not repeated.
    began = None if base is None else workspace.versions.load(base)
    withdrawn = base is not None and workspace.withdrawn_release(base) is not None
    found = merge(spec, began, ours, theirs)
    reach = reachable(clearance)
    out = frozenset(
        key for key, row in found.theirs.items() if row is not None and not _within(row, reach)
    )
    seen = tuple(_seen(found, out, ours, reach))
    who = _changed_by(workspace, ours.layer, {item.feature_id for item in seen}, since)
    told = tuple(
        replace(
            item,
            base=None if withdrawn or not _may_see(item.base, reach) else item.base,
            by=who[item.feature_id].author if item.feature_id in who else None,
            on=who[item.feature_id].published_at if item.feature_id in who else None,
        )
        for item in seen
    )
    return Divergence(head, theirs, found, told, out)


def _seen(
    found: Merge, out: Collection[str], ours: Snapshot, reach: Collection[str]
) -> Iterable[FieldConflict]:
    """Yield the conflicts, those of features out of reach as one each without what others say."""
    told: set[str] = set()
    own = ours.rows(out)
    for item in found.conflicts:
        key = item.feature_id
        if key not in out:
            yield item
        elif key not in told:
            told.add(key)
            row = own.get(key)
            mine = row if row is not None and _within(row, reach) else None
            name = _HIDDEN_NAME if mine is None else str(mine["name"])
            yield FieldConflict(key, name, None, None, mine, None)


def _within(row: Row, reach: Collection[str]) -> bool:
    return row.get("sensitivity") in reach


def _may_see(value: Any, reach: Collection[str]) -> bool:
    return not isinstance(value, Mapping) or _within(value, reach)


def _changed_by(
    workspace: Workspace, layer: str, wanted: Collection[str], since: int
) -> dict[str, Release]:
    """Return the last release since a number that changed each of the features."""
    found: dict[str, Release] = {}
    left = set(wanted)
    log = [item for item in workspace.log(layer) if item.number >= since][: _MOST_RELEASES + 1]
    for newer, older in zip(log, [*log[1:], None], strict=True):
        cut_off = older is None and newer.number > 1
        if not left or newer.number == since or cut_off:
            break
        keys = changed_keys(_content(workspace, older), _content(workspace, newer), _EVERYTHING)
        for key in left.intersection((*keys.added, *keys.changed, *keys.removed)):
            found[key] = newer
            left.discard(key)
    return found


def _content(workspace: Workspace, release: Release | None) -> Snapshot | None:
    return None if release is None else workspace.versions.load(release.version)
