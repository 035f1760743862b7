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
and a version's id that of its manifest. Neither time, author, parent nor file bytes enter it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lca.errors import InvalidInput
from lca.geo import STORAGE_CRS
from lca.record import Field

from .normal import normalise
from .spec import LayerKind, LayerSpec

FORMAT = "lca-layer/1"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The content of one version: its normalised rows, a digest of each, and the manifest.

    ``frame`` is a typed table in EPSG:4326 sorted by id; treat it as immutable.
    """

    layer: str
    frame: gpd.GeoDataFrame
    row_digests: tuple[str, ...]
    manifest: bytes
    exercise: bool

    @property
    def version(self) -> str:
        """The version id: sha256 of the manifest, hexadecimal."""
        return hashlib.sha256(self.manifest).hexdigest()

    @property
    def feature_count(self) -> int:
        """How many rows it has."""
        return len(self.row_digests)


def snapshot_of(spec: LayerSpec, frame: gpd.GeoDataFrame, *, exercise: bool) -> Snapshot:
    """Normalise a table and give it its identity.

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
    normal = normalise(frame, spec.fields, where=spec.title)
    if spec.kind is LayerKind.TABLE and normal.geometry.notna().any():
        raise InvalidInput(
            "The rows of a table have no place.",
            where=spec.title,
            do_next="Leave the location out.",
        )
    digests = row_digests(normal, spec.fields)
    manifest = manifest_of(spec, digests, exercise=exercise)
    return Snapshot(spec.name, normal, digests, manifest, exercise)


def row_digests(frame: gpd.GeoDataFrame, fields: Sequence[Field]) -> tuple[str, ...]:
    """Return the sha256 (hexadecimal) of each row of a normalised table."""
    texts = [_json(row) for row in _canonical_rows(frame, fields)]
    return tuple(hashlib.sha256(text.encode()).hexdigest() for text in texts)


def manifest_of(spec: LayerSpec, digests: Sequence[str], *, exercise: bool) -> bytes:
    """Return the manifest as canonical JSON bytes."""
    part = {"digest": hashlib.sha256("".join(digests).encode()).hexdigest(), "rows": len(digests)}
    body = {
        "format": FORMAT,
        "layer": spec.name,
        "crs": STORAGE_CRS,
        "licence": spec.licence,
        "exercise": exercise,
        "schema": [
            {"name": field.name, "type": field.type, "unit": field.unit} for field in spec.fields
        ],
        "parts": [part],
    }
    return _json(body).encode()


def _json(body: dict[str, Any]) -> str:
    return json.dumps(
        body, ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
    )


def _canonical_rows(frame: gpd.GeoDataFrame, fields: Sequence[Field]) -> list[dict[str, Any]]:
    columns = {field.name: _canonical_column(field, frame[field.name]) for field in fields}
    columns["geometry"] = shapely.to_wkb(
        frame.geometry.to_numpy(), hex=True, byte_order=1, output_dimension=2
    ).tolist()
    names = tuple(columns)
    return [
        {name: value for name, value in zip(names, values, strict=True) if value is not None}
        for values in zip(*columns.values(), strict=True)
    ]


def _canonical_column(field: Field, column: pd.Series[Any]) -> list[Any]:
    if field.type == "instant":
        moments = column.dt.tz_localize(None).to_numpy().astype("datetime64[ms]")
        texts = np.datetime_as_string(moments).tolist()
        return [None if text == "NaT" else f"{text}Z" for text in texts]
    values = column.to_numpy(dtype=object).tolist()
    return [None if gone else value for value, gone in zip(values, pd.isna(column), strict=True)]
