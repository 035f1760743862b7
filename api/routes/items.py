"""Reading the features of a layer: pages of them, or one of them."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import format_datetime
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Path, Query
from starlette.responses import Response

from api.behind import behind_of, tag_parts
from api.caching import etag_of, not_modified, validated
from api.deps import BoxDep, LimitDep, Reading, ReadingDep, known_parameters_only
from api.features import feature_of
from api.links import GEOJSON, JSON, link
from api.models.ogc import FeatureCollection, VersionedFeature
from api.questions import AskedDep
from api.responses import GeoJsonResponse
from api.standing import Standings
from layers.spec import LayerKind
from lca.instant import format_instant
from lca.table import records_of

router = APIRouter(tags=["Features"], dependencies=[Depends(known_parameters_only)])

GeoJsonFormat = Annotated[
    Literal["geojson", "json"] | None, Query(description="GeoJSON is the only one.")
]
AfterQuery = Annotated[
    str | None, Query(max_length=200, description="Id of the last feature of the page before.")
]
FeatureId = Annotated[str, Path(max_length=200, description="Id of a feature.")]


@router.get(
    "/collections/{collection_id}/items",
    response_model=FeatureCollection,
    response_class=GeoJsonResponse,
    summary="A page of features",
)
def list_items(
    reading: ReadingDep,
    box: BoxDep,
    asked: AskedDep,
    limit: LimitDep,
    after: AfterQuery = None,
    f: GeoJsonFormat = None,  # noqa: ARG001 - declared so that clients may say it
) -> Response:
    """Return features in the order of their ids, from the head or from the version asked for."""
    standings = standings_of(reading)
    headers = validators(reading, standings)
    if unchanged := not_modified(reading.request, headers):
        return unchanged
    page = reading.service.store.page(
        reading.release,
        bbox=box,
        after=after,
        limit=limit,
        clearance=reading.caller.clearance,
        ids=asked.ids,
        filter=asked.filter,
        q=asked.text,
        holds_at=asked.interval,
    )
    rows = [feature_of(row, computed_of(standings, row["id"])) for row in page.rows]
    body = {
        "type": "FeatureCollection",
        "features": rows,
        "numberMatched": page.matched,
        "numberReturned": len(rows),
        "timeStamp": format_instant(reading.service.store.now()),
        **_stamp(reading),
        "published_at": format_instant(reading.release.published_at),
        "exercise": reading.release.exercise,
        "behind": behind_reading(reading),
        "attribution": reading.spec.attribution,
        "licence": reading.spec.licence,
        "links": _page_links(reading, page.next_after),
    }
    return GeoJsonResponse(body, headers=headers)


@router.get(
    "/collections/{collection_id}/items/{feature_id}",
    response_model=VersionedFeature,
    response_class=GeoJsonResponse,
    summary="One feature",
)
def get_item(
    reading: ReadingDep,
    feature_id: FeatureId,
    f: GeoJsonFormat = None,  # noqa: ARG001 - declared so that clients may say it
) -> Response:
    """Return one feature; one above the caller's clearance does not exist for the caller."""
    row = reading.service.store.feature(
        reading.release, feature_id, clearance=reading.caller.clearance
    )
    standings = standings_of(reading)
    headers = {**validators(reading, standings), **_memento(reading)}
    if unchanged := not_modified(reading.request, headers):
        return unchanged
    layer, version = reading.spec.name, reading.release.version
    links = reading.links
    body = {
        **feature_of(row, computed_of(standings, feature_id)),
        **_stamp(reading),
        "links": [
            link(links.here(reading.request), "self", GEOJSON, "This feature"),
            link(links.item(layer, feature_id), "latest-version", GEOJSON, "As it is known now"),
            link(
                links.item(layer, feature_id, version),
                "memento",
                GEOJSON,
                "This feature in this version, for ever",
            ),
            link(links.history(layer, feature_id), "timemap", JSON, "Its history"),
            link(links.href("collections", layer), "collection", JSON, reading.spec.title),
        ],
    }
    return GeoJsonResponse(body, headers=headers)


def standings_of(reading: Reading) -> Standings | None:
    """Return the standing of each constraint that the caller may see; None for other layers."""
    if reading.spec.kind is not LayerKind.CONSTRAINT:
        return None
    book, clearance = reading.service.standings, reading.caller.clearance
    key = (reading.release.version, clearance.value)
    known = book.known(key, reading.moment)
    if known is not None:
        return known
    records = records_of(
        reading.spec.record_class, reading.service.store.frame(reading.release.version)
    )
    standings = Standings.at(
        [record for record in records if record.sensitivity.rank <= clearance.rank],
        reading.moment,
    )
    book.remember(key, standings)
    return standings


def computed_of(standings: Standings | None, feature_id: str) -> Mapping[str, Any] | None:
    """Return what is computed of one feature."""
    return None if standings is None else standings.computed[feature_id]


def validators(reading: Reading, standings: Standings | None) -> dict[str, str]:
    """Return the cache headers of a reading."""
    more = () if standings is None else (standings.digest,)
    tag = etag_of(
        reading.release, reading.caller.clearance, *more, *tag_parts(behind_reading(reading))
    )
    return validated(tag, with_token=reading.caller.with_token)


def behind_reading(reading: Reading) -> list[str] | None:
    """Return what is not yet in a computed layer's head; nothing is missing in history."""
    if {"version", "as-of"} & set(reading.request.query_params):
        return None
    return behind_of(reading.service, reading.spec)


def _memento(reading: Reading) -> dict[str, str]:
    """Return when what is asked for by version or time was published (RFC 7089)."""
    if not {"version", "as-of"} & set(reading.request.query_params):
        return {}
    return {"Memento-Datetime": format_datetime(reading.release.published_at, usegmt=True)}


def _stamp(reading: Reading) -> dict[str, Any]:
    return {"version": reading.release.version, "number": reading.release.number}


def _page_links(reading: Reading, next_after: str | None) -> list[dict[str, str]]:
    layer = reading.spec.name
    links = [
        link(reading.links.here(reading.request), "self", GEOJSON, "This page"),
        link(reading.links.href("collections", layer), "collection", JSON, reading.spec.title),
    ]
    if next_after is not None:
        # The next page is pinned to this version, so that a walk never mixes two.
        given = reading.request.query_params
        asked: dict[str, object] = {name: given.getlist(name) for name in given}
        if as_of := asked.pop("as-of", None):
            asked.setdefault("at", as_of)
        asked |= {"after": next_after, "version": reading.release.version}
        href = reading.links.href("collections", layer, "items", query=asked)
        links.append(link(href, "next", GEOJSON, "The next page"))
    return links
