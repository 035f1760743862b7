"""What a newer graph build changed: roads gone, new, renumbered and changed, by column.

Everything is compared as columns, so that a country takes seconds: a segment is the same in two
builds if it has the same OSM way, the same ends and the same number among those that share them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .network import RoadNetwork

Rows = NDArray[np.int64]
Keys = NDArray[np.signedinteger[Any]]

_UNTAGGED = "(no class)"
_SAME_LENGTH_M = 0.01


@dataclass(frozen=True, eq=False)
class Comparison:
    """How one build of roads differs from an earlier one; rows are those of each build.

    Attributes
    ----------
    older, newer : RoadNetwork
    gone : int64[]
        Rows of ``older`` that the newer build does not have.
    new : int64[]
        Rows of ``newer`` that the older build did not have.
    renumbered_from, renumbered_to : int64[]
        Rows between the same two nodes, of another way or split otherwise there: neither gone nor
        new on the ground. Not among ``gone`` and ``new``.
    changed_from, changed_to : int64[k]
        Rows of each build of the same segments of which something changed.
    changes : mapping of str to bool[k]
        For each column, and for ``geometry``, which of the changed segments differ in it.
    """

    older: RoadNetwork
    newer: RoadNetwork
    gone: Rows
    new: Rows
    renumbered_from: Rows
    renumbered_to: Rows
    changed_from: Rows
    changed_to: Rows
    changes: Mapping[str, NDArray[np.bool_]]

    @property
    def same(self) -> bool:
        """Whether the roads of both are the same."""
        return not (len(self.gone) or len(self.new) or len(self.renumbered_to)) and not len(
            self.changed_to
        )

    def as_json(self, listed: int = 100) -> dict[str, Any]:
        """Return counts, kilometres by highway class, and the longest ``listed`` of each kind."""
        kinds = {
            "gone": (self.older, self.gone),
            "new": (self.newer, self.new),
            "renumbered": (self.newer, self.renumbered_to),
            "changed": (self.newer, self.changed_to),
        }
        return {
            "older": self.older.digest,
            "newer": self.newer.digest,
            "segments": {
                "older": self.older.segment_count,
                "newer": self.newer.segment_count,
                **{kind: len(rows) for kind, (_, rows) in kinds.items()},
            },
            "ways": {"gone": self._ways[0], "new": self._ways[1]},
            "km": {kind: _km_by_class(network, rows) for kind, (network, rows) in kinds.items()},
            "changes": {
                column: int(differs.sum()) for column, differs in sorted(self.changes.items())
            },
            "listed": {
                kind: [_told(network, row) for row in _longest(network, rows, listed)]
                for kind, (network, rows) in kinds.items()
            },
        }

    def text(self) -> str:
        """Return the comparison in a few lines for people."""
        if self.same:
            return "The roads are the same."
        body = self.as_json(listed=0)
        lines = []
        for kind in ("gone", "new", "renumbered", "changed"):
            count, by_class = body["segments"][kind], body["km"][kind]
            if count:
                classes = ", ".join(f"{km:,.1f} km {name}" for name, km in by_class.items())
                lines.append(f"{kind}: {count:,} segments ({classes})")
        if body["changes"]:
            columns = sorted(body["changes"].items(), key=lambda item: -item[1])
            lines.append(
                "changed in: " + ", ".join(f"{name} on {count:,}" for name, count in columns)
            )
        return "\n".join(lines)

    @cached_property
    def _ways(self) -> tuple[int, int]:
        """How many OSM ways are gone, and how many are new; renumbered ones count in both."""
        before, after = (np.unique(columns_of(one).key[0]) for one in (self.older, self.newer))
        common = len(np.intersect1d(before, after, assume_unique=True))
        return len(before) - common, len(after) - common


def compare_builds(older: RoadNetwork, newer: RoadNetwork) -> Comparison:
    """Compare two graph builds, segment by segment, as columns."""
    before, after = columns_of(older), columns_of(newer)
    common_from, common_to = _common(before.key, after.key)
    gone = _others(older.segment_count, common_from)
    new = _others(newer.segment_count, common_to)
    # Between the same nodes, whichever way the way is drawn.
    ends = [np.sort(np.column_stack([one.key[1], one.key[2]]), axis=1) for one in (before, after)]
    moved_from = gone[_among(ends[0][gone], ends[1][new])]
    moved_to = new[_among(ends[1][new], ends[0][gone])]
    differs = {
        name: mask
        for name, mask in _differences(before, after, common_from, common_to).items()
        if mask.any()
    }
    changed = np.zeros(len(common_from), np.bool_)
    for mask in differs.values():
        changed |= mask
    return Comparison(
        older,
        newer,
        gone=np.setdiff1d(gone, moved_from),
        new=np.setdiff1d(new, moved_to),
        renumbered_from=moved_from,
        renumbered_to=moved_to,
        changed_from=common_from[changed],
        changed_to=common_to[changed],
        changes={name: mask[changed] for name, mask in differs.items()},
    )


@dataclass(frozen=True, eq=False)
class Columns:
    """The segments of a build as plain arrays.

    Attributes
    ----------
    key : tuple of integers[m]
        OSM way, start and end node, and the number among the segments that share them.
    texts, numbers : mapping of str to (codes, values)
        For each attribute a place in its distinct values a row, -1 where not tagged.
    flags : mapping of str to bool[m]
    length_m : float64[m]
    points, offsets : int32[p, 2], int64[m + 1]
        All lines end to end, in 1e-7 degree.
    """

    key: tuple[Keys, ...]
    texts: Mapping[str, Coding]
    flags: Mapping[str, NDArray[np.bool_]]
    length_m: NDArray[np.float64]
    points: NDArray[np.int32]
    offsets: NDArray[np.int64]


Coding = tuple[NDArray[np.integer[Any]], tuple[Any, ...]]


def columns_of(network: RoadNetwork) -> Columns:
    """Return the segments of a build as plain arrays, without a copy."""
    segments = network.segments
    coded: dict[str, Coding] = {
        name: (column.codes, column.values) for name, column in segments.texts.items()
    }
    coded |= {name: (column.codes, column.values) for name, column in segments.numbers.items()}
    return Columns(
        key=(segments.osm_way_id, segments.from_id, segments.to_id, segments.twin),
        texts=coded,
        flags=segments.flags,
        length_m=segments.length_m,
        points=segments.lines.e7,
        offsets=segments.lines.offsets,
    )


def _common(before: tuple[Keys, ...], after: tuple[Keys, ...]) -> tuple[Rows, Rows]:
    """Return the rows of each that have the same key; a key is unique in its build."""
    count = len(before[0])
    keys = [np.concatenate(pair) for pair in zip(before, after, strict=True)]
    order = np.lexsort(keys[::-1])
    same = np.ones(max(len(order) - 1, 0), np.bool_)
    for key in keys:
        same &= key[order[1:]] == key[order[:-1]]
    pairs = np.column_stack([order[:-1][same], order[1:][same]])
    pairs.sort(axis=1)  # the row of the older build is the smaller number
    return pairs[:, 0].astype(np.int64), pairs[:, 1].astype(np.int64) - count


def _others(count: int, rows: Rows) -> Rows:
    left = np.ones(count, np.bool_)
    left[rows] = False
    return np.flatnonzero(left)


def _among(pairs: Keys, others: Keys) -> NDArray[np.bool_]:
    """Mark the pairs that are also among the others, int64[n, 2] each."""
    _, index = np.unique(np.vstack([pairs, others]), axis=0, return_inverse=True)
    index = index.ravel()
    known = np.zeros(int(index.max(initial=-1)) + 1, np.bool_)
    known[index[len(pairs) :]] = True
    return np.asarray(known[index[: len(pairs)]], np.bool_)


def _differences(
    before: Columns, after: Columns, rows: Rows, other_rows: Rows
) -> dict[str, NDArray[np.bool_]]:
    found = {
        name: _recoded(coding, after.texts[name])[coding[0][rows]]
        != after.texts[name][0][other_rows]
        for name, coding in before.texts.items()
        if name in after.texts
    }
    for name, flag in before.flags.items():
        if name in after.flags:
            found[name] = flag[rows] != after.flags[name][other_rows]
    longer = np.abs(before.length_m[rows] - after.length_m[other_rows]) > _SAME_LENGTH_M
    found["geometry"] = longer | _drawn_otherwise(before, after, rows, other_rows)
    return found


def _recoded(coding: Coding, other: Coding) -> NDArray[np.int64]:
    """Return for each code, the last being "no value", the other column's code of its value."""
    places = {value: place for place, value in enumerate(other[1])}
    return np.array([*(places.get(value, -2) for value in coding[1]), -1], np.int64)


