"""``lca layer plan`` and ``make``: computed layers, stale after a closure and up to date after making."""

from __future__ import annotations


def states(lca):
    return {
        row["layer"]: (row["state"], row["reasons"]) for row in lca("layer", "plan", "--json").json
    }


def made(lca, *arguments):
    return {
        row["layer"]: row["made"]
        for row in lca("layer", "make", "--author", "Ana", *arguments, "--json").json
    }


def test_a_closure_makes_the_computed_layers_stale_until_they_are_made_again(lca):
    assert states(lca) == dict.fromkeys(("road_status", "isolation"), ("never made", []))
    assert lca("layer", "make", "--author", "Ana").code == 2
    assert made(lca, "road_status", "--vehicle", "truck_heavy_3") == {"road_status": True}
    hub = ("isolation", "--vehicle", "truck_heavy_3", "--hub", "CLCQQ", "--places", "places")
    assert made(lca, *hub) == {"isolation": True}
    assert made(lca) == {"road_status": False, "isolation": False}
    lca("constraint", "add", "--name", "Slide", "--effect", "blocked", "--source", "Convoy 7",
        "--lat", "-29.97363", "--lon", "-71.29853", "--author", "Ana")  # fmt: skip
    reasons = ["what the constraints do has changed", "published since: constraints"]
    assert states(lca) == dict.fromkeys(("road_status", "isolation"), ("stale", reasons))
    stale = "road_status is not up to date: published since: constraints"
    assert stale in lca("layer", "show", "road_status", "--limit", 1).err
    export = ("layer", "export", "road_status", "--format", "geojson")
    told = lca(*export)
    assert stale in told.err
    assert told.json["behind"] == "not up to date: published since: constraints"
    assert made(lca) == {"road_status": True, "isolation": True}
    assert "not up to date" not in lca(*export, "--version", "1").err
    fresh = lca(*export)
    assert (fresh.err, fresh.json.get("behind")) == ("", None)
    diff = lca("layer", "diff", "road_status", "1").out
    assert "Avenida La Cantera: status for the vehicle no known constraint → closed" in diff


def test_settings_are_of_one_layer(lca):
    assert lca("layer", "make", "--all-roads", "--author", "Ana").code == 2
