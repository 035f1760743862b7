"""Measure the exports of a layer by format, beside GDAL and geopandas on the same rows.

Run it as ``python -m benchmarks.exports [POINTS]``. Each file is opened again and its rows are
counted, so that nothing incomplete is ever fast. GDAL writes bare rows; ours carry licence, dates
and sensitivity, and the GeoPackage its style.
"""

from __future__ import annotations

import io
import sys
import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from rich.console import Console
from rich.table import Table

from benchmarks.samples import Samples
from layers.export import ExportFormat, export
from layers.operation import Operation
from layers.store import Store
from lca.instant import utc_now
from lca.vocab import Sensitivity

_POINTS = 50_000
_RUNS = 3
_DRIVERS = {
    ExportFormat.GEOJSON: "GeoJSON",
    ExportFormat.GPKG: "GPKG",
    ExportFormat.FGB: "FlatGeobuf",
    ExportFormat.KML: "KML",
    ExportFormat.SHP: "ESRI Shapefile",
    ExportFormat.CSV: "CSV",
}


def main() -> None:
    """Publish some points and print how long each format takes, and how large it is."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else _POINTS
    table = Table(title=f"Exports of {count:,} points", title_justify="left")
    for heading in ("format", "median ms", "MB", "bare rows by", "median ms", "ratio"):
        table.add_column(
            heading, justify="left" if heading in {"format", "bare rows by"} else "right"
        )
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder) / "store") as store:
        store.set_operation(Operation("BEN", "Benchmark", exercise=True, time_zone="UTC"))
        draft = store.draft("places", places(count), "benchmark", "points")
        release = store.publish(draft.id, "benchmark")
        frame = store.frame(release.version)
        for fmt in ExportFormat:
            bodies: list[bytes] = []
            ours = Samples(fmt.value).run(
                lambda fmt=fmt, bodies=bodies: bodies.append(
                    export(store, release, fmt, Sensitivity.PUBLIC)
                ),
                _RUNS,
            )
            _require_rows(fmt, bodies[-1], count)
            peer, theirs = _peer(fmt, frame, Path(folder))
            table.add_row(
                fmt.value,
                f"{ours.median_ms:,.0f}",
                f"{len(bodies[-1]) / 1e6:.1f}",
                peer,
                f"{theirs.median_ms:,.0f}" if theirs else "",
                f"{ours.median_ms / theirs.median_ms:.2g}" if theirs else "",
            )
    Console(width=100).print(table)


def places(count: int) -> gpd.GeoDataFrame:
    """Return invented places (exercise data), EPSG:4326, the same each time."""
    dice = np.random.default_rng(20261122)
    points = shapely.points(dice.uniform(-71.5, -71.0, count), dice.uniform(-30.5, -29.5, count))
    columns = {
        "id": [f"P{number:06d}" for number in range(count)],
        "name": [f"Place {number} (exercise)" for number in range(count)],
        "population": dice.integers(10, 20_000, count),
        "source_org": "Benchmark",
        "date_of_information": pd.Timestamp(utc_now()).floor("D"),
    }
    return gpd.GeoDataFrame(columns, geometry=points, crs="EPSG:4326")


def _peer(fmt: ExportFormat, frame: gpd.GeoDataFrame, folder: Path) -> tuple[str, Samples | None]:
    """Let another writer write the same rows without anything about them."""
    plain = frame.assign(**{
        name: frame[name].dt.tz_localize(None)
        for name in frame.columns
        if isinstance(frame[name].dtype, pd.DatetimeTZDtype)
    })  # fmt: skip
    if fmt is ExportFormat.PARQUET:
        write: Callable[[], object] = lambda: plain.to_parquet(folder / "peer.parquet")  # noqa: E731
        return "geopandas", Samples("geopandas").run(write, _RUNS)
    driver = _DRIVERS.get(fmt)
    if driver is None:
        return "", None

    # GDAL writes no geometry into CSV; its column of text stands for ours.
    placed = plain.assign(wkt=plain.geometry.to_wkt())
    written = pd.DataFrame(placed.drop(columns="geometry")) if driver == "CSV" else plain

    def by_gdal() -> None:
        target = folder / f"peer.{fmt.value}"
        target.unlink(missing_ok=True)
        pyogrio.write_dataframe(written, target, driver=driver)

    return "GDAL", Samples("GDAL").run(by_gdal, _RUNS)


def _require_rows(fmt: ExportFormat, body: bytes, count: int) -> None:
    """Stop if a file does not hold every row."""
    if fmt is ExportFormat.CSV:
        found = len(pd.read_csv(io.BytesIO(body), low_memory=False))
    elif fmt is ExportFormat.PARQUET:
        found = len(gpd.read_parquet(io.BytesIO(body)))
    elif fmt is ExportFormat.XLSX:
        found = len(pd.read_excel(io.BytesIO(body), sheet_name="places v1"))
    elif fmt is ExportFormat.SHP:
        with zipfile.ZipFile(io.BytesIO(body)) as packed:
            name = next(name for name in packed.namelist() if name.endswith(".shp"))
        found = len(_gdal_rows(body, ".zip", name))
    else:
        found = len(_gdal_rows(body, f".{fmt.value}"))
    if found < count:
        msg = f"{fmt.value} holds {found} of {count} rows"
        raise SystemExit(msg)


def _gdal_rows(body: bytes, suffix: str, member: str = "") -> gpd.GeoDataFrame:
    with tempfile.NamedTemporaryFile(suffix=suffix) as file:
        file.write(body)
        file.flush()
        return pyogrio.read_dataframe(f"{file.name}!{member}" if member else file.name, layer=0)


if __name__ == "__main__":
    main()
