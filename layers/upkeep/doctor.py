"""The doctor: reads everything that a store keeps, and names what is damaged and who uses it.

It opens nothing for writing and makes nothing, so it may examine a store that serves. What it
cannot see: bytes of the catalogue file that SQLite does not use (they say nothing), and a
catalogue, objects and all, that somebody put back to an earlier whole state.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import sqlite3
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from layers.catalogue import Catalogue
from layers.location import CATALOGUE_NAME, Location
from layers.objects import ObjectStore
from layers.spec import LayerSpec, load_specs
from lca.errors import LcaError, NotFound, StoreUnavailable

from .artefact_check import check_artefacts
from .catalogue_check import WHERE, Ask, check_file, check_history, connect
from .findings import Finding, Findings, Severity, damaged, note
from .version_check import PartRows, VersionFault, verify_version
from .wal_check import check_log

CheckBuild = Callable[[Path], object]
"""Reads a graph build's folder whole; raises LcaError if it is damaged."""

_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(slots=True)
class _Told:
    """What the catalogue says is there."""

    versions: dict[str, tuple[str, ...]] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    layers: dict[str, str] = field(default_factory=dict)
    withdrawn: set[str] = field(default_factory=set)
    users: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    builds: dict[str, str] = field(default_factory=dict)

    def objects(self) -> dict[str, list[str]]:
        """Return who uses each object, by its sha256."""
        used: dict[str, list[str]] = defaultdict(list)
        for version, files in self.versions.items():
            for digest in (version, *files):
                used[digest] += self.users.get(version) or [f"version {version[:12]}"]
        return used


def examine(
    place: Location | Path,
    *,
    specs: Mapping[str, LayerSpec] | None = None,
    check_build: CheckBuild | None = None,
    contents: bool = True,
) -> Findings:
    """Read a whole store and say what is damaged.

    Parameters
    ----------
    root : Path
        The store's folder.
    check_build : callable, optional
        Reads a graph build; without one only the folders are looked for.
    contents : bool
        Also compute each version's identity from its rows, not only the files' digests.

    Raises
    ------
    NotFound
        If there is no store in the folder.
    """
    location = Location.of(place)
    require_store(location)
    root = location.folder
    known = load_specs() if specs is None else specs
    told = _Told()
    items: list[Finding] = []
    try:
        told = _examine_catalogue(location, items)
    except (sqlite3.Error, OSError, TypeError, UnicodeDecodeError) as error:
        # The last: sqlite3 fails to say an error that names something whose bytes are broken.
        items.append(damaged(f"it cannot be read ({error}).", WHERE))
    except StoreUnavailable as error:
        items.append(damaged(error.what, WHERE))
    # Of a catalogue that is damaged nobody can tell what it does not name.
    sound = not any(item.severity is Severity.DAMAGED for item in items)
    objects = _Objects(root / "objects", told.objects(), sound=sound)
    items += objects.check()
    if contents:
        items += _check_versions(told, objects, known)
    items += _check_builds(root / "builds", told.builds, check_build)
    items += check_artefacts(root / "artefacts", told.layers, told.counts, told.withdrawn)
    examined = {
        "objects": objects.count,
        "versions": len(told.versions),
        "graph builds": len(told.builds),
    }
    return Findings(tuple(dict.fromkeys(items)), examined)


def require_store(location: Location) -> None:
    """Refuse a place without a store: to look at one must not make it.

    Raises
    ------
    NotFound
        If there is none.
    """
    if not (location.folder / "objects").is_dir() or not location.database.exists():
        raise NotFound(f"There is no store in {location}.", do_next="Name the folder of a store.")


def repair(findings: Findings) -> list[Finding]:
    """Delete what is damaged and can be made again, and return it; nothing else is touched."""
    for item in findings.rebuildable:
        if item.path is not None and item.path.is_dir():
            shutil.rmtree(item.path)
        elif item.path is not None:
            item.path.unlink(missing_ok=True)
    return list(findings.rebuildable)


def _examine_catalogue(location: Location, items: list[Finding]) -> _Told:
    """Check the catalogue, and return what it says even if something is wrong with it."""
    if location.server is not None:
        # The pages of a server's files are the server's to check.
        catalogue = Catalogue(location.database)
        try:
            with catalogue.read() as shared:
                items += check_history(shared.exec_driver_sql)
                return _read(shared.exec_driver_sql)
        finally:
            catalogue.close()
    path = location.folder / CATALOGUE_NAME
    # First of all: whoever reads the catalogue may take the log for shorter than it is.
    items += check_log(path.with_name(f"{path.name}-wal"))
    connection = connect(path)
    try:
        # One view of it all: what somebody commits meanwhile contradicts nothing.
        connection.execute("BEGIN")
        items += check_file(connection, path)
        return _read(connection.execute)
    finally:
        connection.close()


