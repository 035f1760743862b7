"""The bare map of one version, for an iframe in a report or a web page."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from starlette.responses import HTMLResponse, Response

from api.deps import AsOfQuery, ServiceDep, VersionQuery, instant_of, known_parameters_only
from api.errors import told
from api.negotiate import wants_html
from api.pages import CONSTRAINTS, embed_page, problem_page
from api.service import Service
from layers.release import Release
from lca.errors import LcaError, NotFound, UsageError

router = APIRouter(tags=["Service"], dependencies=[Depends(known_parameters_only)])


@router.get("/embed", response_class=HTMLResponse, summary="A bare, pinned map")
def embed(
    request: Request, service: ServiceDep, version: VersionQuery = None, as_of: AsOfQuery = None
) -> Response:
    """Return the public constraints of one version; the page says when a newer one exists.

    A frame sends no token, so it never shows more than the public may see. A browser that asks
    for a version that is not there reads so in a page; a program gets the problem as JSON.
    """
    try:
        page = embed_page(service, _pinned(service, version, as_of))
    except LcaError as error:
        if not wants_html(request.headers.get("accept"), None):
            raise
        members, headers = told(error)
        return HTMLResponse(
            problem_page(service, members),
            status_code=members["status"],
            headers={"Cache-Control": "no-store", "Vary": "Accept", **headers},
        )
    return HTMLResponse(page, headers={"Cache-Control": "no-cache"})


def _pinned(service: Service, version: str | None, as_of: str | None) -> Release:
    if version is not None and as_of is not None:
        raise UsageError(
            "version and as-of name a version twice.", where="query", do_next="Give one of them."
        )
    store = service.store
    if version is not None:
        return store.release(CONSTRAINTS, version)
    found = store.head(CONSTRAINTS, as_of=instant_of(as_of, "as-of"))
    if found is None:
        raise NotFound("No constraints were published yet.", do_next="Publish a version first.")
    return found
