"""The road ways of an extract as columns: their tags judged once for each distinct combination."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray
from pyarrow import csv

from .coded import Coded, T
from .osmtags import Unread, attributes_of, is_read, is_road
from .segments import FLAG_COLUMNS, NUMBER_COLUMNS

NAME_KEYS = ("name", "ref")

_LONGEST_WAY_BYTES = 1 << 24
_ESCAPED = re.compile(r"%([0-9a-f]{1,6})%")
_LAYOUT = csv.ReadOptions(
    column_names=["id", "tags", "nodes"], use_threads=False, block_size=_LONGEST_WAY_BYTES
)
_BY_SPACES = csv.ParseOptions(delimiter=" ", quote_char=False)
_AS_TEXT = csv.ConvertOptions(
    column_types=dict.fromkeys(("id", "tags", "nodes"), pa.string()), strings_can_be_null=False
)


@dataclass(frozen=True, eq=False)
class Ways:
    """Road ways, in the order of the file.

    Attributes
    ----------
    ids : int64[w]
    refs : int64[r]
        All node references, end to end.
    offsets : int64[w + 1]
        Way ``i`` has the references ``offsets[i]`` to ``offsets[i + 1]``.
    texts, numbers, flags : mapping
        Attribute columns of the ways; those of numbers are coded too.
    left_out : mapping of str to int
        Reason -> ways that are not here.
    unread : Counter
        (key, value) -> ways whose tag was not wholly interpreted.
    """

    ids: NDArray[np.int64]
    refs: NDArray[np.int64]
    offsets: NDArray[np.int64]
    texts: Mapping[str, Coded[str]]
    numbers: Mapping[str, Coded[float]]
    flags: Mapping[str, NDArray[np.bool_]]
    left_out: Mapping[str, int]
    unread: Unread

    def __len__(self) -> int:
        return len(self.ids)


class _Numbered:
    """Distinct texts, numbered as they come."""

    def __init__(self) -> None:
        self.number: dict[str, int] = {}

    def __call__(self, texts: Iterable[str]) -> NDArray[np.int32]:
        number = self.number
        return np.array([number.setdefault(text, len(number)) for text in texts], np.int32)


class WayTable:
    """Gathers ways batch by batch; each is a table of ids, tags and node references as OPL text."""

    def __init__(self) -> None:
        self._ids: list[NDArray[np.int64]] = []
        self._refs: list[NDArray[np.int64]] = []
        self._counts: list[NDArray[np.int64]] = []
        self._kinds: list[NDArray[np.int32]] = []
        self._names: dict[str, list[NDArray[np.int32]]] = {key: [] for key in NAME_KEYS}
        self._kind = _Numbered()
        self._is_road: list[bool] = []
        self._name = {key: _Numbered() for key in NAME_KEYS}
        self._is_ferry: list[bool] = []
        self._areas = 0
        self._closed_ferries = 0

    def add(self, batch: pa.RecordBatch) -> None:
        """Take the ways of a batch that are roads."""
        tags = _Tags(batch.column("tags"))
        kinds = self._kinds_of(tags)
        roads = np.array(self._is_road, np.bool_)[kinds]
        ferries = np.array(self._is_ferry, np.bool_)[kinds]
        self._areas += int((~roads & ~ferries).sum())
        self._closed_ferries += int((~roads & ferries).sum())
        self._kinds.append(kinds[roads])
        for key in NAME_KEYS:
            self._names[key].append(tags.numbered(key, self._name[key])[roads])
        chosen = pa.array(roads)
        self._ids.append(_whole_numbers(batch.column("id").filter(chosen), "w"))
        refs, counts = _references(batch.column("nodes").filter(chosen))
        self._refs.append(refs)
        self._counts.append(counts)

    def _kinds_of(self, tags: _Tags) -> NDArray[np.int32]:
        """Return the number of each way's combination of tags."""
        encoded = tags.combinations().dictionary_encode()
        numbers = self._kind(encoded.dictionary.to_pylist())
        for text in list(self._kind.number)[len(self._is_road) :]:
            combination = tags_of(text)
            self._is_road.append(is_road(combination))
            self._is_ferry.append(combination.get("route") == "ferry")
        codes: NDArray[np.int32] = encoded.indices.to_numpy(zero_copy_only=False)
        return np.asarray(numbers[codes])

    def ways(self) -> Ways:
        """Return all ways gathered; of a way that stands twice, the later one."""
        ids = _joined(self._ids, np.int64)
        counts = _joined(self._counts, np.int64)
        last = _last_of_each(ids)
        twice = len(ids) - len(last)
        last = last[ids[last] > 0]
        offsets = np.append(0, np.cumsum(counts[last])).astype(np.int64)
        starts = (np.cumsum(counts) - counts)[last]
        refs = _joined(self._refs, np.int64)
        if len(last) < len(ids):
            within = np.arange(offsets[-1]) - np.repeat(offsets[:-1], counts[last])
            refs = refs[np.repeat(starts, counts[last]) + within]
        kinds, used = _compact(_joined(self._kinds, np.int32)[last])
        combinations = list(self._kind.number)
        unread: Unread = Counter()
        times = np.bincount(kinds, minlength=len(used)).tolist()
        rows = [
            _attributes(combinations[kind], count, unread)
            for kind, count in zip(used.tolist(), times, strict=True)
        ]
        names = {
            key: Coded.of_codes(_joined(codes, np.int32)[last], list(self._name[key].number))
            for key, codes in self._names.items()
        }
        texts, numbers, flags = _columns(rows, kinds)
        left_out = {
            "squares and other areas, which are no roads": self._areas,
            "ferry lines that carry no motor vehicles": self._closed_ferries,
            "earlier copies of ways that stand in the file more than once": twice,
            "ways with ids that OSM does not give": len(ids) - twice - len(last),
        }
        return Ways(ids[last], refs, offsets, {**texts, **names}, numbers, flags, left_out, unread)


