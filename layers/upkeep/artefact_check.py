"""Whether the files that are made from versions are whole: all of them can be made again."""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path

from layers.filesum import is_as_kept
from layers.tiles.archive import TileArchive
from lca.errors import StoreUnavailable

from .findings import Finding, note, rebuildable


def check_artefacts(
    folder: Path,
    layers: Mapping[str, str],
    counts: Mapping[str, int],
    withdrawn: Collection[str],
) -> Iterator[Finding]:
    """Yield the query files that are damaged, and the folders that nothing needs any more.

    Parameters
    ----------
    layers, counts : mapping
        Each version's layer and number of rows, by the version's id.
    """
    for place in sorted(folder.iterdir() if folder.is_dir() else ()):
        if place.name in withdrawn:
            yield note("its version is withdrawn.", _name(place), "lca gc deletes it.")
        for path in sorted(place.glob("*.gpkg")) if place.name in layers else ():
            fault = _fault(path, layers[place.name], counts[place.name])
            if fault:
                yield rebuildable(f"{path.name} is damaged: {fault}.", _name(place), path)
        for path in sorted(place.glob("*.pmtiles")):
            damage = _tiles_fault(path)
            if damage:
                yield rebuildable(f"{path.name} is damaged: {damage}", _name(place), path)


def _fault(path: Path, layer: str, count: int) -> str | None:
    try:
        address = f"{path.absolute().as_uri()}?mode=ro&immutable=1"
        connection = sqlite3.connect(address, uri=True)
        try:
            found = [row[0] for row in connection.execute("PRAGMA integrity_check(3)")]
            if found != ["ok"]:
                return "; ".join(map(str, found))
            (rows,) = connection.execute(f'SELECT count(*) FROM "{layer}"').fetchone()  # noqa: S608
        finally:
            connection.close()
    except sqlite3.Error as error:
        return str(error)
    if is_as_kept(path) is False:
        return "its bytes are not those that were written"
    return None if rows == count else f"it has {rows} rows instead of {count}"


def _tiles_fault(path: Path) -> str | None:
    try:
        archive = TileArchive(path)
    except StoreUnavailable as error:
        return error.what
    try:
        return archive.fault()
    finally:
        archive.close()


def _name(place: Path) -> str:
    return f"artefacts/{place.name[:12]}"
