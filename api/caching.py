"""Validators and cache headers: what may be kept, by whom, and when nothing needs to be sent.

============================  ==========================================  ====================
what                          Cache-Control                               validator
============================  ==========================================  ====================
a build's roads, vendor files ``public, max-age=31536000, immutable``     none: the name is it
an anonymous reading          ``no-cache``                                weak ETag or none
anything asked with a token   ``private, no-store``                       weak ETag or none
an answer to a question       ``no-store``                                none
============================  ==========================================  ====================

ETags are weak, because the same rows travel plain or compressed and with another time stamp.
They hold the version, its number (a rollback publishes an earlier version under a new one) and
the clearance class; and for constraints the standing of each at the moment, which time changes
by itself.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import orjson
from starlette.requests import Request
from starlette.responses import Response

from layers.release import Release
from lca.vocab import Sensitivity

IMMUTABLE = "public, max-age=31536000, immutable"
NO_STORE = "no-store"


def etag(*parts: str) -> str:
    """Return a weak entity tag of what a representation depends on."""
    return 'W/"' + ".".join(parts) + '"'


def etag_of(release: Release, clearance: Sensitivity, *more: str) -> str:
    """Return the entity tag of a release as a clearance sees it; ``base_version`` reads it."""
    return etag(release.version, str(release.number), clearance.value, *more)


def etag_of_content(content: object) -> str:
    """Return the entity tag of plain values, for what time alone changes."""
    return etag(hashlib.sha256(orjson.dumps(content)).hexdigest()[:24])


def cache_headers(*, with_token: bool) -> dict[str, str]:
    """Return the headers of something that is fetched or revalidated before each use."""
    return {
        "Cache-Control": "private, no-store" if with_token else "no-cache",
        "Vary": "Authorization, Accept",
    }


def validated(tag: str, *, with_token: bool) -> dict[str, str]:
    """Return the headers of something that the asker may keep as long as its tag stays."""
    return {"ETag": tag, **cache_headers(with_token=with_token)}


def not_modified(request: Request, headers: Mapping[str, str]) -> Response | None:
    """Return a 304 if the asker has what these headers describe; ask after authorising."""
    given = request.headers.get("if-none-match", "")
    known = {part.strip().removeprefix("W/") for part in given.split(",")}
    if "*" in known or headers["ETag"].removeprefix("W/") in known:
        return Response(status_code=304, headers=dict(headers))
    return None


def base_version(request: Request) -> str | None:
    """Return the version that an edit says it starts from, from ``If-Match: "<version>"``."""
    given = request.headers.get("if-match")
    if given is None or given.strip() == "*":
        return None
    return given.strip().removeprefix("W/").strip('"').split(".")[0]
