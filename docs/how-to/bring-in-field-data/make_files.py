"""Write the files that others send on the day of the guide, into the present folder.

Exercise data: everything is invented. Only the shapes (headings, order, slips) are those of real files.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from xml.sax.saxutils import escape

import openpyxl

WFP = [
    "osm_id",
    "sourceid",
    "notes",
    "onme",
    "rtenme",
    "ntlclass",
    "fclass",
    "numlanes",
    "srftpe",
    "srfcond",
    "isseasonal",
    "curntprac",
    "gnralspeed",
    "rdwidthm",
    "status",
    "iselevated",
    "iso3",
    "country",
    "last_update",
    "id",
]
KOBO = [
    ("start", "2026-11-18T09:41:10.000-03:00"),
    ("end", "2026-11-18T09:44:31.000-03:00"),
    ("lca_constraints", "1"),
    ("Type", "Pont endommagé"),
    ("Effet sur la circulation", "Restreint"),
    ("Nom", "Pont de la Quebrada Santa Gracia (exercice)"),
    ("Nom ou numéro de la route, tel que signalé", "D-301"),
    ("Position GPS", "-29.8571 -71.1902 120.0 4.8"),
    ("_Position GPS_latitude", "-29.8571"),
    ("_Position GPS_longitude", "-71.1902"),
    ("_Position GPS_altitude", "120.0"),
    ("_Position GPS_precision", "4.8"),
    ("Masse totale maximale (t)", "12"),
    ("_id", "400001"),
    ("_uuid", "5f0c6f0e-0000-4000-8000-000000000001"),
    ("_submission_time", "2026-11-18T12:45:02"),
    ("_status", "submitted_via_web"),
    ("_index", "1"),
]
PORT = """<!doctype html><html lang="en"><head><meta charset="utf-8"><title>2.1.9 Puerto Exercise</title></head><body>
<h1>2.1.9 Chile Port of Puerto Exercise</h1>
<h2>Port Overview</h2>
<table>
<tr><td>Port Location and Contact</td><td></td></tr>
<tr><td>Country</td><td>Chile</td></tr>
<tr><td>Port Name</td><td>Puerto Exercise (exercise)</td></tr>
<tr><td>Latitude</td><td>29° 58' 05" S</td></tr>
<tr><td>Longitude</td><td>71 ` 21</td></tr>
<tr><td>Managing Company</td><td>Exercise Port Authority (simulated)</td></tr>
<tr><td>Management Contact Person</td><td>Robin Example, +56 9 0000 0001</td></tr>
</table>
<h2>Berthing Specifications</h2>
<table>
<tr><th>Type of Berth</th><th>Quantity</th><th>Length (m)</th><th>Maximum Draft (m)</th></tr>
<tr><td>Conventional Berth</td><td>2</td><td>180</td><td>8-9.5 m</td></tr>
<tr><td>Container Berth</td><td>1</td><td>approx. 220 m</td><td>11</td></tr>
</table>
</body></html>
"""
ROADS = [
    ["", "Coquimbo", "La Serena", "Vicuña", "Ovalle"],
    ["Coquimbo", "-", "14", "76", "86"],
    ["La Serena", "14", "-", "62", "99"],
    ["Vicuña", "76", "64", "-", "310"],
    ["Ovalle", "86", "99", "161", "-"],
]
DEPOTS = """Nom du magasin;Latitude;Longitude;Surface (ft2);Capacité (t);Obs
Dépôt de la Pampa (exercice);-71,2480;-29,9185;8611,1;300;ok
Magasin de Peñuelas (exercice);-71,2903;-29,9512;4305,6;120;à revoir
Hangar d'Altovalsol (exercice);-71,1288;-29,9283;2152,8;;
"""
CLOSURES = """<?xml version="1.0" encoding="UTF-8"?>
<kml xmlns="http://www.opengis.net/kml/2.2"><Document><name>Untitled map</name>
<Placemark><name>Untitled path</name><LineString><coordinates>
-71.2301,-29.8890,0 -71.2262,-29.8868,0</coordinates></LineString></Placemark>
<Placemark><name>Water over the road (exercise)</name><Point><coordinates>-71.2755,-29.9323,0</coordinates></Point></Placemark>
</Document></kml>
"""
WPI = """World Port Index Number,Main Port Name,UN/LOCODE,Country Code,Channel Depth (m),Anchorage Depth (m),Cargo Pier Depth (m),Harbor Size,Harbor Type,Latitude,Longitude
99001,Puerto Exercise,CL ZZE,Chile,11,0,9.5,S,CN,-29.967,-71.352
99002,Caleta Prueba (exercise),,Chile,0,7.3,0,V,OR,-29.72,-71.33
"""
LOCODE = ""","CL","ZZE","Puerto Exercise","Puerto Exercise","CO","1-------","RL","2607",,"2958S 07121W",
,"CL","ZZF","Pueblo Exercise","Pueblo Exercise","CO","--3-----","RL","2607",,"2952S 07110W",
"""


def _road(way: int, status: str, practicable: str, line: list[list[float]]) -> dict:
    said = {
        "osm_id": way,
        "onme": f"Camino {way} (exercise)",
        "ntlclass": "secondary",
        "fclass": "Secondary",
        "srftpe": "gravel",
        "curntprac": practicable,
        "status": status,
        "iso3": "CHL",
        "country": "Chile",
        "last_update": "2026-11-17",
    }
    columns = {name: said.get(name, "Unspecified") for name in WFP}
    columns |= {"numlanes": 0, "gnralspeed": 0, "rdwidthm": 0, "id": way}
    return {
        "type": "Feature",
        "properties": columns,
        "geometry": {"type": "LineString", "coordinates": line},
    }


def _document(title: str, rows: list[list[str]]) -> str:
    def paragraph(text: str, style: str = "") -> str:
        named = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
        return f"<w:p>{named}<w:r><w:t>{escape(text)}</w:t></w:r></w:p>"

    cells = ("".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) for row in rows)
    table = "".join(f"<w:tr>{row}</w:tr>" for row in cells)
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    body = f"{paragraph(title, 'Heading2')}<w:tbl>{table}</w:tbl>{paragraph('')}"
    return f'<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'


def _docx(path: Path, document: str) -> None:
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    word = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "[Content_Types].xml",
            f'<Types xmlns="{package}/content-types"><Default Extension="rels" ContentType='
            f'"application/vnd.openxmlformats-package.relationships+xml"/>'
            f'<Override PartName="/word/document.xml" ContentType="{word}"/></Types>',
        )
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{office}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        archive.writestr("word/document.xml", document)


def main() -> None:
    """Write the seven files."""
    roads = [
        _road(990001, "Closed", "Unspecified", [[-71.20, -29.85], [-71.19, -29.84]]),
        _road(990002, "Restricted", "4WD<3.5mt", [[-71.18, -29.90], [-71.17, -29.91]]),
        _road(990003, "Open", "Unspecified", [[-71.16, -29.93], [-71.15, -29.94]]),
        _road(990004, "Passable on foot", "Unspecified", [[-71.21, -29.96], [-71.20, -29.97]]),
    ]
    Path("roads.geojson").write_text(json.dumps({"type": "FeatureCollection", "features": roads}))
    Path("port.html").write_text(PORT, encoding="utf-8")
    _docx(Path("distances.docx"), _document("2.3 Distance Matrix (km)", ROADS))
    book = openpyxl.Workbook()
    book.active.append([heading for heading, _ in KOBO])
    book.active.append([value for _, value in KOBO])
    book.save("obstacles.xlsx")
    Path("depots.csv").write_text(DEPOTS, encoding="cp1252")
    Path("closures.kml").write_text(CLOSURES, encoding="utf-8")
    Path("ports.csv").write_text(WPI, encoding="utf-8")
    Path("locode.csv").write_text(LOCODE, encoding="utf-8")


if __name__ == "__main__":
    main()
