"""Constraints of a what-if file: a GeoJSON FeatureCollection in the constraints layer's words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import orjson
import shapely

from lca.constraint import Constraint
from lca.errors import UnreadableFile
from lca.record import from_row

_MAX_BYTES = 5_000_000


def read_hypothesis(path: Path | None) -> tuple[Constraint, ...]:
    """Return the constraints of a what-if file, or none without a file.

    Raises
    ------
    UnreadableFile
        If it is not a GeoJSON FeatureCollection, or larger than 5 MB.
    InvalidInput
        If a feature does not make a valid constraint.
    """
    if path is None:
        return ()
    if path.stat().st_size > _MAX_BYTES:
        raise UnreadableFile("The what-if file is larger than 5 MB.", where=path.name)
    try:
        body = orjson.loads(path.read_bytes())
        features = [_row(number, feature) for number, feature in enumerate(body["features"], 1)]
    except (ValueError, KeyError, TypeError, shapely.errors.ShapelyError) as error:
        raise UnreadableFile(
            "The file is not a GeoJSON FeatureCollection.",
            where=path.name,
            do_next="Export the features from QGIS as GeoJSON (RFC 7946).",
        ) from error
    return tuple(from_row(Constraint, row) for row in features)


def _row(number: int, feature: dict[str, Any]) -> dict[str, Any]:
    geometry = feature.get("geometry")
    return {
        "id": feature.get("id") or f"what-if-{number}",
        "name": f"What-if {number}",
        **(feature.get("properties") or {}),
        "geometry": shapely.from_geojson(orjson.dumps(geometry)) if geometry else None,
    }
