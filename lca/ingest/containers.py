"""The kinds of file that can be read, told by name and first bytes."""

from __future__ import annotations

from pathlib import Path

from lca.errors import UnreadableFile

WORKBOOK = "workbook"
_BY_SUFFIX = {
    ".xlsx": WORKBOOK,
    ".xlsm": WORKBOOK,
    ".geojson": "geojson",
    ".json": "geojson",
    ".geojsonl": "geojson",
    ".geojsons": "geojson",
    ".ndjson": "geojson",
    ".gpkg": "gpkg",
    ".zip": "shapefile",
    ".kml": "kml",
    ".kmz": "kmz",
    ".gpx": "gpx",
    ".fgb": "flatgeobuf",
    ".parquet": "geoparquet",
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".html": "html",
    ".htm": "html",
    ".docx": "docx",
}
CONTAINERS = tuple(dict.fromkeys(_BY_SUFFIX.values()))
"""Every kind of file."""
GIS_CONTAINERS = frozenset(
    {"geojson", "gpkg", "shapefile", "kml", "kmz", "gpx", "flatgeobuf", "geoparquet"}
)
"""Those whose rows come with a geometry."""
SHEETS = frozenset({WORKBOOK, "csv"})
"""Those in which people lay their tables out as they like."""
# What a file of a kind begins with; a text may begin with anything.
_BEGINNINGS = {
    "workbook": (b"PK\x03\x04",),
    "docx": (b"PK\x03\x04",),
    "kmz": (b"PK\x03\x04",),
    "shapefile": (b"PK\x03\x04",),
    "gpkg": (b"SQLite format 3\x00",),
    "flatgeobuf": (b"fgb",),
    "geoparquet": (b"PAR1",),
}
_NAMES = {
    b"PK\x03\x04": "a zip archive or an Office file",
    b"SQLite format 3\x00": "a GeoPackage or another SQLite file",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Office file (.xls, .doc) or a protected one",
    b"PAR1": "a Parquet file",
    b"fgb": "a FlatGeobuf",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"MZ": "a program",
    b"\x7fELF": "a program",
}


def container_of(path: Path) -> str:
    """Return the kind of a file by its name's ending.

    Raises
    ------
    UnreadableFile
        If no reader takes files of that ending.
    """
    suffix = path.suffix.lower()
    if suffix not in _BY_SUFFIX:
        raise UnreadableFile(
            f"Files of the kind {suffix or 'without an ending'!r} are not supported.",
            where=path.name,
            do_next="Save it as .xlsx, .csv, .geojson or .gpkg, or as a Shapefile in one .zip.",
        )
    return _BY_SUFFIX[suffix]


def require_content(path: Path, container: str) -> None:
    """Refuse a file whose first bytes are those of another kind than its name says.

    Raises
    ------
    UnreadableFile
        If so: a renamed PDF is no table, and no parser has to find out.
    """
    with path.open("rb") as stream:
        head = stream.read(16)
    wanted = _BEGINNINGS.get(container)
    if wanted is not None and head.startswith(wanted):
        return
    known = next((words for mark, words in _NAMES.items() if head.startswith(mark)), None)
    # Whether a damaged archive or text can be read is its reader's to say.
    if known is not None:
        raise UnreadableFile(
            f"By its content the file is {known}, not what its name says.",
            do_next="Open it in the program that made it, and save it as the kind that is meant.",
        )
