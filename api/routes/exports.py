"""A whole version of a layer as a file."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query
from starlette.responses import Response

from api.caching import not_modified
from api.deps import ReadingDep, known_parameters_only
from api.links import GEOJSON
from layers.export import export
from lca.errors import NotAllowed

from .items import validators

router = APIRouter(tags=["Features"], dependencies=[Depends(known_parameters_only)])

_EXPORTS = {
    "geojson": GEOJSON,
    "gpkg": "application/geopackage+sqlite3",
    "csv": "text/csv; charset=utf-8",
}


@router.get(
    "/collections/{collection_id}/export",
    response_class=Response,
    responses={200: {"content": {kind: {} for kind in _EXPORTS.values()}}},
    summary="A whole version as a file",
)
def export_items(
    reading: ReadingDep,
    f: Annotated[
        Literal["geojson", "gpkg", "csv"], Query(description="GeoJSON, GeoPackage or CSV.")
    ] = "geojson",
) -> Response:
    """Return the version as a file that carries its licence, credit, version and exercise mark."""
    if not reading.spec.download_allowed:
        raise NotAllowed(
            f"The licence of {reading.spec.name} does not allow downloads.",
            do_next="Ask the source that the layer names.",
        )
    headers = validators(reading, None)
    if unchanged := not_modified(reading.request, headers):
        return unchanged
    content = export(reading.service.store, reading.release, f, reading.caller.clearance)
    name = f"{reading.spec.name}_v{reading.release.number}.{f}"
    return Response(
        content,
        media_type=_EXPORTS[f],
        headers={**headers, "Content-Disposition": f'attachment; filename="{name}"'},
    )
