"""A road network as Arrow tables, and back without copying a column."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from .coded import Coded
from .lines import Lines
from .network import RoadNetwork
from .segments import FLAG_COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS, Segments
from .turns import Turns

_PLAIN = ("osm_way_id", "from_id", "to_id", "twin", "u", "v", "length_m")


def tables_of(network: RoadNetwork) -> dict[str, pa.RecordBatch]:
    """Return the network's content but for its index: nodes, segments, points and turns."""
    segments, turns = network.segments, network.turns
    return {
        "nodes": _batch(
            {
                "id": pa.array(network.node_ids),
                "lon": pa.array(network.node_lon),
                "lat": pa.array(network.node_lat),
            }
        ),
        "segments": _batch(
            {
                **{name: pa.array(getattr(segments, name)) for name in _PLAIN},
                "mainland": _of_flags(segments.mainland),
                **{name: _of_coded(segments.texts[name], pa.string()) for name in TEXT_COLUMNS},
                **{name: _of_flags(segments.flags[name]) for name in FLAG_COLUMNS},
                **{
                    name: _of_coded(segments.numbers[name], pa.float64()) for name in NUMBER_COLUMNS
                },
            }
        ),
        "points": _batch({"line_e7": _of_lines(segments.lines)}),
        "turns": _batch(
            {"tail": pa.array(turns.tail), "head": pa.array(turns.head)}
            | {"rule": _of_coded(turns.rule, pa.string())}
        ),
        "turn_ends": _batch({"segment": pa.array(turns.segment), "at_v": _of_flags(turns.at_v)}),
    }


def segments_of(table: pa.RecordBatch, points: pa.RecordBatch) -> Segments:
    """Return the segments of their two tables."""
    plain: dict[str, Any] = {name: _plain(table, name) for name in _PLAIN}
    return Segments(
        **plain,
        mainland=_flags(table, "mainland"),
        texts={name: _coded(table, name) for name in TEXT_COLUMNS},
        numbers={name: _coded(table, name) for name in NUMBER_COLUMNS},
        flags={name: _flags(table, name) for name in FLAG_COLUMNS},
        lines=_lines(points),
    )


def turns_of(table: pa.RecordBatch, ends: pa.RecordBatch) -> Turns:
    """Return the turns of their two tables."""
    return Turns(
        segment=_plain(ends, "segment"),
        at_v=_flags(ends, "at_v"),
        tail=_plain(table, "tail"),
        head=_plain(table, "head"),
        rule=_coded(table, "rule"),
    )


def nodes_of(
    table: pa.RecordBatch,
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Return ids, longitudes and latitudes."""
    return _plain(table, "id"), _plain(table, "lon"), _plain(table, "lat")


def _batch(columns: Mapping[str, pa.Array]) -> pa.RecordBatch:
    return pa.RecordBatch.from_pydict(dict(columns))


def _of_flags(flags: NDArray[np.bool_]) -> pa.Array:
    """Arrow packs eight of its booleans into a byte, which numpy could not read in place."""
    return pa.array(flags.view(np.uint8))


def _of_coded(column: Coded[Any], kind: pa.DataType) -> pa.Array:
    """Return a dictionary column; below its empty rows the code -1 stays where it is."""
    validity = pa.py_buffer(np.packbits(column.codes >= 0, bitorder="little"))
    codes = np.ascontiguousarray(column.codes)
    indices = pa.Array.from_buffers(
        pa.from_numpy_dtype(codes.dtype), len(codes), [validity, pa.py_buffer(codes)]
    )
    return pa.DictionaryArray.from_arrays(indices, pa.array(column.values, kind))


def _of_lines(lines: Lines) -> pa.Array:
    points = pa.FixedSizeListArray.from_arrays(pa.array(lines.e7.ravel()), 2)
    return pa.LargeListArray.from_arrays(pa.array(lines.offsets), points)


def _plain(table: pa.RecordBatch, name: str) -> NDArray[Any]:
    return np.asarray(table.column(name).to_numpy(zero_copy_only=True))


def _flags(table: pa.RecordBatch, name: str) -> NDArray[np.bool_]:
    return _plain(table, name).view(np.bool_)


def _coded(table: pa.RecordBatch, name: str) -> Coded[Any]:
    column = table.column(name)
    indices = column.indices
    # to_numpy would copy them, because of the empty rows.
    kind = np.dtype(indices.type.to_pandas_dtype())
    codes = np.frombuffer(indices.buffers()[1], kind, len(indices), indices.offset * kind.itemsize)
    return Coded(codes, tuple(column.dictionary.to_pylist()))


def _lines(table: pa.RecordBatch) -> Lines:
    column = table.column("line_e7")
    points = column.values.values.to_numpy(zero_copy_only=True).reshape(-1, 2)
    return Lines(points, column.offsets.to_numpy(zero_copy_only=True))
