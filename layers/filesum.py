"""The sha256 of a file that is made again when it is damaged, kept beside it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from .objects import move_durably, temporary_beside

_SUFFIX = ".sha256"


def keep_sum(path: Path, content: Path) -> None:
    """Note the sum of a file's content under the name that the file has or is about to get."""
    target = _beside(path)
    temporary = temporary_beside(target)
    try:
        temporary.write_text(sum_of(content), encoding="ascii")
        move_durably(temporary, target)
    finally:
        temporary.unlink(missing_ok=True)


def is_as_kept(path: Path) -> bool | None:
    """Tell whether a file is as it was when its sum was kept; None if no sum of it was kept."""
    try:
        kept = _beside(path).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return None
    return kept == sum_of(path)


def sum_of(path: Path) -> str:
    """Return the sha256 (hexadecimal) of a file, read piece by piece."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _beside(path: Path) -> Path:
    return path.with_name(path.name + _SUFFIX)
