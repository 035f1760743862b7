"""Resolve the turn rules of a source to the turn arcs of a network."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .coded import Coded
from .roads import TurnRule
from .segments import Segments
from .turns import Turns

NO_ROADS = "turn rules at nodes that do not join two roads"
NOT_THERE = "turn rules whose road does not end at their node"
PASSES = "turn rules whose road passes their node or ends there twice"
TURNING_BACK = "turn rules against turning back on one road"

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Ends:
    """Segment ends at the nodes that rules name, ordered by node, segment and side."""

    node: NDArray[np.int64]
    segment: NDArray[np.int64]
    at_v: NDArray[np.bool_]


def resolve_turns(
    segments: Segments, node_ids: NDArray[np.int64], rules: Iterable[TurnRule]
) -> tuple[Turns, Mapping[str, int]]:
    """Return the turns that the rules make, and why how many rules make none.

    A node is split only if some rule forbids a turn there. Rules that name a road twice at their
    node, or not at all, say too little to be applied.
    """
    rules = sorted(set(rules), key=lambda rule: (rule.node_id, rule.rule))
    ends = _ends(segments, node_ids, rules)
    first = np.flatnonzero(np.diff(ends.node, prepend=-1))
    spans = dict(
        zip(
            node_ids[ends.node[first]].tolist(),
            zip(first.tolist(), np.append(first, len(ends.node))[1:].tolist(), strict=True),
            strict=True,
        )
    )
    ways = segments.osm_way_id[ends.segment].tolist()
    forbidden: dict[Pair, set[str]] = defaultdict(set)
    unapplied: Counter[str] = Counter()
    for rule in rules:
        low, high = spans.get(rule.node_id, (0, 0))
        pairs = _pairs(rule, ways[low:high])
        if isinstance(pairs, str):
            unapplied[pairs] += 1
            continue
        for tail, head in pairs:
            forbidden[low + tail, low + head].add(rule.rule)
    return _turns(ends, forbidden), dict(unapplied)


def _ends(segments: Segments, node_ids: NDArray[np.int64], rules: Sequence[TurnRule]) -> _Ends:
    """Return the ends of the segments at the nodes of the rules."""
    named = np.isin(node_ids, np.array([rule.node_id for rule in rules], np.int64))
    at_u, at_v = np.flatnonzero(named[segments.u]), np.flatnonzero(named[segments.v])
    node = np.concatenate([segments.u[at_u], segments.v[at_v]]).astype(np.int64)
    segment = np.concatenate([at_u, at_v])
    side = np.repeat([False, True], [len(at_u), len(at_v)])
    order = np.lexsort((side, segment, node))
    return _Ends(node[order], segment[order], side[order])


def _pairs(rule: TurnRule, ways: Sequence[int]) -> list[Pair] | str:
    """Return the turns that a rule forbids among the ends at its node, or why it forbids none."""
    if len(ways) < 2:
        return NO_ROADS
    if rule.from_way is not None and rule.from_way == rule.to_way:
        return TURNING_BACK
    sides: list[list[int]] = []
    for way in (rule.from_way, rule.to_way):
        found = [end for end, other in enumerate(ways) if way is None or other == way]
        if not found:
            return NOT_THERE
        if way is not None and len(found) > 1:
            return PASSES
        sides.append(found)
    tails, heads = sides
    if _kind(rule.rule).startswith("only_"):
        heads = [end for end in range(len(ways)) if end not in heads]
    return [(tail, head) for tail in tails for head in heads if tail != head]


def _kind(rule: str) -> str:
    """Return ``only_straight_on`` of a rule such as ``restriction:hgv=only_straight_on``."""
    return rule.split(" ", 1)[0].rsplit("=", 1)[-1]


def _turns(ends: _Ends, forbidden: Mapping[Pair, set[str]]) -> Turns:
    """Split the nodes with a forbidden turn, and join their ends by turn arcs."""
    if not forbidden:
        return Turns.none()
    tails = np.fromiter((tail for tail, _ in forbidden), np.int64, len(forbidden))
    kept = np.flatnonzero(np.isin(ends.node, ends.node[tails]))
    place = np.full(len(ends.node), -1, np.int64)
    place[kept] = np.arange(len(kept))
    _, first, degree = np.unique(ends.node[kept], return_index=True, return_counts=True)
    # Each end stands opposite to every end of its node; the one to itself is dropped.
    fan = np.repeat(degree, degree)
    tail = np.repeat(np.arange(len(kept)), fan)
    head = np.arange(len(tail)) - np.repeat(np.cumsum(fan) - fan - np.repeat(first, degree), fan)
    tail, head = tail[tail != head], head[tail != head]
    rules = {
        (int(place[tail]), int(place[head])): "\n".join(sorted(texts))
        for (tail, head), texts in forbidden.items()
    }
    pairs = zip(tail.tolist(), head.tolist(), strict=True)
    return Turns(
        segment=ends.segment[kept].astype(np.int32),
        at_v=ends.at_v[kept],
        tail=tail.astype(np.int32),
        head=head.astype(np.int32),
        rule=Coded.of([rules.get(pair) for pair in pairs]),
    )
