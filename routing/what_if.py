"""Supposed constraints from a stranger's GeoJSON: bounded, checked, and told by their number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np
import orjson
import shapely

from lca.constraint import Constraint
from lca.errors import InvalidInput, UnreadableFile
from lca.record import fields_of, from_row

from .field_location import has_words

MOST_BYTES = 200_000_000
MOST_FEATURES = 20_000
MOST_CORNERS = 2_000_000
MOST_IN_WORDS = 100
"""Each is followed along the roads around its places: a tenth of a second on a region's."""
# What QGIS adds to a layer, and what our own files say of a record at a moment.
_IGNORED = re.compile(r"(fid|ogc_fid|layer|path|computed_.*)$", re.IGNORECASE)
_KNOWN = frozenset(field.name for field in fields_of(Constraint))


def supposed_constraints(content: bytes, defaults: Mapping[str, Any]) -> tuple[Constraint, ...]:
    """Return the constraints of a GeoJSON FeatureCollection or Feature (RFC 7946, EPSG:4326).

    Parameters
    ----------
    content : bytes
        The file.
    defaults : mapping
        What a feature that does not say it has: its source and date.

    Raises
    ------
    UnreadableFile
        If it is no FeatureCollection, or larger than this product reads.
    InvalidInput
        If a feature makes no constraint, or two have the same id, naming the first such feature.
    """
    if len(content) > MOST_BYTES:
        raise _too_large(f"{MOST_BYTES / 1e6:.0f} MB")
    features = _features(content)
    if len(features) > MOST_FEATURES:
        raise _too_large(f"{MOST_FEATURES:,} features")
    shapes = _shapes(features)
    found: dict[str, Constraint] = {}
    for number, (feature, shape) in enumerate(zip(features, shapes, strict=True), 1):
        try:
            item = from_row(Constraint, {**defaults, **_row(number, feature), "geometry": shape})
        except InvalidInput as error:
            where = f"feature {number}"
            raise InvalidInput(error.what, where=where, do_next=error.do_next) from error
        if item.id in found:
            raise InvalidInput(
                f"Two of the supposed constraints have the id {item.id!r:.80}.",
                where=f"feature {number}",
                do_next="Give each constraint of the hypothesis its own id.",
            )
        found[item.id] = item
    if sum(map(has_words, found.values())) > MOST_IN_WORDS:
        raise _too_large(f"{MOST_IN_WORDS} locations in words")
    return tuple(found.values())


def _features(content: bytes) -> list[Any]:
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise _no_collection(f"it is no JSON: {error}") from error
    if isinstance(body, dict) and body.get("type") == "Feature":
        return [body]
    if isinstance(body, dict) and ("coordinates" in body or "geometries" in body):
        raise _no_collection(
            "it is a geometry alone, which says nothing of what to suppose there",
            'Wrap it: {"type": "Feature", "properties": {"effect": "closed"}, "geometry": …}.',
        )
    features = body.get("features") if isinstance(body, dict) else None
    if not isinstance(features, list):
        raise _no_collection("it has no list of features")
    if not all(isinstance(feature, dict) for feature in features):
        raise _no_collection("it holds something that is no feature")
    return features


def _shapes(features: list[dict[str, Any]]) -> list[Any]:
    """Return the geometries, read at once: one by one takes ten times as long."""
    texts = [
        None if feature.get("geometry") is None else orjson.dumps(feature["geometry"]).decode()
        for feature in features
    ]
    shapes = shapely.from_geojson(np.array(texts, dtype=object), on_invalid="ignore")
    corners = int(shapely.get_num_coordinates(shapes).sum())
    if corners > MOST_CORNERS:
        raise _too_large(f"{MOST_CORNERS:,} corners")
    bounds = shapely.bounds(shapes)
    given = np.array([text is not None for text in texts], dtype=bool)
    # NaN, as of what could not be read or is empty, is inside nothing.
    inside = (np.abs(bounds[:, [0, 2]]) <= 180).all(axis=1) & (np.abs(bounds[:, [1, 3]]) <= 90).all(
        axis=1
    )
    wrong = np.flatnonzero(given & ~inside)
    if len(wrong):
        raise InvalidInput(
            "Its geometry cannot be read, is empty, or lies outside longitude -180…180, "
            "latitude -90…90.",
            where=f"feature {wrong[0] + 1}",
            do_next="Give a GeoJSON geometry with longitude first, in decimal degrees.",
        )
    invalid = np.flatnonzero(given & ~shapely.is_valid(shapes))
    if len(invalid):
        raise InvalidInput(
            f"Its geometry is not valid: {shapely.is_valid_reason(shapes[invalid[0]])}.",
            where=f"feature {invalid[0] + 1}",
            do_next="Draw its outline again without crossing.",
        )
    return list(shapes)


def _row(number: int, feature: Mapping[str, Any]) -> dict[str, Any]:
    """Return the feature's values; a misspelt property is refused, for a limit must not vanish."""
    stated = feature.get("properties")
    properties = {} if stated is None else stated
    if not isinstance(properties, dict):
        raise InvalidInput(
            "Its properties are no object.", do_next="Compare it with RFC 7946, section 3.2."
        )
    nested = [name for name in properties if isinstance(properties[name], dict)]
    if nested:
        raise InvalidInput(
            f"{nested[0]!r:.60} holds a structure, not a value.", do_next="Give a plain value."
        )
    unknown = [name for name in properties if not (name in _KNOWN or _IGNORED.match(name))]
    if unknown:
        raise InvalidInput(
            f"A constraint has no {unknown[0]!r:.60}.",
            do_next="Spell it as the constraints layer does, or take the column out.",
        )
    own = {name: properties[name] for name in _KNOWN if properties.get(name) is not None}
    key = feature.get("id")
    given = {} if key is None else {"id": str(key)}
    return {"id": f"what-if-{number}", "name": f"What-if {number}", **given, **own}


def _no_collection(
    why: str, do_next: str = "Export the features from QGIS as GeoJSON (RFC 7946)."
) -> UnreadableFile:
    return UnreadableFile(f"The file is not a GeoJSON FeatureCollection: {why}.", do_next=do_next)


def _too_large(limit: str) -> UnreadableFile:
    return UnreadableFile(
        f"A hypothesis of more than {limit} is not read.",
        do_next="Leave out what does not concern the question.",
    )
