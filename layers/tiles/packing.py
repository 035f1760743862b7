"""Write a PMTiles archive, whole and durable or not at all."""

from __future__ import annotations

import gzip
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from pmtiles.tile import Compression, Entry, TileType
from pmtiles.writer import finalize_header

from layers.objects import make_folder, move_durably, sync_file, temporary_beside, writing
from lca.geo import BBox

_LEVEL = 6


@dataclass(frozen=True, slots=True)
class Packed:
    """What was written: tiles, bytes, and the size of the largest tile, gzipped."""

    tiles: int
    size_bytes: int
    largest_bytes: int


def pack(
    path: Path, tiles: Iterable[tuple[int, bytes]], box: BBox, metadata: Mapping[str, Any]
) -> Packed:
    """Write tiles, in the order of their numbers, to an archive that appears only when it is whole.

    A crash leaves a temporary file beside it, which nobody reads.

    Raises
    ------
    StoreUnavailable
        If it cannot be written, as on a full disk.
    """
    with writing(path):
        make_folder(path.parent)
        data, whole = temporary_beside(path), temporary_beside(path)
        try:
            with data.open("wb") as stream:
                entries, packed = _spooled(stream, tiles)
            with whole.open("wb") as target, data.open("rb") as source:
                for part in _head(entries, packed, box, metadata):
                    target.write(part)
                shutil.copyfileobj(source, target)
            sync_file(whole)
            size = whole.stat().st_size
            move_durably(whole, path)
        finally:
            data.unlink(missing_ok=True)
            whole.unlink(missing_ok=True)
    return Packed(packed.tiles, size, packed.largest_bytes)


def _spooled(stream: IO[bytes], tiles: Iterable[tuple[int, bytes]]) -> tuple[list[Entry], Packed]:
    """Write the tiles' bytes one after the other; equal neighbours once."""
    entries: list[Entry] = []
    offset, largest, count, before = 0, 0, 0, b""
    for number, tile in tiles:
        count += 1
        last = entries[-1] if entries else None
        if last is not None and tile == before and last.tile_id + last.run_length == number:
            last.run_length += 1
            continue
        content = gzip.compress(tile, _LEVEL, mtime=0)
        entries.append(Entry(number, offset, len(content), 1))
        stream.write(content)
        offset, before, largest = offset + len(content), tile, max(largest, len(content))
    return entries, Packed(count, offset, largest)


def _head(
    entries: list[Entry], packed: Packed, box: BBox, metadata: Mapping[str, Any]
) -> tuple[bytes, ...]:
    if not entries:
        # An archive names its zooms by its tiles, so that of nothing holds the empty tile of all.
        entries = [Entry(0, 0, 0, 1)]
    header: dict[str, Any] = {
        "tile_compression": Compression.GZIP,
        "tile_type": TileType.MVT,
        "min_lon_e7": round(box.west * 1e7),
        "min_lat_e7": round(box.south * 1e7),
        "max_lon_e7": round(box.east * 1e7),
        "max_lat_e7": round(box.north * 1e7),
    }
    in_order = True
    parts: tuple[bytes, ...] = finalize_header(  # type: ignore[no-untyped-call]
        header,
        packed.tiles,
        entries,
        len(entries),
        dict(metadata),
        in_order,
        packed.size_bytes,
    )
    return parts
