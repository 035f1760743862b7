"""Contents of several parts: the same whatever their history, and an edit rewrites one part."""

from __future__ import annotations

import json
import shutil

import geopandas as gpd
import pandas as pd
import pytest
from geopandas.testing import assert_geodataframe_equal
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point
from support.clock import Clock
from support.rows import constraint, constraints, port, ports

from layers import cuts
from layers.amend import amended, with_rows_of
from layers.canonical import snapshot_of
from layers.content import Part
from layers.diff import changed_keys, compare
from layers.operation import Operation
from layers.sensitivity import reachable, visible_rows
from layers.spec import load_specs
from layers.store import Store
from lca.errors import InvalidInput
from lca.record import to_row
from lca.table import rows_of
from lca.vocab import Sensitivity

SPEC = load_specs()["ports"]
ALL = Sensitivity.STRICTLY_CONFIDENTIAL

# One id in four is a mark: with 40 ids contents have up to some ten parts.
SMALL = cuts.Rule(whole=6, zero_bits=2, largest=5)
KEYS = [f"p{number:02}" for number in range(40)]
VALUES = st.builds(
    dict,
    name=st.sampled_from(["A", "Á", "B"]),
    berths=st.sampled_from([None, 0, 3]),
    geometry=st.sampled_from([None, Point(1, 2), Point(3, 4)]),
    sensitivity=st.sampled_from(list(Sensitivity)),
)
ROWS = st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=40)
STEP = st.tuples(
    st.dictionaries(st.sampled_from(KEYS), VALUES, max_size=4),
    st.sets(st.sampled_from([*KEYS, "none"]), max_size=4),
)


@pytest.fixture(scope="module", autouse=True)
def small_parts():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cuts, "RULE", SMALL)
        yield


@pytest.fixture(scope="module")
def workspace(tmp_path_factory, empty_store):
    path = tmp_path_factory.mktemp("amend") / "store"
    shutil.copytree(empty_store, path)
    with Store.open(path, clock=Clock()) as store:
        yield store.workspace


def frame_of_rows(rows):
    return ports(*(port(key, **values) for key, values in rows.items()))


def content_of(rows):
    return snapshot_of(SPEC, frame_of_rows(rows), exercise=False)


def plain(rows):
    return [to_row(port(key, **values)) for key, values in rows.items()]


@settings(max_examples=25, deadline=None)
@given(ROWS, st.lists(STEP, max_size=4))
def test_content_is_the_same_whatever_its_history(workspace, rows, steps):
    content, model = content_of(rows), dict(rows)
    for added, removed in steps:
        before = content
        content = amended(workspace, "ports", content, plain(added), removed)
        model = {key: row for key, row in model.items() if key not in removed} | added
        anew = content_of(model)
        assert content.manifest == anew.manifest
        assert [part.digest for part in content.parts] == [part.digest for part in anew.parts]
        assert_geodataframe_equal(content.frame, anew.frame)
        assert content.row_digests == anew.row_digests
        keys = changed_keys(before, content, ALL)
        old, new = (dict(zip(x.ids(), x.row_digests, strict=True)) for x in (before, content))
        assert set(keys.added) == new.keys() - old.keys()
        assert set(keys.removed) == old.keys() - new.keys()
        assert set(keys.changed) == {k for k in old.keys() & new.keys() if old[k] != new[k]}


@settings(max_examples=15, deadline=None)
@given(ROWS)
def test_what_is_loaded_is_what_was_written_read_in_any_way(workspace, rows):
    content = content_of(rows)
    written = workspace.versions.write(content)
    with workspace.catalogue.write() as connection:
        workspace.versions.record(connection, content, written)
    loaded = workspace.versions._read(content.version, written)
    whole = rows_of(content.frame)
    for found in (content, loaded):
        assert found.version == content.version
        assert_geodataframe_equal(found.frame, snapshot_of(SPEC, found.frame, exercise=False).frame)
        assert list(found.rows(KEYS).values()) == whole
        assert [found.row(key) for key in sorted(rows)] == whole
        assert tuple(map(found.digest, sorted(rows))) == found.row_digests
        assert found.row("none") is None
        assert found.digest("none") is None
        assert found.feature_count == len(rows)


