"""Some thousand changed seeds through every parser of ours; a million with ``make stress``."""

from __future__ import annotations

import pytest
from fuzz.fuzzing import loop
from fuzz.targets import TARGETS

SLOW = {"page", "document", "workbook", "table", "delimited", "archive"}


@pytest.mark.parametrize("name", TARGETS)
def test_no_input_brings_anything_but_a_value_or_a_clear_error(name):
    runs = 60 if name in SLOW else 400
    assert loop(name, runs, seed=6) > runs
