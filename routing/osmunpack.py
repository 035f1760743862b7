"""Unpack compressed OSM XML into a folder, and give up on what is no OSM file."""

from __future__ import annotations

import bz2
import gzip
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path

from lca.errors import UnreadableFile

MOST_TIMES_LARGER = 400
"""OSM XML shrinks 10 to 30 times, files made to do harm thousands of times."""
ALWAYS_ALLOWED_BYTES = 64 * 2**20
_BLOCK_BYTES = 2**20
_OPENERS: Mapping[str, Callable[[Path], bz2.BZ2File | gzip.GzipFile]] = {
    ".bz2": bz2.BZ2File,
    ".gz": gzip.GzipFile,
}


def unpacked(path: Path, folder: Path) -> Path:
    """Return the path of plain XML in the folder, or the path itself if it is not compressed.

    Parameters
    ----------
    path : Path
        ``.osm.bz2``, ``.osm.gz`` or any other OSM file.
    folder : Path
        Where to write; there must be room for up to 400 times the size of the file.

    Raises
    ------
    UnreadableFile
        If the file is damaged, unpacks to far more than map data do, or to what is no XML.
    """
    opener = _OPENERS.get(path.suffix.lower())
    if opener is None:
        return path
    most = max(ALWAYS_ALLOWED_BYTES, MOST_TIMES_LARGER * path.stat().st_size)
    target, size = folder / "unpacked.osm", 0
    try:
        with opener(path) as packed, target.open("wb") as plain:
            while block := packed.read(_BLOCK_BYTES):
                size += len(block)
                # A tag's value has at most 255 characters: map data open an element often.
                if size > most or (len(block) == _BLOCK_BYTES and b"<" not in block):
                    raise UnreadableFile(
                        f"It unpacks to {size / 2**20:,.0f} MiB and more that are no map data.",
                        where=path.name,
                        do_next="Do not use this file; take the extract from its publisher.",
                    )
                plain.write(block)
    except (EOFError, zlib.error) as error:
        raise OSError(str(error)) from error
    return target
