"""A file that is read again takes nothing back, and an older one is told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.judging import INFORMED, NOW, judged, record, rules, table

from lca.constraint import Constraint
from lca.table import frame_of
from lca.vocab import EffectKind, LocationPrecision

WHOLE_MINUTES = (-29 - 54 / 60, -71 - 14 / 60)


def closure(**changes):
    """A closure whose file says neither how precise it lies nor when to look at it again."""
    lat, lon = changes.pop("at", WHOLE_MINUTES)
    return record(Constraint, "Bridge", lat, lon, effect=EffectKind.BLOCKED, **changes)


def read_beside(one, *in_force):
    """Judge a row beside those in force; return it as it would be drafted, and the rules told."""
    rows = table("constraints", one)
    published = {"constraints": frame_of(Constraint, in_force)} if in_force else {}
    told = rules(judged(rows, now=NOW, published=published))
    (drafted,) = rows.records
    return drafted, told


def test_the_same_file_read_twice_changes_nothing():
    first, _ = read_beside(closure())
    assert first.location_precision is LocationPrecision.APPROXIMATE
    assert first.review_by == INFORMED + timedelta(days=7)
    again, _ = read_beside(closure(), first)
    assert again == first


def test_a_row_that_restates_another_place_keeps_the_review_and_not_the_precision():
    first, _ = read_beside(closure())
    moved, _ = read_beside(closure(at=(-29.912_34, -71.234_56)), first)
    assert moved.review_by == first.review_by
    assert moved.location_precision is LocationPrecision.UNKNOWN


def test_what_the_file_says_itself_wins_and_what_nobody_filled_in_stays_empty():
    in_force = closure(location_precision=LocationPrecision.ACCURATE)
    said = closure(location_precision=LocationPrecision.BAD, review_by=NOW)
    assert read_beside(said, in_force)[0] == said
    assert read_beside(in_force, in_force)[0] == in_force


@pytest.mark.parametrize(("days", "told"), [(-1, True), (0, False), (1, False)])
def test_a_row_older_than_the_one_in_force_is_told(days, told):
    in_force = closure(review_by=NOW + timedelta(days=9))
    row = replace(in_force, date_of_information=INFORMED + timedelta(days=days))
    assert ("dates.superseded" in read_beside(row, in_force)[1]) is told


@pytest.mark.parametrize(("days", "told"), [(-30, False), (90, False), (366, False), (367, True)])
def test_a_closure_that_begins_long_after_it_was_stated_is_told(days, told):
    row = closure(valid_from=INFORMED + timedelta(days=days))
    assert ("dates.later" in read_beside(row)[1]) is told
