"""The maps on paper and on the screen speak one language of colours."""

from __future__ import annotations

import re
from importlib import resources
from itertools import combinations

import pytest

from layers import palette
from layers.palette import ACCESS_STYLES, AccessClass, road_class


def _viewer_properties() -> dict[str, str]:
    css = resources.files("web").joinpath("static", "app.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", css))


def _offline_properties() -> dict[str, str]:
    css = resources.files("layers").joinpath("offlinepage", "map.css").read_text(encoding="utf-8")
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6});", css))


def test_the_viewer_has_the_same_status_colours():
    properties = _viewer_properties()
    for access in AccessClass:
        assert properties[access.value] == ACCESS_STYLES[access].colour
    assert properties["open"] == palette.OPEN_COLOUR
    assert properties["land"] == palette.LAND_COLOUR
    assert properties["exercise"] == palette.EXERCISE_COLOUR


def test_the_offline_page_has_the_same_colours():
    assert _offline_properties() == {
        "exercise": palette.EXERCISE_COLOUR,
        "land": palette.LAND_COLOUR,
        "ink": palette.INK_COLOUR,
        "quiet": palette.QUIET_COLOUR,
        "rule": palette.RULE_COLOUR,
    }


def _luminance(colour: str) -> float:
    def linear(part: str) -> float:
        value = int(part, 16) / 255
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(colour[index : index + 2]) for index in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("ground", [palette.LAND_COLOUR, palette.PAGE_COLOUR, palette.AREA_COLOUR])
def test_every_class_stands_out_from_what_lies_under_it(ground):
    for style in ACCESS_STYLES.values():
        assert _contrast(style.colour, ground) >= 3


def test_classes_differ_without_colour():
    styles = ACCESS_STYLES.values()
    for one, other in combinations(styles, 2):
        assert one.dash != other.dash
        assert one.mark != other.mark


def test_road_classes_follow_osm():
    assert road_class("trunk_link") == "trunk"
    assert road_class("primary") == "primary"
    assert road_class("track") == "other"
