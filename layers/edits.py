"""Edits of one feature: add, change, confirm without change, and the explicit end of a constraint."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from lca.constraint import Constraint, Standing
from lca.errors import InvalidInput
from lca.instant import format_instant
from lca.record import from_row, to_row
from lca.vocab import ConstraintStatus

from .normal import normal_text
from .spec import LayerKind, LayerSpec

Row = dict[str, Any]


class Edit(Protocol):
    """A change of one feature."""

    @property
    def feature_id(self) -> str:
        """The feature that changes."""

    @property
    def adds(self) -> bool:
        """Whether the feature must not exist yet; otherwise it must."""

    @property
    def ends(self) -> bool:
        """Whether it is the explicit, sourced end of a constraint, which needs no confirmation."""

    def apply(self, spec: LayerSpec, row: Row, now: datetime) -> Row:
        """Return the feature's new row; ``row`` is empty for a new feature."""

    def message(self, row: Row) -> str:
        """Return the edit in one sentence, given the feature's new row."""


def _new_id() -> str:
    return str(uuid.uuid4())


@dataclass(frozen=True, slots=True)
class AddFeature:
    """Add a feature; a row without an id gets a random one, the same however often it is tried."""

    row: Mapping[str, Any]
    adds = True
    ends = False
    _fresh_id: str = field(default_factory=_new_id)

    @property
    def feature_id(self) -> str:
        """The id given, as the layer would keep it, else the random one."""
        return normal_text(self.row.get("id")) or self._fresh_id

    def apply(self, spec: LayerSpec, row: Row, now: datetime) -> Row:  # noqa: ARG002
        """Return the row with its id and the layer's default sensitivity."""
        _require_known(spec, self.row)
        given = {key: value for key, value in self.row.items() if value is not None}
        defaults = {"sensitivity": spec.default_sensitivity.value}
        added = _checked(spec, {**defaults, **given, "id": self.feature_id})
        _require_past(added["date_of_information"], now, "date_of_information", added["name"])
        return added

    def message(self, row: Row) -> str:
        """Say what was added."""
        return f"Added {row['name']}"


@dataclass(frozen=True, slots=True)
class ChangeFeature:
    """Change fields of a feature, with the reason; a None value makes a field *not known*."""

    id: str
    changes: Mapping[str, Any]
    reason: str
    adds = False
    ends = False

    @property
    def feature_id(self) -> str:
        """The feature that changes."""
        return self.id

    def apply(self, spec: LayerSpec, row: Row, now: datetime) -> Row:  # noqa: ARG002
        """Return the row with the changes in it."""
        _require(self.reason, "reason", self.id)
        _require_known(spec, self.changes)
        if self.changes.get("id", self.id) != self.id:
            raise InvalidInput(
                "The id of a feature never changes.",
                where=self.id,
                do_next="Add a new feature and end this one.",
            )
        return _checked(spec, {**row, **self.changes})

    def message(self, row: Row) -> str:
        """Say what was changed and why."""
        return f"Changed {row['name']}: {self.reason}"


@dataclass(frozen=True, slots=True)
class ConfirmFeature:
    """Confirm that a feature is still as it was, as a source saw it at a moment."""

    id: str
    source_org: str
    date_of_information: datetime
    note: str | None = None
    adds = False
    ends = False

    @property
    def feature_id(self) -> str:
        """The feature that is confirmed."""
        return self.id

    def apply(self, spec: LayerSpec, row: Row, now: datetime) -> Row:
        """Return the row with the dates of information and confirmation moved, nothing else.

        The confirmation counts from when the source saw it, not from when it was typed in: an
        old sighting must not revive what lapsed after it.
        """
        _require(self.source_org, "source_org", self.id)
        _require_past(self.date_of_information, now, "date_of_information", self.id)
        if self.date_of_information < row["date_of_information"]:
            raise InvalidInput(
                "The confirmation is older than the information it confirms "
                f"({format_instant(row['date_of_information'])}).",
                where=self.id,
                do_next="Give the date of the newer information.",
            )
        if spec.kind is LayerKind.CONSTRAINT:
            _require_not_ended(row, self.id, now)
        return _checked(
            spec,
            {
                **row,
                "date_of_information": self.date_of_information,
                "last_confirmed_at": self.date_of_information,
                "confirmed_by": self.source_org,
            },
        )

    def message(self, row: Row) -> str:
        """Say what was confirmed by whom."""
        note = f": {self.note}" if self.note else ""
        return f"Confirmed {row['name']} by {self.source_org}{note}"


