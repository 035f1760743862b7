"""The country that is measured is one network, made alike every time, and never overlaps itself."""

from __future__ import annotations

import hashlib

import numpy as np
import osmium
import pytest
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from benchmarks.country_data import JITTER, SEED, make_country, tables, tiles_for
from benchmarks.country_tile import demo_tile
from routing.build import build_from_links, build_from_osm
from routing.roads import Source
from scripts.make_country import write_country


@pytest.fixture(scope="module")
def country():
    return make_country(5)  # three columns, the last row not full


@pytest.fixture(scope="module")
def extract(country, tmp_path_factory):
    path = tmp_path_factory.mktemp("country") / "country.osm.pbf"
    write_country(country, path)
    return path


def _strong_label(country):
    """Follow every way over all of its points, independently of any reader of ours."""
    of = np.repeat(np.arange(len(country.way_id)), np.diff(country.way_start))
    same = of[1:] == of[:-1]
    before, after, way = country.way_node[:-1][same], country.way_node[1:][same], of[1:][same]
    back = ~country.oneway[way]
    rows, columns = np.append(before, after[back]), np.append(after, before[back])
    shape = (len(country.node_id),) * 2
    graph = coo_array((np.ones(len(rows), np.bool_), (rows, columns)), shape=shape).tocsr()
    return connected_components(graph, directed=True, connection="strong")[1]


def test_every_tile_can_be_driven_to_from_every_other(country):
    label = _strong_label(country)
    mainland = label == np.bincount(label).argmax()
    share = mainland.reshape(country.tiles, -1)[:, : demo_tile().end_count].mean(axis=1)
    assert share.min() > 0.9
    assert share.max() - share.min() < 0.01


def test_ids_are_unique_and_ascend(country):
    assert (np.diff(country.node_id) > 0).all()
    assert (np.diff(country.way_id) > 0).all()


def test_tiles_lie_apart_within_the_box_and_neighbours_face_each_other(country):
    positions = country.node_e7.reshape(country.tiles, -1, 2)
    low, high = positions.min(axis=1), positions.max(axis=1)
    for one in range(country.tiles):
        for other in range(one):
            apart = (low[one] > high[other]) | (low[other] > high[one])
            assert apart.any(), (one, other)
    assert (high - low == np.array(demo_tile().size_e7)).all()
    assert np.abs(country.node_e7[:, 1]).max() < 60e7
    # The second tile is the first one's mirror image: what lies east in one lies west in it.
    assert ((positions[0] - low[0])[:, 0] == (high[1] - positions[1])[:, 0]).all()


def test_the_largest_country_stays_within_the_hemisphere():
    with pytest.raises(ValueError, match="tiles"):
        tiles_for(100_000_000)


def test_equal_seeds_give_equal_files_and_another_seed_another(country, extract, tmp_path):
    again, other = tmp_path / "again.osm.pbf", tmp_path / "other.osm.pbf"
    write_country(make_country(5), again)
    write_country(make_country(5, seed=SEED + 1), other)
    digests = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (extract, again, other)]
    assert digests[0] == digests[1] != digests[2]


def test_speeds_differ_between_tiles_by_the_jitter_at_most(country):
    ways = demo_tile().way_count
    speed = country.speed_kmh[: 5 * ways].reshape(5, ways).astype(float)
    stated = demo_tile().speed_kmh
    known = ~np.isnan(stated)
    off = np.abs(speed[:, known] - stated[known])
    assert (off <= stated[known] * JITTER + 0.5).all()
    assert (speed[0] != speed[1]).mean() > 0.3


def test_the_file_says_what_the_arrays_say(country, extract):
    nodes, ways, turns = {}, {}, []
    for item in osmium.FileProcessor(str(extract)):
        if item.is_node():
            nodes[item.id] = (item.lon, item.lat)
        elif item.is_way():
            ways[item.id] = ([node.ref for node in item.nodes], dict(item.tags))
        else:
            turns.append([member.ref for member in item.members])
    assert list(nodes) == country.node_id.tolist()
    assert list(ways) == country.way_id.tolist()
    assert turns == country.turns.tolist()
    assert np.rint(np.array([*nodes.values()]) * 1e7).astype(int).tolist() == (
        country.node_e7.tolist()
    )
    refs = [ref for refs, _ in ways.values() for ref in refs]
    assert refs == country.node_id[country.way_node].tolist()
    tags = [tags for _, tags in ways.values()]
    assert sum(item.get("bridge") == "yes" for item in tags) == country.bridge.sum() > 0
    assert sum(int(item.get("maxweight", 0)) for item in tags) == country.limit_t.sum() > 0
    assert sum(item.get("oneway") == "yes" for item in tags) == country.oneway.sum() > 0
    assert {item.get("surface") for item in tags} > {None, "asphalt", "gravel"}


def test_both_doors_lead_to_the_same_roads(country, extract):
    from_file = build_from_osm(extract, "country", simplify=False)
    from_tables = build_from_links(*tables(country), Source("country", "tables"), simplify=False)
    for network in (from_file, from_tables):
        segments = network.segments
        assert len(segments) >= 5 * demo_tile().segment_count
    assert np.isclose(
        from_file.segments.length_m.sum(), from_tables.segments.length_m.sum(), rtol=1e-6
    )


def test_there_are_at_least_as_many_arcs_as_asked_for(extract):
    built = build_from_osm(extract, "country")
    assert tiles_for(2 * len(built.segments)) <= 6
    assert tiles_for(50_000) == 2
    assert 2 * len(built.segments) / 5 >= 0.995 * 2 * demo_tile().segment_count
