"""The change log of a store: each release and each withdrawal, as far as a clearance reaches.

A release that changed only what the clearance does not reach is not in it. A release whose
version was withdrawn since stays, marked, without its content; the withdrawal is an event of its
own, so that who follows the log from a moment on misses neither.
"""

from __future__ import annotations

import heapq
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple

import sqlalchemy as sa

from lca.instant import format_instant
from lca.vocab import Sensitivity

from .catalogue import last_transaction
from .diff import ChangedKeys, changed_keys, compare
from .disclosure import reaches_all, tells_note
from .notes import draft_notes
from .release import Release, served_before
from .store import Store
from .tables import withdrawal

MOST_TOLD = 200
"""A release that changes more features than this is told by its counts only."""

_ALL = Sensitivity.STRICTLY_CONFIDENTIAL
_KEPT = 2048


@dataclass(frozen=True, slots=True)
class Change:
    """One event: a release, or the withdrawal of a version.

    ``message`` is the release note, or the reason of the withdrawal; None where the clearance does
    not reach what it may name. ``counts``, ``summary`` and ``text`` are None of what is withdrawn.
    """

    kind: Literal["release", "withdrawal"]
    at: datetime
    release: Release
    author: str
    message: str | None
    counts: ChangedCounts | None
    summary: str | None
    text: str | None

    def as_json(self) -> dict[str, Any]:
        """Return the event as a JSON object."""
        return {
            "kind": self.kind,
            "at": format_instant(self.at),
            "layer": self.release.layer,
            "number": self.release.number,
            "version": self.release.version,
            "action": self.release.action,
            "exercise": self.release.exercise,
            "author": self.author,
            "message": self.message,
            "withdrawn": self.release.withdrawn_at is not None,
            "counts": None if self.counts is None else self.counts._asdict(),
            "summary": self.summary,
            "text": self.text,
        }


class ChangedCounts(NamedTuple):
    """How many features were added, changed and removed."""

    added: int
    changed: int
    removed: int


class ChangePage(NamedTuple):
    """Events, newest first, and the moment before which to ask for the next; None at the end."""

    changes: tuple[Change, ...]
    next_before: datetime | None


class _Told(NamedTuple):
    """What a clearance sees of one release; ``silent`` if it changed nothing that is reached."""

    silent: bool
    counts: ChangedCounts
    summary: str
    text: str | None


class _Withdrawal(NamedTuple):
    """When and by whom a version was withdrawn, and why."""

    at: datetime
    author: str
    reason: str


class _Event(NamedTuple):
    """Something that happened to a release; ``base`` is the last before it that is served."""

    at: datetime
    release: Release
    base: Release | None
    withdrawal: _Withdrawal | None


