"""Whatever a sheet holds: rows in are rows accepted plus rows rejected, and nothing is made up."""

from __future__ import annotations

from datetime import date, datetime, time

from hypothesis import given, settings
from hypothesis import strategies as st

from lca.ingest.cover import COVER_KEYS, Cover, read_cover
from lca.ingest.headings import LOCATION_TITLES, heading_of, location_targets, map_headings
from lca.ingest.rows import read_rows
from lca.ingest.sheets import TABLE_KINDS, kind_of_layer
from lca.ingest.whereabouts import check_whereabouts
from lca.ingest.wire import CellFault, Sheet, SheetRow
from lca.issues import Severity
from lca.record import fields_of
from lca.table import frame_of, records_of

COVER = Cover(organisation="WFP", assessed_on=date(2026, 11, 16), time_zone="America/Santiago")
words = st.sampled_from(
    [
        "blocked",
        "restricted",
        "unknown",
        "n/a",
        "yes",
        "no",
        "-29.9",
        "29°57' S",
        "2026-11-20",
        "x",
        " ",
        "22:00",
        "resolved",
    ]
)
cells = st.one_of(
    words,
    st.text(max_size=8),
    st.integers(-200, 200),
    st.floats(-1e6, 1e6),
    st.booleans(),
    st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001
    st.just(time(8)),
    st.just(CellFault("#REF!")),
)


def headings_of(kind):
    titles = [heading_of(field) for field in fields_of(kind.record_class)]
    return [*titles, *(LOCATION_TITLES[target] for target in location_targets(kind))]


@st.composite
def sheets(draw):
    """Draw a sheet of any kind: its own headings and strange ones, over cells of every sort."""
    kind = draw(st.sampled_from(TABLE_KINDS))
    known = st.sampled_from(headings_of(kind))
    titles = ["Name", *draw(st.lists(known | st.text(max_size=12), max_size=8, unique=True))]
    head = SheetRow(1, dict(enumerate(titles)))
    rows = [
        SheetRow(number, draw(st.dictionaries(st.integers(0, len(titles)), cells, max_size=8)))
        for number in range(2, 2 + draw(st.integers(0, 6)))
    ]
    return kind, Sheet(kind.sheet, rows=(head, *rows))


@settings(max_examples=300)
@given(sheets())
def test_no_row_is_lost_and_every_rejected_one_has_its_error(drawn):
    kind, sheet = drawn
    table = read_rows(sheet, kind, COVER)
    check_whereabouts([table], "CHL")
    filled = [
        row.number
        for row in sheet.rows[1:]
        if any(not (isinstance(cell, str) and not cell.strip()) for cell in row.cells.values())
    ]
    accepted = {row.number for row, _ in table.accepted}
    assert len(table.accepted) <= table.rows_in <= len(filled)
    errors = [issue for issue in table.issues if issue.severity is Severity.ERROR]
    blamed = {issue.row for issue in errors}
    if not any(row == sheet.rows[0].number for row in blamed):  # else the headings reject all rows
        assert accepted.isdisjoint(blamed)
        assert len(blamed) == table.rows_in - len(accepted)
    assert all(
        issue.message and issue.do_next and issue.sheet == kind.sheet for issue in table.issues
    )
    frame = frame_of(kind.record_class, table.records)
    assert records_of(kind.record_class, frame) == table.records
    assert frame.id.is_unique


@given(st.lists(st.tuples(cells, cells), max_size=9), st.sampled_from(COVER_KEYS), cells)
def test_any_cover_is_read_or_refused(pairs, key, value):
    rows = [SheetRow(n, {0: left, 1: right}) for n, (left, right) in enumerate(pairs, start=1)]
    rows.append(SheetRow(99, {0: key, 1: value}))
    try:
        cover, issues = read_cover(Sheet("Assessment", rows=tuple(rows)))
    except ValueError as error:
        assert "neither yes nor no" in str(error)  # noqa: PT017 - either outcome is lawful
        return
    assert cover.country is None or len(cover.country) == 3
    assert cover.zone is None or cover.zone.key == cover.time_zone
    assert all(issue.do_next for issue in issues)


def test_every_heading_of_the_template_is_read_as_itself_in_any_case():
    for kind in TABLE_KINDS:
        for change in (str, str.upper, str.lower, lambda text: f"  {text} * "):
            titles = [change(title) for title in headings_of(kind)]
            columns, issues = map_headings(dict(enumerate(titles)), kind, row=1)
            assert issues == []
            targets = [field.name for field in fields_of(kind.record_class)]
            assert [column.target for column in columns.values()] == [
                *targets,
                *location_targets(kind),
            ]


def test_every_field_is_read_by_its_name_also_as_a_shapefile_cuts_it():
    for kind in TABLE_KINDS:
        names = [field.name for field in fields_of(kind.record_class)]
        for cut in (99, 10):
            short = [name[:cut] for name in names]
            if len(set(short)) == len(short):
                columns, _ = map_headings(dict(enumerate(short)), kind, row=1)
                assert [column.target for column in columns.values()] == names


def test_layers_and_sheets_name_each_other():
    assert all(kind_of_layer(kind.layer) is kind for kind in TABLE_KINDS)
    assert kind_of_layer("roads") is None
