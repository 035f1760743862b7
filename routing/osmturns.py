"""Turn restrictions and barriers on nodes, as rules of the nodes where they hold."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .osmtags import Unread
from .roads import TurnRule
from .turn_legality import CLOSED_AT_BARRIER, PASSABLE_BARRIERS

KINDS = frozenset(
    {f"no_{turn}" for turn in ("left_turn", "right_turn", "straight_on", "u_turn")}
    | {f"only_{turn}" for turn in ("left_turn", "right_turn", "straight_on", "u_turn")}
    | {"no_entry", "no_exit"}
)
_SEVERAL_FROM, _SEVERAL_TO = "no_entry", "no_exit"

_MODES = ("hgv", "goods", "motor_vehicle", "vehicle", "motorcar", "motorcycle")
RESTRICTION_KEYS = ("restriction", *(f"restriction:{mode}" for mode in _MODES))

_BARRIER_ACCESS = ("hgv", "goods", "motorcar", "motorcycle", "motor_vehicle", "vehicle", "access")
_BARRIER_LIMITS = ("maxheight", "maxwidth", "maxweight", "maxaxleload", "maxlength")
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
    ways, nodes = _Ids(way_ids), _Ids(node_ids)
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


class _Ids:
    """Ids, ascending, that can be asked for one by one."""

    def __init__(self, ids: NDArray[np.int64]) -> None:
        self._ids = np.unique(ids)

    def __contains__(self, number: int) -> bool:
        place = int(np.searchsorted(self._ids, number))
        return place < len(self._ids) and int(self._ids[place]) == number


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
    restriction: Restriction, kind: str, word: str, ways: _Ids, nodes: _Ids
) -> tuple[list[TurnRule], str | None]:
    """Return the rules of a restriction, or why there is none."""
    by_role: dict[str, list[tuple[str, int]]] = {"from": [], "via": [], "to": []}
    for member, number, role in restriction.members:
        by_role.setdefault(role, []).append((member, number))
    sources, vias, targets = by_role["from"], by_role["via"], by_role["to"]
    if any(member == "w" for member, _ in vias):
        return [], "turn restrictions over a way"
    several = (len(sources) > 1 and kind != _SEVERAL_FROM) or (
        len(targets) > 1 and kind != _SEVERAL_TO
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
        Nodes with a ``barrier`` tag.
    node_ids : int64[]
        The nodes of the roads.
    """
    nodes = _Ids(node_ids)
    unread: Unread = Counter()
    left_out: Counter[str] = Counter()
    rules: list[TurnRule] = []
    for number, tags in barriers:
        if number not in nodes:
            continue
        kind = tags["barrier"]
        if not _SAFE_WORD.fullmatch(kind):
            unread["barrier", kind] += 1
            left_out["barriers on nodes that could not be interpreted"] += 1
        elif kind in PASSABLE_BARRIERS and not _may_stop(tags):
            left_out["barriers on nodes that stop no vehicle (an open gate, a cattle grid, …)"] += 1
        else:
            rules.append(TurnRule(number, None, None, _barrier_words(tags, unread)))
    return TurnReading(_in_order(rules), dict(left_out), unread)


def _may_stop(tags: Mapping[str, str]) -> bool:
    """Tell whether the tags of a barrier that stands open may close it to some vehicle."""
    if tags.get("locked") == "yes" or any(key in tags for key in _BARRIER_LIMITS):
        return True
    return any(tags.get(key) in CLOSED_AT_BARRIER for key in _BARRIER_ACCESS)


def _barrier_words(tags: Mapping[str, str], unread: Unread) -> str:
    words = [f"barrier={tags['barrier']}"]
    for key in (*_BARRIER_ACCESS, "locked", *_BARRIER_LIMITS):
        if key in tags:
            value = tags[key].replace(" ", "")
            if _SAFE_WORD.fullmatch(value):
                words.append(f"{key}={value}")
            else:
                unread[key, tags[key]] += 1
    unread.update((key, tags[key]) for key in tags if key.endswith(":conditional"))
    return " ".join(words)


def _in_order(rules: list[TurnRule]) -> tuple[TurnRule, ...]:
    """Return the rules in an order that does not depend on the file's, each once."""
    return tuple(
        sorted(
            set(rules),
            key=lambda rule: (rule.node_id, rule.from_way or 0, rule.to_way or 0, rule.rule),
        )
    )
