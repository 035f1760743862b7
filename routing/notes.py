"""What an answer says of one constraint, facility or road rule, with its provenance.

A constraint above the asker's clearance keeps acting; its note then says only that (rule 8).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from lca.effect import Effect, Excess
from lca.instant import format_instant
from lca.provenance import Provenance
from lca.vocab import Sensitivity

from .effects import Placed
from .place import ResolvedPlace

Kind = Literal["constraint", "facility", "road_rule", "road_data", "policy"]
RESTRICTED_REASON = "restricted constraint"


@dataclass(frozen=True, slots=True)
class Note:
    """One thing that blocks, conditions or is worth knowing; None is not known or not told."""

    kind: Kind
    id: str
    reason: str
    name: str | None = None
    constraint_type: str | None = None
    effect: str | None = None
    status: str | None = None
    match: str | None = None
    source_org: str | None = None
    source_ref: str | None = None
    date_of_information: datetime | None = None
    reliability: str | None = None
    credibility: int | None = None
    location_precision: str | None = None
    review_overdue: bool | None = None
    restricted: bool = False
    hypothetical: bool = False
    km_from: float | None = None
    km_to: float | None = None
    excess: tuple[Excess, ...] | None = None

    def at_km(self, km_from: float, km_to: float) -> Note:
        """Return the note with its place along the way, unless it is restricted."""
        if self.restricted:
            return self
        return replace(self, km_from=round(km_from, 2), km_to=round(km_to, 2))

    def as_json(self) -> dict[str, Any]:
        """Return the note as a JSON object; ``excess`` only where it may be."""
        told = self.date_of_information
        body: dict[str, Any] = {
            "kind": self.kind,
            "id": self.id,
            "name": self.name,
            "constraint_type": self.constraint_type,
            "effect": self.effect,
            "status": self.status,
            "reason": self.reason,
            "match": self.match,
            "source_org": self.source_org,
            "source_ref": self.source_ref,
            "date_of_information": format_instant(told) if told else None,
            "reliability": self.reliability,
            "credibility": self.credibility,
            "location_precision": self.location_precision,
            "review_overdue": self.review_overdue,
            "restricted": self.restricted,
            "hypothetical": self.hypothetical,
            "km_from": self.km_from,
            "km_to": self.km_to,
        }
        if self.excess is not None:
            body["excess"] = [
                {
                    "limit": item.limit,
                    "limit_value": item.limit_value,
                    "vehicle_value": item.vehicle_value,
                    "unit": item.unit,
                }
                for item in self.excess
            ]
        return body

    def title(self) -> str:
        """Return what to call it in a sentence."""
        if self.restricted:
            return f"a {RESTRICTED_REASON}"
        return self.name or self.id


@dataclass(frozen=True, slots=True)
class Notary:
    """Writes the notes of one answer: at a moment, for an asker of some clearance."""

    at: datetime
    clearance: Sensitivity
    opaque_ids: Mapping[str, str]

    def constraint(self, placed: Placed, reason: str, *, effect: Effect | None = None) -> Note:
        """Return the note of a constraint; ``effect`` gives the limits that it exceeds.

        That of a facility which controls movement names the facility and what it states.
        """
        constraint = placed.constraint
        opaque = None if placed.hypothetical else self.opaque_ids.get(constraint.id)
        if opaque is not None:
            return Note("constraint", opaque, RESTRICTED_REASON, restricted=True)
        control = placed.control
        if control is not None:
            reason = "; ".join(filter(None, [constraint.description, reason]))
            return replace(
                _provenance_note("facility", control.id, reason, constraint, self.at),
                name=control.name,
                constraint_type=constraint.constraint_type.value,
                effect=constraint.effect.value,
                status=control.status.value,
                match=placed.match.state.value,
                excess=effect.excess if effect is not None else None,
            )
        return replace(
            _provenance_note("constraint", constraint.id, reason, constraint, self.at),
            name=constraint.name,
            constraint_type=constraint.constraint_type.value,
            effect=constraint.effect.value,
            status=constraint.status.value,
            match=placed.match.state.value,
            hypothetical=placed.hypothetical,
            excess=effect.excess if effect is not None else None,
        )

    def facility(self, place: ResolvedPlace, reason: str) -> Note:
        """Return the note of a facility at an end of the way."""
        row = place.row
        told = row.get("date_of_information")
        return Note(
            "facility",
            place.id or place.name,
            reason,
            name=place.name,
            status=row.get("status"),
            source_org=row.get("source_org"),
            source_ref=row.get("source_ref"),
            date_of_information=told,
            reliability=row.get("reliability"),
            credibility=row.get("credibility"),
            location_precision=row.get("location_precision"),
            review_overdue=_overdue(row.get("review_by"), self.at),
        )


def opaque_ids(placed: Sequence[Placed], clearance: Sensitivity) -> dict[str, str]:
    """Give every constraint above the clearance an opaque id that is stable in the answer."""
    secret = sorted(
        item.constraint.id
        for item in placed
        if not item.hypothetical and item.constraint.sensitivity.rank > clearance.rank
    )
    return {name: f"restricted-{n}" for n, name in enumerate(secret, 1)}


def _provenance_note(
    kind: Kind, note_id: str, reason: str, record: Provenance, at: datetime
) -> Note:
    return Note(
        kind,
        note_id,
        reason,
        source_org=record.source_org,
        source_ref=record.source_ref,
        date_of_information=record.date_of_information,
        reliability=record.reliability.value,
        credibility=int(record.credibility),
        location_precision=record.location_precision.value,
        review_overdue=_overdue(record.review_by, at),
    )


def _overdue(review_by: datetime | None, at: datetime) -> bool:
    return review_by is not None and review_by <= at


def in_order(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Return notes along the way, those without a place on it last."""
    return tuple(
        sorted(
            notes,
            key=lambda note: (
                note.km_from is None,
                note.km_from or 0.0,
                note.kind,
                note.id,
                note.reason,
            ),
        )
    )
