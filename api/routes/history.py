"""The history of one feature: its states over the versions of its layer."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Depends, Request
from starlette.responses import Response

from api.caching import etag, not_modified, validated
from api.deps import (
    CallerDep,
    LayerDep,
    LinksDep,
    ServiceDep,
    StandingAtQuery,
    instant_of,
    known_parameters_only,
)
from api.links import GEOJSON, JSON, Links, link
from api.models.ogc import FeatureHistory, FeatureState
from api.models.wire import Link
from api.responses import JsonResponse
from layers.featurelog import FeatureVersion
from layers.holding import standing_of
from layers.spec import LayerSpec
from lca.instant import format_instant

from .items import FeatureId

router = APIRouter(tags=["Versions"], dependencies=[Depends(known_parameters_only)])


@router.get(
    "/collections/{collection_id}/items/{feature_id}/versions",
    response_model=FeatureHistory,
    summary="The history of one feature",
)
def list_states(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,
    links: LinksDep,
    spec: LayerDep,
    feature_id: FeatureId,
    at: StandingAtQuery = None,
) -> Response:
    """Return the states of a feature, newest first, as far as the caller may see them."""
    states = service.store.feature_log(spec.name, feature_id, caller.clearance)
    moment = instant_of(at, "at")
    seen = "-".join(f"{state.release.number}.{state.release.version[:8]}" for state in states)
    about = format_instant(moment) if moment else "always"
    headers = validated(etag(seen, caller.clearance.value, about), with_token=caller.with_token)
    if unchanged := not_modified(request, headers):
        return unchanged
    body = FeatureHistory(
        collection=spec.name,
        id=feature_id,
        states=[
            _state(links, spec, feature_id, states, place, moment) for place in range(len(states))
        ],
        links=[
            Link(**link(links.here(request), "self", JSON, "This history")),
            Link(
                **link(
                    links.item(spec.name, feature_id),
                    "original",
                    GEOJSON,
                    "The feature, as known now",
                )
            ),
        ],
    )
    return JsonResponse(body, headers=headers)


def _state(
    links: Links,
    spec: LayerSpec,
    feature_id: str,
    states: list[FeatureVersion],
    place: int,
    moment: datetime | None,
) -> FeatureState:
    """Return one state, with links to those before and after it."""
    state = states[place]
    around = {
        "memento": state,
        "successor-version": states[place - 1] if place else None,
        "predecessor-version": states[place + 1] if place + 1 < len(states) else None,
    }
    return FeatureState(
        number=state.release.number,
        version=state.release.version,
        published_at=format_instant(state.release.published_at),
        until=state.until and format_instant(state.until),
        action=state.release.action,
        change=state.change,
        fields=list(state.fields),
        computed_standing=None if moment is None else standing_of(spec, state.row, moment),
        links=[
            Link(**_memento(links, spec.name, feature_id, rel, other))
            for rel, other in around.items()
            if other is not None and other.row is not None
        ],
    )


def _memento(
    links: Links, layer: str, feature_id: str, rel: str, state: FeatureVersion
) -> dict[str, str]:
    href = links.item(layer, feature_id, state.release.version)
    return link(href, rel, GEOJSON, f"In version {state.release.number}")