@dataclass(frozen=True, slots=True)
class EndConstraint:
    """End a constraint explicitly, with the source of the end.

    ``planned`` must be set for an end that lies ahead; until then the constraint holds.
    """

    id: str
    ended_by: str
    ended_at: datetime
    reason: str
    planned: bool = False
    adds = False
    ends = True

    @property
    def feature_id(self) -> str:
        """The constraint that ends."""
        return self.id

    def apply(self, spec: LayerSpec, row: Row, now: datetime) -> Row:
        """Return the row as resolved."""
        if spec.kind is not LayerKind.CONSTRAINT:
            raise InvalidInput(
                "Only a constraint can be ended.",
                where=spec.title,
                do_next="Change the status of the facility.",
            )
        _require(self.ended_by, "ended_by", self.id)
        _require(self.reason, "reason", self.id)
        if not self.planned:
            _require_past(self.ended_at, now, "ended_at", self.id)
        _require_not_ended(row, self.id, now)
        _require_not_seen_since(row, self.ended_at, self.id)
        return _checked(
            spec,
            {
                **row,
                "status": ConstraintStatus.RESOLVED.value,
                "ended_at": self.ended_at,
                "ended_by": self.ended_by,
            },
        )

    def message(self, row: Row) -> str:
        """Say what ended, on whose word and why."""
        return f"Ended {row['name']} by {self.ended_by}: {self.reason}"


def _checked(spec: LayerSpec, row: Row) -> Row:
    """Return the row as its record class understands it; InvalidInput if it does not."""
    return to_row(from_row(spec.record_class, row))


def _require_known(spec: LayerSpec, row: Mapping[str, Any]) -> None:
    known = {column.name for column in spec.fields} | {"geometry"}
    unknown = sorted(row.keys() - known)
    if unknown:
        raise InvalidInput(
            f"The layer has no field {', '.join(unknown)}.",
            where=spec.title,
            do_next="It has " + ", ".join(sorted(known)) + ".",
        )
    if spec.kind is LayerKind.TABLE and row.get("geometry") is not None:
        raise InvalidInput(
            "The rows of a table have no place.",
            where=spec.title,
            do_next="Leave the location out.",
        )


def _require(text: str, name: str, where: str) -> None:
    if not text.strip():
        raise InvalidInput(f"{name} is missing.", where=where, do_next="Fill it in.")


def _require_past(moment: datetime, now: datetime, name: str, where: str) -> None:
    if moment > now:
        raise InvalidInput(
            f"{name} {format_instant(moment)} is in the future.",
            where=where,
            do_next="Give a date and time that has passed.",
        )


def _require_not_ended(row: Row, where: str, now: datetime) -> None:
    if from_row(Constraint, row).standing(now) is Standing.ENDED:
        raise InvalidInput(
            "The constraint has ended already.",
            where=where,
            do_next="Report a new one if the road is closed again.",
        )


def _require_not_seen_since(row: Row, ended_at: datetime, where: str) -> None:
    """Refuse an end that is older than the last report that the constraint holds.

    "Cleared on Monday" does not reopen a road that was seen closed on Tuesday. Forms give
    minutes, so reports of one minute do not contradict each other.
    """
    seen = max(
        moment for moment in (row["date_of_information"], row["last_confirmed_at"]) if moment
    )
    if ended_at < seen.replace(second=0, microsecond=0):
        raise InvalidInput(
            f"It was reported to hold at {format_instant(seen)}, after that end.",
            where=where,
            do_next="Ask for a newer word of its end, and give ended_at at or after that report.",
        )
