"""A newer extract takes the place of the roads: what changes is told, and no closure is lost."""

from __future__ import annotations

import pytest
from support.fileserver import file_server
from support.osmxml import write_osm

# A square with a diagonal; a second extract renames one side, closes the diagonal, adds a road.
NODES = {
    1: (24.90, 60.10), 2: (24.92, 60.10), 3: (24.92, 60.11), 4: (24.90, 60.11), 5: (24.94, 60.10),
}  # fmt: skip
SIDE = {"highway": "primary", "name": "Ring"}
ROADS = {
    10: ((1, 2), SIDE),
    11: ((2, 3), SIDE),
    12: ((3, 4), SIDE),
    13: ((4, 1), SIDE),
    14: ((1, 3), {"highway": "tertiary", "name": "Short cut"}),
}
NEWER = {
    **{way: road for way, road in ROADS.items() if way != 14},
    12: ((3, 4), {**SIDE, "surface": "gravel"}),
    15: ((2, 5), {"highway": "track"}),
}
ON_THE_SHORT_CUT = ("--lat", "60.105", "--lon", "24.91")


@pytest.fixture
def extract(tmp_path):
    return lambda name, ways, nodes=NODES: write_osm(tmp_path / name, nodes, ways)


@pytest.fixture
def lca(empty_lca, extract):
    """An exercise with roads, and a closure on the road that the newer extract lacks."""
    path = extract("first.osm", ROADS)
    begun = empty_lca("operation", "init", "FIN", "--exercise", "--offline", "--roads", path)
    assert begun.code == 0, begun.err
    return empty_lca


def close(lca, *where):
    added = lca(
        "constraint", "add", "--json", "--name", "Slide", "--effect", "blocked",
        "--source", "Convoy 7", *where,
    )  # fmt: skip
    assert added.code == 0, added.err
    return added.json["id"]


def current(lca):
    return lca("roads", "list", "--json").json["digest"]


def test_what_changed_is_told_and_the_newer_roads_are_in_use(lca, extract):
    before = current(lca)
    renewed = lca("roads", "refresh", "--roads", extract("second.osm", NEWER), "--json")
    assert renewed.code == 0, renewed.err
    body = renewed.json
    assert body["changed"]
    assert current(lca) == body["digest"] != before
    found = body["comparison"]
    assert {item["osm_way_id"] for item in found["listed"]["gone"]} == {14}
    assert {item["osm_way_id"] for item in found["listed"]["new"]} == {15}
    assert found["changes"] == {"surface": 1}
    assert list(found["km"]["new"]) == ["track"]
    assert body["displaced"] == []


def test_the_same_extract_changes_nothing(lca, extract):
    before = current(lca)
    renewed = lca("roads", "refresh", "--roads", extract("first.osm", ROADS), "--json")
    assert renewed.code == 0
    assert renewed.json == {"changed": False, "digest": before, "osm_date": None}


def test_a_closure_that_would_lose_its_road_stops_the_refresh(lca, extract):
    slide = close(lca, *ON_THE_SHORT_CUT)
    before = current(lca)
    newer = extract("second.osm", NEWER)
    refused = lca("roads", "refresh", "--roads", newer)
    assert refused.code == 5
    assert slide in refused.err
    assert "Slide" in refused.err
    assert current(lca) == before
    renewed = lca("roads", "refresh", "--roads", newer, "--confirm-lost", slide, "--json")
    assert renewed.code == 0, renewed.err
    (lost,) = renewed.json["displaced"]
    assert (lost["id"], lost["lost"], lost["after"]["state"]) == (slide, True, "unmatched")
    assert current(lca) != before


def test_a_closure_that_keeps_its_road_stops_nothing(lca, extract):
    close(lca, "--lat", "60.10", "--lon", "24.91")
    renewed = lca("roads", "refresh", "--roads", extract("second.osm", NEWER))
    assert renewed.code == 0, renewed.err
    assert "Every constraint lies on the roads as before." in renewed.out


def test_an_extract_of_a_part_only_is_refused_unless_it_is_meant(lca, extract):
    part = extract("part.osm", {10: ROADS[10], 11: ROADS[11]})
    before = current(lca)
    refused = lca("roads", "refresh", "--roads", part)
    assert refused.code == 5
    assert "--anyway" in refused.err
    assert current(lca) == before
    assert lca("roads", "refresh", "--roads", part, "--anyway").code == 0


def test_a_damaged_extract_leaves_the_roads_as_they_are(lca, tmp_path):
    before = current(lca)
    broken = tmp_path / "broken.osm"
    broken.write_text("<osm><way")
    assert lca("roads", "refresh", "--roads", broken).code == 4
    assert current(lca) == before


