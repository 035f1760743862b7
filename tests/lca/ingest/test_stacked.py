"""Tables that lie under each other on one sheet: each by its own headings, or told as unread."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.readtables import EXERCISE, read_sheets

from lca.errors import UnreadableFile
from lca.ingest import stacked
from lca.ingest.stacked import MOST_PARTS, parts_of
from lca.ingest.wire import Sheet, SheetRow
from lca.issues import Severity

PORTS = ["Name", "Latitude", "Longitude", "Maximum draft (m)", "Operational status"]
COQUIMBO = ["Coquimbo", -29.95, -71.33, 9.5, "operational"]
ARICA = ["Arica", -18.47, -70.32, 11, "restricted"]
AIRPORTS = ["Name", "Longest runway (m)", "Latitude", "Longitude", "Operational status"]
LA_FLORIDA = ["La Florida", 1938, -29.91, -71.2, "operational"]
STOCKS = ["Item", "Price", "Currency", "Remarks"]
BAGS = ["Bags", 12, "CLP", "jute"]
BLANK: list[object] = []


def a_sheet(*rows, name="Ports"):
    """A sheet of rows as lists; a blank row has no cells, and so the child does not report it."""
    filled = [
        SheetRow(number, {at: cell for at, cell in enumerate(row) if cell != ""})
        for number, row in enumerate(rows, start=1)
        if row
    ]
    return Sheet(name, True, tuple(filled))


def read(*rows, name="Ports", container="workbook", layer=None):
    return read_sheets(a_sheet(*rows, name=name), container=container, layer=layer)


def names(read, layer):
    return [record.name for record in read.records.get(layer, [])]


def errors(read):
    return [one for one in read.report.issues if one.severity is Severity.ERROR]


@pytest.mark.parametrize("title", [[], [["Airports"]], [["Aéroports"], BLANK]])
def test_a_second_table_is_read_by_its_own_headings_as_what_they_say(title):
    table = read(PORTS, COQUIMBO, ARICA, BLANK, *title, AIRPORTS, LA_FLORIDA)
    assert names(table, "ports") == ["Coquimbo", "Arica"]
    (airport,) = table["airports"]
    assert (airport.runway_length_m, airport.geometry.y) == (1938, -29.91)
    assert not errors(table)
    assert any("Another table begins in row" in one.message for one in table.issues("file.noted"))


def test_a_cell_that_is_merged_in_a_later_table_states_nothing_of_the_rows_below():
    rows = a_sheet(PORTS, COQUIMBO, BLANK, AIRPORTS, LA_FLORIDA, ["Chacalluta", 2170, -18.3, -70.3])
    table = read_sheets(replace(rows, merged=("B2:C2", "E5:E6")), container="workbook")
    assert names(table, "airports") == ["La Florida"]
    assert [(one.row, one.rule) for one in errors(table)] == [(6, "row.merged")]
    told = [one.message for one in table.report.issues if "are merged" in one.message]
    assert [message.split()[2] for message in told] == ["B2:C2", "E5:E6"]


def test_a_second_table_of_the_same_kind_may_have_other_headings():
    other = ["Operational status", "Name", "Longitude", "Latitude"]
    table = read(PORTS, COQUIMBO, BLANK, other, ["restricted", "Arica", -70.32, -18.47])
    assert [(one.name, one.geometry.y) for one in table["ports"]] == [
        ("Coquimbo", -29.95),
        ("Arica", -18.47),
    ]
    assert not errors(table)


def test_headings_that_are_repeated_are_no_row_and_end_no_table():
    table = read(PORTS, COQUIMBO, PORTS, ARICA, BLANK, ["Ports of the north"], PORTS, ARICA)
    assert names(table, "ports") == ["Coquimbo", "Arica"]
    (double,) = errors(table)
    assert (double.row, double.message[:5]) == (8, "Row 4")
    (title,) = table.issues("file.noted")
    assert title.message == "Taken for a title of repeated headings: 1 lone cell, first in row 6."
    assert table.report.rows_in == {"ports": 3}


def test_a_table_that_nothing_knows_is_not_typed_by_the_columns_above_it():
    table = read(PORTS, COQUIMBO, ARICA, BLANK, STOCKS, BAGS)
    assert names(table, "ports") == ["Coquimbo", "Arica"]
    assert not errors(table)
    (told,) = table.issues("table.unread")
    assert (told.sheet, told.row) == ("Ports", 5)
    assert told.value == "Item, Price, Currency, Remarks"
    assert table.report.unread == {"Ports": 2}


def test_a_table_of_another_layer_in_a_file_of_one_layer_is_left_and_told():
    table = read(
        PORTS, COQUIMBO, BLANK, AIRPORTS, LA_FLORIDA, name="x", container="csv", layer="ports"
    )
    assert names(table, "ports") == ["Coquimbo"]
    assert [one.row for one in table.issues("table.unread")] == [4]


def test_a_later_table_of_a_source_is_read_by_its_profile():
    head = ["World Port Index Number", "Main Port Name", "Latitude", "Longitude", "Harbor Size"]
    rows = [[14700, "Coquimbo", -29.95, -71.33, "Small"], [14710, "Arica", -18.47, -70.32, "Small"]]
    other = [head[1], head[0], *head[2:]]
    moved = [rows[1][1], rows[1][0], *rows[1][2:]]
    table = read(head, rows[0], BLANK, other, moved, name="Index")
    assert table.profile == "world-port-index"
    assert names(table, "ports") == ["Coquimbo", "Arica"]


@pytest.mark.parametrize(
    ("name", "container"), [("Ports", "workbook"), ("Index", "workbook"), ("x", "csv")]
)
def test_more_tables_than_anybody_lays_out_are_refused_before_each_is_looked_at(
    monkeypatch, name, container
):
    looked_at = []
    own_plan = stacked.own_plan
    monkeypatch.setattr(stacked, "own_plan", lambda *given: looked_at.append(1) or own_plan(*given))
    other = ["Operational status", "Name", "Longitude", "Latitude"]
    pair = [BLANK, other, ["restricted", "Arica", -70.32, -18.47], BLANK, PORTS, COQUIMBO]
    with pytest.raises(UnreadableFile, match=f"More than {MOST_PARTS} tables") as told:
        read(PORTS, COQUIMBO, *(pair * 151), name=name, container=container, layer="ports")
    assert "Give each a sheet" in told.value.do_next
    assert not looked_at


@pytest.mark.parametrize(
    "rows",
    [
        pytest.param([PORTS, COQUIMBO, BLANK, ARICA], id="a blank row between data"),
        pytest.param(
            [PORTS, COQUIMBO, BLANK, ["Arica", "unknown", "n/a", "not known", "closed"], ARICA],
            id="a row of which nothing is known",
        ),
        pytest.param([["Ports of Chile"], BLANK, PORTS, COQUIMBO, ARICA], id="a title"),
        pytest.param(
            [["Country", "Chile"], ["Date", "2026-11-20"], BLANK, PORTS, COQUIMBO, ARICA],
            id="what the file says of itself",
        ),
        pytest.param(
            [["Port", "Location", "", "Figures"], BLANK, PORTS, COQUIMBO, ARICA],
            id="headings in two rows",
        ),
        pytest.param(
            [PORTS, ["#loc+name", "#geo+lat", "#geo+lon", "#x", "#status"], BLANK, COQUIMBO, ARICA],
            id="a row of tags",
        ),
        pytest.param(
            [PORTS, COQUIMBO, ARICA, BLANK, ["Source: the port authority"]], id="a line below"
        ),
        pytest.param(
            [
                ["Name", "Type", "Road name", "Note"],
                ["A", "Bridge", "Road", "x"],
                BLANK,
                ["B", "Bridge", "Road", "Capacity"],
                ["C", "Ford", "Road", "x"],
            ],
            id="values that are headings elsewhere",
        ),
    ],
)
def test_what_only_looks_like_headings_begins_no_table(rows):
    sheet = a_sheet(*rows)
    assert parts_of([sheet]) == (sheet,)


def test_without_a_blank_row_or_a_title_other_words_begin_no_table():
    sheet = a_sheet(PORTS, COQUIMBO, ["Name", "Status", "Source", "Note"], ARICA)
    assert parts_of([sheet]) == (sheet,)


def test_shapes_of_a_file_are_one_table_whatever_they_say():
    shape = {"type": "Point", "coordinates": [-71.33, -29.95]}
    rows = a_sheet(PORTS, COQUIMBO, BLANK, AIRPORTS, LA_FLORIDA).rows
    drawn = Sheet("x", True, (rows[0], *(SheetRow(r.number, r.cells, shape) for r in rows[1:])))
    assert parts_of([drawn]) == (drawn,)


def test_the_exercise_mark_of_a_file_holds_for_its_later_tables():
    table = read(PORTS, COQUIMBO, BLANK, AIRPORTS, LA_FLORIDA)
    assert EXERCISE.exercise
    assert all(one.exercise for layer in table.records.values() for one in layer)
