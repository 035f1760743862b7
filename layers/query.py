"""Queries on a version by box, id, text, filter and time, served from one GeoPackage a version.

The file is built once, atomically, and can be deleted at any time. It is read through sqlite3
with its R-tree, whose boxes are single precision, so every hit is refined exactly. The
sensitivity is part of each query: a row beyond the clearance is never counted nor paged over.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lca.errors import NotFound, UsageError
from lca.geo import BBox
from lca.vocab import Sensitivity

from .filters.terms import Sql
from .gpkgcells import RowReader
from .queryfile import QueryFiles
from .queryreader import Ask, Reader
from .question import Question, overlapping
from .release import Release
from .spec import LayerSpec
from .versions import Versions

MAX_LIMIT = 10_000
TIME_LIMIT_S = 10.0
_OPEN_FILES = 16
_FEW = 5_000
"""Rows in a box up to which it is quicker to sort them than to walk through all ids."""


@dataclass(frozen=True, slots=True)
class Page:
    """Features in id order, the key to ask for the next ones, and how many match in all."""

    rows: list[dict[str, Any]]
    next_after: str | None
    matched: int


@dataclass(frozen=True, slots=True)
class Extent:
    """How many features there are, and the box around those with a location.

    The box is up to 2 m too wide, because the R-tree keeps single precision.
    """

    feature_count: int
    box: BBox | None


class QueryStore:
    """Answers queries on versions, building a version's file when it is first asked for."""

    def __init__(
        self,
        folder: Path,
        versions: Versions,
        specs: Mapping[str, LayerSpec],
        time_limit_s: float = TIME_LIMIT_S,
    ) -> None:
        self._files = QueryFiles(folder, versions, specs)
        self._specs = specs
        self._time_limit_s = time_limit_s
        self._open: OrderedDict[str, _Table] = OrderedDict()
        self._lock = threading.Lock()

    def page(self, release: Release, question: Question, *, after: str | None, limit: int) -> Page:
        """Return the features after a key that are asked for, in id order.

        Raises
        ------
        UsageError
            If the limit is out of range.
        QuestionTooLong
            If it takes longer than the time limit.
        """
        if not 1 <= limit <= MAX_LIMIT:
            raise UsageError(
                f"limit {limit} is outside 1…{MAX_LIMIT}.", do_next="Ask page by page, with after."
            )
        with self._asked(release, question) as table:
            return table.page(question, after, limit)

    def feature(
        self, release: Release, feature_id: str, *, clearance: Sensitivity
    ) -> dict[str, Any]:
        """Return one feature; NotFound if there is none that the clearance reaches."""
        question = Question(clearance, ids=(feature_id,))
        with self._asked(release, question) as table:
            found = table.rows(question, None, 1)
        if not found:
            raise NotFound(
                f"There is no feature {feature_id!r} in version {release.number}.",
                where=release.layer,
                do_next="Look its id up in the layer, or in another version.",
            )
        return found[0]

    def extent(self, release: Release, clearance: Sensitivity) -> Extent:
        """Return how many features a clearance reaches, and where they lie."""
        return self._table(release).extent(Question(clearance))

    def close(self) -> None:
        """Close every file."""
        self._files.close()
        with self._lock:
            while self._open:
                self._open.popitem()[1].reader.close()

    @contextmanager
    def _asked(self, release: Release, question: Question) -> Iterator[_Table]:
        """Yield the version's table, or while that is long in the making one of the rows meant."""
        with self._files.meanwhile(release, question) as path:
            if path is None:
                yield self._table(release)
                return
            spec = self._specs[release.layer]
            reader = Reader(path, spec.name, self._time_limit_s)
            try:
                yield _Table(reader, spec)
            finally:
                reader.close()

    def _table(self, release: Release) -> _Table:
        with self._lock:
            found = self._open.get(release.version)
            if found is not None:
                self._open.move_to_end(release.version)
                return found
        path = self._files.built(release)
        spec = self._specs[release.layer]
        with self._lock:
            if release.version not in self._open:
                reader = Reader(path, spec.name, self._time_limit_s)
                self._open[release.version] = _Table(reader, spec)
                while len(self._open) > _OPEN_FILES:
                    # Not closed here: another thread may be about to ask it.
                    self._open.popitem(last=False)
            return self._open[release.version]


class _Table:
    """One version's table: questions about its rows as statements, and cells as values."""

    def __init__(self, reader: Reader, spec: LayerSpec) -> None:
        self.reader = reader
        self._spec = spec
        self._cells = RowReader(spec.fields)
        columns = ", ".join(["t.geom", *(f't."{field.name}"' for field in spec.fields)])
        self._select = f"SELECT {columns}"

    def page(self, question: Question, after: str | None, limit: int) -> Page:
        rows = self.rows(question, after, limit + 1)
        more = len(rows) > limit
        rows = rows[:limit]
        if more or after is not None:
            matched = self.reader.remembered(question, lambda: self._count(question))
        else:
            matched = len(rows)
        return Page(rows, rows[-1]["id"] if more else None, matched)

    def extent(self, question: Question) -> Extent:
        return self.reader.remembered(("extent", question), lambda: self._extent(question))

    def rows(self, question: Question, after: str | None, most: int) -> list[dict[str, Any]]:
        where = question.condition(self._spec)
        if after is not None:
            where = Sql.joined(" AND ", [where, Sql("t.id > ?", (after,))])
        with self.reader.asking() as ask:
            source = self._source(question, ask)
            found = ask(
                f"{self._select} {source.sql} AND {where.sql} ORDER BY t.id LIMIT ?",
                (*source.values, *where.values, most),
            )
        return self._cells.rows(found)

    def _count(self, question: Question) -> int:
        where = question.condition(self._spec)
        with self.reader.asking() as ask:
            source = self._source(question, ask)
            found = ask(
                f"SELECT count(*) {source.sql} AND {where.sql}", (*source.values, *where.values)
            )
        return int(found[0][0])

    def _extent(self, question: Question) -> Extent:
        table, rtree, where = self.reader.table, self.reader.rtree, question.condition(self._spec)
        with self.reader.asking() as ask:
            found = ask(
                "SELECT count(*), min(r.minx), min(r.miny), max(r.maxx), max(r.maxy) "  # noqa: S608
                f'FROM "{table}" t LEFT JOIN "{rtree}" r ON r.id = t.fid WHERE {where.sql}',
                where.values,
            )
        count, *sides = found[0]
        return Extent(int(count), None if sides[0] is None else _on_earth(*sides))

    def _source(self, question: Question, ask: Ask) -> Sql:
        """Return FROM … WHERE: through the R-tree if it leaves few rows, else all of them."""
        table, rtree = self.reader.table, self.reader.rtree
        if question.boxes:
            near = overlapping(question.boxes)
            counted = ask(
                f'SELECT count(*) FROM (SELECT 1 FROM "{rtree}" r WHERE {near.sql} LIMIT ?)',  # noqa: S608
                (*near.values, _FEW + 1),
            )
            if counted[0][0] <= _FEW:
                # CROSS JOIN keeps this order: first the box, then its rows.
                joined = f'FROM "{rtree}" r CROSS JOIN "{table}" t ON t.fid = r.id WHERE {near.sql}'
                return Sql(joined, near.values)
        return Sql(f'FROM "{table}" t WHERE 1')


def _on_earth(west: float, south: float, east: float, north: float) -> BBox:
    """Return a box of single precision, which may stand out of the world by its rounding."""
    return BBox(max(west, -180.0), max(south, -90.0), min(east, 180.0), min(north, 90.0))
