"""Read tiles from a PMTiles archive, its directories parsed once and kept.

The library's own reader unpacks and parses a directory of thousands of entries at every look-up,
which takes it some 20 ms.
"""

from __future__ import annotations

import gzip
import json
import os
import threading
import weakref
import zlib
from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pmtiles.tile import (
    Compression,
    MagicNumberNotFound,
    SpecVersionUnsupported,
    TileType,
    deserialize_directory,
    deserialize_header,
    zxy_to_tileid,
)

from lca.errors import StoreUnavailable
from lca.geo import BBox

_HEADER_BYTES = 127
_DEEPEST = 4
_KEPT_DIRECTORIES = 64


@dataclass(frozen=True, slots=True)
class _Directory:
    """Entries in columns: a look-up is one bisection."""

    first: list[int]
    count: list[int]
    offset: list[int]
    length: list[int]


class TileArchive:
    """One open archive of gzipped vector tiles; safe between threads.

    Raises
    ------
    StoreUnavailable
        If the file is missing or is no such archive.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        try:
            self._file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        except OSError as error:
            raise _unreadable(path, str(error.strerror)) from error
        self._closer = weakref.finalize(self, os.close, self._file)
        self._lock = threading.Lock()
        self._leaves: OrderedDict[int, _Directory] = OrderedDict()
        try:
            self._header = deserialize_header(self._read(0, _HEADER_BYTES))
            self._root = self._directory(self._header["root_offset"], self._header["root_length"])
        except (
            OSError,
            ValueError,
            IndexError,
            MagicNumberNotFound,
            SpecVersionUnsupported,
        ) as error:
            raise _unreadable(path, str(error) or "it is no PMTiles archive") from error
        if (self._header["tile_compression"], self._header["tile_type"]) != (
            Compression.GZIP,
            TileType.MVT,
        ):
            raise _unreadable(path, "its tiles are no gzipped vector tiles")

    @property
    def min_zoom(self) -> int:
        """The first zoom that has tiles."""
        return int(self._header["min_zoom"])

    @property
    def max_zoom(self) -> int:
        """The last zoom that has tiles."""
        return int(self._header["max_zoom"])

    @property
    def tile_count(self) -> int:
        """How many tiles hold something."""
        return int(self._header["addressed_tiles_count"])

    @property
    def box(self) -> BBox:
        """Where the tiles lie."""
        names = ("min_lon_e7", "min_lat_e7", "max_lon_e7", "max_lat_e7")
        west, south, east, north = (self._header[name] / 1e7 for name in names)  # type: ignore[literal-required]
        return BBox(west, south, east, north)

    @property
    def metadata(self) -> dict[str, Any]:
        """What the archive says of itself, as TileJSON has it."""
        raw = self._read(self._header["metadata_offset"], self._header["metadata_length"])
        body: dict[str, Any] = json.loads(gzip.decompress(raw))
        return body

    def tile(self, zoom: int, x: int, y: int) -> bytes | None:
        """Return a tile, gzipped, or None if nothing lies there."""
        if not self.min_zoom <= zoom <= self.max_zoom or not (0 <= x < 1 << zoom > y >= 0):
            return None
        number = zxy_to_tileid(zoom, x, y)
        directory = self._root
        for _ in range(_DEEPEST):
            place = bisect_right(directory.first, number) - 1
            if place < 0:
                return None
            count, offset = directory.count[place], directory.offset[place]
            if count:
                if number >= directory.first[place] + count:
                    return None
                return self._read(
                    self._header["tile_data_offset"] + offset, directory.length[place]
                )
            directory = self._leaf(offset, directory.length[place])
        raise _unreadable(self._path, "its directories are nested too deep")

    def fault(self) -> str | None:
        """Return what is damaged, found by reading every tile, or None if all are whole."""
        waiting = [self._root]
        try:
            while waiting:
                directory = waiting.pop()
                for count, offset, length in zip(
                    directory.count, directory.offset, directory.length, strict=True
                ):
                    if not count:
                        waiting.append(self._leaf(offset, length))
                    elif length:
                        gzip.decompress(
                            self._read(self._header["tile_data_offset"] + offset, length)
                        )
        except (StoreUnavailable, OSError, EOFError, zlib.error) as error:
            return str(error)
        return None

    def close(self) -> None:
        """Close the file."""
        self._closer()

    def _leaf(self, offset: int, length: int) -> _Directory:
        with self._lock:
            kept = self._leaves.get(offset)
            if kept is not None:
                self._leaves.move_to_end(offset)
                return kept
        try:
            found = self._directory(self._header["leaf_directory_offset"] + offset, length)
        except (OSError, ValueError, IndexError) as error:
            raise _unreadable(self._path, str(error)) from error
        with self._lock:
            self._leaves[offset] = found
            while len(self._leaves) > _KEPT_DIRECTORIES:
                self._leaves.popitem(last=False)
        return found

    def _directory(self, offset: int, length: int) -> _Directory:
        entries = deserialize_directory(self._read(offset, length))
        return _Directory(
            [entry.tile_id for entry in entries],
            [entry.run_length for entry in entries],
            [entry.offset for entry in entries],
            [entry.length for entry in entries],
        )

    def _read(self, offset: int, length: int) -> bytes:
        if hasattr(os, "pread"):
            content = os.pread(self._file, length, offset)
        else:  # Windows has no read at a place.
            with self._lock:
                os.lseek(self._file, offset, os.SEEK_SET)
                content = os.read(self._file, length)
        if len(content) != length:
            raise _unreadable(self._path, "it is cut short")
        return content


def _unreadable(path: Path, why: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"An archive of tiles cannot be read: {why}.",
        where=path.name,
        do_next="Delete the folder artefacts of the store; it is made again.",
    )
