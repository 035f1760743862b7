"""Random roads as columns, for laws of merging and assembling."""

from __future__ import annotations

import itertools
from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import strategies as st

from routing.coded import Coded
from routing.lines import Lines
from routing.roads import Roads

NAMES = (None, "Old Road", "New Road")
LIMITS = (None, 7.5)


def roads_of(rows, *, turn_rules=(), kept_nodes=(), first_node=0):
    """Return roads of rows (way, from, to, metres, points between the ends, name, limit, bridge).

    Node ``i`` lies at ``i`` thousandths of a degree east.
    """
    ids = sorted({node for row in rows for node in row[1:3]})
    position = {node: (node * 10_000, 0) for node in ids}
    points = [[position[row[1]], *row[4], position[row[2]]] for row in rows]
    counts = [len(line) for line in points]
    return Roads(
        np.array(ids, np.int64),
        np.array([position[node] for node in ids], np.int32),
        *(np.array([row[column] for row in rows], np.int64) for column in range(3)),
        np.array([row[3] for row in rows], np.float64),
        Lines(
            np.array([xy for line in points for xy in line], np.int32),
            np.append(0, np.cumsum(counts)).astype(np.int64),
        ),
        {"name": Coded.of([row[5] for row in rows])},
        {"max_gross_t": Coded.of([row[6] for row in rows])},
        {"bridge": np.array([row[7] for row in rows], np.bool_)},
        turn_rules=turn_rules,
        kept_nodes=np.array(kept_nodes, np.int64),
    )


@st.composite
def road_rows(choose, *, ways=3, nodes=7):
    """Rows of ways that run over a few nodes, so that chains, rings, twins and junctions occur."""
    rows = []
    node = st.integers(1, nodes)
    for way in range(1, choose(st.integers(1, ways)) + 1):
        stops = choose(st.lists(node, min_size=2, max_size=7))
        alike = choose(st.booleans())
        tags = st.tuples(st.sampled_from(NAMES), st.sampled_from(LIMITS), st.booleans())
        all_tags = choose(tags)
        for start, end in itertools.pairwise(stops):
            number = len(rows)
            between = [(start * 10_000 + 7 * number + 1, 100 + number)] * (start == end)
            between += [(7 * number + 3, 500 + number)] * choose(st.integers(0, 1))
            metres = choose(st.sampled_from([100.0, 0.001, 33.333, 1234.567]))
            own = all_tags if alike else choose(tags)
            rows.append((way, start, end, metres, between, *own))
    return rows


def in_another_order(roads, rows, nodes, values_turned):
    """Return the same roads with rows and nodes in another order, and codes numbered otherwise."""

    def turned(column):
        last = len(column.values) - 1
        if not values_turned or last < 1:
            return column
        codes = np.where(column.codes < 0, -1, last - column.codes).astype(column.codes.dtype)
        return Coded(codes, column.values[::-1])

    return replace(
        roads,
        osm_way_id=roads.osm_way_id[rows],
        from_id=roads.from_id[rows],
        to_id=roads.to_id[rows],
        length_m=roads.length_m[rows],
        lines=roads.lines.select(rows),
        texts={name: turned(column.select(rows)) for name, column in roads.texts.items()},
        numbers={name: turned(column.select(rows)) for name, column in roads.numbers.items()},
        flags={name: column[rows] for name, column in roads.flags.items()},
        turn_rules=tuple(roads.turn_rules[place] for place in nodes),
    )


def pieces_of(roads):
    """Count every straight piece of every road, with what is tagged there."""
    found = Counter()
    for row in range(len(roads)):
        tags = (
            int(roads.osm_way_id[row]),
            roads.texts["name"].at(row),
            roads.numbers["max_gross_t"].at(row),
            bool(roads.flags["bridge"][row]),
        )
        points = [tuple(xy) for xy in roads.lines.points(row).tolist()]
        found.update((*tags, *pair) for pair in itertools.pairwise(points))
    return found
