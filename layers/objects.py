"""Files named by the sha256 of their content, written so that a crash leaves none half made."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from lca.errors import StoreUnavailable


class ObjectStore:
    """Content-addressed files under one folder: ``ab/abcdef…``.

    An object is durable and whole before its name exists: temporary file, fsync, rename, fsync
    of the folder. Nothing is ever overwritten with other content.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, digest: str) -> Path:
        """Return where an object of that sha256 (hexadecimal) lies, whether or not it exists."""
        return self.folder / digest[:2] / digest

    def holds(self, digest: str) -> bool:
        """Tell whether the object is there."""
        return self.path(digest).is_file()

    def put(self, content: bytes) -> str:
        """Write the content durably, if it is not there yet, and return its sha256.

        Raises
        ------
        StoreUnavailable
            If it cannot be written, as on a full disk; then nothing of it is there.
        """
        digest = hashlib.sha256(content).hexdigest()
        target = self.path(digest)
        with writing(target):
            if target.is_file():
                # Collectors take it for one just written; another user's file may not be touched.
                with suppress(PermissionError):
                    os.utime(target)
                # Another process may have given it its name just now, and not synced it yet.
                sync_folder(target.parent)
            else:
                make_folder(target.parent)
                write_durably(target, content)
        return digest

    def get(self, digest: str) -> bytes:
        """Return an object's bytes.

        Raises
        ------
        StoreUnavailable
            If it is missing, unreadable, or its bytes are not those that were written.
        """
        try:
            content = self.path(digest).read_bytes()
        except OSError as error:
            raise _damaged(digest, "cannot be read") from error
        if hashlib.sha256(content).hexdigest() != digest:
            raise _damaged(digest, "is damaged: its bytes are not those that were written")
        return content


@contextmanager
def writing(target: Path) -> Iterator[None]:
    """Turn the system's refusal to write into an error that says what to do."""
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(
            f"The store cannot be written ({error.strerror or error}).",
            where=str(target),
            do_next="Free space on the disk, or make the folder writable; nothing was changed.",
        ) from error


def make_folder(folder: Path) -> None:
    """Make a folder and its parents durably."""
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for child in reversed(missing):
        child.mkdir(exist_ok=True)
        sync_folder(child.parent)


def write_durably(target: Path, content: bytes) -> None:
    """Write a file so that its name appears only once its bytes are on the disk."""
    temporary = temporary_beside(target)
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        move_durably(temporary, target)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


def move_durably(temporary: Path, target: Path) -> None:
    """Give a file that is on the disk its final name, durably."""
    temporary.replace(target)
    sync_folder(target.parent)


def temporary_beside(target: Path) -> Path:
    """Return a name in the same folder that nobody else uses and no reader looks for."""
    return target.with_name(f".{target.name[:16]}.{secrets.token_hex(8)}.tmp")


def sync_file(path: Path) -> None:
    """Wait until a file's bytes are on the disk."""
    with path.open("rb+") as stream:
        os.fsync(stream.fileno())


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on the disk."""
    if os.name == "nt":  # Windows has no handle of a folder to sync; NTFS journals names itself.
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _damaged(digest: str, what: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"The stored object {digest[:12]} {what}.",
        do_next="Restore it from a backup; nothing is answered from it until then.",
    )
