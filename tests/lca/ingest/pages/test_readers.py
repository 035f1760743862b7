"""The readers of web pages and Word documents: merged cells, headings, encodings, hostile files."""

from __future__ import annotations

import zipfile

import pytest
from support.pages import document_xml, save_docx, save_page

from lca.errors import LcaError, UnreadableFile
from lca.ingest import read_assessment
from lca.ingest.limits import Limits
from lca.ingest.pages.docx import read_docx
from lca.ingest.pages.html import read_html
from lca.ingest.pages.outline import TEXT
from lca.ingest.wire import CellFault, SheetRow, SheetStart


def read(path, limits=None):
    """Return name, headings and cells of each table."""
    reader = read_docx if path.suffix == ".docx" else read_html
    tables = []
    for message in reader(path, limits or Limits()):
        if isinstance(message, SheetStart):
            tables.append((message.name, message.context, []))
        elif isinstance(message, SheetRow):
            tables[-1][2].append(message.cells)
    return tables


def html(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "page.html"
    path.write_bytes(text.encode(encoding) if isinstance(text, str) else text)
    return path


@pytest.mark.parametrize("ending", [".html", ".docx"])
def test_a_merged_cell_says_its_text_in_every_place(tmp_path, ending):
    rows = [
        [("Limits", 2, 1), ("Town", 1, 2)],
        ["axle", "gross"],
        [("8", 1, 3), "40", "Aton"],
        ["38", "Bereth"],
        ["36", "Cusha"],
    ]
    ((name, context, cells),) = read(
        save_page(tmp_path / f"t{ending}", [("h2", "Roads"), ("table", rows)])
    )
    assert (name, context) == ("Roads", ("Roads",))
    assert cells == [
        {0: "Limits", 1: "Limits", 2: "Town"},
        {0: "axle", 1: "gross", 2: "Town"},
        {0: "8", 1: "40", 2: "Aton"},
        {0: "8", 1: "38", 2: "Bereth"},
        {0: "8", 1: "36", 2: "Cusha"},
    ]


@pytest.mark.parametrize("ending", [".html", ".docx"])
def test_a_table_has_the_headings_it_stands_under_and_no_others(tmp_path, ending):
    table = ("table", [["a", "b"]])
    parts = [("h1", "One"), ("h3", "Deep"), table, ("h2", "Two"), table, ("h1", "Three"), table]
    contexts = [context for _, context, _ in read(save_page(tmp_path / f"t{ending}", parts))]
    assert contexts == [("One", "Deep"), ("One", "Two"), ("Three",)]


@pytest.mark.parametrize("ending", [".html", ".docx"])
def test_a_numbered_line_without_style_is_a_heading(tmp_path, ending):
    parts = [("p", "2.1.3 Port of X"), ("p", "Berths"), ("table", [["a", "b"]])]
    ((_, context, _), prose) = read(save_page(tmp_path / f"t{ending}", parts))
    assert context == ("2.1.3 Port of X", "Berths")
    assert prose[0] == TEXT


@pytest.mark.parametrize("ending", [".html", ".docx"])
def test_lines_of_key_and_value_are_a_table_and_other_text_is_kept_apart(tmp_path, ending):
    parts = [
        ("h2", "Port"),
        ("p", "Latitude: 19 N"),
        ("p", "Longitude: 37 E"),
        ("p", "It is fine."),
    ]
    pairs, prose = read(save_page(tmp_path / f"t{ending}", parts))
    assert pairs == ("Port", ("Port",), [{0: "Latitude", 1: "19 N"}, {0: "Longitude", 1: "37 E"}])
    assert prose == (TEXT, (), [{0: "It is fine."}])


def test_a_table_inside_of_a_cell_is_a_table_of_its_own(tmp_path):
    page = "<h1>P</h1><table><tr><td>Berths</td><td>4<table><tr><td>x</td><td>y</td></tr></table></td></tr></table>"
    outer, inner = read(html(tmp_path, page))
    assert outer[2] == [{0: "Berths", 1: "4"}]
    assert inner == ("Berths", ("P", "Berths"), [{0: "x", 1: "y"}])


def test_a_table_that_only_lays_out_the_page_is_none(tmp_path):
    page = "<table><tr><td><h1>P</h1><p>Text here</p><table><tr><td>x</td><td>y</td></tr></table></td></tr></table>"
    table, prose = read(html(tmp_path, page))
    assert table[1:] == (("P", "Text here"), [{0: "x", 1: "y"}])
    assert prose[2] == [{0: "Text here"}]


@pytest.mark.parametrize(
    ("head", "encoding"),
    [
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ("", "utf-16"),
        ("", "cp1252"),
        ('<meta charset="iso-8859-1">', "cp1252"),
        ('<meta http-equiv="Content-Type" content="text/html; charset=windows-1250">', "cp1250"),
        ('<?xml version="1.0" encoding="utf-8"?>', "utf-8"),
        ('<meta charset="no-such-thing">', "cp1252"),
    ],
)
def test_letters_survive_their_encoding(tmp_path, head, encoding):
    page = f"{head}<table><tr><td>Entrepôt</td><td>café</td></tr></table>"
    ((_, _, cells),) = read(html(tmp_path, page, encoding))
    assert cells == [{0: "Entrepôt", 1: "café"}]


def test_scripts_styles_comments_and_what_is_deleted_say_nothing(tmp_path):
    page = "<body><script>var a='<table><tr><td>x</td></tr></table>'</script><style>p{}</style><!-- c --><p>Seen</p></body>"
    assert read(html(tmp_path, page)) == [(TEXT, (), [{0: "Seen"}])]
    body = document_xml([("p", "Seen")]).replace(
        "<w:body>", "<w:body><w:p><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>"
    )
    assert read(save_docx(tmp_path / "d.docx", body)) == [(TEXT, (), [{0: "Seen"}])]


@pytest.mark.parametrize(
    "page",
    [
        b"",
        b"   ",
        b"\x00" * 5000,
        b"<html><body></body></html>",
        "<div>" * 5000 + "<p>deep</p>",
        "<table>" + "<tr><td>" * 3000,
        "<table><tr><td colspan='65535' rowspan='65534'>x</td></tr>"
        + "<tr></tr>" * 9000
        + "</table>",
        "<table><tr>" + "<td>x</td>" * 400 + "</tr></table>",
        "<table>"
        "<tr>" + "<td rowspan='60000'>x</td>" * 200 + "</tr>" + "<tr></tr>" * 9000 + "</table>",
        "<table><tr><td>x</td></tr></table>" * 2500,
    ],
)
def test_a_hostile_page_is_refused_in_words(tmp_path, page):
    with pytest.raises(UnreadableFile) as refused:
        read(html(tmp_path, page))
    assert refused.value.do_next


@pytest.mark.parametrize(
    "page",
    [
        "<!DOCTYPE html [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><p>&a; stays</p>",
        "<table><tr><td colspan='-3' rowspan='x'>a</td><td colspan='9e9'>b</td></tr></table>",
        "<td>lost</td></table></tr>",
        "<p>" + "a" * 100_000 + "</p>",
        "<table><tr><td>" + "a" * 100_000 + "</td><td>b</td></tr></table>",
        "<iframe src='http://127.0.0.1:9/x'></iframe><img src='file:///etc/passwd'><p>x</p>",
        "<p>\ud83d\ude00".encode("utf-16-le", "surrogatepass").decode("utf-16-le") + "</p>",
    ],
)
def test_an_odd_page_is_read_without_looking_anywhere_else(tmp_path, page):
    tables = read(html(tmp_path, page))
    assert "root:" not in str(tables)


def test_a_cell_that_is_too_long_is_a_fault_and_not_a_text(tmp_path):
    page = "<table><tr><td>" + "a" * 40_000 + "</td><td>b</td></tr></table>"
    ((_, _, cells),) = read(html(tmp_path, page))
    assert isinstance(cells[0][0], CellFault)


def doctype(tmp_path):
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + document_xml([("p", "&b;")])
    return save_docx(tmp_path / "d.docx", bomb.replace("&amp;b;", "&b;"))


def with_macros(tmp_path):
    return save_docx(tmp_path / "d.docx", document_xml([("p", "x")]), word__vbaProject_bin="x")


def without_text(tmp_path):
    return save_docx(tmp_path / "d.docx", document_xml([]))


def too_deep(tmp_path):
    return save_docx(
        tmp_path / "d.docx", document_xml([]).replace("<w:body>", "<w:body>" + "<w:x>" * 300)
    )


def cut_off(tmp_path):
    return save_docx(tmp_path / "d.docx", document_xml([("p", "x")])[:-20])


def another_part(tmp_path):
    path = tmp_path / "d.docx"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "_rels/.rels",
            '<R><Relationship Type="x/officeDocument" Target="../../etc/passwd"/></R>',
        )
    return path


def no_archive(tmp_path):
    path = tmp_path / "d.docx"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    return path


def wide_span(tmp_path):
    return save_page(tmp_path / "d.docx", [("table", [[("x", 5000, 1)]])])


@pytest.mark.parametrize(
    "make",
    [doctype, with_macros, without_text, too_deep, cut_off, another_part, no_archive, wide_span],
)
def test_a_hostile_document_is_refused_in_words(tmp_path, make):
    path = make(tmp_path)
    if make is with_macros:
        with zipfile.ZipFile(path, "a") as archive:
            archive.writestr("word/vbaProject.bin", b"x")
    with pytest.raises(LcaError) as refused:
        read(path)
    assert refused.value.do_next


def test_a_word_file_with_macros_is_no_kind_of_file_that_is_read(tmp_path):
    path = save_docx(tmp_path / "d.docx", document_xml([("p", "x")])).rename(tmp_path / "d.docm")
    with pytest.raises(UnreadableFile, match="not supported"):
        read_assessment(path)


def test_a_page_that_the_child_refuses_is_refused_by_the_parent_in_the_same_words(tmp_path):
    with pytest.raises(UnreadableFile, match="deep"):
        read_assessment(html(tmp_path, "<div>" * 5000 + "<p>deep</p>"))
