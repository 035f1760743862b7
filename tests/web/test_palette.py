"""The status colours can be told apart by everybody, and every page draws in the same ones."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest
from support.colour import VISION, contrast, distance

import web
from layers.palette import ACCESS_STYLES, LAND_COLOUR

STATIC = Path(web.__file__).parent / "static"
STATUSES = ("open", "restricted", "closed", "unverified")
SMALLEST_DISTANCE = 20  # ux: traffic-light colours are 8 apart for a deuteranope


@pytest.fixture(scope="module")
def colours() -> dict[str, str]:
    """The custom properties of the style sheet that are plain colours."""
    css = (STATIC / "app.css").read_text(encoding="utf-8")
    return dict(re.findall(r"^  --([a-z-]+): (#[0-9a-f]{6});", css, re.MULTILINE))


@pytest.mark.parametrize("vision", VISION)
def test_statuses_are_told_apart_in_every_colour_vision(colours, vision):
    apart = {
        pair: distance(colours[pair[0]], colours[pair[1]], vision)
        for pair in combinations(STATUSES, 2)
    }
    assert min(apart.values()) >= SMALLEST_DISTANCE, apart


def test_the_measure_itself_finds_the_traffic_light_wanting():
    assert distance("#2e9e3a", "#e31a1c", "deuteranopia") < SMALLEST_DISTANCE


@pytest.mark.parametrize("ground", ["land", "paper"])
@pytest.mark.parametrize("status", STATUSES)
def test_statuses_stand_out_from_the_ground(colours, status, ground):
    assert contrast(colours[status], colours[ground]) >= 3


@pytest.mark.parametrize("ground", ["paper", "wash"])
@pytest.mark.parametrize("text", ["ink", "quiet", "accent"])
def test_text_can_be_read(colours, text, ground):
    assert contrast(colours[text], colours[ground]) >= 4.5


def test_viewer_and_map_sheets_use_one_palette(colours):
    assert {name.value: style.colour for name, style in ACCESS_STYLES.items()} == {
        name.value: colours[name.value] for name in ACCESS_STYLES
    }
    assert colours["land"] == LAND_COLOUR


def test_symbols_are_filled_in_the_status_colours(colours):
    svg = (STATIC / "symbols.svg").read_text(encoding="utf-8")
    shapes = dict(re.findall(r'<symbol id="(\w+)"(.*?)</symbol>', svg, re.DOTALL))
    for status in ("closed", "restricted", "unverified", "note"):
        assert f'fill="{colours[status]}"' in shapes[status], status


def test_dashes_differ_so_that_colour_is_never_alone():
    source = (STATIC / "js" / "palette.js").read_text(encoding="utf-8")
    dashes = re.search(r"const DASH = \{(.*?)\};", source)
    assert dashes is not None
    patterns = dict(re.findall(r"(closed|restricted|unverified|open): (\[[^\]]*\])", dashes[1]))
    assert len(patterns) == len(set(patterns.values())) == 4
