"""The content of one version: parts of sorted rows, read only as far as somebody looks.

A content of one part keeps what has been read of it. One of many parts keeps no rows, only each
part's index (ids, row digests, sensitivities; about 120 bytes a row), so that a layer of a million
lines can be compared, amended and paged without a gigabyte of memory.
"""

from __future__ import annotations

import hashlib
import weakref
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import geopandas as gpd
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from lca.record import Field

from . import parts as files

Row = dict[str, Any]
_INDEX = ["id", "row_digest", "sensitivity"]


class Part:
    """Some rows of a content, sorted by id, in whichever form they are at hand.

    Its digest is the sha256 of its rows' digests in order: parts of equal digest hold equal rows.
    """

    def __init__(
        self,
        fields: Sequence[Field],
        *,
        digest: str,
        rows: int,
        first: str | None,
        read: Callable[[], bytes] | None = None,
        table: Any = None,
    ) -> None:
        self.fields = tuple(fields)
        self.digest = digest
        self.rows = rows
        self.first = first
        self.file: str | None = None
        self._read = read
        self._table = table
        self._index: Any = None

    @classmethod
    def of(cls, table: Any, fields: Sequence[Field]) -> Part:
        """Return rows that are sorted and digested as a part."""
        digests = table.column("row_digest").to_pylist()
        return cls(
            fields,
            digest=hashlib.sha256("".join(digests).encode()).hexdigest(),
            rows=table.num_rows,
            first=table.column("id")[0].as_py() if digests else None,
            table=table,
        )

    def table(self) -> Any:
        """Return the rows as an Arrow table (see ``layers.parts``)."""
        return files.unpacked(self._bytes()) if self._table is None else self._table

    def index(self) -> Any:
        """Return only the columns ``id``, ``row_digest`` and ``sensitivity``."""
        if self._index is None:
            known = self._table
            self._index = (
                files.unpacked(self._bytes(), _INDEX) if known is None else known.select(_INDEX)
            )
        return self._index

    def frame(self) -> gpd.GeoDataFrame:
        """Return the rows as a typed table (EPSG:4326)."""
        return files.frame_of_table(self.table(), self.fields)

    def packed(self) -> bytes:
        """Return the rows as a file."""
        return files.packed(self._table) if self._table is not None else self._bytes()

    def hold_packed(self) -> None:
        """Keep the rows only as the bytes of their file, a fifth of the table or less."""
        content = self.packed()
        self.index()
        self._read, self._table = (lambda: content), None

    def hold_table(self) -> None:
        """Keep the rows as a table from now on."""
        self._table = self.table()

    def settle(self, file: str, read: Callable[[], bytes], *, keep: bool) -> None:
        """Note the file that holds the rows durably; unless they are kept, they are read there."""
        self.file, self._read = file, read
        if not keep:
            self.index()
            self._table = None

    def _bytes(self) -> bytes:
        if self._read is None:
            msg = "a part has rows or a file"
            raise ValueError(msg)
        return self._read()


@dataclass(frozen=True, eq=False)
class Snapshot:
    """The content of one version: its parts by id, and the manifest that identifies them.

    ``exercise`` says whether it is exercise data. Treat every table that it gives as immutable.
    """

    layer: str
    fields: tuple[Field, ...]
    parts: tuple[Part, ...]
    manifest: bytes
    exercise: bool
    _whole: dict[str, Any] = field(default_factory=dict, repr=False)

    @cached_property
    def version(self) -> str:
        """The version id: sha256 of the manifest, hexadecimal."""
        return hashlib.sha256(self.manifest).hexdigest()

    @cached_property
    def feature_count(self) -> int:
        """How many rows it has."""
        return sum(part.rows for part in self.parts)

    @property
    def frame(self) -> gpd.GeoDataFrame:
        """Every row as a typed table in EPSG:4326, sorted by id.

        Of a content of many parts it takes about a kilobyte a row, and is kept only as long as
        somebody uses it: prefer :meth:`frames`, :meth:`rows` or the index of the parts.
        """
        held = self._whole.get("frame")
        found: gpd.GeoDataFrame | None = held() if isinstance(held, weakref.ref) else held
        if found is None:
            found = _joined(self.frames())
            self.keep_frame(found)
        return found

    @property
    def row_digests(self) -> tuple[str, ...]:
        """The sha256 (hexadecimal) of each row, in the order of their ids."""
        columns = (part.index().column("row_digest").to_pylist() for part in self.parts)
        return tuple(digest for column in columns for digest in column)

    def keep_frame(self, frame: gpd.GeoDataFrame) -> None:
        """Note the whole table, so that it is not made again while it is there."""
        self._whole["frame"] = frame if len(self.parts) == 1 else weakref.ref(frame)

    def frames(self) -> Iterator[gpd.GeoDataFrame]:
        """Yield the rows part by part, as typed tables in EPSG:4326."""
        return (part.frame() for part in self.parts)

    def ids(self) -> Iterator[str]:
        """Yield the ids in order."""
        for part in self.parts:
            yield from part.index().column("id").to_pylist()

    def count(self, sensitivities: Collection[str]) -> int:
        """Return how many rows have one of some sensitivities."""
        words = pa.array(list(sensitivities), pa.string())
        columns = (part.index().column("sensitivity") for part in self.parts)
        return sum(pc.sum(pc.is_in(column, value_set=words)).as_py() or 0 for column in columns)

    def rows(self, ids: Collection[str]) -> dict[str, Row]:
        """Return the rows of some ids, by id; those that are not there are left out."""
        found = (files.rows_of_table(table, self.fields) for table in self.select(ids))
        return {row["id"]: row for rows in found for row in rows}

    def row(self, feature_id: str) -> Row | None:
        """Return one row, or None if it is not there."""
        return self.rows([feature_id]).get(feature_id)

    def digest(self, feature_id: str) -> str | None:
        """Return the digest of one row, or None if it is not there."""
        part = self.parts[self.place(feature_id)]
        position = pc.index(part.index().column("id"), feature_id).as_py()
        return None if position < 0 else str(part.index().column("row_digest")[position])

    def select(self, ids: Collection[str]) -> Iterator[Any]:
        """Yield the rows of some ids as Arrow tables, part by part."""
        for number, wanted in sorted(self.places(ids).items()):
            part = self.parts[number]
            chosen = pc.is_in(part.index().column("id"), value_set=pa.array(wanted, pa.string()))
            if pc.any(chosen).as_py():
                yield part.table().filter(chosen)

    def place(self, feature_id: str) -> int:
        """Return the number of the part that holds an id, if any does."""
        return max(0, bisect_right(self._firsts, feature_id) - 1)

    def places(self, ids: Iterable[str]) -> Mapping[int, list[str]]:
        """Return which part holds which of some ids, if any does."""
        found: dict[int, list[str]] = defaultdict(list)
        for key in ids:
            found[self.place(key)].append(key)
        return found

    @cached_property
    def _firsts(self) -> list[str]:
        return [part.first or "" for part in self.parts]


def _joined(frames: Iterator[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    listed = list(frames)
    if len(listed) == 1:
        return listed[0]
    joined: gpd.GeoDataFrame = pd.concat(listed, ignore_index=True)
    return joined
