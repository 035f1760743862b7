"""Turn restrictions and barriers on nodes, as rules of the nodes where they hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .osmaccess import read_access
from .osmtags import Unread
from .osmunits import LIMIT_SIZES, quantity
from .road_rule import CLOSED_ACCESS
from .roads import TurnRule
from .segment_rules import LIMITS
from .turn_legality import PASSABLE_BARRIERS

KINDS = frozenset(
    {f"no_{turn}" for turn in ("left_turn", "right_turn", "straight_on", "u_turn")}
    | {f"only_{turn}" for turn in ("left_turn", "right_turn", "straight_on", "u_turn")}
    | {"no_entry", "no_exit"}
)
_SEVERAL_FROM, _SEVERAL_TO = "no_entry", "no_exit"

_MODES = ("hgv", "goods", "motor_vehicle", "vehicle", "motorcar", "motorcycle")
RESTRICTION_KEYS = ("restriction", *(f"restriction:{mode}" for mode in _MODES))

_BARRIER_ACCESS = ("hgv", "goods", "motorcar", "motorcycle", "motor_vehicle", "vehicle", "access")
_BARRIER_LIMITS = {key: LIMIT_SIZES[column] for column, _, key, *_ in LIMITS}
NODE_KEYS = ("barrier", "ford", "locked", *_BARRIER_ACCESS, *_BARRIER_LIMITS)
"""A node with one of these keys may stop somebody."""
_WORDS = (*_BARRIER_ACCESS, "locked", *_BARRIER_LIMITS)
_SAFE_WORD = re.compile(r"[\w.,:;'\"-]{1,60}")
"""Rules are kept as words between spaces."""


@dataclass(frozen=True, slots=True)
class Restriction:
    """A relation of ``type=restriction``; members are (kind, id, role), the kind n, w or r."""

    tags: Mapping[str, str]
    members: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True)
class TurnReading:
    """The rules that can be applied, what was left out and why, and tags not interpreted."""

    rules: tuple[TurnRule, ...]
    left_out: Mapping[str, int]
    unread: Unread = field(default_factory=Counter)


def read_restrictions(
    restrictions: Iterable[Restriction],
    way_ids: NDArray[np.int64],
    node_ids: NDArray[np.int64],
) -> TurnReading:
    """Return the turn rules of relations.

    Parameters
    ----------
    restrictions : iterable of Restriction
        In any order.
    way_ids, node_ids : int64[]
        The roads of the extract and their nodes; a rule on others is left out.
    """
    restrictions = list(restrictions)
    named = [member for restriction in restrictions for member in restriction.members]
    ways = _known((number for kind, number, _ in named if kind == "w"), way_ids)
    nodes = _known((number for kind, number, _ in named if kind == "n"), node_ids)
    unread: Unread = Counter()
    left_out: Counter[str] = Counter()
    rules: list[TurnRule] = []
    for restriction in restrictions:
        words = list(_words(restriction.tags, unread))
        if not words:
            left_out["turn restrictions that could not be interpreted"] += 1
        for kind, word in words:
            found, reason = _apply(restriction, kind, word, ways, nodes)
            rules += found
            if reason:
                left_out[reason] += 1
    return TurnReading(_in_order(rules), dict(left_out), unread)


def _known(numbers: Iterable[int], ids: NDArray[np.int64]) -> frozenset[int]:
    """Return those of some numbers that are among the ids."""
    asked, sought = np.unique(np.fromiter(numbers, np.int64)), np.sort(ids)
    place = np.minimum(np.searchsorted(sought, asked), len(sought) - 1)
    return frozenset(asked[sought[place] == asked].tolist() if len(sought) else ())


def _words(tags: Mapping[str, str], unread: Unread) -> Iterator[tuple[str, str]]:
    """Return the kinds of a restriction, each with the words of its rule."""
    exempt = ";".join(part.strip() for part in tags.get("except", "").split(";") if part.strip())
    if exempt and not _SAFE_WORD.fullmatch(exempt):
        unread["except", tags["except"]] += 1
        exempt = ""
    for key, value in tags.items():
        if key == "restriction" or key.startswith("restriction:"):
            if key not in RESTRICTION_KEYS or value not in KINDS:
                unread[key, value] += 1
                continue
            word = value if key == "restriction" else f"{key}={value}"
            yield value, f"{word} except {exempt}" if exempt else word


def _apply(
    restriction: Restriction, kind: str, word: str, ways: frozenset[int], nodes: frozenset[int]
) -> tuple[list[TurnRule], str | None]:
    """Return the rules of a restriction, or why there is none."""
    by_role: dict[str, list[tuple[str, int]]] = {"from": [], "via": [], "to": []}
    for member, number, role in restriction.members:
        by_role.setdefault(role, []).append((member, number))
    sources, vias, targets = by_role["from"], by_role["via"], by_role["to"]
    if any(member == "w" for member, _ in vias):
        return [], "turn restrictions over a way"
    several = (len(sources) > 1 and kind != _SEVERAL_FROM) or (
        len(targets) > 1 and kind != _SEVERAL_TO and not kind.startswith("only_")
    )
    if several or not sources or not targets or [member for member, _ in vias] != ["n"]:
        return [], "turn restrictions with missing or too many members"
    via = vias[0][1]
    if via not in nodes or any(
        member != "w" or number not in ways for member, number in sources + targets
    ):
        return [], "turn restrictions on ways that are not roads of the extract"
    pairs = [(start, end) for _, start in sources for _, end in targets]
    return [TurnRule(via, start, end, word) for start, end in pairs], None


def read_barriers(
    barriers: Iterable[tuple[int, Mapping[str, str]]], node_ids: NDArray[np.int64]
) -> TurnReading:
    """Return a rule for each barrier on a road that could stop some vehicle.

    Parameters
    ----------
    barriers : iterable of (node id, tags)
        Nodes with one of :data:`NODE_KEYS`; without a barrier they are judged as an open one.
    node_ids : int64[]
        The nodes of the roads.
    """
    barriers = list(barriers)
    nodes = _known((number for number, _ in barriers), node_ids)
    unread: Unread = Counter()
    left_out: Counter[str] = Counter()
    rules: list[TurnRule] = []
    for number, tags in barriers:
        if number not in nodes or ("barrier" not in tags and _is_a_place(tags)):
            continue
        kind = tags.get("barrier", "no")
        unread.update(_not_understood(tags))
        left_out["fords at one point of a road, which close nothing by their tag"] += (
            tags.get("ford", "no") != "no"
        )
        if not _SAFE_WORD.fullmatch(kind):
            unread["barrier", kind] += 1
            left_out["barriers on nodes that could not be interpreted"] += 1
        elif kind not in PASSABLE_BARRIERS or _may_stop(tags):
            rules.append(TurnRule(number, None, None, _barrier_words(kind, tags)))
        elif "barrier" in tags:
            left_out["barriers on nodes that stop no vehicle (an open gate, a cattle grid, …)"] += 1
    return TurnReading(_in_order(rules), {**+left_out}, unread)


def _is_a_place(tags: Mapping[str, str]) -> bool:
    """Tell whether a node's tags speak of a place, such as a car park, and not of the road."""
    return tags.get("amenity", "parking_entrance") != "parking_entrance" or "shop" in tags


