"""Laws of merging, and of what assembling makes of the same roads given otherwise."""

from __future__ import annotations

import itertools
from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.smallroads import in_another_order, pieces_of, road_rows, roads_of

from lca.errors import InvalidInput
from routing.assemble import assemble
from routing.roads import Source, TurnRule
from routing.simplify import merge_chains

SOURCE = Source("laws", "test")


def through_nodes(rows, kept):
    """Nodes that merging may take away, one after another, by the words of its promise."""
    arriving, leaving = defaultdict(list), defaultdict(list)
    for number, (way, start, end, _, _, *tags) in enumerate(rows):
        leaving[start].append((number, way, tags))
        arriving[end].append((number, way, tags))
    return {
        node
        for node in arriving.keys() & leaving.keys()
        if node not in kept
        and len(arriving[node]) == len(leaving[node]) == 1
        and arriving[node][0][0] != leaving[node][0][0]
        and arriving[node][0][1:] == leaving[node][0][1:]
    }


def rings_among(rows, through):
    """The lowest node of every ring that consists of through nodes alone."""
    following = {row[1]: row[2] for row in rows if row[1] in through}
    lowest = set()
    for node in through:
        ring = [node]
        while following[ring[-1]] in through and following[ring[-1]] not in ring:
            ring.append(following[ring[-1]])
        if following[ring[-1]] == node:
            lowest.add(min(ring))
    return lowest


@given(road_rows(), st.sets(st.integers(1, 7), max_size=2))
def test_merging_takes_the_through_nodes_away_and_nothing_else(rows, kept):
    merged = merge_chains(roads_of(rows, kept_nodes=sorted(kept)))
    through = through_nodes(rows, kept)
    before = {node for row in rows for node in row[1:3]}
    after = {*merged.from_id.tolist(), *merged.to_id.tolist()}
    assert after == before - through | rings_among(rows, through)
    assert len(merged) == len(rows) - len(before - after)


@given(road_rows())
def test_merging_keeps_every_metre_and_every_piece(rows):
    whole = roads_of(rows)
    merged = merge_chains(whole)
    lengths = Counter(), Counter()
    for lengths_mm, roads in zip(lengths, (whole, merged), strict=True):
        for way, metres in zip(roads.osm_way_id.tolist(), roads.length_m.tolist(), strict=True):
            lengths_mm[way] += round(metres * 1000)
    assert lengths[0] == lengths[1]
    assert pieces_of(merged) == pieces_of(whole)
    for row, ends in enumerate(zip(merged.from_id, merged.to_id, strict=True)):
        line = merged.lines.e7[merged.lines.offsets[row] : merged.lines.offsets[row + 1]]
        assert (line[[0, -1], 0] == np.array(ends) * 10_000).all()
    assert (merged.node_ids[merged.places()] == [merged.from_id, merged.to_id]).all()


@pytest.mark.parametrize("length", [1, 2, 3, 64, 65, 1000])
@pytest.mark.parametrize("ring", [False, True])
def test_chains_of_any_length_become_one_segment(length, ring):
    plain = (None, None, False)
    stops = [*range(5, 5 + length), 5 if ring else 5 + length]
    rows = [(1, a, b, 1.0, [(0, a)], *plain) for a, b in itertools.pairwise(stops)]
    order = np.random.default_rng(length).permutation(length)
    merged = merge_chains(roads_of([rows[row] for row in order]))
    assert len(merged) == 1
    assert (merged.from_id[0], merged.to_id[0]) == (stops[0], stops[-1])
    assert merged.length_m.tolist() == [float(length)]
    assert merged.lines.e7[1::2, 1].tolist() == stops[:-1]


def test_the_node_of_a_turn_rule_is_kept():
    plain = (None, None, False)
    rows = [(1, a, a + 1, 1.0, [], *plain) for a in range(1, 5)]
    rule = TurnRule(3, None, None, "barrier=gate")
    merged = merge_chains(roads_of(rows, turn_rules=(rule,)))
    assert sorted(merged.from_id.tolist()) == [1, 3]


@given(road_rows(), st.data())
def test_the_same_roads_in_any_order_are_the_same_network(rows, data):
    rules = (TurnRule(1, 1, 2, "no_left_turn"), TurnRule(2, None, None, "barrier=gate"))
    roads = roads_of(rows, turn_rules=rules)
    order = np.array(data.draw(st.permutations(range(len(rows)))))
    rule_order = data.draw(st.permutations(range(len(rules))))
    other = in_another_order(roads, order, rule_order, data.draw(st.booleans()))
    for simplify in (False, True):
        one, two = (assemble(each, SOURCE, simplify=simplify) for each in (roads, other))
        assert one.digest == two.digest
        assert one.segments.ids() == two.segments.ids()
        assert one.info.report == two.info.report
        assert one.segments.mainland.tolist() == two.segments.mainland.tolist()
        assert bytes(one.index.buffer) == bytes(two.index.buffer)


@given(road_rows(), road_rows())
def test_ids_stay_when_another_part_of_the_map_changes(rows, others):
    far = [(way + 50, a + 50, b + 50, *rest) for way, a, b, *rest in others]
    alone = assemble(roads_of(rows), SOURCE).segments
    among = assemble(roads_of([*far, *rows]), SOURCE).segments
    names = alone.ids()
    twins = Counter(name.split("~")[0] for name in names)
    assert sorted(names) == sorted(
        f"{name}~{number}" if number > 1 else name
        for name, count in twins.items()
        for number in range(1, count + 1)
    )
    assert [name for name in among.ids() if int(name.split("-")[0]) < 50] == names
    for row, name in enumerate(names):
        other = among.row_of(name)
        assert among.attributes(other) == alone.attributes(row)
        assert among.length_m[other] == alone.length_m[row]
        assert among.lines.points(other).tolist() == alone.lines.points(row).tolist()


def test_a_road_without_a_position_at_its_end_is_refused():
    roads = roads_of([(1, 1, 2, 1.0, [], None, None, False), (1, 2, 3, 1.0, [], None, None, False)])
    for lost in (slice(0, 2), slice(1, 3), slice(0, 0)):
        fewer = type(roads)(
            roads.node_ids[lost],
            roads.node_e7[lost],
            *(roads.osm_way_id, roads.from_id, roads.to_id, roads.length_m, roads.lines),
        )
        with pytest.raises(InvalidInput, match="no position") as caught:
            assemble(fewer, SOURCE)
        assert caught.value.do_next
