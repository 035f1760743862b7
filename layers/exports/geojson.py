"""GeoJSON (RFC 7946), a feature a line: no ``crs``, outer rings anticlockwise, nothing across 180°."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import orjson
import shapely

from layers.geojson import plain

from .antimeridian import cut
from .extract import CHUNK, Extract


def write(extract: Extract, path: Path) -> None:
    """Write the rows as a feature collection whose further members are the terms."""
    head = orjson.dumps({"type": "FeatureCollection", **extract.terms})
    ids = iter(extract.frame.index)
    names = [field.name for field in extract.fields if field.name != "id"]
    with path.open("wb") as stream:
        stream.write(head[:-1] + b',"features":[')
        for number, chunk in enumerate(extract.chunks()):
            start = number * CHUNK
            shapes = extract.frame.geometry.to_numpy()[start : start + CHUNK]
            texts = shapely.to_geojson(cut(np.asarray(shapes, dtype=object)))
            for index, (row, text) in enumerate(zip(chunk, texts, strict=True)):
                body = {
                    "type": "Feature",
                    "id": next(ids),
                    "geometry": None if text is None else orjson.Fragment(text),
                    "properties": {name: plain(row[name]) for name in names},
                }
                separator = b",\n" if start + index else b"\n"
                stream.write(separator + orjson.dumps(body))
        stream.write(b"\n]}\n")