def test_it_is_fetched_only_if_it_changed(empty_lca, extract, tmp_path):
    first, second = (extract("a.osm", ROADS).read_bytes(), extract("b.osm", NEWER).read_bytes())
    with file_server() as server:
        sources = tmp_path / "sources.toml"
        sources.write_text(
            f"[roads]\naddress = '{server.address}/{{iso3}}.osm'\nchecksum = ''\n"
            "[boundaries]\naddress = ''\n[places]\naddress = ''\n"
        )
        served = server.serve("/fin.osm", first)
        begun = empty_lca("operation", "init", "FIN", "--sources", sources)
        assert begun.code == 0, begun.err
        again = empty_lca("roads", "refresh", "--sources", sources, "--json")
        assert not again.json["changed"]
        assert server.asked[-1].headers["If-None-Match"] == served.etag
        server.serve("/fin.osm", second)
        assert empty_lca("roads", "refresh", "--sources", sources, "--json").json["changed"]


def test_without_roads_or_a_country_it_says_what_to_do(empty_lca, extract):
    assert empty_lca("roads", "refresh").code == 3
    empty_lca("roads", "build", extract("first.osm", ROADS), "--name", "x")
    nowhere = empty_lca("roads", "refresh")
    assert nowhere.code == 2
    assert "--roads FILE" in nowhere.err


def test_two_builds_are_compared_by_the_beginning_of_their_digests(lca, extract):
    one = current(lca)
    lca("roads", "refresh", "--roads", extract("second.osm", NEWER))
    other = current(lca)
    found = lca("roads", "compare", one[:10], other[:10], "--json", "--listed", "0").json
    assert (found["older"], found["newer"]) == (one, other)
    assert found["segments"]["gone"] == found["segments"]["new"] == 1
    assert found["listed"]["gone"] == []
    assert "gone: 1 segments" in lca("roads", "compare", one, other).out
    assert lca("roads", "compare", one, "nothing").code == 3


# Beside the short cut, 17 m east of it: what lies between them finds this one if that is gone.
BESIDE = {**NODES, 6: (24.9003, 60.10), 7: (24.9203, 60.11)}
PATH = {20: ((6, 7), {"highway": "track"})}


@pytest.mark.parametrize("command", ["refresh", "build"])
def test_a_closure_that_would_move_to_the_road_beside_stops_the_roads(empty_lca, extract, command):
    lca = empty_lca
    first = extract("first.osm", {**ROADS, **PATH}, BESIDE)
    assert lca("roads", "build", first, "--name", "x").code == 0
    slide = close(lca, "--lat", "60.105", "--lon", "24.91001")
    before = current(lca)
    newer = extract("second.osm", {**NEWER, **PATH}, BESIDE)
    words = {"refresh": ("--roads", newer), "build": (newer, "--name", "x")}[command]
    refused = lca("roads", command, *words)
    assert refused.code == 5, refused.err
    assert "is on another road" in refused.err
    assert f"--confirm-lost {'ID'}" in refused.err
    assert current(lca) == before
    assert lca("roads", command, *words, "--confirm-lost", slide).code == 0
    assert current(lca) != before


def test_while_the_head_of_the_constraints_is_withdrawn_no_roads_come(lca, extract):
    slide = close(lca, *ON_THE_SHORT_CUT)
    withdrawn = lca(
        "layer", "withdraw", "constraints", "1", "--reason", "a wrong file", "--confirm-lift", slide
    )  # fmt: skip
    assert withdrawn.code == 0, withdrawn.err
    before = current(lca)
    assert lca("roads", "refresh", "--roads", extract("second.osm", NEWER)).code != 0
    assert current(lca) == before


def test_a_closure_published_meanwhile_is_not_overlooked(lca, extract, monkeypatch):
    import cli.building  # noqa: PLC0415

    close(lca, "--lat", "60.10", "--lon", "24.91")
    before, compare = current(lca), cli.building.displaced

    def slow(*builds):
        found = compare(*builds)
        close(lca, *ON_THE_SHORT_CUT)
        return found

    monkeypatch.setattr(cli.building, "displaced", slow)
    assert lca("roads", "refresh", "--roads", extract("second.osm", NEWER)).code == 5
    assert current(lca) == before


def test_a_file_that_is_not_there_is_told(lca, tmp_path):
    missing = lca("roads", "build", tmp_path / "none.osm.pbf", "--name", "x")
    assert missing.code == 3
    assert "There is no such file." in missing.err


def test_roads_that_cannot_be_read_any_more_make_way_but_for_closures(lca, extract):
    slide = close(lca, *ON_THE_SHORT_CUT)
    before = current(lca)
    manifest = lca.store / "builds" / before / "build.json"
    manifest.write_text(manifest.read_text().replace('"format":', '"format": -1, "was":'))
    newer = (extract("second.osm", NEWER), "--name", "fin")
    refused = lca("roads", "build", *newer)
    assert refused.code == 5, refused.err
    assert slide in refused.err
    assert lca("roads", "build", *newer, "--confirm-lost", slide).code == 0
    assert current(lca) != before
