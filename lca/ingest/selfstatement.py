"""What a GIS file of ours says of itself: whether its data is invented for an exercise.

Runs in the child process only. ``layers.export`` writes the mark: a member ``exercise`` of the
GeoJSON collection, a line of the GeoPackage's table ``readme``.
"""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

from .texts import one_line
from .wire import Cell


def exercise_of_geojson(path: Path) -> Cell | None:
    """Return the collection's member ``exercise`` as it stands; None if there is none.

    A text that is no JSON states nothing here; whether it can be read at all is GDAL's to say.
    """
    try:
        body = json.loads(path.read_text(encoding="utf-8-sig", errors="replace"))
    except (ValueError, RecursionError):
        return None
    stated = body.get("exercise") if isinstance(body, dict) else None
    return stated if stated is None or isinstance(stated, bool) else one_line(str(stated))


def exercise_of_geopackage(path: Path) -> Cell | None:
    """Return the value of the line ``exercise`` of a table ``readme``; None if there is none."""
    connection = sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        row = connection.execute("SELECT value FROM readme WHERE item = 'exercise'").fetchone()
    except sqlite3.DatabaseError:  # there is no such table, or it is somebody else's
        return None
    finally:
        connection.close()
    return None if row is None or row[0] is None else one_line(str(row[0]))
