"""Workbooks for tests: as a person would fill them in, and as an attacker would build them."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl

COVER = {
    "Operation": "CHL-EX",
    "Country": "CHL",
    "Organisation": "WFP",
    "Assessment date": "2026-11-16",
    "Time zone": "America/Santiago",
    "Licence": "CC BY 4.0",
    "Exercise": "no",
}
PORT_HEADINGS = ["Name", "Latitude", "Longitude"]
CONSTRAINT_HEADINGS = [
    "Id",
    "Name",
    "Effect on traffic",
    "Location precision",
    "Latitude",
    "Longitude",
]


def save_workbook(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    cover: Mapping[str, Any] | None = None,
) -> Path:
    """Write sheets as rows of cells, the cover first unless it is given as empty."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    if cover is None:
        cover = COVER
    for title, rows in {**({"Assessment": list(cover.items())} if cover else {}), **sheets}.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def save_ports(path: Path, *rows: Sequence[Any], headings: Sequence[str] = PORT_HEADINGS) -> Path:
    """Write a workbook with one sheet of ports."""
    return save_workbook(path, {"Ports": [headings, *rows]})


def save_constraints(path: Path, *rows: Mapping[str, Any]) -> Path:
    """Write a workbook with one sheet of constraints, each a complete one but for its cells."""
    complete = [
        {
            "Id": f"c{number}",
            "Name": f"Constraint {number}",
            "Effect on traffic": "restricted",
            "Location precision": "accurate",
            "Latitude": -29.9,
            "Longitude": -71.25,
            **row,
        }
        for number, row in enumerate(rows, start=1)
    ]
    headings = list(dict.fromkeys(heading for row in complete for heading in row))
    cells = [[row.get(heading) for heading in headings] for row in complete]
    return save_workbook(path, {"Constraints": [headings, *cells]})


_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEAD_ROW = '<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row>'


def save_raw(
    path: Path,
    sheet_xml: str | bytes,
    *,
    strings: str | bytes | None = None,
    extra: Mapping[str, bytes] | None = None,
    prolog: str = "",
) -> Path:
    """Write a workbook of one sheet Ports from raw XML, and whatever else is to lie in the zip."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "_rels/.rels",
            f'<Relationships><Relationship Id="r1" Type="{_RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook {_MAIN} xmlns:r="{_RELATIONS}"><sheets><sheet name="Ports" sheetId="1" r:id="r1"/></sheets></workbook>',
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships><Relationship Id="r1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/>'
            f'<Relationship Id="r2" Type="{_RELATIONS}/sharedStrings" Target="sharedStrings.xml"/></Relationships>'
            if strings is not None
            else f'<Relationships><Relationship Id="r1" Type="{_RELATIONS}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        )
        if isinstance(sheet_xml, str):
            sheet_xml = f"{prolog}<worksheet {_MAIN}>{sheet_xml}</worksheet>".encode()
        archive.writestr("xl/worksheets/sheet1.xml", sheet_xml)
        if strings is not None:
            archive.writestr("xl/sharedStrings.xml", strings)
        for name, content in (extra or {}).items():
            archive.writestr(name, content)
    return path
