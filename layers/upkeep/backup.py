"""A whole store as one file, taken while others write, and back into a folder.

The catalogue is copied first, in one read transaction (SQLite's backup). What it names was on the
disk before it was named and is never changed, so the objects and graph builds may be copied after
it, however much is published meanwhile. Artefacts are left out: they are made again.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from layers.catalogue import Catalogue
from layers.database import Database
from layers.location import CATALOGUE_NAME, Location
from layers.objects import (
    ObjectStore,
    make_folder,
    move_durably,
    sync_file,
    sync_folder,
    temporary_beside,
    writing,
)
from layers.spec import LayerSpec
from layers.tables import metadata, seal
from lca.errors import StoreUnavailable, UnreadableFile, UsageError
from lca.instant import format_instant

from .catalogue_check import check_file, connect
from .doctor import CheckBuild, examine, require_store
from .package import Package, PackageWriter, open_package, write_package

KIND = "backup"
FORMAT = "lca-backup/1"

_NAME = re.compile(
    r"catalogue\.sqlite|objects/(?P<fold>[0-9a-f]{2})/(?P=fold)[0-9a-f]{62}"
    r"|builds/[0-9A-Za-z]{1,128}/[0-9A-Za-z][0-9A-Za-z._-]{0,127}"
)


@dataclass(frozen=True, slots=True)
class Backup:
    """What a backup holds: when it was taken, and how much."""

    path: Path
    taken_at: str
    objects: int
    builds: int
    heads: Mapping[str, int]
    size: int

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "path": str(self.path),
            "taken_at": self.taken_at,
            "objects": self.objects,
            "builds": self.builds,
            "heads": dict(self.heads),
            "bytes": self.size,
        }


def back_up(
    place: Location | Path, out: Path, *, now: datetime, check_build: CheckBuild | None = None
) -> Backup:
    """Write everything that cannot be made again from a store's folder into one file.

    Raises
    ------
    NotFound
        If there is no store in the folder.
    UsageError
        If the file exists already.
    StoreUnavailable
        If something that is to be kept is damaged or cannot be written; no file is left then.
    """
    location = Location.of(place)
    require_store(location)
    root = location.folder
    about: dict[str, Any] = {"format": FORMAT, "taken_at": format_instant(now)}
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / CATALOGUE_NAME
        about["heads"] = _copy_catalogue(location, copy)
        with write_package(out, KIND, about) as package:
            package.add_file(CATALOGUE_NAME, copy)
            _add_objects(package, ObjectStore(root / "objects"), copy)
            _add_builds(package, root / "builds", copy, check_build)
    names = list(package.files)
    return Backup(
        path=out,
        taken_at=about["taken_at"],
        objects=sum(name.startswith("objects/") for name in names),
        builds=len({name.split("/")[1] for name in names if name.startswith("builds/")}),
        heads=about["heads"],
        size=out.stat().st_size,
    )


def restore(
    backup: Path,
    target: Path,
    *,
    specs: Mapping[str, LayerSpec] | None = None,
    check_build: CheckBuild | None = None,
) -> Backup:
    """Make a store of a backup; it gets its name once the doctor has found all of it whole.

    Raises
    ------
    UsageError
        If there is something at the target already.
    UnreadableFile
        If the backup was cut short, changed, or is none.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise UsageError(
            f"{target} is not empty.", do_next="Restore into a new folder; then use that one."
        )
    fresh = temporary_beside(target.absolute())
    with open_package(backup, KIND) as package, writing(target):
        about = _about(package)
        try:
            _unpack(package, fresh)
            Catalogue.open(fresh / CATALOGUE_NAME).close()
            _require_whole(fresh, specs, check_build)
            _settle(fresh / CATALOGUE_NAME)
            if target.is_dir():
                target.rmdir()
            move_durably(fresh, target.absolute())
        finally:
            shutil.rmtree(fresh, ignore_errors=True)
        names = package.names
    return Backup(
        path=target,
        taken_at=str(about.get("taken_at")),
        objects=sum(name.startswith("objects/") for name in names),
        builds=len({name.split("/")[1] for name in names if name.startswith("builds/")}),
        heads=about.get("heads", {}),
        size=backup.stat().st_size,
    )


