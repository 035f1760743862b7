"""One cell, one value, or the reason why not."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.constraint import Constraint
from lca.errors import InvalidInput
from lca.facility import Airport
from lca.ingest.cells import parse_boolean, parse_cell, parse_moment, parse_number
from lca.ingest.coordinates import parse_coordinate
from lca.ingest.serials import from_serial, is_date_format
from lca.ingest.texts import clean_text, one_line
from lca.ingest.wire import CellFault
from lca.record import fields_of

FIELDS = {field.name: field for kind in (Constraint, Airport) for field in fields_of(kind)}
SANTIAGO = ZoneInfo("America/Santiago")


def read(name, cell, zone=SANTIAGO):
    return parse_cell(FIELDS[name], cell, zone)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("12.5", 12.5),
        ("12,5", 12.5),
        (" -3.25 ", -3.25),
        ("−4", -4),
        ("1 200", 1200),
        ("1\u00a0200,5", 1200.5),
        ("1'200.5", 1200.5),
        ("1.234,5", 1234.5),
        ("1,234.5", 1234.5),
        ("1,234,567", 1_234_567),
        ("1.234.567", 1_234_567),
        ("0,125", 0.125),
        (".5", 0.5),
        ("١٢", 12),
        ("１２．５", 12.5),
        ("10 t", 10),
        ("10T", 10),
    ],
)
def test_numbers_as_people_write_them(text, number):
    assert parse_number(text, unit="t") == number


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "ten",
        "1e5",
        "nan",
        "inf",
        "10 kg",
        "10-12",
        "~10",
        "1.2.3",
        "1,2,3",
        "12 3",
        True,
        time(8),
    ],
)
def test_what_is_no_number_is_refused(cell):
    with pytest.raises(InvalidInput, match="not a number"):
        parse_number(cell, unit="t")


@given(st.floats(-1e9, 1e9, allow_nan=False))
def test_every_number_survives_both_decimal_signs(number):
    plain = f"{number:.6f}"
    assert parse_number(plain) == float(plain)
    assert parse_number(plain.replace(".", ",")) == float(plain)


@pytest.mark.parametrize("text", ["1,500", "12,000", "-1,500", "1.200", "12.000", "-1.234"])
def test_a_sign_that_may_be_either_is_asked_about(text):
    """1.200 is 1200 to a Chilean and 1.2 to a Briton: a limit of 1.2 t would close every bridge."""
    with pytest.raises(InvalidInput, match="thousands or decimals") as caught:
        parse_number(text, unit="t")
    assert text.replace(",", "").replace(".", "") in caught.value.do_next
    assert text.replace(",", ".") in caught.value.do_next
    with pytest.raises(InvalidInput, match="thousands or decimals"):
        parse_number(f"{text} t", unit="t")
    decimal = float(text.replace(",", "."))
    assert parse_number(text, never_thousands=True) == decimal
    assert parse_number(decimal) == decimal, "a number typed as one is what it says"


@pytest.mark.parametrize("text", ["0.125", "0,125", "1234.500", "1.20", "1.2000"])
def test_three_digits_that_cannot_be_thousands_are_decimals(text):
    assert parse_number(text) == float(text.replace(",", "."))


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("18/11/2026", "2026-11-18T00:00:00-03:00"),
        ("11/18/2026", "2026-11-18T00:00:00-03:00"),
        ("18.11.2026 8:30", "2026-11-18T08:30:00-03:00"),
        ("18-11-2026 14:30:15", "2026-11-18T14:30:15-03:00"),
        ("11/11/2026", "2026-11-11T00:00:00-03:00"),
        ("2026/11/18", "2026-11-18T00:00:00-03:00"),
        ("2026/11/18 12:00:00+00", "2026-11-18T12:00:00+00:00"),
    ],
)
def test_a_date_of_one_reading_is_read(text, iso):
    assert parse_moment(text, SANTIAGO) == datetime.fromisoformat(iso)


@pytest.mark.parametrize("text", ["03/04/2026", "3.4.2026 08:00", "12-11-2026"])
def test_a_date_of_two_readings_is_refused_with_both(text):
    with pytest.raises(InvalidInput, match="Day and month cannot be told apart") as caught:
        parse_moment(text, SANTIAGO)
    assert caught.value.do_next.count("2026-") == 2


@pytest.mark.parametrize(
    "text", ["18/11/26", "31/02/2026", "18/13/2026", "18/11-2026", "0/11/2026"]
)
def test_a_date_that_is_none_is_refused(text):
    with pytest.raises(InvalidInput, match=r"not a date|told apart"):
        parse_moment(text, SANTIAGO)


@pytest.mark.parametrize("word", ["Unknown", "N/A", "n.a.", "-", "—", "?", "none", "  NULL "])
@pytest.mark.parametrize(
    "name", ["description", "max_gross_t", "valid_to", "osm_way_ids", "jet_fuel"]
)
def test_null_words_are_not_known_everywhere(name, word):
    assert read(name, word) is None


@pytest.mark.parametrize(
    ("name", "cell", "value"),
    [
        ("effect", "Delay only", "delay_only"),
        ("effect", "DELAY-ONLY", "delay_only"),
        ("effect", "n/a", "unknown"),
        ("constraint_type", "Mines/UXO", "mines_uxo"),
        ("drive_required", "4×4", "4x4"),
        ("drive_required", "unknown", None),
        ("reliability", "b", "B"),
        ("credibility", 2, 2),
        ("credibility", 2.0, 2),
        ("credibility", "2 - probably true", 2),
        ("practicability_cap", 0, 0),
        ("sensitivity", "Strictly confidential", "strictly_confidential"),
        ("osm_way_ids", "5372; 5374", (5372, 5374)),
        ("osm_way_ids", 5372.0, (5372,)),
        ("osm_way_ids", "[372,374]", (372, 374)),
        ("id", 12.0, "12"),
        ("road_name", datetime(2026, 5, 1), "2026-05-01"),  # noqa: DTZ001
        ("daily_from", time(22, 30), "22:30"),
        ("daily_from", "5:00", "05:00"),
        ("jet_fuel", "Sí", True),
        ("exercise", 0, False),
    ],
)
def test_codes_lists_and_times_of_day(name, cell, value):
    assert read(name, cell) == value


@pytest.mark.parametrize(
    ("name", "cell"),
    [
        ("effect", "closed"),
        ("credibility", 7),
        ("credibility", "2.5"),
        ("sensitivity", "unknown"),
        ("sensitivity", "secret"),
        ("osm_way_ids", "way/5372"),
        # one way as a spreadsheet shows it, and not the ways 123, 456 and 789
        *(("osm_way_ids", f"123{sign}456{sign}789") for sign in (",", ".", " ", "\u202f", "'")),
        ("osm_way_ids", "123,456,789; 5372"),
        ("osm_way_ids", True),
        ("daily_from", "10 pm"),
        ("jet_fuel", "maybe"),
        ("description", CellFault("#REF!")),
        ("effect", CellFault("#N/A")),
        ("valid_from", 45_000),
        ("valid_from", "1/2/2026"),
        ("valid_from", "0206-01-01"),
        ("valid_from", "spring"),
    ],
)
def test_what_cannot_be_read_is_refused_with_a_mend(name, cell):
    with pytest.raises(InvalidInput) as caught:
        read(name, cell)
    assert caught.value.do_next


@pytest.mark.parametrize(
    ("cell", "zone", "moment"),
    [
        (datetime(2026, 11, 20, 8), SANTIAGO, datetime(2026, 11, 20, 11, tzinfo=UTC)),  # noqa: DTZ001
        (datetime(2026, 7, 20, 8), SANTIAGO, datetime(2026, 7, 20, 12, tzinfo=UTC)),  # noqa: DTZ001
        ("2026-11-20 08:00", SANTIAGO, datetime(2026, 11, 20, 11, tzinfo=UTC)),
        ("2026-11-20T08:00:00+05:45", SANTIAGO, datetime(2026, 11, 20, 2, 15, tzinfo=UTC)),
        ("2026-11-20", None, datetime(2026, 11, 20, tzinfo=UTC)),
        ("2026-11-20", SANTIAGO, datetime(2026, 11, 20, 3, tzinfo=UTC)),
    ],
)
def test_moments_are_in_the_covers_zone_unless_they_say_their_own(cell, zone, moment):
    assert parse_moment(cell, zone) == moment


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(InvalidInput, match="names no time zone"):
        parse_moment("2026-11-20 08:00", None)


@given(st.text(max_size=200))
def test_cleaned_text_is_stable_and_fit_for_display(text):
    cleaned = clean_text(text)
    assert clean_text(cleaned) == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    assert not any(
        unicodedata.category(char) in {"Cc", "Cs"} for char in cleaned if char not in "\n\t"
    )
    assert len(one_line(text)) <= 80
    cleaned.encode("utf-8")


def test_words_of_yes_and_no():
    assert [parse_boolean(word) for word in ("Yes", "oui", 1, "FALSE", "non", 0)] == [
        True,
        True,
        True,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("cell", "degrees"),
    [
        (-29.95, -29.95),
        ("-29,95", -29.95),
        ("29.95 S", -29.95),
        ("S29.95°", -29.95),
        ("29°57'12\"S", -29.953333),
        ("29º 57′ 12″ s", -29.953333),
        ("S 29 57 12", -29.953333),
        ("29:57:12".replace(":", " "), 29.953333),
        ("29° 57.2' S", -29.953333),
        ("29°57,2' S", -29.953333),
        ("19 ` 39", 19.65),
        ("-29 57 12", -29.953333),
        ("29,500", 29.5),
    ],
)
def test_latitudes_as_people_write_them(cell, degrees):
    assert parse_coordinate(cell, "latitude") == pytest.approx(degrees, abs=1e-6)


@pytest.mark.parametrize(
    "cell",
    [
        "",
        "north",
        "91",
        90.0001,
        "29 60 0 S",
        "29.5 30 S",
        "29.95, -71.33",
        "-29.95 -71.33",
        "29.95 E",
        "S 29.95 S",
        "-29.95 S",
        "1 2 3 4",
        "73°13' W",
        CellFault("#DIV/0!"),
        datetime(2026, 1, 1),  # noqa: DTZ001
        True,
    ],
)
def test_what_is_no_latitude_is_refused(cell):
    with pytest.raises(InvalidInput):
        parse_coordinate(cell, "latitude")


@given(st.floats(-180, 180))
def test_every_longitude_survives_degrees_minutes_and_seconds(degrees):
    seconds = round(abs(degrees) * 3600, 3)
    whole, rest = divmod(seconds, 3600)
    minutes, seconds = divmod(rest, 60)
    text = f"{whole:.0f}°{minutes:.0f}'{min(seconds, 59.999):.3f}\" {'W' if degrees < 0 else 'E'}"
    assert parse_coordinate(text, "longitude") == pytest.approx(degrees, abs=1e-6)


def test_the_same_serial_is_four_years_apart_in_the_two_calendars():
    assert from_serial(45_000, date1904=False) == datetime(2023, 3, 15)  # noqa: DTZ001
    assert from_serial(45_000, date1904=True) == datetime(2027, 3, 16)  # noqa: DTZ001
    assert from_serial(0.9375, date1904=False) == time(22, 30)


@pytest.mark.parametrize("serial", [-1, 60, 3_000_000, float("nan"), float("inf")])
def test_serials_that_are_no_dates(serial):
    with pytest.raises(ValueError, match=r"not a date|calendar"):
        from_serial(serial, date1904=False)


@given(st.datetimes(datetime(1900, 3, 1), datetime(2199, 12, 31)))  # noqa: DTZ001
def test_a_moment_survives_excel_to_the_millisecond(moment):
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    serial = (moment - datetime(1899, 12, 30)).total_seconds() / 86_400  # noqa: DTZ001
    assert from_serial(serial, date1904=False) == moment


@pytest.mark.parametrize(
    ("number", "code", "is_date"),
    [
        (14, None, True),
        (0, None, False),
        (9, None, False),
        (164, "yyyy\\-mm\\-dd", True),
        (164, "[$-409]d mmm yy;@", True),
        (164, "[h]:mm", True),
        (164, "General", False),
        (164, '0.0 "days"', False),
        (164, "[Red]0.00", False),
        (164, "#,##0_d", False),
    ],
)
def test_which_formats_show_dates(number, code, is_date):
    assert is_date_format(number, code) is is_date


@pytest.mark.parametrize(
    "cell",
    [
        "9999-12-31T23:59:59-14:00",
        "9999-12-31T23:59:59",
        "0001-01-01T00:00:00+14:00",
        datetime(9999, 12, 31, 23, 59, 59),  # noqa: DTZ001 - as a cell has it
        datetime(1, 1, 1, tzinfo=UTC),
    ],
)
def test_the_ends_of_the_calendar_are_refused_and_not_moved_beyond_it(cell):
    with pytest.raises(InvalidInput, match="cannot be meant"):
        parse_moment(cell, SANTIAGO)