@settings(max_examples=15, deadline=None)
@given(ROWS, ROWS, st.sets(st.sampled_from(KEYS)))
def test_rows_of_another_content_may_stay_besides(workspace, rows, others, chosen):
    others = {key: row for key, row in others.items() if key not in rows}
    wanted = {key: row for key, row in others.items() if key in chosen}
    found = with_rows_of(workspace, "ports", content_of(rows), content_of(others), set(wanted))
    assert found.manifest == content_of(rows | wanted).manifest


def test_rows_that_stay_beside_an_empty_content_are_cut_by_their_own_ids(workspace):
    chosen = [key for key in KEYS if not cuts.is_mark(key)][::2]
    whole, nothing = (content_of({key: {} for key in keys}) for keys in (KEYS, ()))
    found = with_rows_of(workspace, "ports", nothing, whole, chosen)
    assert found.manifest == content_of({key: {} for key in chosen}).manifest


def test_a_content_that_was_one_part_and_is_read_again_grows_into_several(workspace):
    mark = next(key for key in KEYS[SMALL.whole :] if cuts.is_mark(key))
    before = [key for key in KEYS if key < mark and not cuts.is_mark(key)][: SMALL.largest]
    few, more = (f"p{mark[1:]}{letter}" for letter in "ab")
    rows = {key: {} for key in (*before, mark, few, more)}
    whole = content_of({key: {} for key in before})
    written = workspace.versions.write(whole)
    with workspace.catalogue.write() as connection:
        workspace.versions.record(connection, whole, written)
    loaded = workspace.versions._read(whole.version, written)
    new = plain({key: {} for key in rows if key not in before})
    assert amended(workspace, "ports", loaded, new).manifest == content_of(rows).manifest


def test_an_edit_writes_one_part_and_shares_the_files_of_the_others(store):
    workspace = store.workspace
    files = workspace.versions.write(content := content_of({key: {"name": key} for key in KEYS}))
    assert len(files) > 5
    before = set((store.root / "objects").rglob("*"))
    after = amended(workspace, "ports", content, plain({"p20": {"name": "Other"}}))
    written = workspace.versions.write(after)
    assert len(set(written) - set(files)) == 1
    made = {path.name for path in set((store.root / "objects").rglob("*")) - before}
    assert {name for name in made if len(name) > 2} == {after.version, *set(written) - set(files)}


def test_a_part_begins_at_each_mark_and_ends_at_the_bound():
    ids = [f"{number:04}" for number in range(500)]
    found = list(cuts.ranges(ids))
    begins = {ids[begin] for begin, _ in found[1:]}
    assert [begin for begin, _ in found] == [0, *(end for _, end in found[:-1])]
    assert {key for key in ids[1:] if cuts.is_mark(key)} <= begins
    assert max(end - begin for begin, end in found) <= SMALL.largest
    # A cut that no mark makes is there because the part before it is full.
    full = {ids[end] for begin, end in found[:-1] if end - begin == SMALL.largest}
    assert {key for key in begins if not cuts.is_mark(key)} <= full


def test_the_rule_is_the_one_that_published_versions_were_cut_by(monkeypatch):
    monkeypatch.setattr(cuts, "RULE", cuts.Rule())
    ids = [f"{number:06}" for number in range(200_000)]
    assert list(cuts.ranges(ids[:65_536])) == [(0, 65_536)]
    assert [begin for begin, _ in cuts.ranges(ids)] == [
        0,
        69732,
        70129,
        76299,
        82210,
        119147,
        120321,
        172608,
        196156,
    ]


def test_digests_of_a_column_that_the_schema_lost_are_made_anew(workspace):
    content = content_of({key: {"berths": 3} for key in KEYS[:9]})
    body = json.loads(content.manifest)
    body["schema"].append({"name": "moved_away", "type": "text", "unit": None})
    older = type(content)(
        content.layer, content.fields, content.parts, json.dumps(body).encode(), exercise=False
    )
    rows = plain({"p01": {"berths": 4}})
    assert amended(workspace, "ports", older, rows).manifest == (
        amended(workspace, "ports", content, rows).manifest
    )
    table = content.parts[0].table()
    strange = table.set_column(
        table.column_names.index("row_digest"), "row_digest", [["0" * 64] * table.num_rows]
    )
    parts = (Part.of(strange, content.fields), *content.parts[1:])
    older = type(content)(
        content.layer, content.fields, parts, json.dumps(body).encode(), exercise=False
    )
    beside = content_of({"p39": {}})
    assert with_rows_of(workspace, "ports", beside, older, KEYS[:9]).manifest == (
        with_rows_of(workspace, "ports", beside, content, KEYS[:9]).manifest
    )


