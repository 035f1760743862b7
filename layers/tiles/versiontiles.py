"""The tiles of a layer's version: made once a version and clearance, and read from then on.

A reader's tiles hold what the reader's clearance reaches and nothing else: there is an archive for
each sensitivity that the version's records have, and a clearance reads the one of the highest
that it reaches. A reader who sees no more than the public reads the same archive as the public.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import lru_cache
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from layers.release import Release
from layers.sensitivity import label, visible_rows
from layers.spec import LayerSpec
from layers.store import Store
from lca.errors import BeingMade
from lca.geo import BBox
from lca.record import Field
from lca.vocab import Sensitivity

from .archive import TileArchive
from .making import sole_maker
from .mercator import WORLD_BITS, to_degrees
from .mvt import Column
from .packing import Packed, pack
from .pyramid import Progress, Zooms, pyramid
from .shapes import Shapes, apart, extent_of

LAST_ZOOM = 13
MADE_AT_ONCE = 20_000
"""Up to so many records are tiled while the asker waits, less than a second."""
_SPARE = 5_000
"""A layer of so few records is shown whole at every zoom: nothing of it may vanish."""
_MOST_AREA_TILES = 20_000
_OPEN_ARCHIVES = 16
_KEPT_LEVELS = 256


class VersionTiles:
    """Tiles of the versions of one store; safe between threads."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._levels = lru_cache(maxsize=_KEPT_LEVELS)(self._level)
        self._open: OrderedDict[Path, TileArchive] = OrderedDict()
        self._lock = threading.Lock()
        self._makers: dict[Path, threading.Thread] = {}

    def archive(self, release: Release, clearance: Sensitivity) -> TileArchive:
        """Return the archive of a release as a clearance sees it; a small one is made if need be.

        Whether the release has been withdrawn is asked when it is looked up, not here.

        Raises
        ------
        BeingMade
            While a large one is being made, which begins with the first asking.
        """
        level = self.level(release, clearance)
        path = self.path(release, level)
        with self._lock:
            found = self._open.get(path)
            if found is not None:
                self._open.move_to_end(path)
                return found
        if not path.is_file():
            self._make_soon(release, level, path)
        opened = TileArchive(path)
        with self._lock:
            kept = self._open.setdefault(path, opened)
            while len(self._open) > _OPEN_ARCHIVES:
                # Not closed here: another thread may be about to read from it.
                self._open.popitem(last=False)
        return kept

    def level(self, release: Release, clearance: Sensitivity) -> Sensitivity:
        """Return the highest sensitivity of what a clearance sees in a release."""
        return self._levels(release.version, clearance)

    def path(self, release: Release, level: Sensitivity) -> Path:
        """Return where the archive of a release and a sensitivity lies."""
        return self._store.root / "artefacts" / release.version / f"tiles-{level.value}.pmtiles"

    def make(
        self, release: Release, clearance: Sensitivity, progress: Progress | None = None
    ) -> Packed:
        """Write the archive of a release as a clearance sees it, whether or not it is there."""
        level = self.level(release, clearance)
        frame = self._store.frame(release.version)
        spec = self._store.specs[release.layer]
        shown = frame[visible_rows(frame, level)]
        return write_version_tiles(spec, shown, self.path(release, level), progress)

    def _level(self, version: str, clearance: Sensitivity) -> Sensitivity:
        frame = self._store.frame(version)
        return label(frame[visible_rows(frame, clearance)])

    def _make_soon(self, release: Release, level: Sensitivity, path: Path) -> None:
        """Make an archive while the asker waits, or begin to and refuse if that takes long."""
        if release.feature_count <= MADE_AT_ONCE:
            self.make(release, level)
            return
        with self._lock:
            maker = self._makers.get(path)
            if maker is None or not maker.is_alive():
                maker = threading.Thread(
                    target=self._make_alone, args=(release, level, path), daemon=True
                )
                self._makers = {
                    known: thread for known, thread in self._makers.items() if thread.is_alive()
                }
                self._makers[path] = maker
                maker.start()
        raise being_made(release.layer)

    def _make_alone(self, release: Release, level: Sensitivity, path: Path) -> None:
        with sole_maker(path) as mine:
            if mine and not path.is_file():
                self.make(release, level)


def being_made(where: str) -> BeingMade:
    """Return the error of tiles that are not there yet."""
    return BeingMade(
        "The tiles are being made.",
        where=where,
        do_next="Ask again in a minute; lca tiles build makes them beforehand.",
    )


def write_version_tiles(
    spec: LayerSpec, frame: gpd.GeoDataFrame, path: Path, progress: Progress | None = None
) -> Packed:
    """Write rows of a layer (EPSG:4326) as an archive of tiles; all of the rows are told.

    A feature's properties are its id, its name and the columns of codes. Of a small layer every
    feature is seen at every zoom; of a large one a line or area shorter than a quarter of a pixel
    is not.
    """
    shapes = version_shapes(spec, frame)
    west, north, east, south = extent_of(shapes)
    corners = to_degrees(np.array([[west, south], [east, north]]))
    zooms = Zooms(0, _last_zoom(shapes))
    metadata = {
        "name": spec.title,
        "description": spec.caveat,
        "attribution": spec.attribution,
        "vector_layers": [
            {
                "id": spec.name,
                "fields": {field.name: field.title for field in shown_fields(spec)},
                "minzoom": zooms.first,
                "maxzoom": zooms.last,
            }
        ],
    }
    box = BBox(*corners.ravel().tolist())
    return pack(path, pyramid(shapes, zooms, progress), box, metadata)


def version_shapes(spec: LayerSpec, frame: gpd.GeoDataFrame) -> Shapes:
    """Return a layer's rows as what is to be tiled."""
    found = apart(np.asarray(frame.geometry.to_numpy(), dtype=object))
    count = len(frame)
    return Shapes(
        spec.name,
        tuple(_column(frame, field) for field in shown_fields(spec)),
        np.zeros(count, np.int64),
        None,
        np.full(count, count <= _SPARE),
        points=found.points,
        lines=found.lines,
        areas=found.areas,
        area_row=found.area_row,
    )


def shown_fields(spec: LayerSpec) -> tuple[Field, ...]:
    """Return the columns that tiles carry: id, name, those of codes, and that of the legend."""
    wanted = {"id", "name", spec.style.field}
    return tuple(field for field in spec.fields if field.name in wanted or field.type == "code")


def _column(frame: gpd.GeoDataFrame, field: Field) -> Column:
    codes, values = pd.factorize(frame[field.name].astype(object), sort=False)
    return Column(field.name, codes.astype(np.int64), [_plain(value) for value in values])


def _plain(value: object) -> str | float | bool:
    return value if isinstance(value, str | float | bool) else str(value)


def _last_zoom(shapes: Shapes) -> int:
    """Return the last zoom: earlier for large areas, whose inside would fill millions of tiles."""
    if not len(shapes.areas):
        return LAST_ZOOM
    bounds = shapely.bounds(shapes.areas)
    sides = bounds[:, 2:] - bounds[:, :2]
    for zoom in range(LAST_ZOOM, 0, -1):
        size = 1 << (WORLD_BITS - zoom)
        if float((sides / size + 1).prod(axis=1).sum()) <= _MOST_AREA_TILES:
            return zoom
    return 0
