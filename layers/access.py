"""Who may do what and see what: tokens with a role and a clearance, hashed at rest, expiring."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from lca.errors import InvalidInput, NotAuthenticated, NotFound
from lca.instant import format_instant
from lca.vocab import Sensitivity

from .store import Store
from .tables import token

_PREFIX = "lca_"
_SECRET_BYTES = 32
_TOKEN_ID = re.compile(r"[0-9]{1,18}")


class Role(StrEnum):
    """What a holder may do; each role may do all that those before it may."""

    VIEWER = "viewer"
    REPORTER = "reporter"
    EDITOR = "editor"
    APPROVER = "approver"
    ADMIN = "admin"

    @property
    def rank(self) -> int:
        """0 for viewer, up to 4."""
        return tuple(Role).index(self)


@dataclass(frozen=True, slots=True)
class Principal:
    """Somebody whose token has been recognised."""

    name: str
    role: Role
    clearance: Sensitivity


@dataclass(frozen=True, slots=True)
class TokenInfo:
    """What is known of a token; its text is not."""

    id: str
    name: str
    role: Role
    clearance: Sensitivity
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            "id": self.id,
            "name": self.name,
            "role": self.role.value,
            "clearance": self.clearance.value,
            "created_at": format_instant(self.created_at),
            "expires_at": format_instant(self.expires_at),
            "revoked_at": self.revoked_at and format_instant(self.revoked_at),
        }


def create_token(
    store: Store, role: Role, clearance: Sensitivity, name: str, expires_at: datetime
) -> str:
    """Make a token and return its text, which is not kept: this is the only time it can be read.

    Raises
    ------
    InvalidInput
        If it names nobody, or would have expired already.
    """
    if not name.strip():
        raise InvalidInput("The token names nobody.", do_next="Say who it is for.")
    now = store.now()
    if expires_at <= now:
        raise InvalidInput(
            f"The token would have expired on {format_instant(expires_at)}.",
            do_next="Give a later date.",
        )
    text = _PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    with store.catalogue.write() as connection:
        connection.execute(
            sa.insert(token).values(
                digest=_digest(text),
                name=name.strip(),
                role=role.value,
                clearance=clearance.value,
                created_at=now,
                expires_at=expires_at,
            )
        )
    return text


def authenticate(store: Store, text: str) -> Principal:
    """Return who holds a token.

    Raises
    ------
    NotAuthenticated
        If it is unknown, revoked or expired; the error does not say which.
    """
    digest = _digest(text)
    columns = (token.c.digest, token.c.name, token.c.role, token.c.clearance)
    query = sa.select(*columns, token.c.expires_at, token.c.revoked_at)
    with store.catalogue.read() as connection:
        row = connection.execute(query.where(token.c.digest == digest)).one_or_none()
    # A secret of 256 bits needs no slow hash; the comparison repeats the lookup in constant time.
    if (
        row is None
        or not hmac.compare_digest(row.digest, digest)
        or row.revoked_at is not None
        or row.expires_at <= store.now()
    ):
        raise NotAuthenticated(
            "The token is not valid.", do_next="Ask an admin for a new one (lca token create)."
        )
    return Principal(row.name, Role(row.role), Sensitivity(row.clearance))


def list_tokens(store: Store) -> list[TokenInfo]:
    """Return all tokens, the oldest first, without their text."""
    query = sa.select(
        token.c.id,
        token.c.name,
        token.c.role,
        token.c.clearance,
        token.c.created_at,
        token.c.expires_at,
        token.c.revoked_at,
    ).order_by(token.c.id)
    with store.catalogue.read() as connection:
        rows = connection.execute(query).all()
    return [
        TokenInfo(
            id=str(row.id),
            name=row.name,
            role=Role(row.role),
            clearance=Sensitivity(row.clearance),
            created_at=row.created_at,
            expires_at=row.expires_at,
            revoked_at=row.revoked_at,
        )
        for row in rows
    ]


def revoke_token(store: Store, token_id: str) -> None:
    """Make a token invalid at once; NotFound if there is none of that id."""
    number = int(token_id) if _TOKEN_ID.fullmatch(token_id) else 0
    with store.catalogue.write() as connection:
        known = connection.execute(sa.select(token.c.id).where(token.c.id == number)).first()
        if known is None:
            raise NotFound(f"There is no token {token_id!r}.", do_next="List them: lca token list.")
        connection.execute(
            sa.update(token)
            .where(token.c.id == number, token.c.revoked_at.is_(None))
            .values(revoked_at=store.now())
        )


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
