"""Releases: which version of a layer was published when, by whom and why, and which are heads."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from lca.errors import NotFound, UsageError, Withdrawn
from lca.instant import format_instant

from .catalogue import check_clock, last_transaction
from .tables import build, head, release, version, withdrawal

Action = Literal["publish", "edit", "rollback", "withdraw", "derive"]

LATEST = "latest"
_PREFIX = re.compile(r"[0-9a-f]{8,64}")
_NUMBER = re.compile(r"[1-9]\d{0,6}")


@dataclass(frozen=True, slots=True)
class Release:
    """One line of a layer's history; ``number`` counts from 1, ``version`` is the content's id."""

    layer: str
    number: int
    version: str
    published_at: datetime
    author: str
    message: str
    action: Action
    feature_count: int
    exercise: bool
    withdrawn_at: datetime | None
    predecessor: str | None

    def as_json(self) -> dict[str, Any]:
        """Return the release as a JSON object."""
        return {
            "layer": self.layer,
            "number": self.number,
            "version": self.version,
            "published_at": format_instant(self.published_at),
            "author": self.author,
            "message": self.message,
            "action": self.action,
            "feature_count": self.feature_count,
            "exercise": self.exercise,
            "withdrawn_at": self.withdrawn_at and format_instant(self.withdrawn_at),
            "predecessor": self.predecessor,
        }


@dataclass(frozen=True, slots=True)
class BuildRef:
    """A registered graph build: the digest of its content, its name, and since when it serves."""

    digest: str
    name: str
    registered_at: datetime


@dataclass(frozen=True, slots=True)
class Heads:
    """What was published at one moment, from one consistent read.

    ``releases`` holds no withdrawn release. A layer whose head at that moment has since been
    withdrawn is in ``withdrawn``: nothing may be answered as if it had been empty, so ask
    through :meth:`release`.
    """

    as_of: datetime
    releases: Mapping[str, Release]
    withdrawn: Mapping[str, Release]
    build: BuildRef | None

    def release(self, layer: str) -> Release | None:
        """Return the layer's head, or None if nothing had been published.

        Raises
        ------
        Withdrawn
            If the head at that moment has been withdrawn.
        """
        if layer in self.withdrawn:
            raise withdrawn_error(self.withdrawn[layer])
        return self.releases.get(layer)


def is_fixed(connection: Connection, *, now: datetime, as_of: datetime) -> bool:
    """Tell whether nothing can be published any more at a moment or before it.

    Raises
    ------
    StoreUnavailable
        If the clock is behind the last transaction.
    UsageError
        If ``as_of`` lies in the future.
    """
    last = last_transaction(connection)
    check_clock(now, last)
    if last is not None and as_of <= last:
        return True
    if as_of > now:
        raise UsageError(
            f"as_of {format_instant(as_of)} is in the future: what will be known is not known.",
            do_next="Leave as_of out for now; to ask about a later time, give at.",
        )
    return False


def read_heads(connection: Connection, *, now: datetime, as_of: datetime | None) -> Heads:
    """Return the heads at a moment of the past; without one, those of now.

    Of now, a publication whose commit is under way while this is read (some milliseconds) may
    bear a time just before the ``as_of`` returned; what an answer used is always known by its
    version ids. A moment that is given is exact once the past before it is fixed
    (:meth:`Catalogue.fix_past`).

    Raises
    ------
    StoreUnavailable
        If the clock is behind the last transaction.
    """
    last = last_transaction(connection)
    check_clock(now, last)
    latest = now if last is None else max(now, last)
    found = _all(connection, _heads_query(as_of))
    return Heads(
        as_of=as_of or latest,
        releases={item.layer: item for item in found if item.withdrawn_at is None},
        withdrawn={item.layer: item for item in found if item.withdrawn_at is not None},
        build=_build_at(connection, as_of),
    )


def read_log(connection: Connection, layer: str) -> list[Release]:
    """Return a layer's releases, newest first, the withdrawn ones among them."""
    query = _RELEASES.where(release.c.layer == layer).order_by(release.c.number.desc())
    return _all(connection, query)


def read_head(connection: Connection, layer: str) -> Release | None:
    """Return the layer's head as it is now, also if it is withdrawn."""
    query = _CURRENT.where(release.c.layer == layer)
    return _one(connection, query)


