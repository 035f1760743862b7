"""The story of the product, told at a terminal: a closure is published, blocks, ends, is replayed."""

from __future__ import annotations

import pytest

CUT = ("90843088", "704109639", "704109637")
"""OSM ways of the Costanera and of both carriageways of Ruta 5 Norte."""

ASK = ("route", "CLCQQ", "SCSE", "--vehicle", "truck_heavy_3")


def body_of(answer):
    return {key: value for key, value in answer.items() if key != "envelope"}


@pytest.fixture
def cut_segments(lca):
    """The segments on which the links 29899, 5372 and 5374 of the source lie."""
    import geopandas as gpd  # noqa: PLC0415 - heavy, and only this fixture needs it

    from layers.store import Store  # noqa: PLC0415
    from routing.planner import Planner  # noqa: PLC0415

    links = gpd.read_parquet("data/demo/coquimbo/roads.parquet").set_index("link_id")
    segments = Planner(Store.open(lca.store, clock=lca.clock)).network.segments.frame()
    found = []
    for link in (29899, 5372, 5374):
        middle = links.geometry[link].interpolate(0.5, normalized=True)
        found.append(segments.loc[segments.distance(middle).idxmin(), "segment_id"])
    return found


@pytest.mark.filterwarnings("ignore:Geometry is in a geographic CRS")
def test_a_closure_is_published_blocks_ends_and_is_replayed(lca, cut_segments):
    before = lca(*ASK, "--json")
    assert before.code == 0
    assert before.json["verdict"] == "viable"
    assert before.json["unknowns"]["unknown_limits_km"] > 0
    assert before.json["exercise"] is True

    added = lca(
        "constraint", "add", "--json",
        "--name", "Tsunami debris north of Coquimbo",
        "--type", "tsunami", "--effect", "blocked", "--set", "status=verified",
        "--source", "MOP Vialidad", "--date", "2026-11-18T14:30Z",
        *(part for segment in cut_segments for part in ("--segment", segment)),
    )  # fmt: skip
    assert added.code == 0
    assert added.json["match"]["state"] == "matched"
    constraint_id = added.json["id"]

    during = lca(*ASK, "--json")
    assert during.code == 6
    assert during.json["verdict"] == "not_viable"
    blockers = during.json["blocked_by"]
    assert [blocker["id"] for blocker in blockers] == [constraint_id]
    assert blockers[0]["name"] == "Tsunami debris north of Coquimbo"
    assert blockers[0]["source_org"] == "MOP Vialidad"
    assert blockers[0]["date_of_information"] == "2026-11-18T14:30:00Z"

    lca.clock.tick(hours=1)
    ended = lca(
        "constraint", "end", constraint_id, "--source", "MOP Vialidad", "--reason", "debris cleared"
    )
    assert ended.code == 0

    after = lca(*ASK, "--json")
    assert after.code == 0
    assert after.json["verdict"] == "viable"
    assert after.json["way"]["geometry"] == before.json["way"]["geometry"]

    replayed = lca(*ASK, "--as-of", during.json["question"]["as_of"], "--json")
    assert replayed.code == 6
    assert body_of(replayed.json) == body_of(during.json)
    assert replayed.json["envelope"]["computed_at"] != during.json["envelope"]["computed_at"]


def test_the_answer_reads_well_on_a_terminal(lca):
    answer = lca(*ASK)
    assert answer.code == 0
    assert "viable" in answer.out.lower()
    assert "km" in answer.out
    assert "EXERCISE" in answer.out
    assert "verify locally" in answer.out


def test_an_ambiguous_truck_is_refused_with_both_readings(lca):
    answer = lca("route", "CLCQQ", "SCSE", "--vehicle", "20 t")
    assert answer.code == 2
    assert "20 t gross mass say truck_heavy_3 (26 t gross)" in answer.err
    assert "20 t of payload say artic_4 (24 t payload)" in answer.err


def test_a_bare_pair_of_numbers_is_refused(lca):
    answer = lca("route", "-29.95,-71.34", "SCSE", "--vehicle", "truck_heavy_3")
    assert answer.code == 2
    assert "lat=" in answer.err


def test_a_place_that_nobody_knows_is_not_found(lca):
    answer = lca("route", "Atlantis", "SCSE", "--vehicle", "truck_heavy_3", "--json")
    assert answer.code == 3
    assert answer.out == ""
    assert "Atlantis" in answer.err


def test_nobody_has_assessed_a_new_store(empty_lca):
    answer = empty_lca("route", "a", "b", "--vehicle", "truck_heavy_3")
    assert answer.code == 3
    assert "road" in answer.err


def test_a_slip_in_a_coordinate_is_refused_before_anything_is_published(lca):
    head = lca("layer", "list", "--json").json
    refused = lca(
        "constraint", "add", "--name", "Landslide", "--effect", "blocked", "--source", "Convoy 7",
        "--lat", "-71.30", "--lon", "-29.97",
    )  # fmt: skip
    assert refused.code == 4
    assert "swapped" in refused.err
    assert lca("layer", "list", "--json").json == head


def test_a_constraint_answers_to_its_name_and_to_the_start_of_its_id(lca):
    for word in ("Shore road", "EX-C0"):
        refused = lca("constraint", "confirm", word, "--source", "Convoy 7")
        assert refused.code in {2, 3}, "half a name or a prefix of many is nobody"
    confirmed = lca(
        "constraint", "confirm", "EX-C01", "--source", "Convoy 7", "--date", "2026-11-18T14:00Z"
    )
    assert confirmed.code == 0
    name = lca("constraint", "list", "--json").json[1]["name"]
    assert lca("constraint", "confirm", name.upper(), "--source", "Convoy 7").code == 0


def test_information_from_tomorrow_is_refused(lca):
    refused = lca(
        "constraint", "add", "--name", "Landslide", "--effect", "blocked", "--source", "Convoy 7",
        "--lat", "-29.97363", "--lon", "-71.29853", "--date", "2026-11-19T15:00Z",
    )  # fmt: skip
    assert refused.code == 4
    assert "future" in refused.err


def test_before_anything_was_published_nothing_was_known(lca):
    answer = lca(*ASK, "--as-of", "2026-11-17T12:00Z")
    assert answer.code == 3
    assert "Nothing was known" in answer.err


def test_places_and_vehicles_answer_to_the_names_that_people_see(lca):
    answer = lca("route", "harbour warehouse", "la florida", "--vehicle", "light truck", "--json")
    assert answer.code in {0, 6}
    question = answer.json["question"]
    assert question["origin"]["id"] == "EX-W1"
    assert question["vehicle"]["code"] == "truck_light"
    assert lca("route", "CLCQQ", "SCSE", "--vehicle", "heavy truck").code == 3, "there are two"
