"""Take in an upload: copy it within bounds, know its digest, and name it in errors."""

from __future__ import annotations

import hashlib
import os
import tomllib
from pathlib import Path

from lca.errors import InvalidInput, UnreadableFile

from .limits import Limits

_BLOCK = 1024 * 1024


def receive(path: Path, target: Path, limits: Limits) -> str:
    """Copy the upload, so that what is hashed is what is read; return its sha256."""
    digest, size = hashlib.sha256(), 0
    try:
        with path.open("rb") as source, target.open("wb") as copy:
            _check_size(path, os.fstat(source.fileno()).st_size, limits)
            while block := source.read(_BLOCK):
                size += len(block)
                _check_size(path, size, limits)
                digest.update(block)
                copy.write(block)
    except OSError as error:
        raise UnreadableFile(
            f"The file cannot be opened ({error.strerror}).",
            where=path.name,
            do_next="Check its name and permissions.",
        ) from error
    if size == 0:
        raise UnreadableFile("The file is empty.", where=path.name, do_next="Send it again.")
    return digest.hexdigest()


def _check_size(path: Path, size: int, limits: Limits) -> None:
    if size > limits.upload_bytes:
        raise UnreadableFile(
            f"The file is larger than {limits.upload_bytes / 1e6:.0f} MB.",
            where=path.name,
            do_next="Split it, or delete pictures and unused sheets.",
        )


def sidecar_states(path: Path, sha256: str) -> bool:
    """Tell whether a sidecar beside the file states its digest, as for all our own data."""
    sidecar = path.with_name(f"{path.name}.toml")
    if not sidecar.is_file():
        return False
    return bool(tomllib.loads(sidecar.read_text(encoding="utf-8")).get("sha256") == sha256)


def with_place(error: InvalidInput, filename: str) -> InvalidInput:
    """Return the error with the file's name in front of its place."""
    where = f"{filename}, {error.where}" if error.where else filename
    placed = type(error)(error.what, where=where, do_next=error.do_next, details=error.details)
    for note in getattr(error, "__notes__", ()):
        placed.add_note(note)
    return placed
