"""docs/reference/speeds.md and access.md hold the tables that the program reads, whole."""

from __future__ import annotations

import re

import pytest
from support.tablepage import REPO, access, by_group, surfaces

from routing.access_table import TABLES

PAGES = {
    name: (REPO / "docs" / "reference" / f"{name}.md").read_text(encoding="utf-8")
    for name in ("speeds", "access")
}


@pytest.mark.parametrize(
    ("name", "keys", "figure", "source"),
    [
        ("speeds", ["highway"], "speed_kmh", "basis"),
        ("speeds_by_surface", ["surface_group"], "factor", "source"),
        ("speeds_by_season", ["season", "surface_group"], "factor", "source"),
        ("speeds_by_condition", ["tag", "value"], "factor", "source"),
    ],
)
def test_the_page_of_speeds_holds_the_table(name, keys, figure, source):
    assert by_group(name, keys, figure, source) in PAGES["speeds"]
    assert f"`{name}.csv`" in PAGES["speeds"]


def test_the_page_of_speeds_holds_the_surface_groups():
    assert surfaces() in PAGES["speeds"]


@pytest.mark.parametrize("name", TABLES)
def test_the_page_of_access_holds_the_table(name):
    assert access(name) in PAGES["access"]
    assert f"`{name}.csv`" in PAGES["access"]


def test_links_of_the_pages_lead_somewhere():
    for text in PAGES.values():
        for target in re.findall(r"\]\(([^)#]+)", text):
            assert (REPO / "docs" / "reference" / target).is_file()
