"""Look through OSM XML before it is parsed, unpack what is compressed, and give up on harmful files.

No XML parser runs in the serving process; this is for the process that makes a graph build. The
parser refuses entities, but takes time with the square of a token's length: so long ones are none.
"""

from __future__ import annotations

import bz2
import gzip
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from lca.errors import UnreadableFile

MOST_TIMES_LARGER = 400
"""OSM XML shrinks 10 to 30 times, files made to do harm thousands of times."""
ALWAYS_ALLOWED_BYTES = 64 * 2**20
BLOCK_BYTES = 2**20

_OPENERS: Mapping[str, Callable[[Path], BinaryIO | bz2.BZ2File | gzip.GzipFile]] = {
    ".bz2": bz2.BZ2File,
    ".gz": gzip.GzipFile,
}
_TWO_BYTE_MARKS = (b"\xff\xfe", b"\xfe\xff")


def plain_xml(path: Path, folder: Path) -> Path:
    """Return the path of looked-through, plain XML: the file itself, or its content in the folder.

    Parameters
    ----------
    path : Path
        ``.osm``, ``.osm.bz2`` or ``.osm.gz``.
    folder : Path
        Where to unpack; there must be room for up to 400 times the size of the file.

    Raises
    ------
    UnreadableFile
        If it unpacks to far more than map data do, or holds what no OSM file does.
    OSError
        If it is damaged.
    """
    opener = _OPENERS.get(path.suffix.lower())
    if opener is None:
        with path.open("rb") as plain:
            for _ in _looked_through(plain, path.name):
                pass
        return path
    most = max(ALWAYS_ALLOWED_BYTES, MOST_TIMES_LARGER * path.stat().st_size)
    target, size = folder / "unpacked.osm", 0
    try:
        with opener(path) as packed, target.open("wb") as unpacked:
            for block in _looked_through(packed, path.name):
                size += len(block)
                if size > most:
                    raise _harmful(f"It unpacks to more than {size / 2**20:,.0f} MiB", path.name)
                unpacked.write(block)
    except (EOFError, zlib.error) as error:
        raise OSError(str(error)) from error
    return target


def _looked_through(stream: BinaryIO | bz2.BZ2File | gzip.GzipFile, name: str) -> Iterator[bytes]:
    """Yield the blocks of an XML file in which no token is much longer than a block."""
    first, tail = True, b""
    while block := stream.read(BLOCK_BYTES):
        if first and (b"\0" in block[:4] or block[:2] in _TWO_BYTE_MARKS):
            raise _harmful("It is XML in another encoding than UTF-8", name)
        # A tag's value has at most 255 characters: map data open an element often.
        if len(block) == BLOCK_BYTES and b"<" not in block:
            raise _harmful("It holds a stretch of a million bytes without an element", name)
        # Outside comments and the like, XML has no "<!" and no "<?".
        if b"<!" in (seen := tail + block) or b"<?" in seen:
            seen = _without_head(seen) if first else seen
            if b"<!" in seen or b"<?" in seen:
                raise _harmful("It has a DOCTYPE, or a comment amid the data", name)
        first, tail = False, block[-1:]
        yield block


def _without_head(text: bytes) -> bytes:
    """Return a file's beginning without its XML declaration and the comments before the data."""
    text = text.removeprefix(b"\xef\xbb\xbf").lstrip()
    if text.startswith(b"<?xml "):
        _, _, text = text.partition(b"?>")
    while text.lstrip().startswith(b"<!--") and b"-->" in text:
        _, _, text = text.partition(b"-->")
    return text


def _harmful(what: str, name: str) -> UnreadableFile:
    return UnreadableFile(
        f"{what}: these are no map data.",
        where=name,
        do_next="Do not use this file; take the extract from its publisher.",
    )
