"""Wiring: the application out of its settings, its store and its routers."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime

from fastapi import FastAPI
from fastapi.routing import APIRoute
from starlette.middleware.gzip import GZipMiddleware

from layers.store import Store
from lca import __version__
from lca.instant import utc_now

from .errors import install_error_handlers
from .middleware import BodyLimit, HeadAsGet, SecurityHeaders
from .openapi import ApiDocument
from .rebuilding import Rebuilding
from .routes import (
    bulk,
    codelists,
    collections,
    drafts,
    edits,
    embed,
    exports,
    feeds,
    health,
    history,
    items,
    landing,
    me,
    metadata,
    places,
    plans,
    queryables,
    reviews,
    roads,
    route,
    tables,
    tags,
    tiles,
    versions,
    watches,
)
from .service import Service
from .settings import Settings
from .statics import static_files

ROUTERS = tuple(
    module.router
    for module in (
        landing,
        collections,
        items,
        history,
        exports,
        queryables,
        metadata,
        versions,
        feeds,
        tiles,
        edits,
        bulk,
        drafts,
        reviews,
        tags,
        route,
        plans,
        watches,
        tables,
        roads,
        places,
        codelists,
        embed,
        me,
        health,
    )
)
_COMPRESS_FROM_BYTES = 500


def create_app(
    settings: Settings, *, clock: Callable[[], datetime] = utc_now, rebuilds: bool = False
) -> FastAPI:
    """Return the application that serves one store.

    Parameters
    ----------
    rebuilds : bool
        While it runs, computed layers are made again when what they rest on changes.

    Raises
    ------
    StoreUnavailable
        If the store cannot be opened.
    """
    store = Store.open(settings.store, clock=clock)

    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        rebuilding: Rebuilding = app.state.service.rebuilding
        if rebuilds:
            rebuilding.start()
        yield
        rebuilding.stop()
        store.close()

    app = FastAPI(
        title="LCA Access Map",
        version=__version__,
        description="Versioned map layers of a logistics capacity assessment, and truck routes "
        "that follow the access constraints that are published.",
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=lifespan,
    )
    app.state.service = Service.of(settings, store)
    app.state.document = ApiDocument(app, ROUTERS, store)
    app.state.methods_at = methods_at
    install_error_handlers(app, settings.embed_ancestors)
    # The last added is the outermost.
    app.add_middleware(
        BodyLimit, json_bytes=settings.json_body_bytes, upload_bytes=settings.upload_bytes
    )
    app.add_middleware(GZipMiddleware, minimum_size=_COMPRESS_FROM_BYTES, compresslevel=6)
    app.add_middleware(HeadAsGet)
    app.add_middleware(SecurityHeaders, embed_ancestors=settings.embed_ancestors)
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", static_files(), name="static")
    return app


def methods_at(path: str) -> list[str]:
    """Return the methods that a path takes, of all endpoints that share it."""
    found = {
        method
        for router in ROUTERS
        for route in router.routes
        if isinstance(route, APIRoute) and route.path_regex.match(path)
        for method in route.methods or ()
    }
    if path.startswith("/static/"):
        found.add("GET")
    return sorted(found | ({"HEAD"} if "GET" in found else set()))
