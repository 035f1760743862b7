"""Queries by box, key and id give what a plain look at every row gives, within the clearance."""

from __future__ import annotations

import shutil
import threading

import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely import LineString, Point, Polygon
from support.clock import Clock
from support.rows import INFORMED, constraint, constraints, ids, port, ports

from layers.box import Box
from layers.query import _OPEN_FILES
from layers.question import Question
from layers.sensitivity import reachable
from layers.store import Store
from lca.errors import NotFound, StoreUnavailable, UsageError
from lca.geo import BBox
from lca.table import rows_of
from lca.vocab import Sensitivity

WORLD = BBox(-180, -90, 180, 90)

SHAPES = [
    Point(0.1, 0.1),
    Point(1, 1),
    LineString([(0, 0), (2, 2)]),
    LineString([(-1, 3), (3, -1)]),
    Polygon([(0, 0), (2, 0), (0, 2)]),
    Polygon([(0, 0), (3, 0), (3, 3), (0, 3)], [[(0.5, 0.5), (2.5, 0.5), (2.5, 2.5), (0.5, 2.5)]]),
    None,
]
LEVELS = list(Sensitivity)


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    """Every shape at every sensitivity, shifted a little each time."""
    records = [
        constraint(
            f"{number:02}-{level.value}",
            sensitivity=level,
            geometry=None
            if shape is None
            else shapely.transform(shape, lambda xy, shift=level.rank / 3: xy + shift),
            osm_way_ids=(number, 10**15) if number % 2 else None,
            valid_from=INFORMED if number % 3 else None,
            max_gross_t=number / 3 if number else None,
            exercise=False,
        )
        for number, shape in enumerate(SHAPES)
        for level in LEVELS
    ]
    with Store.open(tmp_path_factory.mktemp("queries"), clock=Clock()) as store:
        draft = store.draft("constraints", constraints(*records), "Ana", "m")
        yield store, store.publish(draft.id, "Ana")


def brute(store, release, bbox, clearance):
    rows = rows_of(store.frame(release.version))
    return [
        row
        for row in rows
        if row["sensitivity"] in reachable(clearance)
        and (
            bbox is None
            or (row["geometry"] is not None and row["geometry"].intersects(Box.of(bbox).geometry))
        )
    ]


DEGREES = st.floats(-1.5, 4.5)
BOXES = st.builds(
    lambda xs, ys: BBox(min(xs), min(ys), max(xs), max(ys)),
    st.tuples(DEGREES, DEGREES),
    st.tuples(DEGREES, DEGREES),
)


@settings(max_examples=40, deadline=None)
@given(st.one_of(st.none(), BOXES), st.sampled_from(LEVELS), st.integers(1, 9))
def test_pages_joined_are_what_brute_force_finds(mixed, bbox, clearance, limit):
    store, release = mixed
    expected = brute(store, release, bbox, clearance)
    found, after = [], None
    while True:
        page = store.page(release, bbox=bbox, after=after, limit=limit, clearance=clearance)
        assert page.matched == len(expected)
        assert len(page.rows) <= limit
        found += page.rows
        after = page.next_after
        if after is None:
            break
        assert after == page.rows[-1]["id"]
    assert found == expected


@pytest.mark.parametrize("clearance", LEVELS)
def test_one_feature_is_the_row_or_does_not_exist(mixed, clearance):
    store, release = mixed
    for row in rows_of(store.frame(release.version)):
        if row["sensitivity"] in reachable(clearance):
            assert store.feature(release, row["id"], clearance=clearance) == row
        else:
            with pytest.raises(NotFound) as caught:
                store.feature(release, row["id"], clearance=clearance)
            with pytest.raises(NotFound) as absent:
                store.feature(release, "no-such", clearance=clearance)
            assert str(caught.value) == str(absent.value).replace("no-such", row["id"])


def test_default_clearance_is_the_publics(mixed):
    store, release = mixed
    assert {row["sensitivity"] for row in store.page(release).rows} == {"public"}


def test_box_without_width_or_height_touches_what_lies_on_it(store, publish):
    release = publish(
        "ports", ports(port("a", geometry=Point(1, 1)), port("b", geometry=Point(2, 1)))
    )
    for box, expected in (
        ((1, 1, 1, 1), "a"),
        ((1, 0, 1, 5), "a"),
        ((1, 1, 2, 1), "ab"),
        ((3, 1, -3, 1), ""),
    ):
        assert ids(store.page(release, bbox=Box(*box)).rows) == list(expected)


def test_box_that_touches_in_single_precision_only_is_not_a_hit(store, publish):
    release = publish("ports", ports(port("a", geometry=Point(0.1, 0.1))))
    assert store.page(release, bbox=BBox(0.1, 0.1, 1, 1)).matched == 1
    assert store.page(release, bbox=BBox(0.1000000001, 0.1, 1, 1)).matched == 0


@pytest.mark.parametrize("limit", [0, -1, 10_001])
def test_unreasonable_limit_is_refused(mixed, limit):
    store, release = mixed
    with pytest.raises(UsageError, match="limit"):
        store.page(release, limit=limit)


def test_ids_that_look_like_sql_are_only_ids(store, publish):
    nasty = "a'; DROP TABLE ports; --"
    release = publish("ports", ports(port(nasty), port('b"')))
    assert ids(store.page(release).rows) == [nasty, 'b"']
    assert store.feature(release, nasty)["id"] == nasty
    assert ids(store.page(release, after=nasty, bbox=WORLD).rows) == ['b"']


def test_query_files_can_be_deleted_and_damage_is_noticed(store, publish, clock, tmp_path):
    release = publish("ports", ports(port("a")))
    artefacts = tmp_path / "store" / "artefacts"
    before = store.page(release)
    store.close()
    shutil.rmtree(artefacts)
    with Store.open(tmp_path / "store", clock=clock) as again:
        assert again.page(release) == before
    file = artefacts / release.version / "layer.gpkg"
    file.write_bytes(b"not a database" * 999)
    with (
        Store.open(tmp_path / "store", clock=clock) as again,
        pytest.raises(StoreUnavailable, match="damaged"),
    ):
        again.page(release)


def test_many_threads_that_ask_first_get_the_same_page(store, publish):
    release = publish("ports", ports(*(port(f"p{number}") for number in range(50))))
    pages = []
    threads = [
        threading.Thread(target=lambda: pages.append(store.page(release, bbox=WORLD)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(pages) == 8
    assert all(page == pages[0] and page.matched == 50 for page in pages)


def test_file_that_others_push_out_answers_whoever_holds_it(store, publish):
    first = publish("ports", ports(port("first")))
    held = store._queries._table(first)
    for number in range(_OPEN_FILES + 1):
        store.page(publish("ports", ports(port(f"p{number}"))))
    page = held.page(Question(Sensitivity.PUBLIC), None, 10)
    assert ids(page.rows) == ["first"]


def test_more_versions_than_open_files_can_be_read(store, publish):
    releases = [publish("ports", ports(port("a", berths=number))) for number in range(20)]
    for number, release in enumerate(releases + releases):
        assert store.feature(release, "a")["berths"] == number % 20