class ChangeLog:
    """Reads the change log of a store; safe between threads. What it has computed it keeps."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept = _Kept()
        self._kept_at = _Kept()
        self._notes = lru_cache(maxsize=_KEPT)(self._tells_note)

    def state(self) -> datetime | None:
        """Return what is another value after each event: the time of the last transaction."""
        with self._store.catalogue.read() as connection:
            return last_transaction(connection)

    def page(
        self,
        layers: Collection[str],
        *,
        clearance: Sensitivity,
        since: datetime | None = None,
        before: datetime | None = None,
        at: datetime | None = None,
        limit: int = 50,
        looks: int | None = None,
    ) -> ChangePage:
        """Return the events of some layers, newest first.

        Parameters
        ----------
        since, before : datetime, optional
            Only events after, and only events before, a moment.
        at : datetime, optional
            Only what changes of that which holds at a moment; other events are left out.
        looks : int, optional
            How many events are looked at, told or not: then the page ends, and the next goes on.
        """
        found: list[Change] = []
        last = None
        for number, (event, change) in enumerate(
            self._events(layers, clearance, (since, before), at)
        ):
            if looks is not None and number == looks:
                return ChangePage(tuple(found), last)
            if change is not None and len(found) == limit:
                return ChangePage(tuple(found), found[-1].at)
            found += [] if change is None else [change]
            last = event.at
        return ChangePage(tuple(found), None)

    def change_of(self, release: Release, clearance: Sensitivity) -> Change | None:
        """Return what a clearance sees of one release; None if nothing."""
        log = self._store.log(release.layer)
        base = served_before(log, release.number)
        event = _Event(release.published_at, release, base, None)
        return self._change(event, clearance, None)

    def _events(
        self,
        layers: Collection[str],
        clearance: Sensitivity,
        span: tuple[datetime | None, datetime | None],
        at: datetime | None,
    ) -> Iterator[tuple[_Event, Change | None]]:
        since, before = span
        releases = [self._store.log(layer) for layer in layers]
        # Read after the releases, so that each that is marked as withdrawn has its reason.
        with self._store.catalogue.read() as connection:
            rows = connection.execute(sa.select(withdrawal)).all()
        reasons = {
            row.version: _Withdrawal(row.withdrawn_at, row.author, row.reason) for row in rows
        }
        logs = (_happened(log, reasons) for log in releases)
        for event in heapq.merge(*logs, key=lambda one: one.at, reverse=True):
            if since is not None and event.at <= since:
                return
            if before is None or event.at < before:
                yield event, self._change(event, clearance, at)

    def _change(self, event: _Event, clearance: Sensitivity, at: datetime | None) -> Change | None:
        """Return what a clearance sees of an event; None if nothing."""
        release = event.release
        told = self._told(release, event.base, clearance, at)
        if told.silent:
            return None
        if event.withdrawal is not None:
            _, author, reason = event.withdrawal
            content = self._store.workspace.versions.load(release.version)
            message = reason if reaches_all(content, clearance) else None
            return Change("withdrawal", event.at, release, author, message, None, None, None)
        note = release.message if self._notes(release, clearance) else None
        if release.withdrawn_at is not None:
            return Change("release", event.at, release, release.author, note, None, None, None)
        return Change(
            kind="release",
            at=event.at,
            release=release,
            author=release.author,
            message=note,
            counts=told.counts,
            summary=told.summary,
            text=told.text,
        )

    def _tells_note(self, release: Release, clearance: Sensitivity) -> bool:
        return tells_note(self._store.workspace, release, clearance)

    def _told(
        self, release: Release, base: Release | None, clearance: Sensitivity, at: datetime | None
    ) -> _Told:
        """Return what a release changed of the last one before it that is served."""
        key = (release.layer, release.number, base.number if base else 0, clearance, at)
        # Whoever asks about many moments drives nothing else out.
        kept = self._kept if at is None else self._kept_at
        return kept.get(key, lambda: self._tell(release, base, clearance, at))

    def _tell(
        self, release: Release, base: Release | None, clearance: Sensitivity, at: datetime | None
    ) -> _Told:
        spec = self._store.specs[release.layer]
        before = None if base is None else self._store.workspace.versions.load(base.version)
        after = self._store.workspace.versions.load(release.version)
        keys = changed_keys(before, after, clearance)
        counts = _counts(keys)
        silent = not any(keys) and any(changed_keys(before, after, _ALL))
        if at is None and sum(counts) > MOST_TOLD:
            return _Told(silent, counts, _phrase(counts), None)
        diff = compare(
            spec, before, after, clearance=clearance, older_release=base, newer_release=release
        )
        if at is not None:
            diff = diff.holding_at(at)
            counts = ChangedCounts(len(diff.added), len(diff.changed), len(diff.removed))
            silent = diff.empty
            if sum(counts) > MOST_TOLD:
                return _Told(silent, counts, _phrase(counts), None)
        notes = draft_notes(diff, at=at or release.published_at, clearance=clearance)
        return _Told(silent, counts, notes.summary, notes.as_text())


class _Kept:
    """What was told of the releases used last."""

    def __init__(self) -> None:
        self._items: OrderedDict[tuple[object, ...], _Told] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, key: tuple[object, ...], make: Callable[[], _Told]) -> _Told:
        with self._lock:
            found = self._items.get(key)
        if found is None:
            found = make()
        with self._lock:
            self._items[key] = found
            self._items.move_to_end(key)
            while len(self._items) > _KEPT:
                self._items.popitem(last=False)
        return found


def _happened(log: Sequence[Release], reasons: Mapping[str, _Withdrawal]) -> list[_Event]:
    """Return what happened to a layer's releases, newest first."""
    events: list[_Event] = []
    hidden: set[str] = set()
    for place, release in enumerate(log):
        base = served_before(log[place + 1 :], release.number)
        events.append(_Event(release.published_at, release, base, None))
        if release.withdrawn_at is not None and release.version not in hidden:
            # A version that was released twice is withdrawn once.
            hidden.add(release.version)
            why = reasons[release.version]
            events.append(_Event(why.at, release, base, why))
    return sorted(events, key=lambda event: event.at, reverse=True)


def _counts(keys: ChangedKeys) -> ChangedCounts:
    return ChangedCounts(len(keys.added), len(keys.changed), len(keys.removed))


def _phrase(counts: ChangedCounts) -> str:
    return ", ".join(f"{count} {word}" for word, count in counts._asdict().items() if count)
