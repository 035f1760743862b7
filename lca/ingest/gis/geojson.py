"""What is checked of a GeoJSON file before GDAL reads it, and the variants that are made plain."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from lca.errors import MissingCrs, UnreadableFile
from lca.ingest.limits import Limits
from lca.ingest.selfstatement import body_of_geojson
from lca.ingest.texts import one_line

_RECORD_SEPARATOR = "\x1e"


def plain_geojson(path: Path, limits: Limits) -> tuple[Path, Any]:
    """Return a file that GDAL reads as one collection, and what it holds.

    Features one a line (newline-delimited, with or without RFC 8142's separators) are copied into
    a collection beside the file.

    Raises
    ------
    UnreadableFile
        If it is JSON of another format, or has too many columns.
    MissingCrs
        If it names a CRS that nobody knows.
    """
    _check_counts(path.read_bytes(), limits)
    body = body_of_geojson(path)
    if body is None:
        features = _features_by_line(path, limits)
        if features is not None:
            body = {"type": "FeatureCollection", "features": features}
            path = path.with_name("lines.geojson")
            path.write_text(json.dumps(body), encoding="utf-8")
    _refuse_other_formats(body)
    _check_columns(body, limits)
    _check_named_crs(body)
    return path, body


def _check_counts(text: bytes, limits: Limits) -> None:
    """Refuse what is far too much before it is parsed, which takes ten times its size of memory.

    Each feature names its type, and each position stands in brackets of its own.
    """
    features = text.count(b'"Feature"')
    if features > 2 * limits.rows:
        raise UnreadableFile(
            f"The file has {features} features; the reader accepts {limits.rows}.",
            do_next="Split it.",
        )
    if text.count(b"[") > 2 * limits.vertices + 8 * limits.rows:
        raise UnreadableFile(
            f"The geometries have more than {limits.vertices} corners.",
            do_next="Simplify them in QGIS, or split the file.",
        )


def _features_by_line(path: Path, limits: Limits) -> list[Any] | None:
    """Return the features that a file has one a line; None if it is no such file."""
    features: list[Any] = []
    with path.open(encoding="utf-8-sig", errors="replace") as stream:
        for line in stream:
            text = line.strip().removeprefix(_RECORD_SEPARATOR)
            if not text:
                continue
            try:
                feature = json.loads(text)
            except (ValueError, RecursionError):
                return None
            if not isinstance(feature, dict) or feature.get("type") != "Feature":
                return None
            features.append(feature)
            if len(features) > limits.rows:
                raise UnreadableFile(
                    f"The file has more than {limits.rows} features.", do_next="Split it."
                )
    return features or None


def _refuse_other_formats(body: Any) -> None:
    if not isinstance(body, dict):
        return
    if isinstance(body.get("features"), list) and "type" not in body and "geometryType" in body:
        raise UnreadableFile(
            "The file is Esri JSON, which ArcGIS writes, not GeoJSON.",
            do_next="Export it as GeoJSON (f=geojson at an ArcGIS service), or as a Shapefile.",
        )
    if body.get("type") == "Topology":
        raise UnreadableFile(
            "The file is TopoJSON, not GeoJSON.", do_next="Export it as GeoJSON or GeoPackage."
        )


def _check_columns(body: Any, limits: Limits) -> None:
    """Refuse a file of very many columns before GDAL, which takes minutes to make them."""
    features = body.get("features") if isinstance(body, dict) else None
    names: set[str] = set()
    for feature in features if isinstance(features, list) else ():
        properties = feature.get("properties") if isinstance(feature, dict) else None
        names.update(properties if isinstance(properties, dict) else ())
        if len(names) >= limits.columns:
            raise UnreadableFile(
                f"The file has more than {limits.columns - 1} columns.",
                do_next="Delete those that the layer does not have.",
            )


def _check_named_crs(body: Any) -> None:
    """Refuse a CRS that nobody knows: GDAL would read the coordinates as degrees."""
    stated = body.get("crs") if isinstance(body, dict) else None
    properties = stated.get("properties") if isinstance(stated, dict) else None
    name = properties.get("name") if isinstance(properties, dict) else None
    if not isinstance(name, str):
        return
    import pyproj  # noqa: PLC0415 - heavy, and few files name one

    try:
        pyproj.CRS.from_user_input(name)
    except pyproj.exceptions.CRSError as error:
        raise MissingCrs(
            f"The coordinate reference system {one_line(name)!r} is not known.",
            do_next="Export the layer again from QGIS in EPSG:4326.",
        ) from error
