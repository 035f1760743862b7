"""The canonical form of a layer's rows, and the identity that follows from it.

What is hashed is what is stored: a table is normalised first, and its digest, its file and
everything that is served come from the normalised rows. The rules:

* rows sorted by id; ids unique, not blank;
* text in Unicode NFC without white space around it, as a record reads it; blank text is
  *not known*; *not known* is left out of the row;
* numbers finite, no negative zero, written as Python's shortest round-trip representation;
* instants floored to the millisecond, because GeoPackage and JavaScript hold no more;
* geometries in EPSG:4326, two dimensions, 7 decimals (about 1 cm), outer rings anticlockwise.

A row's digest is the sha256 of its canonical JSON, a part's that of its rows' digests in order,
and a version's id that of its manifest, which lists the parts (cut as ``layers.cuts`` says). Neither time, author, parent nor file bytes enter it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from json.encoder import encode_basestring
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lca.errors import InvalidInput
from lca.geo import STORAGE_CRS
from lca.record import Field, FieldType

from . import cuts, parts
from .content import Part, Snapshot
from .normal import normal_order, normalise
from .spec import LayerKind, LayerSpec

__all__ = ["FORMAT", "Snapshot", "manifest_of", "row_digests", "snapshot_of", "snapshot_of_parts"]

FORMAT = "lca-layer/1"


def snapshot_of(spec: LayerSpec, frame: gpd.GeoDataFrame, *, exercise: bool) -> Snapshot:
    """Normalise a table and give it its identity, part by part so that memory stays bounded.

    Parameters
    ----------
    spec : LayerSpec
        The layer that the rows belong to.
    frame : GeoDataFrame
        Rows of the layer's record class, in any order and any CRS.
    exercise : bool
        Whether the version is marked as exercise data.

    Raises
    ------
    InvalidInput
        If rows have no or equal ids, words that are not in the vocabulary, or coordinates that
        are not finite or out of range; or if rows of a table have a place.
    MissingCrs
        If the table does not say its CRS.
    """
    if len(frame) <= cuts.RULE.whole:
        normal = _normal(spec, frame)
        snapshot = snapshot_of_parts(spec, [_part(spec, normal)], exercise=exercise)
        snapshot.keep_frame(normal)
        return snapshot
    order, ids = normal_order(frame, spec.fields, where=spec.title)
    made = []
    for begin, end in cuts.ranges(ids):
        part = _part(spec, _normal(spec, frame.iloc[order[begin:end]]))
        part.hold_packed()
        made.append(part)
    return snapshot_of_parts(spec, made, exercise=exercise)


def snapshot_of_parts(spec: LayerSpec, made: Sequence[Part], *, exercise: bool) -> Snapshot:
    """Return parts that are cut as ``layers.cuts`` says, and in order, as a content."""
    manifest = manifest_of(spec, made, exercise=exercise)
    return Snapshot(spec.name, spec.fields, tuple(made), manifest, exercise)


def row_digests(frame: gpd.GeoDataFrame, fields: Sequence[Field]) -> tuple[str, ...]:
    """Return the sha256 (hexadecimal) of each row of a normalised table."""
    return tuple(hashlib.sha256(text.encode()).hexdigest() for text in _texts(frame, fields))


def manifest_of(spec: LayerSpec, made: Sequence[Part], *, exercise: bool) -> bytes:
    """Return the manifest as canonical JSON bytes.

    Where there are several parts, each says the id that it begins with.
    """
    body = {
        "format": FORMAT,
        "layer": spec.name,
        "crs": STORAGE_CRS,
        "licence": spec.licence,
        "exercise": exercise,
        "schema": [
            {"name": field.name, "type": field.type, "unit": field.unit} for field in spec.fields
        ],
        "parts": [
            {"digest": part.digest, "rows": part.rows}
            | ({"first": part.first} if len(made) > 1 else {})
            for part in made
        ],
    }
    text = json.dumps(
        body, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )
    return text.encode()


def _normal(spec: LayerSpec, frame: gpd.GeoDataFrame) -> gpd.GeoDataFrame:
    normal = normalise(frame, spec.fields, where=spec.title)
    if spec.kind is LayerKind.TABLE and normal.geometry.notna().any():
        raise InvalidInput(
            "The rows of a table have no place.",
            where=spec.title,
            do_next="Leave the location out.",
        )
    return normal


def _part(spec: LayerSpec, normal: gpd.GeoDataFrame) -> Part:
    digests = row_digests(normal, spec.fields)
    return Part.of(parts.table_of(normal, digests, spec.fields), spec.fields)


def _texts(frame: gpd.GeoDataFrame, fields: Sequence[Field]) -> Iterator[str]:
    """Yield each row as canonical JSON: keys sorted, no white space, the unknown left out.

    Written column by column, because a dict and a call of ``json`` a row take four times as long.
    """
    columns = {field.name: _members(field, frame[field.name]) for field in fields}
    shapes = shapely.to_wkb(
        frame.geometry.to_numpy(), hex=True, byte_order=1, output_dimension=2
    ).tolist()
    columns["geometry"] = _named("geometry", shapes, encode_basestring)
    known = [columns[name] for name in sorted(columns) if columns[name] is not None]
    for members in zip(*known, strict=True):
        yield "{" + ",".join(filter(None, members)) + "}"


def _members(field: Field, column: pd.Series[Any]) -> list[str | None] | None:
    """Return ``"name":value`` for each cell, None for what is not known; None if nothing is."""
    gone = column.isna().to_numpy()
    if gone.all():
        return None
    if field.type == "instant":
        moments = column.dt.tz_localize(None).to_numpy().astype("datetime64[ms]")
        values = np.char.add(np.datetime_as_string(moments), "Z").astype(object)
    else:
        values = np.array(column, dtype=object)
    values[gone] = None
    return _named(field.name, values.tolist(), _WRITTEN[field.type])


def _named(name: str, values: Iterable[Any], written: Callable[[Any], str]) -> list[str | None]:
    prefix = f"{encode_basestring(name)}:"
    return [None if value is None else prefix + written(value) for value in values]


def _integers(values: tuple[int, ...]) -> str:
    return "[" + ",".join(map(int.__repr__, values)) + "]"


# What ``json`` writes for each type of value.
_WRITTEN: dict[FieldType, Callable[[Any], str]] = {
    "text": encode_basestring,
    "code": encode_basestring,
    "instant": encode_basestring,
    "integer": int.__repr__,
    "number": float.__repr__,
    "boolean": lambda value: "true" if value else "false",
    "integers": _integers,
}
