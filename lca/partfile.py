"""A file that is being fetched: the part that has come, and notes of where from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Note:
    """What is known of a fetched file, or of the part of one that has come."""

    address: str
    etag: str | None = None
    modified: str | None = None
    size: int = 0
    sha256: str = ""
    checked: str | None = None

    @property
    def validator(self) -> str | None:
        """What names these very bytes; a weak ETag does not."""
        return self.etag if self.etag and not self.etag.startswith("W/") else self.modified


@dataclass(frozen=True, slots=True)
class PartFile:
    """The place of a file, and what lies beside it.

    ``x.fetched.json`` says where the file came from and what the server said of it; ``x.part``
    and ``x.part.json`` are there until it is whole.
    """

    path: Path

    @property
    def part(self) -> Path:
        """What has come so far."""
        return self.path.with_name(self.path.name + ".part")

    @property
    def _part_note(self) -> Path:
        return self.path.with_name(self.path.name + ".part.json")

    @property
    def _note(self) -> Path:
        return self.path.with_name(self.path.name + ".fetched.json")

    def begin(self, note: Note) -> None:
        """Note what the coming part is of."""
        _write(self._part_note, note)

    def forget(self) -> None:
        """Throw away what has come."""
        self.part.unlink(missing_ok=True)
        self._part_note.unlink(missing_ok=True)

    def finish(self, note: Note) -> None:
        """Put the part, which is whole, in the place of the file."""
        self.part.replace(self.path)
        self._part_note.unlink(missing_ok=True)
        _write(self._note, note)

    def whole(self, address: str) -> Note | None:
        """Return the note of the file, if it is still what was fetched from that address."""
        note = _read(self._note)
        if note is None or note.address != address or not self.path.is_file():
            return None
        same = self.path.stat().st_size == note.size and digest(self.path) == note.sha256
        return note if same else None

    def partial(self, address: str) -> tuple[int, Note] | None:
        """Return the size and note of a part, if a server can be asked for the rest of it."""
        note = _read(self._part_note)
        if note is None or note.address != address or not note.validator:
            return None
        size = self.part.stat().st_size if self.part.is_file() else 0
        return (size, note) if size else None


def digest(path: Path, kind: str = "sha256") -> str:
    """Return the digest of a file's bytes, as hex."""
    with path.open("rb") as stream:
        new = hashlib.new(kind, usedforsecurity=False)
        while block := stream.read(1024 * 1024):
            new.update(block)
    return new.hexdigest()


def _read(path: Path) -> Note | None:
    try:
        return Note(**json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None  # none, or not ours: the file is fetched anew


def _write(path: Path, note: Note) -> None:
    path.write_text(json.dumps(asdict(note)), encoding="utf-8")