def read_ways(path: Path) -> Ways:
    """Read the roads among ways that stand in a file as OPL text without metadata."""
    table = WayTable()
    if not path.stat().st_size:
        return table.ways()
    try:
        with csv.open_csv(path, _LAYOUT, _BY_SPACES, _AS_TEXT) as batches:
            for batch in batches:
                table.add(batch)
    except pa.ArrowInvalid as error:
        # libosmium writes lines of three words, so a line can only be too long.
        raise ValueError("a way has many more nodes than OSM allows") from error
    return table.ways()


def tags_of(text: str) -> dict[str, str]:
    """Return the tags of OPL text, ``key=value,key=value``."""
    pairs = (pair.partition("=") for pair in text.split(",") if pair)
    return {unescaped(key): unescaped(value) for key, _, value in pairs}


def unescaped(text: str) -> str:
    """Return OPL text as it was: ``%20%`` is a space."""
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text) if "%" in text else text


class _Tags:
    """The tags of a batch of ways, pair by pair, each distinct pair looked at once."""

    def __init__(self, column: pa.Array) -> None:
        pairs = pc.split_pattern(pc.utf8_slice_codeunits(column, 1), ",")
        self._count = len(pairs)
        self._offsets = pairs.offsets.to_numpy()
        self._flat = pairs.flatten()
        encoded = self._flat.dictionary_encode()
        self._codes = encoded.indices.to_numpy(zero_copy_only=False)
        self._pairs = encoded.dictionary.to_pylist()
        self._keys = np.array([pair.partition("=")[0] for pair in self._pairs], dtype=object)

    def _ways(self, wanted: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return the way of each pair that is wanted."""
        return np.searchsorted(self._offsets, np.flatnonzero(wanted), side="right") - 1

    def combinations(self) -> pa.Array:
        """Return each way's tags that say something about a road, as OPL text."""
        says = {key: is_read(unescaped(key)) for key in set(self._keys.tolist())}
        wanted = np.array([says[key] for key in self._keys.tolist()], np.bool_)[self._codes]
        kept = np.append(0, np.cumsum(wanted))[self._offsets].astype(np.int32)
        lists = pa.ListArray.from_arrays(kept, self._flat.filter(pa.array(wanted)))
        joined: pa.Array = pc.binary_join(lists, ",")
        return joined

    def numbered(self, key: str, number: _Numbered) -> NDArray[np.int32]:
        """Return the number of each way's value of a key, -1 for none."""
        own = self._keys == key
        values = np.full(len(own), -1, np.int32)
        values[own] = number(
            unescaped(pair.partition("=")[2])
            for pair, is_own in zip(self._pairs, own.tolist(), strict=True)
            if is_own
        )
        wanted = own[self._codes]
        codes = np.full(self._count, -1, np.int32)
        codes[self._ways(wanted)] = values[self._codes[wanted]]
        return codes


def _references(column: pa.Array) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return all node references of ``Nn1,n2`` texts, and how many each has."""
    lists = pc.split_pattern(pc.utf8_slice_codeunits(column, 1), ",")
    counts = np.diff(lists.offsets.to_numpy()).astype(np.int64)
    flat = lists.flatten()
    empty = pc.equal(flat, "")
    if pc.any(empty).as_py():
        # Only a way without any reference gives an empty text.
        counts[np.searchsorted(lists.offsets, np.flatnonzero(empty), side="right") - 1] = 0
        flat = flat.filter(pc.invert(empty))
    return _whole_numbers(flat, "n"), counts


def _whole_numbers(column: pa.Array, prefix: str) -> NDArray[np.int64]:
    bare = pc.replace_substring(column, prefix, "")
    return np.asarray(bare.cast(pa.int64()).to_numpy(zero_copy_only=False))


def _joined(parts: list[NDArray[Any]], dtype: type[np.generic]) -> NDArray[Any]:
    return np.concatenate([np.empty(0, dtype), *parts])


def _last_of_each(ids: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places of the last of each id, in the order of the file."""
    _, first_from_behind = np.unique(ids[::-1], return_index=True)
    return np.sort(len(ids) - 1 - first_from_behind)


def _compact(codes: NDArray[np.int32]) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    used, compact = np.unique(codes, return_inverse=True)
    return compact.astype(np.int32), used


def _attributes(combination: str, ways: int, unread: Unread) -> dict[str, Any]:
    once: Unread = Counter()
    attributes = attributes_of(tags_of(combination), once)
    for tag, count in once.items():
        unread[tag] += ways * min(count, 1)
    return attributes


def _columns(
    rows: list[dict[str, Any]], kinds: NDArray[np.int32]
) -> tuple[dict[str, Coded[str]], dict[str, Coded[float]], dict[str, NDArray[np.bool_]]]:
    """Spread the attributes of each combination over the ways that have it."""
    texts: dict[str, Coded[str]] = {}
    numbers: dict[str, Coded[float]] = {}
    flags: dict[str, NDArray[np.bool_]] = {}
    for name in rows[0] if rows else ():
        values = [row[name] for row in rows]
        if name in FLAG_COLUMNS:
            flags[name] = np.array(values, np.bool_)[kinds]
        elif name in NUMBER_COLUMNS:
            known = [None if math.isnan(value) else value for value in values]
            numbers[name] = _spread(Coded.of(known), kinds)
        else:
            texts[name] = _spread(Coded.of(values), kinds)
    return texts, numbers, flags


def _spread(column: Coded[T], kinds: NDArray[np.int32]) -> Coded[T]:
    # Every combination is some way's, so that every value stays used.
    return Coded(column.codes[kinds], column.values)
