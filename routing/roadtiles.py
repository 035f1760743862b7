"""The roads of a graph build as vector tiles: number, class and, where it is written, the name.

They are made once a build and kept for ever: what constraints do to the roads travels apart
(:mod:`routing.statussnapshot`), so that a new version costs a reader kilobytes.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from layers.tiles.mercator import to_world
from layers.tiles.mvt import Column
from layers.tiles.packing import Packed, pack
from layers.tiles.pyramid import Progress, Zooms, pyramid
from layers.tiles.shapes import Runs, Shapes
from lca.geo import BBox

from .lines import PER_DEGREE
from .network import RoadNetwork
from .segments import Segments

LAYER = "roads"
ZOOMS = Zooms(0, 13)
FIRST_ZOOM: Mapping[str, int] = {
    "motorway": 0,
    "trunk": 0,
    "primary": 4,
    "ferry": 5,
    "secondary": 6,
    "tertiary": 10,
    "unclassified": 11,
    "road": 11,
    "track": 12,
    "residential": 13,
    "living_street": 13,
}
"""From which zoom on a class is drawn; a link one later than its class."""
OTHERS_FROM = 13
NAMED_FROM: Mapping[str, int] = {"motorway": 11, "trunk": 11, "primary": 12, "secondary": 12}
"""From which zoom on a map writes the names of a class, which tiles hold from then on only."""
UNNAMED = "other"
_CHUNK = 1_000_000


def road_tiles_path(artefacts: Path, digest: str) -> Path:
    """Return where the tiles of a build lie among a store's artefacts."""
    return artefacts / digest / "roads.pmtiles"


def write_road_tiles(network: RoadNetwork, path: Path, progress: Progress | None = None) -> Packed:
    """Write a build's roads as an archive of tiles, zooms 0 to 13.

    The features of the layer ``roads`` have the number of their segment as id (ids of segments
    are long, and a build never changes), the property ``class``, OSM's ``highway``, and from the
    zoom on at which maps write it, ``name``.

    Raises
    ------
    StoreUnavailable
        If it cannot be written.
    """
    shapes = road_shapes(network.segments)
    metadata = {
        "name": f"Roads of {network.info.name}",
        "attribution": network.info.attribution,
        "vector_layers": [
            {
                "id": LAYER,
                "fields": {"class": "OSM highway", "name": "Name of the road"},
                "minzoom": ZOOMS.first,
                "maxzoom": ZOOMS.last,
            }
        ],
    }
    return pack(path, pyramid(shapes, ZOOMS, progress), BBox(*network.info.bbox), metadata)


def road_shapes(segments: Segments) -> Shapes:
    """Return the segments as what is to be tiled; the longest of each class is never left out."""
    classes = segments.texts["highway"]
    words = [*classes.values, UNNAMED]
    code = np.where(classes.codes < 0, len(words) - 1, classes.codes).astype(np.int64)
    first = np.array([first_zoom(word) for word in words])
    present = np.unique(code)
    # The most important roads that there are show where the operation is, at any zoom.
    first[present[first[present] == first[present].min()]] = ZOOMS.first
    longest = np.lexsort((segments.length_m, code))[
        np.searchsorted(np.sort(code), present, side="right") - 1
    ]
    steadfast = np.zeros(len(segments), np.bool_)
    steadfast[longest] = True
    count = np.arange(len(segments), dtype=np.int64)
    names = segments.texts["name"]
    named = np.array([NAMED_FROM.get(word, ZOOMS.last) for word in words])
    return Shapes(
        LAYER,
        (
            Column("class", code, words),
            Column("name", names.codes.astype(np.int64), names.values, named[code]),
        ),
        first[code],
        count,
        steadfast,
        lines=Runs(_world(segments.lines.e7), segments.lines.offsets, count),
    )


def first_zoom(highway: str) -> int:
    """Return the zoom from which on a class of road is drawn."""
    stem = highway.removesuffix("_link")
    return min(FIRST_ZOOM.get(stem, OTHERS_FROM) + (stem != highway), ZOOMS.last)


def _world(e7: NDArray[np.int32]) -> NDArray[np.int32]:
    """Return positions on the world's grid; a country's at once would take gigabytes."""
    world = np.empty((len(e7), 2), np.int32)
    for start in range(0, len(e7), _CHUNK):
        world[start : start + _CHUNK] = to_world(e7[start : start + _CHUNK] / PER_DEGREE)
    return world
