"""The parts of small Office files, KMZ and zipped Shapefiles, to which something hostile is added."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
SHEETS = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
WORDS = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row>'
PRJ = 'GEOGCS["WGS 84",DATUM["WGS_1984",SPHEROID["WGS 84",6378137,298.257223563]],PRIMEM["Greenwich",0],UNIT["degree",0.0174532925199433]]'
KML = "<Placemark><name>Exercise</name><Point><coordinates>-71.3,-29.9</coordinates></Point></Placemark>"

Parts = dict[str, bytes]


def relations(*lines: tuple[str, str]) -> bytes:
    """Return a part of relationships: type and target of each."""
    body = "".join(
        f'<Relationship Id="r{number}" Type="{RELATIONS}/{kind}" Target="{target}"/>'
        for number, (kind, target) in enumerate(lines, start=1)
    )
    return f"<Relationships>{body}</Relationships>".encode()


def row(number: int, *cells: str) -> str:
    """Return a row of a sheet from the XML of its cells."""
    return f'<row r="{number}">{"".join(cells)}</row>'


def text(place: str, words: str) -> str:
    """Return a cell with a text of its own."""
    return f'<c r="{place}" t="inlineStr"><is><t>{words}</t></is></c>'


def book(data: str = "", *, before: str = "", prolog: str = "") -> Parts:
    """Return the parts of a workbook of one sheet Ports; ``data`` are the rows below the headings."""
    sheet = f"{prolog}<worksheet {SHEETS}>{before}<sheetData>{HEAD}{data}</sheetData></worksheet>"
    return {
        "_rels/.rels": relations(("officeDocument", "xl/workbook.xml")),
        "xl/workbook.xml": f'<workbook {SHEETS} xmlns:r="{RELATIONS}"><sheets><sheet name="Ports" sheetId="1" r:id="r1"/></sheets></workbook>'.encode(),
        "xl/_rels/workbook.xml.rels": relations(
            ("worksheet", "worksheets/sheet1.xml"), ("sharedStrings", "sharedStrings.xml")
        ),
        "xl/sharedStrings.xml": b"<sst/>",
        "xl/worksheets/sheet1.xml": sheet.encode("utf-8", "surrogatepass"),
    }


def document(
    body: str = "", *, prolog: str = "", extra: Mapping[str, bytes] | None = None
) -> Parts:
    """Return the parts of a Word document with one small table and whatever else."""
    cells = "".join(f"<w:tc><w:p><w:r><w:t>{words}</w:t></w:r></w:p></w:tc>" for words in "ab")
    table = f"<w:tbl><w:tr>{cells}</w:tr><w:tr>{cells}</w:tr></w:tbl>"
    return {
        "_rels/.rels": relations(("officeDocument", "word/document.xml")),
        "[Content_Types].xml": b"<Types/>",
        "word/document.xml": f"{prolog}<w:document {WORDS}><w:body>{table}{body}</w:body></w:document>".encode(),
        **(extra or {}),
    }


def kmz(body: str = KML, *, prolog: str = "") -> Parts:
    """Return the parts of a KMZ."""
    return {"doc.kml": kml(body, prolog=prolog)}


def kml(body: str = KML, *, prolog: str = "") -> bytes:
    """Return a KML document."""
    return f'{prolog}<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{body}</Document></kml>'.encode()


def gpx(
    body: str = '<wpt lat="-29.9" lon="-71.3"><name>Exercise</name></wpt>', prolog: str = ""
) -> bytes:
    """Return a GPX document."""
    return f'{prolog}<gpx version="1.1" creator="x" xmlns="http://www.topografix.com/GPX/1/1">{body}</gpx>'.encode()


def shp(*, points: int = 1, length: int | None = None, record_words: int | None = None) -> bytes:
    """Return a .shp of one point, with what its header and record claim."""
    record = struct.pack("<idd", 1, -71.3, -29.9)
    words = len(record) // 2 if record_words is None else record_words
    body = b"".join(struct.pack(">ii", number + 1, words) + record for number in range(points))
    whole = (100 + len(body)) // 2 if length is None else length
    header = struct.pack(">i20xi", 9994, whole) + struct.pack("<ii", 1000, 1)
    return header + struct.pack("<4d", -72, -30, -71, -29) + bytes(32) + body


def dbf(
    *, rows: int = 1, claimed: int | None = None, width: int = 10, record: int | None = None
) -> bytes:
    """Return a .dbf with a column of names, with what its header claims."""
    count = rows if claimed is None else claimed
    head = struct.pack("<BBBBIHH20x", 3, 126, 1, 1, count, 65, record or width + 1)
    field = b"name".ljust(11, b"\0") + b"C" + bytes(4) + struct.pack("<BB14x", width, 0)
    return head + field + b"\r" + (b" " + b"Exercise".ljust(width)[:width]) * rows + b"\x1a"


def shapefile(**changed: bytes) -> Parts:
    """Return the parts of a zipped Shapefile, some of them replaced."""
    parts = {"shp": shp(), "dbf": dbf(), "prj": PRJ.encode(), **changed}
    return {f"roads.{suffix}": data for suffix, data in parts.items()}


def packed(parts: Mapping[str, bytes], *, store: bool = False) -> bytes:
    """Return a zip archive of the parts, the same bytes every time."""
    stream = io.BytesIO()
    method = zipfile.ZIP_STORED if store else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in parts.items():
            entry = zipfile.ZipInfo(name)
            entry.compress_type = method
            archive.writestr(entry, data)
    return stream.getvalue()


def save(path: Path, parts: Mapping[str, bytes]) -> None:
    """Write a zip archive of the parts."""
    path.write_bytes(packed(parts))
