"""The bare map of one version, for an iframe in a report or a web page."""

from __future__ import annotations

from fastapi import APIRouter, Depends
from starlette.responses import HTMLResponse, Response

from api.deps import AsOfQuery, ServiceDep, VersionQuery, instant_of, known_parameters_only
from api.pages import CONSTRAINTS, embed_page
from lca.errors import NotFound, UsageError

router = APIRouter(tags=["Service"], dependencies=[Depends(known_parameters_only)])


@router.get("/embed", response_class=HTMLResponse, summary="A bare, pinned map")
def embed(service: ServiceDep, version: VersionQuery = None, as_of: AsOfQuery = None) -> Response:
    """Return the public constraints of one version; the page says when a newer one exists.

    A frame sends no token, so it never shows more than the public may see.
    """
    if version is not None and as_of is not None:
        raise UsageError(
            "version and as-of name a version twice.", where="query", do_next="Give one of them."
        )
    store = service.store
    if version is not None:
        release = store.release(CONSTRAINTS, version)
    else:
        found = store.head(CONSTRAINTS, as_of=instant_of(as_of, "as-of"))
        if found is None:
            raise NotFound("No constraints were published yet.", do_next="Publish a version first.")
        release = found
    return HTMLResponse(embed_page(service, release), headers={"Cache-Control": "no-cache"})
