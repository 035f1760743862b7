"""What people draw on phones and globes: closures without an effect, and ports as placemarks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from scripts.corpus import files
from scripts.corpus.book import Value
from scripts.corpus.case import Case, Seed
from scripts.corpus.ground import COUNT, COUNTRY, INLAND, NAMES, OFFICE, day, stretch
from scripts.corpus.table import Table, Truth

_WRITERS: Mapping[str, Callable[[Table], files.Writer]] = {
    "kml": files.kml,
    "kmz": files.kmz,
    "gpx": files.gpx,
    "geojson": files.geojson,
    "gpkg": partial(files.by_gdal, driver="GPKG"),
    "fgb": partial(files.by_gdal, driver="FlatGeobuf"),
    "shp.zip": files.shapefile,
    "parquet": files.geoparquet,
}


def closures(kind: str) -> Table:
    """Return closures drawn as points or lines, with a name and no more."""
    truths = []
    for one in range(COUNT):
        lat, lon = INLAND[one]
        cells: dict[str, Value] = {"name": NAMES[one]}
        record = {
            "name": NAMES[one],
            "effect": "unknown",
            "status": "reported",
            "location_precision": "unknown",
            "source_org": OFFICE,
            "date_of_information": day(0),
            "exercise": True,
        }
        place: object = stretch(one)
        if kind == "points":
            record |= {"latitude": lat, "longitude": lon}
            place = (lon, lat)
        truths.append(Truth(cells, record, place))
    return Table(
        shape=f"drawn_{kind}",
        layer="constraints",
        profile="bare-closures",
        truths=tuple(truths),
        roles={"name": "name"},
        geodata=True,
        given_layer=True,
        options={
            "exercise": True,
            "source_org": OFFICE,
            "date_of_information": day(0),
            "country": COUNTRY,
        },
    )


def drawn_cases() -> Iterator[Case]:
    """Yield points and lines in every format that people draw in."""
    for kind in ("points", "lines"):
        for suffix, writer in _WRITERS.items():
            table = closures(kind)
            yield _case(table, suffix, writer(table))
    far = _far_off(closures("points"))
    for suffix in ("kml", "gpx", "geojson"):
        yield _case(far, suffix, _WRITERS[suffix](far))


def _far_off(table: Table) -> Table:
    """Exchange latitude and longitude of one point."""
    truth = table.truths[3]
    lon, lat = truth.place
    seed = Seed(r"coordinates\.swapped", table.row_number(3), rejects=True)
    return table.changed(3, replace(truth, place=(lat, lon), record=None), seed, fault="swapped")


def _case(table: Table, suffix: str, writer: files.Writer) -> Case:
    return Case(
        name=f"{table.shape}_{table.fault}.{suffix}",
        family="bare closures",
        fault=table.fault,
        profile=table.profile,
        rows={table.layer: len(table.truths)},
        records={
            table.layer: tuple(truth.record for truth in table.truths if truth.record is not None)
        },
        write=writer,
        seeds=table.seeds,
        layer=table.layer,
        options=table.options,
    )
