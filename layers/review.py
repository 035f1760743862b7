"""The review of drafts: where each stands, what was done to it by whom, and who may publish it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Row

from lca.errors import Conflict, NotFound
from lca.instant import format_instant

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


def events(workspace: Workspace, draft_id: str) -> tuple[Event, ...]:
    """Return what was done to a draft, the oldest first."""
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
    with workspace.catalogue.read() as connection:
        return tuple(Event(*row) for row in connection.execute(query))


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


def log_event(
    connection: Connection,
    workspace: Workspace,
    draft_id: str,
    event: tuple[str, str, str | None, str],
) -> None:
    """Note what was done to a draft: the action, its author, a text and the content's version."""
    action, author, text, version = event
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
