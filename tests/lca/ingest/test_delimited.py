"""Tables of text: any delimiter, any encoding, every row, and no cell under another's heading."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.errors import UnreadableFile
from lca.ingest import Limits, read_assessment
from lca.ingest.delimited import read_delimited
from lca.ingest.encodings import decode
from lca.ingest.instructions import Instructions
from lca.ingest.wire import SheetEnd, SheetRow

TEXTS = {
    "cp1252": ["Entrepôt fermé à Abéché", "Coquimbo – Peñuelas", "Capacité d’un bâtiment"],
    "cp1256": ["بورتسودان", "الجسر مغلق بسبب الفيضان", "كادقلي"],
    "cp1251": ["Мост закрыт из-за паводка", "Київ"],
    "cp1250": ["Łódź;Gdańsk;Kraków", "Žatec a Děčín", "Žďár nad Sázavou"],
    "iso8859_15": ["Œuvre à 5 €"],
    "mac_roman": ["Entrepôt fermé à Abéché", "Año Nuevo – Peñuelas, sección"],
}


def read(tmp_path, body, **limits):
    path = tmp_path / "table.csv"
    path.write_bytes(body if isinstance(body, bytes) else body.encode())
    messages = list(read_delimited(path, Limits(**limits)))
    rows = {message.number: message.cells for message in messages if isinstance(message, SheetRow)}
    (end,) = (message for message in messages if isinstance(message, SheetEnd))
    return rows, [what for what, _ in end.notes]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_the_one_that_parts_every_row_alike(tmp_path, delimiter):
    lines = [["name", "lat", "lon", "note"], ["Kosti", "13,16", "32,66", "a; b, c | d"]]
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows([*lines, *[["Nyala", "12,05", "24,88"]] * 3])
    rows, notes = read(tmp_path, stream.getvalue())
    assert list(rows[2].values()) == lines[1]
    assert len(rows) == 5
    assert notes == []


def test_decimal_commas_do_not_hide_the_semicolon(tmp_path):
    rows, _ = read(tmp_path, "lat;lon\n-29,9;-71,3\n-29,8;-71,2\n")
    assert rows[2] == {0: "-29,9", 1: "-71,3"}


def test_cells_stay_the_text_that_they_are(tmp_path):
    rows, _ = read(tmp_path, "code,day,size,empty\n007,03/04/2026,1E5,\n")
    assert rows[2] == {0: "007", 1: "03/04/2026", 2: "1E5"}


def test_the_apostrophe_against_formulas_is_no_part_of_a_text(tmp_path):
    rows, _ = read(tmp_path, "a,b,c\n'=Landslide,'-5,'Tis\n")
    assert rows[2] == {0: "=Landslide", 1: "-5", 2: "'Tis"}


def test_rows_have_the_numbers_that_a_spreadsheet_shows(tmp_path):
    rows, _ = read(tmp_path, 'sep=;\r\na;b\r\n\r\n;\r\n"two\r\nlines";2\r\n3;4\r\n')
    assert rows == {
        1: {0: "a", 1: "b"},
        4: {0: "two\r\nlines", 1: "2"},
        5: {0: "3", 1: "4"},
    }


def test_a_row_with_more_cells_than_headings_is_told(tmp_path):
    rows, notes = read(tmp_path, "name,lat\nA,1\nB, the port,2\nC,3\nD\n")
    assert len(rows) == 5
    (note,) = notes
    assert note.startswith("1 rows have more cells than the headings (3)")


def test_a_title_above_the_table_is_no_reason_for_another_delimiter(tmp_path):
    rows, notes = read(tmp_path, "Ports of the exercise, 2026\n\nname;lat\nA;1\nB;2\n")
    assert rows[4] == {0: "A", 1: "1"}
    assert notes == []


@pytest.mark.parametrize(
    ("encoding", "text"), [(name, text) for name, texts in TEXTS.items() for text in texts]
)
def test_the_encoding_is_found_by_what_the_text_says(tmp_path, encoding, text):
    body = f"name|lat\n{text}|1\n"
    rows, notes = read(tmp_path, body.encode(encoding))
    assert rows[2][0] == text
    assert "encoded" in notes[0]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "utf-16-le"])
@pytest.mark.parametrize("text", ["Abéché", "بورتسودان", "ኣኽሱም"])
def test_unicode_tells_itself(encoding, text):
    body = f"name of the facility,latitude of it,longitude\n{text},1,2\n".encode(encoding)
    if encoding == "utf-16-le":
        body = body.replace(text.encode("utf-16-le"), "Kosti".encode("utf-16-le"))
        text = "Kosti"
    decoded, guessed = decode(body)
    assert decoded.splitlines()[1] == f"{text},1,2"
    assert guessed == ("utf-16" if encoding == "utf-16-le" else None)


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (b"", "empty"),
        (b" \n\n\t\n", "empty"),
        (b"name,lat\nA\x00B,1\n", "no text"),
        (bytes(range(256)) * 50, "no text"),
        (b"\xff\xfea", "no text"),
        (b'name,lat\n"A,1\nB,2\nC,3\n', "swallows"),
        (b"name\n" + b"x" * 40_000, "swallows"),
        (b"name,lat\n" + b"x" * 200_000 + b",1\n", "near line 2"),
        (b"a\n" + b"," * 300 + b"1\n", "301 columns"),
        (b"a\n" * 30, "more than 20 rows"),
        (b"1,2,3,4\n" * 19, "more than 60 cells"),
    ],
)
def test_what_is_no_table_is_refused(tmp_path, body, what):
    with pytest.raises(UnreadableFile, match=what) as caught:
        read(tmp_path, body, rows=20, cells=60)
    assert caught.value.do_next


words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=6)


@given(
    st.lists(st.lists(words, min_size=3, max_size=3), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n"]),
)
def test_what_a_spreadsheet_writes_is_read_cell_by_cell(tmp_path_factory, drawn, delimiter, ending):
    table = [["name", "lat", "lon"], *drawn]
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter, lineterminator=ending, quoting=csv.QUOTE_ALL)
    writer.writerows(table)
    rows, _ = read(tmp_path_factory.mktemp("csv"), stream.getvalue())
    assert rows == {
        number: cells
        for number, row in enumerate(table, start=1)
        if (cells := {column: cell for column, cell in enumerate(row) if cell.strip()})
    }


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_one_clear_error(tmp_path_factory, body):
    try:
        rows, _ = read(tmp_path_factory.mktemp("csv"), body)
    except UnreadableFile as error:
        assert error.do_next  # noqa: PT017 - either outcome is lawful
    else:
        assert rows


def test_a_table_of_ours_is_read_through_the_child(tmp_path):
    path = tmp_path / "ports.csv"
    text = "Name;Latitude;Longitude;Max draft\nPort fermé;-29,95;-71,34;7,5\n"
    path.write_bytes(text.encode("cp1252"))
    reading = read_assessment(
        path,
        layer="ports",
        instructions=Instructions(
            source_org="Exercise cell", date_of_information=date(2026, 11, 1)
        ),
    )
    assert reading.report.rows_accepted == {"ports": 1}
    (name,) = reading.tables["ports"].name
    assert name == "Port fermé"
    assert any("cp1252" in issue.message for issue in reading.report.issues)
