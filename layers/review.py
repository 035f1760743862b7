"""The review of drafts: where each stands, what was done to it by whom, and who may publish it.

::

    open ──submit──▶ submitted ──approve──▶ approved ──publish──▶ published
     ▲                  │  ▲                   │
     │               send_back  submit      send_back              discard: from any
     │                  ▼  │                   │                   unfinished state
     └──any change── returned ◀────────────────┘

Any change of the content makes the draft open again, so an approval holds for one content only.
Somebody in a hurry may approve an open draft: whoever approves names the content that they saw.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from lca.errors import Conflict, InvalidInput, NeedsReview, NotAllowed, NotFound
from lca.instant import format_instant, format_minute
from lca.vocab import Sensitivity

from .finding import Finding
from .gate import judge, require_acknowledged, surroundings
from .spec import LayerSpec, Review
from .tables import draft as drafts
from .tables import draft_event
from .workspace import Workspace


class DraftState(StrEnum):
    """Where a draft stands; the last two are final."""

    OPEN = "open"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"
    DISCARDED = "discarded"

    @property
    def final(self) -> bool:
        """Whether nothing can be done to the draft any more."""
        return self in {self.PUBLISHED, self.DISCARDED}


UNFINISHED = tuple(state.value for state in DraftState if not state.final)
"""The states of drafts that can still be published."""

_REVIEWING = frozenset({"submitted", "commented", "approved", "returned", "published", "discarded"})
"""What leaves the content as it was; whoever did anything else has made or changed the draft."""


@dataclass(frozen=True, slots=True)
class Event:
    """What somebody did to a draft; ``version`` is the content that it had afterwards."""

    action: str
    author: str
    text: str | None
    version: str
    happened_at: datetime

    def as_json(self) -> dict[str, Any]:
        """Return the event as a JSON object."""
        return {
            "action": self.action,
            "author": self.author,
            "text": self.text,
            "version": self.version,
            "happened_at": format_instant(self.happened_at),
        }

    def as_text(self) -> str:
        """Return the event as one line."""
        told = f": {self.text}" if self.text else ""
        return f"{format_minute(self.happened_at)} {self.action} by {self.author}{told}"


@dataclass(frozen=True, slots=True)
class _Step:
    """A step of a review: what it is called afterwards, and where it leads from where."""

    action: str
    before: frozenset[DraftState]
    after: DraftState | None = None


_ALL_UNFINISHED = frozenset(state for state in DraftState if not state.final)
_SUBMIT = _Step(
    "submitted", frozenset({DraftState.OPEN, DraftState.RETURNED}), DraftState.SUBMITTED
)
_APPROVE = _Step(
    "approved", frozenset({DraftState.OPEN, DraftState.SUBMITTED}), DraftState.APPROVED
)
_SEND_BACK = _Step("returned", _ALL_UNFINISHED - {DraftState.RETURNED}, DraftState.RETURNED)
_COMMENT = _Step("commented", _ALL_UNFINISHED)
_DISCARD = _Step("discarded", _ALL_UNFINISHED, DraftState.DISCARDED)


def submit(workspace: Workspace, draft_id: str, *, author: str, text: str | None = None) -> None:
    """Ask for the review of a draft (Conflict unless it is open or was sent back)."""
    _take(workspace, draft_id, _SUBMIT, author, text)


def comment(workspace: Workspace, draft_id: str, *, author: str, text: str) -> None:
    """Say something about an unfinished draft."""
    _take(workspace, draft_id, _COMMENT, author, _needed(text, "comment"))


def send_back(workspace: Workspace, draft_id: str, *, author: str, text: str) -> None:
    """Send a draft back with the reason; it cannot be published until it is submitted again."""
    _take(workspace, draft_id, _SEND_BACK, author, _needed(text, "reason"))


def discard(workspace: Workspace, draft_id: str, *, author: str, text: str | None = None) -> None:
    """Give a draft up; its history stays."""
    _take(workspace, draft_id, _DISCARD, author, text)


def approve(
    workspace: Workspace,
    draft_id: str,
    *,
    author: str,
    version: str,
    accept: Collection[str] = (),
    text: str | None = None,
    clearance: Sensitivity = Sensitivity.STRICTLY_CONFIDENTIAL,
) -> None:
    """Approve one content of a draft.

    Parameters
    ----------
    version : str
        The content that the approver looked at, as a version id or at least its first 8 digits.
    accept : collection of str
        Codes of the gate's warnings that the approver knows of; a layer that asks for a review
        asks for each of them.
    clearance : Sensitivity
        What the approver may see; warnings of rows beyond it are not asked for.

    Raises
    ------
    Conflict
        If the draft has another content by now, or is neither open nor submitted.
    NotAllowed
        If the layer asks for four eyes and the approver has made or changed the draft.
    InvalidInput
        If the gate finds errors in it, or warnings that are not accepted.
    """
    with workspace.catalogue.read() as connection:
        row, log = draft_row(connection, draft_id), events_in(connection, draft_id)
    spec = workspace.spec(row.layer)
    if len(version) < _FEWEST_DIGITS or not row.version.startswith(version.lower()):
        raise _changed_since(row)
    _require_other_eyes(spec, log, author)
    found = _judged(workspace, row, clearance)
    require_acknowledged(found, accept, all_of_them=spec.review is not Review.NONE)
    accepted = ", ".join(item.code for item in found)
    told = ". ".join(filter(None, [text, f"Accepted: {accepted}" if accepted else None])) or None
    with workspace.catalogue.write() as connection:
        now = draft_row(connection, draft_id)
        require_same(now, row.revision)
        _advance(connection, workspace, now, _APPROVE, author, told)


_FEWEST_DIGITS = 8


def events(workspace: Workspace, draft_id: str) -> tuple[Event, ...]:
    """Return what was done to a draft, the oldest first."""
    with workspace.catalogue.read() as connection:
        return events_in(connection, draft_id)


def state_of(workspace: Workspace, draft_id: str) -> DraftState:
    """Return where a draft stands; NotFound if there is none."""
    with workspace.catalogue.read() as connection:
        return DraftState(draft_row(connection, draft_id).state)


def makers(log: Iterable[Event]) -> tuple[str, ...]:
    """Return who has made or changed a draft, in the order of their first change."""
    return tuple(dict.fromkeys(item.author for item in log if item.action not in _REVIEWING))


def require_reviewed(spec: LayerSpec, row: Row[Any], log: Iterable[Event]) -> None:
    """Refuse to publish what was sent back, or lacks the approval that its layer asks for.

    Raises
    ------
    NeedsReview
        Saying who can approve it.
    """
    if row.state == DraftState.RETURNED:
        last = next(item for item in reversed(tuple(log)) if item.action == _SEND_BACK.action)
        raise NeedsReview(
            f"The draft {row.id} was sent back by {last.author}: {str(last.text).rstrip('.')}.",
            where=spec.title,
            do_next="Mend it, or submit it again with an answer.",
            details={"draft": row.id, "state": row.state},
        )
    if spec.review is Review.NONE or row.state == DraftState.APPROVED:
        return
    raise NeedsReview(
        f"The draft {row.id} is {row.state}; {spec.title} is published only after an approval.",
        where=spec.title,
        do_next=f"{who_approves(spec, log)} approves it: lca draft approve {row.id}",
        details={"draft": row.id, "state": row.state, "review": spec.review.value},
    )


def who_approves(spec: LayerSpec, log: Iterable[Event]) -> str:
    """Return in words who may approve a draft."""
    if spec.review is not Review.FOUR_EYES:
        return "An approver"
    return f"An approver who has not worked on it (not {', '.join(makers(log))})"


def draft_row(connection: Connection, draft_id: str) -> Row[Any]:
    """Return a draft's line of the catalogue; NotFound if there is none."""
    row = connection.execute(sa.select(drafts).where(drafts.c.id == draft_id)).one_or_none()
    if row is None:
        raise NotFound(f"There is no draft {draft_id!r}.", do_next="List the layer's drafts.")
    return row


