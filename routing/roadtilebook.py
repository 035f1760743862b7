"""The tiles of a store's graph builds: read where they are, made beside the service where not."""

from __future__ import annotations

import multiprocessing
import os
import threading
from collections import OrderedDict
from multiprocessing.context import SpawnProcess
from pathlib import Path

from layers.store import Store
from layers.tiles.archive import TileArchive
from layers.tiles.making import sole_maker
from layers.tiles.packing import Packed
from layers.tiles.pyramid import Progress
from layers.tiles.versiontiles import being_made
from lca.errors import NotFound

from .build_store import load_network
from .roadtiles import road_tiles_path, write_road_tiles

_OPEN_ARCHIVES = 4
MADE_AT_ONCE = 1_000_000
"""Builds whose shapes take no more bytes are tiled while the asker waits, less than a second."""
_POLITENESS = 10
"""A country takes minutes of a processor, which answers need more."""


class RoadTiles:
    """Archives of the roads of graph builds, by digest; safe between threads."""

    def __init__(self, store: Store) -> None:
        self._builds = store.builds_dir
        self._artefacts = store.root / "artefacts"
        self._open: OrderedDict[str, TileArchive] = OrderedDict()
        self._lock = threading.Lock()
        self._makers: dict[str, SpawnProcess] = {}

    def archive(self, digest: str) -> TileArchive:
        """Return the tiles of a build.

        Raises
        ------
        NotFound
            If the store holds no build of that digest.
        BeingMade
            While they are being made, in a process of their own that the first asking starts.
        """
        with self._lock:
            found = self._open.get(digest)
            if found is not None:
                self._open.move_to_end(digest)
                return found
        path = self._path(digest)
        if not path.is_file():
            if self._size(digest) > MADE_AT_ONCE:
                self._start(digest, path)
                raise being_made("roads")
            self.make(digest)
        opened = TileArchive(path)
        with self._lock:
            kept = self._open.setdefault(digest, opened)
            while len(self._open) > _OPEN_ARCHIVES:
                # Not closed here: another thread may be about to read from it.
                self._open.popitem(last=False)
        return kept

    def is_made(self, digest: str) -> bool:
        """Tell whether the tiles of a build are there."""
        return self._path(digest).is_file()

    def make(self, digest: str, progress: Progress | None = None) -> Packed:
        """Write the tiles of a build here and now, whether or not they are there.

        Raises
        ------
        NotFound, StoreUnavailable
            If there is no such build, or it is damaged, or the disk is full.
        """
        network = load_network(self._builds / digest)
        return write_road_tiles(network, self._path(digest), progress)

    def _path(self, digest: str) -> Path:
        # alnum also keeps a path of dots and slashes from leaving the folder
        if not digest.isalnum() or not (self._builds / digest).is_dir():
            raise NotFound(
                f"There is no graph build {digest!r}.",
                where="build",
                do_next="An answer's provenance and /readyz name the current build.",
            )
        return road_tiles_path(self._artefacts, digest)

    def _size(self, digest: str) -> int:
        return (self._builds / digest / "points.arrow").stat().st_size

    def _start(self, digest: str, path: Path) -> None:
        with self._lock:
            maker = self._makers.get(digest)
            if maker is not None and maker.is_alive():
                return
            context = multiprocessing.get_context("spawn")
            maker = context.Process(
                target=_make_alone, args=(self._builds / digest, path), daemon=True
            )
            maker.start()
            self._makers[digest] = maker


def _make_alone(build: Path, path: Path) -> None:
    """Make tiles in a process of its own, behind everything else that the machine has to do."""
    if hasattr(os, "nice"):
        os.nice(_POLITENESS)
    with sole_maker(path) as mine:
        if mine and not path.is_file():
            write_road_tiles(load_network(build), path)
