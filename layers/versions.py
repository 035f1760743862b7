"""Immutable versions: their files, their line in the catalogue, and a bounded cache of their rows."""

from __future__ import annotations

import json
import threading
from collections import OrderedDict
from collections.abc import Mapping
from functools import partial
from typing import Any

import geopandas as gpd
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lca.errors import NotFound, StoreUnavailable

from .catalogue import Catalogue
from .content import Part, Snapshot
from .objects import ObjectStore
from .spec import LayerSpec
from .tables import release, version_part
from .tables import version as versions

# 2 M rows of a layer are about 2 GB at worst; a country's constraints are some thousands.
CACHED_ROWS = 2_000_000


class Versions:
    """Save and load versions by their id."""

    def __init__(
        self,
        objects: ObjectStore,
        catalogue: Catalogue,
        specs: Mapping[str, LayerSpec],
        *,
        cached_rows: int = CACHED_ROWS,
    ) -> None:
        self._objects = objects
        self._catalogue = catalogue
        self._specs = specs
        self._cache = _SnapshotCache(cached_rows)

    def write(self, snapshot: Snapshot) -> tuple[str, ...]:
        """Make a version's files durable, and return the sha256 of each part's file.

        A version that is already known keeps the files it has.
        """
        known = self._parts_of(snapshot.version)
        if known and all(map(self._objects.holds, known)) and self.is_whole(snapshot.version):
            return known
        written = tuple(self._put(part, keep=len(snapshot.parts) == 1) for part in snapshot.parts)
        self._objects.put(snapshot.manifest)
        self._cache.put(snapshot)
        return written

    def _put(self, part: Part, *, keep: bool) -> str:
        """Write one part, unless it is another version's and on the disk already."""
        if part.file is not None and self._objects.holds(part.file):
            return part.file
        file = self._objects.put(part.packed())
        part.settle(file, partial(self._objects.get, file), keep=keep)
        return file

    def record(self, connection: Connection, snapshot: Snapshot, files: tuple[str, ...]) -> None:
        """Enter a written version into the catalogue, or note that its parts were written again.

        Raises
        ------
        StoreUnavailable
            If a file was collected between its writing and now (``layers.upkeep.collect``).
        """
        version = snapshot.version
        if not all(map(self._objects.holds, (version, *files))):
            raise StoreUnavailable(
                f"Files of version {version[:12]} have gone since they were written.",
                do_next="Try again; nothing was changed.",
            )
        known = sa.select(versions.c.id).where(versions.c.id == version)
        if connection.execute(known).first() is None:
            connection.execute(
                sa.insert(versions).values(
                    id=version,
                    layer=snapshot.layer,
                    feature_count=snapshot.feature_count,
                    exercise=snapshot.exercise,
                )
            )
        connection.execute(sa.delete(version_part).where(version_part.c.version == version))
        connection.execute(
            sa.insert(version_part),
            [
                {"version": version, "number": number, "sha256": sha256}
                for number, sha256 in enumerate(files)
            ],
        )

    def is_whole(self, version: str) -> bool:
        """Tell whether the version's manifest is on the disk."""
        return self._objects.holds(version)

    def before(self, layer: str, number: int, most: int) -> tuple[str, ...]:
        """Return the versions that a layer's releases before a number published, the newest first."""
        query = (
            sa.select(release.c.version)
            .where(release.c.layer == layer, release.c.number < number)
            .order_by(release.c.number.desc())
            .limit(most)
        )
        with self._catalogue.read() as connection:
            return tuple(connection.execute(query).scalars())

    def load(self, version: str) -> Snapshot:
        """Return a version's content, whether withdrawn or not.

        Raises
        ------
        NotFound
            If no version has that id.
        StoreUnavailable
            If its files are missing or damaged.
        """
        cached = self._cache.get(version)
        if cached is not None:
            return cached
        files = self._parts_of(version)
        if not files:
            raise NotFound(
                f"There is no version {version!r}.",
                do_next="See the log of the layer for those there are.",
            )
        snapshot = self._read(version, files)
        self._cache.put(snapshot)
        return snapshot

    def frame(self, version: str) -> gpd.GeoDataFrame:
        """Return a version's rows (EPSG:4326); treat them as immutable."""
        return self.load(version).frame

    def _parts_of(self, version: str) -> tuple[str, ...]:
        query = (
            sa.select(version_part.c.sha256)
            .where(version_part.c.version == version)
            .order_by(version_part.c.number)
        )
        with self._catalogue.read() as connection:
            return tuple(connection.execute(query).scalars())

    def _read(self, version: str, files: tuple[str, ...]) -> Snapshot:
        manifest = self._objects.get(version)
        body = json.loads(manifest)
        spec = self._specs.get(body["layer"])
        if spec is None:
            raise StoreUnavailable(
                f"The version belongs to the layer {body['layer']!r}, which this product lacks.",
                do_next="Add the layer's spec, or use the product that wrote the store.",
            )
        if len(body["parts"]) != len(files):
            raise StoreUnavailable(
                f"The catalogue names {len(files)} part(s) of version {version[:12]}, its manifest "
                f"{len(body['parts'])}.",
                where=spec.title,
                do_next="Restore the store from a backup, then run `lca doctor`.",
            )
        made = tuple(
            self._part(spec, entry, file) for entry, file in zip(body["parts"], files, strict=True)
        )
        if len(made) == 1:
            made[0].hold_table()
        return Snapshot(spec.name, spec.fields, made, manifest, bool(body["exercise"]))

    def _part(self, spec: LayerSpec, entry: Mapping[str, Any], file: str) -> Part:
        read = partial(self._objects.get, file)
        part = Part(
            spec.fields,
            digest=entry["digest"],
            rows=entry["rows"],
            first=entry.get("first"),
            read=read,
        )
        part.file = file
        return part


class _SnapshotCache:
    """The versions used last, bounded by the rows that they hold together."""

    def __init__(self, most_rows: int) -> None:
        self._most_rows = most_rows
        self._rows = 0
        self._items: OrderedDict[str, Snapshot] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, version: str) -> Snapshot | None:
        with self._lock:
            found = self._items.get(version)
            if found is not None:
                self._items.move_to_end(version)
            return found

    def put(self, snapshot: Snapshot) -> None:
        key = snapshot.version
        with self._lock:
            if key in self._items:
                return
            self._items[key] = snapshot
            self._rows += _rows_held(snapshot)
            while self._rows > self._most_rows and len(self._items) > 1:
                _, dropped = self._items.popitem(last=False)
                self._rows -= _rows_held(dropped)


def _rows_held(snapshot: Snapshot) -> int:
    """Return how many rows a content keeps in memory; one of many parts keeps their index."""
    whole = len(snapshot.parts) == 1
    return snapshot.feature_count if whole else snapshot.feature_count // 8
