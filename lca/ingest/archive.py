"""Open a zip archive only after its table of contents has been found harmless.

Nothing is ever extracted by name. Python's ``zipfile`` never yields more bytes of an entry than
its table of contents states, and checks the CRC, so a table that lies makes the entry unreadable
instead of endless.
"""

from __future__ import annotations

import errno
import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from lca.errors import UnreadableFile

from .limits import Limits

# Small entries of XML reach any ratio; only a large one can hurt.
_RATIO_MATTERS_ABOVE = 1024 * 1024
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    UnicodeDecodeError,
    lzma.LZMAError,
    EOFError,
    NotImplementedError,
    RuntimeError,
    struct.error,
)
_END_OF_DIRECTORY = b"PK\x05\x06"
_LONGEST_END = 65_557
# On average, of its name and notes: some ten times what the programs of the field write.
_LONGEST_ENTRY = 1_024
_NESTED = (".zip", ".gz", ".7z", ".rar", ".bz2", ".xz", ".tar", ".tgz")


@contextmanager
def open_archive(path: Path, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """Open a zip archive for reading.

    Raises
    ------
    UnreadableFile
        If the file is not a zip, is damaged, or would unpack to more than the limits allow.
    """
    _check_directory(path, limits)
    try:
        with zipfile.ZipFile(path) as archive:
            _inspect(archive.infolist(), limits)
            yield archive
    except _DAMAGE as error:
        raise _damaged(error) from error
    except OSError as error:
        # A table of contents may send the reader to before the file's start; bz2 has no own error.
        if error.errno not in {errno.EINVAL, None}:
            raise
        raise _damaged(error) from error


def _damaged(error: Exception) -> UnreadableFile:
    return UnreadableFile(
        f"The file is damaged or is not a zip archive ({error}).",
        do_next="Open it in Excel or QGIS and save it again.",
    )


def _check_directory(path: Path, limits: Limits) -> None:
    """Read from the archive's end how long its directory is, before an entry of it is looked at."""
    with path.open("rb") as stream:
        size = stream.seek(0, 2)
        start = max(0, size - _LONGEST_END)
        stream.seek(start)
        tail = stream.read()
        at = tail.rfind(_END_OF_DIRECTORY)
        if at < 0 or len(tail) < at + 22:
            msg = "The file is not a zip archive, or its end is missing."
            raise UnreadableFile(
                msg, do_next="Check that the file was copied whole, and save it again as .xlsx."
            )
        claims = [struct.unpack_from("<HI", tail, at + 10)]
        # The 64-bit end stands where its locator says, or right before it: readers differ.
        place, locator = start + at - 20, tail[at - 20 : at] if at >= 20 else b""
        if locator.startswith(b"PK\x06\x07"):
            for where in (struct.unpack_from("<Q", locator, 8)[0], place - 56):
                stream.seek(min(max(where, 0), size))
                end = stream.read(56)
                if len(end) == 56 and end.startswith(b"PK\x06\x06"):
                    claims.append(struct.unpack_from("<QQ", end, 32))
    for entries, length in claims:
        if entries > limits.archive_entries and (entries, len(claims)) != (0xFFFF, 2):
            raise _too_much(f"{entries} entries")
        if length > limits.archive_entries * _LONGEST_ENTRY and length != 0xFFFFFFFF:
            raise _too_much(f"a directory of {length / 1e6:.0f} MB")


def _inspect(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.archive_entries:
        raise _too_much(f"{len(entries)} entries")
    names: set[str] = set()
    for entry in entries:
        _check_name(entry, names)
        if entry.flag_bits & 0x1:
            msg = "The file is protected by a password."
            raise UnreadableFile(msg, do_next="Save it without a password.")
        ratio = entry.file_size / max(entry.compress_size, 1)
        if entry.file_size > _RATIO_MATTERS_ABOVE and ratio > limits.compression_ratio:
            raise _too_much(f"a part that unpacks to {ratio:.0f} times its size")
    total = sum(entry.file_size for entry in entries)
    if total > limits.unpacked_bytes:
        raise _too_much(f"{total / 1e6:.0f} MB of unpacked content")


def _check_name(entry: zipfile.ZipInfo, names: set[str]) -> None:
    name = entry.filename.replace("\\", "/")
    parts = name.split("/")
    if name.startswith("/") or ".." in parts or ":" in parts[0]:
        msg = "An entry of the archive points outside of it."
        raise UnreadableFile(msg, do_next="Do not use this file; ask its sender for another.")
    if "\0" in entry.orig_filename:
        msg = "The name of an entry of the archive holds a character that no name has."
        raise UnreadableFile(msg, do_next="Do not use this file; ask its sender for another.")
    if stat.S_ISLNK(entry.external_attr >> 16):
        msg = "An entry of the archive is a link to another file."
        raise UnreadableFile(msg, do_next="Put the file itself into the archive.")
    if name.lower() in names:
        msg = "Two entries of the archive have the same name."
        raise UnreadableFile(msg, do_next="Save the file again with Excel or QGIS.")
    names.add(name.lower())
    if name.lower().endswith(_NESTED):
        msg = "The archive holds another archive."
        raise UnreadableFile(msg, do_next="Unpack it and send the inner file alone.")


def _too_much(what: str) -> UnreadableFile:
    return UnreadableFile(
        f"The file holds {what}, which is more than the reader accepts.",
        do_next="Delete unused sheets, empty formatted rows and pictures, and save it again.",
    )
