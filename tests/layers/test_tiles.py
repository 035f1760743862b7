"""Tiles: what an independent decoder reads in them is what the rows hold, where they hold it."""

from __future__ import annotations

import gzip
import random
import time

import numpy as np
import pytest
import shapely
from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import zxy_to_tileid
from support.mvtreading import all_tiles, features, in_world, world_of
from support.rows import constraint, constraints

from layers.objects import StoreUnavailable
from layers.spec import load_specs
from layers.tiles.archive import TileArchive
from layers.tiles.making import sole_maker
from layers.tiles.mercator import MAX_LATITUDE, WORLD, tile_ids, to_degrees, to_world
from layers.tiles.mvt import Column, Cut, encode
from layers.tiles.packing import pack
from layers.tiles.versiontiles import VersionTiles, write_version_tiles
from layers.upkeep.artefact_check import check_artefacts
from layers.upkeep.collect import collect
from lca.geo import BBox
from lca.vocab import EffectKind, Sensitivity

SPEC = load_specs()["constraints"]
WORLD_BOX = BBox(-180.0, -MAX_LATITUDE, 180.0, MAX_LATITUDE)
LAST_ZOOM = 9
"""Of the archives of these tests: the laws hold at any."""


def random_shape(chance: random.Random) -> shapely.Geometry:
    """A point, line or area, some with parts, some tiny, some over many tiles."""
    lon, lat = chance.uniform(-75, -70), chance.uniform(-35, -25)
    reach = 10 ** chance.uniform(-5, 0.7)

    def points(count: int) -> list[tuple[float, float]]:
        return [
            (lon + chance.uniform(-reach, reach), lat + chance.uniform(-reach, reach))
            for _ in range(count)
        ]

    place = shapely.Point(lon, lat)
    area = place.buffer(reach, quad_segs=chance.randint(1, 8))
    island = shapely.box(lon + 2 * reach, lat, lon + 3 * reach, lat + reach)
    return chance.choice(
        [
            place,
            shapely.MultiPoint(points(3)),
            shapely.LineString(points(chance.randint(2, 12))),
            shapely.MultiLineString([points(2), points(5)]),
            area,
            area.difference(place.buffer(reach / 2)),
            shapely.union(area, island),
        ]
    )


@pytest.fixture
def tiled(tmp_path, monkeypatch):
    """Write rows as tiles down to a zoom at which a test has few, and open them."""
    monkeypatch.setattr("layers.tiles.versiontiles.LAST_ZOOM", LAST_ZOOM)

    def act(*records):
        path = tmp_path / "some.pmtiles"
        packed = write_version_tiles(SPEC, constraints(*records), path)
        archive = TileArchive(path)
        assert archive.tile_count == packed.tiles
        return archive

    return act


@pytest.mark.parametrize("seed", range(6))
def test_every_shape_is_where_it_was_and_nowhere_else(tiled, seed):
    chance = random.Random(seed)
    shapes = {f"C{number}": random_shape(chance) for number in range(25)}
    archive = tiled(*(constraint(key, geometry=shape) for key, shape in shapes.items()))
    zoom = archive.max_zoom
    size = WORLD / 2**zoom
    unit = size / 4096
    drawn = {key: [] for key in shapes}
    for (x, y), found in all_tiles(archive, zoom).items():
        inner = shapely.box(x * size, y * size, (x + 1) * size, (y + 1) * size)
        reach = inner.buffer(size / 32 + unit, join_style="mitre")
        for feature in found:
            shape = in_world(feature, zoom, x, y)
            assert reach.covers(shape), "a tile reaches a little beyond its edges, no farther"
            drawn[feature["properties"]["id"]].append(shape if shape.is_valid else shape.buffer(0))
    for key, shape in shapes.items():
        whole, true = shapely.union_all(drawn[key], grid_size=unit / 100), world_of(shape)
        assert whole.buffer(3 * unit).covers(true), f"{key} lost a part"
        assert true.buffer(3 * unit).covers(whole), f"{key} was drawn where it is not"


def test_of_a_small_layer_nothing_vanishes_at_any_zoom(tiled):
    shapes = {
        "POINT": shapely.Point(-71, -30),
        "FORD": shapely.LineString([(-71.3, -30), (-71.3, -30.00005)]),
        "YARD": shapely.Point(-71.6, -30).buffer(0.0001),
        "SLIVER": shapely.box(-72, -30, -71.9, -29.9999),
    }
    records = [constraint(key, geometry=shape) for key, shape in shapes.items()]
    archive = tiled(*records, constraint("NOWHERE", geometry=None))
    kinds = {"POINT": "Point", "FORD": "LineString", "YARD": "Polygon", "SLIVER": "Polygon"}
    for zoom in range(LAST_ZOOM + 1):
        found = [item for tile in all_tiles(archive, zoom).values() for item in tile]
        seen = {item["properties"]["id"]: item["geometry"]["type"] for item in found}
        assert seen == kinds, zoom


