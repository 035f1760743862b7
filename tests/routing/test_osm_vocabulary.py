"""Any mix of OSM's words on ways, nodes and restrictions becomes a network that can be judged."""

from __future__ import annotations

from datetime import datetime

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.osmxml import write_osm

from lca.vehicle import vehicle_class
from routing.build import build_from_osm
from routing.legality import legal_arcs, road_rules
from routing.osmtags import ROADS
from routing.osmturns import KINDS

#  1---2---3---4
#      |
#      5
CROSS = {1: (0.0, 10.0), 2: (0.001, 10.0), 3: (0.002, 10.0), 4: (0.003, 10.0), 5: (0.001, 9.999)}

ACCESS_KEYS = ["access", "vehicle", "motor_vehicle", "hgv", "goods", "motorcar", "motorcycle"]
LIMIT_KEYS = ["maxweight", "maxweightrating", "maxaxleload", "maxheight", "maxwidth", "maxlength"]
SUFFIXES = ["", ":forward", ":backward", ":hgv", ":conditional", ":hgv:conditional", ":lanes"]
VALUES = ["yes", "no", "private", "destination", "delivery;private", "permit", "No", "perhaps", ""]
VALUES += ["3.5", "7,500 kg", "12;9", "none", "16'3\"", "-1", "0", "1e9", "٣", "nan", "inf"]
VALUES += ["no @ (22:00-06:00)", "yes @ (weight<7.5)", "5 @ (Nov-Apr AND weight>3)", "no @ wet"]
VALUES += ["no @ (PH); yes @ (Su", "@", "(;)", "a\nb=c", "%20%", ",=@ "]

key = st.one_of(
    st.builds(str.__add__, st.sampled_from(ACCESS_KEYS + LIMIT_KEYS), st.sampled_from(SUFFIXES)),
    st.sampled_from(["oneway", "oneway:conditional", "maxspeed", "status", "impassable", "bridge"]),
    st.sampled_from(
        ["4wd_only", "junction", "duration", "smoothness", "barrier", "ford", "locked"]
    ),
)
tags = st.dictionaries(
    key, st.sampled_from(VALUES) | st.text("abn()@;:, 0", max_size=9), max_size=5
)
way = st.builds(
    lambda more, highway: {**more, "highway": highway}, tags, st.sampled_from(sorted(ROADS))
)
restriction = st.tuples(
    st.sampled_from([10, 11, 12]), st.sampled_from([1, 2, 3]), st.sampled_from([10, 11, 12]),
    st.sampled_from(sorted(KINDS)), st.sampled_from(["", "hgv", "psv;bicycle"]),
)  # fmt: skip


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    ways=st.tuples(way, way, way),
    nodes=st.dictionaries(st.sampled_from(sorted(CROSS)), tags, max_size=3),
    rules=st.lists(restriction, max_size=3),
)
def test_every_arc_is_closed_by_a_named_rule_or_open(tmp_path, ways, nodes, rules):
    relations = [
        (
            [("way", start, "from"), ("node", via, "via"), ("way", end, "to")],
            {"type": "restriction", "restriction": kind, "except": exempt},
        )
        for start, via, end, kind, exempt in rules
    ]
    drawn = {10: ((1, 2), ways[0]), 11: ((2, 3, 4), ways[1]), 12: ((5, 2), ways[2])}
    path = write_osm(tmp_path / "x.osm", CROSS, drawn, node_tags=nodes, relations=relations)
    network = build_from_osm(path, "x")
    listed = {(tag.key, *tag.value.split()) for tag in network.info.report.unread_tags}
    tagged = [pair for each in (*ways, *nodes.values()) for pair in each.items()]
    assert listed <= {(key, *value.split()) for key, value in tagged}
    for vehicle in (None, vehicle_class("truck_light"), vehicle_class("motorbike")):
        for at in (None, datetime.fromisoformat("2026-01-01T23:00")):
            legal = legal_arcs(network.segments, network.turns, vehicle, at)
            named = [
                not road_rules(network.segments, network.turns, arc, vehicle, at)
                for arc in range(network.arc_count)
            ]
            assert np.array_equal(legal, named)
