"""Unpack the Parquet files of a folder into Arrow streams, in the reader's child.

A Parquet file of a kilobyte may say that it holds a terabyte, and its footer may lie about
anything. So it is decoded a few rows at a time, where memory and processor time are limited, and
what comes out has no compression, no dictionaries and no types but those of a layer's columns.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import shapely

from lca.errors import UnreadableFile

from .limits import Limits
from .wire import Message

SUFFIX = ".arrow"

_TYPES = frozenset(
    {
        pa.string(),
        pa.int64(),
        pa.float64(),
        pa.bool_(),
        pa.binary(),
        pa.timestamp("us", tz="UTC"),
    }
)
_BATCH = 1_000
_GEOMETRY = "geometry"
_DRAWN = frozenset(range(1, 7))
"""WKB's numbers of points, lines, areas and several of them: no collection, no height."""
_DO_NEXT = "Ask its sender for another; nothing was changed."


def is_plain(schema: Any) -> bool:
    """Tell whether columns are such as a layer's rows may have."""
    return all(
        kind in _TYPES or (pa.types.is_list(kind) and kind.value_type == pa.int64())
        for kind in schema.types
    )


def unpack_parts(folder: Path, limits: Limits) -> Iterator[Message]:
    """Write each file of a folder beside itself as an Arrow stream; there is nothing else to say.

    Raises
    ------
    UnreadableFile
        If one is no Parquet file of plain columns, holds geometries that cannot be read, or all
        of them unpack to more than the limits allow.
    """
    left = limits.unpacked_bytes
    for path in sorted(folder.iterdir()):
        try:
            left -= _unpack(path, min(left, limits.output_bytes), limits.rows)
        except (UnreadableFile, MemoryError):
            raise
        except (
            pa.ArrowException,
            shapely.errors.ShapelyError,
            OSError,
            ValueError,
            LookupError,  # two columns of one name, a geometry without bytes
        ) as error:
            raise _refused("a part is no table of rows") from error
    yield from ()


def _unpack(path: Path, most_bytes: int, most_rows: int) -> int:
    """Unpack one file, and return how many bytes its rows take."""
    with (
        pq.ParquetFile(path, pre_buffer=False) as source,
        pa.OSFile(str(path.with_suffix(SUFFIX)), "wb") as sink,
    ):
        schema = source.schema_arrow.remove_metadata()
        if source.metadata.num_rows > most_rows or not is_plain(schema):
            raise _refused("a part has too many rows, or columns that no layer has")
        taken = rows = 0
        with pa.ipc.new_stream(sink, schema) as target:
            for batch in source.iter_batches(_BATCH, use_threads=False):
                taken, rows = taken + batch.nbytes, rows + batch.num_rows
                if taken > most_bytes or rows > most_rows:
                    raise _refused("it unpacks to more than a bundle may hold")
                if _GEOMETRY in schema.names:
                    _require_drawn(batch.column(_GEOMETRY))
                target.write_batch(pa.record_batch(batch.columns, schema=schema))
    return taken


def _require_drawn(column: Any) -> None:
    """Read each geometry: what kills the reader of geometries kills only this process."""
    known = column.drop_null()
    kinds = pc.unique(pc.binary_slice(known, 0, 5)).to_pylist()
    if any(kind[0] != 1 or int.from_bytes(kind[1:5], "little") not in _DRAWN for kind in kinds):
        raise _refused("a geometry is of a kind that no layer has")
    shapely.from_wkb(np.array(known.to_pylist(), dtype=object))


def _refused(why: str) -> UnreadableFile:
    return UnreadableFile(f"The bundle is refused: {why}.", do_next=_DO_NEXT)