def test_properties_are_those_of_the_row_and_what_is_not_known_is_absent(tiled):
    archive = tiled(
        constraint("A", name="Puente <b>Ñ</b> جسر", effect=EffectKind.RESTRICTED),
        constraint("B", name=""),
    )
    first, second = features(gzip.decompress(archive.tile(0, 0, 0)))
    assert first["properties"]["name"] == "Puente <b>Ñ</b> جسر"
    assert first["properties"]["effect"] == "restricted"
    assert "bypass" not in first["properties"]
    assert (second["properties"]["id"], second["properties"]["effect"]) == ("B", "blocked")
    assert set(archive.metadata["vector_layers"][0]["fields"]) >= set(first["properties"])


def test_numbers_words_and_ids_of_any_size_are_read_back():
    count = 300
    row = np.arange(count)
    cut = Cut(
        row // 100,
        row,
        np.ones(count, np.int64),
        np.arange(count + 1),
        np.arange(count + 1),
        np.column_stack([row * 7, row * 100_000 - 15_000_000]),
    )
    values = [-1.5, 0.0, True, False, "é" * 200, *map(str, range(250))]
    column = Column("value", np.arange(count) % len(values), values)
    ids = row**4
    tiles = dict(encode("some", cut, (column,), 4096, ids))
    assert list(tiles) == [0, 1, 2]
    found = [feature for tile in tiles.values() for feature in features(tile)]
    assert [feature["id"] for feature in found] == ids.tolist()
    for number, feature in enumerate(found):
        assert feature["properties"]["value"] == values[number % len(values)]
        assert feature["geometry"]["coordinates"] == cut.xy[number].tolist()


def test_the_grid_of_the_world_is_that_of_web_maps():
    chance = random.Random(0)
    for zoom in range(16):
        x, y = (np.array([chance.randrange(2**zoom) for _ in range(50)]) for _ in range(2))
        expected = [
            zxy_to_tileid(zoom, *place) for place in zip(x.tolist(), y.tolist(), strict=True)
        ]
        assert tile_ids(zoom, x, y).tolist() == expected
    degrees = np.array([[-71.25, -29.9], [0, 0], [179.9999, 80], [-180, -85]])
    assert np.allclose(to_degrees(to_world(degrees)), degrees, atol=1e-6)
    assert to_world(np.array([[0.0, 90.0], [180.0, -90.0]])).tolist() == [
        [2**29, 0],
        [2**30 - 1, 2**30 - 1],
    ]


@pytest.fixture(scope="module")
def many(tmp_path_factory):
    """An archive with so many tiles that its directory has leaves."""
    chance = random.Random(3)
    zoom = 9
    places = sorted(
        (zxy_to_tileid(zoom, x, y), x, y)
        for x in range(220)
        for y in range(220)
        if chance.random() < 0.6
    )
    tiles = [(number, chance.randbytes(chance.randint(1, 60))) for number, _, _ in places]
    path = tmp_path_factory.mktemp("many") / "many.pmtiles"
    pack(path, tiles, WORLD_BOX, {"name": "many"})
    return path, {(x, y): tile for (_, x, y), (_, tile) in zip(places, tiles, strict=True)}


def test_the_library_reads_the_same_from_an_archive(many):
    path, tiles = many
    archive = TileArchive(path)
    for (x, y), tile in tiles.items():
        assert gzip.decompress(archive.tile(9, x, y)) == tile
    with path.open("rb") as stream:
        reader = Reader(MmapSource(stream))
        assert reader.header()["leaf_directory_length"] > 0, "else the test is too small"
        assert reader.header()["clustered"]
        chance = random.Random(4)
        for _ in range(40):
            x, y = chance.randrange(230), chance.randrange(230)
            assert reader.get(9, x, y) == archive.tile(9, x, y)
    for place in ((8, 0, 0), (10, 0, 0), (9, -1, 0), (9, 0, 512), (9, 400, 400)):
        assert archive.tile(*place) is None


