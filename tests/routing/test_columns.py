"""Columns of a network: coded values, lines end to end, boxes in an index."""

from __future__ import annotations

import math

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from routing.coded import Coded, code_type
from routing.lines import Lines, to_e7
from routing.segment_index import SegmentIndex

texts = st.lists(st.one_of(st.none(), st.text(max_size=3)), max_size=30)
numbers = st.lists(st.one_of(st.none(), st.floats(allow_nan=False, width=32)), max_size=30)
degrees = st.integers(-1_800_000_000, 1_800_000_000)
lines_e7 = st.lists(
    st.lists(st.tuples(degrees, degrees), min_size=2, max_size=5), min_size=1, max_size=8
)


def lines_of(drawn):
    counts = [len(line) for line in drawn]
    points = np.array([xy for line in drawn for xy in line], np.int32)
    return Lines(points, np.append(0, np.cumsum(counts)).astype(np.int64))


@given(st.one_of(texts, numbers))
def test_coding_forgets_nothing_and_keeps_each_value_once(rows):
    column = Coded.of(rows)
    assert [column.at(row) for row in range(len(rows))] == rows
    assert column.take(np.arange(len(rows))) == rows
    assert list(column.values) == sorted({row for row in rows if row is not None})
    assert column.present().tolist() == [row is not None for row in rows]


@given(st.one_of(texts, numbers), st.data())
def test_selected_rows_are_coded_as_if_they_were_all(rows, data):
    chosen = data.draw(st.lists(st.integers(0, max(len(rows) - 1, 0)), max_size=10 * bool(rows)))
    column = Coded.of(rows).select(np.array(chosen, np.int64))
    fresh = Coded.of([rows[row] for row in chosen])
    assert column.values == fresh.values
    assert column.codes.tolist() == fresh.codes.tolist()
    assert column.codes.dtype == fresh.codes.dtype


@given(st.lists(st.text(max_size=2), max_size=6), st.data())
def test_codes_of_a_source_are_put_in_order(values, data):
    codes = data.draw(st.lists(st.integers(-1, len(values) - 1), max_size=20))
    rows = [None if code < 0 else values[code] for code in codes]
    column, fresh = Coded.of_codes(np.array(codes, np.int64), values), Coded.of(rows)
    assert column.values == fresh.values
    assert column.codes.tolist() == fresh.codes.tolist()
    assert column.codes.dtype == fresh.codes.dtype
    turned = Coded(len(fresh.values) - 1 - fresh.codes, fresh.values[::-1])
    if fresh.present().all():
        assert turned.normal().values == fresh.values
        assert turned.normal().codes.tolist() == fresh.codes.tolist()
    assert fresh.normal() is fresh


def test_every_value_is_judged_once_and_none_too():
    asked = []
    column = Coded.of(["a", None, "b", "a", "a"])
    marks = column.each(lambda value: asked.append(value) or value != "a", np.bool_)
    assert marks.tolist() == [False, True, True, False, False]
    assert sorted(asked, key=str) == [None, "a", "b"]
    assert column.isin({"a"}).tolist() == [True, False, False, True, True]
    assert not column.isin(()).any()


def test_numbers_without_a_value_are_not_a_number():
    column = Coded.of([7.5, None, 3.0, math.nan])
    assert column.values == (3.0, 7.5)
    np.testing.assert_equal(column.floats(), [7.5, np.nan, 3.0, np.nan])
    assert np.isnan(Coded.empty(3).floats()).all()


@pytest.mark.parametrize(
    ("count", "kind"),
    [(0, np.int8), (127, np.int8), (128, np.int16), (32767, np.int16), (32768, np.int32)],
)
def test_codes_take_the_least_room_that_numbers_their_values(count, kind):
    assert code_type(count) is kind
    column = Coded.of([f"{number:06}" for number in range(count)])
    assert column.at(count - 1) == f"{count - 1:06}" if count else len(column) == 0
    assert column.codes.dtype == kind


@given(lines_e7)
def test_lines_become_shapes_and_come_back(drawn):
    lines = lines_of(drawn)
    again = Lines.of(lines.shapes())
    assert np.array_equal(again.e7, lines.e7)
    assert np.array_equal(again.offsets, lines.offsets)
    assert lines.counts.tolist() == [len(line) for line in drawn]
    for row, line in enumerate(drawn):
        assert to_e7(lines.points(row)).tolist() == [list(xy) for xy in line]


@given(lines_e7, st.data())
def test_selected_lines_come_in_the_order_asked_for(drawn, data):
    rows = data.draw(st.lists(st.integers(0, len(drawn) - 1), max_size=10))
    chosen = lines_of(drawn).select(np.array(rows, np.int64))
    assert len(chosen) == len(rows)
    found = [
        [tuple(xy) for xy in chosen.e7[start:end].tolist()]
        for start, end in zip(chosen.offsets[:-1], chosen.offsets[1:], strict=True)
    ]
    assert found == [drawn[row] for row in rows]


@given(lines_e7, st.data())
def test_the_index_finds_the_boxes_that_touch_and_no_other(drawn, data):
    lines = lines_of(drawn)
    bounds = lines.bounds()
    assert np.array_equal(bounds, shapely.bounds(lines.shapes()))
    corner = st.integers(-180, 180)
    west, east = sorted(data.draw(st.tuples(corner, corner)))
    south, north = sorted(data.draw(st.tuples(corner, corner)))
    touching = [
        row
        for row, (w, s, e, n) in enumerate(bounds.tolist())
        if w <= east and e >= west and s <= north and n >= south
    ]
    assert SegmentIndex.of(bounds).search(west, south, east, north).tolist() == touching
