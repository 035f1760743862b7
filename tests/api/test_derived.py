"""Computed layers over HTTP: whoever reads one is told what it does not know yet."""

from __future__ import annotations

from routing.derived.products import Settings, make

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
    assert read(items + "&version=1").json()["behind"] is None
    made(Settings())
    assert read(items).json()["behind"] == []
    listed = {one["id"]: one["behind"] for one in read("/collections").json()["collections"]}
    assert (listed["road_status"], listed["ports"]) == ([], None)
