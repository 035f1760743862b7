"""Write a plain XLSX workbook cell by cell, fast, as Excel stores one: shared texts, date serials.

Written by hand, so that what a workbook holds does not depend on the library that is tested or
compared: merged cells, empty rows, dates of either calendar and titles above a table.
"""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

Value = str | int | float | bool | date | None
Rows = Iterable[Sequence[Value]]

_EPOCHS = {False: datetime(1899, 12, 30), True: datetime(1904, 1, 1)}  # noqa: DTZ001 - of Excel
_STAMP = (2026, 11, 21, 12, 0, 0)
_DAY, _MOMENT = 1, 2
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="1"><font/></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="3"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    '<xf numFmtId="22" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/>'
    "</cellXfs></styleSheet>"
)


def write_book(
    path: Path,
    sheets: Mapping[str, Rows],
    *,
    merged: Mapping[str, Sequence[str]] | None = None,
    date1904: bool = False,
) -> Path:
    """Write sheets as rows of cells; None leaves a cell out, an empty row leaves a row out.

    Parameters
    ----------
    merged : mapping of str to sequence of str, optional
        Merged ranges by sheet, as ``A2:A5``.
    date1904 : bool
        Count days from 1904, as old workbooks of the Macintosh do.
    """
    texts: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for number, (name, rows) in enumerate(sheets.items(), start=1):
            ranges = (merged or {}).get(name, ())
            with archive.open(_entry(f"xl/worksheets/sheet{number}.xml"), "w") as stream:
                for part in _sheet(rows, texts, ranges, _EPOCHS[date1904]):
                    stream.write(part.encode())
        for entry, text in _parts(list(sheets), texts, date1904=date1904):
            archive.writestr(_entry(entry), _HEAD + text)
    return path


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _STAMP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    return entry


def _sheet(
    rows: Rows, texts: dict[str, int], merged: Sequence[str], epoch: datetime
) -> Iterator[str]:
    yield f'{_HEAD}<worksheet xmlns="{_MAIN}"><sheetData>'
    for number, row in enumerate(rows, start=1):
        cells = "".join(
            _cell(value, f"{column_letters(index)}{number}", texts, epoch)
            for index, value in enumerate(row)
            if value is not None
        )
        if cells:
            yield f'<row r="{number}">{cells}</row>'
    yield "</sheetData>"
    if merged:
        ranges = "".join(f'<mergeCell ref="{one}"/>' for one in merged)
        yield f'<mergeCells count="{len(merged)}">{ranges}</mergeCells>'
    yield "</worksheet>"


def _cell(value: Value, place: str, texts: dict[str, int], epoch: datetime) -> str:
    if isinstance(value, str):
        return f'<c r="{place}" t="s"><v>{texts.setdefault(value, len(texts))}</v></c>'
    if isinstance(value, bool):
        return f'<c r="{place}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, datetime):
        days = (value - epoch).total_seconds() / 86_400
        return f'<c r="{place}" s="{_MOMENT}"><v>{days!r}</v></c>'
    if isinstance(value, date):
        return f'<c r="{place}" s="{_DAY}"><v>{(value - epoch.date()).days}</v></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def column_letters(index: int) -> str:
    """Return a column's letters: 0 is A, 26 is AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _parts(
    names: Sequence[str], texts: Mapping[str, int], *, date1904: bool
) -> Iterator[tuple[str, str]]:
    """Yield every part of the package but its sheets."""
    numbers = range(1, len(names) + 1)
    strings = "".join(f'<si><t xml:space="preserve">{escape(text)}</t></si>' for text in texts)
    yield "xl/sharedStrings.xml", f'<sst xmlns="{_MAIN}">{strings}</sst>'
    yield "xl/styles.xml", _STYLES
    sheets = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{number}" r:id="rId{number}"/>'
        for number, name in zip(numbers, names, strict=True)
    )
    flag = f'<workbookPr date1904="{int(date1904)}"/>'
    names_of_space = f'xmlns="{_MAIN}" xmlns:r="{_OFFICE}"'
    yield (
        "xl/workbook.xml",
        f"<workbook {names_of_space}>{flag}<sheets>{sheets}</sheets></workbook>",
    )
    relations = [(f"rId{one}", "worksheet", f"worksheets/sheet{one}.xml") for one in numbers]
    relations += [("rIdT", "sharedStrings", "sharedStrings.xml"), ("rIdS", "styles", "styles.xml")]
    yield "xl/_rels/workbook.xml.rels", _relations(relations)
    yield "_rels/.rels", _relations([("rId1", "officeDocument", "xl/workbook.xml")])
    kinds = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles")]
    kinds += [("/xl/sharedStrings.xml", "sharedStrings")]
    kinds += [(f"/xl/worksheets/sheet{one}.xml", "worksheet") for one in numbers]
    overrides = "".join(
        f'<Override PartName="{part}" ContentType="{_KIND}.{kind}+xml"/>' for part, kind in kinds
    )
    relation = "application/vnd.openxmlformats-package.relationships+xml"
    defaults = "".join(
        f'<Default Extension="{suffix}" ContentType="{kind}"/>'
        for suffix, kind in (("rels", relation), ("xml", "application/xml"))
    )
    yield "[Content_Types].xml", f'<Types xmlns="{_TYPES}">{defaults}{overrides}</Types>'


def _relations(relations: Iterable[tuple[str, str, str]]) -> str:
    parts = "".join(
        f'<Relationship Id="{one}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for one, kind, target in relations
    )
    return f'<Relationships xmlns="{_PACKAGE}">{parts}</Relationships>'
