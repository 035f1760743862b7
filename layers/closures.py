"""The guard of rule 3: no change reopens a road unless each closure that it lifts is confirmed.

A closure is a constraint, or what a facility that controls movement states.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from lca.constraint import Constraint
from lca.control import constraints_of
from lca.errors import LiftsClosures
from lca.facility import CONTROL_CLASSES, Facility
from lca.lifting import LiftedClosure, lifted_closures
from lca.vocab import Sensitivity

from .canonical import Snapshot
from .diff import changed_keys
from .records import read_records, records_in, unlike
from .sensitivity import visible_rows
from .spec import LayerKind, LayerSpec

_HIDDEN_NAME = "restricted closure"
_ANY_ZONE = "UTC"
"""Hours that name no zone are compared in one and the same, whichever the operation's is."""


def lifted(
    spec: LayerSpec, before: Snapshot | None, after: Snapshot | None, *, at: datetime
) -> tuple[LiftedClosure, ...]:
    """Return the closures that going from one content to another would lift; none elsewhere."""
    if before is None or not _acts(spec):
        return ()
    old, unread = _legible(spec, before, after)
    new = _changed(spec, after, before)
    if spec.kind is LayerKind.CONSTRAINT:
        return (*unread, *lifted_closures(old, new, at=at))
    return (*unread, *_reopened(spec.name, old, new, at))


def require_records(
    spec: LayerSpec, before: Snapshot | None, after: Snapshot, made: Sequence[Any] = ()
) -> None:
    """Refuse rows that contradict themselves: once published they would stop all answers.

    Those are constraints, facilities that control movement, and the rows of tables that answers
    are computed from.

    Parameters
    ----------
    made : sequence of records
        Records that somebody has made already, as whoever read them from a file: a row that says
        what one of them says is not made again. Nobody is believed that they are the rows.

    Raises
    ------
    InvalidInput
        Naming the first of them.
    """
    if _acts(spec):
        judged = _differing(after, before)
    elif spec.kind is LayerKind.TABLE:
        judged = tuple(after.ids())
    else:
        return
    records_in(spec.record_class, after, unlike(spec.record_class, after, judged, made))


def require_confirmed(
    lifts: Sequence[LiftedClosure],
    confirmed: Collection[str],
    *,
    layer: str,
    hidden: Collection[str] = (),
) -> None:
    """Refuse a change that lifts a closure whose id has not been confirmed.

    Parameters
    ----------
    hidden : collection of str
        Ids whose name and reasons the asker may not see.

    Raises
    ------
    LiftsClosures
        Listing every closure that still needs a confirmation.
    """
    open_ones = [item for item in lifts if item.id not in confirmed]
    if not open_ones:
        return
    shown = redacted(open_ones, hidden)
    raise LiftsClosures(
        f"The change would lift {len(shown)} closure(s): "
        + "; ".join(f"{item.name} [{item.id}] ({', '.join(item.reasons)})" for item in shown)
        + ".",
        where=layer,
        do_next="If the road is really open, confirm each by its id (lca: --confirm-lift ID); "
        "or keep it.",
        details={"closures": [item.as_json() for item in shown]},
    )


def redacted(lifts: Iterable[LiftedClosure], hidden: Collection[str]) -> tuple[LiftedClosure, ...]:
    """Return the closures without the name and reasons of those that are hidden."""
    return tuple(
        LiftedClosure(item.id, _HIDDEN_NAME, ("it would be weakened or missing",))
        if item.id in hidden
        else item
        for item in lifts
    )


def hidden_ids(snapshots: Iterable[Snapshot | None], clearance: Sensitivity) -> frozenset[str]:
    """Return the ids of rows that a clearance does not reach in any of the contents."""
    found: set[str] = set()
    for snapshot in snapshots:
        if snapshot is not None:
            frame = snapshot.frame
            found.update(frame.loc[~visible_rows(frame, clearance), "id"])
    return frozenset(found)


def _acts(spec: LayerSpec) -> bool:
    """Tell whether rows of the layer can stop a vehicle."""
    return spec.kind is LayerKind.CONSTRAINT or spec.record_class in CONTROL_CLASSES


def _reopened(
    layer: str, before: Mapping[str, Facility], after: Mapping[str, Facility], at: datetime
) -> Iterable[LiftedClosure]:
    """Yield the facilities that let pass what they stopped, each with its reasons."""
    for key, old in sorted(before.items()):
        new = after.get(key)
        told, tells = _statements(layer, old), {} if new is None else _statements(layer, new)
        reasons: list[str] = []
        for lift in lifted_closures(told, tells, at=at):
            gone = new is not None and lift.id not in tells
            reasons += [f"no longer stated: {told[lift.id].description}"] if gone else lift.reasons
        if reasons:
            yield LiftedClosure(key, old.name, tuple(dict.fromkeys(reasons)))


def _statements(layer: str, facility: Facility) -> dict[str, Constraint]:
    return {item.id: item for item in constraints_of(layer, facility, _ANY_ZONE)}


def _legible(
    spec: LayerSpec, before: Snapshot, after: Snapshot | None
) -> tuple[dict[str, Any], list[LiftedClosure]]:
    """Return the rows that go or change as records, and those that cannot be read.

    An older product may have published what this one refuses, and answers nothing until it is
    corrected. What it closed nobody can tell, so its going is confirmed.
    """
    records, unread = {}, []
    for reading in read_records(spec.record_class, before, _differing(before, after)):
        if reading.error is None:
            records[reading.id] = reading.record
        else:
            why = f"it cannot be read: {reading.error.what}"
            unread.append(LiftedClosure(reading.id, reading.name, (why,)))
    return records, unread


def _changed(spec: LayerSpec, one: Snapshot | None, other: Snapshot | None) -> dict[str, Any]:
    """Return the rows of one content that the other has not, or has differently, as records."""
    if one is None:
        return {}
    changed = _differing(one, other)
    return {record.id: record for record in records_in(spec.record_class, one, changed)}


def _differing(one: Snapshot, other: Snapshot | None) -> tuple[str, ...]:
    """Return the ids of the rows that the other content has not, or has differently.

    A row equal in both lifts nothing, and making records is the slow part.
    """
    keys = changed_keys(other, one, Sensitivity.STRICTLY_CONFIDENTIAL)
    return (*keys.added, *keys.changed)
