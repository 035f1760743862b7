"""Where each constraint of a version is in its life at a moment, kept until time changes it."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from lca.constraint import Constraint

_KEPT = 32


@dataclass(frozen=True, slots=True)
class Standings:
    """The standings of some constraints, true in ``[since, until)``."""

    computed: Mapping[str, Mapping[str, Any]]
    digest: str
    since: datetime
    until: datetime | None

    @classmethod
    def at(cls, constraints: Sequence[Constraint], moment: datetime) -> Standings:
        """Compute the standings at a moment."""
        computed = {
            item.id: {
                "standing": item.standing(moment).value,
                "review_overdue": item.review_overdue(moment),
            }
            for item in constraints
        }
        text = "\n".join(f"{key} {value}" for key, value in sorted(computed.items()))
        changes = (item.next_change(moment) for item in constraints)
        return cls(
            computed=computed,
            digest=hashlib.sha256(text.encode()).hexdigest()[:12],
            since=moment,
            until=min((change for change in changes if change), default=None),
        )

    def hold_at(self, moment: datetime) -> bool:
        """Tell whether nothing changes between the computation and a moment."""
        return self.since <= moment and (self.until is None or moment < self.until)


class StandingBook:
    """Remembers the last standings asked for by version and clearance; safe between threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str], Standings] = OrderedDict()

    def known(self, key: tuple[str, str], moment: datetime) -> Standings | None:
        """Return what is remembered if it still holds at the moment."""
        with self._lock:
            kept = self._kept.get(key)
        return kept if kept and kept.hold_at(moment) else None

    def remember(self, key: tuple[str, str], standings: Standings) -> None:
        """Keep standings, forgetting the oldest."""
        with self._lock:
            self._kept[key] = standings
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
