"""Merge chains of segments of one OSM way with equal attributes into one segment."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from .components import weak_components
from .lines import Lines
from .roads import Roads

Ids = NDArray[np.int64]

_PER_M = 1_000_000
"""Lengths are summed as whole micrometres, so that no order of adding shows in the sum."""


@dataclass(frozen=True, slots=True)
class _Chains:
    """All roads, chain after chain in drawing order; ``starts`` says where each chain begins."""

    order: Ids
    starts: Ids

    @property
    def first(self) -> Ids:
        first: Ids = self.order[self.starts]
        return first

    @property
    def last(self) -> Ids:
        last: Ids = self.order[np.append(self.starts[1:], len(self.order)) - 1]
        return last


def merge_chains(roads: Roads) -> Roads:
    """Return the roads with every through node removed.

    A node is *through* if exactly two roads meet there, both of the same way, drawn in the same
    direction (one ends where the other starts), with equal attributes, and neither a turn rule nor
    ``kept_nodes`` names it. So no bridge, limit, surface, name or one-way rule is merged away, and
    nothing that a route can decide on. A ring without any other node is opened at its lowest id.

    Returns
    -------
    Roads
        Lengths are summed, shapes joined in drawing order; not in the order of ``roads``.
    """
    ends = roads.places()
    before = _before(roads, ends)
    if not (before >= 0).any():
        return replace(roads, ends=ends)
    chains = _chains(before, roads.from_id)
    first, last = chains.first, chains.last
    micrometres = np.rint(roads.length_m * _PER_M).astype(np.int64)[chains.order]
    return replace(
        roads,
        osm_way_id=roads.osm_way_id[first],
        from_id=roads.from_id[first],
        to_id=roads.to_id[last],
        length_m=np.add.reduceat(micrometres, chains.starts) / _PER_M,
        lines=_joined(roads.lines, chains),
        texts={name: column.select(first) for name, column in roads.texts.items()},
        numbers={name: column.select(first) for name, column in roads.numbers.items()},
        flags={name: column[first] for name, column in roads.flags.items()},
        ends=np.stack([ends[0][first], ends[1][last]]),
    )


def _before(roads: Roads, ends: Ids) -> Ids:
    """Return for each road the one that leads to it over a through node, or -1."""
    (start, end), count = ends, len(roads)
    node_count = len(roads.node_ids)
    through = np.bincount(start, minlength=node_count) == 1
    through &= np.bincount(end, minlength=node_count) == 1
    kept = np.array([rule.node_id for rule in roads.turn_rules], np.int64)
    through[np.isin(roads.node_ids, np.concatenate([kept, roads.kept_nodes]))] = False
    arriving, leaving = np.empty((2, node_count), np.int64)
    arriving[end] = leaving[start] = np.arange(count)
    nodes = np.flatnonzero(through)
    one, next_one = arriving[nodes], leaving[nodes]
    same = (one != next_one) & (roads.osm_way_id[one] == roads.osm_way_id[next_one])
    one, next_one = one[same], next_one[same]
    same = np.ones(len(one), np.bool_)
    codes = [
        column.codes for columns in (roads.texts, roads.numbers) for column in columns.values()
    ]
    for column in (*codes, *roads.flags.values()):
        same &= column[one] == column[next_one]
    before = np.full(count, -1, np.int64)
    before[next_one[same]] = one[same]
    return before


def _chains(before: Ids, from_id: Ids) -> _Chains:
    """Return the chains that the links make, whatever their length, without a walk."""
    root, steps = np.arange(len(before)), np.zeros(len(before), np.int64)
    rings = _rank(before, root, steps, np.flatnonzero(before >= 0))
    if len(rings):
        before = before.copy()
        before[_openings(before, rings, from_id)] = -1
        _rank(before, root, steps, rings)
    heads = np.flatnonzero(before < 0)
    chain = np.empty(len(before), np.int64)
    chain[heads] = np.arange(len(heads))
    sizes = np.bincount(chain[root], minlength=len(heads))
    starts = np.cumsum(sizes) - sizes
    order = np.empty(len(before), np.int64)
    order[starts[chain[root]] + steps] = np.arange(len(before))
    return _Chains(order, starts)


def _rank(before: Ids, root: Ids, steps: Ids, members: Ids) -> Ids:
    """Write each member's first road and its steps from it; return those that go round and round.

    Every road jumps to where the road that it points at points: the reach doubles each time.
    """
    steps[members] = before[members] >= 0
    root[members] = np.where(before[members] >= 0, before[members], members)
    active = members
    for _ in range(len(members).bit_length() + 1):
        ahead = root[active]
        steps[active] += steps[ahead]
        root[active] = root[ahead]
        active = active[before[root[active]] >= 0]
    return active


def _openings(before: Ids, rings: Ids, from_id: Ids) -> Ids:
    """Return of each ring the road that starts at its lowest node."""
    place = np.empty(len(before), np.uint32)
    place[rings] = np.arange(len(rings))
    ends = place[before[rings]], place[rings]
    ring = weak_components(len(rings), *ends, np.ones(len(rings), np.bool_))
    order = np.lexsort((from_id[rings], ring))
    return rings[order[np.diff(ring[order], prepend=-1) > 0]]


def _joined(lines: Lines, chains: _Chains) -> Lines:
    """Join the lines of each chain, the shared point of two once."""
    skipped = np.ones(len(lines), np.int64)
    skipped[chains.starts] = 0
    joined = lines.spans(
        lines.offsets[:-1][chains.order] + skipped, lines.counts[chains.order] - skipped
    )
    return Lines(joined.e7, np.append(joined.offsets[chains.starts], joined.offsets[-1]))