def _read(ask: Ask) -> _Told:
    told = _Told()
    files: dict[str, list[str]] = defaultdict(list)
    for version, sha256 in ask("SELECT version, sha256 FROM version_part ORDER BY version, number"):
        files[version].append(sha256)
    for version, layer, count in ask("SELECT id, layer, feature_count FROM version"):
        told.versions[version] = tuple(files[version])
        told.layers[version], told.counts[version] = layer, count
    for layer, number, version in ask("SELECT layer, number, version FROM release"):
        told.users[version].append(f"{layer} version {number}")
    for key, layer, version in ask(
        "SELECT id, layer, version FROM draft WHERE published_as IS NULL"
    ):
        told.users[version].append(f"draft {key} of {layer}")
    told.withdrawn = {row[0] for row in ask("SELECT version FROM withdrawal")}
    told.builds = dict(iter(ask("SELECT digest, name FROM build")))
    return told


class _Objects:
    """The object files of a store, and who uses each."""

    def __init__(self, folder: Path, used: Mapping[str, list[str]], *, sound: bool) -> None:
        self._store = ObjectStore(folder)
        self._used = used
        self._sound = sound
        self._broken: set[str] = set()
        self.count = 0

    def check(self) -> Iterator[Finding]:
        """Yield the objects whose bytes are not those of their name, and those that are missing."""
        unused, size = 0, 0
        for path in sorted(self._store.folder.glob("??/*")):
            if not _DIGEST.fullmatch(path.name):
                continue
            self.count += 1
            users = self._used.get(path.name, [])
            if _sha256(path) != path.name:
                yield self._damage(path, users)
            elif not users:
                unused, size = unused + 1, size + path.stat().st_size
        for digest, users in sorted(self._used.items()):
            if not self._store.holds(digest):
                self._broken.add(digest)
                yield damaged("it is missing.", _name(digest), used_by=users)
        if unused and self._sound:
            what = f"{unused} object(s) are used by nothing ({size / 1e6:.1f} MB)."
            yield note(what, "objects", "lca gc deletes them once they are old enough.")

    def read(self, digest: str) -> bytes:
        """Return an object's bytes, checked."""
        return self._store.get(digest)

    def broken(self, digests: tuple[str, ...]) -> bool:
        """Tell whether one of the objects has been reported already."""
        return not self._broken.isdisjoint(digests)

    def _damage(self, path: Path, users: list[str]) -> Finding:
        self._broken.add(path.name)
        what = "its bytes are not those that were written."
        if users or not self._sound:
            return damaged(what, _name(path.name), used_by=users)
        do_next = "Nothing uses it: lca doctor --repair deletes it."
        return Finding(Severity.REBUILDABLE, what, _name(path.name), (), do_next, path)


def _check_versions(
    told: _Told, objects: _Objects, specs: Mapping[str, LayerSpec]
) -> Iterator[Finding]:
    known: dict[tuple[str, str], PartRows] = {}
    for version, files in sorted(told.versions.items()):
        if objects.broken((version, *files)):
            continue
        users = told.users.get(version, [])
        try:
            rows = verify_version(version, files, objects.read, specs, known=known)
        except VersionFault as fault:
            yield damaged(f"{fault}.", f"version {version[:12]}", used_by=users)
        else:
            if rows != told.counts[version]:
                what = f"it has {rows} rows, the catalogue says {told.counts[version]}."
                yield damaged(what, f"version {version[:12]}", used_by=users)


def _check_builds(
    folder: Path, builds: Mapping[str, str], check: CheckBuild | None
) -> Iterator[Finding]:
    for digest, name in sorted(builds.items()):
        where = f"graph build {digest[:12]} ({name})"
        again = "Restore it from a backup, or build the roads again: lca roads build."
        if not (folder / digest).is_dir():
            yield damaged("it is missing.", where, do_next=again)
        elif check is not None:
            try:
                check(folder / digest)
            except LcaError as error:
                yield damaged(error.what, where, do_next=again)


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            return hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError:
        return ""


def _name(digest: str) -> str:
    return f"object {digest[:12]}"
