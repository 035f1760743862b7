"""Numbers with units, as people tag them: read to the unit, or not read at all."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.osmunits import COUNT, KMH, METRES, TONNES, quantity, span_s

READ = [
    ("7.5", TONNES, 7.5),
    ("7.5 t", TONNES, 7.5),
    ("7,5t", TONNES, 7.5),
    (" 7.5T ", TONNES, 7.5),
    ("3500 kg", TONNES, 3.5),
    ("20000 lbs", TONNES, 9.072),
    ("20,000 lbs", TONNES, 9.072),
    ("7,500 kg", TONNES, 7.5),
    ("7,500", TONNES, 7.5),
    ("7500,5 kg", TONNES, 7.5),
    ("10 st", TONNES, 9.072),
    (".5", TONNES, 0.5),
    ("16'", METRES, 4.877),
    ("16'3\"", METRES, 4.953),
    ("16 ft 3 in", METRES, 4.953),
    ("12 ft", METRES, 3.658),
    ("250 cm", METRES, 2.5),
    ("30 mph", KMH, 48.28),
    ("10 knots", KMH, 18.52),
    ("walk", KMH, 5.0),
    ("2", COUNT, 2.0),
]


@pytest.mark.parametrize(("stated", "units", "value"), READ)
def test_a_number_with_its_unit_is_read(stated, units, value):
    found = quantity(stated, units, 1000.0)
    assert found.whole
    assert found.value == pytest.approx(value, abs=5e-4)


@pytest.mark.parametrize("stated", [None, "none", "unsigned", "no_sign", "default", "Unlimited"])
def test_a_word_for_no_limit_is_read_as_none(stated):
    found = quantity(stated, TONNES, 100.0)
    assert found.whole
    assert math.isnan(found.value)


NOT_READ = ["below_default", "heavy", "-5", "0", "0.0001", "9999", "7.5.5", "3.5 parsec", "16'3"]
NOT_READ += ["7 5", "٧", "1e3", "inf", "nan", "0x10", "", "walk", "RU:urban", "9" * 300, "5-7"]


@pytest.mark.parametrize("stated", NOT_READ)
def test_what_is_no_believable_number_is_not_read(stated):
    found = quantity(stated, TONNES, 500.0)
    assert not found.whole
    assert math.isnan(found.value)


@pytest.mark.parametrize(
    ("stated", "value"), [("3;4", 3.0), ("4|3", 3.0), ("5; heavy", 5.0), ("none;8", 8.0)]
)
def test_of_a_list_the_lowest_counts_and_the_tag_is_listed(stated, value):
    found = quantity(stated, TONNES, 500.0)
    assert found.value == value
    assert not found.whole


@given(
    number=st.decimals(min_value="0.01", max_value="499.99", places=2),
    unit=st.sampled_from(sorted(TONNES)),
    space=st.sampled_from(["", " ", "  "]),
    comma=st.booleans(),
    upper=st.booleans(),
)
def test_every_way_to_write_a_mass_gives_that_mass(number, unit, space, comma, upper):
    text = f"{number}{space}{unit}"
    text = text.replace(".", ",") if comma else text
    found = quantity(text.upper() if upper else text, TONNES, 1e6)
    expected = float(number) * TONNES[unit]
    if expected < 0.0005:
        assert math.isnan(found.value)
    else:
        assert found.value == pytest.approx(expected, abs=5.1e-4)
        assert found.whole


@given(text=st.text(max_size=40), most=st.sampled_from([20.0, 160.0, 500.0]))
def test_any_text_gives_a_believable_number_or_none(text, most):
    for units in (TONNES, METRES, KMH, COUNT):
        found = quantity(text, units, most)
        assert math.isnan(found.value) or 0 < found.value <= most


@given(values=st.lists(st.integers(1, 400), min_size=2, max_size=6))
def test_a_list_is_as_strict_as_its_strictest_member(values):
    assert quantity(";".join(map(str, values)), TONNES, 500.0).value == min(values)


@pytest.mark.parametrize(
    ("stated", "seconds"),
    [
        ("00:20", 1200),
        ("1:30", 5400),
        ("01:30:10", 5410),
        ("90", 5400),
        ("PT20M", 1200),
        ("PT1H30M", 5400),
        ("P1DT2H", 93600),
    ],
)
def test_a_span_of_time_is_read(stated, seconds):
    assert span_s(stated, 1e6).value == seconds


@pytest.mark.parametrize("stated", ["", "soon", "P", "PT", "0", "1:75", "-5", "00:00", "9" * 12])
def test_what_is_no_span_of_time_is_not_read(stated):
    found = span_s(stated, 1e6)
    assert math.isnan(found.value)
    assert not found.whole


@given(st.integers(0, 23), st.integers(0, 59))
def test_clock_and_iso_spans_agree(hours, minutes):
    clock, iso = (
        span_s(text, 1e6).value for text in (f"{hours}:{minutes:02}", f"PT{hours}H{minutes}M")
    )
    assert clock == iso or (math.isnan(clock) and math.isnan(iso) and hours == minutes == 0)