def test_rows_that_cannot_be_kept_are_refused_and_nothing_is_mutated(workspace):
    content = content_of({key: {} for key in KEYS})
    before = content.version, content.frame.copy(deep=True)
    (row,) = plain({"p01": {}})
    with pytest.raises(InvalidInput, match="p01 has a coordinate"):
        amended(workspace, "ports", content, [{**row, "geometry": Point(1, 91)}])
    with pytest.raises(InvalidInput, match="same id: p01"):
        amended(workspace, "ports", content, [row, row])
    assert content.version == before[0]
    assert_geodataframe_equal(content.frame, before[1])


def test_exercise_rows_do_not_enter_a_real_content(workspace):
    content = content_of({key: {} for key in KEYS})
    (row,) = plain({"p01": {"exercise": True}})
    with pytest.raises(InvalidInput, match="exercise data"):
        amended(workspace, "ports", content, [row])


def test_edits_of_a_large_layer_race_and_read_as_they_should(store, clock, publish):
    store.set_operation(Operation("CHL", "Drill", exercise=True, time_zone="UTC"))
    frame = constraints(
        *(constraint(key, geometry=LineString([(0, 0), (1, n)])) for n, key in enumerate(KEYS))
    )
    first = publish("constraints", frame)
    content = store.workspace.content(first)
    assert len(content.parts) > 5
    assert content.exercise
    clock.tick(minutes=1)
    again = publish("constraints", pd.concat([frame.iloc[5:], frame.iloc[:3]]))
    assert again.version == first.version, "absence ends nothing"
    diff = compare(
        store.specs["constraints"], content, store.workspace.content(again), clearance=ALL
    )
    assert diff.empty


def test_a_large_table_is_normalised_in_chunks_to_the_same_rows():
    frame = frame_of_rows({key: {"name": f" {key}\u0301 "} for key in KEYS})
    mixed = frame.sample(frac=1, random_state=7)
    assert snapshot_of(SPEC, mixed.to_crs("EPSG:3857"), exercise=False).manifest == (
        snapshot_of(SPEC, frame, exercise=False).manifest
    )
    with pytest.raises(InvalidInput, match="same id"):
        snapshot_of(SPEC, gpd.GeoDataFrame(pd.concat([frame, frame.iloc[:1]])), exercise=False)


@pytest.mark.parametrize("dtype", ["object", "str", "string", "category"])
def test_types_of_columns_and_chunks_of_files_do_not_matter(tmp_path, dtype):
    frame = frame_of_rows({key: {"name": f"N{key[1]}", "berths": 2} for key in KEYS})
    expected = snapshot_of(SPEC, frame, exercise=False)
    texts = dict.fromkeys(("id", "name", "sensitivity", "status"), dtype)
    file = tmp_path / "rows.parquet"
    frame.astype({**texts, "berths": "float64"}).to_parquet(file, row_group_size=7)
    assert snapshot_of(SPEC, gpd.read_parquet(file), exercise=False).manifest == expected.manifest


def test_id_of_a_content_of_several_parts_is_the_one_written_down():
    content = content_of({key: {"name": f"Port {key}"} for key in KEYS})
    body = json.loads(content.manifest)
    assert [part["first"] for part in body["parts"]] == FIRSTS
    assert [part["digest"] for part in body["parts"]][:2] == DIGESTS


# Written down once: another rule or digest would give every large version another id.
FIRSTS = ["p00", "p05", "p08", "p11", "p16", "p17", "p22", "p23", "p28", "p33", "p37", "p38", "p39"]
DIGESTS = [
    "edfc1596ba94c879cb07763900ffe723fbb2c90323ed761b46d25d42301b83ec",
    "42b48437a69f7e5bad3b3c425f0c0a2c84450b912bd6d8c534299b464703d58d",
]


@settings(max_examples=10, deadline=None)
@given(ROWS)
def test_counts_of_the_index_are_those_of_the_rows(rows):
    content = content_of(rows)
    for clearance in Sensitivity:
        assert content.count(reachable(clearance)) == visible_rows(content.frame, clearance).sum()
