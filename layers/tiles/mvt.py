"""Write Mapbox Vector Tiles (version 2.1): many tiles at once, out of arrays.

A tile is a tree of protocol buffers, and nearly all of it are variable-length whole numbers. So
the features of many tiles are laid out as one array of numbers first, which is turned into bytes
in one go: a few array operations for a million points, where an object a feature would take
minutes for a country.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

POINT, LINE, AREA = 1, 2, 3
"""Kinds of geometry, as the format numbers them."""

_MOVE, _LINE, _CLOSE = 1, 2, 15
# Tags of the fields: number of the field << 3 | type on the wire.
_TILE_LAYER, _NAME, _FEATURE, _KEY, _VALUE, _EXTENT, _VERSION = 26, 10, 18, 26, 34, 40, 120
_ID, _TAGS, _KIND, _GEOMETRY = 8, 18, 24, 34


@dataclass(frozen=True, slots=True)
class Column:
    """One property of all features: places in a list of values, -1 for none.

    ``first_zoom`` int64[rows] says from which zoom on each row tells its value; always without it.
    """

    name: str
    codes: NDArray[np.int64]
    values: Sequence[str | float | bool]
    first_zoom: NDArray[np.int64] | None = None

    def at(self, zoom: int) -> Column | None:
        """Return the column as a zoom tells it, or None if it does not."""
        if self.first_zoom is None:
            return self
        told = self.first_zoom <= zoom
        if not told.any():
            return None
        return Column(self.name, np.where(told, self.codes, -1), self.values)


@dataclass(frozen=True, slots=True)
class Cut:
    """What lies in some tiles, in the order of the tiles.

    Attributes
    ----------
    tile : int64[f]
        Tile of each feature, ascending: 0 … number of tiles - 1.
    row : int64[f]
        Its row in the columns.
    kind : int64[f]
        POINT, LINE or AREA.
    parts : int64[f + 1]
        Feature ``i`` has the parts ``parts[i]`` to ``parts[i + 1]``; points have one.
    points : int64[q + 1]
        Part ``j`` has the positions ``points[j]`` to ``points[j + 1]``; a ring is not closed.
    xy : int64[p, 2]
        Positions in their tile, in units of the extent.
    """

    tile: NDArray[np.int64]
    row: NDArray[np.int64]
    kind: NDArray[np.int64]
    parts: NDArray[np.int64]
    points: NDArray[np.int64]
    xy: NDArray[np.int64]


def encode(
    layer: str,
    cut: Cut,
    columns: Sequence[Column],
    extent: int,
    ids: NDArray[np.int64] | None = None,
) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the bytes of each tile that holds a feature, each with one layer.

    Parameters
    ----------
    layer : str
        Name of the layer.
    cut : Cut
        The features.
    columns : sequence of Column
        Their properties, by row.
    extent : int
        Units across a tile.
    ids : int64[rows], optional
        Number of each row, not negative, as the features' id.
    """
    if not len(cut.tile):
        return
    first = np.flatnonzero(np.diff(cut.tile, prepend=-1))
    tags, tag_starts, used = _tags(cut, columns, first)
    body, ends = _features(cut, tags, tag_starts, None if ids is None else ids[cut.row])
    values = [_value(value) for column in columns for value in column.values]
    head = _bytes_field(_NAME, layer.encode())
    keys = b"".join(_bytes_field(_KEY, column.name.encode()) for column in columns)
    tail = bytes([_EXTENT, *_varint(extent), _VERSION, 2])
    byte_ends = ends[np.append(first[1:], len(cut.tile)) - 1].tolist()
    start = 0
    for tile, end, own in zip(cut.tile[first].tolist(), byte_ends, used, strict=True):
        table = b"".join(_bytes_field(_VALUE, values[code]) for code in own)
        whole = head + body[start:end] + keys + table + tail
        yield tile, _bytes_field(_TILE_LAYER, whole)
        start = end


def _tags(
    cut: Cut, columns: Sequence[Column], first: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[list[int]]]:
    """Return all features' tags, where each feature's begin, and the values that each tile uses."""
    count = len(cut.tile)
    base = np.append(0, np.cumsum([len(column.values) for column in columns])).astype(np.int64)
    codes = np.full((count, len(columns)), -1, np.int64)
    for place, column in enumerate(columns):
        own = column.codes[cut.row]
        codes[:, place] = np.where(own >= 0, own + base[place], -1)
    given = codes >= 0
    tile_number = np.zeros(count, np.int64)
    tile_number[first[1:]] = 1
    tile_number = np.cumsum(tile_number)
    number = np.broadcast_to(tile_number[:, None], codes.shape)[given]
    width = max(1, int(base[-1]))
    distinct, place = np.unique(number * width + codes[given], return_inverse=True)
    bounds = np.searchsorted(distinct, np.arange(len(first) + 1) * width)
    tags = np.empty((len(number), 2), np.int64)
    tags[:, 0] = np.broadcast_to(np.arange(len(columns)), codes.shape)[given]
    tags[:, 1] = place - bounds[number]
    starts = np.append(0, np.cumsum(2 * given.sum(axis=1)))
    used = [part.tolist() for part in np.split(distinct % width, bounds[1:-1])]
    return tags.ravel(), starts, used


