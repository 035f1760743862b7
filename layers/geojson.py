"""Rows as GeoJSON features (RFC 7946)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from lca.instant import format_instant


def feature(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return a row (see :func:`lca.table.rows_of`) as a feature; *not known* is null."""
    return {
        "type": "Feature",
        "id": row["id"],
        "geometry": geometry_of(row.get("geometry")),
        "properties": {
            name: plain(value) for name, value in row.items() if name not in {"id", "geometry"}
        },
    }


def geometry_of(geometry: BaseGeometry | None) -> dict[str, Any] | None:
    """Return a geometry (EPSG:4326, longitude first) as a GeoJSON object."""
    if geometry is None:
        return None
    body: dict[str, Any] = json.loads(shapely.to_geojson(geometry))
    return body


def plain(value: Any) -> Any:
    """Return a cell as JSON holds it: instants as text, several numbers as a list."""
    if isinstance(value, datetime):
        return format_instant(value)
    if isinstance(value, BaseGeometry):
        return geometry_of(value)
    return list(value) if isinstance(value, tuple) else value
