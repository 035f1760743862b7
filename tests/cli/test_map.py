"""``lca map`` draws what the routes believe, where the roads are."""

from __future__ import annotations

import re

import pytest
from shapely import Point
from support.rows import constraint

from layers.edits import AddFeature
from layers.store import Store
from lca.record import to_row


@pytest.fixture
def drawn(lca, tmp_path):
    """Draw the demo's constraints and return the sheet's text."""

    def draw(*options):
        out = tmp_path / "access.svg"
        assert lca("map", "constraints", "ports", "airports", "--out", out, *options).code == 0
        return out.read_text(encoding="utf-8")

    return draw


def report(lca, key, **values):
    """Publish a constraint as an import would that nobody has looked through."""
    told = constraint(key, name=key, exercise=True, **values)
    with Store.open(lca.store, clock=lca.clock) as store:
        store.apply_edit("constraints", AddFeature(to_row(told)), "Ana")
    lca.clock.tick(seconds=1)


def test_a_constraint_with_a_lost_minus_leaves_the_map_as_it_was(lca, drawn):
    before = re.findall(r"1 : [^<]* on A4", drawn())
    report(lca, "Slide at Guanaqueros", geometry=Point(-71.27, 29.93))
    svg = drawn()
    assert re.findall(r"1 : [^<]* on A4", svg) == before
    assert "closed · not matched to a road · outside this map" in svg
    assert re.search(r"Outside this map \(2\): constraints \d+, \d+\.", svg)


def test_what_the_routes_cannot_place_is_not_drawn_as_closed(lca, drawn):
    assert "2 closed," in drawn()
    report(lca, "Wreck in the bay", geometry=Point(-71.32, -29.92))
    svg = drawn()
    assert "2 closed," in svg
    assert "Wreck in the bay: closed" in svg
    assert "closed · not matched to a road" in svg


def test_the_main_roads_are_named(drawn):
    assert "Ruta 5 Norte" in re.findall(r'data-road="([^"]*)"', drawn())


def test_before_the_first_publication_there_is_no_map_but_its_date(lca, tmp_path):
    out = tmp_path / "access.png"
    ran = lca("map", "constraints", "--as-of", "2020-01-01T00:00:00Z", "--out", out)
    assert ran.code != 0
    assert "had been published at 2020-01-01T00:00:00Z" in ran.err
    assert "the first was Access constraints at 2026-11-18T" in ran.err
    assert not out.exists()
