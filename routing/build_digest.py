"""The digest that names a graph build: sha256 over its canonical arrays."""

from __future__ import annotations

import hashlib
import json

import geopandas as gpd
import numpy as np
import shapely
from numpy.typing import NDArray

from .network import FLAG_COLUMNS, NUMBER_COLUMNS, TEXT_COLUMNS

FORMAT = 1
"""Raised whenever the meaning of a build changes, so that old and new builds never share a name."""


def digest_of(
    node_ids: NDArray[np.int64],
    node_lon: NDArray[np.float64],
    node_lat: NDArray[np.float64],
    segments: gpd.GeoDataFrame,
) -> str:
    """Return the sha256 of the network's content, as hex.

    The arrays must be in canonical order and rounded already; neither the machine's byte order
    nor the writer of a file nor the version of a library enters.
    """
    digest = hashlib.sha256(f"lca road network {FORMAT}\n".encode())

    def add(name: str, array: NDArray[np.generic], kind: str) -> None:
        digest.update(f"{name} {kind} {len(array)}\n".encode())
        digest.update(np.ascontiguousarray(array, dtype=kind).tobytes())

    add("node_ids", node_ids, "<i8")
    add("node_lon", node_lon, "<f8")
    add("node_lat", node_lat, "<f8")
    for column, kind in (("osm_way_id", "<i8"), ("u", "<i4"), ("v", "<i4"), ("length_m", "<f8")):
        add(column, segments[column].to_numpy(), kind)
    for column in NUMBER_COLUMNS:
        values = segments[column].to_numpy(np.float64, copy=True)
        values[np.isnan(values)] = np.nan  # one bit pattern for "not tagged"
        add(column, values, "<f8")
    for column in FLAG_COLUMNS:
        add(column, segments[column].to_numpy(), "|b1")
    for column in ("segment_id", *TEXT_COLUMNS):
        text = json.dumps(segments[column].tolist(), ensure_ascii=False, separators=(",", ":"))
        digest.update(f"{column} text {len(text)}\n".encode() + text.encode())
    coordinates, offsets = _lines(segments)
    add("geometry", coordinates.ravel(), "<f8")
    add("geometry_offsets", offsets, "<i8")
    return digest.hexdigest()


def _lines(segments: gpd.GeoDataFrame) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    lines = segments.geometry.to_numpy()
    counts = shapely.get_num_coordinates(lines)
    return shapely.get_coordinates(lines), np.concatenate([[0], np.cumsum(counts)])
