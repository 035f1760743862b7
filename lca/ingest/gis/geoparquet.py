"""Read a GeoParquet file (specification 1.1, geometries as WKB).

Runs in the child process only, with one thread: the child may start no other.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lca.errors import InvalidInput, UnreadableFile
from lca.ingest.limits import Limits
from lca.ingest.texts import one_line

from .featurelayer import FeatureLayer, check_size

_COVERING = "bbox"
_EXERCISE = b"dataset_exercise"


def read_geoparquet(path: Path, limits: Limits) -> FeatureLayer:
    """Return the file's features.

    Raises
    ------
    UnreadableFile
        If it is no GeoParquet, is damaged, or exceeds a limit.
    """
    import pyarrow as pa  # noqa: PLC0415 - heavy, and only this kind of file needs it
    import pyarrow.parquet as pq  # noqa: PLC0415

    try:
        pa.set_cpu_count(1)
        file = pq.ParquetFile(path, memory_map=False, pre_buffer=False)
        metadata = file.schema_arrow.metadata or {}
        geometry, crs = _geometry_column(metadata)
        names = [name for name in file.schema_arrow.names if name not in {geometry, _COVERING}]
        check_size(names, file.metadata.num_rows, limits)
        _check_unpacked(file.metadata, limits)
        if geometry not in file.schema_arrow.names:
            raise _not_readable(f"its column {geometry[:60]!r} is missing")
        table = file.read(columns=[*names, geometry], use_threads=False)
        columns = [table.column(name).to_pylist() for name in names]
        wkb = _bytes(table.column(geometry).to_pylist())
    except (MemoryError, InvalidInput):
        raise
    except (pa.ArrowException, OSError, ValueError, KeyError, TypeError) as error:
        raise _not_readable(str(error)) from error
    mark = metadata.get(_EXERCISE)
    return FeatureLayer(
        names,
        columns,
        wkb,
        crs,
        len(wkb),
        exercise=None if mark is None else one_line(mark.decode("utf-8", errors="replace")),
    )


def _geometry_column(metadata: dict[bytes, bytes]) -> tuple[str, Any]:
    """Return the name of the geometry column, and its CRS (None if the file says it has none)."""
    if b"geo" not in metadata:
        raise _not_readable("it is a Parquet table without geometries")
    stated = json.loads(metadata[b"geo"])
    name = stated["primary_column"]
    column = stated["columns"][name]
    if not isinstance(name, str) or column.get("encoding") != "WKB":
        raise _not_readable("its geometries are not WKB")
    # The specification: absent means longitude and latitude of OGC:CRS84, null means unknown.
    crs = column.get("crs", "OGC:CRS84")
    return name, None if crs is None else _crs(crs)


def _crs(stated: Any) -> Any:
    import pyproj  # noqa: PLC0415 - heavy

    try:
        return pyproj.CRS.from_user_input(stated)
    except pyproj.exceptions.CRSError as error:
        raise _not_readable("its coordinate reference system is not known") from error


def _check_unpacked(metadata: Any, limits: Limits) -> None:
    size = sum(metadata.row_group(n).total_byte_size for n in range(metadata.num_row_groups))
    if size > limits.unpacked_bytes:
        raise UnreadableFile(
            f"The file holds {size / 1e6:.0f} MB of unpacked content, which is more than the "
            "reader accepts.",
            do_next="Split it.",
        )


def _bytes(values: list[Any]) -> Any:
    import numpy as np  # noqa: PLC0415

    found = np.empty(len(values), dtype=object)
    for index, value in enumerate(values):
        if value is not None and not isinstance(value, bytes):
            raise _not_readable("its geometries are not WKB")
        found[index] = value
    return found


def _not_readable(why: str) -> UnreadableFile:
    return UnreadableFile(
        f"The file is not a readable GeoParquet file ({' '.join(why.split())[:120]}).",
        do_next="Write it again, with geometries as WKB, or export it as GeoPackage.",
    )
