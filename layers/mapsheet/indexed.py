"""Rewrite a truecolour PNG with a palette of 256 colours, a third of its size.

The renderer writes 32 bits a pixel; a map has few colours and many blends at the edges of lines,
so a palette of its commonest colours looks the same and makes a picture that travels by e-mail.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_EXACT, _BLENDS = 160, 96
_RGBA = 4


def indexed_png(png: bytes) -> bytes:
    """Return the picture (8 bits a channel, RGBA, opaque, not interlaced) with a palette."""
    pixels = _decode(png)
    height, width, _ = pixels.shape
    packed = pixels[..., 0].astype(np.uint32) << 16
    packed |= pixels[..., 1].astype(np.uint32) << 8
    packed |= pixels[..., 2]
    colours, inverse, counts = np.unique(packed, return_inverse=True, return_counts=True)
    palette = _palette(_channels(colours), counts)
    indices = _nearest(_channels(colours), palette)[inverse.reshape(height, width)]
    lines = np.zeros((height, width + 1), dtype=np.uint8)
    lines[:, 1:] = indices
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)
    return _SIGNATURE + b"".join(
        [
            _chunk(b"IHDR", header),
            _chunk(b"PLTE", palette.astype(np.uint8).tobytes()),
            _chunk(b"IDAT", zlib.compress(lines.tobytes(), 9)),
            _chunk(b"IEND", b""),
        ]
    )


def _channels(colours: NDArray[np.uint32]) -> NDArray[np.int32]:
    return np.stack([colours >> 16 & 255, colours >> 8 & 255, colours & 255], axis=1).astype(
        np.int32
    )


def _palette(colours: NDArray[np.int32], counts: NDArray[np.int64]) -> NDArray[np.int32]:
    """Return the commonest colours as they are, and means of the commonest groups of the rest."""
    order = np.argsort(-counts, kind="stable")
    exact, rest = order[:_EXACT], order[_EXACT:]
    if not len(rest):
        return colours[exact]
    bins = (colours[rest] >> 4) @ np.array([256, 16, 1], dtype=np.int32)
    weights = counts[rest].astype(np.float64)
    size = np.bincount(bins, weights)
    means = np.stack(
        [np.bincount(bins, weights * colours[rest, channel]) for channel in range(3)], axis=1
    )
    filled = np.flatnonzero(size)
    chosen = filled[np.argsort(-size[filled], kind="stable")][:_BLENDS]
    blends = np.rint(means[chosen] / size[chosen, None]).astype(np.int32)
    return np.concatenate([colours[exact], blends])


def _nearest(colours: NDArray[np.int32], palette: NDArray[np.int32]) -> NDArray[np.uint8]:
    """Return for each colour the index of the palette's nearest, by squared RGB distance."""
    found = np.empty(len(colours), dtype=np.uint8)
    block = 8192
    for start in range(0, len(colours), block):
        part = colours[start : start + block]
        apart = ((part[:, None, :] - palette[None, :, :]) ** 2).sum(axis=2)
        found[start : start + block] = apart.argmin(axis=1)
    return found


def _chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = len(_SIGNATURE)
    while position < len(png):
        length, name = struct.unpack_from(">I4s", png, position)
        yield name, png[position + 8 : position + 8 + length]
        position += 12 + length


def _decode(png: bytes) -> NDArray[np.uint8]:
    """Return the pixels as an array of height x width x 4."""
    parts = list(_chunks(png))
    width, height, depth, kind, *_, interlaced = struct.unpack(">IIBBBBB", dict(parts)[b"IHDR"])
    if (depth, kind, interlaced) != (8, 6, 0):
        raise ValueError(f"not a plain RGBA picture: {depth} bits, colour type {kind}")
    data = zlib.decompress(b"".join(body for name, body in parts if name == b"IDAT"))
    lines = np.frombuffer(data, dtype=np.uint8).reshape(height, 1 + width * _RGBA)
    return _unfilter(lines[:, 0], lines[:, 1:].reshape(height, width, _RGBA))


def _unfilter(kinds: NDArray[np.uint8], coded: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Undo PNG's line filters along the diagonals, on which no pixel depends on another.

    A pixel needs its left, upper and upper left neighbours; in an array padded by one they are
    slices of the flat pixels with the same stride.
    """
    height, width, _ = coded.shape
    out = np.zeros((height + 1, width + 1, _RGBA), dtype=np.int16)
    flat = out.reshape(-1, _RGBA)
    deltas = np.ascontiguousarray(coded).reshape(-1, _RGBA)
    for diagonal in range(height + width - 1):
        first, last = max(0, diagonal - width + 1), min(height - 1, diagonal)
        count = last - first + 1
        corner = first * (width + 1) + (diagonal - first)
        upper_left, upper = (_diagonal(flat, corner + shift, width, count) for shift in (0, 1))
        left, here = (_diagonal(flat, corner + width + 1 + shift, width, count) for shift in (0, 1))
        delta = _diagonal(deltas, first * width + diagonal - first, width - 1, count)
        guess = _guess(kinds[first : last + 1, None], left, upper, upper_left)
        here[:] = (delta + guess) & 255
    return out[1:, 1:].astype(np.uint8)


def _diagonal(flat: NDArray[Any], start: int, stride: int, count: int) -> NDArray[Any]:
    """Return ``count`` pixels from ``start``, each one line down and one column left."""
    step = max(stride, 1)
    return flat[start : start + step * (count - 1) + 1 : step]


def _guess(
    kinds: NDArray[np.uint8],
    left: NDArray[np.int16],
    upper: NDArray[np.int16],
    upper_left: NDArray[np.int16],
) -> NDArray[np.int16]:
    """Return each pixel's prediction by its line's filter: none, sub, up, average, Paeth."""
    by_left = np.abs(upper - upper_left)
    by_upper = np.abs(left - upper_left)
    by_corner = np.abs(left + upper - 2 * upper_left)
    paeth = np.where(
        (by_left <= by_upper) & (by_left <= by_corner),
        left,
        np.where(by_upper <= by_corner, upper, upper_left),
    )
    none = np.zeros_like(left)
    return np.choose(kinds, [none, left, upper, (left + upper) >> 1, paeth])
