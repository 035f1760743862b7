"""Saved questions over HTTP: who may keep one, what a look tells, and who is told nothing."""

from __future__ import annotations

from support.checkedclient import assert_problem

from lca.record import fields_of
from lca.table import frame_of_rows

from .conftest import row

QUESTION = {"name": "Convoy 12", "origin": "PORT", "destination": "AERO", "vehicle": "truck_light"}


def test_a_look_tells_that_the_verdict_changed(served):
    reporter = served.holder("reporter")
    made = reporter.post("/watches", json=QUESTION)
    assert made.status_code == 201
    assert made.headers["cache-control"] == "no-store"
    assert made.json()["after"]["verdict"] == "viable"
    served.publish(served.closure())
    (report,) = reporter.post("/watches/look").json()["reports"]
    assert (report["verdict_changed"], report["after"]["verdict"]) == (True, "not_viable")
    assert report["after"]["blocked_by"] == ["CLOSED"]
    (news,) = report["new"]
    assert (news["id"], news["changed"]) == ("CLOSED", False)
    seen = reporter.get(f"/watches/{made.json()['id']}").json()["looks"]
    assert [look["verdict"] for look in seen] == ["viable", "not_viable"]


def test_the_address_of_a_watch_tells_nothing(served):
    made = served.holder("reporter").post("/watches", json=QUESTION).json()
    assert not {"port", "aero", "convoy"} & set(made["id"].lower().split("-"))
    assert len(made["id"]) == 24


def test_nobody_watches_without_a_token(served):
    assert_problem(served.public.post("/watches", json=QUESTION), 401)
    assert_problem(served.public.get("/watches"), 401)
    assert_problem(served.holder("viewer").get("/watches"), 403)


def test_what_a_secret_does_is_told_to_no_uncleared_watcher(served):
    public = served.holder("reporter", "public")
    made = public.post("/watches", json=QUESTION).json()
    served.publish(served.closure("SECRET", sensitivity="restricted"))
    served.holder("reporter").post("/watches/look")
    for response in (
        public.post("/watches/look"),
        public.get("/watches"),
        public.get(f"/watches/{made['id']}"),
    ):
        assert "SECRET" not in response.text
        assert_problem(response, 403)


def test_a_removed_watch_is_gone(served):
    reporter = served.holder("reporter")
    made = reporter.post("/watches", json=QUESTION).json()
    assert reporter.delete(f"/watches/{made['id']}").status_code == 204
    assert_problem(reporter.get(f"/watches/{made['id']}"), 404)
    assert reporter.get("/watches").json() == []


def test_a_vehicle_of_its_own_numbers_is_watched_with_them(served):
    reporter = served.holder("reporter")
    heavier = {"class": "truck_light", "gross_t": 8.5, "axle_load_t": 5.7}
    made = reporter.post("/watches", json={**QUESTION, "vehicle": heavier})
    assert made.status_code == 201, made.text
    (watch,) = reporter.get("/watches").json()
    assert watch["question"]["vehicle"]["gross_t"] == 8.5
    (report,) = reporter.post("/watches/look").json()["reports"]
    assert "8.5 t gross" in report["after"]["summary"]


def test_a_look_warns_of_what_is_reported_and_not_reviewed(served):
    reporter = served.holder("reporter")
    reporter.post("/watches", json=QUESTION)
    rows = [row("MINE", "Mine", served.town.between("BC", 0.5).point, constraint_type="mines_uxo")]
    frame = frame_of_rows(fields_of(served.store.specs["constraints"].record_class), rows)
    served.clock.tick(minutes=1)
    served.store.draft("constraints", frame, author="Convoy 7", message="radio")
    (report,) = reporter.post("/watches/look").json()["reports"]
    assert (report["changed"], report["verdict_changed"]) == (True, False)
    assert report["after"]["warnings"] == ["MINE"]
