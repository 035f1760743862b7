"""What the gate finds in a draft: one kind of fault or doubt, and the features that it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from lca.issues import Severity

_MOST_IDS_TOLD = 100
_MOST_IDS_IN_A_LINE = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One kind of thing that is wrong or doubtful, by its code, in some features of a draft.

    An ``error`` keeps the draft from being published; a ``warning`` lets it pass, once an approver
    has acknowledged it where the layer asks for a review.
    """

    code: str
    severity: Severity
    message: str
    do_next: str
    ids: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the finding as a JSON object, with the first hundred ids and how many there are."""
        return {
            "code": self.code,
            "severity": self.severity.value,
            "message": self.message,
            "do_next": self.do_next,
            "count": len(self.ids),
            "ids": list(self.ids[:_MOST_IDS_TOLD]),
        }

    def as_text(self) -> str:
        """Return the finding as one line."""
        named = ", ".join(self.ids[:_MOST_IDS_IN_A_LINE])
        more = len(self.ids) - _MOST_IDS_IN_A_LINE
        tail = f" and {more} more" if more > 0 else ""
        where = f" ({named}{tail})" if named else ""
        return f"{self.severity.value} {self.code}: {self.message}{where} {self.do_next}"


def error(code: str, ids: Iterable[str], message: str, do_next: str) -> list[Finding]:
    """Return the error, or nothing if it concerns no feature."""
    listed = tuple(ids)
    return [Finding(code, Severity.ERROR, message, do_next, listed)] if listed else []


def warning(code: str, ids: Iterable[str], message: str, do_next: str) -> list[Finding]:
    """Return the warning, or nothing if it concerns no feature."""
    listed = tuple(ids)
    return [Finding(code, Severity.WARNING, message, do_next, listed)] if listed else []