def require_unfinished(row: Row[Any]) -> None:
    """Refuse to go on with a draft that is published or discarded (Conflict)."""
    if DraftState(row.state).final:
        raise Conflict(
            f"The draft {row.id} is {row.state}.",
            where=row.layer,
            do_next="Begin a new draft from the present version.",
        )


def require_same(row: Row[Any], revision: int) -> None:
    """Refuse to go on with a draft that is at another revision than when one began (Conflict)."""
    if row.revision != revision:
        raise _changed_since(row)


def log_event(
    connection: Connection,
    workspace: Workspace,
    draft_id: str,
    event: tuple[str, str, str | None, str],
) -> None:
    """Note what was done to a draft: the action, its author, a text and the content's version."""
    action, author, text, version = event
    _needed(author, "author")
    connection.execute(
        sa.insert(draft_event).values(
            draft=draft_id,
            action=action,
            author=author,
            text=text,
            version=version,
            happened_at=workspace.now(),
        )
    )


def _take(workspace: Workspace, draft_id: str, step: _Step, author: str, text: str | None) -> None:
    with workspace.catalogue.write() as connection:
        _advance(connection, workspace, draft_row(connection, draft_id), step, author, text)


def _judged(workspace: Workspace, row: Row[Any], clearance: Sensitivity) -> tuple[Finding, ...]:
    return judge(
        workspace.spec(row.layer),
        workspace.versions.load(row.version),
        workspace.unless_withdrawn(row.base),
        surroundings(workspace),
        clearance=clearance,
    )


