"""Computed layers over HTTP: whoever reads one is told what it does not know yet."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from io import StringIO
from threading import Event

import pytest

from api.rebuilding import Ran, Rebuilding
from layers.location import Location
from layers.store import Store
from layers.tiles.making import sole_maker
from lca.errors import StoreUnavailable
from routing.derived.products import Settings, make
from routing.derived.rebuild import main, rebuild

ROADS = "/collections/road_status"


def test_a_reader_of_a_computed_layer_is_told_what_was_published_since(served):
    def read(path, tag=None):
        return served.public.get(path, headers={"if-none-match": tag} if tag else {})

    def made(settings):
        make(served.store, served.app.state.service.planner, "road_status", settings, author="Ana")

    made(Settings("truck_heavy_3"))
    items = ROADS + "/items?limit=1"
    first = read(items)
    assert first.json()["behind"] == []
    assert read("/collections/ports").json()["behind"] is None
    assert read(items, first.headers["etag"]).status_code == 304
    served.publish(served.closure())
    later = read(items, first.headers["etag"])
    assert later.json()["behind"] == ["published since: constraints"]
    assert read(ROADS).json()["behind"] == later.json()["behind"]
    export = read(ROADS + "/export?f=geojson")
    assert export.json()["behind"] == "not up to date: published since: constraints"
    assert read(items + "&version=1").json()["behind"] is None
    made(Settings())
    assert read(items).json()["behind"] == []
    assert "behind" not in read(ROADS + "/export?f=geojson", export.headers["etag"]).json()
    listed = {one["id"]: one["behind"] for one in read("/collections").json()["collections"]}
    assert (listed["road_status"], listed["ports"]) == ([], None)


class Bench:
    """The service's keeper of computed layers, with a clock and a process of the test's own."""

    def __init__(self, served):
        self.served, self.moment, self.runs, self.failure = served, 0.0, 0, None
        self.takes_s = 0.0
        location = served.app.state.service.settings.store
        self.keeper = Rebuilding(served.store, location, run=self.run, tick=lambda: self.moment)
        # The service's own is the one that is told of.
        parts = replace(served.app.state.service, rebuilding=self.keeper)
        served.app.state.service = parts

    def run(self, address):
        self.runs += 1
        self.moment += self.takes_s
        assert address == self.served.app.state.service.settings.store.address
        if self.failure:
            return Ran(1, "", self.failure)
        outcomes = rebuild(self.served.store, self.served.app.state.service.planner)
        return Ran(0, json.dumps([asdict(one) for one in outcomes]), "")

    def look(self, seconds=60.0):
        self.moment += seconds
        return self.keeper.look()

    @property
    def told(self):
        return self.served.public.get("/readyz").json()["checks"].get("derived")


@pytest.fixture
def bench(served):
    return Bench(served)


def test_a_publication_makes_the_service_make_a_stale_layer_again(bench, served):
    assert (bench.look(), bench.told) == (False, None)
    planner = served.app.state.service.planner
    make(served.store, planner, "road_status", Settings("truck_heavy_3"), author="Ana")
    assert (bench.look(), bench.runs) == (True, 1), "time may have changed it before the start"
    assert (bench.look(), bench.told) == (False, "up to date")
    served.publish(served.closure())
    assert bench.told == "not up to date: road_status"
    assert (bench.look(), bench.runs, bench.told) == (True, 2, "up to date")
    body = served.public.get(f"{ROADS}/items").json()
    assert (body["behind"], body["number"]) == ([], 2)
    closed = [item for item in body["features"] if item["properties"]["status"] == "closed"]
    assert closed
    assert bench.look() is False
    assert bench.look(900.0) is True, "time alone changes what constraints do"


def test_a_failure_is_told_and_waits_for_a_change(bench, served, caplog):
    planner = served.app.state.service.planner
    make(served.store, planner, "road_status", Settings("truck_heavy_3"), author="Ana")
    served.publish(served.closure())
    bench.failure = "MemoryError"
    assert bench.look() is True
    assert bench.told == "failed: the process ended with code 1; the log of the service says why"
    assert "could not be made: the process ended with code 1: MemoryError" in caplog.text
    assert served.public.get(f"{ROADS}/items").json()["behind"] == ["published since: constraints"]
    assert [bench.look() for _ in range(3)] == [False] * 3, "the same again would fail again"
    bench.failure = None
    served.publish(served.closure("SECOND"))
    assert [bench.look(1.0), bench.look(10.0)] == [True, False]
    assert bench.told == "up to date"


def test_a_failure_that_is_over_is_not_told_any_more(bench, served, caplog):
    planner = served.app.state.service.planner
    make(served.store, planner, "road_status", Settings("truck_heavy_3"), author="Ana")
    lost = [{"layer": "road_status", "made": None, "failure": "Made meanwhile near Secret Camp."}]
    bench.keeper._run = lambda address: Ran(1, json.dumps(lost), "")
    assert bench.look() is True
    assert bench.told == "failed: road_status; the log of the service says why"
    assert "Secret Camp" in caplog.text
    served.publish(served.closure())
    make(served.store, planner, "road_status", Settings(), author="Ana")
    bench.keeper._run, bench.takes_s = bench.run, 30.0
    assert (bench.look(), bench.told) == (True, "up to date")
    served.publish(served.closure("SECOND"))
    assert [bench.look(9.0), bench.look(1.0)] == [False, True], "a pause follows a long run, too"


def test_an_error_that_nobody_thought_of_does_not_end_the_looking(served, monkeypatch):
    monkeypatch.setattr("api.rebuilding._LOOK_EVERY_S", 0.001)
    again, ticks = Event(), iter([0.0])

    def tick():
        # The first run notes when it ended; from then on each look begins with the clock.
        try:
            return next(ticks)
        except StopIteration:
            again.set()
            raise ZeroDivisionError from None

    location = served.app.state.service.settings.store
    keeper = Rebuilding(served.store, location, run=lambda address: Ran(0, "[]", ""), tick=tick)
    make(
        served.store,
        served.app.state.service.planner,
        "road_status",
        Settings("truck_heavy_3"),
        author="Ana",
    )
    keeper.start()
    assert again.wait(240)
    again.clear()
    assert again.wait(240), "it looks on"
    keeper.stop()
    what = "ZeroDivisionError while looking what is stale"
    assert keeper.said == f"failed: {what}; the log of the service says why"


def test_what_somebody_withdrew_or_rolled_back_is_left_so(bench, served):
    planner = served.app.state.service.planner
    make(served.store, planner, "road_status", Settings("truck_heavy_3"), author="Ana")
    served.publish(served.closure())
    make(served.store, planner, "road_status", Settings(), author="Ana")
    served.clock.tick(minutes=1)
    back = served.store.rollback("road_status", "1", "Ana", "Wrong class")
    assert [bench.look(), bench.look()] == [True, False], "it is not tried again and again"
    assert served.store.head("road_status") == back
    older = ["an older version was put in its place"]
    assert served.public.get(f"{ROADS}/items").json()["behind"] == older
    served.clock.tick(minutes=1)
    served.store.withdraw("road_status", "1", "Ana", "Wrong")
    newest = served.store.withdraw("road_status", "2", "Ana", "Wrong")
    assert newest is None
    served.publish(served.closure("SECOND"))
    assert (bench.look(900.0), bench.told) == (False, None)


def test_the_process_is_run_and_what_it_says_of_a_failure_is_kept(tmp_path, served):
    keeper = Rebuilding(served.store, Location(tmp_path))
    run = keeper._process.run
    refused = run("mysql://host/x?folder=y")
    assert (refused.code, refused.out) == (1, "")
    assert "cannot be kept at mysql" in refused.err
    keeper.start()
    keeper.stop()
    assert run(str(tmp_path)) == Ran(0, "[]", ""), "a service that stops begins nothing"


def test_answers_go_on_without_a_computed_layer_that_was_withdrawn(served):
    planner = served.app.state.service.planner
    make(served.store, planner, "road_status", Settings("truck_heavy_3"), author="Ana")
    served.clock.tick(minutes=1)
    served.store.withdraw("road_status", "1", "Ana", "Wrong class")
    assert served.ask().json()["verdict"] == "viable"
    served.publish(served.closure())
    assert served.ask().json()["verdict"] == "not_viable"


def test_the_process_makes_what_is_stale_and_leaves_it_to_one_of_several(
    served, monkeypatch, capsys
):
    location = served.app.state.service.settings.store

    def process():
        monkeypatch.setattr("sys.stdin", StringIO(f"{location.address}\n"))
        code = main()
        return code, json.loads(capsys.readouterr().out)

    opened = Store.open
    monkeypatch.setattr(Store, "open", lambda place: opened(place, clock=served.clock))
    monkeypatch.setattr("os.nice", lambda by: None)
    assert process() == (0, [])
    planner = served.app.state.service.planner
    make(served.store, planner, "road_status", Settings("truck_heavy_3"), author="Ana")
    served.publish(served.closure())
    with sole_maker(location.folder / "artefacts" / "derived"):
        assert process() == (0, []), "another service makes it"
    assert process() == (0, [{"layer": "road_status", "made": 2, "failure": None}])
    assert served.store.head("road_status").author == "service"
    served.publish(served.closure("SECOND"))

    def fail(*_, **__):
        raise StoreUnavailable("The disk is full.", do_next="Make room.")

    monkeypatch.setattr("routing.derived.rebuild.make", fail)
    code, (outcome,) = process()
    assert (code, outcome["made"]) == (1, None)
    assert "The disk is full." in outcome["failure"]
