"""What people write into the cells of a page, and what is taken from it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.facility import Airport, BorderCrossing, Port
from lca.facilitypart import Berth, HandlingEquipment, Runway
from lca.ingest.pages.hours import opening_hours
from lca.ingest.pages.people import reach_of
from lca.ingest.pages.traveltime import hours_of_a_day, travel_time
from lca.ingest.pages.values import said_for
from lca.ingest.pages.wording import plain_wording
from lca.ingest.pages.writtendate import iso_date
from lca.ingest.profiles.cellrule import CellRule
from lca.record import fields_of


def said(record, name, cell, unit=None):
    field = next(one for one in fields_of(record) if one.name == name)
    return said_for(field, cell, CellRule(nulls=frozenset({"n a", "tbc"})), unit)


@pytest.mark.parametrize(
    ("record", "name", "cell", "unit", "taken"),
    [
        (Berth, "max_draft_m", "12 m", None, 12.0),
        (Berth, "max_draft_m", "12,5", None, 12.5),
        (Berth, "max_draft_m", "40 ft", None, 12.192),
        (Berth, "max_draft_m", "40", "ft", 12.192),
        (Berth, "max_draft_m", "12,500", None, 12.5),  # no ship draws 12.5 km
        (Berth, "count", "4 berths", None, 4),
        (Berth, "count", "No", None, 0),
        (Port, "annual_capacity_t", "10,000 MT", None, 10_000.0),
        (Port, "annual_capacity_t", "1 250 000 t", None, 1_250_000.0),
        (Port, "max_draft_m", "max. 12 m", None, 12.0),
        (Port, "max_draft_m", "TBC", None, None),
        (Port, "discharge_bag_t_day", "800 MT per day", None, 800.0),
        (Port, "congestion_days", "48 hours", "d", 2.0),
        (HandlingEquipment, "count", "4 x 25 MT", None, 4),
        (HandlingEquipment, "capacity_t", "4 x 25 MT", None, 25.0),
        (HandlingEquipment, "capacity_t", "3", None, None),
        (Runway, "length_m", "2,970 x 45 m", None, 2970.0),
        (Runway, "width_m", "2,970 x 45 m", None, 45.0),
        (BorderCrossing, "queue_h", "2 days", None, 48.0),
        (Airport, "customs", "✓", None, True),
        (Airport, "customs", "X", None, True),
        (Airport, "customs", "☐ Yes ☒ No", None, False),
        (Airport, "customs", "Oui", None, True),
    ],
)
def test_a_clear_figure_or_answer_is_taken_without_a_word(record, name, cell, unit, taken):
    found = said(record, name, cell, unit)
    assert found.cell == pytest.approx(taken) if isinstance(taken, float) else found.cell == taken
    assert found.note is None
    assert not found.left_out


@pytest.mark.parametrize(
    ("record", "name", "cell", "taken"),
    [
        (Berth, "max_draft_m", "8-10 m", 8.0),
        (Berth, "max_draft_m", "10 to 8", 8.0),
        (BorderCrossing, "queue_h", "2 - 6 hours", 6.0),  # the longer wait promises less
        (Port, "congestion_days", "1 à 2 semaines", 14.0),
        (Berth, "length_m", "approx. 600 m", 600.0),
        (Airport, "jet_fuel", "Yes, on request", True),
    ],
)
def test_what_had_to_be_assumed_is_told(record, name, cell, taken):
    found = said(record, name, cell)
    assert found.cell == taken
    assert found.note


@pytest.mark.parametrize(
    ("record", "name", "cell"),
    [
        (Berth, "max_draft_m", "see harbour master"),
        (Berth, "max_draft_m", "12 gallons"),
        (Berth, "count", "2.5"),
        (Airport, "customs", "Yes / No"),
        (Airport, "customs", "perhaps"),
        (BorderCrossing, "opening_hours", "depends"),
        (Berth, "max_draft_m", "1" * 400),
    ],
)
def test_what_cannot_be_read_is_left_out_and_told(record, name, cell):
    found = said(record, name, cell)
    assert found.cell is None
    assert found.left_out
    assert found.note


@pytest.mark.parametrize(
    ("text", "day_h", "hours"),
    [
        ("8 Hours", None, 8.0),
        ("8 hrs", None, 8.0),
        ("6h30", None, 6.5),
        ("6:30", None, 6.5),
        ("7,5 heures", None, 7.5),
        ("45 minutes", None, 0.75),
        ("9", None, 9.0),
        ("3 Days", None, None),
        ("3 Days", 10, 30.0),
        ("1 day 4 hours", 10, 14.0),
        ("half a day", 8, 4.0),
        ("2 jours", 8, 16.0),
    ],
)
def test_an_hour_is_an_hour_and_a_day_is_what_the_page_says(text, day_h, hours):
    found = travel_time(text, day_h)
    assert found.hours == (None if hours is None else pytest.approx(hours))
    assert found.as_written == text


def test_a_unit_without_a_number_is_no_time():
    assert travel_time("day", 10).bare
    assert travel_time("day", 10).hours is None
    assert travel_time("soon", 10) is None


@pytest.mark.parametrize(
    ("texts", "hours"),
    [
        (("Trucks travel 10 hours of driving per day.",), 10),
        (("1 day = 8 hours",), 8),
        (("une journée de 9 heures",), 9),
        (("an 8-hour working day",), 8),
        (("1 day = 8 hours", "10 hours per day"), None),  # two words on it are none
        (("Open 24 hours.",), None),
        ((), None),
    ],
)
def test_a_day_of_travel_is_read_only_where_the_page_agrees_with_itself(texts, hours):
    assert hours_of_a_day(texts) == hours


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("24 hours", "24/7"),
        ("08:00 to 17:00", "08:00-17:00"),
        ("0800-1700 hrs", "08:00-17:00"),
        ("8 am - 5 pm, Monday to Friday", "Mo-Fr 08:00-17:00"),
        ("de 8h à 17h", "08:00-17:00"),
        ("Mo-Fr 08:00-17:00", "Mo-Fr 08:00-17:00"),
        ("8 to 8", None),
        ("sunrise until dusk or so", None),
        ("25:00-26:00", None),
    ],
)
def test_opening_hours(text, hours):
    assert opening_hours(text) == hours


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Fuel prices per litre as of: 12 MAR 26 (local currency)", "2026-03-12"),
        ("1er août 2025", "2025-08-01"),
        ("3 de marzo de 2026", "2026-03-03"),
        ("March 2026", "2026-03-01"),
        ("November 5, 2025", "2025-11-05"),
        ("2026-02-03", "2026-02-03"),
        ("03/04/2026", None),  # day or month first, nobody knows
        ("31 FEB 26", None),
        ("section 12 market 26", None),
    ],
)
def test_a_date_whose_month_is_a_word(text, day):
    assert iso_date(text) == day


def test_how_to_reach_somebody_is_parted_from_who_it_is():
    found = reach_of("Ms Ada Example (Manager), Tel: +249 912 000 111, ada@example.org")
    assert found.rest == "Ms Ada Example (Manager)"
    assert found.phones == ("+249 912 000 111",)
    assert found.emails == ("ada@example.org",)


@pytest.mark.parametrize(
    "text",
    ["Built 1998-2004", "12 500 m2", "19°36'57\" N", "600 m x 45 m", "Berth 12, 13, 14 and 15"],
)
def test_figures_are_no_telephone_numbers(text):
    assert reach_of(text).rest == text


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Maximum\u00a0draft", "Maximum draft"),
        ("of the the port", "of the port"),
        ("Pago Pago", "Pago Pago"),
        ("draf\u00adt", "draft"),
        ("Port\u2019s name", "Port's name"),
        ("19\u00b036\u201957\u201d", "19°36'57\""),
        ("a\r\n\n  b", "a\nb"),
    ],
)
def test_the_marks_of_word_processors_go(written, read):
    assert plain_wording(written) == read


@given(st.text(max_size=60))
def test_no_text_breaks_a_reader_of_values(text):
    for record, name in (
        (Berth, "max_draft_m"),
        (HandlingEquipment, "capacity_t"),
        (Airport, "customs"),
        (BorderCrossing, "opening_hours"),
    ):
        found = said(record, name, text)
        assert found.cell is None or not found.left_out
    assert plain_wording(plain_wording(text)) == plain_wording(text)
    travel_time(text, 8)
    reach_of(text)


@pytest.mark.parametrize(
    ("cell", "word"),
    [
        ("Open", None),  # it is the word itself
        ("The port is open", "open"),
        ("Closed until further notice", "closed"),
        ("Was destroyed in 2023", "destroyed"),
        ("Currently not open", None),
        ("Port is not fully operational", None),
        ("Partially operational", None),
        ("Will be operational in 2027", None),
        ("Operational until 2023", None),
        ("N'est pas opérationnel", None),
        ("Never closed", None),
        ("Open to all traffic", "open"),
        ("Fully open, 24/7", "open"),
        # open to whom, or in which part: not to a truck that comes along the road
        ("Open to pedestrians", None),
        ("Open with restrictions", None),
        ("Open but bridge collapsed", None),
        ("Open for humanitarian convoys", None),
        ("Operational on the Chad side", None),
        ("Opérationnel pour les piétons", None),
        ("Open 3 days a week", None),
        ("Sometimes open", None),
        ("Closed to trucks", "closed"),
    ],
)
def test_a_word_that_its_neighbours_take_back_is_not_taken(cell, word):
    field = next(one for one in fields_of(Port) if one.name == "status")
    rule = CellRule(
        codes={"open": "operational", "closed": "not_operational", "operationnel": "operational"},
        accepts=frozenset({"operational", "not operational", "restricted", "destroyed", "unknown"}),
    )
    assert said_for(field, cell, rule, None).cell == (word or cell)


@pytest.mark.parametrize(
    ("cell", "answer"),
    [
        ("☒ Yes ☐ No", True),
        ("☐ Yes ☒ No", False),
        ("Yes ☒ No ☐", True),
        ("Yes ☐ No ☒", False),
        ("Yes: ☑", True),
        ("No ✓", False),
        ("✓", True),
        ("Customs ☒ Yes ☐ No", True),
    ],
)
def test_a_ticked_box_belongs_to_the_word_on_its_own_side(cell, answer):
    assert said(Airport, "customs", cell).cell is answer
