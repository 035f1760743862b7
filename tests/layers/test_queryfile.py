"""The file of a version: the same rows whether made anew or out of its predecessor's."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from contextlib import closing
from itertools import cycle

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point
from support.clock import Clock
from support.rows import INFORMED, constraint, constraints

from layers import cuts, rtree
from layers.amend import amended
from layers.queryfile import QueryFiles
from layers.store import Store
from layers.upkeep.artefact_check import check_artefacts
from lca.errors import NotFound, StoreUnavailable
from lca.record import to_row
from lca.vocab import Sensitivity

LAYER = "constraints"
KEYS = [f"c{number:02}" for number in range(30)]
VALUES = st.builds(
    dict,
    name=st.sampled_from(["Å", "B"]),
    max_gross_t=st.sampled_from([None, 3.5]),
    valid_from=st.sampled_from([None, INFORMED]),
    osm_way_ids=st.sampled_from([None, (1, 2**40)]),
    geometry=st.sampled_from(
        [None, Point(1, 2), Point(-3.1, 4), LineString([(0, 0), (9.0000001, 5)])]
    ),
)
ROWS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=30)


@pytest.fixture(scope="module")
def opened(tmp_path_factory, empty_store):
    path = tmp_path_factory.mktemp("queryfiles") / "store"
    shutil.copytree(empty_store, path)
    with Store.open(path, clock=Clock()) as store, pytest.MonkeyPatch.context() as patch:
        patch.setattr(cuts, "RULE", cuts.Rule(whole=8, zero_bits=2, largest=9))
        patch.setattr("layers.queryfile._MOST_CHANGED", 2.0)
        yield store


def frame_of(rows):
    return constraints(*(constraint(key, **values) for key, values in rows.items()))


def said(path):
    """Everything that a file says, but for the numbers of its rows, which no reader is shown."""
    with closing(sqlite3.connect(path)) as file:
        assert file.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert file.execute(f"SELECT rtreecheck('rtree_{LAYER}_geom')").fetchone() == ("ok",)
        columns = [row[1] for row in file.execute(f"PRAGMA table_info({LAYER})")][1:]
        boxes = {
            key: tuple(np.float32(value) for value in box)
            for key, *box in file.execute(
                f"SELECT t.id, minx, maxx, miny, maxy FROM rtree_{LAYER}_geom r "
                f"JOIN {LAYER} t ON t.fid = r.id"
            )
        }
        return {
            "rows": file.execute(
                f"SELECT {', '.join(columns)} FROM {LAYER} ORDER BY id"
            ).fetchall(),
            "located": set(boxes),
            "contents": file.execute("SELECT * FROM gpkg_contents").fetchall(),
            "schema": set(file.execute("SELECT type, name, sql FROM sqlite_master").fetchall()),
            "columns": file.execute("SELECT * FROM gpkg_geometry_columns").fetchall(),
            "extensions": file.execute("SELECT * FROM gpkg_extensions").fetchall(),
        }, boxes


@settings(max_examples=12, deadline=None)
@given(ROWS, ROWS, st.sets(st.sampled_from(KEYS)))
def test_file_that_follows_another_says_what_one_made_anew_says(opened, rows, added, removed):
    folder = opened.root / "artefacts"
    workspace = opened.workspace
    shutil.rmtree(folder)
    before = workspace.snapshot(LAYER, frame_of(rows))
    listed = [to_row(constraint(key, **values)) for key, values in added.items()]
    after = amended(workspace, LAYER, before, listed, removed)
    with workspace.catalogue.write() as connection:
        for content in (before, after):
            workspace.versions.record(connection, content, workspace.versions.write(content))
    files = QueryFiles(folder, workspace.versions, opened.specs)
    files.built(release(before.version, None))
    followed, boxes = said(files.built(release(after.version, before.version)))
    if after.version != before.version:
        shutil.rmtree(folder)
    anew, exact = said(files.built(release(after.version, None)))
    assert followed == anew
    for key, box in boxes.items():
        # SQLite widens by a little more than the next number of single precision.
        assert box == pytest.approx(exact[key], rel=1e-6)


def release(version, predecessor):
    class Asked:
        layer = LAYER

    Asked.version, Asked.predecessor = version, predecessor
    return Asked


@pytest.fixture
def two_versions(store, publish):
    first = publish(LAYER, frame_of({key: {} for key in KEYS}))
    second = publish(LAYER, frame_of({"c07": {"name": "Other"}}))
    return store, first, second


def test_a_damaged_or_missing_predecessor_is_not_followed(two_versions, monkeypatch):
    store, first, second = two_versions
    files = QueryFiles(store.root / "artefacts", store.workspace.versions, store.specs)
    expected = said(files.built(second))[0]
    for damage in (b"no database at all", b""):
        path = files.built(first)
        path.write_bytes(damage)
        files.path(second.version).unlink()
        assert said(files.built(second))[0] == expected
    files.path(first.version).unlink()
    with closing(sqlite3.connect(files.built(first))) as file:
        file.execute("PRAGMA writable_schema = ON")
        for trigger in ("insert", "update1", "update2", "update3", "update4", "delete"):
            file.execute(f"DROP TRIGGER rtree_{LAYER}_geom_{trigger}")
        file.execute(f"DELETE FROM {LAYER} WHERE id = 'c20'")
        file.commit()
    files.path(second.version).unlink()
    assert said(files.built(second))[0] == expected, "a row was missing in the predecessor's file"


def test_a_changed_byte_is_not_handed_on(two_versions):
    store, first, second = two_versions
    files = QueryFiles(store.root / "artefacts", store.workspace.versions, store.specs)
    path = files.built(first)
    whole = path.read_bytes()
    name = b"Closure c20"
    assert name in whole
    path.write_bytes(whole.replace(name, b"Closure c2O"))
    damage = check_artefacts(
        store.root / "artefacts", {first.version: LAYER}, {first.version: len(KEYS)}, ()
    )
    assert ["its bytes are not those" in item.what for item in damage] == [True]
    said(files.built(second))
    assert b"c2O" not in files.path(second.version).read_bytes()


def test_the_file_follows_the_last_version_that_anybody_asked(two_versions, publish, monkeypatch):
    store, first, second = two_versions
    store.page(first)
    third = publish(LAYER, frame_of({"c08": {"name": "Another"}}))
    expected = [row["name"] for row in store.page(third).rows]
    monkeypatch.setattr(QueryFiles, "_write", lambda *_given: pytest.fail("made anew"))
    files = QueryFiles(store.root / "artefacts", store.workspace.versions, store.specs)
    files.path(third.version).unlink()
    assert not files.path(second.version).exists()
    said(files.built(third))
    assert [row["name"] for row in store.page(third).rows] == expected


def test_many_askers_get_one_whole_file(two_versions):
    store, _, second = two_versions
    files = QueryFiles(store.root / "artefacts", store.workspace.versions, store.specs)
    made = []
    write = files._make
    files._make = lambda *given: made.append(given) or write(*given)
    found = []
    askers = [
        threading.Thread(target=lambda: found.append(said(files.built(second))[0]["rows"]))
        for _ in range(8)
    ]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(found) == 8
    assert all(rows == found[0] and len(rows) == len(KEYS) for rows in found)
    assert len(made) == 1
    left = sorted(path.name for path in files.path(second.version).parent.iterdir())
    assert left == ["layer.gpkg", "layer.gpkg.sha256"]


def test_a_file_that_cannot_be_made_leaves_nothing(two_versions, monkeypatch):
    store, _, second = two_versions
    files = QueryFiles(store.root / "artefacts", store.workspace.versions, store.specs)

    def full(*_given, **_named):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("layers.queryfile.sync_file", full)
    with pytest.raises(StoreUnavailable, match="No space"):
        files.built(second)
    assert list(files.path(second.version).parent.iterdir()) == []


@pytest.mark.parametrize("count", [0, 1, 51, 52, 2_400, 12_000])
def test_a_packed_tree_finds_what_a_plain_look_finds(count):
    rng = np.random.default_rng(count)
    corner = rng.uniform(-180, 180, (count, 2))
    size = rng.exponential(0.5, (count, 2))
    boxes = np.stack(
        [corner[:, 0], corner[:, 0] + size[:, 0], corner[:, 1], corner[:, 1] + size[:, 1]], axis=1
    )
    ids = rng.permutation(count) + 1
    with closing(sqlite3.connect(":memory:")) as file:
        file.execute("CREATE VIRTUAL TABLE r USING rtree(id, minx, maxx, miny, maxy)")
        rtree.fill(file, "r", ids, boxes)
        assert file.execute("SELECT rtreecheck('r')").fetchone() == ("ok",)
        tree = shapely.box(boxes[:, 0], boxes[:, 2], boxes[:, 1], boxes[:, 3])
        for west, south in rng.uniform(-180, 170, (20, 2)):
            window = (west, west + 10, south, south + 10)
            found = file.execute(
                "SELECT id FROM r WHERE maxx >= ? AND minx <= ? AND maxy >= ? AND miny <= ?",
                window,
            ).fetchall()
            hit = shapely.intersects(tree, shapely.box(west, south, west + 10, south + 10))
            assert set(ids[hit]) <= {key for (key,) in found}
            assert len(found) <= hit.sum() + 2
        # SQLite changes it like a tree of its own.
        file.executemany("DELETE FROM r WHERE id = ?", [(int(key),) for key in ids[: count // 2]])
        file.executemany(
            "INSERT INTO r VALUES (?, ?, ?, ?, ?)",
            [(count + 1 + n, *map(float, box)) for n, box in enumerate(boxes[: count // 3])],
        )
        assert file.execute("SELECT rtreecheck('r')").fetchone() == ("ok",)
        (left,) = file.execute("SELECT count(*) FROM r").fetchone()
        assert left == count - count // 2 + count // 3


def test_small_questions_are_answered_while_a_large_file_is_made(store, publish, monkeypatch):
    monkeypatch.setattr(cuts, "RULE", cuts.Rule(whole=8, zero_bits=2, largest=9))
    places = {
        key: {"geometry": Point(number, 0), "sensitivity": level}
        for number, (key, level) in enumerate(zip(KEYS, cycle(Sensitivity), strict=False))
    }
    release = publish(LAYER, frame_of(places))
    may_go_on = threading.Event()
    make = QueryFiles._make
    monkeypatch.setattr(QueryFiles, "_make", lambda *given: may_go_on.wait(20) and make(*given))

    def asked():
        return [store.feature(release, key) for key in KEYS[:: len(Sensitivity)]]

    early = asked()
    path = store.root / "artefacts" / release.version / "layer.gpkg"
    assert not path.exists()
    with pytest.raises(NotFound):
        store.feature(release, "c01")
    may_go_on.set()
    store.page(release)
    assert path.is_file(), "it was made beside"
    assert asked() == early
