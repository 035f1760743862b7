"""Compute an answer again from its JSON, and say where the two differ (rule of truth 10).

An answer holds its question with every default written out, and names the graph build, the
versions and the product it was computed from. The same store and product give the same answer
but for its envelope. An answer's file may have been edited: it is read as a stranger's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
import shapely
from shapely.errors import ShapelyError

import lca
from layers.release import Heads
from layers.store import Store
from lca.constraint import Constraint
from lca.errors import Conflict, InvalidInput, LcaError, NotFound, UnreadableFile
from lca.geo import LonLat
from lca.instant import parse_instant
from lca.record import from_row
from lca.table import rows_of
from lca.vehicle import resolve_vehicle
from lca.vocab import Sensitivity

from .answer import RouteAnswer
from .place import ResolvedPlace
from .planner import Planner
from .policy import Policy
from .question import Terms
from .reference_tables import ReferenceTables, reference_tables

MOST_BYTES = 100_000_000
"""Largest file of an answer that is read: a way of 10,000 km with its geometry has some 10 MB."""
MOST_SUPPOSED = 100_000
_SHOWN = 50
ENVELOPE = "envelope"
_BESIDE = "way_out"
"""What lca route writes beside an answer that is not viable: of other vehicles, too."""
_ABSENT = "(absent)"
Body = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Difference:
    """A place in which two answers differ, as ``way.length_km``."""

    path: str
    was: Any
    now: Any

    def as_json(self) -> dict[str, Any]:
        """Return the difference as a JSON object."""
        return {"path": self.path, "was": self.was, "now": self.now}


@dataclass(frozen=True, slots=True)
class Replay:
    """An answer computed again, and where it differs from the one that was given.

    ``differences`` holds the first of them; ``count`` is how many there are.
    """

    answer: RouteAnswer
    differences: tuple[Difference, ...]
    count: int

    @property
    def equal(self) -> bool:
        """Whether the answer is the same but for its envelope."""
        return self.count == 0

    def as_json(self) -> dict[str, Any]:
        """Return the replay as a JSON object."""
        return {
            "equal": self.equal,
            "difference_count": self.count,
            "differences": [item.as_json() for item in self.differences],
            "answer": self.answer.as_json(),
        }

    def as_text(self) -> str:
        """Return the outcome, the differences if there are any, and the answer as it is now."""
        if self.equal:
            head = "EQUAL: computed again, the answer is the same but for when it was computed."
            return f"{head}\n\n{self.answer.as_text()}"
        lines = [f"NOT EQUAL: {self.count} difference(s)."]
        lines += [
            f"  {item.path}: was {_short(item.was)}, now {_short(item.now)}"
            for item in self.differences
        ]
        if self.count > len(self.differences):
            lines.append(f"  … and {self.count - len(self.differences)} more")
        return "\n".join([*lines, "", self.answer.as_text()])


def replay(
    store: Store, content: bytes, *, clearance: Sensitivity = Sensitivity.STRICTLY_CONFIDENTIAL
) -> Replay:
    """Compute an answer again from its JSON.

    Parameters
    ----------
    content : bytes
        The answer as ``RouteAnswer.as_json`` gave it.
    clearance : Sensitivity
        What the asker of now may see. The answer is computed again for the clearance that it
        was given for, if it says so, which must not be higher.

    Raises
    ------
    UnreadableFile
        If it is no JSON, or too large.
    InvalidInput
        If it is no answer to a question for a way, or a value in it cannot be.
    NotFound
        If the store did not have the graph build, or a version, at the answer's ``as_of``.
    Conflict
        If another version of the product gave the answer.
    """
    body = _read(content)
    question = _member(body, "question", dict)
    sources = _member(body, "provenance", dict)
    _require_product(sources)
    seen = _clearance(question, clearance)
    try:
        terms = _terms(question)
        heads = store.heads(terms.as_of)
    except InvalidInput as error:
        raise _bad(error.what, error.do_next) from error
    _require_sources(heads, sources)
    _require_tables(reference_tables(store, heads), sources)
    # Engines call themselves by what they are chosen by and how they work, as numba-cch. All find
    # ways of one cost, but of two equally good ways each may take another.
    engine, _, _ = _member(sources, "engine", str).partition("-")
    planner = Planner(store, engine=engine)
    outlook = planner.outlook(terms, seen)
    ends = [_place(store, heads, _member(question, name, dict), seen) for name in _ENDS]
    answer = outlook.answer(*ends)
    was = {name: value for name, value in body.items() if name not in (ENVELOPE, _BESIDE)}
    now = {name: value for name, value in _plain(answer).items() if name != ENVELOPE}
    differences = list(_differences("", was, now))
    return Replay(answer, tuple(differences[:_SHOWN]), len(differences))


_ENDS = ("origin", "destination")


def _read(content: bytes) -> Body:
    if len(content) > MOST_BYTES:
        raise UnreadableFile(
            f"The answer is larger than {MOST_BYTES / 1e6:.0f} MB.", do_next="It is no answer."
        )
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError as error:
        raise UnreadableFile(
            f"The answer is no JSON: {error}.",
            do_next="Give the file that lca route --json, or the service, wrote.",
        ) from error
    if not isinstance(body, dict):
        raise _bad("It is no JSON object.")
    return body


def _member(body: Body, name: str, kind: type[Any]) -> Any:
    value = body.get(name)
    if not isinstance(value, kind):
        raise _bad(f"{name} is missing, or not what an answer has there.")
    return value


def _bad(what: str, do_next: str = "") -> InvalidInput:
    return InvalidInput(
        f"This is no answer that can be computed again: {what}",
        do_next=do_next or "Give the whole answer to a question for a way, as it was written.",
    )


def _require_product(sources: Body) -> None:
    product = _member(sources, "product_version", str)
    if product != lca.__version__:
        raise Conflict(
            f"Version {product[:40]!r} of the product gave the answer; this is {lca.__version__}.",
            do_next="Install that version to compute it again; another may judge otherwise.",
        )


def _clearance(question: Body, allowed: Sensitivity) -> Sensitivity:
    word = question.get("clearance")
    if word is None:
        return allowed
    if not isinstance(word, str) or word not in set(Sensitivity):
        raise _bad(f"clearance {word!r:.40} is no level.")
    stated = Sensitivity(word)
    if stated.rank > allowed.rank:
        raise NotFound(
            "The answer was given for a higher clearance than yours.",
            do_next="Ask somebody with that clearance to compute it again.",
        )
    return stated


def _terms(question: Body) -> Terms:
    return Terms(
        vehicle=resolve_vehicle(_member(question, "vehicle", dict)),
        at=_instant(question, "at"),
        as_of=_instant(question, "as_of"),
        without=tuple(_texts(question, "without")),
        what_if=tuple(_supposed(question)),
        policy=_policy(_member(question, "policy", dict)),
    )


def _policy(stated: Body) -> Policy:
    try:
        return Policy.from_json(stated)
    except (AttributeError, TypeError, ValueError) as error:
        if isinstance(error, LcaError):
            raise
        raise _bad("its policy has a value of another kind than a policy has.") from error


def _instant(question: Body, name: str) -> datetime:
    return parse_instant(_member(question, name, str)[:40])


def _texts(question: Body, name: str) -> list[str]:
    values: list[str] = _member(question, name, list)
    if not all(isinstance(value, str) for value in values) or len(values) > MOST_SUPPOSED:
        raise _bad(f"{name} is no list of ids.")
    return values


def _supposed(question: Body) -> Iterator[Constraint]:
    rows = _member(question, "what_if", list)
    if len(rows) > MOST_SUPPOSED:
        raise _bad(f"it supposes {len(rows):,} constraints.")
    for row in rows:
        if not isinstance(row, dict):
            raise _bad("what_if holds something that is no constraint.")
        try:
            shape = row.get("geometry")
            geometry = None if shape is None else shapely.from_geojson(orjson.dumps(shape))
        except (ShapelyError, TypeError) as error:
            raise _bad("a geometry in what_if cannot be read.") from error
        yield from_row(Constraint, {**row, "geometry": geometry})


def _require_sources(heads: Heads, sources: Body) -> None:
    """Refuse to compare with what another state of a store would answer."""
    build = _member(_member(sources, "graph_build", dict), "digest", str)
    present = None if heads.build is None else heads.build.digest
    if build != present:
        raise _lacks("graph build", build, present)
    constraints = sources.get("constraints")
    named = {} if constraints is None else {"constraints": constraints}
    for layer, stated in {**_member(sources, "facilities", dict), **named}.items():
        if not isinstance(stated, dict):
            raise _bad(f"provenance of {layer!r:.60} is not what an answer has there.")
        release = heads.release(layer)
        version = _member(stated, "version", str)
        if release is None or release.version != version:
            present = None if release is None else release.version
            raise _lacks(f"version of {layer:.60}", version, present)


def _require_tables(tables: ReferenceTables, sources: Body) -> None:
    """Refuse where vehicles, speeds, access, seasons or emissions are judged by other tables."""
    stated = _member(sources, "tables", dict)
    for name in sorted(stated.keys() | tables.sources.keys()):
        was, now = stated.get(name), tables.sources.get(name, {})
        if not isinstance(was, dict):
            raise _bad(f"provenance of the table {name!r:.60} is not what an answer has there.")
        kind = "version" if "version" in was else "sha256"
        if was.get(kind) != now.get(kind):
            present = now.get("version") or now.get("sha256")
            raise _lacks(f"table {name:.60}", _member(was, kind, str), present)


def _lacks(what: str, wanted: str, present: str | None) -> NotFound:
    instead = "none" if present is None else f"{present[:12]}…"
    return NotFound(
        f"This store did not answer from the {what} {wanted[:12]}… at that moment; it had "
        f"{instead}.",
        do_next="Use the store that gave the answer, or a whole backup of it.",
    )


def _place(store: Store, heads: Heads, end: Body, clearance: Sensitivity) -> ResolvedPlace:
    """Return an end as it was understood then: the row of its layer, or the coordinates."""
    layer, key = end.get("layer"), end.get("id")
    if layer is None or key is None:
        lon, lat = end.get("lon"), end.get("lat")
        if not all(isinstance(value, int | float) for value in (lon, lat)):
            raise _bad("an end has neither an id nor coordinates.")
        position = LonLat(lon=float(lon or 0), lat=float(lat or 0))
        name = f"lat={position.lat:g},lon={position.lon:g}"
        return ResolvedPlace(None, None, name, position)
    if not (isinstance(layer, str) and isinstance(key, str)):
        raise _bad("an end's id or layer is no text.")
    release = heads.releases.get(layer)
    frame = None if release is None else store.frame(release.version)
    rows = [] if frame is None else rows_of(frame[frame["id"] == key])
    if not rows or Sensitivity(rows[0]["sensitivity"]).rank > clearance.rank:
        raise NotFound(
            f"There was no {key!r:.80} in {layer!r:.80} at that moment.",
            do_next="Use the store that gave the answer.",
        )
    geometry = rows[0]["geometry"]
    if geometry is None:
        raise _bad("an end has no location.")
    point = geometry if geometry.geom_type == "Point" else geometry.representative_point()
    return ResolvedPlace(key, layer, rows[0]["name"], LonLat(point.x, point.y), rows[0])


def _plain(answer: RouteAnswer) -> Body:
    """Return an answer as its JSON is read back."""
    body: Body = orjson.loads(orjson.dumps(answer.as_json(), option=orjson.OPT_NON_STR_KEYS))
    return body


def _differences(path: str, was: Any, now: Any) -> Iterator[Difference]:
    if isinstance(was, dict) and isinstance(now, dict):
        for name in sorted(was.keys() | now.keys()):
            inner = f"{path}.{name}" if path else name
            yield from _differences(inner, was.get(name, _ABSENT), now.get(name, _ABSENT))
    elif isinstance(was, list) and isinstance(now, list):
        if len(was) != len(now):
            yield Difference(path, f"{len(was)} items", f"{len(now)} items")
            return
        for index, (one, other) in enumerate(zip(was, now, strict=True)):
            yield from _differences(f"{path}[{index}]", one, other)
    elif isinstance(was, bool) is not isinstance(now, bool) or was != now:
        yield Difference(path, _told(was), _told(now))


def _told(value: Any) -> Any:
    """Return a value as a difference tells it: what is nested only by its size."""
    if isinstance(value, dict | list):
        return f"{len(value)} {'members' if isinstance(value, dict) else 'items'}"
    return value


def _short(value: Any) -> str:
    text = orjson.dumps(value).decode()
    return text if len(text) <= 80 else f"{text[:79]}…"
