"""A sealed zip: files with a list of their sha256, and the sha256 of all of it in the zip's comment.

Any zip tool opens it. Nothing in it is compressed (rows are so already), so it cannot unpack to
more than it weighs. A package that was cut short or changed by one bit is refused before it is
looked into: the comment's digest covers each byte before it, also those that readers of zips skip.
That tells damage, not forgery: who makes a package can seal anything, so names, sizes and the list
are checked as well, and nothing is ever written under a name that the package chose.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from layers.objects import move_durably, sync_file, temporary_beside, writing
from lca.errors import UnreadableFile, UsageError

LIST = "manifest.json"

_CHUNK = 1 << 20
_COMMENT = re.compile(rb"lca ([a-z]{1,16}) sha256=([0-9a-f]{64})")
_MOST_LIST_BYTES = {"bundle": 16 << 20}
_MOST_LIST_BYTES_ELSE = 256 << 20
"""A whole store has more files than the history of one layer."""
_END, _END_64 = b"PK\x05\x06", b"PK\x06\x06"
_LONGEST_TAIL = 22 + 65_535
_LONG_AGO = (1980, 1, 1, 0, 0, 0)


class PackageWriter:
    """Adds files to a package that is being written."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.files: dict[str, dict[str, Any]] = {}

    def add(self, name: str, content: bytes) -> None:
        """Add bytes under a name."""
        with self._entry(name) as stream:
            stream.write(content)
        self._note(name, len(content), hashlib.sha256(content).hexdigest())

    def add_file(self, name: str, path: Path) -> str:
        """Add a file under a name, and return its sha256 as it was read."""
        digest, size = hashlib.sha256(), 0
        with path.open("rb") as source, self._entry(name) as target:
            while chunk := source.read(_CHUNK):
                target.write(chunk)
                digest.update(chunk)
                size += len(chunk)
        self._note(name, size, digest.hexdigest())
        return digest.hexdigest()

    def _entry(self, name: str) -> IO[bytes]:
        return self._archive.open(zipfile.ZipInfo(name, _LONG_AGO), "w", force_zip64=True)

    def _note(self, name: str, size: int, digest: str) -> None:
        self.files[name] = {"bytes": size, "sha256": digest}


class Package:
    """A package that has been found whole; ``about`` is what its writer said of it."""

    def __init__(
        self, archive: zipfile.ZipFile, files: Mapping[str, Mapping[str, Any]], about: Any
    ) -> None:
        self._archive = archive
        self._files = files
        self.about = about

    @property
    def names(self) -> list[str]:
        """The files' names, the list itself not among them."""
        return sorted(self._files)

    def size(self, name: str) -> int:
        """Return how many bytes a file has; 0 if there is none."""
        return int(self._files[name]["bytes"]) if name in self._files else 0

    def read(self, name: str) -> bytes:
        """Return a file's bytes, checked."""
        return b"".join(self._checked(name))

    def copy(self, name: str, target: Path) -> None:
        """Write a file's bytes to a path of the caller's choice, checked and durable."""
        with target.open("xb") as stream:
            for chunk in self._checked(name):
                stream.write(chunk)
            stream.flush()
            os.fsync(stream.fileno())

    def _checked(self, name: str) -> Iterator[bytes]:
        if name not in self._files:
            raise _refused(f"it lacks {name}")
        digest = hashlib.sha256()
        try:
            with self._archive.open(name) as stream:
                while chunk := stream.read(_CHUNK):
                    digest.update(chunk)
                    yield chunk
        except zipfile.BadZipFile as error:
            raise _refused(f"{name} is damaged") from error
        if digest.hexdigest() != self._files[name]["sha256"]:
            raise _refused(f"{name} is not what the list says")


@contextmanager
def write_package(target: Path, kind: str, about: Mapping[str, Any]) -> Iterator[PackageWriter]:
    """Write a package; it gets its name once all of it is on the disk, and only its owner reads it.

    ``about`` is read when the package is closed, so its writer may still fill it meanwhile.

    Raises
    ------
    UsageError
        If the file exists already.
    """
    if target.exists():
        raise UsageError(f"{target.name} exists already.", do_next="Choose another name.")
    temporary = temporary_beside(target)
    with writing(target):
        os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        try:
            with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
                writer = PackageWriter(archive)
                yield writer
                body = {"kind": kind, "about": dict(about), "files": writer.files}
                writer.add(LIST, json.dumps(body, ensure_ascii=False, indent=1).encode())
                archive.comment = _comment(kind, "0" * 64)
            _seal(temporary, kind)
            sync_file(temporary)
            move_durably(temporary, target)
        finally:
            temporary.unlink(missing_ok=True)


