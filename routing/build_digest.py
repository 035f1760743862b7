"""The digest that names a graph build: sha256 over its canonical content."""

from __future__ import annotations

import hashlib
import json

import numpy as np
from numpy.typing import NDArray

from .coded import Coded
from .segments import FLAG_COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS, Segments
from .turns import Turns

FORMAT = 2
"""Raised whenever the meaning of a build changes, so that old and new builds never share a name."""


def digest_of(
    node_ids: NDArray[np.int64],
    node_e7: NDArray[np.int32],
    segments: Segments,
    turns: Turns,
) -> str:
    """Return the sha256 of the network's content, as hex.

    The columns must be in canonical order and rounded already. Neither the machine's byte order
    nor the writer of a file nor the version of a library enters, nor what follows from the rest:
    the mainland and the index.
    """
    digest = hashlib.sha256(f"lca road network {FORMAT}\n".encode())

    def add(name: str, array: NDArray[np.generic], kind: str) -> None:
        digest.update(f"{name} {kind} {len(array)}\n".encode())
        digest.update(np.ascontiguousarray(array, dtype=kind).data.cast("B") if len(array) else b"")

    def add_coded(name: str, column: Coded[str] | Coded[float]) -> None:
        text = json.dumps(column.values, ensure_ascii=False, separators=(",", ":")).encode()
        digest.update(f"{name} values {len(text)}\n".encode() + text)
        add(name, column.codes, "<i4")

    add("node_ids", node_ids, "<i8")
    add("node_e7", node_e7, "<i4")
    for name in ("osm_way_id", "from_id", "to_id", "length_m"):
        add(name, getattr(segments, name), "<f8" if name == "length_m" else "<i8")
    for name in TEXT_COLUMNS:
        add_coded(name, segments.texts[name])
    for name in NUMBER_COLUMNS:
        add_coded(name, segments.numbers[name])
    for name in FLAG_COLUMNS:
        add(name, segments.flags[name], "|b1")
    add("points_e7", segments.lines.e7, "<i4")
    add("point_offsets", segments.lines.offsets, "<i8")
    add("turn_segment", turns.segment, "<i4")
    add("turn_at_v", turns.at_v, "|b1")
    add("turn_tail", turns.tail, "<i4")
    add("turn_head", turns.head, "<i4")
    add_coded("turn_rule", turns.rule)
    return digest.hexdigest()