def test_equal_neighbours_are_kept_once(tmp_path):
    path = tmp_path / "sea.pmtiles"
    packed = pack(path, [(number, b"sea" * 1000) for number in range(5, 21)], WORLD_BOX, {})
    assert packed.tiles == TileArchive(path).tile_count == 16
    assert packed.size_bytes < 400
    assert len({TileArchive(path).tile(2, x, y) for x in range(4) for y in range(4)}) == 1


def test_an_archive_that_is_no_archive_is_refused(many, tmp_path):
    whole = many[0].read_bytes()
    for content in (b"", b"PMTiles", whole[:100], b"x" * 500, whole[:127] + b"x" * 5000):
        path = tmp_path / "bad.pmtiles"
        path.write_bytes(content)
        with pytest.raises(StoreUnavailable, match="archive of tiles") as caught:
            TileArchive(path)
        assert "artefacts" in caught.value.do_next
    path.write_bytes(whole[:-1])
    last = max(many[1], key=lambda place: zxy_to_tileid(9, *place))
    with pytest.raises(StoreUnavailable, match="cut short"):
        TileArchive(path).tile(9, *last)
    with pytest.raises(StoreUnavailable):
        TileArchive(tmp_path / "none.pmtiles")


def test_an_archive_that_could_not_be_finished_leaves_nothing(tmp_path):
    def breaking():
        yield 0, b"one"
        raise KeyError

    with pytest.raises(KeyError):
        pack(tmp_path / "deep" / "some.pmtiles", breaking(), WORLD_BOX, {})
    assert list((tmp_path / "deep").iterdir()) == []


def test_one_makes_an_archive_at_a_time(tmp_path):
    path = tmp_path / "version" / "some.pmtiles"
    with sole_maker(path) as first, sole_maker(path) as second:
        assert (first, second) == (True, False)
    with sole_maker(path) as later:
        assert later
    assert list(path.parent.iterdir()) == []


def test_a_reader_gets_what_the_clearance_reaches_and_no_more(store, publish):
    words = list(Sensitivity)
    rows = [constraint(f"C-{word.value}", sensitivity=word) for word in words]
    release = publish("constraints", constraints(*rows))
    tiles = VersionTiles(store)
    for rank, clearance in enumerate(words):
        content = gzip.decompress(tiles.archive(release, clearance).tile(0, 0, 0))
        seen = {feature["properties"]["id"] for feature in features(content)}
        assert seen == {f"C-{word.value}" for word in words[: rank + 1]}
        for word in words[rank + 1 :]:
            assert f"C-{word.value}".encode() not in content
    kept = {path.name for path in (store.root / "artefacts" / release.version).glob("tiles*")}
    assert kept == {f"tiles-{word.value}.pmtiles" for word in words}


def test_who_sees_no_more_than_the_public_reads_the_same_archive(store, publish):
    release = publish("constraints", constraints(constraint("A")))
    tiles = VersionTiles(store)
    assert len({id(tiles.archive(release, clearance)) for clearance in Sensitivity}) == 1


def test_a_large_layer_is_made_meanwhile(store, publish, monkeypatch):
    monkeypatch.setattr("layers.tiles.versiontiles.MADE_AT_ONCE", 0)
    release = publish("constraints", constraints(constraint("A")))
    tiles = VersionTiles(store)
    with pytest.raises(Exception, match="being made") as caught:
        tiles.archive(release, Sensitivity.PUBLIC)
    assert type(caught.value).__name__ == "BeingMade"
    (maker,) = tiles._makers.values()
    maker.join(30)
    assert tiles.archive(release, Sensitivity.PUBLIC).tile(0, 0, 0)


def test_upkeep_keeps_tiles_of_builds_and_finds_damaged_ones(store, publish):
    release = publish("constraints", constraints(constraint("A")))
    tiles = VersionTiles(store)
    tiles.archive(release, Sensitivity.PUBLIC)
    path = tiles.path(release, Sensitivity.PUBLIC)
    build, lost = "b" * 64, "c" * 64
    store.register_build(build, "roads", "Drawn")
    for digest in (build, lost):
        pack(store.root / "artefacts" / digest / "roads.pmtiles", [(0, b"x")], WORLD_BOX, {})
    collect(store.root, store.catalogue, now=time.time() + 1e6)
    kept = {place.name for place in (store.root / "artefacts").iterdir()}
    assert kept == {build, release.version}
    assert TileArchive(path).fault() is None
    content = bytearray(path.read_bytes())
    content[-5] ^= 1
    path.write_bytes(content)
    (found,) = check_artefacts(path.parents[1], {}, {}, ())
    assert "tiles-public.pmtiles is damaged" in str(found)