def _copy_catalogue(location: Location, target: Path) -> dict[str, int]:
    """Copy the catalogue as it is at one moment into a file, and return its heads."""
    try:
        if location.server is None:
            _copy_file(location.folder / CATALOGUE_NAME, target)
        else:
            _copy_rows(location.database, target)
        _settle(target)
        copied = connect(target)
        try:
            faults = list(check_file(copied, target))
            heads = dict(copied.execute("SELECT layer, number FROM head ORDER BY layer"))
        finally:
            copied.close()
    except sqlite3.Error as error:
        raise _unsound(str(error)) from error
    if faults:
        raise _unsound(faults[0].what)
    return heads


def _copy_file(source: Path, target: Path) -> None:
    reader, writer = connect(source), sqlite3.connect(target)
    try:
        reader.backup(writer)
    finally:
        reader.close()
        writer.close()


def _copy_rows(source: Database, target: Path) -> None:
    """Copy a server's tables into a catalogue of one file, which seals them."""
    server, file = Catalogue(source), Catalogue.open(target)
    try:
        with server.read() as reader, file.write() as writer:
            for table in metadata.sorted_tables:
                rows = [dict(row) for row in reader.execute(sa.select(table)).mappings()]
                if rows and table is not seal:
                    writer.execute(sa.insert(table), rows)
    finally:
        server.close()
        file.close()


def _settle(path: Path) -> None:
    """Let one file hold the whole catalogue, in the journal mode of a store."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()
    sync_file(path)


def _add_objects(package: PackageWriter, objects: ObjectStore, catalogue: Path) -> None:
    query = "SELECT id FROM version UNION SELECT sha256 FROM version_part ORDER BY 1"
    for digest in _column(catalogue, query):
        if not objects.holds(digest):
            raise _unsound(f"object {digest[:12]} is missing")
        found = package.add_file(f"objects/{digest[:2]}/{digest}", objects.path(digest))
        if found != digest:
            raise _unsound(f"object {digest[:12]} is damaged")


def _add_builds(
    package: PackageWriter, folder: Path, catalogue: Path, check: CheckBuild | None
) -> None:
    for digest in _column(catalogue, "SELECT DISTINCT digest FROM build ORDER BY 1"):
        if not (folder / digest).is_dir():
            raise _unsound(f"graph build {digest[:12]} is missing")
        if check is not None:
            check(folder / digest)
        for path in sorted((folder / digest).iterdir()):
            if path.is_file() and not path.name.startswith("."):
                package.add_file(f"builds/{digest}/{path.name}", path)


def _column(catalogue: Path, query: str) -> list[str]:
    connection = connect(catalogue)
    try:
        return [row[0] for row in connection.execute(query)]
    finally:
        connection.close()


def _about(package: Package) -> Mapping[str, Any]:
    about: Mapping[str, Any] = package.about
    if not isinstance(about, dict) or about.get("format") != FORMAT:
        raise UnreadableFile("It is no backup of this product.", do_next="Take another file.")
    strange = [name for name in package.names if not _NAME.fullmatch(name)]
    if strange or CATALOGUE_NAME not in package.names:
        raise UnreadableFile(
            "The backup holds what no store holds: " + ", ".join(map(repr, strange[:3])) + ".",
            do_next="Do not use this file; nothing was restored.",
        )
    return about


def _unpack(package: Package, folder: Path) -> None:
    for name in ("objects", "builds", "artefacts"):
        make_folder(folder / name)
    places = set()
    for name in package.names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        package.copy(name, path)
        places.add(path.parent)
    for place in sorted(places | {folder / "objects", folder / "builds", folder}):
        sync_folder(place)


def _require_whole(
    folder: Path, specs: Mapping[str, LayerSpec] | None, check_build: CheckBuild | None
) -> None:
    findings = examine(folder, specs=specs, check_build=check_build)
    if not findings.clean:
        raise UnreadableFile(
            f"The backup does not make a whole store. {findings.items[0].text()}",
            do_next="Take another backup; nothing was restored.",
        )


def _unsound(why: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"The store is damaged, so no backup was made: {why}.",
        do_next="lca doctor says what is damaged; keep a plain copy of the folder meanwhile.",
    )
