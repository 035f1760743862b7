"""A saved question, asked again: whether its verdict has changed since somebody last looked.

A watch asks for "now" each time, unless it names a departure that is still to come. Whoever looks
sees what changed; nothing is sent to anybody by itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from layers.store import Store
from layers.watches import Look, Watch, add_watch, record_look
from lca.errors import (
    InvalidInput,
    LcaError,
    NotFound,
    StoreUnavailable,
    UsageError,
    Withdrawn,
)
from lca.instant import format_instant, format_minute, parse_instant
from lca.record import to_row
from lca.vehicle import VehicleClass, resolve_vehicle
from lca.vocab import Sensitivity

from .answer import RouteAnswer
from .planner import Planner
from .policy import Policy
from .question import RouteQuestion

_TELLING = (
    "verdict",
    "length_km",
    "blocked_by",
    "blocked_by_others",
    "conditions",
    "waits",
    "warnings",
    "error",
)
"""Members of what was found that make it another answer; the rest follows from the moment."""


@dataclass(frozen=True, slots=True)
class News:
    """What blocks or conditions now and did not at the look before, or is another statement."""

    id: str
    name: str
    changed: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {"id": self.id, "name": self.name, "changed": self.changed}

    def words(self) -> str:
        """Return it in a few words."""
        return f"{'changed' if self.changed else 'new'}: {self.name}"


@dataclass(frozen=True, slots=True)
class WatchReport:
    """What a look found, beside what the look before had found, and what is new of it."""

    watch: Watch
    before: Look | None
    after: Look
    answer: RouteAnswer | None
    news: tuple[News, ...] = ()

    @property
    def verdict_changed(self) -> bool:
        """Whether the verdict is another than at the look before."""
        return self.before is not None and _verdict(self.before) != _verdict(self.after)

    @property
    def changed(self) -> bool:
        """Whether the verdict, the way, or what blocks or conditions it is another."""
        return self.before is not None and _telling(self.before) != _telling(self.after)

    def as_json(self) -> dict[str, Any]:
        """Return the report as a JSON object."""
        return {
            "id": self.watch.id,
            "name": self.watch.name,
            "verdict_changed": self.verdict_changed,
            "changed": self.changed,
            "new": [item.as_json() for item in self.news],
            "before": None if self.before is None else look_json(self.before),
            "after": look_json(self.after),
        }

    def as_text(self) -> str:
        """Return the report in a few lines."""
        now = f"{_words(self.after)} ({format_minute(self.after.looked_at)})"
        if self.before is None:
            return f"{self.watch.name}: {now}\n  {_summary(self.after)}"
        if self.verdict_changed:
            then = f"{_words(self.before)} ({format_minute(self.before.looked_at)})"
            return "\n  ".join(
                [f"CHANGED {self.watch.name}: {then} -> {now}", *self._told(), _summary(self.after)]
            )
        head = "The way or its conditions changed: " if self.changed else ""
        since = format_minute(self.before.looked_at)
        line = f"{self.watch.name}: {head}still {now}, as at {since}"
        return "\n  ".join([line, *self._told(), _summary(self.after)])

    def _told(self) -> list[str]:
        return ["; ".join(item.words() for item in self.news)] if self.news else []


def save(
    store: Store,
    planner: Planner,
    name: str,
    question: RouteQuestion,
    *,
    author: str,
    clearance: Sensitivity,
) -> WatchReport:
    """Save a question and look for the first time.

    Raises
    ------
    UsageError
        If the question supposes something, or is about what was known at another moment.
    LcaError
        If it cannot be answered now, as :meth:`routing.planner.Planner.answer`; it is not saved.
    """
    if question.terms.hypothetical or question.as_of is not None:
        raise UsageError(
            "Only a question about what is published can be watched.",
            do_next="Leave out --without, --what-if and --as-of.",
        )
    planner.answer(question, clearance)
    watch = add_watch(store, name, question_json(question), author=author, clearance=clearance)
    return look(store, planner, watch)


def look(store: Store, planner: Planner, watch: Watch) -> WatchReport:
    """Ask a watch's question now, and keep what is found if it is another answer than before.

    Raises
    ------
    StoreUnavailable
        If the store cannot be read or trusted now.
    """
    answer: RouteAnswer | None = None
    try:
        answer = planner.answer(question_of(watch.question, store.now()), watch.clearance)
        found = _found(answer)
    except StoreUnavailable:
        # It cannot be told now; that is no other answer.
        raise
    except LcaError as error:
        # A place that is gone is news for whoever watches it, not a failure of the others.
        found = {"verdict": None, "error": error.what, "summary": error.what}
    after = Look(store.now(), found)
    if watch.last is None or _telling(watch.last) != _telling(after):
        after = record_look(store, watch.id, found)
    news = _news(store, watch, answer) if answer is not None else ()
    return WatchReport(watch, watch.last, after, answer, news)


def question_json(question: RouteQuestion) -> dict[str, Any]:
    """Return a question as the JSON object that a watch keeps."""
    vehicle = question.vehicle
    return {
        "origin": question.origin,
        "destination": question.destination,
        "vehicle": vehicle if isinstance(vehicle, str) else to_row(vehicle),
        "at": None if question.at is None else format_instant(question.at),
        "policy": question.policy.as_json(),
    }


def question_of(body: Mapping[str, Any], now: datetime) -> RouteQuestion:
    """Return the question of a watch; a departure that has passed is now.

    Raises
    ------
    InvalidInput
        If the object is none that :func:`question_json` made.
    """
    try:
        at = None if body["at"] is None else parse_instant(body["at"])
        return RouteQuestion(
            origin=body["origin"],
            destination=body["destination"],
            vehicle=_vehicle(body["vehicle"]),
            at=None if at is None or at <= now else at,
            policy=Policy.from_json(body["policy"]),
        )
    except (KeyError, TypeError, UsageError) as error:
        raise InvalidInput(
            "A saved question cannot be read any more.", do_next="Remove the watch; save it again."
        ) from error


def look_json(seen: Look) -> dict[str, Any]:
    """Return a look as a JSON object."""
    return {"looked_at": format_instant(seen.looked_at), **seen.found}


def _vehicle(stated: str | Mapping[str, Any]) -> str | VehicleClass:
    return stated if isinstance(stated, str) else resolve_vehicle(stated)


def _found(answer: RouteAnswer) -> dict[str, Any]:
    body = answer.as_json()
    way = body["way"] or {}
    return {
        "verdict": body["verdict"],
        "summary": body["summary"],
        "length_km": way.get("length_km"),
        "duration_h": way.get("duration_h"),
        "blocked_by": sorted(note["id"] for note in body["blocked_by"]),
        "blocked_by_others": [
            [note["id"] for note in notes] for notes in body["blocked_by_others"]
        ],
        "conditions": sorted(note["id"] for note in body["conditions"]),
        "waits": sorted(str(wait["id"]) for wait in way.get("waits", ())),
        "warnings": sorted(note["id"] for note in body["envelope"]["warnings"]),
        "constraints": body["provenance"]["constraints"],
        "graph_build": body["provenance"]["graph_build"]["digest"],
        "valid_until": body["valid_until"],
    }


def _telling(seen: Look) -> tuple[Any, ...]:
    # An older look does not hold what had not been invented; that is no other answer.
    return tuple(seen.found.get(name) or None for name in _TELLING)


def _news(store: Store, watch: Watch, answer: RouteAnswer) -> tuple[News, ...]:
    """Return what of that which blocks or conditions now is new since the last look.

    That is what was published or changed since; if nothing was, what had not been named. What a
    clearance does not reach is told by its opaque id only, so that its age is not known.
    """
    if watch.last is None:
        return ()
    finding = answer.finding
    sets = (finding.blocked_by, *finding.blocked_by_others, finding.conditions)
    named = {note.id: note for notes in sets for note in notes}
    known = _named_in(watch.last)
    fresh = {key: News(key, note.title()) for key, note in named.items() if key not in known}
    published = _published(store, watch, answer)
    if published is None:
        return tuple(fresh.values())
    told = {
        key: News(key, note.title(), changed=published[key])
        for key, note in named.items()
        if key in published and not note.restricted
    }
    others = {
        key: item
        for key, item in fresh.items()
        if named[key].restricted or named[key].kind not in _OF_CONSTRAINTS
    }
    return tuple({**told, **others}.values()) if told else tuple(fresh.values())


_OF_CONSTRAINTS = ("constraint", "policy")


def _named_in(seen: Look) -> set[str]:
    found = seen.found
    sets = (
        found.get("blocked_by"),
        *(found.get("blocked_by_others") or ()),
        found.get("conditions"),
    )
    return {str(key) for some in sets for key in some or ()}


def _published(store: Store, watch: Watch, answer: RouteAnswer) -> dict[str, bool] | None:
    """Return which constraints were published since the last look, True for those changed.

    None where it cannot be told: a version is withdrawn, or none was in force.
    """
    before = None if watch.last is None else watch.last.found.get("constraints")
    now = answer.sources.constraints
    if not before or now is None:
        return None
    if before["version"] == now.version:
        return {}
    try:
        older = store.release("constraints", str(before["number"]))
        diff = store.diff("constraints", older, now, watch.clearance)
    except (NotFound, Withdrawn):
        return None
    changed = {str(item.after["id"]): True for item in diff.changed}
    return changed | {str(row["id"]): False for row in diff.added}


def _verdict(seen: Look) -> Any:
    return seen.found.get("verdict")


def _words(seen: Look) -> str:
    verdict = _verdict(seen)
    return "cannot be answered" if verdict is None else str(verdict).replace("_", " ")


def _summary(seen: Look) -> str:
    summary = str(seen.found.get("summary", ""))
    reported = seen.found.get("warnings")
    if not reported:
        return summary
    return f"{summary} WARNING: reported and not reviewed: {', '.join(reported)}."
