"""Merge two changes of one content, feature by feature and field by field.

A change on one side only is taken, the same change on both sides is one. What both sides changed
differently is a conflict, and until somebody chooses, the merge keeps *theirs*, which others can
see already. ``layers.mergerow`` has the rules for the fields of one feature.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from lca.errors import UsageError
from lca.vocab import Sensitivity

from .canonical import Snapshot
from .change import Row
from .conflict import FieldConflict
from .diff import ChangedKeys, changed_keys
from .mergerow import merge_rows
from .spec import LayerSpec

Side = Literal["ours", "theirs"]

_EVERYTHING = Sensitivity.STRICTLY_CONFIDENTIAL


@dataclass(frozen=True, slots=True)
class Merge:
    """What makes *theirs* the merged content: ``rows`` to add or replace by id, ids ``removed``.

    Every change of either side is in the merged content or in ``conflicts``; a feature or field in
    conflict is as *theirs* has it.
    """

    rows: tuple[Row, ...]
    removed: tuple[str, ...]
    conflicts: tuple[FieldConflict, ...]
    theirs: Mapping[str, Row | None] = field(default_factory=dict, repr=False, compare=False)
    """The features in conflict as *theirs* has them."""

    @property
    def clean(self) -> bool:
        """Whether nothing is in conflict."""
        return not self.conflicts

    def as_text(self) -> str:
        """Return the outcome as lines: the counts, then a sentence a conflict."""
        counts = f"{len(self.rows)} feature(s) merge, {len(self.removed)} go"
        lines = [f"{counts}, {len(self.conflicts)} conflict(s)."]
        lines += [f"- {conflict.as_text()}" for conflict in self.conflicts]
        return "\n".join(lines) + "\n"

    def as_json(self) -> dict[str, Any]:
        """Return the outcome as a JSON object; the merged features by id only."""
        return {
            "merged": [row["id"] for row in self.rows],
            "removed": list(self.removed),
            "conflicts": [conflict.as_json() for conflict in self.conflicts],
        }

    def settled(self, keep: Mapping[str, Side]) -> Merge:
        """Return the merge with conflicts decided.

        Parameters
        ----------
        keep : mapping
            The side to keep, by ``FEATURE`` or ``FEATURE.FIELD``; a field goes before its feature.

        Raises
        ------
        UsageError
            If a key names no conflict: it is misspelt, or others have settled it.
        """
        known = {key for item in self.conflicts for key in (item.key, item.feature_id)}
        if unknown := sorted(keep.keys() - known):
            raise UsageError(
                f"{', '.join(unknown)} is not in conflict.",
                do_next="Choose among " + ", ".join(sorted(known)) + "."
                if known
                else "Leave the choice out.",
            )
        rows: dict[str, dict[str, Any]] = {row["id"]: dict(row) for row in self.rows}
        removed = set(self.removed)
        still_open = []
        for item in self.conflicts:
            side = keep.get(item.key, keep.get(item.feature_id))
            if side is None:
                still_open.append(item)
            elif side == "ours":
                self._keep_ours(item, rows, removed)
        return replace(
            self,
            rows=tuple(rows[key] for key in sorted(rows)),
            removed=tuple(sorted(removed)),
            conflicts=tuple(still_open),
        )

    def _keep_ours(
        self, item: FieldConflict, rows: dict[str, dict[str, Any]], removed: set[str]
    ) -> None:
        key = item.feature_id
        if item.field is not None:
            rows.setdefault(key, dict(self.theirs[key] or {}))[item.field] = item.ours
        elif item.ours is None:
            removed.add(key)
        else:
            rows[key] = dict(item.ours)


def merge(spec: LayerSpec, base: Snapshot | None, ours: Snapshot, theirs: Snapshot | None) -> Merge:
    """Return what makes ``theirs`` hold the changes from ``base`` to ``ours`` too.

    Parameters
    ----------
    base : Snapshot, optional
        The content that both sides began from; None for the empty layer.
    theirs : Snapshot, optional
        What others have published since; None for the empty layer.
    """
    mine, others = (changed_keys(base, side, _EVERYTHING) for side in (ours, theirs))
    changed_by_them = {*others.added, *others.removed, *others.changed}
    met = sorted(changed_by_them.intersection((*mine.added, *mine.removed, *mine.changed)))
    alone = _beside(mine, changed_by_them)
    own_rows = ours.rows((*alone.added, *alone.changed, *met))
    rows: list[Row] = [own_rows[key] for key in (*alone.added, *alone.changed)]
    conflicts: list[FieldConflict] = []
    old_rows, their_rows = ({} if side is None else side.rows(met) for side in (base, theirs))
    for key in met:
        sides = old_rows.get(key), own_rows.get(key), their_rows.get(key)
        row, differing = merge_rows(spec, *sides)
        if row is not None and row != sides[2]:
            rows.append(row)
        conflicts += [_conflict(spec, key, sides, item) for item in differing]
    disputed = {item.feature_id: their_rows.get(item.feature_id) for item in conflicts}
    ordered = tuple(sorted(rows, key=lambda row: str(row["id"])))
    return Merge(ordered, alone.removed, tuple(conflicts), disputed)


def _beside(keys: ChangedKeys, others: Collection[str]) -> ChangedKeys:
    """Return the changed ids that the other side left alone."""
    return ChangedKeys(*(tuple(key for key in part if key not in others) for part in keys))


def _conflict(
    spec: LayerSpec,
    key: str,
    sides: tuple[Row | None, Row | None, Row | None],
    differing: str | None,
) -> FieldConflict:
    name = next(str(row["name"]) for row in (sides[2], sides[1], sides[0]) if row is not None)
    if differing is None:
        return FieldConflict(key, name, None, *sides)
    base, ours, theirs = (None if row is None else row.get(differing) for row in sides)
    column = next((item for item in spec.fields if item.name == differing), None)
    title = "Location" if column is None else column.title
    unit = None if column is None else column.unit
    return FieldConflict(key, name, differing, base, ours, theirs, title, unit)