def read_withdrawn(connection: Connection, version_id: str) -> Release | None:
    """Return the newest release of a version if it has been withdrawn, else None."""
    query = _RELEASES.where(withdrawal.c.version == version_id).order_by(
        release.c.published_at.desc()
    )
    return _one(connection, query.limit(1))


def resolve(log: Iterable[Release], layer: str, reference: str) -> Release:
    """Return the release that a reference names.

    Parameters
    ----------
    log : iterable of Release
        The layer's releases, newest first.
    layer : str
        The layer's name, for errors.
    reference : str
        ``latest``, a number, or a version id or a prefix of one of at least 8 digits.

    Raises
    ------
    NotFound
        If there is no such release.
    Withdrawn
        If it has been withdrawn.
    UsageError
        If the reference is none of these, or the prefix fits several versions.
    """
    releases = list(log)
    found = _matching(releases, reference.strip().lower())
    if not found:
        raise NotFound(
            f"There is no version {reference!r} of the layer.",
            where=layer,
            do_next=f"It has {len(releases)} version(s); see its log.",
        )
    if len({item.version for item in found}) > 1:
        raise UsageError(
            f"{reference!r} fits several versions.", where=layer, do_next="Give more digits."
        )
    if found[0].withdrawn_at is not None:
        raise withdrawn_error(found[0])
    return found[0]


def served_before(log: Iterable[Release], number: int) -> Release | None:
    """Return the last release before a number that is not withdrawn; ``log`` is newest first."""
    older = (item for item in log if item.number < number)
    return next((item for item in older if item.withdrawn_at is None), None)


def withdrawn_error(item: Release) -> Withdrawn:
    """Return the error that says a release has been withdrawn."""
    return Withdrawn(
        f"Version {item.number} has been withdrawn.",
        where=item.layer,
        do_next="Use the latest version; the log says why it was withdrawn.",
        details={"version": item.version, "number": item.number},
    )


def _matching(releases: list[Release], reference: str) -> list[Release]:
    if reference == LATEST:
        return releases[:1]
    if _NUMBER.fullmatch(reference):
        return [item for item in releases if item.number == int(reference)]
    if _PREFIX.fullmatch(reference):
        return [item for item in releases if item.version.startswith(reference)]
    raise UsageError(
        f"{reference!r} does not name a version.",
        do_next="Give latest, a number, or at least 8 digits of a version id.",
    )


_COLUMNS = (
    release.c.layer,
    release.c.number,
    release.c.version,
    release.c.published_at,
    release.c.author,
    release.c.message,
    release.c.action,
    version.c.feature_count,
    version.c.exercise,
    withdrawal.c.withdrawn_at,
    release.c.predecessor,
)
_JOINED = release.join(version, release.c.version == version.c.id).outerjoin(
    withdrawal, withdrawal.c.version == release.c.version
)
_RELEASES = sa.select(*_COLUMNS).select_from(_JOINED)
_CURRENT = sa.select(*_COLUMNS).select_from(
    _JOINED.join(head, sa.and_(head.c.layer == release.c.layer, head.c.number == release.c.number))
)


def _heads_query(as_of: datetime | None) -> sa.Select[Any]:
    if as_of is None:
        return _CURRENT.order_by(release.c.layer)
    last = (
        sa.select(release.c.layer, sa.func.max(release.c.number).label("number"))
        .where(release.c.published_at <= as_of)
        .group_by(release.c.layer)
        .subquery()
    )
    return _RELEASES.join(
        last, sa.and_(last.c.layer == release.c.layer, last.c.number == release.c.number)
    ).order_by(release.c.layer)


def _all(connection: Connection, query: sa.Select[Any]) -> list[Release]:
    return [Release(**row) for row in connection.execute(query).mappings()]


def _one(connection: Connection, query: sa.Select[Any]) -> Release | None:
    return next(iter(_all(connection, query)), None)


def _build_at(connection: Connection, as_of: datetime | None) -> BuildRef | None:
    query = sa.select(build.c.digest, build.c.name, build.c.registered_at)
    if as_of is not None:
        query = query.where(build.c.registered_at <= as_of)
    row = connection.execute(query.order_by(build.c.number.desc()).limit(1)).one_or_none()
    return None if row is None else BuildRef(*row)
