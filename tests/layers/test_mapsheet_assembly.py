"""A sheet shows what the store held at its moment, to whom it is for, and nothing else."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from shapely import Point, box
from support.clock import Clock
from support.rows import constraint, constraints, port, ports

from layers.mapsheet import render_map, sheet_of
from layers.operation import Operation
from layers.store import Store
from lca.errors import InvalidInput, Withdrawn
from lca.instant import format_instant
from lca.place import Place
from lca.table import frame_of
from lca.vocab import Sensitivity


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def store(tmp_path, clock):
    with Store.open(tmp_path / "store", clock=clock) as opened:
        opened.set_operation(Operation("CHL", "Coquimbo response", False, "America/Santiago"))
        yield opened


def publish(store, clock, layer, frame, confirm=frozenset()):
    clock.tick(hours=1)
    draft = store.draft(layer, frame, author="Ana", message="assessment")
    return store.publish(draft.id, author="Ana", confirm_lifts=confirm)


def sheet(store, layers, *, as_of=None, **options):
    return sheet_of(store, store.heads(as_of), layers, produced_at=store.now(), **options)


def test_the_sheet_names_operation_versions_and_moment(store, clock):
    release = publish(store, clock, "ports", ports(port("CLCQQ")))
    publish(store, clock, "constraints", constraints(constraint("a")))
    made = sheet(store, ["constraints", "ports"])
    assert made.title == "Access constraints and ports"
    assert "Coquimbo response" in render_map(made)
    assert made.code == "CHL"
    assert made.as_of == made.produced_at == store.now()
    assert [(version.title, version.number) for version in made.versions] == [
        ("Access constraints", 1),
        ("Ports", 1),
    ]
    assert made.versions[1].version == release.version
    assert release.version[:8] in render_map(made)


def test_a_sheet_as_of_an_earlier_moment_shows_what_was_known_then(store, clock):
    publish(store, clock, "constraints", constraints(constraint("a")))
    then = clock.now
    publish(store, clock, "constraints", constraints(constraint("a"), constraint("b")))
    assert [item.id for item in sheet(store, ["constraints"]).constraints] == ["a", "b"]
    earlier = sheet(store, ["constraints"], as_of=then)
    assert [item.id for item in earlier.constraints] == ["a"]
    assert earlier.as_of == then.astimezone(UTC)


def test_the_same_store_gives_the_same_sheet(store, clock):
    publish(store, clock, "constraints", constraints(constraint("a"), constraint("b")))
    first, second = (render_map(sheet(store, ["constraints"])) for _ in range(2))
    assert first == second


def test_what_the_reader_may_not_see_leaves_no_trace(store, clock):
    secret = constraint(
        "s", name="Ambush site", source_org="Informant", sensitivity=Sensitivity.RESTRICTED
    )
    publish(store, clock, "constraints", constraints(constraint("a"), secret))
    public = render_map(sheet(store, ["constraints"]))
    assert "Ambush" not in public
    assert "Informant" not in public
    assert "Access constraints (1)" in public
    cleared = render_map(sheet(store, ["constraints"], clearance=Sensitivity.RESTRICTED))
    assert "Ambush site" in cleared


def test_a_layer_nobody_has_published_is_named(store, clock):
    publish(store, clock, "ports", ports(port("CLCQQ")))
    made = sheet(store, ["constraints", "ports"])
    assert made.unpublished == ("Access constraints",)
    assert "Nobody has published the layer Access constraints." in render_map(made)


def test_a_map_without_the_constraints_layer_says_so(store, clock):
    publish(store, clock, "ports", ports(port("CLCQQ")))
    drawn = render_map(sheet(store, ["ports"]))
    assert "Access constraints are not part of this map" in drawn


def test_populated_areas_lie_under_the_rest(store, clock):
    publish(store, clock, "ports", ports(port("CLCQQ")))
    zone = Place(
        id="z",
        name="Guayacán",
        population=4200,
        source_org="Census",
        date_of_information=datetime(2026, 1, 1, tzinfo=UTC),
        geometry=box(-71.346, -29.951, -71.3445, -29.949),
    )
    publish(store, clock, "places", frame_of(Place, [zone]))
    drawn = render_map(sheet(store, ["ports", "places"]))
    assert "Populated area" in drawn
    assert "Guayacán" in drawn


def test_nothing_published_is_refused(store):
    with pytest.raises(InvalidInput, match="None of the layers has been published"):
        sheet(store, ["ports"])


def test_a_moment_before_the_first_publication_is_told_when_that_was(store, clock):
    clock.tick(hours=1)
    before = clock.now
    publish(store, clock, "ports", ports(port("CLCQQ")))
    first = format_instant(clock.now)
    publish(store, clock, "constraints", constraints(constraint("a")))
    with pytest.raises(InvalidInput) as refused:
        sheet(store, ["constraints", "ports"], as_of=before)
    assert f"the first was Ports at {first}" in refused.value.what
    assert format_instant(before) in refused.value.what


def test_what_no_road_was_found_for_is_shown_as_unverified(store, clock):
    publish(store, clock, "constraints", constraints(constraint("a"), constraint("b")))
    made = sheet(store, ["constraints"], unmatched=frozenset({"b"}))
    assert [(item.id, access.value) for item, access in made.shown] == [
        ("a", "closed"),
        ("b", "unverified"),
    ]


def test_a_withdrawn_version_is_refused(store, clock):
    publish(store, clock, "ports", ports(port("CLCQQ", geometry=Point(0, 0))))
    then = clock.now
    publish(store, clock, "ports", ports(port("CLCQQ")))
    clock.tick(hours=1)
    store.withdraw("ports", "1", author="Ana", reason="wrong place")
    with pytest.raises(Withdrawn):
        sheet(store, ["ports"], as_of=then)


def test_a_store_without_an_operation_is_refused(tmp_path, clock):
    with (
        Store.open(tmp_path / "bare", clock=clock) as bare,
        pytest.raises(InvalidInput, match="no operation"),
    ):
        sheet(bare, ["ports"])


def test_many_facilities_are_called_facilities(store, clock):
    publish(store, clock, "ports", ports(port("CLCQQ")))
    made = sheet(store, ["ports", "constraints", "airports", "fuel"])
    assert made.title == "Access constraints and facilities"