def _may_stop(tags: Mapping[str, str]) -> bool:
    """Tell whether the tags of a barrier that stands open may close it to some vehicle."""
    if tags.get("locked") == "yes" or any(key in tags for key in _BARRIER_LIMITS):
        return True
    return any(read_access(tags.get(key, ""))[0] in CLOSED_ACCESS for key in _BARRIER_ACCESS)


def _barrier_words(kind: str, tags: Mapping[str, str]) -> str:
    bare = {key: tags[key].replace(" ", "") for key in _WORDS if key in tags}
    words = [f"{key}={value}" for key, value in bare.items() if _SAFE_WORD.fullmatch(value)]
    return " ".join([f"barrier={kind}", *words])


def _not_understood(tags: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Return the tags of a barrier that are rules but are not, or not wholly, interpreted."""
    for key, value in tags.items():
        if key in _BARRIER_ACCESS:
            whole = read_access(value)[1]
        elif key in _BARRIER_LIMITS:
            whole = quantity(value, *_BARRIER_LIMITS[key]).whole
        else:
            whole = not key.endswith(":conditional") and key not in {"opening_hours", "status"}
        if not whole or (key in _WORDS and not _SAFE_WORD.fullmatch(value.replace(" ", ""))):
            yield key, value


def _in_order(rules: list[TurnRule]) -> tuple[TurnRule, ...]:
    """Return the rules in an order that does not depend on the file's, each once."""
    return tuple(
        sorted(
            set(rules),
            key=lambda rule: (rule.node_id, rule.from_way or 0, rule.to_way or 0, rule.rule),
        )
    )
