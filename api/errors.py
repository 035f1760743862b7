"""From error class to HTTP status, and the one shape in which every error leaves the service.

The shape is RFC 9457's ``application/problem+json`` with our three questions in it: what
happened (``detail``), ``where``, and what to do next (``do_next``).
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from lca.errors import (
    AmbiguousPlace,
    AmbiguousVehicle,
    BeingMade,
    Conflict,
    InvalidInput,
    LcaError,
    LiftsClosures,
    MissingCrs,
    NeedsReview,
    NotAllowed,
    NotAuthenticated,
    NotFound,
    QuestionTooLong,
    ReaderUnavailable,
    StoreUnavailable,
    UnreadableFile,
    UsageError,
    ValidationFailed,
    Withdrawn,
)

from .middleware import security_headers

logger = logging.getLogger(__name__)

PROBLEM_JSON = "application/problem+json"
_TYPE_PREFIX = "urn:lca-access-map:problem:"


class Busy(LcaError):
    """The service does as many of these at once as it can; the asker should try again."""


class TooLarge(LcaError):
    """The body is larger than the service takes."""


STATUS: Mapping[type[LcaError], tuple[int, str, str]] = {
    UsageError: (400, "usage", "The request is malformed or ambiguous"),
    AmbiguousVehicle: (400, "ambiguous-vehicle", "The vehicle is ambiguous"),
    AmbiguousPlace: (400, "ambiguous-place", "The place is ambiguous"),
    QuestionTooLong: (400, "question-too-long", "It takes too long to answer"),
    NotAuthenticated: (401, "not-authenticated", "A valid token is needed"),
    NotAllowed: (403, "not-allowed", "The token does not allow this"),
    NotFound: (404, "not-found", "Not found"),
    Conflict: (409, "conflict", "It does not fit what is there now"),
    LiftsClosures: (409, "lifts-closures", "Closures would be lifted"),
    NeedsReview: (409, "needs-review", "It needs an approval first"),
    Withdrawn: (410, "withdrawn", "Withdrawn"),
    TooLarge: (413, "too-large", "The body is too large"),
    InvalidInput: (422, "invalid-input", "The input cannot be accepted"),
    UnreadableFile: (422, "unreadable-file", "The file cannot be read"),
    MissingCrs: (422, "missing-crs", "The coordinate reference system is missing"),
    ValidationFailed: (422, "validation-failed", "Rows were rejected"),
    Busy: (503, "busy", "Too many at once"),
    BeingMade: (503, "being-made", "It is being made"),
    ReaderUnavailable: (503, "reader-unavailable", "Files cannot be read here"),
    StoreUnavailable: (503, "store-unavailable", "The store cannot be trusted now"),
}
"""Status, type and title of each class; a class that is not listed has its parent's."""

_HOW_OVER_HTTP: Mapping[type[LcaError], str] = {
    LiftsClosures: 'To confirm, send the ids as "confirm_lifts" in the same request.'
}
_RETRY_AFTER_S = {Busy: 5, BeingMade: 10, StoreUnavailable: 10}


class ProblemResponse(Response):
    """A problem, never cached."""

    media_type = PROBLEM_JSON

    def __init__(self, body: Mapping[str, Any], headers: Mapping[str, str] | None = None) -> None:
        super().__init__(
            orjson.dumps(body),
            status_code=int(body["status"]),
            headers={"Cache-Control": "no-store", **(headers or {})},
        )


def problem(
    status: int, slug: str, title: str, detail: str, *, where: str = "", do_next: str = ""
) -> dict[str, Any]:
    """Return the members that every problem has."""
    return {
        "type": _TYPE_PREFIX + slug,
        "title": title,
        "status": status,
        "detail": detail,
        "where": where,
        "do_next": do_next,
    }


def problem_of(error: LcaError) -> ProblemResponse:
    """Return the response for one of our own errors; its details become members."""
    members, headers = told(error)
    return ProblemResponse(members, headers)


