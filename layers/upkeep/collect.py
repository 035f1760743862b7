"""Garbage collection: files that nothing uses any more, and nothing else.

What a release or a draft names, and every graph build, is never collected. An object is collected
when no line of the catalogue names it. A publisher writes objects first and names them afterwards,
so an object may be about to be named; two things keep it:

* an object is deleted only inside a write transaction, after asking once more whether it is named;
  whoever names objects does so in a write transaction too, and looks first whether they are all
  there (``Versions.record``). Either the collector is first, and the publisher is told to try
  again, having published nothing; or the publisher is first, and the collector sees the name.
* so that the first hardly ever happens, only objects that are older than ``age`` are looked at.

Temporary files are older than that only if their writer is dead: a write takes seconds.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from layers.catalogue import Catalogue
from layers.tables import build, version, version_part, withdrawal

SAFE_AGE = timedelta(days=1)

_DIGEST = re.compile(r"[0-9a-f]{64}")
_TEMPORARY = re.compile(r"\..+\.[0-9a-f]{16}\.tmp|\.[0-9A-Za-z]{8,}-\w+")
_FILES_A_TRANSACTION = 200


@dataclass(slots=True)
class Collected:
    """What was, or would be, deleted: how many of each kind, and the bytes that it frees."""

    dry_run: bool
    counts: dict[str, int] = field(
        default_factory=lambda: dict.fromkeys(("objects", "artefacts", "temporary files"), 0)
    )
    size: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {"dry_run": self.dry_run, "deleted": self.counts, "bytes": self.size}

    def as_text(self) -> str:
        """Return it as a sentence."""
        told = ", ".join(f"{count} {kind}" for kind, count in self.counts.items())
        return f"{'Would delete' if self.dry_run else 'Deleted'} {told} ({self.size / 1e6:.1f} MB)."

    def note(self, kind: str, size: int) -> None:
        """Count one more."""
        self.counts[kind] += 1
        self.size += size


def collect(
    root: Path,
    catalogue: Catalogue,
    *,
    now: float,
    age: timedelta = SAFE_AGE,
    dry_run: bool = False,
) -> Collected:
    """Delete what nothing uses from a store's folder.

    Parameters
    ----------
    now : float
        Seconds since 1970 by the clock that dates the files.
    age : timedelta
        Only what has been left alone for so long is deleted.
    dry_run : bool
        Only say what would be deleted.
    """
    found = Collected(dry_run)
    oldest = now - age.total_seconds()
    _collect_objects(root / "objects", catalogue, oldest, found)
    _collect_artefacts(root / "artefacts", catalogue, oldest, found)
    for path in _old(_temporary(root), oldest):
        _delete(path, "temporary files", found)
    return found


def _collect_objects(folder: Path, catalogue: Catalogue, oldest: float, found: Collected) -> None:
    with catalogue.read() as connection:
        named = _named(connection)
    objects = (path for path in folder.glob("??/*") if _DIGEST.fullmatch(path.name))
    unnamed = _old((path for path in objects if path.name not in named), oldest)
    if found.dry_run:
        for path in unnamed:
            _delete(path, "objects", found)
        return
    for begin in range(0, len(unnamed), _FILES_A_TRANSACTION):
        with catalogue.write() as connection:
            named = _named(connection)
            for path in unnamed[begin : begin + _FILES_A_TRANSACTION]:
                if path.name not in named:
                    _delete(path, "objects", found)


def _collect_artefacts(folder: Path, catalogue: Catalogue, oldest: float, found: Collected) -> None:
    """Delete what was made of versions that are withdrawn, or that are not there any more."""
    with catalogue.read() as connection:
        there = set(connection.execute(sa.select(version.c.id)).scalars())
        # Tiles of roads are kept under the digest of their graph build.
        there |= set(connection.execute(sa.select(build.c.digest)).scalars())
        hidden = set(connection.execute(sa.select(withdrawal.c.version)).scalars())
    places = [path for path in folder.glob("*") if _DIGEST.fullmatch(path.name)]
    gone = _old((path for path in places if path.name not in there), oldest)
    for path in (*gone, *(path for path in places if path.name in hidden)):
        _delete(path, "artefacts", found)


def _named(connection: Connection) -> set[str]:
    """Return the objects that the catalogue names: manifests, and files of parts."""
    query = sa.union(sa.select(version.c.id), sa.select(version_part.c.sha256))
    return set(connection.execute(query).scalars())


def _temporary(root: Path) -> Iterator[Path]:
    """Yield what writers leave only if they die: their names begin with a dot."""
    for pattern in (".*", "objects/??/.*", "builds/.*", "artefacts/**/.*"):
        yield from (path for path in root.glob(pattern) if _TEMPORARY.fullmatch(path.name))


def _old(paths: Iterable[Path], oldest: float) -> list[Path]:
    """Return the paths that nobody has changed since a moment, in order."""
    return sorted(path for path in paths if _changed(path) < oldest)


def _changed(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except FileNotFoundError:
        return float("inf")  # Somebody else has deleted or renamed it just now.


def _delete(path: Path, kind: str, found: Collected) -> None:
    folder = path.is_dir() and not path.is_symlink()
    try:
        files = [item for item in path.rglob("*") if item.is_file()] if folder else [path]
        size = sum(item.lstat().st_size for item in files)
        if not found.dry_run:
            if folder:
                shutil.rmtree(path)
            else:
                path.unlink()
    except FileNotFoundError:
        return
    found.note(kind, size)
