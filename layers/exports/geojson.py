"""GeoJSON (RFC 7946), a feature a line: no ``crs``, outer rings anticlockwise, nothing across 180°."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import orjson
import shapely

from layers.geojson import plain

from .antimeridian import cut
from .extract import Extract


def write(extract: Extract, path: Path) -> None:
    """Write the rows as a feature collection whose further members are the terms."""
    head = orjson.dumps({"type": "FeatureCollection", **extract.terms})
    names = [field.name for field in extract.fields if field.name != "id"]
    with path.open("wb") as stream:
        stream.write(head[:-1] + b',"features":[')
        separator = b"\n"
        for chunk in extract.chunks():
            texts = shapely.to_geojson(cut(np.asarray(chunk.shapes, dtype=object)))
            for key, row, text in zip(chunk.ids, chunk.rows(), texts, strict=True):
                body = {
                    "type": "Feature",
                    "id": key,
                    "geometry": None if text is None else orjson.Fragment(text),
                    "properties": {name: plain(row[name]) for name in names},
                }
                stream.write(separator + orjson.dumps(body))
                separator = b",\n"
        stream.write(b"\n]}\n")
