"""Hostile workbooks: far cells, lies about their size, macros, links, formulas and worse."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

from . import office
from .case import Bait, Case, Maker, content
from .office import book, relations, row, text


def _book(data: str = "", *, before: str = "", **extra: bytes) -> Maker:
    parts = {
        **book(data, before=before),
        **{name.replace("__", "/"): one for name, one in extra.items()},
    }
    return lambda path, _: office.save(path, parts)


def _with(parts: dict[str, bytes]) -> Maker:
    return lambda path, _: office.save(path, {**book(row(2, text("A2", "Exercise"))), **parts})


def _cell(
    value: str, *, place: str = "A2", kind: str = "n", formula: str = "", style: str = ""
) -> str:
    made = f"<f>{formula}</f>" if formula else ""
    return f'<c r="{place}" t="{kind}"{style}>{made}<v>{value}</v></c>'


def _streamed(begin: bytes, repeated: bytes, times: int, end: bytes, **others: bytes) -> Maker:
    """Return a maker of a workbook whose sheet repeats something, never held in memory."""

    def make(path: Path, bait: Bait) -> None:
        del bait
        parts = {**book(), **others}
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
            for name, data in parts.items():
                if name != "xl/worksheets/sheet1.xml":
                    archive.writestr(zipfile.ZipInfo(name), data)
            entry = zipfile.ZipInfo("xl/worksheets/sheet1.xml")
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w", force_zip64=True) as sheet:
                sheet.write(begin)
                whole, rest = divmod(times, 10_000)
                for _ in range(whole):
                    sheet.write(repeated * 10_000)
                sheet.write(repeated * rest + end)

    return make


def _huge_string(path: Path, bait: Bait) -> None:
    """Write a shared text of 1.5 GB, 1.5 MB when packed."""
    del bait
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, data in book(row(2, _cell("0", kind="s"))).items():
            if name != "xl/sharedStrings.xml":
                archive.writestr(zipfile.ZipInfo(name), data)
        entry = zipfile.ZipInfo("xl/sharedStrings.xml")
        entry.compress_type = zipfile.ZIP_DEFLATED
        with archive.open(entry, "w", force_zip64=True) as strings:
            strings.write(b"<sst><si><t>")
            for _ in range(1_500):
                strings.write(b"a" * 1_000_000)
            strings.write(b"</t></si></sst>")


def _many_sheets(path: Path, bait: Bait) -> None:
    del bait
    parts = book()
    lines = "".join(f'<sheet name="S{n}" sheetId="{n}" r:id="r1"/>' for n in range(100_000))
    parts["xl/workbook.xml"] = (
        f'<workbook {office.SHEETS} xmlns:r="{office.RELATIONS}"><sheets>{lines}</sheets></workbook>'.encode()
    )
    office.save(path, parts)


def _same_sheet_often(path: Path, bait: Bait) -> None:
    """One sheet of 10,000 rows, listed under 500 names that are all read."""
    del bait
    rows = "".join(row(n, text(f"A{n}", "Exercise")) for n in range(2, 10_000))
    parts = book(rows)
    lines = "".join(f'<sheet name="Ports{" " * n}" sheetId="{n}" r:id="r1"/>' for n in range(500))
    parts["xl/workbook.xml"] = (
        f'<workbook {office.SHEETS} xmlns:r="{office.RELATIONS}"><sheets>{lines}</sheets></workbook>'.encode()
    )
    office.save(path, parts)


def _repeated_string(times: int) -> Maker:
    """Return a maker of a text of 32,000 characters to which every cell refers."""
    sst = f"<sst><si><t>{'x' * 32_000}</t></si></sst>".encode()
    head = f"<worksheet {office.SHEETS}><sheetData>{office.HEAD}".encode()
    cells = b'<row><c t="s"><v>0</v></c></row>'
    return _streamed(
        head, cells, times, b"</sheetData></worksheet>", **{"xl/sharedStrings.xml": sst}
    )


_OPEN = f"<worksheet {office.SHEETS}><sheetData>{office.HEAD}".encode()
_CLOSE = b"</sheetData></worksheet>"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FORMAT = '<styleSheet><numFmts><numFmt numFmtId="200" formatCode="{}"/></numFmts><cellXfs><xf numFmtId="200"/></cellXfs></styleSheet>'


def _styled(code: str) -> Maker:
    parts = book(row(2, _cell("44000", style=' s="0"')))
    parts["xl/_rels/workbook.xml.rels"] = relations(
        ("worksheet", "worksheets/sheet1.xml"), ("styles", "styles.xml")
    )
    parts["xl/styles.xml"] = _FORMAT.format(code).encode()
    return lambda path, _: office.save(path, parts)


def _target(kind: str, target: str) -> Maker:
    parts = book()
    parts["xl/_rels/workbook.xml.rels"] = relations((kind, target))
    return lambda path, _: office.save(path, parts)


MAKERS: dict[str, tuple[str, Maker]] = {
    "far cell XFD1048576": (
        "refused",
        _book('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
    ),
    "cell beyond Excel": (
        "refused",
        _book('<row r="9999999"><c r="ZZZ9999999"><v>1</v></c></row>'),
    ),
    "cell without a place": ("refused", _book(row(2, '<c r="A0"><v>1</v></c>'))),
    "cell of another row": ("refused", _book(row(2, '<c r="A9"><v>1</v></c>'))),
    "two cells in one place": ("refused", _book(row(2, _cell("1"), _cell("2")))),
    "row number of 30 digits": ("refused", _book(f'<row r="{"9" * 30}"/>')),
    "dimension that lies small": (
        "read",
        _book(row(2, text("A2", "Exercise")), before='<dimension ref="A1"/>'),
    ),
    "dimension that lies large": (
        "read",
        _book(row(2, text("A2", "Exercise")), before='<dimension ref="A1:XFD1048576"/>'),
    ),
    "wide row": ("refused", _book(row(2, "<c><v>1</v></c>" * 100_000))),
    "10 million rows": (
        "refused",
        _streamed(_OPEN, b"<row><c><v>1</v></c></row>", 10_000_000, _CLOSE),
    ),
    "a million rows": (
        "refused",
        _streamed(_OPEN, b"<row><c><v>1</v></c></row>", 1_000_000, _CLOSE),
    ),
    "3 million empty rows": ("either", _streamed(_OPEN, b"<row/>", 3_000_000, _CLOSE)),
    "3 million empty cells": (
        "either",
        _streamed(_OPEN + b'<row r="2">', b"<c/>", 3_000_000, b"</row>" + _CLOSE),
    ),
    "a million children of a cell": (
        "either",
        _streamed(_OPEN + b'<row r="2"><c r="A2">', b"<x/>", 1_000_000, b"</c></row>" + _CLOSE),
    ),
    "a million runs of a text": (
        "either",
        _streamed(
            _OPEN + b'<row r="2"><c r="A2" t="inlineStr"><is>',
            b"<r><t>a</t></r>",
            1_000_000,
            b"</is></c></row>" + _CLOSE,
        ),
    ),
    "a million merged ranges": (
        "either",
        _streamed(
            _OPEN + b"</sheetData><mergeCells>",
            b'<mergeCell ref="A1:B2"/>',
            1_000_000,
            b"</mergeCells></worksheet>",
        ),
    ),
    "a million things beside the rows": (
        "either",
        _streamed(_OPEN + b"</sheetData>", b"<x><y/></x>", 1_000_000, b"</worksheet>"),
    ),
    "shared text of 1.5 GB": ("refused", _huge_string),
    "long text in every cell": ("refused", _repeated_string(100_000)),
    "long text in some cells": ("either", _repeated_string(3_000)),
    "text of 4 GB claimed": ("refused", _book(row(2, _cell("4294967295", kind="s")))),
    "text that is not there": ("refused", _book(row(2, _cell("7", kind="s")))),
    "text of a negative number": ("refused", _book(row(2, _cell("-1", kind="s")))),
    "number that is none": ("refused", _book(row(2, _cell("1e")))),
    "1e999": ("either", _book(row(2, _cell("1e999")))),
    "NaN": ("either", _book(row(2, _cell("NaN")))),
    "number of a million digits": ("either", _book(row(2, _cell("9" * 1_000_000)))),
    "formula injection": ("read", _book(row(2, text("A2", "=cmd|'/C calc'!A0")))),
    "DDE formula": (
        "either",
        _book(row(2, _cell("1", formula="DDE(&quot;cmd&quot;;&quot;/C calc&quot;)"))),
    ),
    "formula that calls an address": (
        "either",
        lambda path, bait: office.save(
            path,
            book(row(2, _cell("x", kind="str", formula=f"WEBSERVICE(&quot;{bait.url}&quot;)"))),
        ),
    ),
    "date style of a huge number": ("either", _styled("yyyy")),
    "date style of a million letters": ("either", _styled("y" * 1_000_000)),
    "date style that backtracks": ("either", _styled("&quot;" * 100_000 + "[" * 100_000)),
    "escaped surrogates": ("either", _book(row(2, text("A2", "_xD800__xDFFF__x0000_")))),
    "bidi name": ("either", _book(row(2, text("A2", "Port\u202egnp.exe\u2066")))),
    "macro book": ("read", _with({"xl/vbaProject.bin": _OLE + bytes(2_000)})),
    "program inside": ("either", _with({"xl/embeddings/oleObject1.bin": b"MZ" + bytes(2_000)})),
    "external link": (
        "read",
        lambda path, bait: office.save(
            path,
            {
                **book(row(2, text("A2", "Exercise"))),
                "xl/externalLinks/externalLink1.xml": f'<x href="{bait.url}"/>'.encode(),
            },
        ),
    ),
    "sheet outside of the archive": (
        "refused",
        _target("worksheet", "../../../../../../etc/passwd"),
    ),
    "sheet at an address": ("refused", _target("worksheet", "http://127.0.0.1:9/sheet.xml")),
    "sheet that is the workbook": ("either", _target("worksheet", "workbook.xml")),
    "relationship without a sheet": ("refused", _target("styles", "styles.xml")),
    "100,000 sheets": ("refused", _many_sheets),
    "one sheet under 500 names": ("refused", _same_sheet_often),
    "encrypted": (
        "refused",
        content(_OLE + bytes(500) + "EncryptedPackage".encode("utf-16-le") + bytes(4_000)),
    ),
    "old xls": ("refused", content(_OLE + struct.pack("<24x4H", 62, 3, 0xFFFE, 9) + bytes(4_000))),
    "broken XML": (
        "refused",
        lambda path, _: office.save(
            path, {**book(), "xl/worksheets/sheet1.xml": b"<sheetData><row>"}
        ),
    ),
    "bad UTF-8": (
        "refused",
        lambda path, _: office.save(
            path, {**book(), "xl/worksheets/sheet1.xml": b"<worksheet>\xff\xfe\xfd</worksheet>"}
        ),
    ),
    "no workbook inside": ("refused", lambda path, _: office.save(path, {"a.txt": b"x"})),
    "Word document as a workbook": (
        "refused",
        lambda path, _: office.save(path, office.document()),
    ),
    "zeros": ("refused", content(bytes(100_000))),
    "noise": ("refused", content(bytes(n * 7919 % 251 for n in range(20_000)))),
    "empty": ("refused", content(b"")),
}


def cases() -> Iterator[Case]:
    """Yield each hostile workbook."""
    for name, (outcome, make) in MAKERS.items():
        suffix = ".xlsm" if name == "macro book" else ".xlsx"
        yield Case(f"{name} in a workbook", suffix, make, outcome)
