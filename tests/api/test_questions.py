"""Movement questions over HTTP: places, vehicles, hypotheses, and who is answered."""

from __future__ import annotations

import pytest
from support.checkedclient import assert_problem


def test_a_place_is_an_id_a_name_or_marked_coordinates(served):
    for origin in ("PORT", "xxaye", "Harbour of Ayé", "harbour of aye"):
        assert served.ask(origin=origin).json()["question"]["origin"]["id"] == "PORT"
    place = served.town.place("A")
    assert served.ask(origin=f"lat={place.lat},lon={place.lon}").json()["verdict"] == "viable"


@pytest.mark.parametrize(
    ("change", "status", "kind"),
    [
        ({"origin": "10.1, 0.2"}, 400, "ambiguous-place"),
        ({"vehicle": "20 t"}, 400, "ambiguous-vehicle"),
        ({"origin": "Atlantis"}, 404, "not-found"),
        ({"vehicle": "zeppelin"}, 404, "not-found"),
        ({"without": ["NOBODY"]}, 404, "not-found"),
        ({"at": "noon"}, 422, "invalid-input"),
        ({"at": "2026-11-18T12:00:00"}, 422, "invalid-input"),
        ({"as_of": "2030-01-01"}, 400, "usage"),
        ({"asof": "2026-11-18"}, 422, "invalid-input"),
        ({"policy": {"unknown": "maybe"}}, 422, "invalid-input"),
        ({"origin": ""}, 422, "invalid-input"),
        ({"origin": "x" * 1000}, 422, "invalid-input"),
        ({"what_if": [{"properties": {"effect": "exploded"}}]}, 422, "invalid-input"),
    ],
)
def test_a_question_that_cannot_be_answered(served, change, status, kind):
    body = assert_problem(served.ask(**change), status, kind)
    assert body["do_next"]


def test_a_question_is_never_in_an_address(served):
    response = served.public.get("/routes?origin=PORT&destination=AERO")
    assert_problem(response, 405)
    assert response.headers["allow"] == "POST"
    assert served.ask().headers["cache-control"] == "no-store"


def test_hypotheses_are_marked_and_change_nothing(served):
    supposed = served.ask(what_if=[served.closure("SUPPOSED")]).json()
    assert (supposed["verdict"], supposed["hypothetical"]) == ("not_viable", True)
    assert supposed["blocked_by"][0]["hypothetical"] is True
    bare = {"geometry": served.closure()["geometry"], "properties": {"effect": "blocked"}}
    assert served.ask(what_if=[bare]).json()["verdict"] == "not_viable"
    assert served.ask().json()["verdict"] == "viable"
    served.publish(served.closure())
    spared = served.ask(without=["CLOSED"]).json()
    assert (spared["verdict"], spared["hypothetical"]) == ("viable", True)


def test_where_secrets_are_held_only_the_cleared_are_answered(served):
    """Rule 8: the answers would show where the secret lies, by probing."""
    as_of = served.store.heads().as_of.isoformat()
    assert served.ask().status_code == 200
    served.publish(served.closure("SECRET", name="Ambush site", sensitivity="restricted"))
    body = assert_problem(served.ask(), 401, "not-authenticated")
    assert "restricted" in body["detail"]
    assert served.ask().headers["www-authenticate"].startswith("Bearer")
    assert_problem(served.ask(served.holder("admin", "public")), 403, "not-allowed")
    assert served.ask(as_of=as_of).status_code == 200, "nothing was secret then"

    answer = served.ask(served.holder("viewer", "restricted")).json()
    assert answer["blocked_by"][0]["name"] == "Ambush site"


def test_a_secret_above_the_clearance_blocks_without_its_details(served):
    served.publish(served.closure("SECRET", name="Ambush site", sensitivity="confidential"))
    response = served.ask(served.holder("viewer", "restricted"))
    (note,) = response.json()["blocked_by"]
    assert response.json()["verdict"] == "not_viable"
    assert (note["reason"], note["restricted"]) == ("restricted constraint", True)
    assert "Ambush" not in response.text
    assert "SECRET" not in response.text


def test_the_answer_names_what_it_was_computed_from(served):
    provenance = served.ask().json()["provenance"]
    head = served.public.get("/collections/constraints").json()
    assert provenance["constraints"]["version"] == head["version"]
    assert provenance["graph_build"]["digest"] == served.town.network.digest
    assert set(provenance["facilities"]) == {"ports", "airports"}


def test_a_stretch_of_road_says_what_the_map_says(served):
    digest = served.town.network.digest
    segment_id = served.town.network.segments.id_at(0)
    body = served.public.get(f"/builds/{digest}/segments/{segment_id}").json()
    assert body["properties"]["name"] == "Shore road"
    assert body["properties"]["max_gross_t"] is None
    assert_problem(served.public.get(f"/builds/{digest}/segments/0-0-0"), 404)
    for other in ("0" * 64, "..", "%2e%2e", "x" * 65):
        assert served.public.get(f"/builds/{other}/segments/0").status_code in {400, 404}


def test_road_status_follows_version_and_moment(served):
    served.publish(served.closure(valid_from="2026-11-18T14:00:00Z"))
    segment = served.town.network.segments.id_at(served.town.segment("BC"))

    def status(query=""):
        path = f"/roads/status?vehicle=truck_heavy_3{query}"
        return served.public.get(path).json()["segments"].get(segment)

    assert status() == {"status": "closed", "constraints": ["CLOSED"]}
    assert status("&version=1") is None
    assert status("&at=2026-11-18T13:00:00Z") is None
    assert status("&as-of=2026-11-18T15:59:00Z") is None
    assert_problem(served.public.get("/roads/status"), 400)
    assert_problem(served.public.get("/roads/status?vehicle=20%20t"), 400, "ambiguous-vehicle")


def test_matches_say_how_each_constraint_lies(served):
    served.publish(served.closure("NOWHERE", location_precision="bad"))
    found = {item["id"]: item for item in served.public.get("/matches").json()["matches"]}
    assert found["C-01"]["state"] == "matched"
    assert found["NOWHERE"]["state"] != "matched"
    assert found["NOWHERE"]["note"]
    assert "NOWHERE" not in served.public.get("/matches?version=1").text


def test_places_are_found_by_a_part_of_their_name(served):
    def names(q):
        return [item["id"] for item in served.public.get(f"/places?q={q}").json()["places"]]

    assert names("harb") == ["PORT"]
    assert names("aye") == ["PORT"]
    assert names("XXCC") == ["AERO"]
    assert names("zzz") == []
    assert_problem(served.public.get("/places?q="), 400)


def test_vehicles_have_two_masses(served):
    vehicles = served.public.get("/vehicles").json()["vehicles"]
    heavy = next(item for item in vehicles if item["code"] == "truck_heavy_3")
    assert (heavy["gross_t"], heavy["payload_t"]) == (26, 18)
