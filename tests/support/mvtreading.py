"""Vector tiles read by an independent decoder, its positions put back on the world's grid."""

from __future__ import annotations

import gzip
from typing import Any

import mapbox_vector_tile
import numpy as np
import shapely

from layers.tiles.archive import TileArchive
from layers.tiles.mercator import WORLD, WORLD_BITS, to_world

Feature = dict[str, Any]


def all_tiles(archive: TileArchive, zoom: int) -> dict[tuple[int, int], list[Feature]]:
    """The features of every tile of a zoom; asks for all that the archive's box touches."""
    found = {}
    box, count = archive.box, 2**zoom
    corners = np.array([[box.west, box.north], [box.east, box.south]])
    (west, north), (east, south) = (to_world(corners) >> (WORLD_BITS - zoom)).tolist()
    for x in range(max(0, west - 1), min(count, east + 2)):
        for y in range(max(0, north - 1), min(count, south + 2)):
            content = archive.tile(zoom, x, y)
            if content:
                found[x, y] = features(gzip.decompress(content))
    return found


def features(tile: bytes) -> list[Feature]:
    """The features of the one layer of a tile."""
    (layer,) = mapbox_vector_tile.decode(tile, default_options={"y_coord_down": True}).values()
    for feature in layer["features"]:
        feature["extent"] = layer["extent"]
    return list(layer["features"])


def in_world(feature: Feature, zoom: int, x: int, y: int) -> Any:
    """The geometry of a feature on the world's grid, where lines of a map are straight."""
    shape = shapely.geometry.shape(feature["geometry"])
    size = WORLD / 2**zoom
    corner = np.array([x, y]) * size
    return shapely.transform(shape, lambda xy: corner + xy / feature["extent"] * size)


def world_of(shape: Any) -> Any:
    """A shape in degrees on the world's grid."""
    return shapely.transform(shape, lambda xy: to_world(xy).astype(float))
