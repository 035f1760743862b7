"""docs/reference/osm-tags.md says what the reader does: same keys, same columns, same closures."""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path

import pytest

from lca.vehicle import vehicle_class
from routing.osmtags import KEYS, attributes_of, is_road, is_rule
from routing.osmways import NAME_KEYS
from routing.segment_rules import segment_rules

PAGE = Path(__file__).resolve().parents[2] / "docs" / "reference" / "osm-tags.md"
WAYS, RULES, NODES = PAGE.read_text(encoding="utf-8").split("\n## ")[1:]
ROW = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \| ([^|]+) \| ([^|]+) \|$", re.MULTILINE)
TRUCK = vehicle_class("truck_heavy_3")


def rows(section):
    return ROW.findall(section)


def judged(tags):
    """The columns of a road, and whether the truck may drive it forward and back."""
    columns = attributes_of(tags, Counter())
    columns = {
        name: None if isinstance(value, float) and math.isnan(value) else value
        for name, value in columns.items()
    }
    named = {**columns, **{key: tags.get(key) for key in NAME_KEYS}}
    ways = [not segment_rules(named, TRUCK, None, forward=forward) for forward in (True, False)]
    return named, ways


def test_every_key_that_is_read_is_on_the_page_once():
    listed = [key for key, *_ in rows(WAYS)]
    assert len(listed) == len(set(listed))
    assert set(listed) == KEYS | set(NAME_KEYS)
    assert all(is_rule(key) for key, *_ in rows(RULES))


@pytest.mark.parametrize(("key", "example", "columns", "effect"), rows(WAYS) + rows(RULES))
def test_a_row_does_what_it_says(key, example, columns, effect):
    tags = dict(part.split("=", 1) for part in example.split(", "))
    assert key in tags
    road = {"highway": "primary"}
    tags = tags if "route" in tags else road | tags
    without = {other: value for other, value in tags.items() if other != key} or road
    without = without if {"route", "highway"} & without.keys() else road | without
    if key == "area":
        assert not is_road(tags)
        assert is_road(without)
        return
    before, _ = judged(without)
    after, open_ways = judged(tags)
    changed = {name for name in after if after[name] != before[name]}
    assert changed == set(re.findall(r"`([a-z_0-9]+)`", columns))
    assert (not all(open_ways)) == effect.startswith("closes") or key == "junction"
