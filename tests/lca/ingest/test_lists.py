"""Lists and rules as people type them into cells, and the constraints' new columns in a file."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from support.constraints import NOON, RAIN_BARRIER, a_constraint
from support.workbooks import save_constraints

from lca.constraint import Constraint
from lca.errors import InvalidInput
from lca.ingest import read_assessment
from lca.ingest.cells import parse_end
from lca.ingest.lists import LISTED, parse_months, parse_time_rule
from lca.issues import Severity
from lca.table import frame_of, records_of
from lca.vocab import EffectKind, SecurityCategory

SANTIAGO = ZoneInfo("America/Santiago")


@pytest.mark.parametrize(
    ("cell", "months"),
    [
        ("8;9;10", (8, 9, 10)),
        ("8-10", (8, 9, 10)),
        ("[8, 9, 10]", (8, 9, 10)),
        (8, (8,)),
        (8.0, (8,)),
        ("Aug-Oct", (8, 9, 10)),
        ("August to October", (8, 9, 10)),
        ("ao\u00fbt \u00e0 octobre", (8, 9, 10)),
        ("Nov \u2013 Feb", (11, 12, 1, 2)),
        ("juin, juillet et d\u00e9c.", (6, 7, 12)),
        ("enero a marzo", (1, 2, 3)),
        ("ago-dic", (8, 9, 10, 11, 12)),
        ("dic. y ene.", (12, 1)),
        (
            "\u064a\u0648\u0646\u064a\u0648 \u0625\u0644\u0649 \u0623\u063a\u0633\u0637\u0633",
            (6, 7, 8),
        ),
        (
            "\u0643\u0627\u0646\u0648\u0646 \u0627\u0644\u062b\u0627\u0646\u064a\u060c \u0634\u0628\u0627\u0637",
            (1, 2),
        ),
        ("\u0645\u0627\u064a\u0648 \u0648\u064a\u0648\u0646\u064a\u0648", (5, 6)),
        ("May and Sept", (5, 9)),
    ],
)
def test_months_as_people_write_them(cell, months):
    assert parse_months(cell) == months


@pytest.mark.parametrize(
    "cell",
    ["0", "13", "ju", "rainy", "", ";", "8-9-10", -1, 8.5, datetime(2026, 10, 8, tzinfo=UTC)],
)
def test_what_is_no_month_is_refused(cell):
    with pytest.raises(InvalidInput, match="months"):
        parse_months(cell)


@pytest.mark.parametrize(
    ("field", "cell", "names"),
    [
        ("applies_to_actor", "UN; NGO", "un; ngo"),
        ("applies_to_actor", "un ngo", "un; ngo"),  # as KoBo has a select_multiple
        ("applies_to_actor", "ONU, ONG", "un; ngo"),
        ("applies_to_actor", "Nations Unies; Gobierno", "un; government"),
        ("applies_to_actor", "الأمم المتحدة؛ حكومة", "un; government"),
        ("applies_to_cargo", "Carburant", "fuel"),
        ("applies_to_cargo", '[ "fuel", "medical" ]', "fuel; medical"),
        ("applies_to_cargo", "Humanitaria; médica", "humanitarian; medical"),
        ("applies_to_cargo", "live animals", "live; animals"),  # left for the record to refuse
        ("applies_to_vehicles", "truck_heavy_3;artic_5;truck_heavy_3", "truck_heavy_3; artic_5"),
        ("applies_to_vehicles", "All", None),
        ("cargo_permitted", "todos", None),
        ("access_modes", "Road; rail", "road; rail"),
        ("access_modes", "all", "all"),  # no null: how a place is reached is not known so
    ],
)
def test_names_as_people_write_them(field, cell, names):
    assert LISTED[field](cell) == names


@pytest.mark.parametrize("text", ["Mo-Fr 06:00-18:00", "Su", "22:00-05:00", "May-Oct"])
def test_times_that_can_be_read_stay_as_they_are(text):
    assert parse_time_rule(f" {text} ") == text


@pytest.mark.parametrize("text", ["22:00-05:00 closed", "Mo-Su off"])
def test_times_at_which_it_never_holds_are_refused(text):
    with pytest.raises(InvalidInput, match="never holds"):
        parse_time_rule(text)


@pytest.mark.parametrize("text", ["at night", "6 to 8", "25:99", "Mo-Fr 06:00-18:00 " * 20])
def test_times_that_cannot_be_read_are_refused(text):
    with pytest.raises(InvalidInput, match="cannot be read"):
        parse_time_rule(text)


@pytest.mark.parametrize(
    ("cell", "zone", "end"),
    [
        # the fifteenth is within; Santiago is three hours behind UTC in November
        ("2026-11-15", SANTIAGO, datetime(2026, 11, 16, 3, tzinfo=UTC)),
        ("15.11.2026", None, None),
        ("2026/11/15", None, datetime(2026, 11, 16, tzinfo=UTC)),
        (datetime(2026, 11, 15), SANTIAGO, datetime(2026, 11, 16, 3, tzinfo=UTC)),  # noqa: DTZ001
        # a time that is stated is meant
        ("2026-11-15 00:00", SANTIAGO, datetime(2026, 11, 15, 3, tzinfo=UTC)),
        ("2026-11-15T00:00:00Z", SANTIAGO, datetime(2026, 11, 15, tzinfo=UTC)),
        # the clocks skip the midnight of 6 September 2026 in Santiago
        ("2026-09-05", SANTIAGO, datetime(2026, 9, 6, 4, tzinfo=UTC)),
    ],
)
def test_a_day_alone_as_an_end_lasts_until_local_midnight(cell, zone, end):
    expected = end or datetime(2026, 11, 16, tzinfo=UTC)
    assert parse_end(cell, zone) == expected


BARRIER = {
    "Effect on traffic": "restricted",
    "Holds in these months (1-12)": "Aug-Oct",
    "Holds at these times (OSM opening hours)": "Mo-Fr 06:00-18:00",
    "Hold after rain, light vehicles (h)": 3,
    "Hold after rain, heavy vehicles (h)": "6 h",
    "Gross mass above which a vehicle is heavy in rain (t)": 3.5,
    "Last rain ended": "2026-11-15 14:00",
    "Concerns these cargoes only": "Fuel; Commercial",
    "Concerns these operators only": "UN NGO",
    "Concerns these vehicle classes only": "truck_heavy_3; artic_5",
    "Concerns vehicles of this class and above (UNSDI-T 1-6)": 4,
    "Hazardous goods forbidden": "oui",
    "Longest delay (min)": 90,
    "Convoy required": "yes",
    "Permit required": "Travel notification",
    "Lead time of the permit (d)": 3,
    "Security category (UNSDI-T A-E)": "C",
    "Bypass": "no",
    "Repair": "ongoing",
    "Chainage from (km)": 12.5,
    "Valid to": "2026-12-31",
}


def read_one(path, **cells):
    return read_assessment(save_constraints(path, cells))


def test_every_new_column_is_read(tmp_path):
    reading = read_one(tmp_path / "a.xlsx", **BARRIER)
    assert reading.report.issues == ()
    (found,) = records_of(Constraint, reading.tables["constraints"])
    assert found.effect is EffectKind.RESTRICTED
    assert found.season_months == (8, 9, 10)
    assert found.time_rule == "Mo-Fr 06:00-18:00"
    assert found.time_zone == "America/Santiago"  # the cover's
    assert (found.rain_hold_light_h, found.rain_hold_heavy_h) == (3.0, 6.0)
    assert found.last_rain_at == datetime(2026, 11, 15, 17, tzinfo=UTC)
    assert found.applies_to_cargo == ("fuel", "commercial")
    assert found.applies_to_actor == ("un", "ngo")
    assert found.applies_to_vehicles == ("truck_heavy_3", "artic_5")
    assert found.hazmat_forbidden is True
    assert found.permit_lead_days == 3.0
    assert found.security_category is SecurityCategory.C
    assert found.valid_to == datetime(2027, 1, 1, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("heading", "cell", "severity", "says"),
    [
        ("Holds at these times (OSM opening hours)", "at night", "warning", "holds at all times"),
        ("Holds in these months (1-12)", "rainy", "warning", "holds in all of them"),
        ("Valid to", "9999-12-31", "warning", "no end"),
        ("Gross mass limit (t)", 0, "warning", "0 was read as not known"),
        ("Gross mass limit (t)", -3, "error", "not above 0"),
        ("Longest delay (min)", -5, "error", "below the delay"),
        ("Concerns these cargoes only", "camels", "error", "'camels' is not known"),
        ("Dry days required (d)", 1.5, "error", "not a whole number"),
        ("Chainage to (km)", 3, "error", "Chainage from"),
        ("Bearing from the place (n, ne, \u2026)", "up", "error", "no point of the compass"),
        ("Gross mass above which a vehicle is heavy in rain (t)", 5, "error", "no hold is given"),
    ],
)
def test_what_cannot_be_meant_is_one_issue_in_its_row(tmp_path, heading, cell, severity, says):
    reading = read_one(tmp_path / "a.xlsx", **{heading: cell})
    (issue,) = reading.report.issues
    assert issue.severity is Severity(severity)
    assert says in issue.message
    assert issue.row == 2
    assert issue.do_next
    if severity == "warning":
        (found,) = records_of(Constraint, reading.tables["constraints"])
        assert (found.effect, found.valid_to) == (EffectKind.RESTRICTED, None)
        assert found.recurrence is None


def test_a_closure_after_rain_that_is_called_blocked_is_remarked_on(tmp_path):
    reading = read_one(
        tmp_path / "a.xlsx", **{"Dry days required (d)": 2, "Effect on traffic": "blocked"}
    )
    (issue,) = reading.report.issues
    assert "whatever the hold after rain says" in issue.message


@pytest.mark.parametrize("name", ["a.geojson", "a.gpkg"])
def test_what_a_gis_file_has_of_the_new_columns_comes_back(tmp_path, name):
    """Written as our tables are, with lists as text, and read back as the same record."""
    given = a_constraint(
        **RAIN_BARRIER,
        last_rain_at=NOON,
        season_months=(8, 9, 10),
        time_rule="Mo-Fr 06:00-18:00",
        time_zone="Africa/Juba",
        applies_to_cargo=("fuel", "commercial"),
        applies_to_vehicles=("truck_heavy_3",),
        hazmat_forbidden=True,
        permit_lead_days=3.0,
        security_category=SecurityCategory.C,
        chainage_from_km=12.5,
        valid_to=NOON,
    )
    frame = frame_of(Constraint, [given])
    frame["season_months"] = ["8;9;10"]
    frame["osm_way_ids"] = [None]
    frame.dropna(axis="columns", how="all").to_file(tmp_path / name)
    reading = read_assessment(tmp_path / name, layer="constraints")
    assert reading.report.issues == ()
    assert records_of(Constraint, reading.tables["constraints"]) == [given]
