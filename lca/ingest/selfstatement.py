"""What a GIS file of ours says of itself: whether it is an exercise's, and what it was made as.

Runs in the child process only. ``layers.export`` writes the mark: a member ``exercise`` of the
GeoJSON collection, a line of the GeoPackage's table ``readme`` or of ``readme.txt`` beside a
Shapefile. ``layers.roundtrip`` adds the line
``checkout``, which also stands in the layer's description and so survives a copy of the layer.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .archive import open_archive
from .limits import Limits
from .texts import one_line
from .wire import COVER_SHEET, Cell, Message, SheetEnd, SheetRow, SheetStart

TICKET = "checkout"
_LONGEST_LINE = 2_000
_README = "readme.txt"
_LONGEST_README = 64_000
_MARK = re.compile(r"^exercise: (true|false|yes|no)\s*$", re.IGNORECASE | re.MULTILINE)


def body_of_geojson(path: Path) -> Any:
    """Return what a GeoJSON file holds; None if it is no JSON, which is GDAL's to say."""
    try:
        return json.loads(path.read_text(encoding="utf-8-sig", errors="replace"))
    except (ValueError, RecursionError):
        return None


def exercise_of_geojson(body: Any) -> Cell | None:
    """Return the collection's member ``exercise`` as it stands; None if there is none."""
    stated = body.get("exercise") if isinstance(body, dict) else None
    return stated if stated is None or isinstance(stated, bool) else one_line(str(stated))


def exercise_of_geopackage(path: Path) -> str | None:
    """Return the value of the line ``exercise`` of a table ``readme``; None if there is none."""
    found = _texts(path, "SELECT value FROM readme WHERE item = 'exercise'")
    return one_line(found[0]) if found else None


def exercise_of_archive(path: Path, limits: Limits) -> str | None:
    """Return the mark in the ``readme.txt`` beside a Shapefile; None if there is none.

    A line of another meaning is no mark: anybody may have written the text.
    """
    with open_archive(path, limits) as archive:
        if _README not in archive.namelist():
            return None
        with archive.open(_README) as stream:
            return exercise_of_text(stream.read(_LONGEST_README).decode("utf-8", errors="replace"))


def exercise_of_text(text: str) -> str | None:
    """Return the mark in a text of lines as ``exercise: True``; None without such a line."""
    match = _MARK.search(text[:_LONGEST_README])
    return match[1] if match else None


def statement_of(exercise: Cell) -> Iterator[Message]:
    """Yield the sheet by which a file says whether its data is an exercise's."""
    yield SheetStart(COVER_SHEET, known=True)
    yield SheetRow(1, {0: "Exercise", 1: exercise})
    yield SheetEnd()


def ticket_of_geopackage(path: Path) -> Iterator[Message]:
    """Yield a sheet with each line of the file that may be the ticket of a checkout."""
    lines = _texts(path, f"SELECT value FROM readme WHERE item = '{TICKET}'")  # noqa: S608
    lines += _texts(path, "SELECT description FROM gpkg_contents ORDER BY table_name")
    yield SheetStart(TICKET, known=True)
    for number, line in enumerate(lines[:100], start=1):
        yield SheetRow(number, {0: TICKET, 1: one_line(line, _LONGEST_LINE)})
    yield SheetEnd()


def _texts(path: Path, query: str) -> list[str]:
    """Return the texts that a query finds; none if the file has no such table."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        return [str(row[0]) for row in connection.execute(query) if row[0] is not None]
    except sqlite3.DatabaseError:  # there is no such table, or it is somebody else's
        return []
    finally:
        connection.close()