def _advance(
    connection: Connection,
    workspace: Workspace,
    row: Row[Any],
    step: _Step,
    author: str,
    text: str | None,
) -> None:
    require_unfinished(row)
    if row.state not in step.before:
        raise Conflict(
            f"The draft {row.id} is {row.state}, so it cannot be {step.action}.",
            where=row.layer,
            do_next=f"It can be when it is {_either(step.before)}.",
        )
    if step.after is not None:
        connection.execute(
            sa.update(drafts).where(drafts.c.id == row.id).values(state=step.after.value)
        )
    log_event(connection, workspace, row.id, (step.action, author, text, row.version))


def events_in(connection: Connection, draft_id: str) -> tuple[Event, ...]:
    """Return what was done to a draft, the oldest first, from one transaction."""
    query = (
        sa.select(
            draft_event.c.action,
            draft_event.c.author,
            draft_event.c.text,
            draft_event.c.version,
            draft_event.c.happened_at,
        )
        .where(draft_event.c.draft == draft_id)
        .order_by(draft_event.c.number)
    )
    return tuple(Event(*row) for row in connection.execute(query))


def _require_other_eyes(spec: LayerSpec, log: Collection[Event], author: str) -> None:
    if spec.review is not Review.FOUR_EYES:
        return
    # One person may write a name in several ways; two ways must not make two pairs of eyes.
    if _name(author) in {_name(maker) for maker in makers(log)}:
        raise NotAllowed(
            f"{author} has worked on this draft and so cannot approve it.",
            where=spec.title,
            do_next=f"{who_approves(spec, log)} approves it.",
        )


def _name(author: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", author).casefold().split())


def _changed_since(row: Row[Any]) -> Conflict:
    return Conflict(
        f"The draft {row.id} has been changed since you began.",
        where=row.layer,
        do_next=f"Look at it again: its content is {row.version[:12]} now.",
        details={"draft": row.id, "version": row.version},
    )


def _needed(text: str, name: str) -> str:
    if not text.strip():
        raise InvalidInput(f"The {name} is missing.", do_next="Fill it in.")
    return text


def _either(states: Collection[DraftState]) -> str:
    return " or ".join(state.value for state in DraftState if state in states)
