"""FlatGeobuf, written by GDAL in a child process: the serving process loads no GDAL."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pyarrow as pa

from lca.errors import StoreUnavailable

from . import arrow
from .extract import Extract

_WORKER = Path(__file__).resolve().with_name("flatgeobuf_worker.py")
_LONGEST_S = 1_800
_LAST_WORDS = 2_000
_PLAIN_KINDS = {
    "Point",
    "LineString",
    "Polygon",
    "MultiPoint",
    "MultiLineString",
    "MultiPolygon",
}


def write(extract: Extract, path: Path) -> None:
    """Write the rows with an index by place; rows without a place leave the file without one.

    Raises
    ------
    StoreUnavailable
        If the child process failed, for want of space or time.
    """
    target = path.absolute()  # the child works in another folder
    with tempfile.TemporaryDirectory(dir=target.parent) as folder:
        source, job = Path(folder) / "rows.arrow", Path(folder) / "job.json"
        schema = arrow.schema_of(extract, lists=False, boxes=False)
        with pa.OSFile(str(source), "wb") as sink, pa.ipc.new_file(sink, schema) as writer:
            for batch in arrow.batches_of(extract, schema):
                writer.write_batch(batch)
        # The index is built beside the rows, and GDAL keeps no order of rows in a file with one.
        job.write_text(json.dumps(_job(extract, source, target)), encoding="utf-8")
        _run(job, Path(folder))


def _job(extract: Extract, source: Path, path: Path) -> dict[str, object]:
    kinds = extract.kinds
    located = extract.facts.count > 0 and extract.facts.somewhere
    return {
        "source": str(source),
        "target": str(path),
        "layer": extract.name,
        "geometry": arrow.GEOMETRY,
        "geometry_type": kinds[0] if len(kinds) == 1 and kinds[0] in _PLAIN_KINDS else "Unknown",
        "options": {
            "SPATIAL_INDEX": "YES" if located else "NO",
            "TITLE": extract.title,
            "DESCRIPTION": extract.description,
        },
        "metadata": extract.told,
    }


def _run(job: Path, folder: Path) -> None:
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("GDAL", "OGR"))
    }
    try:
        done = subprocess.run(  # noqa: S603 - our own program, no shell
            [sys.executable, "-I", "-B", str(_WORKER), str(job)],
            check=False,
            capture_output=True,
            cwd=folder,
            env={**environment, "CPL_TMPDIR": str(folder)},
            timeout=_LONGEST_S,
        )
    except subprocess.TimeoutExpired:
        raise _failed(f"it took more than {_LONGEST_S // 60} minutes") from None
    if done.returncode != 0:
        error = _failed(f"its writer stopped with exit code {done.returncode}")
        error.add_note(done.stderr[-_LAST_WORDS:].decode("utf-8", errors="replace"))
        raise error


def _failed(why: str) -> StoreUnavailable:
    return StoreUnavailable(
        f"The FlatGeobuf file could not be written: {why}.",
        do_next="Look whether the disk is full; a GeoPackage or GeoParquet holds the same.",
    )
