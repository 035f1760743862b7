"""A newer build differs from the older in exactly what was changed in its source."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.osmxml import write_osm

from routing.build import build_from_osm
from routing.build_compare import compare_builds

# A grid of 4 x 3 nodes; every way is one segment between two neighbours.
NODES = {
    10 * row + 10 + col: (24.9 + 0.01 * col, 60.1 + 0.01 * row)
    for row in range(3)
    for col in range(4)
}
PLACES = [(a, a + 1) for a in NODES if a + 1 in NODES] + [
    (a, a + 10) for a in NODES if a + 10 in NODES
]
ROADS = {
    100 + number: (ends, {"highway": ("primary", "track")[number % 2], "name": f"Road {number}"})
    for number, ends in enumerate(PLACES)
}


@pytest.fixture
def build(tmp_path_factory):
    return lambda ways, nodes=NODES: network(tmp_path_factory, ways, nodes)


def network(tmp_path_factory, ways, nodes=NODES):
    path = write_osm(tmp_path_factory.mktemp("osm") / "roads.osm", nodes, ways)
    return build_from_osm(path, "x")


def ways_of(comparison, kind):
    return {item["osm_way_id"] for item in comparison.as_json(10_000)["listed"][kind]}


def test_the_same_roads_are_the_same(build):
    found = compare_builds(build(ROADS), build(dict(reversed(ROADS.items()))))
    assert found.same
    assert found.text() == "The roads are the same."
    assert found.as_json()["km"] == {"gone": {}, "new": {}, "renumbered": {}, "changed": {}}


def test_a_road_that_is_gone_and_one_that_is_new(build):
    fewer = {way: road for way, road in ROADS.items() if way != 104}
    older, newer = build(ROADS), build(fewer)
    lost, won = compare_builds(older, newer), compare_builds(newer, older)
    assert ways_of(lost, "gone") == ways_of(won, "new") == {104}
    assert lost.as_json()["ways"] == {"gone": 1, "new": 0}
    assert lost.as_json()["km"]["gone"] == won.as_json()["km"]["new"]
    (km,) = lost.as_json()["km"]["gone"].values()
    assert km == pytest.approx(0.55, rel=0.05)  # 0.01 degree of longitude at 60 degrees
    assert "gone: 1 segments" in lost.text()


@pytest.mark.parametrize(
    ("tags", "columns"),
    [
        ({"highway": "secondary"}, {"highway"}),
        ({"surface": "gravel", "maxweight": "7.5"}, {"surface", "max_gross_t"}),
        ({"bridge": "yes"}, {"bridge"}),
        ({"name": "Road one"}, {"name"}),
        ({"maxspeed": "30"}, {"maxspeed_kmh"}),
    ],
)
def test_a_changed_tag_is_told_by_its_column(build, tags, columns):
    ends, before = ROADS[102]
    found = compare_builds(build(ROADS), build({**ROADS, 102: (ends, {**before, **tags})}))
    assert ways_of(found, "changed") == {102}
    assert found.as_json()["changes"].keys() - {"maxspeed_backward_kmh"} == columns
    assert not len(found.gone)
    assert not len(found.new)
    # The other way round the tag goes, and with it the last road of that value.
    back = compare_builds(build({**ROADS, 102: (ends, {**before, **tags})}), build(ROADS))
    assert ways_of(back, "changed") == {102}
    assert back.as_json()["changes"] == found.as_json()["changes"]


def test_a_road_that_was_drawn_anew(build):
    nodes = {**NODES, 99: (24.905, 60.105)}
    ends, tags = ROADS[100]
    found = compare_builds(
        build(ROADS, nodes), build({**ROADS, 100: ((ends[0], 99, ends[1]), tags)}, nodes)
    )
    assert ways_of(found, "changed") == {100}
    assert found.as_json()["changes"] == {"geometry": 1}


def test_a_node_that_was_moved_changes_all_its_roads(build):
    found = compare_builds(build(ROADS), build(ROADS, {**NODES, 11: (24.9101, 60.1001)}))
    assert ways_of(found, "changed") == {way for way, (ends, _) in ROADS.items() if 11 in ends}


def test_a_way_that_osm_renumbered_is_neither_gone_nor_new(build):
    other = {(900 if way == 103 else way): road for way, road in ROADS.items()}
    found = compare_builds(build(ROADS), build(other))
    assert ways_of(found, "renumbered") == {900}
    assert (len(found.gone), len(found.new)) == (0, 0)
    assert found.as_json()["ways"] == {"gone": 1, "new": 1}
    assert not found.same


def test_a_way_that_was_split_keeps_its_first_half(build):
    long = {**ROADS, 500: ((10, 11, 12, 13), {"highway": "trunk"})}
    split = {
        **ROADS,
        500: ((10, 11, 12), {"highway": "trunk"}),
        501: ((12, 13), {"highway": "trunk"}),
    }
    found = compare_builds(build(long), build(split))
    assert ways_of(found, "renumbered") == {501}
    assert ways_of(found, "gone") | ways_of(found, "new") == set()


def test_the_longest_are_listed_first_and_no_more_than_asked(build):
    found = compare_builds(build({100: ROADS[100]}), build(ROADS)).as_json(listed=3)
    lengths = [item["length_m"] for item in found["listed"]["new"]]
    assert len(lengths) == 3
    assert lengths == sorted(lengths, reverse=True)
    assert found["segments"]["new"] == len(ROADS) - 1


versions = st.dictionaries(
    st.sampled_from(sorted(ROADS)),
    st.tuples(st.sampled_from(["primary", "track", "path_"]), st.sampled_from(["", "gravel"])),
    min_size=1,
)


@settings(max_examples=30, deadline=None)
@given(one=versions, other=versions)
def test_it_agrees_with_a_comparison_way_by_way(tmp_path_factory, one, other):
    def drawn(version):
        return {
            way: (
                ROADS[way][0],
                {"highway": highway.strip("_").replace("path", "service"), "surface": surface},
            )
            for way, (highway, surface) in version.items()
        }

    older, newer = drawn(one), drawn(other)
    found = compare_builds(network(tmp_path_factory, older), network(tmp_path_factory, newer))
    assert ways_of(found, "gone") == older.keys() - newer.keys()
    assert ways_of(found, "new") == newer.keys() - older.keys()
    both = older.keys() & newer.keys()
    assert ways_of(found, "changed") == {way for way in both if older[way] != newer[way]}
    assert found.same == (older == newer)
