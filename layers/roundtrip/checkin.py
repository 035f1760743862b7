"""Check an edited file in: what was changed in it becomes a draft, merged with the present head.

The file is compared with the version that it was checked out as, feature by feature, so whatever
others have published since stays. A feature that is not in the file any more is gone only where
that is asked for, and a constraint never is (rule of truth 3).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import shapely

from layers.amend import amended
from layers.canonical import Snapshot
from layers.content import Row
from layers.draft import Draft, Origin, keep_draft, read_draft
from layers.mergerow import equal
from layers.normal import normalise
from layers.rebase import rebase
from layers.release import Release, resolve
from layers.renumbering import made_id, require_kept_ids
from layers.sensitivity import reachable
from layers.spec import LayerKind, LayerSpec
from layers.store import Store
from lca.errors import Conflict, InvalidInput, LcaError, NotAllowed, UsageError, ValidationFailed
from lca.ingest.limits import Limits
from lca.issues import Issue, Report, Severity, errors_first
from lca.record import from_row
from lca.table import frame_of_rows, rows_of
from lca.vocab import Sensitivity

from .incoming import Incoming, IncomingRow, read_back
from .ticket import Ticket

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Checkin:
    """What came of a file: a draft (None if nothing was changed), the report, and what conflicts.

    With ``conflicts`` the draft is made on the version that was checked out, and waits for
    :func:`layers.rebase.rebase` with a choice for each.
    """

    ticket: Ticket
    draft: Draft | None
    report: Report
    conflicts: tuple[Mapping[str, Any], ...] = ()

    def as_text(self) -> str:
        """Return the outcome as lines for people."""
        lines = [issue.text() for issue in self.report.issues]
        if self.draft is None:
            return "\n".join([*lines, "Nothing was changed in the file."]) + "\n"
        lines.append(f"Draft {self.draft.id} of {self.draft.layer}: {self.draft.summary}.")
        lines += [f"- {item['text']}" for item in self.conflicts]
        if self.conflicts:
            lines.append(
                f"Choose for each: lca draft rebase {self.draft.id} "
                f"--keep {self.conflicts[0]['key']}=ours (or =theirs)."
            )
        else:
            lines.append(
                f"To publish it: lca layer publish {self.draft.layer} --draft {self.draft.id}"
            )
        return "\n".join(lines) + "\n"

    def as_json(self) -> dict[str, Any]:
        """Return the outcome as a JSON object."""
        return {
            "layer": self.ticket.layer,
            "checked_out": self.ticket.number,
            "draft": None if self.draft is None else self.draft.as_json(),
            "report": self.report.as_json(),
            "conflicts": list(self.conflicts),
        }


@dataclass(frozen=True, slots=True)
class Handing:
    """Who checks a file in, how far they may see, and what they say of it."""

    author: str
    message: str | None = None
    clearance: Sensitivity = Sensitivity.PUBLIC
    delete_missing: bool = False
    name: str | None = None


def check_in(
    store: Store,
    path: Path,
    handing: Handing,
    *,
    limits: Limits | None = None,
    ticket: Ticket | None = None,
) -> Checkin:
    """Read a file that was checked out and keep what was changed in it as a draft.

    A row with an error is left out, whole, and told in the report; its feature stays as it was.

    Raises
    ------
    UnreadableFile, MissingCrs, ReaderUnavailable
        If the file cannot be read.
    InvalidInput
        If it does not say what it is, is of another operation, or features changed their ids.
    NotFound, Withdrawn
        If the version that it was checked out as is not there (any more).
    NotAllowed
        If it was checked out with a higher clearance than that of who checks it in.
    UsageError
        If constraints are to be deleted by absence.
    ValidationFailed
        If every changed row has an error.
    """
    incoming = read_back(path, store.specs, limits or Limits(), ticket=ticket)
    base = _base(store, incoming.ticket, handing)
    spec = store.specs[base.layer]
    content = store.workspace.versions.load(base.version)
    found = _Edits(spec, content, handing).of(incoming)
    report = found.report()
    ours = amended(store.workspace, spec.name, content, found.rows, found.removed)
    if ours.version == content.version:
        _require_some(found, report, handing.name or path.name)
        return Checkin(incoming.ticket, None, report)
    require_kept_ids(spec, content, ours, found.missing)
    origin = Origin(
        handing.author,
        handing.message or f"Check-in of {handing.name or path.name}",
        report,
        handing.name or path.name,
        incoming.sha256,
    )
    draft = keep_draft(store.workspace, ours, origin, base=base, clearance=handing.clearance)
    return _on_the_head(store, draft, handing, Checkin(incoming.ticket, draft, report))


def _base(store: Store, ticket: Ticket, handing: Handing) -> Release:
    """Return the release that a file was checked out as, if it is to come back here."""
    operation = store.operation
    code = operation.code if operation else None
    if ticket.operation != code:
        raise InvalidInput(
            f"The file belongs to the operation {ticket.operation or 'without a name'}, "
            f"this store to {code or 'none'}.",
            do_next="Check it in where it was checked out.",
        )
    if ticket.clearance.rank > handing.clearance.rank:
        raise NotAllowed(
            "The file was checked out with a higher clearance.",
            do_next="Ask somebody with that clearance to check it in.",
        )
    base = resolve(store.log(ticket.layer), ticket.layer, str(ticket.number))
    if base.version != ticket.version:
        raise InvalidInput(
            f"Version {ticket.number} of {ticket.layer} is another one here than in the file.",
            do_next="Check it in where it was checked out, or check the layer out again.",
        )
    return base


def _on_the_head(store: Store, draft: Draft, handing: Handing, outcome: Checkin) -> Checkin:
    """Bring a new draft up to the head, or say what is to be chosen first."""
    try:
        rebased = rebase(store, draft.id, author=handing.author, clearance=handing.clearance)
    except Conflict as error:
        conflicts = tuple(error.details.get("conflicts", ()))
        if not conflicts:
            raise
        waiting = read_draft(store.workspace, draft.id, clearance=handing.clearance)
        return Checkin(outcome.ticket, waiting, outcome.report, conflicts)
    return Checkin(outcome.ticket, rebased, outcome.report)


class _Edits:
    """What a file changes in a content: rows to add or replace, ids to remove, and the issues."""

    def __init__(self, spec: LayerSpec, content: Snapshot, handing: Handing) -> None:
        self.spec = spec
        self.rows: list[Row] = []
        self.removed: tuple[str, ...] = ()
        self.missing: frozenset[str] = frozenset()
        self.issues: list[Issue] = []
        self.refused: set[int] = set()
        self.count = 0
        self._content = content
        self._handing = handing
        self._made: set[str] = set()

    def of(self, incoming: Incoming) -> _Edits:
        """Take the rows of a file in."""
        self.count = len(incoming.rows)
        self.issues += incoming.issues
        frame = self._content.frame
        reach = reachable(incoming.ticket.clearance)
        own = frame["sensitivity"].isin(reach).to_numpy(dtype=bool)
        rows = rows_of(frame[own])
        before = {row["id"]: row for row in rows}
        beyond = frozenset(frame.loc[~own, "id"])
        changed = self._changed(incoming.rows, before, beyond)
        self.rows = self._valid(changed)
        self.missing = frozenset(before) - {row.id for row in incoming.rows}
        self._miss()
        return self

    def report(self) -> Report:
        """Return what is wrong, and how many rows were taken."""
        name, refused = self.spec.name, len(self.refused)
        return Report(
            tuple(errors_first(self.issues)),
            {name: self.count},
            {name: self.count - refused},
            {name: refused},
        )

    def _changed(
        self,
        rows: Iterable[IncomingRow],
        before: Mapping[str, Row],
        beyond: frozenset[str],
    ) -> list[tuple[IncomingRow, Row]]:
        """Return the rows that differ from how they were checked out, each as a whole row."""
        listed = list(rows)
        times = Counter(row.id for row in listed if row.id)
        found = []
        for row in listed:
            try:
                changed = self._row(row, before, beyond, times)
            except InvalidInput as error:
                self._refuse(row, error)
                continue
            if row.faults:
                self.issues += row.faults
                self.refused.add(row.number)
            elif changed is not None:
                found.append((row, changed))
        return found

    def _row(
        self,
        row: IncomingRow,
        before: Mapping[str, Row],
        beyond: frozenset[str],
        times: Mapping[str, int],
    ) -> Row | None:
        """Return a row as it is to be, None if it is as it was."""
        if row.id is None:
            return {**row.stated, "id": self._new_id(row, before, beyond)}
        if times[row.id] > 1:
            raise InvalidInput(
                f"{times[row.id]} rows have the id {row.id!r}.",
                do_next="Empty the id of the copies: they are new features.",
            )
        if row.id in beyond:
            raise InvalidInput(
                f"There is already a feature {row.id!r}.", do_next="Give it another id."
            )
        old = before.get(row.id)
        if old is None:
            return {**row.stated, "id": row.id}
        moved = {
            name: value
            for name, value in row.stated.items()
            if not equal(_normal(value), old.get(name))
        }
        return {**old, **moved} if moved else None

    def _new_id(self, row: IncomingRow, *taken: Collection[str]) -> str:
        """Return the id of a row without one; it takes the place of no other feature."""
        made = made_id(self.spec, row.stated)
        if any(made in ids for ids in (*taken, self._made)):
            raise InvalidInput(
                "There is already a feature of that name and place, or of that key.",
                do_next="Give it an id of its own, or leave the row out.",
            )
        self._made.add(made)
        return made

    def _valid(self, changed: list[tuple[IncomingRow, Row]]) -> list[Row]:
        """Return the rows that the layer can keep; the others are told one by one."""
        kept = []
        for row, values in changed:
            try:
                from_row(self.spec.record_class, values)
                kept.append((row, values))
            except InvalidInput as error:
                self._refuse(row, error)
        try:
            self._normal([values for _, values in kept])
        except InvalidInput:
            kept = [pair for pair in kept if self._fits(*pair)]
        return [values for _, values in kept]

    def _fits(self, row: IncomingRow, values: Row) -> bool:
        try:
            self._normal([values])
        except InvalidInput as error:
            self._refuse(row, error)
            return False
        return True

    def _normal(self, rows: list[Row]) -> None:
        normalise(frame_of_rows(self.spec.fields, rows), self.spec.fields, where=self.spec.name)

    def _miss(self) -> None:
        """Say which features the file lacks, and remove them only if that is asked for."""
        missing = self.missing
        if not missing:
            return
        if self.spec.kind is LayerKind.CONSTRAINT:
            if self._handing.delete_missing:
                raise UsageError(
                    "No constraint ends by being absent from a file.",
                    where=self.spec.title,
                    do_next="End each with its source: lca layer edit --end, or lca constraint end.",
                )
            self._warn(
                f"{_listed(missing)} not in the file: they stay, absence ends nothing.",
                "End a constraint with its source if it is over.",
            )
        elif self._handing.delete_missing:
            self.removed = tuple(sorted(missing))
        else:
            self._warn(
                f"{_listed(missing)} not in the file: they stay.",
                "Check it in with --delete-missing if they are to go.",
            )

    def _refuse(self, row: IncomingRow, error: LcaError) -> None:
        self.refused.add(row.number)
        self.issues.append(
            Issue(
                Severity.ERROR, error.what, error.do_next, self.spec.name, row.number, value=row.id
            )
        )

    def _warn(self, message: str, do_next: str) -> None:
        self.issues.append(Issue(Severity.WARNING, message, do_next, self.spec.name))


def _normal(value: Any) -> Any:
    """Return a value as the store keeps it, as far as a comparison needs it."""
    if isinstance(value, shapely.geometry.base.BaseGeometry):
        flat = shapely.transform(shapely.force_2d(value), lambda xy: xy.round(7) + 0.0)
        return shapely.orient_polygons(flat)
    return value


def _listed(ids: Iterable[str]) -> str:
    ordered = sorted(ids)
    more = f" and {len(ordered) - _SHOWN} more" if len(ordered) > _SHOWN else ""
    verb = "is" if len(ordered) == 1 else "are"
    return f"{', '.join(ordered[:_SHOWN])}{more} {verb}"


def _require_some(found: _Edits, report: Report, name: str) -> None:
    """Refuse a file of which nothing could be taken, as an import does."""
    if found.refused:
        raise ValidationFailed(
            f"None of the {len(found.refused)} changed row(s) can be kept.",
            where=name,
            do_next="Correct the rows that the issues name.",
            details=report.as_json(),
        )
