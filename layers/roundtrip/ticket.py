"""The line in a checked-out file that says what it was: layer, version, operation, clearance."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Self
from urllib.parse import quote, unquote

from lca.vocab import Sensitivity

ITEM = "checkout"
"""What the line is called in a table ``readme`` and on a sheet."""
_NOTHING = "-"
_LINE = re.compile(
    r"lca-checkout:([a-z][a-z0-9_]{0,62})/(\d{1,9})/([0-9a-f]{64})/([^/\s;]{1,600})/([a-z_]{1,40})"
)


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a file was checked out as; ``clearance`` is how far its rows reach.

    It comes back from outside, so it is no proof of anything: whoever checks the file in needs the
    clearance themselves.
    """

    layer: str
    number: int
    version: str
    operation: str | None
    clearance: Sensitivity

    def line(self) -> str:
        """Return the ticket as a text without white space."""
        operation = quote(self.operation, safe="") if self.operation else _NOTHING
        return (
            f"lca-checkout:{self.layer}/{self.number}/{self.version}/{operation}"
            f"/{self.clearance.value}"
        )

    @classmethod
    def found_in(cls, text: str) -> Self | None:
        """Return the ticket that stands somewhere in a text, None if there is none."""
        match = _LINE.search(text)
        if match is None:
            return None
        layer, number, version, operation, clearance = match.groups()
        if clearance not in {word.value for word in Sensitivity}:
            return None
        code = None if operation == _NOTHING else unquote(operation)
        return cls(layer, int(number), version, code, Sensitivity(clearance))