def told(error: LcaError) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the members of one of our own errors' problem, and its headers."""
    known = next(kind for kind in type(error).__mro__ if kind in STATUS)
    status, slug, title = STATUS[known]
    what, where = error.what, error.where
    if isinstance(error, StoreUnavailable):
        # Where the store lies is the operator's business: it is told in the log only.
        logger.error("store unavailable: %s", error)
        what, where = what.replace(where, "the store") if where else what, ""
    do_next = f"{error.do_next} {_HOW_OVER_HTTP.get(known, '')}".strip()
    members = problem(status, slug, title, what, where=where, do_next=do_next)
    headers = {}
    if status == HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = 'Bearer realm="lca-access-map"'
    if known in _RETRY_AFTER_S:
        headers["Retry-After"] = str(_RETRY_AFTER_S[known])
    return {**error.details, **members}, headers


def install_error_handlers(app: FastAPI, embed_ancestors: str) -> None:
    """Give the application one shape for every error, its own and the framework's."""

    async def unexpected(request: Request, error: Exception) -> Response:
        # It is answered outside the middleware, so it brings the security headers itself.
        return _unexpected(request, error, security_headers(request.scope["path"], embed_ancestors))

    app.add_exception_handler(LcaError, _lca_error)
    app.add_exception_handler(RequestValidationError, _request_validation_error)
    app.add_exception_handler(HTTPException, _http_exception)
    app.add_exception_handler(Exception, unexpected)


async def _lca_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, LcaError)  # noqa: S101 - the registration's promise
    return problem_of(error)


async def _request_validation_error(_request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)  # noqa: S101
    issues = [_issue(item) for item in error.errors()]
    in_body = all(item["where"].startswith("body") for item in issues)
    malformed = any(item["type"] == "json_invalid" for item in error.errors())
    status, slug, title = STATUS[InvalidInput if in_body and not malformed else UsageError]
    members = problem(
        status,
        slug,
        title,
        "; ".join(f"{item['where']}: {item['message']}" for item in issues) + ".",
        where=issues[0]["where"],
        do_next="Correct what is named; /api describes every parameter and body.",
    )
    return ProblemResponse({**members, "issues": issues})


def _issue(item: Mapping[str, Any]) -> dict[str, str]:
    place: Sequence[object] = item["loc"]
    message = str(item["msg"]).removeprefix("Value error, ").rstrip(".")
    return {"where": ".".join(str(part) for part in place), "message": message}


async def _http_exception(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    status = error.status_code
    title = HTTPStatus(status).phrase
    path = request.scope["path"]  # request.url holds the Host header, which the asker writes
    headers = dict(error.headers or {})
    if status == HTTPStatus.METHOD_NOT_ALLOWED:
        headers = {"Allow": ", ".join(request.app.state.methods_at(path))}
    detail, do_next = {
        404: (f"There is nothing at {path}.", "/api lists what there is."),
        405: (f"{request.method} is not possible here.", f"Possible: {headers.get('Allow')}."),
    }.get(status, (str(error.detail), ""))
    slug = title.lower().replace(" ", "-")
    members = problem(status, slug, title, detail, where=path, do_next=do_next)
    return ProblemResponse(members, headers)


def _unexpected(request: Request, error: Exception, headers: Mapping[str, str]) -> Response:
    """Answer an error that nobody foresaw: a number to quote, and the trace in the log only.

    Neither the address's query nor the body is logged: they may hold a movement question.
    """
    incident = uuid.uuid4().hex[:12]
    path = request.scope["path"]
    logger.error("incident %s: %s %s", incident, request.method, path, exc_info=error)
    members = problem(
        500,
        "internal",
        "An error that nobody foresaw",
        f"The service failed to answer (incident {incident}).",
        do_next="Try again; if it stays, report the incident's number to the operator.",
    )
    return ProblemResponse({**members, "incident": incident}, headers)
