"""Read one assessment file into typed tables and a report, through the limited child process."""

from __future__ import annotations

import gc
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from dataclasses import field as a_field
from datetime import date
from pathlib import Path
from typing import Any

import geopandas as gpd

from lca.constraint import Constraint
from lca.errors import InvalidInput
from lca.facility import CONTROL_CLASSES
from lca.issues import Issue, Report, errors_first
from lca.table import frame_of

from .containers import require_content
from .cover import Cover
from .hiddenrows import hidden_rows
from .instructions import Instructions
from .judgement.judge import judge
from .limits import Limits
from .offered import Coded, coded_columns
from .profiles.profile import Profile
from .progress import JUDGING, Told
from .receiving import receive, sidecar_states, with_place
from .rows import TableRows
from .sheets import TableKind
from .understanding import FileReader, asked_for, target_of, understand
from .wire import Sheet

_MADE_AGAIN: tuple[type[Any], ...] = (Constraint, *CONTROL_CLASSES)
"""The classes whose records a draft asks for; those of others would be held for nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTable:
    """How one table of a file was read: the layer it fills, and which column gave which field.

    ``columns`` are heading, field, and what was done to the cells (None for nothing).
    """

    sheet: str
    layer: str
    head_row: int
    rows: int
    accepted: int
    columns: tuple[tuple[str, str, str | None], ...]
    defaults: Mapping[str, Any]
    hidden: Mapping[str, list[int]] = a_field(default_factory=dict)
    """The numbers of the rows above public, by their sensitivity."""
    aside: Mapping[int, str] = a_field(default_factory=dict)
    """Why rows were set aside, by their number."""
    coded: Coded = ()

    @classmethod
    def of(cls, table: TableRows) -> ReadTable:
        """Return what is to be told of a table."""
        planned = table.planned
        return cls(
            sheet=table.sheet,
            layer=table.kind.layer,
            head_row=planned.head_row if planned else 0,
            rows=table.rows_in,
            accepted=len(table.accepted),
            columns=tuple(
                (column.heading, column.target, column.rule.in_words if column.rule else None)
                for _, column in (planned.columns if planned else ())
            ),
            defaults=dict(planned.defaults) if planned else {},
            hidden=hidden_rows(table),
            aside=_set_aside(table),
            coded=coded_columns(planned.columns) if planned else (),
        )


def _set_aside(table: TableRows) -> dict[int, str]:
    """Return why rows of a table were set aside, by their number."""
    if table.planned is None or not table.set_aside:
        return {}
    told = ((row.number, table.planned.reason_aside(row)) for row in table.planned.sheet.rows)
    return {number: reason for number, reason in told if reason is not None}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One file as read: typed tables by layer, what is wrong in it, and what it says of itself.

    ``tables`` has a layer only if the file has rows for it, so that an unused sheet of the
    template empties no layer.
    """

    tables: dict[str, gpd.GeoDataFrame]
    report: Report
    profile: str
    profile_reason: str
    cover: Cover
    filename: str
    sha256: str
    adds: bool = False
    """Whether the file holds a part of its layers only, so that what it lacks stays there."""
    records: Mapping[str, tuple[Any, ...]] = a_field(default_factory=dict)
    """The rows that can stop a vehicle as records, so that a draft need not make them again."""
    contacts: tuple[Any, ...] = ()
    """People to ask, which no layer ever holds."""
    sheets: tuple[Sheet, ...] = ()
    """The cells as they were read, for a copy with what is wrong (:mod:`.annotate`), if asked for."""
    considered: tuple[tuple[str, str], ...] = ()
    """Each profile that might have read the file, with the reason."""
    read_tables: tuple[ReadTable, ...] = ()
    """How each of its tables was read."""

    def report_on_layer(self, layer: str) -> Report:
        """Return the report without what is only about other layers.

        It goes with the draft of one layer to whoever may see that, which says nothing of the
        rows of another; it names the rows that not all of them may see.
        """
        kept = {table.sheet for table in self.read_tables if table.layer == layer} | {layer}
        others = {name for one in self.read_tables for name in (one.sheet, one.layer)} - kept
        whole = self.report
        counts = ("rows_in", "rows_accepted", "rows_rejected", "rows_set_aside")
        return replace(
            whole,
            issues=tuple(issue for issue in whole.issues if issue.sheet not in others),
            unmapped={
                name: words
                for name, words in whole.unmapped.items()
                if name.partition(".")[0] == layer
            },
            hidden=_hidden_in([one for one in self.read_tables if one.sheet in kept]),
            **{
                name: {key: number for key, number in getattr(whole, name).items() if key == layer}
                for name in counts
            },
        )

    @property
    def exercise(self) -> bool:
        """Whether the file says that its data is invented for an exercise."""
        return self.cover.exercise

    @property
    def assessed_on(self) -> date | None:
        """The day of the assessment, from the cover sheet."""
        return self.cover.assessed_on


