"""What endpoints ask for: the service, the caller, a layer, one of its versions, a box, a moment.

All parsing and refusing of parameters is done here, once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Path, Query, Request
from fastapi.dependencies.models import Dependant
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from layers.access import Principal, Role, authenticate
from layers.box import Box
from layers.release import Release
from layers.spec import LayerSpec
from lca.errors import NotAuthenticated, NotFound, UsageError
from lca.instant import parse_instant

from .caller import Caller
from .links import Links
from .service import Service

_BEARER = HTTPBearer(
    auto_error=False,
    scheme_name="token",
    description="A token made with `lca token`. It travels in this header only, never in a URL.",
)


def service_of(request: Request) -> Service:
    """Return the application's parts."""
    service: Service = request.app.state.service
    return service


ServiceDep = Annotated[Service, Depends(service_of)]


def caller_of(
    request: Request,
    service: ServiceDep,
    credentials: Annotated[HTTPAuthorizationCredentials | None, Depends(_BEARER)],
) -> Caller:
    """Return who asks; a token that is not valid is refused even where none is needed."""
    if credentials is None:
        if request.headers.get("authorization"):
            raise NotAuthenticated(
                "The Authorization header holds no bearer token.",
                where="Authorization",
                do_next="Send Authorization: Bearer <token>, or no such header.",
            )
        return Caller()
    return Caller(authenticate(service.store, credentials.credentials))


CallerDep = Annotated[Caller, Depends(caller_of)]


class AtLeast:
    """A dependency that admits the tokens of a role or a higher one."""

    def __init__(self, role: Role) -> None:
        self.role = role

    def __call__(self, caller: CallerDep) -> Principal:
        """Return the principal, or refuse."""
        return caller.require(self.role)


ViewerDep = Annotated[Principal, Depends(AtLeast(Role.VIEWER))]
ReporterDep = Annotated[Principal, Depends(AtLeast(Role.REPORTER))]
EditorDep = Annotated[Principal, Depends(AtLeast(Role.EDITOR))]
ApproverDep = Annotated[Principal, Depends(AtLeast(Role.APPROVER))]


def links_of(request: Request, service: ServiceDep) -> Links:
    """Return the builder of addresses for this request."""
    return Links.of(request, service.settings.public_url)


LinksDep = Annotated[Links, Depends(links_of)]


def known_parameters_only(request: Request) -> None:
    """Refuse query parameters that the route does not have (OGC API - Features, 7.15).

    A misspelt ``as_of`` would otherwise be answered with the present.
    """
    known = reserved_names(request)
    unknown = sorted(set(request.query_params) - known - _property_names(request))
    if unknown:
        raise UsageError(
            f"Unknown parameter {', '.join(unknown)}.",
            where="query",
            do_next="Known here: " + (", ".join(sorted(known)) or "none") + ".",
        )


def reserved_names(request: Request) -> set[str]:
    """Return the query parameters that the route itself declares."""
    return set(_query_names(request.scope["route"].dependant))


def _property_names(request: Request) -> set[str]:
    """Return the layer's columns if the route takes them as parameters: it then takes a filter."""
    spec = service_of(request).store.specs.get(request.path_params.get("collection_id", ""))
    if spec is None or "filter" not in reserved_names(request):
        return set()
    return {field.name for field in spec.fields}


def _query_names(dependant: Dependant) -> Iterator[str]:
    yield from (field.alias for field in dependant.query_params)
    for inner in dependant.dependencies:
        yield from _query_names(inner)


def layer_of(
    service: ServiceDep,
    collection_id: Annotated[str, Path(description="Name of a layer.", max_length=63)],
) -> LayerSpec:
    """Return the layer that the path names."""
    spec = service.store.specs.get(collection_id)
    if spec is None:
        raise NotFound(
            f"There is no layer {collection_id!r}.",
            where="collection",
            do_next="/collections lists the layers.",
        )
    return spec


LayerDep = Annotated[LayerSpec, Depends(layer_of)]


def instant_of(text: str | None, name: str) -> datetime | None:
    """Read an optional instant of a parameter."""
    if text is None:
        return None
    try:
        return parse_instant(text)
    except UsageError as error:
        raise UsageError(error.what, where=name, do_next=error.do_next) from None


VersionQuery = Annotated[
    str | None,
    Query(description="Version: its id, a unique prefix of at least 8 characters, or its number."),
]
AsOfQuery = Annotated[
    str | None,
    Query(alias="as-of", description="What was known at this instant (transaction time)."),
]
AtQuery = Annotated[
    str | None,
    Query(description="What holds at this instant (valid time); default as-of, else now."),
]

HoldsAtQuery = Annotated[
    str | None,
    Query(
        description="Only what holds at this instant (valid time); everything if left out.",
        max_length=40,
    ),
]
StandingAtQuery = Annotated[
    str | None,
    Query(
        alias="at",
        description="Where a constraint is in its life at this instant, by each state.",
        max_length=40,
    ),
]


def release_of(
    service: ServiceDep, spec: LayerDep, version: VersionQuery = None, as_of: AsOfQuery = None
) -> Release:
    """Return the version that is asked for, else the head."""
    if version is not None and as_of is not None:
        raise UsageError(
            "version and as-of name a version twice.", where="query", do_next="Give one of them."
        )
    if version is not None:
        return service.store.release(spec.name, version)
    release = service.store.head(spec.name, as_of=instant_of(as_of, "as-of"))
    if release is None:
        raise NotFound(
            f"Nothing was published in {spec.name}" + (" by then." if as_of else " yet."),
            where="collection",
            do_next="/collections lists the layers that have a version.",
        )
    return release


ReleaseDep = Annotated[Release, Depends(release_of)]


def moment_of(service: ServiceDep, at: AtQuery = None, as_of: AsOfQuery = None) -> datetime:
    """Return the valid time asked about: ``at``, else ``as-of``, else now."""
    return instant_of(at, "at") or instant_of(as_of, "as-of") or service.store.now()


MomentDep = Annotated[datetime, Depends(moment_of)]


def box_of(
    bbox: Annotated[
        str | None,
        Query(
            description="west,south,east,north in degrees; west above east crosses 180°.",
            max_length=200,
        ),
    ] = None,
) -> Box | None:
    """Return the box that features are asked for in."""
    return None if bbox is None else Box.parse(bbox)


BoxDep = Annotated[Box | None, Depends(box_of)]


def limit_of(
    service: ServiceDep,
    limit: Annotated[
        int | None, Query(ge=1, description="Features a page; more than the most gives the most.")
    ] = None,
) -> int:
    """Return how many features a page has."""
    return min(limit or service.settings.page_size, service.settings.page_size_max)


LimitDep = Annotated[int, Depends(limit_of)]


@dataclass(frozen=True, slots=True)
class Reading:
    """One reading of one version of a layer by one caller, and the moment it is about."""

    request: Request
    service: Service
    caller: Caller
    links: Links
    spec: LayerSpec
    release: Release
    moment: datetime


def reading_of(
    request: Request,
    service: ServiceDep,
    caller: CallerDep,
    links: LinksDep,
    spec: LayerDep,
    release: ReleaseDep,
    moment: MomentDep,
) -> Reading:
    """Gather what reading endpoints need."""
    return Reading(request, service, caller, links, spec, release, moment)


ReadingDep = Annotated[Reading, Depends(reading_of)]
