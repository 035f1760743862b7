"""The commands of plans, on the demo."""

from __future__ import annotations

WAREHOUSE, HOSPITAL = "lat=-29.953,lon=-71.338", "lat=-30.239,lon=-71.085"


def test_ways_that_differ(lca):
    found = lca("alternatives", WAREHOUSE, HOSPITAL, "--vehicle", "truck_light", "--json")
    assert found.code == 0, found.err
    body = found.json
    assert body["product"] == "alternatives"
    assert [one["number"] for one in body["alternatives"]] == list(
        range(1, len(body["alternatives"]) + 1)
    )
    assert all(one["shared_share"] <= body["overlap"] for one in body["alternatives"])


def test_what_a_date_changes(lca):
    asked = ("compare-routes", WAREHOUSE, HOSPITAL, "--vehicle", "truck_light")
    nothing = lca(*asked)
    assert (nothing.code, "Nothing differs" in nothing.err) == (2, True)
    found = lca(*asked, "--then-at", "2026-11-19T06:00Z")
    assert found.code == 0, found.err
    assert "Before:" in found.out


def test_a_convoy_and_its_card(lca, tmp_path):
    card = tmp_path / "card.html"
    found = lca(
        "convoy", WAREHOUSE, HOSPITAL, "--vehicle", "2xtruck_light", "--vehicle", "lv_4wd",
        "--back-empty", "--range-km", "400", "--card", card,
    )  # fmt: skip
    assert found.code == 0, found.err
    assert "Leg 2" in found.out
    assert "EXERCISE" in card.read_text(encoding="utf-8")
    wrong = lca("convoy", WAREHOUSE, HOSPITAL, "--vehicle", "lv_4wd", "--card", "card.gpx")
    assert wrong.code == 2


def test_the_largest_vehicle(lca):
    found = lca("largest", WAREHOUSE, HOSPITAL, "--vehicle", "truck_light", "--json")
    assert found.code == 0, found.err
    assert found.json["largest"] == "truck_light"
    text = lca("largest", WAREHOUSE, HOSPITAL).out.splitlines()[1]
    assert text.startswith("12 vehicle classes, departure ")
