"""Tiles of roads: every segment in its place, no class of road lost from afar, and small."""

from __future__ import annotations

import math

import numpy as np
import pyogrio
import pytest
import shapely
from support.asciimap import draw
from support.constraints import NOON, a_constraint
from support.demoroads import demo_network
from support.mvtreading import all_tiles, in_world, world_of

from layers.store import Store
from layers.tiles.archive import TileArchive
from lca.errors import BeingMade, NotFound
from lca.vehicle import vehicle_class
from routing.effects import Placed
from routing.match import match
from routing.registry import register_network
from routing.roadtilebook import RoadTiles
from routing.roadtiles import ZOOMS, first_zoom, write_road_tiles
from routing.status import road_states, road_status
from routing.statussnapshot import status_snapshot

TILE_BYTES = 100_000
"""A reader on a phone waits for the largest tile; see the viewer's budgets."""


@pytest.fixture(scope="module")
def archive(tmp_path_factory):
    path = tmp_path_factory.mktemp("tiles") / "roads.pmtiles"
    packed = write_road_tiles(demo_network(), path)
    assert packed.largest_bytes < TILE_BYTES
    return TileArchive(path)


def test_the_last_zoom_holds_every_segment_in_its_place(archive):
    segments, zoom = demo_network().segments, archive.max_zoom
    assert zoom == ZOOMS.last
    drawn, classes = {}, {}
    for (x, y), found in all_tiles(archive, zoom).items():
        for feature in found:
            drawn.setdefault(feature["id"], []).append(in_world(feature, zoom, x, y))
            classes[feature["id"]] = feature["properties"]
    assert sorted(drawn) == list(range(len(segments)))
    unit = 2**30 / 2**zoom / 4096
    for row, parts in drawn.items():
        true = world_of(segments.shape(row))
        told = {"class": segments.texts["highway"].at(row), "name": segments.texts["name"].at(row)}
        assert classes[row] == {key: word for key, word in told.items() if word is not None}
        # Half a unit each way for the grid, one for what was straightened.
        assert shapely.hausdorff_distance(shapely.union_all(parts), true) < 2.5 * unit, row


def test_gdal_reads_the_same_roads(archive):
    read = pyogrio.read_dataframe(archive._path)
    assert (read.crs.to_epsg(), set(read["mvt_id"])) == (
        3857,
        set(range(demo_network().segment_count)),
    )


def test_no_class_of_road_vanishes_from_afar(archive):
    highway = demo_network().segments.texts["highway"]
    for zoom in range(ZOOMS.last + 1):
        shown = {
            feature["properties"]["class"]
            for found in all_tiles(archive, zoom).values()
            for feature in found
        }
        assert shown == {word for word in highway.values if first_zoom(word) <= zoom}, zoom
    assert first_zoom("trunk") == 0
    assert first_zoom("primary") <= 5


def test_a_road_of_many_short_stretches_stays_whole_to_the_eye(tmp_path):
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    edges = {letters[i : i + 2]: {"highway": "trunk"} for i in range(25)}
    town = draw("-".join(letters), edges, column_m=300)
    path = tmp_path / "roads.pmtiles"
    write_road_tiles(town.network, path)
    archive = TileArchive(path)
    west, _, east, _ = world_of(shapely.MultiPoint([town.place(c).point for c in "AZ"])).bounds
    for zoom in range(7, 13):
        tiles = all_tiles(archive, zoom).items()
        lines = [in_world(item, zoom, *place) for place, found in tiles for item in found]
        whole = shapely.line_merge(shapely.union_all(lines))
        assert whole.geom_type == "LineString", "there is a gap"
        unit = 2**30 / 2**zoom / 1024
        assert math.isclose(whole.bounds[0], west, abs_tol=unit)
        assert math.isclose(whole.bounds[2], east, abs_tol=unit)


def test_a_country_without_main_roads_shows_what_it_has(tmp_path):
    town = draw("A---B---C", {"AB": {"highway": "track"}, "BC": {"highway": "tertiary"}})
    path = tmp_path / "roads.pmtiles"
    write_road_tiles(town.network, path)
    ((_, found),) = all_tiles(TileArchive(path), 0).items()
    assert [item["properties"]["class"] for item in found] == ["tertiary"]


def test_the_same_roads_give_the_same_bytes(tmp_path):
    network = demo_network()
    for name in ("one", "two"):
        write_road_tiles(network, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()


def test_the_snapshot_says_by_number_what_the_status_says_by_id():
    network = demo_network()
    at = network.segments.shape(100).centroid
    area = a_constraint(id="FLOOD", geometry=at.buffer(0.02))
    other = a_constraint(id="SLIDE", geometry=at.buffer(0.005))
    placed = [Placed(one, match(one, network)) for one in (area, other)]
    vehicle = vehicle_class("truck_heavy_3")
    groups = status_snapshot(road_states(network, placed, vehicle, NOON))
    by_id = {
        network.segments.id_at(row): {
            "status": group["status"],
            "constraints": group["constraints"],
        }
        for group in groups
        for row in np.cumsum(group["segments"]).tolist()
    }
    assert by_id == road_status(network, placed, vehicle, NOON)
    assert len(by_id) > 100
    assert len(groups) <= 6


def test_tiles_of_a_large_build_are_made_beside_the_service(tmp_path, monkeypatch):
    monkeypatch.setattr("routing.roadtilebook.MADE_AT_ONCE", 0)
    town = draw("A---B", {"AB": {}})
    with Store.open(tmp_path / "store") as store:
        register_network(store, town.network, message="Drawn")
        tiles = RoadTiles(store)
        with pytest.raises(BeingMade):
            tiles.archive(town.network.digest)
        tiles._makers[town.network.digest].join(60)
        assert tiles.archive(town.network.digest).tile(0, 0, 0)
        for digest in ("a" * 64, "../objects"):
            with pytest.raises(NotFound):
                tiles.archive(digest)
