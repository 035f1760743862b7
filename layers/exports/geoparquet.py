"""GeoParquet 1.1: a box a row that readers skip by, the CRS spelt out, the terms as metadata."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pyproj

from . import arrow
from .extract import Extract

_SIDES = ("xmin", "ymin", "xmax", "ymax")


def write(extract: Extract, path: Path) -> None:
    """Write the rows, one row group for each batch of them."""
    schema = arrow.schema_of(extract, lists=True, boxes=True)
    told: dict[str, str] = {f"dataset_{name}": text for name, text in extract.told.items()}
    if extract.placed:
        told["geo"] = json.dumps(_geo(extract))
    schema = schema.with_metadata(told)
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        for batch in arrow.batches_of(extract, schema):
            writer.write_batch(batch)


def _geo(extract: Extract) -> dict[str, Any]:
    column: dict[str, Any] = {
        "encoding": "WKB",
        "geometry_types": list(extract.kinds),
        "crs": _crs84(),
        "orientation": "counterclockwise",
        "edges": "planar",
        "covering": {"bbox": {side: [arrow.BBOX, side] for side in _SIDES}},
    }
    if extract.facts.bounds is not None:
        column["bbox"] = list(extract.facts.bounds)
    return {
        "version": "1.1.0",
        "primary_column": arrow.GEOMETRY,
        "columns": {arrow.GEOMETRY: column},
    }


@lru_cache(maxsize=1)
def _crs84() -> dict[str, Any]:
    """Return WGS 84 with longitude first as PROJJSON."""
    crs: dict[str, Any] = pyproj.CRS("OGC:CRS84").to_json_dict()
    return crs
