"""A whole version of a layer as a file."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from starlette.background import BackgroundTask
from starlette.responses import FileResponse, Response

from api.behind import tag_parts
from api.caching import etag_of, not_modified, validated
from api.deps import AtQuery, ReadingDep, instant_of, known_parameters_only
from layers.export import ExportFormat, Options, file_name, require_download, write_export
from layers.roundtrip.checkout import FORMATS, check_out
from layers.spec import LayerKind
from lca.errors import UsageError
from lca.instant import format_instant

from .items import behind_reading

router = APIRouter(tags=["Features"], dependencies=[Depends(known_parameters_only)])

FormatQuery = Annotated[
    ExportFormat,
    Query(
        description="geojson, gpkg (GeoPackage with its style), csv, xlsx, parquet (GeoParquet), "
        "fgb (FlatGeobuf), kml, shp (Shapefiles in a zip)."
    ),
]
ProfileQuery = Annotated[
    str | None,
    Query(
        max_length=40,
        description="Columns and codes of another standard: sdi-t, unsdi-t or wfp-roads, "
        "for the layers that it knows.",
    ),
]


@router.get(
    "/collections/{collection_id}/export",
    response_class=Response,
    responses={
        200: {"content": {one.media_type: {} for one in ExportFormat}},
    },
    summary="A whole version as a file",
)
def export_items(
    reading: ReadingDep,
    f: FormatQuery = ExportFormat.GEOJSON,
    profile: ProfileQuery = None,
    hxl: Annotated[bool, Query(description="CSV: a second line of HXL hashtags.")] = False,  # noqa: FBT002 - a query parameter
    gpkg_version: Annotated[
        Literal["1.2", "1.3"],
        Query(alias="gpkg-version", description="GeoPackage: the edition of the standard."),
    ] = "1.3",
    at: AtQuery = None,
    checkout: Annotated[  # noqa: FBT002 - a query parameter
        bool,
        Query(description="gpkg, xlsx: to be edited; upload the file as a draft afterwards."),
    ] = False,
) -> Response:
    """Return the version as a file that carries its licence, credit, version and exercise mark.

    Of constraints, `at` adds columns that tell the standing of each at that moment.
    """
    require_download(reading.spec)
    told = instant_of(at, "at") if reading.spec.kind is LayerKind.CONSTRAINT else None
    if checkout and (profile or at or f not in FORMATS):
        raise UsageError(
            "A file to be edited has every field as it is, as GeoPackage or workbook.",
            where="checkout",
            do_next="Give f=gpkg or f=xlsx, and neither profile nor at.",
        )
    more = [f.value, profile or "", f"{hxl}", gpkg_version, format_instant(told) if told else ""]
    more += ["checkout"] if checkout else []
    missing = behind_reading(reading)
    more += tag_parts(missing)
    tag = etag_of(reading.release, reading.caller.clearance, *more)
    headers = validated(tag, with_token=reading.caller.with_token)
    if unchanged := not_modified(reading.request, headers):
        return unchanged
    folder = Path(tempfile.mkdtemp())
    path = folder / file_name(reading.release, f, profile)
    store, release, clearance = reading.service.store, reading.release, reading.caller.clearance
    try:
        if checkout:
            check_out(store, release, path, f, clearance)
            return _sent(path, f, headers)
        write_export(
            store,
            release,
            f,
            path,
            clearance,
            profile=profile,
            options=Options(hxl, gpkg_version, tuple(missing or ())),
            at=told,
        )
    except BaseException:
        shutil.rmtree(folder)
        raise
    return _sent(path, f, headers)


def _sent(path: Path, fmt: ExportFormat, headers: dict[str, str]) -> FileResponse:
    """Return the file piece by piece, and remove it once it has been sent."""
    disposition = {"Content-Disposition": f'attachment; filename="{path.name}"'}
    return FileResponse(
        path,
        media_type=fmt.media_type,
        headers={**headers, **disposition},
        background=BackgroundTask(shutil.rmtree, path.parent, ignore_errors=True),
    )
