"""A stranger's hypothesis is bounded in what it costs to place."""

from __future__ import annotations

import json

import pytest

from lca.errors import UnreadableFile
from routing.what_if import MOST_IN_WORDS, supposed_constraints

DEFAULTS = {"source_org": "Planner", "date_of_information": "2026-11-18T15:00:00Z"}


def in_words(count):
    """A file of closures of which each is to be followed along the roads of a whole country."""
    one = {
        "type": "Feature",
        "geometry": None,
        "properties": {"location_text": "RN5 km 3-900 from Alba"},
    }
    return json.dumps({"type": "FeatureCollection", "features": [one] * count}).encode()


def test_locations_in_words_are_read_up_to_a_limit():
    assert len(supposed_constraints(in_words(MOST_IN_WORDS), DEFAULTS)) == MOST_IN_WORDS
    with pytest.raises(UnreadableFile, match="locations in words"):
        supposed_constraints(in_words(MOST_IN_WORDS + 1), DEFAULTS)
