"""Exit codes: one table from error class to code, and the rendering of an error.

0 ok, 1 error, 2 usage, 3 not found, 4 validation failed, 5 conflict; 6 *not viable* and
7 *unknown* are answers to a route question, not failures.
"""

from __future__ import annotations

import orjson

from lca.errors import Conflict, InvalidInput, LcaError, LiftsClosures, NotFound, UsageError
from lca.vocab import Verdict

EXIT_CODES: dict[type[LcaError], int] = {
    UsageError: 2,
    NotFound: 3,
    InvalidInput: 4,
    Conflict: 5,
    LcaError: 1,
}

VERDICT_CODES: dict[Verdict, int] = {
    Verdict.VIABLE: 0,
    Verdict.VIABLE_WITH_CONDITIONS: 0,
    Verdict.NOT_VIABLE: 6,
    Verdict.UNKNOWN: 7,
}


def exit_code(error: LcaError) -> int:
    """Return the exit code of an error: that of its nearest class in the table."""
    return next(EXIT_CODES[cls] for cls in type(error).__mro__ if cls in EXIT_CODES)


def unusable(error: OSError) -> LcaError:
    """Return what a command tells of a file or folder that it cannot read or write."""
    reason = error.strerror or "It cannot be used"
    return LcaError(
        f"{reason}.", where=str(error.filename), do_next="Check its folder, name and permissions."
    )


def error_text(error: LcaError) -> str:
    """Return an error as people read it on a terminal."""
    lines = [f"Error: {error.where}: {error.what}" if error.where else f"Error: {error.what}"]
    lines += [f"  {line}" for line in _detail_lines(error)]
    if error.do_next:
        lines.append(f"  {error.do_next}")
    return "\n".join(lines)


def error_json(error: LcaError) -> str:
    """Return an error as one JSON object, with the members of the service's problem bodies."""
    body = {
        "type": type(error).__name__,
        "detail": error.what,
        "where": error.where,
        "do_next": error.do_next,
        **error.details,
    }
    return orjson.dumps(body, default=str).decode()


def _detail_lines(error: LcaError) -> list[str]:
    if isinstance(error, LiftsClosures):
        return [
            f"{closure['id']}  {closure['name']}: {', '.join(closure['reasons'])}"
            for closure in error.closures
        ]
    if isinstance(error, Conflict):
        return str(error.details.get("text", "")).splitlines()
    return []
