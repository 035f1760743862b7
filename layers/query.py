"""Queries by box, key and id on a version, served from one GeoPackage a version.

The file is built once, atomically, and can be deleted at any time. It is read through sqlite3
with its R-tree, whose boxes are single precision, so every hit is refined exactly. The
sensitivity is part of each query: a row beyond the clearance is never counted nor paged over.
"""

from __future__ import annotations

import sqlite3
import threading
import weakref
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from lca.errors import NotFound, StoreUnavailable, UsageError
from lca.geo import BBox
from lca.record import Field
from lca.vocab import Sensitivity

from . import geopackage
from .queryfile import QueryFiles
from .release import Release
from .sensitivity import reachable
from .spec import LayerSpec
from .versions import Versions

MAX_LIMIT = 10_000
_OPEN_FILES = 16


@dataclass(frozen=True, slots=True)
class Page:
    """Features in id order, the key to ask for the next ones, and how many match in all."""

    rows: list[dict[str, Any]]
    next_after: str | None
    matched: int


class QueryStore:
    """Answers queries on versions, building a version's file when it is first asked for."""

    def __init__(self, folder: Path, versions: Versions, specs: Mapping[str, LayerSpec]) -> None:
        self._files = QueryFiles(folder, versions, specs)
        self._specs = specs
        self._open: OrderedDict[str, _Reader] = OrderedDict()
        self._lock = threading.Lock()

    def page(
        self,
        release: Release,
        *,
        bbox: BBox | None,
        after: str | None,
        limit: int,
        clearance: Sensitivity,
    ) -> Page:
        """Return the features after a key that a clearance reaches, in id order."""
        if not 1 <= limit <= MAX_LIMIT:
            raise UsageError(
                f"limit {limit} is outside 1…{MAX_LIMIT}.", do_next="Ask page by page, with after."
            )
        reader = self._reader(release)
        if bbox is None:
            return reader.page(after, limit, clearance)
        return reader.page_in_box(bbox, after, limit, clearance)

    def feature(
        self, release: Release, feature_id: str, *, clearance: Sensitivity
    ) -> dict[str, Any]:
        """Return one feature; NotFound if there is none that the clearance reaches."""
        found = self._reader(release).rows([feature_id], clearance)
        if not found:
            raise NotFound(
                f"There is no feature {feature_id!r} in version {release.number}.",
                where=release.layer,
                do_next="Look its id up in the layer, or in another version.",
            )
        return found[0]

    def close(self) -> None:
        """Close every file."""
        with self._lock:
            while self._open:
                self._open.popitem()[1].close()

    def _reader(self, release: Release) -> _Reader:
        with self._lock:
            found = self._open.get(release.version)
            if found is not None:
                self._open.move_to_end(release.version)
                return found
        path = self._files.built(release)
        spec = self._specs[release.layer]
        with self._lock:
            if release.version not in self._open:
                self._open[release.version] = _Reader(path, spec.name, spec.fields)
                while len(self._open) > _OPEN_FILES:
                    # Not closed here: another thread may be about to ask it.
                    self._open.popitem(last=False)
            return self._open[release.version]


class _Reader:
    """One open file, closed when nobody holds it any more; its lock lets one query in at a time."""

    def __init__(self, path: Path, table: str, fields: Sequence[Field]) -> None:
        uri = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        self._connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
        weakref.finalize(self, self._connection.close)
        self._lock = threading.Lock()
        self._table = table
        self._fields = tuple(fields)
        columns = ["geom", *(f'"{field.name}"' for field in fields)]
        self._select = f'SELECT {", ".join(columns)} FROM "{table}"'  # noqa: S608

    def page(self, after: str | None, limit: int, clearance: Sensitivity) -> Page:
        words = reachable(clearance)
        seen = f"sensitivity IN ({_marks(words)})"
        count = self._run(f'SELECT count(*) FROM "{self._table}" WHERE {seen}', words)  # noqa: S608
        rows = self._run(
            f"{self._select} WHERE {seen} AND id > ? ORDER BY id LIMIT ?",
            (*words, after or "", limit + 1),
        )
        return _page([self._row(row) for row in rows[:limit]], len(rows) > limit, count[0][0])

    def page_in_box(
        self, bbox: BBox, after: str | None, limit: int, clearance: Sensitivity
    ) -> Page:
        words = reachable(clearance)
        hits = self._run(
            f'SELECT t.id, t.geom FROM "{self._table}" t '  # noqa: S608
            f'JOIN "rtree_{self._table}_geom" r ON r.id = t.fid '
            "WHERE r.maxx >= ? AND r.minx <= ? AND r.maxy >= ? AND r.miny <= ? "
            f"AND t.sensitivity IN ({_marks(words)}) ORDER BY t.id",
            (bbox.west, bbox.east, bbox.south, bbox.north, *words),
        )
        shapes = np.array([geopackage.geometry_from(blob) for _, blob in hits], dtype=object)
        inside = shapely.intersects(shapes, bbox.polygon) if hits else ()
        matching = [key for (key, _), hit in zip(hits, inside, strict=True) if hit]
        keys = [key for key in matching if key > (after or "")]
        rows = self.rows(keys[:limit], clearance)
        return _page(rows, len(keys) > limit, len(matching))

    def rows(self, ids: Sequence[str], clearance: Sensitivity) -> list[dict[str, Any]]:
        words = reachable(clearance)
        rows = self._run(
            f"{self._select} WHERE id IN ({_marks(ids)}) "
            f"AND sensitivity IN ({_marks(words)}) ORDER BY id",
            (*ids, *words),
        )
        return [self._row(row) for row in rows]

    def close(self) -> None:
        with self._lock:
            self._connection.close()

    def _run(self, sql: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        try:
            with self._lock:
                return self._connection.execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            raise StoreUnavailable(
                "A version's query file is damaged.",
                where=self._table,
                do_next="Delete the folder artefacts of the store; it is made again.",
            ) from error

    def _row(self, row: tuple[Any, ...]) -> dict[str, Any]:
        values = {
            field.name: geopackage.value_from(field, cell)
            for field, cell in zip(self._fields, row[1:], strict=True)
        }
        return {**values, "geometry": geopackage.geometry_from(row[0])}


def _page(rows: list[dict[str, Any]], more: bool, matched: int) -> Page:  # noqa: FBT001
    return Page(rows, rows[-1]["id"] if more and rows else None, matched)


def _marks(values: Sequence[Any]) -> str:
    return ",".join("?" * len(values))
