"""Tiles over HTTP: what may be kept, what revalidates, who sees what, and what is gone."""

from __future__ import annotations

import gzip

import numpy as np
import pytest
from support.checkedclient import assert_problem
from support.mvtreading import features

YEAR = "public, max-age=31536000, immutable"
MVT = "application/vnd.mapbox-vector-tile"


@pytest.fixture
def roads(served):
    return f"/tiles/roads/{served.town.network.digest}"


def constraints_tile(z=0, row=0, col=0, version=None):
    query = f"?version={version}" if version else ""
    return f"/collections/constraints/tiles/WebMercatorQuad/{z}/{row}/{col}{query}"


def ids(response):
    return {feature["properties"]["id"] for feature in features(response.content)}


def test_roads_are_kept_for_a_year_and_travel_gzipped(served, roads):
    tile = served.public.get(f"{roads}/0/0/0.mvt")
    assert tile.headers["content-type"] == MVT
    assert tile.headers["cache-control"] == YEAR
    assert tile.headers["content-encoding"] == "gzip"
    plain = served.public.get(f"{roads}/0/0/0.mvt", headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == tile.content
    assert (
        gzip.decompress(
            served.app.state.service.road_tiles.archive(roads.split("/")[-1]).tile(0, 0, 0)
        )
        == plain.content
    )
    known = {"If-None-Match": tile.headers["etag"]}
    assert served.public.get(f"{roads}/0/0/0.mvt", headers=known).status_code == 304


def test_tilejson_leads_to_the_tiles(served, roads):
    found = served.public.get(f"{roads}/tilejson.json").json()
    west, south, east, north = found["bounds"]
    place = served.town.place("B")
    assert west <= place.lon <= east
    assert south <= place.lat <= north
    address = found["tiles"][0].format(z=0, x=0, y=0)
    assert {item["properties"]["class"] for item in features(served.public.get(address).content)}
    layer = served.public.get(constraints_tile().rsplit("/", 3)[0] + "/tilejson.json").json()
    address = layer["tiles"][0].format(z=0, x=0, y=0)
    assert "version=" in address, "what a client keeps belongs to one version"
    assert ids(served.public.get(address)) == {f"C-{number:02}" for number in range(1, 6)}
    tileset = served.public.get("/collections/constraints/tiles").json()["tilesets"][0]
    (item,) = [one for one in tileset["links"] if one["rel"] == "item"]
    address = item["href"].format(tileMatrix=0, tileRow=0, tileCol=0)
    assert served.public.get(address).status_code == 200


def test_an_empty_tile_is_no_content_and_none_beyond_the_grid(served, roads):
    assert served.public.get(f"{roads}/5/0/0.mvt").status_code == 204
    for path in (f"{roads}/14/0/0.mvt", f"{roads}/3/8/0.mvt", f"{roads}/3/0/8.mvt"):
        assert_problem(served.public.get(path), 404)
    assert_problem(served.public.get(f"/tiles/roads/{'a' * 64}/0/0/0.mvt"), 404)
    assert served.public.get(constraints_tile(5)).status_code == 204
    assert_problem(served.public.get(constraints_tile(3, row=8)), 404)


def test_a_version_keeps_its_tiles_and_the_head_revalidates(served):
    head = served.public.get(constraints_tile())
    assert head.headers["cache-control"] == "no-cache"
    known = {"If-None-Match": head.headers["etag"]}
    assert served.public.get(constraints_tile(), headers=known).status_code == 304
    served.publish(served.closure("NEW"))
    fresh = served.public.get(constraints_tile(), headers=known)
    assert fresh.status_code == 200
    assert ids(fresh) - ids(head) == {"NEW"}
    assert ids(served.public.get(constraints_tile(version=1))) == ids(head)


def test_a_secret_is_in_no_tile_of_who_may_not_see_it(served):
    served.publish(served.closure("SECRET", sensitivity="restricted", name="Ambush"))
    public = served.public.get(constraints_tile())
    assert b"SECRET" not in public.content
    assert b"Ambush" not in public.content
    cleared = served.holder("viewer").get(constraints_tile())
    assert "SECRET" in ids(cleared)
    assert cleared.headers["cache-control"] == "private, no-store"
    assert public.headers["etag"] != cleared.headers["etag"]
    lesser = served.holder("viewer", "public").get(constraints_tile())
    assert ids(lesser) == ids(public)


def test_a_withdrawn_version_is_gone_at_the_next_look(served):
    served.publish(served.closure("WRONG"))
    pinned = constraints_tile(version=2)
    tile = served.public.get(pinned)
    served.clock.tick(minutes=1)
    served.store.withdraw("constraints", "2", "Ana", "A mistake", confirm_lifts={"WRONG"})
    known = {"If-None-Match": tile.headers["etag"]}
    for headers in ({}, known):
        assert_problem(served.public.get(pinned, headers=headers), 410)
    assert "WRONG" not in ids(served.public.get(constraints_tile()))


def test_the_snapshot_tells_the_segments_of_the_tiles(served, roads):
    asked = "/roads/snapshot?vehicle=truck_heavy_3"
    before = served.public.get(asked)
    assert [group["status"] for group in before.json()["groups"]].count("closed") == 0
    served.publish(served.closure("SLIDE"))
    served.publish(served.closure("SECRET", sensitivity="restricted"))
    known = {"If-None-Match": before.headers["etag"]}
    after = served.public.get(asked, headers=known)
    body = after.json()
    assert f"/tiles/roads/{body['build']}" == roads
    (closed,) = [group for group in body["groups"] if group["status"] == "closed"]
    assert closed["constraints"] == ["SLIDE"], "not the secret one"
    tile = features(served.public.get(f"{roads}/0/0/0.mvt").content)
    numbers = np.cumsum(closed["segments"]).tolist()
    segments = served.town.network.segments
    expected = served.public.get("/roads/status?vehicle=truck_heavy_3").json()["segments"]
    for number in numbers:
        assert expected[segments.id_at(number)]["status"] == "closed"
        segment = served.public.get(f"/builds/{body['build']}/segments/{number}").json()
        assert segment["id"] == segments.id_at(number)
    beyond = f"/builds/{body['build']}/segments/{len(segments)}"
    assert_problem(served.public.get(beyond), 404)
    assert {item["id"] for item in tile} <= set(range(len(segments)))
    same = {"If-None-Match": after.headers["etag"]}
    assert served.public.get(asked, headers=same).status_code == 304
    older = served.public.get(f"{asked}&version=1").json()
    assert "SLIDE" not in str(older)
