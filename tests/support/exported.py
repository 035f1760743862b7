"""Files of rows of a layer as the exports write them, and the readers of them in this process."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

from layers.export import ExportFormat, file_name, write_export
from layers.exports.shapefile import dbf_names
from layers.operation import Operation
from layers.profiles.profile import load_profiles
from layers.release import Release
from layers.spec import load_specs
from lca.ingest import understanding, wire, worker
from lca.ingest.child import read_in_child
from lca.ingest.gis.gdal import DRIVERS
from lca.table import frame_of_rows
from lca.vocab import Sensitivity

SPECS = load_specs()
RELEASED = datetime(2026, 11, 15, tzinfo=UTC)
OPERATION = Operation("CHL-EX", "Coquimbo", exercise=True, time_zone="America/Santiago")


def exported(
    folder: Path,
    layer: str,
    rows: Sequence[Mapping[str, Any]],
    fmt: str,
    profile: str | None = None,
    *,
    exercise: bool = True,
) -> Path:
    """Write rows of a layer as a release of it is exported; ``dbf.csv`` has a Shapefile's columns."""
    frame = frame_of_rows(SPECS[layer].fields, rows)
    release = Release(
        layer, 1, "a" * 64, RELEASED, "Ana", "m", "publish", len(rows), exercise, None, None
    )
    store: Any = SimpleNamespace(
        specs=SPECS, frames=lambda _: iter([frame]), operation=OPERATION if exercise else None
    )
    chosen = ExportFormat(fmt.removeprefix("dbf."))
    path = folder / file_name(release, chosen, profile)
    write_export(store, release, chosen, path, Sensitivity.RESTRICTED, profile=profile)
    if fmt == "dbf.csv":
        fields = (
            SPECS[layer].fields
            if profile is None
            else [one.field for one in load_profiles()[profile].layers[layer].columns]
        )
        _cut_names(path, dict(zip((f.name for f in fields), dbf_names(fields), strict=True)))
    return path


@contextmanager
def without_a_child(result: Path | None = None) -> Iterator[None]:
    """Read in this process what is not GDAL's: a child costs half a second.

    ``result`` is where another process has read the file to already.
    """

    def here(job: Any, scratch: Path, limits: Any, **options: Any) -> tuple[wire.Sheet, ...]:
        if result is not None:
            return wire.read(result, limits)
        if job.kind in DRIVERS:
            return read_in_child(job, scratch, limits, **options)
        body = {
            "kind": job.kind,
            "known_sheets": list(job.known_sheets),
            "layer": job.layer,
            "every_layer": job.every_layer,
        }
        made = scratch / "result.jsonl"
        wire.write(worker._messages(body, job.source, limits), made)
        return wire.read(made, limits)

    with mock.patch.object(understanding, "read_in_child", here):
        yield


def _cut_names(path: Path, names: Mapping[str, str]) -> None:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        head, *lines = csv.reader(stream)
    with path.open("w", encoding="utf-8-sig", newline="") as stream:
        csv.writer(stream).writerows([[names.get(name, name) for name in head], *lines])
