"""The viewer's files, with the cache headers that their names allow."""

from __future__ import annotations

import os

from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from .caching import IMMUTABLE

_VENDOR = f"vendor{os.sep}"


class ViewerFiles(StaticFiles):
    """Files of the web package: vendored ones carry their version in their folder's name."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return a file; a vendored one may be kept for a year, ours are revalidated."""
        response = await super().get_response(path, scope)
        is_versioned = path.startswith(_VENDOR) and path.count(os.sep) > 1
        response.headers["Cache-Control"] = IMMUTABLE if is_versioned else "no-cache"
        return response


def static_files() -> ViewerFiles:
    """Return the application that serves the web package's static folder."""
    return ViewerFiles(packages=[("web", "static")])
