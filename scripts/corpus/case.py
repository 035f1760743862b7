"""One file of the corpus: how it is made, what it holds, and what is wrong in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

Expected = Mapping[str, Any]
"""What a record must hold, by our field's name; what is not named is not compared."""


@dataclass(frozen=True, slots=True)
class Seed:
    """A fault that was put into a file on purpose, or a doubt that its reader has to tell.

    ``row`` is the number that the report must give, None for what concerns a column or the file;
    ``says`` is a regular expression that the issue's rule, column or message must match.
    """

    says: str
    row: int | None = None
    rejects: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A file, the records that it must give by layer, and what must be told of it."""

    name: str
    family: str
    fault: str
    profile: str
    rows: Mapping[str, int]
    records: Mapping[str, tuple[Expected, ...]]
    write: Callable[[Path], object]
    seeds: tuple[Seed, ...] = ()
    layer: str | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    """What the user says of the file: the fields of the reading's instructions."""

    def as_json(self) -> dict[str, Any]:
        """Return the expectation as a JSON object."""
        return {
            "file": self.name,
            "profile": self.profile,
            "rows": dict(self.rows),
            "records": {layer: [dict(one) for one in ones] for layer, ones in self.records.items()},
            "issues": [
                {"row": seed.row, "says": seed.says, "rejects": seed.rejects} for seed in self.seeds
            ],
        }
