"""A draft as it is read: its content beside its base's, and what publishing it would change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from lca.issues import Report
from lca.lifting import LiftedClosure
from lca.vocab import Sensitivity

from .content import Snapshot
from .diff import Diff, changed_keys, compare
from .finding import Finding
from .gate import Surroundings, judge
from .review import DraftState, Event
from .spec import LayerSpec, Review


class Contents(NamedTuple):
    """A draft's content beside its base's, and who looks at them."""

    spec: LayerSpec
    before: Snapshot | None
    after: Snapshot
    clearance: Sensitivity
    around: Callable[[], Surroundings]


@dataclass(frozen=True, slots=True)
class Draft:
    """A content that may become a layer's next version, and what it would change.

    ``diff`` is against the base; ``lifts`` are the closures that publishing it would lift, judged
    now against the layer's present head; ``carried_over`` counts constraints that the file lacked
    and that stay, because absence ends nothing (rule of truth 3), as far as its author sees them.
    """

    id: str
    layer: str
    version: str
    base: str | None
    base_number: int
    author: str
    message: str
    created_at: datetime
    report: Report | None
    source_name: str | None
    source_sha256: str | None
    carried_over: int
    published_as: int | None
    lifts: tuple[LiftedClosure, ...]
    state: DraftState
    revision: int
    review: Review
    events: tuple[Event, ...]
    contents: Contents = field(repr=False, compare=False)

    @property
    def feature_count(self) -> int:
        """How many features the layer would have."""
        return self.contents.after.feature_count

    @property
    def diff(self) -> Diff:
        """What it would change, feature by feature."""
        spec, before, after, clearance, _ = self.contents
        return compare(spec, before, after, clearance=clearance)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is wrong or doubtful in it, errors first (see ``layers.gate``)."""
        spec, before, after, clearance, around = self.contents
        return judge(spec, after, before, around(), clearance=clearance)

    @property
    def summary(self) -> str:
        """What it would change, counted, as ``2 added, 1 changed, 5 carried over``."""
        _, before, after, clearance, _ = self.contents
        keys = changed_keys(before, after, clearance)
        counts = {
            "added": len(keys.added),
            "changed": len(keys.changed),
            "removed": len(keys.removed),
            "carried over": self.carried_over,
        }
        return ", ".join(f"{count} {word}" for word, count in counts.items() if count) or "nothing"

    def as_json(self) -> dict[str, Any]:
        """Return the draft as a JSON object."""
        return {
            "id": self.id,
            "layer": self.layer,
            "base": self.base,
            "version": self.version,
            "author": self.author,
            "message": self.message,
            "source_name": self.source_name,
            "source_sha256": self.source_sha256,
            "report": self.report.as_json() if self.report else None,
            "state": self.state.value,
            "revision": self.revision,
            "review": self.review.value,
            "events": [item.as_json() for item in self.events],
            "findings": [item.as_json() for item in self.findings],
            "lifts": [item.as_json() for item in self.lifts],
            "diff": self.diff.as_json(),
        }
