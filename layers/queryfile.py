"""One GeoPackage a version, made when it is first asked for; it can be deleted at any time.

It begins as a copy of an earlier version's with the difference applied, where that is the smaller
work; either way it has the same rows. It gets its name only once it is whole and on the disk, so
several makers do no harm: the last one's file takes the place of an equal one.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import struct
import threading
import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from lca.errors import NotFound, StoreUnavailable
from lca.vocab import Sensitivity

from . import geopackage, gpkgdiff, parts
from .content import Snapshot
from .diff import changed_keys
from .filesum import is_as_kept, keep_sum
from .gpkgrows import Cells, cells_of_table
from .objects import make_folder, move_durably, sync_file, temporary_beside, writing
from .question import Question
from .release import Release
from .spec import LayerSpec
from .versions import Versions

# Where more of a layer's rows differ than this, its file is written anew: that is faster then.
_MOST_CHANGED = 0.1
_FURTHEST_BACK = 200
_ALL = Sensitivity.STRICTLY_CONFIDENTIAL


class QueryFiles:
    """The files that queries are answered from, under ``artefacts/<version>/``."""

    def __init__(self, folder: Path, versions: Versions, specs: Mapping[str, LayerSpec]) -> None:
        self._folder = folder
        self._versions = versions
        self._specs = specs
        self._lock = threading.Lock()
        self._threads: dict[str, threading.Thread] = {}
        self._makers: weakref.WeakValueDictionary[str, _Maker] = weakref.WeakValueDictionary()

    def path(self, version: str) -> Path:
        """Return where a version's file lies, whether or not it is there."""
        return self._folder / version / "layer.gpkg"

    def built(self, release: Release) -> Path:
        """Return the file of a version, making it whole and durable first if it is not there."""
        path = self.path(release.version)
        if path.is_file():
            return path
        with self._lock:
            maker = self._makers.setdefault(release.version, _Maker())
        # One thread makes it, the others wait; another process may make it besides.
        with maker.lock:
            if not path.is_file():
                self._make(release, path)
        return path

    @contextmanager
    def meanwhile(self, release: Release, question: Question) -> Iterator[Path | None]:
        """Yield a file of the rows in question if the version's own is long in the making.

        That is then made beside, and :meth:`close` waits for it. None stands for the version's own
        file: it is there, or soon made, or the question is not about some ids. A box would have to
        look through all the parts, which takes half as long as to make the file.
        """
        content = self._slow(release) if question.ids is not None else None
        if content is None or question.ids is None:
            yield None
            return
        self._begin(release)
        spec = self._specs[release.layer]
        with TemporaryDirectory(prefix="lca-query-") as folder:
            path = Path(folder) / "layer.gpkg"
            geopackage.write(path, spec, _cells(content.select(question.ids), spec), description="")
            yield path

    def close(self) -> None:
        """Wait for files that are being made beside."""
        for thread in list(self._threads.values()):
            thread.join()

    def _slow(self, release: Release) -> Snapshot | None:
        """Return the content if it is large and its file is not there."""
        if self.path(release.version).is_file():
            return None
        content = self._versions.load(release.version)
        return content if len(content.parts) > 1 else None

    def _begin(self, release: Release) -> None:
        """Make a version's file in a thread; whoever needs it meets the error, if there is one."""

        def make() -> None:
            with suppress(StoreUnavailable):
                self.built(release)

        with self._lock:
            if release.version not in self._threads:
                self._threads[release.version] = threading.Thread(target=make)
                self._threads[release.version].start()

    def _make(self, release: Release, path: Path) -> None:
        content = self._versions.load(release.version)
        with writing(path):
            make_folder(path.parent)
            temporary = temporary_beside(path)
            try:
                if not self._follow(release, content, temporary):
                    self._write(release, content, temporary)
                sync_file(temporary)
                keep_sum(path, temporary)
                move_durably(temporary, path)
            finally:
                temporary.unlink(missing_ok=True)

    def _write(self, release: Release, content: Snapshot, target: Path) -> None:
        spec = self._specs[release.layer]
        tables = (part.table() for part in content.parts)
        geopackage.write(
            target, spec, _cells(tables, spec), description=_description(release, spec)
        )

    def _follow(self, release: Release, content: Snapshot, target: Path) -> bool:
        """Make the file out of an earlier version's; tell whether that was possible."""
        before = self._followed(release)
        if before is None:
            return False
        spec = self._specs[release.layer]
        keys = changed_keys(before, content, _ALL)
        if sum(map(len, keys)) > _MOST_CHANGED * content.feature_count:
            return False
        source = self.path(before.version)
        try:
            if not is_as_kept(source):
                return False
            _copy(source, target)
            count = gpkgdiff.change(
                target,
                spec,
                (*keys.removed, *keys.changed),
                _cells(content.select((*keys.added, *keys.changed)), spec),
                description=_description(release, spec),
            )
        except (FileNotFoundError, sqlite3.DatabaseError, struct.error):
            # The earlier file went meanwhile, or is damaged: the parts are what counts.
            count = None
        if count != content.feature_count:
            target.unlink(missing_ok=True)
            return False
        return True

    def _followed(self, release: Release) -> Snapshot | None:
        """Return the content of the nearest version before whose file is there and can be read.

        Where edits follow each other, nobody may have asked the versions in between.
        """
        found = self._made_before(release)
        if found is None:
            return None
        try:
            return self._versions.load(found)
        except (NotFound, StoreUnavailable):
            return None

    def _made_before(self, release: Release) -> str | None:
        before = release.predecessor
        if before is None or self.path(before).is_file():
            return before
        earlier = self._versions.before(release.layer, release.number, _FURTHEST_BACK)
        return next((version for version in earlier if self.path(version).is_file()), None)


class _Maker:
    """Lets one thread at a time make a version's file."""

    def __init__(self) -> None:
        self.lock = threading.Lock()


def _description(release: Release, spec: LayerSpec) -> str:
    return f"Version {release.version} of {spec.title}"


def _cells(tables: Iterator[object], spec: LayerSpec) -> Iterator[Cells]:
    return (cells_of_table(parts.completed(table, spec.fields), spec.fields) for table in tables)


def _copy(source: Path, target: Path) -> None:
    """Copy a file; where the file system can, the copy shares its blocks and takes no time."""
    if not hasattr(os, "copy_file_range"):
        shutil.copyfile(source, target)
        return
    with source.open("rb") as reading, target.open("wb") as written:
        size = os.fstat(reading.fileno()).st_size
        try:
            while size > 0:
                done = os.copy_file_range(reading.fileno(), written.fileno(), size)
                size -= done
                if not done:
                    break
        except OSError:
            # Some file systems cannot; where the disk is full, this says so again.
            shutil.copyfile(source, target)