@contextmanager
def open_package(path: Path, kind: str) -> Iterator[Package]:
    """Open a package after all of it has been checked.

    Raises
    ------
    UnreadableFile
        If it is not a whole package of that kind, or holds what no package holds.
    """
    try:
        _check_seal(path, kind)
        most = _MOST_LIST_BYTES.get(kind, _MOST_LIST_BYTES_ELSE)
        _require_short_directory(path, most)
        with zipfile.ZipFile(path) as archive:
            body = _list_of(archive, path.stat().st_size, most)
            yield Package(archive, body["files"], body["about"])
    except (zipfile.BadZipFile, NotImplementedError, EOFError, RecursionError) as error:
        raise _refused(str(error)) from error
    except OSError as error:
        raise UnreadableFile(
            f"{path.name} cannot be read ({error.strerror or error}).", do_next="Check its path."
        ) from error


def _seal(path: Path, kind: str) -> None:
    length = len(_comment(kind, "0" * 64))
    with path.open("rb+") as stream:
        digest = _digest_before(stream, length)
        stream.seek(-length, os.SEEK_END)
        stream.write(_comment(kind, digest))


def _check_seal(path: Path, kind: str) -> None:
    with path.open("rb") as stream:
        length = len(_comment(kind, "0" * 64))
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - length))
        comment = _COMMENT.fullmatch(stream.read())
        if comment is None:
            raise _refused(f"it is no {kind}, or its end is missing")
        if comment[1].decode() != kind:
            raise _refused(f"it is a {comment[1].decode()}, not a {kind}")
        if _digest_before(stream, length) != comment[2].decode():
            raise _refused("its bytes are not those that were written")


def _require_short_directory(path: Path, most: int) -> None:
    """Refuse a zip whose directory is so long that to read it takes more memory than there is.

    The end of a zip says how long it is; that of a large one also stands 76 bytes before.
    """
    with path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - _LONGEST_TAIL - 76))
        tail = stream.read()
    end = tail.rfind(_END)
    stated = int.from_bytes(tail[end + 12 : end + 16], "little") if end >= 0 else 0
    large = tail[max(0, end - 76) : max(0, end)]
    if large.startswith(_END_64):
        stated = max(stated % 0xFFFFFFFF, int.from_bytes(large[40:48], "little"))
    if stated > most:
        raise _refused("it lists too many entries")


def _digest_before(stream: IO[bytes], length: int) -> str:
    """Return the sha256 of all but the last ``length`` bytes."""
    left = stream.seek(0, os.SEEK_END) - length
    stream.seek(0)
    digest = hashlib.sha256()
    while left > 0:
        chunk = stream.read(min(_CHUNK, left))
        digest.update(chunk)
        left -= len(chunk)
    return digest.hexdigest()


def _comment(kind: str, digest: str) -> bytes:
    return f"lca {kind} sha256={digest}".encode()


def _list_of(archive: zipfile.ZipFile, size: int, most: int) -> dict[str, Any]:
    """Return the list of files, if the zip holds exactly these and they fit into its bytes."""
    entries = {entry.filename: entry for entry in archive.infolist()}
    plain = all(
        entry.compress_type == zipfile.ZIP_STORED and not entry.flag_bits & 0x1
        for entry in entries.values()
    )
    fits = sum(entry.file_size for entry in archive.infolist()) <= size
    if not plain or not fits or len(entries) != len(archive.infolist()) or LIST not in entries:
        raise _refused("its entries are not those of a package")
    if entries[LIST].file_size > most:
        raise _refused("its list is too long")
    try:
        body: dict[str, Any] = json.loads(archive.read(LIST))
        sizes = {name: file["bytes"] for name, file in body["files"].items()}
        _ = {file["sha256"] for file in body["files"].values()}, body["about"]
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise _refused("its list cannot be read") from error
    if sizes != {name: entry.file_size for name, entry in entries.items() if name != LIST}:
        raise _refused("its list names other files than it holds")
    return body


def _refused(why: str) -> UnreadableFile:
    return UnreadableFile(
        f"The package is refused: {why}.",
        do_next="Copy it again from where it was made, or take another; nothing was changed.",
    )
