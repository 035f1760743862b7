"""Saved movement questions and what was found each time they were looked at.

A question is kept as the JSON object that its asker gives; what it means is known one floor up.
Looks are only ever added, so that the history of a road can be told.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from lca.errors import InvalidInput, NotFound
from lca.vocab import Sensitivity

from .store import Store
from .tables import watch, watch_look

MOST_WATCHES = 1_000
"""Watches that may stand at a time: each is a search, every time somebody looks at all of them."""
_MOST_CHARACTERS = 200
_ID_BYTES = 12


@dataclass(frozen=True, slots=True)
class Look:
    """What was found at one moment."""

    looked_at: datetime
    found: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Watch:
    """A saved question. Its id is opaque, because ids stand in addresses and logs (rule 8)."""

    id: str
    name: str
    author: str
    clearance: Sensitivity
    question: Mapping[str, Any]
    created_at: datetime
    last: Look | None


def add_watch(
    store: Store,
    name: str,
    question: Mapping[str, Any],
    *,
    author: str,
    clearance: Sensitivity,
) -> Watch:
    """Save a question.

    Raises
    ------
    InvalidInput
        If it has no name, or one of more than 200 characters, or there are :data:`MOST_WATCHES`
        already.
    """
    title = name.strip()
    if not 0 < len(title) <= _MOST_CHARACTERS:
        raise InvalidInput(
            f"A watch needs a name of 1 to {_MOST_CHARACTERS} characters.",
            do_next="Say what it is for, as Convoy 12 to Ovalle.",
        )
    key, now = secrets.token_hex(_ID_BYTES), store.now()
    with store.catalogue.write() as connection:
        standing = sa.select(sa.func.count()).where(watch.c.removed_at.is_(None))
        if connection.execute(standing).scalar_one() >= MOST_WATCHES:
            raise InvalidInput(
                f"There are {MOST_WATCHES:,} watches already.",
                do_next="Remove those that nobody needs: lca watch list, lca watch remove ID.",
            )
        connection.execute(
            sa.insert(watch).values(
                id=key,
                name=title,
                author=author,
                clearance=clearance.value,
                question=dict(question),
                created_at=now,
            )
        )
    return Watch(key, title, author, clearance, dict(question), now, None)


def list_watches(store: Store, *, clearance: Sensitivity) -> list[Watch]:
    """Return the standing watches whose answers the clearance may see, the oldest first."""
    query = (
        sa.select(watch)
        .where(watch.c.removed_at.is_(None))
        .order_by(watch.c.created_at, watch.c.id)
    )
    with store.catalogue.read() as connection:
        rows = connection.execute(query).all()
        lasts = _last_looks(connection)
    found = (_watch(row, lasts.get(row.id)) for row in rows)
    return [item for item in found if item.clearance.rank <= clearance.rank]


def get_watch(store: Store, watch_id: str, *, clearance: Sensitivity) -> Watch:
    """Return a watch; NotFound also if the clearance does not reach it."""
    for item in list_watches(store, clearance=clearance):
        if item.id == watch_id:
            return item
    raise NotFound("There is no such watch.", do_next="List them: lca watch list.")


def record_look(store: Store, watch_id: str, found: Mapping[str, Any]) -> Look:
    """Keep what was found now."""
    look = Look(store.now(), dict(found))
    with store.catalogue.write() as connection:
        connection.execute(
            sa.insert(watch_look).values(
                watch=watch_id, looked_at=look.looked_at, found=dict(look.found)
            )
        )
    return look


def looks(store: Store, watch_id: str) -> list[Look]:
    """Return what was found each time it was another answer, the oldest first."""
    query = (
        sa.select(watch_look.c.looked_at, watch_look.c.found)
        .where(watch_look.c.watch == watch_id)
        .order_by(watch_look.c.number)
    )
    with store.catalogue.read() as connection:
        return [Look(row.looked_at, row.found) for row in connection.execute(query)]


def remove_watch(store: Store, watch_id: str, *, clearance: Sensitivity) -> None:
    """End a watch; its history stays. NotFound as :func:`get_watch`."""
    get_watch(store, watch_id, clearance=clearance)
    with store.catalogue.write() as connection:
        connection.execute(
            sa.update(watch).where(watch.c.id == watch_id).values(removed_at=store.now())
        )


def _last_looks(connection: sa.Connection) -> dict[str, Look]:
    newest = sa.select(sa.func.max(watch_look.c.number)).group_by(watch_look.c.watch)
    query = sa.select(watch_look).where(watch_look.c.number.in_(newest))
    return {row.watch: Look(row.looked_at, row.found) for row in connection.execute(query)}


def _watch(row: sa.Row[Any], last: Look | None) -> Watch:
    return Watch(
        row.id,
        row.name,
        row.author,
        Sensitivity(row.clearance),
        row.question,
        row.created_at,
        last,
    )