def _features(
    cut: Cut,
    tags: NDArray[np.int64],
    tag_starts: NDArray[np.int64],
    ids: NDArray[np.int64] | None,
) -> tuple[bytes, NDArray[np.int64]]:
    """Return the features' bytes one after the other, and where each ends."""
    geometry, geometry_starts = _commands(cut)
    tag_bytes = _sums(_lengths(tags), tag_starts)
    geometry_bytes = _sums(_lengths(geometry), geometry_starts)
    size = 3 + _lengths(geometry_bytes) + geometry_bytes
    size = size + 1 + _lengths(tag_bytes) + tag_bytes
    size = size + (0 if ids is None else 1 + _lengths(ids))
    named: list[Any] = [] if ids is None else [_ID, ids]
    head: list[Any] = [_FEATURE, size, *named, _KIND, cut.kind, _TAGS, tag_bytes]
    middle: list[Any] = [_GEOMETRY, geometry_bytes]
    tag_counts, counts = np.diff(tag_starts), np.diff(geometry_starts)
    starts = np.append(0, np.cumsum(len(head) + tag_counts + len(middle) + counts))
    numbers = np.empty(starts[-1], np.int64)
    for place, value in enumerate(head):
        numbers[starts[:-1] + place] = value
    after = starts[:-1] + len(head)
    numbers[_spread(after, tag_counts)] = tags
    after = after + tag_counts
    for place, value in enumerate(middle):
        numbers[after + place] = value
    numbers[_spread(after + len(middle), counts)] = geometry
    lengths = _lengths(numbers)
    return _encoded(numbers, lengths), np.cumsum(_sums(lengths, starts))


def _commands(cut: Cut) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return the drawing commands of all features, and where each feature's begin."""
    sizes = np.diff(cut.points)
    kind = np.repeat(cut.kind, np.diff(cut.parts))
    drawn = kind != POINT
    starts = np.append(0, np.cumsum(1 + 2 * sizes + drawn + (kind == AREA)))
    # The pen starts anew with each feature, and goes on from part to part.
    steps = np.diff(cut.xy, axis=0, prepend=0)
    begin = cut.points[cut.parts[:-1]]
    steps[begin] = cut.xy[begin]
    numbers = np.empty(starts[-1], np.int64)
    numbers[starts[:-1]] = np.where(drawn, 1 << 3 | _MOVE, sizes << 3 | _MOVE)
    lines = np.flatnonzero(drawn)
    numbers[starts[lines] + 3] = (sizes[lines] - 1) << 3 | _LINE
    numbers[starts[1:][kind == AREA] - 1] = _CLOSE
    place = np.arange(len(steps)) - np.repeat(cut.points[:-1], sizes)
    at = np.repeat(starts[:-1] + 1, sizes) + 2 * place + (np.repeat(drawn, sizes) & (place > 0))
    zigzag = (steps << 1) ^ (steps >> 63)
    numbers[at], numbers[at + 1] = zigzag[:, 0], zigzag[:, 1]
    return numbers, starts[cut.parts]


def _spread(starts: NDArray[np.int64], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the places of runs, one run after the other."""
    ends = np.cumsum(counts)
    return np.repeat(starts - ends + counts, counts) + np.arange(ends[-1] if len(ends) else 0)


def _sums(values: NDArray[np.int64], starts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the sum of each run, of which some may be empty."""
    total = np.append(0, np.cumsum(values))
    return np.asarray(total[starts[1:]] - total[starts[:-1]])


def _lengths(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many bytes each number takes."""
    lengths = np.ones(len(numbers), np.int64)
    for bits in range(7, 63, 7):
        longer = numbers >> bits > 0
        if not longer.any():
            break
        lengths += longer
    return lengths


def _encoded(numbers: NDArray[np.int64], lengths: NDArray[np.int64]) -> bytes:
    """Return numbers as bytes: seven bits each, the eighth says that more follow."""
    ends = np.cumsum(lengths)
    starts = ends - lengths
    written = np.empty(ends[-1] if len(ends) else 0, np.uint8)
    chosen = np.arange(len(numbers))
    byte = 0
    while len(chosen):
        more = lengths[chosen] > byte + 1
        seven = (numbers[chosen] >> (7 * byte)) & 0x7F
        written[starts[chosen] + byte] = seven | (more.astype(np.int64) << 7)
        chosen, byte = chosen[more], byte + 1
    return written.tobytes()


def _varint(number: int) -> bytes:
    written = bytearray()
    while number > 0x7F:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)


def _bytes_field(tag: int, content: bytes) -> bytes:
    return bytes([tag]) + _varint(len(content)) + content


def _value(value: Any) -> bytes:
    """Return a property's value as the format's Value."""
    if isinstance(value, bool):
        return bytes([56, value])
    if isinstance(value, int | float):
        return b"\x19" + struct.pack("<d", value)
    return _bytes_field(10, str(value).encode())