def _drawn_otherwise(
    before: Columns, after: Columns, rows: Rows, other_rows: Rows
) -> NDArray[np.bool_]:
    """Mark the pairs of lines that have another number of points, or a point elsewhere."""
    counts = np.diff(before.offsets)[rows]
    differs = counts != np.diff(after.offsets)[other_rows]
    alike = np.flatnonzero(~differs)
    counts = counts[alike]
    starts = np.append(0, np.cumsum(counts)).astype(np.int64)
    within = np.arange(starts[-1]) - np.repeat(starts[:-1], counts)
    one = before.points[np.repeat(before.offsets[:-1][rows[alike]], counts) + within]
    other = after.points[np.repeat(after.offsets[:-1][other_rows[alike]], counts) + within]
    moved = (one != other).any(axis=1)
    if len(alike):
        differs[alike] = np.logical_or.reduceat(moved, starts[:-1])
    return np.asarray(differs, np.bool_)


def _km_by_class(network: RoadNetwork, rows: Rows) -> dict[str, float]:
    """Return kilometres by highway class, the longest first."""
    columns = columns_of(network)
    codes, values = columns.texts["highway"]
    metres = np.bincount(codes[rows].astype(np.int64) + 1, columns.length_m[rows], len(values) + 1)
    by_class = zip((_UNTAGGED, *values), metres.tolist(), strict=True)
    return {
        str(name): round(length / 1000, 3)
        for name, length in sorted(by_class, key=lambda item: -item[1])
        if length > 0
    }


def _longest(network: RoadNetwork, rows: Rows, count: int) -> list[int]:
    lengths = columns_of(network).length_m[rows]
    chosen = np.argsort(-lengths, kind="stable")[:count]
    return [int(row) for row in rows[chosen]]


def _told(network: RoadNetwork, row: int) -> dict[str, Any]:
    columns = columns_of(network)
    way, start, end, twin = (int(part[row]) for part in columns.key)
    suffix = f"~{twin + 1}" if twin else ""

    def text(name: str) -> Any:
        codes, values = columns.texts[name]
        return None if codes[row] < 0 else values[int(codes[row])]

    return {
        "segment_id": f"{way}-{start}-{end}{suffix}",
        "osm_way_id": way,
        "highway": text("highway"),
        "name": text("name"),
        "length_m": round(float(columns.length_m[row]), 1),
    }
