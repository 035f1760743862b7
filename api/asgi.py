"""The application as servers start it: ``uvicorn --factory api.asgi:create``.

Settings come from the environment (``LCA_STORE``, …; see :mod:`api.settings`). Movement
questions are in bodies, so an access log of addresses holds none.
"""

from __future__ import annotations

from fastapi import FastAPI

from .app import create_app
from .settings import Settings


def create() -> FastAPI:
    """Return the application for the store that the environment names."""
    settings = Settings()
    return create_app(settings, rebuilds=settings.rebuild_derived)
