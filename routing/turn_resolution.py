"""Resolve the turn rules of a source to the turn arcs of a network."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .coded import Coded
from .roads import TurnRule
from .segments import Segments
from .turns import Turns

NO_ROADS = "turn rules at nodes that do not join two roads"
NOT_THERE = "turn rules whose road does not end at their node"
PASSES = "turn rules whose road passes their node or ends there twice"

_Scope = tuple[int, int | None, str]


@dataclass(frozen=True, slots=True)
class _Ends:
    """Segment ends at the nodes that rules name, ordered by node, segment and side."""

    node: NDArray[np.int64]
    segment: NDArray[np.int64]
    at_v: NDArray[np.bool_]


@dataclass(slots=True)
class _Forbidden:
    """Turns that rules forbid, from one of the ends to another; the lists grow together."""

    tail: list[int] = field(default_factory=list)
    head: list[int] = field(default_factory=list)
    rule: list[str] = field(default_factory=list)

    def add(self, tail: int, head: int, rule: str) -> None:
        """Forbid one turn."""
        self.tail.append(tail)
        self.head.append(head)
        self.rule.append(rule)


def resolve_turns(
    segments: Segments, node_ids: NDArray[np.int64], rules: Collection[TurnRule]
) -> tuple[Turns, Mapping[str, int]]:
    """Return the turns that the rules make, and why how many rules make none.

    A node is split only if some rule forbids a turn there. Rules that name a road twice at their
    node, or not at all, say too little to be applied. Turning back on one road is forbidden only
    by a rule that names it twice. Of several *only* rules for the same road and vehicles each
    leaves open what the others name: together they would leave no turn at all.
    """
    if not rules:
        return Turns.none(), {}
    ends = _ends(segments, node_ids, rules)
    first = np.flatnonzero(np.diff(ends.node, prepend=-1))
    edges = zip(first.tolist(), np.append(first, len(ends.node))[1:].tolist(), strict=True)
    spans = dict(zip(node_ids[ends.node[first]].tolist(), edges, strict=True))
    ways = segments.osm_way_id[ends.segment].tolist()
    forbidden, unapplied = _Forbidden(), Counter[str]()
    left_open = _left_open(rules)
    for rule in set(rules):
        low, high = spans.get(rule.node_id, (0, 0))
        reason = _forbid(rule, range(low, high), ways, left_open[_scope(rule)], forbidden)
        if reason is not None:
            unapplied[reason] += 1
    return _turns(ends, forbidden), dict(sorted(unapplied.items()))


def _ends(segments: Segments, node_ids: NDArray[np.int64], rules: Collection[TurnRule]) -> _Ends:
    """Return the ends of the segments at the nodes of the rules."""
    named = np.isin(node_ids, np.array([rule.node_id for rule in rules], np.int64))
    at_u, at_v = np.flatnonzero(named[segments.u]), np.flatnonzero(named[segments.v])
    node = np.concatenate([segments.u[at_u], segments.v[at_v]]).astype(np.int64)
    segment = np.concatenate([at_u, at_v])
    side = np.repeat([False, True], [len(at_u), len(at_v)])
    order = np.lexsort((side, segment, node))
    return _Ends(node[order], segment[order], side[order])


def _left_open(rules: Collection[TurnRule]) -> Mapping[_Scope, Collection[int | None]]:
    """Return the roads that the *only* rules of each scope lead to."""
    found = defaultdict[_Scope, set[int | None]](set)
    for rule in rules:
        if _kind(rule.rule).startswith("only_"):
            found[_scope(rule)].add(rule.to_way)
    return found


def _scope(rule: TurnRule) -> _Scope:
    """Return where and for whom a rule holds: node, road, and its words but for its kind."""
    return rule.node_id, rule.from_way, rule.rule.replace(_kind(rule.rule), "", 1)


def _forbid(
    rule: TurnRule,
    here: range,
    ways: Sequence[int],
    left_open: Collection[int | None],
    forbidden: _Forbidden,
) -> str | None:
    """Add the turns that a rule forbids among the ends at its node, or say why there are none."""
    if len(here) < 2:
        return NO_ROADS
    sides: list[Sequence[int]] = []
    for way in (rule.from_way, rule.to_way):
        found = here if way is None else [end for end in here if ways[end] == way]
        if not found:
            return NOT_THERE
        if way is not None and len(found) > 1:
            return PASSES
        sides.append(found)
    tails, heads = sides
    if _kind(rule.rule).startswith("only_"):
        heads = [end for end in here if end not in heads and ways[end] not in left_open]
    turning_back = rule.from_way is not None and rule.from_way == rule.to_way
    for tail in tails:
        for head in heads:
            if tail != head or turning_back:
                forbidden.add(tail, head, rule.rule)
    return None


def _kind(rule: str) -> str:
    """Return ``only_straight_on`` of a rule such as ``restriction:hgv=only_straight_on``."""
    return rule.split(" ", 1)[0].rsplit("=", 1)[-1]


def _turns(ends: _Ends, forbidden: _Forbidden) -> Turns:
    """Split the nodes with a forbidden turn, and join their ends by turn arcs."""
    if not forbidden.tail:
        return Turns.none()
    tails, heads = np.array(forbidden.tail), np.array(forbidden.head)
    kept = np.flatnonzero(np.isin(ends.node, ends.node[tails]))
    place = np.empty(len(ends.node), np.int64)
    place[kept] = np.arange(len(kept))
    _, first, degree = np.unique(ends.node[kept], return_index=True, return_counts=True)
    first, degree = np.repeat(first, degree), np.repeat(degree, degree)
    # The arcs from one end lie together, by the ends that they lead to.
    start = np.cumsum(degree) - degree
    tail = np.repeat(np.arange(len(kept)), degree)
    head = np.arange(len(tail)) - np.repeat(start - first, degree)
    tails, heads = place[tails], place[heads]
    arcs = start[tails] + heads - first[tails]
    return Turns(
        segment=ends.segment[kept].astype(np.int32),
        at_v=ends.at_v[kept],
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        rule=_rules(arcs, forbidden.rule, len(tail)),
    )


def _rules(arcs: NDArray[np.int64], rules: Sequence[str], count: int) -> Coded[str]:
    """Return the rules of all turn arcs; those that share an arc stand one a line."""
    named = Coded.of(rules)
    # Of two rules on one arc the later in the alphabet comes later, whatever the source's order.
    arcs, rule = np.divmod(
        np.unique(arcs * len(named.values) + named.codes), np.int64(len(named.values))
    )
    codes = np.full(count, -1, np.int64)
    codes[arcs] = rule
    texts, combined = list(named.values), dict[str, int]()
    shared, sizes = np.unique(arcs, return_counts=True)
    for arc in shared[sizes > 1].tolist():
        low, high = np.searchsorted(arcs, (arc, arc + 1))
        text = "\n".join(named.values[code] for code in rule[low:high].tolist())
        codes[arc] = combined.setdefault(text, len(texts) + len(combined))
    return Coded.of_codes(codes, [*texts, *combined])
