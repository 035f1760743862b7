"""Whatever a document holds: nothing is lost in silence, nothing breaks, people stay out of layers."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from lca.ingest import read_assessment
from lca.ingest.assessment import report_on
from lca.ingest.instructions import Instructions
from lca.ingest.judgement.matrices import check_matrices
from lca.ingest.pages.document import understand_document
from lca.ingest.pages.reading import read_document
from lca.ingest.profiles.profile import load_profiles
from lca.ingest.wire import Sheet, SheetRow
from lca.record import to_row

ASKED = Instructions(source_org="exercise", date_of_information=date(2026, 11, 1), exercise=True)
HEADINGS = sorted(
    {
        heading
        for table in load_profiles()["lca-pages"].tables
        for column in table.columns
        for heading in column.headings
    }
)
WORDS = st.sampled_from(
    [
        "Aton",
        "Bereth",
        "Cusha",
        "yes",
        "No",
        "12 m",
        "8-10",
        "4 x 25 MT",
        "3 Days",
        "1,120",
        "-",
        "19°36'57\" N",
        "x@example.org",
        "+249 912 000 111",
        "12 MAR 26",
        "600 SDG",
        "USD",
        "2024",
        "24 hours",
        "Asphalt",
        "Sudan",
        "",
        "0",
        "☒ Yes ☐ No",
        "Mobile crane",
        "1 day = 8 hours",
    ]
)
CELLS = st.one_of(st.sampled_from(HEADINGS), WORDS, st.text(max_size=12), st.integers(-5, 9999))
TITLES = st.sampled_from(
    [
        "2.1.1 Port of X",
        "Berthing",
        "2.3 Road network",
        "Distance matrix",
        "3.1 Fuel",
        "Runways",
        "4.1 Contact list",
        "2.6 Storage",
        "Anything",
        "Équipement de manutention",
    ]
)


@st.composite
def sheets(draw):
    made = []
    for number in range(draw(st.integers(1, 4))):
        width = draw(st.integers(1, 5))
        rows = draw(st.lists(st.lists(CELLS, min_size=width, max_size=width), max_size=6))
        cells = [
            SheetRow(at, {i: cell for i, cell in enumerate(row) if cell != ""})
            for at, row in enumerate(rows, start=1)
        ]
        context = tuple(draw(st.lists(TITLES, max_size=3)))
        made.append(Sheet(f"Table {number}", rows=tuple(cells), context=context))
    return tuple(made)


@settings(max_examples=50, deadline=None)
@given(sheets())
def test_every_row_is_accepted_or_rejected_and_no_address_is_in_a_layer(given_sheets):
    document = understand_document(given_sheets, load_profiles()["lca-pages"], ASKED)
    tables = read_document(document)
    check_matrices(tables, fix=True)
    report_on(tables, document.issues, document.unread)  # refuses to exist if a row is lost
    for table in tables:
        assert len(table.accepted) <= table.rows_in
        if len(table.accepted) < table.rows_in:
            assert any(issue.severity == "error" for issue in table.issues)
        if not table.kind.restricted:
            for record in table.records:
                assert "@example" not in str(to_row(record))
                assert "912 000" not in str(to_row(record))


def test_tables_below_each_other_in_a_workbook_are_read_as_on_the_page(tmp_path):
    book = Workbook()
    port, road = book.active, book.create_sheet("2.3 Road")
    port.title = "2.1.1 Port of Testhaven"
    for row in (
        ["2.1.1 Port of Testhaven"],
        [],
        ["Port Location and Contact"],
        ["Country", "Sudan"],
        ["Port's complete name", "Port of Testhaven"],
        ["Latitude", "19 ` 36"],
        ["Longitude", "37°13'28\" E"],
        ["Maximum draft", 12.5],
        [],
        ["Type of Berth", "Quantity", "Length (m)", "Maximum Draft (m)"],
        ["Conventional", 4, 600, "10 m"],
    ):
        port.append(row)
    for row in (["Distance matrix (km)"], [], ["", "A", "B", "C"], ["A", "", 100, 200]):
        road.append(row)
    road.append(["B", 100, "", 150])
    road.append(["C", 200, 160, ""])
    book.save(tmp_path / "lca.xlsx")
    reading = read_assessment(tmp_path / "lca.xlsx", instructions=ASKED)
    assert reading.profile == "lca-pages"
    assert reading.report.rows_in == {"ports": 1, "berths": 1, "travel_legs": 6}
    assert reading.tables["ports"].max_draft_m[0] == 12.5
    assert reading.tables["berths"].facility_name[0] == "Port of Testhaven"
    (told,) = reading.report.issues
    assert told.rule == "matrix.asymmetric"


def test_a_matrix_pasted_into_text_is_read(tmp_path):
    path = tmp_path / "distances.txt"
    path.write_text(
        "\tAton\tBereth\tCusha\nAton\t\t100\t200\nBereth\t100\t\t150\nCusha\t200\t150\t\n"
    )
    reading = read_assessment(path, instructions=ASKED)
    assert reading.report.rows_in == {"travel_legs": 6}
    assert reading.report.issues == ()
