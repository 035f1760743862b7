"""The roads of a small area, from answers recorded of the servers; nothing leaves this machine."""

from __future__ import annotations

import json
import re

import osmnx as ox
import pytest
from shapely import MultiPolygon, Point, box
from support.fileserver import file_server
from support.osmxml import write_osm

from lca.download import Downloader
from lca.errors import DownloadFailed, NotFound, UsageError
from lca.geo import BBox
from routing.build import build_from_osm
from routing.overpass import fetch_area, query_of

# As Nominatim answered for "Kallio, Helsinki", its polygon cut to four corners.
KALLIO = {
    "place_id": 119836110,
    "licence": "Data © OpenStreetMap contributors, ODbL 1.0. http://osm.org/copyright",
    "osm_type": "relation",
    "osm_id": 3325410,
    "boundingbox": ["60.1790000", "60.1900000", "24.9400000", "24.9700000"],
    "lat": "60.1840",
    "lon": "24.9490",
    "class": "boundary",
    "type": "administrative",
    "place_rank": 20,
    "importance": 0.42,
    "addresstype": "suburb",
    "name": "Kallio",
    "display_name": "Kallio, Helsinki, Uusimaa, Finland",
    "geojson": {
        "type": "Polygon",
        "coordinates": [
            [[24.94, 60.179], [24.97, 60.179], [24.97, 60.19], [24.94, 60.19], [24.94, 60.179]]
        ],
    },
}
NODES = {1: (24.95, 60.18), 2: (24.96, 60.18), 3: (24.96, 60.185)}
WAYS = {
    7: ((1, 2), {"highway": "primary"}),
    8: ((2, 3), {"highway": "tertiary", "maxweight": "12"}),
}
# What Overpass sends, with status 200, when it gives up half way.
TIMED_OUT = (
    b'<?xml version="1.0"?>\n<osm version="0.6"><node id="1" lat="60" lon="24"/>\n'
    b'<remark> runtime error: Query timed out in "query" at line 1. </remark>\n</osm>'
)


@pytest.fixture
def server(monkeypatch):
    with file_server() as running:
        monkeypatch.setattr(ox.settings, "overpass_url", running.url("/api"))
        monkeypatch.setattr(ox.settings, "nominatim_url", running.url("/"))
        monkeypatch.setattr("osmnx._nominatim.time.sleep", lambda _: None)
        yield running


@pytest.fixture
def answer(server, tmp_path):
    path = write_osm(tmp_path / "recorded.osm", NODES, WAYS)
    return server.serve("/api/interpreter", path.read_bytes(), chunked=True)


def get(area, tmp_path):
    return fetch_area(area, tmp_path / "area.osm", Downloader(sleep=lambda _: None))


def asked(server):
    return server.asked[-1].form["data"][0]


def nominatim(server, *found):
    server.serve(
        "/search", json.dumps(found).encode(), headers={"Content-Type": "application/json"}
    )


def test_a_place_is_found_and_its_roads_are_a_build(server, answer, tmp_path):
    nominatim(server, KALLIO)
    network = build_from_osm(get("Kallio, Helsinki", tmp_path), "kallio")
    assert network.segment_count == 2
    found, fetched = server.asked
    assert found.query["q"] == ["Kallio, Helsinki"]
    assert fetched.method == "POST"
    corners = re.findall(r"(\d+\.\d+) (\d+\.\d+)", asked(server))
    lats, lons = ({float(pair[axis]) for pair in corners} for axis in (0, 1))
    assert 60.17 < min(lats) < 60.179
    assert 60.19 < max(lats) < 60.2
    assert 24.93 < min(lons) < 24.94
    assert 24.97 < max(lons) < 24.98


def test_a_box_needs_nobody_to_look_it_up(server, answer, tmp_path):
    get(BBox(24.94, 60.17, 24.97, 60.19), tmp_path)
    assert server.paths() == ["/api/interpreter"]


def test_the_query_asks_for_all_that_a_build_reads(server):
    text = query_of(box(24, 60, 25, 61), timeout_s=90)
    assert text.startswith("[out:xml][timeout:90];")
    assert text.count("(poly:") == 2
    for wanted in ('way["highway"]', 'way["route"="ferry"]', '"type"="restriction"', "out body;"):
        assert wanted in text
    parts = MultiPolygon([box(24, 60, 24.1, 60.1), box(25, 60, 25.1, 60.1)])
    assert query_of(parts, timeout_s=90).count("(poly:") == 4


def test_a_ragged_coast_does_not_make_a_query_without_end():
    ragged = (
        Point(25, 60)
        .buffer(0.4, quad_segs=4000)
        .difference(Point(25.01, 60).buffer(0.3, quad_segs=4000))
    )
    assert len(query_of(ragged, timeout_s=90)) < 40_000


def test_a_country_is_told_to_take_an_extract(server, tmp_path):
    with pytest.raises(UsageError, match="km²") as caught:
        get(BBox(20, 60, 30, 65), tmp_path)
    assert "operation init" in caught.value.do_next
    assert server.asked == []


@pytest.mark.parametrize(
    "found", [(), ({**KALLIO, "geojson": {"type": "Point", "coordinates": [24.9, 60.1]}},)]
)
def test_a_place_without_an_area_is_not_found(server, tmp_path, found):
    nominatim(server, *found)
    with pytest.raises(NotFound, match="no area"):
        get("Nowhere", tmp_path)


def test_a_server_that_is_not_there_is_told(server, tmp_path, monkeypatch):
    with file_server() as gone:
        monkeypatch.setattr(ox.settings, "nominatim_url", gone.url("/"))
    with pytest.raises(DownloadFailed, match="could not be looked up"):
        get("Kallio", tmp_path)


@pytest.mark.parametrize(
    "body",
    [
        TIMED_OUT,
        b'<?xml version="1.0"?>\n<osm version="0.6"><node id="1" lat="60" lon="24"/>',
        b"<html><body>Too many requests</body></html>",
        b"",
    ],
)
def test_an_answer_that_was_broken_off_is_no_map(server, tmp_path, body):
    server.serve("/api/interpreter", body)
    with pytest.raises(DownloadFailed, match="not whole"):
        get(BBox(24.94, 60.17, 24.97, 60.19), tmp_path)
    assert not (tmp_path / "area.osm").exists()


def test_a_busy_server_is_asked_again(server, answer, tmp_path):
    answer.fail = [(429, {}), (504, {})]
    assert get(BBox(24.94, 60.17, 24.97, 60.19), tmp_path).exists()
    assert len(server.asked) == 3


def test_osmnx_keeps_nothing_here(server, answer, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    nominatim(server, KALLIO)
    get("Kallio", tmp_path)
    assert not (tmp_path / "cache").exists()
    assert ox.settings.use_cache
