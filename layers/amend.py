"""The content that a layer has once some of its rows are added, replaced or removed.

Only the parts that hold such rows are read and made anew; the others are shared with the content
before. The result is the same as that of all its rows at once (see ``layers.cuts``).
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lca.table import frame_of_rows

from . import cuts, parts
from .canonical import snapshot_of_parts
from .content import Part, Snapshot
from .spec import LayerSpec
from .workspace import Workspace


def amended(
    workspace: Workspace,
    layer: str,
    content: Snapshot | None,
    rows: Iterable[Mapping[str, Any]] = (),
    removed: Collection[str] = (),
) -> Snapshot:
    """Return a content with rows added, or replaced by their ids, and others removed.

    Parameters
    ----------
    content : Snapshot, optional
        What the layer holds; None for an empty layer. It is not changed.
    rows : iterable of mappings
        Plain values as :func:`lca.table.rows_of` gives them, geometries in EPSG:4326.
    removed : collection of str
        Ids to leave out; one that is not there, or among ``rows``, has no effect.

    Raises
    ------
    InvalidInput
        If the rows cannot make a version of the layer (see ``layers.normal``).
    """
    spec = workspace.spec(layer)
    added = workspace.snapshot(layer, frame_of_rows(spec.fields, rows))
    if content is None or not content.feature_count:
        return added
    if not added.feature_count:
        return _changed(workspace, spec, content, None, removed)
    return _changed(workspace, spec, content, added, removed)


def with_rows_of(
    workspace: Workspace, layer: str, content: Snapshot, other: Snapshot, ids: Collection[str]
) -> Snapshot:
    """Return a content with rows of another content of the same layer besides its own."""
    spec = workspace.spec(layer)
    if not ids:
        return content
    if not content.feature_count or not _same_digests(other, spec):
        # What is left of the other content is cut, or digested, as its rows demand today.
        added = content if content.feature_count else None
        return _changed(workspace, spec, other, added, set(other.ids()).difference(ids))
    chosen = [Part.of(table, spec.fields) for table in other.select(ids)]
    added = snapshot_of_parts(spec, chosen, exercise=other.exercise)
    return _changed(workspace, spec, content, added, ())


def _changed(
    workspace: Workspace,
    spec: LayerSpec,
    content: Snapshot,
    added: Snapshot | None,
    removed: Collection[str],
) -> Snapshot:
    others = [content] if added is None else [content, added]
    if not all(_same_digests(item, spec) for item in others) or (
        added is not None and added.exercise != content.exercise
    ):
        return _made_anew(workspace, spec, others, removed)
    new_ids = set() if added is None else set(added.ids())
    gone = {*removed, *new_ids}
    total = content.feature_count - _held(content, gone) + len(new_ids)
    if not total:
        return workspace.snapshot(spec.name, frame_of_rows(spec.fields, []))
    made = _Amendment(spec, content, added, gone, new_ids).parts(whole=total <= cuts.RULE.whole)
    return snapshot_of_parts(spec, made, exercise=content.exercise)


class _Amendment:
    """The parts of a content once rows are gone and others have come."""

    def __init__(
        self,
        spec: LayerSpec,
        content: Snapshot,
        added: Snapshot | None,
        gone: set[str],
        new_ids: set[str],
    ) -> None:
        self._fields = spec.fields
        self._content = content
        self._added = added
        self._gone = gone
        self._new_ids = new_ids

    def parts(self, *, whole: bool) -> list[Part]:
        old = self._content.parts
        if whole or len(old) == 1:
            made = self._cut(self._table(0, len(old)), cuts.ranges)
        else:
            made = []
            for begin, end, touched in self._blocks():
                made += (
                    self._cut(self._table(begin, end), cuts.run_ranges)
                    if touched
                    else old[begin:end]
                )
        if len(made) > 1:
            for part in made:
                if part.file is None:
                    part.hold_packed()
        return made

    def _blocks(self) -> Iterator[tuple[int, int, bool]]:
        """Yield runs of parts, and whether rows of them change.

        A run begins at a mark. Where its mark goes, its rows join the run before.
        """
        old = self._content.parts
        touched = set(self._content.places(self._gone))
        begin = 0
        for number in range(1, len(old) + 1):
            if number < len(old) and not self._begins(old[number].first or ""):
                continue
            yield begin, number, not touched.isdisjoint(range(begin, number))
            begin = number

    def _begins(self, first: str) -> bool:
        return cuts.is_mark(first) and (first not in self._gone or first in self._new_ids)

    def _table(self, begin: int, end: int) -> Any:
        """Return the rows of some parts as they become, sorted by id."""
        kept = [part.table() for part in self._content.parts[begin:end]]
        tables = [parts.completed(table, self._fields) for table in kept]
        gone = pa.array(sorted(self._gone), pa.string())
        tables = [
            table.filter(pc.invert(pc.is_in(table.column("id"), value_set=gone)))
            for table in tables
        ]
        if self._added is not None:
            come = [
                key
                for number, keys in self._content.places(self._new_ids).items()
                if begin <= number < end
                for key in keys
            ]
            tables += [parts.completed(table, self._fields) for table in self._added.select(come)]
        joined = pa.concat_tables(tables).combine_chunks()
        return joined.take(pc.sort_indices(joined, sort_keys=[("id", "ascending")]))

    def _cut(self, table: Any, ranges: Any) -> list[Part]:
        # The only part of a content does not say its first id when it is read.
        known = {part.digest: part for part in self._content.parts if part.first is not None}
        made = [
            Part.of(table.slice(begin, end - begin), self._fields)
            for begin, end in ranges(table.column("id").to_pylist())
        ]
        return [known.get(part.digest, part) for part in made]


def _same_digests(content: Snapshot, spec: LayerSpec) -> bool:
    """Tell whether rows that were digested under an older schema are digested alike today."""
    schema = json.loads(content.manifest)["schema"]
    return parts.fits({entry["name"]: entry["type"] for entry in schema}, spec.fields)


def _held(content: Snapshot, ids: Collection[str]) -> int:
    """Return how many of some ids a content holds."""
    return sum(
        pc.sum(
            pc.is_in(
                content.parts[number].index().column("id"), value_set=pa.array(keys, pa.string())
            )
        ).as_py()
        or 0
        for number, keys in content.places(ids).items()
    )


def _made_anew(
    workspace: Workspace, spec: LayerSpec, contents: Sequence[Snapshot], removed: Collection[str]
) -> Snapshot:
    """Return the rows of all the contents, the last one's first, digested again."""
    taken = set(removed) - {key for item in contents[1:] for key in item.ids()}
    frames = []
    for item in reversed(contents):
        frame = item.frame
        frames.append(frame[~frame["id"].isin(taken)])
        taken |= set(frame["id"])
    filled = [frame for frame in frames if not frame.empty] or frames[:1]
    return workspace.snapshot(spec.name, pd.concat(filled))
