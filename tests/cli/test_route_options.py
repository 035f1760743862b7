"""``lca route``: explicit vehicles, the whole policy, what-if files of any size, and replay."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from cli.policy_options import policy_of

ASK = ("route", "CLCQQ", "SCSE")
TRUCK = ("--vehicle", "truck_heavy_3")


def test_a_vehicle_may_have_numbers_of_its_own(lca):
    answer = lca(*ASK, "--vehicle", "truck_heavy_3,gross_t=22,hazmat=yes", "--json")
    assert answer.code == 0, answer.err
    vehicle = answer.json["question"]["vehicle"]
    assert (vehicle["code"], vehicle["gross_t"], vehicle["hazmat"]) == ("truck_heavy_3", 22, True)
    assert "22 t gross" in answer.json["summary"]


@pytest.mark.parametrize(
    ("vehicle", "code", "words"),
    [
        ("truck_heavy_3,payload_t=20", 4, "payload_t=20,gross_t=28,axle_load_t=10.3"),
        ("20 t", 2, "gross mass or payload"),
        ("20 t payload", 2, "not which vehicle"),
        ("zeppelin", 3, "truck_heavy_3"),
        ("truck_heavy_3,weight=1", 2, "no weight"),
    ],
)
def test_a_vehicle_that_cannot_be_is_told(lca, vehicle, code, words):
    answer = lca(*ASK, "--vehicle", vehicle)
    assert answer.code == code
    assert words in answer.err


def test_a_class_of_the_operation_is_asked_with(lca, tmp_path):
    table = tmp_path / "vehicles.csv"
    head = "code,name,gross_t,payload_t,axle_load_t,height_m,width_m,length_m,practicability,drive,top_speed_kmh"
    table.write_text(f"{head}\nlorry,Our lorry,18,10,11,3.5,2.5,9,5,4x4,70\n")
    before = lca.clock().isoformat()
    (draft,) = lca("import", table, "--layer", "vehicle_classes", "--json").json["drafts"]
    assert lca("layer", "publish", "vehicle_classes", "--draft", draft["id"]).code == 0
    assert lca(*ASK, "--vehicle", "lorry").code == 0
    assert lca(*ASK, *TRUCK).code == 3
    assert lca(*ASK, *TRUCK, "--as-of", before).code == 0


def test_the_whole_policy_travels_with_the_answer(lca):
    answer = lca(
        *ASK, *TRUCK, "--json", "--unknown", "penalise", "--stale", "forbid",
        "--low-confidence", "penalise", "--difficult", "forbid", "--max-security", "C",
        "--no-night", "--day", "05:30-19:00", "--driving-day-h", "8",
    )  # fmt: skip
    assert answer.code in {0, 6, 7}, answer.err
    assert answer.json["question"]["policy"] == {
        "unknown": "penalise",
        "stale": "forbid",
        "low_confidence": "penalise",
        "difficult": "forbid",
        "max_security": "C",
        "night_driving": False,
        "day_from": "05:30",
        "day_to": "19:00",
        "driving_day_h": 8.0,
        "avoid_borders": [],
        "avoid_countries": [],
    }


@pytest.mark.parametrize(
    "wrong",
    [
        ("--day", "noon"),
        ("--day", "18:00-06:00"),
        ("--day", "6-18"),
        ("--driving-day-h", "0"),
        ("--driving-day-h", "25"),
        ("--driving-day-h", "nan"),
        ("--avoid-country", "Sudan"),
        ("--max-security", "F"),
        ("--unknown", "perhaps"),
    ],
)
def test_a_policy_that_cannot_be_is_a_usage_error(lca, wrong):
    answer = lca(*ASK, *TRUCK, *wrong)
    assert answer.code == 2
    assert answer.err


def test_an_answer_is_replayed_after_further_publications(lca, tmp_path):
    kept = tmp_path / "answer.json"
    told = lca(*ASK, "--vehicle", "truck_heavy_3,gross_t=21.5", "--driving-day-h", "8", "--json")
    kept.write_text(told.out, encoding="utf-8")
    added = lca(
        "constraint", "add", "--name", "Flood", "--effect", "blocked", "--source", "MOP",
        "--at", "lat=-29.95,lon=-71.29",
    )  # fmt: skip
    assert added.code in {0, 2}, added.err
    again = lca("route", "--replay", kept, "--json")
    assert again.code == 0, again.out[:2000] + again.err
    assert (again.json["equal"], again.json["differences"]) == (True, [])
    assert lca("route", "--replay", kept).out.startswith("EQUAL")
    body = told.json
    body["way"]["duration_h"] += 1
    kept.write_text(json.dumps(body), encoding="utf-8")
    changed = lca("route", "--replay", kept)
    assert changed.code == 5
    assert "way.duration_h: was" in changed.out


def test_a_replay_takes_no_question_beside_and_a_question_needs_its_parts(lca, tmp_path):
    kept = tmp_path / "answer.json"
    kept.write_text("{}")
    for more in (("A", "B"), TRUCK, ("--no-night",)):
        assert "its own question" in lca("route", *more, "--replay", kept).err
    assert lca("route", "--replay", kept).code == 4
    kept.write_bytes(b"\x00\x01")
    assert lca("route", "--replay", kept).code == 4
    missing = lca("route", "CLCQQ")
    assert missing.code == 2
    assert "TO, --vehicle" in missing.err


def collection(*features: object) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features})


def feature(properties: object, geometry: object = None, **more: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry, **more}


POINT = {"type": "Point", "coordinates": [-71.3, -29.95]}
TWISTED = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]]}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no JSON"),
        ("[]", "no list of features"),
        ('{"features": 3}', "no list of features"),
        (json.dumps(POINT), 'Wrap it: {"type": "Feature"'),
        (collection(3), "no feature"),
        (collection(feature({"effect": "blocked"}), feature({"effect": "exploded"})), "feature 2"),
        (collection(feature({"max_gros_t": 3})), "no 'max_gros_t'"),
        (collection(feature({"max_gross_t": {}})), "holds a structure"),
        (collection(feature({"max_gross_t": 0})), "not above 0"),
        (collection(feature({"max_gross_t": -3})), "not above 0"),
        (collection(feature([])), "feature 1"),
        (collection(feature({}, {"type": "Point", "coordinates": [200, 0]})), "feature 1"),
        (collection(feature({}, {"type": "Point"})), "geometry cannot be read"),
        (collection(feature({}, {"type": "Polygon", "coordinates": []})), "is empty"),
        (collection(feature({}, TWISTED)), "not valid"),
        (collection(feature({"id": "a"}, POINT), feature({"id": "a"}, POINT)), "have the id 'a'"),
        (collection(feature({"valid_from": "9999-01-01T00:00Z"}, POINT)), "9999"),
        (
            collection(
                feature({"valid_from": "2026-11-02T00:00Z", "valid_to": "2026-11-01T00:00Z"})
            ),
            "valid_to",
        ),
        ("[" * 100_000, "no JSON"),
    ],
)
def test_a_hypothesis_that_cannot_be_is_told(lca, tmp_path, text, words):
    path = tmp_path / "what-if.geojson"
    path.write_text(text)
    answer = lca(*ASK, *TRUCK, "--what-if", path)
    assert answer.code in {2, 4}, answer.out
    assert words in answer.err
    assert "what-if.geojson" in answer.err


def test_a_hypothesis_of_100_000_features_is_refused_and_one_of_hundreds_is_answered(lca, tmp_path):
    path = tmp_path / "what-if.geojson"
    path.write_text(collection(*[feature({"effect": "advisory"}, POINT)] * 100_000))
    answer = lca(*ASK, *TRUCK, "--what-if", path)
    assert answer.code == 4
    assert "more than 20,000 features" in answer.err
    path.write_text(collection(*[feature({"effect": "advisory"}, POINT)] * 500))
    answer = lca(*ASK, *TRUCK, "--what-if", path, "--json")
    assert answer.code == 0, answer.err
    assert len(answer.json["question"]["what_if"]) == 500


def test_a_polygon_of_too_many_corners_is_refused(lca, tmp_path):
    ring = [[-71.3 + i * 1e-9, -30 + (i % 2) * 1e-9] for i in range(2_000_100)]
    path = tmp_path / "what-if.geojson"
    path.write_text(collection(feature({}, {"type": "LineString", "coordinates": ring})))
    answer = lca(*ASK, *TRUCK, "--what-if", path)
    assert answer.code == 4
    assert "corners" in answer.err


def test_what_is_avoided_is_named_as_the_layers_name_it(lca):
    policy = policy_of(avoid_border=["X1", "X2"], avoid_country=[" arg ", "BOL"])
    assert policy.avoid_borders == ("X1", "X2")
    assert policy.avoid_countries == ("ARG", "BOL")
    answer = lca(*ASK, *TRUCK, "--avoid-country", "arg")
    assert (answer.code, "ARG" in answer.err) == (3, True)


PLANS = {
    "alternatives": ASK[1:],
    "compare-routes": (*ASK[1:], "--then-at", "2026-11-20T06:00Z"),
    "convoy": ASK[1:],
    "largest": ASK[1:],
    "matrix": ASK[1:],
    "reach": ("CLCQQ", "--hours", "1"),
    "isolation": ("SCSE", "--hub", "CLCQQ"),
    "critical": ("SCSE", "--hub", "CLCQQ"),
    "gateways": ("SCSE", "--from", "CLCQQ"),
    "gaps": ("SCSE", "--hub", "CLCQQ"),
    "watch": ("add", *ASK[1:], "--name", "Convoy 12"),
}


@pytest.mark.parametrize("command", PLANS)
def test_every_plan_takes_the_policy_and_a_vehicle_of_its_own_numbers(lca, command):
    answer = lca(
        command, *PLANS[command], "--vehicle", "truck_heavy_3,gross_t=22", "--json",
        "--stale", "penalise", "--no-night", "--driving-day-h", "8",
    )  # fmt: skip
    assert answer.code in {0, 6, 7}, answer.err
    if command == "watch":
        asked = lca("watch", "list", "--json").json[0]["question"]
        assert asked["vehicle"] == "truck_heavy_3,gross_t=22"
    else:
        body = answer.json
        asked = body.get("first", body)
        if command != "largest":
            assert asked["question"]["vehicle"]["gross_t"] == 22
        asked = asked if "policy" in asked else asked["question"]
    policy = asked["policy"]
    assert (policy["stale"], policy["night_driving"], policy["driving_day_h"]) == (
        "penalise",
        False,
        8,
    )


def test_a_way_by_places_is_a_journey_of_legs(lca):
    answer = lca(*ASK, *TRUCK, "--via", "lat=-29.953,lon=-71.338", "--via", "SCSE", "--json")
    assert answer.code in {0, 7}, answer.err
    legs = answer.json["legs"]
    assert [leg["from"]["id"] for leg in legs] == ["CLCQQ", None, "SCSE"]
    for before, after in pairwise(legs):
        assert after["departure"] == before["arrival"]
    assert answer.json["length_km"] == pytest.approx(
        sum(leg["length_km"] for leg in legs), abs=0.02
    )
    text = lca(*ASK, *TRUCK, "--via", "SCSE").out
    assert "Leg 2" in text


def close_around_the_airport(lca, folder, effect, *limits):
    """Close the roads within two hundred metres of where the way ends."""
    lon, lat = lca(*ASK, *TRUCK, "--json").json["way"]["geometry"]["coordinates"][-1]
    low, high = (lon - 0.002, lat - 0.002), (lon + 0.002, lat + 0.002)
    ring = [low, (high[0], low[1]), high, (low[0], high[1]), low]
    area = folder / "area.geojson"
    area.write_text(json.dumps({"type": "Polygon", "coordinates": [ring]}))
    done = lca(
        "constraint", "add", "--name", "Debris", "--effect", effect, "--source", "Vialidad",
        "--geometry", area, *limits,
    )  # fmt: skip
    assert done.code == 0, done.err


def test_what_is_not_viable_says_how_far_and_with_what(lca, tmp_path):
    close_around_the_airport(lca, tmp_path, "restricted", "--set", "max_gross_t=5")
    answer = lca(*ASK, *TRUCK, "--json")
    assert answer.code == 6, answer.out
    assert answer.json["blocked_by_exact"] is True
    found = answer.json["way_out"]
    assert found["partial"]["length_km"] > 0
    assert [note["name"] for note in found["partial"]["stopped_by"]] == ["Debris"]
    passing = {row["vehicle"] for row in found["classes"] if row["verdict"] != "not_viable"}
    assert "lv_4wd" in passing
    assert "truck_heavy_3" not in passing
    text = lca(*ASK, *TRUCK).out
    for words in ("No smaller set of constraints", "Best partial way", "Vehicle classes"):
        assert text.count(words) == 1
    short = lca(*ASK, *TRUCK, "--no-way-out", "--json").json
    assert "way_out" not in short


def test_an_answer_that_is_not_viable_is_computed_again_without_its_way_out(lca, tmp_path):
    close_around_the_airport(lca, tmp_path, "blocked")
    saved = tmp_path / "answer.json"
    saved.write_text(lca(*ASK, *TRUCK, "--json").out)
    assert "way_out" in json.loads(saved.read_text())
    again = lca("route", "--replay", saved)
    assert again.code == 0, again.out


@pytest.mark.parametrize(
    ("text", "offer"),
    [
        ("2026-11-23", "2026-11-23T06:00-03:00 for local time (America/Santiago)"),
        ("2026-11-23T05:30", "2026-11-23T05:30-03:00 for local time (America/Santiago)"),
        ("2026-06-23", "2026-06-23T06:00-04:00"),
    ],
)
def test_a_departure_without_an_offset_is_refused_with_the_local_time_to_write(lca, text, offer):
    """Midnight UTC of a day is nine in the evening before in Chile."""
    refused = lca(*ASK, "--vehicle", "lv_4wd", "--at", text)
    assert (refused.code, offer in refused.err) == (2, True), refused.err
    assert lca(*ASK, "--vehicle", "lv_4wd", "--at", offer.split(" ")[0]).code == 0


@pytest.mark.parametrize("command", sorted(PLANS))
def test_every_plan_refuses_a_departure_without_an_offset(lca, command):
    vehicle = () if command == "largest" else ("--vehicle", "lv_4wd")
    refused = lca(command, *PLANS[command], *vehicle, "--at", "2026-11-23")
    assert (refused.code, "America/Santiago" in refused.err) == (2, True), refused.err


def test_without_an_operation_a_departure_without_an_offset_is_explained(empty_lca):
    refused = empty_lca(*ASK, "--vehicle", "lv_4wd", "--at", "2026-11-23")
    assert (refused.code, "2026-11-23T06:00Z for UTC" in refused.err) == (2, True), refused.err
    assert not empty_lca.store.exists()


def test_a_single_feature_is_supposed_as_a_collection_of_one(lca, tmp_path):
    one = {"type": "Feature", "properties": {"effect": "difficult", "id": "mud"}, "geometry": POINT}
    file = tmp_path / "mud.geojson"
    answers = []
    for body in (one, {"type": "FeatureCollection", "features": [one]}):
        file.write_text(json.dumps(body))
        answers.append(lca(*ASK, *TRUCK, "--at", "2026-11-18T16:00Z", "--what-if", file, "--json"))
    assert [answer.code for answer in answers] == [0, 0], answers[0].err
    first, second = (answer.json["question"]["what_if"][0] for answer in answers)
    assert first["id"] == "mud"
    assert {**first, "date_of_information": ""} == {**second, "date_of_information": ""}