def _hidden_in(tables: Sequence[ReadTable]) -> dict[str, dict[str, list[int]]]:
    """Return the rows above public by sheet and sensitivity; several tables may share a sheet.

    An issue of geodata names the layer instead of the sheet.
    """
    found: dict[str, dict[str, list[int]]] = {}
    for table in tables:
        for level, rows in table.hidden.items():
            for name in {table.sheet, table.layer}:
                found.setdefault(name, {}).setdefault(level, []).extend(rows)
    return found


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Hold the garbage collector: rows have no cycles, yet it would go over all of them each time.

    A sixth of the processor time of 50,000 rows. A second reading beside this one may find the
    collector on; that costs it time and nothing else.
    """
    if not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@_collector_paused()
def read_assessment(
    path: Path | str,
    *,
    layer: str | None = None,
    profile: str | Profile | None = None,
    limits: Limits | None = None,
    trusted: bool = False,
    declared: TableKind | None = None,
    instructions: Instructions | None = None,
    on_progress: Told | None = None,
) -> Reading:
    """Read an assessment: a workbook, a document, a form's export, a table or geodata.

    Parameters
    ----------
    path : Path or str
        A file of one of :data:`lca.ingest.containers.CONTAINERS`; geodata in any CRS that it
        states.
    layer : str, optional
        The layer that a table or geodata file fills; a workbook says it by its sheets, and a
        file that a profile knows by its columns.
    profile : str or Profile, optional
        The name of a reading profile, a profile, or the file's kind for our own columns; found
        from the file if not given.
    limits : Limits, optional
        What the reader may use.
    trusted : bool
        Read also where a child process cannot be limited, provided that a sidecar beside the
        file (``<file>.toml``) states its sha256: for the demo data on Windows.
    declared : TableKind, optional
        Of a layer that declares its own columns: what its rows are. No workbook has it.
    instructions : Instructions, optional
        What the file does not say of itself.
    on_progress : callable, optional
        Told the stage (``reading``, ``checking``, ``judging``) and its rows, twice a second while
        the file is read.

    Returns
    -------
    Reading
        Rows with an error are left out and told in the report; for each layer, rows in are rows
        accepted plus rows rejected.

    Raises
    ------
    UnreadableFile
        If the file is not of a supported kind, is damaged or exceeds the limits.
    MissingCrs
        If geodata does not state its CRS.
    InvalidInput
        If the file as a whole cannot be used.
    ReaderUnavailable
        If no reader can be limited on this machine.
    UsageError
        If ``layer`` or ``profile`` does not exist or does not fit the file.
    """
    path, limits = Path(path), limits or Limits()
    asked = instructions or Instructions()
    container, chosen = asked_for(path, profile)
    target = target_of(container, layer, declared)
    with tempfile.TemporaryDirectory(prefix="lca-read-") as folder:
        scratch = Path(folder)
        source = scratch / f"input{path.suffix.lower()}"
        sha256 = receive(path, source, limits)
        try:
            require_content(source, container)
            reader = FileReader(container, source, scratch, limits, target, path.stem)
            reader.on_progress = on_progress
            reader.trusted = trusted and sidecar_states(path, sha256)
            understood = understand(reader, chosen, target, asked)
        except InvalidInput as error:
            raise with_place(error, path.name) from error
    tables = understood.tables
    if on_progress is not None:
        on_progress(JUDGING, sum(table.rows_in for table in tables))
    judge(tables, understood.cover.country, asked)
    records = _by_layer(tables)
    reading = Reading(
        tables={},
        records={
            layer: tuple(made)
            for (layer, kind), made in records.items()
            if issubclass(kind, _MADE_AGAIN)
        },
        report=report_on(tables, understood.issues, understood.unread),
        profile=understood.profile,
        profile_reason=understood.reason,
        cover=understood.cover,
        filename=path.name,
        sha256=sha256,
        adds=understood.adds,
        contacts=tuple(
            record for table in tables if table.kind.restricted for record in table.records
        ),
        sheets=reader.latest if asked.keep_sheets else (),
        considered=understood.considered,
        read_tables=tuple(ReadTable.of(table) for table in tables),
    )
    del reader, tables, understood  # the cells have gone before the tables come: both are large
    frames = {layer: frame_of(kind, made) for (layer, kind), made in records.items()}
    return replace(reading, tables=frames)


def _by_layer(tables: Sequence[TableRows]) -> dict[tuple[str, type[Any]], list[Any]]:
    """Return the records of each layer and its class; several tables of a file may fill one."""
    records: dict[tuple[str, type[Any]], list[Any]] = {}
    for table in tables:
        if table.rows_in and not table.kind.restricted:
            key = table.kind.layer, table.kind.record_class
            records.setdefault(key, []).extend(table.records)
    return records


def report_on(
    tables: Sequence[TableRows], issues: Sequence[Issue], unread: Mapping[str, int] | None = None
) -> Report:
    """Return what is wrong in some tables, and how many of their rows were accepted."""
    rows_in: Counter[str] = Counter()
    accepted: Counter[str] = Counter()
    rejected: Counter[str] = Counter()
    aside: Counter[str] = Counter()
    unmapped: dict[str, dict[str, int]] = {}
    for table in tables:
        rows_in[table.kind.layer] += table.rows_in
        accepted[table.kind.layer] += len(table.accepted)
        rejected[table.kind.layer] += table.rejected
        aside[table.kind.layer] += table.set_aside.total()
        for (name, word), count in () if table.kind.restricted else table.unmapped.items():
            words = unmapped.setdefault(f"{table.kind.layer}.{name}", {})
            words[word] = words.get(word, 0) + count
    every = [*issues, *(one for table in tables for one in _tellable(table))]
    return Report(
        # What holds for a whole sheet is told once, however many layers its rows fill.
        issues=tuple(errors_first(dict.fromkeys(every))),
        rows_in=dict(rows_in),
        rows_accepted=dict(accepted),
        rows_rejected={layer: rejected[layer] for layer in rows_in},
        rows_set_aside=dict(+aside),
        unmapped=unmapped,
        unread=dict(unread or {}),
    )


def _tellable(table: TableRows) -> list[Issue]:
    """Return a table's issues; of one about people without what its cells say.

    Others than its author read the report of a draft.
    """
    if not table.kind.restricted:
        return table.issues
    return [replace(issue, value=None, proposal=None) for issue in table.issues]
