"""Dangers that somebody has reported and nobody has reviewed: they warn at once (rule of truth 7).

A warning changes no verdict, because only what is published is in force and can be replayed: it
stands in the answer's envelope and is shown first. Only cleared askers get it, because what nobody
has reviewed nobody has judged for who may know it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from layers.review import DraftState
from layers.store import Store
from layers.unreviewed import OpenDraft, open_draft_refs, reported_rows
from lca.constraint import Constraint
from lca.errors import InvalidInput
from lca.instant import format_minute
from lca.record import from_row
from lca.vocab import ConstraintType, EffectKind, Sensitivity

from .controlled import controlled
from .controls import CONTROL_RECORDS
from .effects import Coverage, Placed
from .inputs import CONSTRAINTS, Inputs
from .notes import Notary, Note, in_order
from .shelf import Shelf
from .way import Way

DANGERS = frozenset(
    {
        ConstraintType.MINES_UXO,
        ConstraintType.CONTAMINATION,
        ConstraintType.ACTIVE_HOSTILITIES,
        ConstraintType.INSECURITY_INCIDENT,
        ConstraintType.BRIDGE_DAMAGE,
        ConstraintType.CULVERT_DAMAGE,
        ConstraintType.LANDSLIDE,
        ConstraintType.ROADBLOCK,
    }
)
"""What warns whatever its effect is said to be; a blockage warns whatever its cause."""

_KEPT_DRAFTS = 64


@dataclass(frozen=True, slots=True, eq=False)
class Danger:
    """A reported danger, where it lies, and the draft that reports it."""

    placed: Placed
    draft: OpenDraft


class UnreviewedReports:
    """Reads the dangers that open drafts report, each content of a draft once."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: Shelf[tuple[Danger, ...]] = Shelf(_KEPT_DRAFTS)

    def dangers(self, inputs: Inputs, clearance: Sensitivity) -> tuple[Danger, ...]:
        """Return what is reported now and not reviewed, as far as the asker may see it.

        Nothing for the public: a draft is no publication.
        """
        if clearance is Sensitivity.PUBLIC:
            return ()
        found = (
            danger
            for layer in (CONSTRAINTS, *CONTROL_RECORDS)
            for draft in open_draft_refs(self._store, layer)
            for danger in self._of(inputs, layer, draft)
        )
        return tuple(
            item for item in found if item.placed.constraint.sensitivity.rank <= clearance.rank
        )

    def _of(self, inputs: Inputs, layer: str, draft: OpenDraft) -> tuple[Danger, ...]:
        head = inputs.heads.releases.get(layer)
        key = (inputs.heads.build, head, layer, draft)
        return self._kept.get(
            key, lambda: tuple(Danger(item, draft) for item in self._placed(inputs, layer, draft))
        )

    def _placed(self, inputs: Inputs, layer: str, draft: OpenDraft) -> Iterator[Placed]:
        """Yield the dangers of one draft; a row that cannot be understood reports none."""
        network, records = inputs.build.network, []
        for reported in reported_rows(self._store, layer, draft):
            try:
                records.append(from_row(self._store.specs[layer].record_class, reported.row))
            except InvalidInput:
                # The review of the draft names what is wrong with the row; it cannot be published.
                continue
        if layer == CONSTRAINTS:
            yield from (Placed(item, inputs.match(item)) for item in records if _warns(item))
            return
        operation = inputs.operation
        zone_name = None if operation is None else operation.time_zone
        for item in controlled(network, {layer: records}, zone_name).placed:
            if _warns(item.constraint):
                yield item


def warnings(dangers: Sequence[Danger], way: Way | None, notary: Notary) -> tuple[Note, ...]:
    """Return a note for each danger on a way, or within the distance in which it may lie on it.

    Parameters
    ----------
    way : Way or None
        The way of the answer, else the one that would be taken without constraints; without
        either there is nothing to warn of.
    """
    if way is None or not dangers:
        return ()
    coverage = Coverage.of([item.placed for item in dangers])
    visits = {visit.owner: visit for visit in reversed(way.visits(coverage))}
    notes = []
    for owner, danger in enumerate(dangers):
        match, visit = danger.placed.match, visits.get(owner)
        near = match.rest is not None and way.passes_within(match.rest, match.near_m)
        if visit is None and not near and not match.everywhere:
            continue
        note = notary.constraint(danger.placed, _words(danger))
        notes.append(note if visit is None else note.at_km(visit.km_from, visit.km_to))
    return in_order(notes)


def _warns(constraint: Constraint) -> bool:
    if not constraint.status.stands:
        return False
    return constraint.effect is EffectKind.BLOCKED or constraint.constraint_type in DANGERS


def _words(danger: Danger) -> str:
    draft, effect = danger.draft, danger.placed.constraint.effect.value.replace("_", " ")
    return (
        f"reported by {draft.author} on {format_minute(draft.created_at)} (draft {draft.id}), "
        f"effect {effect}; UNVERIFIED: {_STANDING[draft.state]}, and the verdict does not count it"
    )


_STANDING = {
    DraftState.OPEN: "nobody has reviewed it",
    DraftState.SUBMITTED: "nobody has reviewed it",
    DraftState.RETURNED: "its review sent it back",
    DraftState.APPROVED: "its review let it pass, and it is not published",
}
