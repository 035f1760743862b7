"""What an officer's mistakes in a workbook come to: one clear issue each, and no guess."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from support.workbooks import (
    COVER,
    PORT_HEADINGS,
    save_constraints,
    save_ports,
    save_workbook,
)

from lca.errors import InvalidInput, UnreadableFile, UsageError
from lca.ingest import read_assessment
from lca.issues import Severity

COQUIMBO = ["Coquimbo", -29.95, -71.33]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "assessment.xlsx"


def only_issue(reading):
    (issue,) = reading.report.issues
    return issue


def test_a_good_row_is_read_with_the_covers_word_where_it_has_none(path):
    reading = read_assessment(save_ports(path, COQUIMBO))
    assert reading.report.issues == ()
    (port,) = reading.tables["ports"].to_dict("records")
    assert (port["name"], port["iso3"], port["source_org"]) == ("Coquimbo", "CHL", "WFP")
    assert port["licence"] == "CC BY 4.0"
    # the assessment's day begins at midnight in Santiago
    assert port["date_of_information"] == datetime(2026, 11, 16, 3, tzinfo=UTC)
    assert port["geometry"].coords[0] == (-71.33, -29.95)
    assert port["exercise"] is False
    assert (reading.profile, reading.assessed_on) == ("workbook", date(2026, 11, 16))
    assert reading.filename == "assessment.xlsx"
    assert len(reading.sha256) == 64


@pytest.mark.parametrize(
    ("row", "column", "says"),
    [
        ([None, -29.95, -71.33], "Name", "missing"),
        (["Unknown", -29.95, -71.33], "Name", "missing"),
        (["Coquimbo", 91, -71.33], "Latitude", "outside -90…90"),
        (["Coquimbo", -29.95, 181], "Longitude", "outside -180…180"),
        (["Coquimbo", -29.95, None], "Longitude", "has no longitude"),
        (["Coquimbo", "south", -71.33], "Latitude", "not a latitude"),
        (["Coquimbo", "71°20' W", "29°57' S"], "Latitude", "W does not belong"),
    ],
)
def test_a_bad_port_is_one_error_with_its_place(path, row, column, says):
    reading = read_assessment(save_ports(path, COQUIMBO, row))
    issue = only_issue(reading)
    assert (issue.severity, issue.sheet, issue.row, issue.column) == (
        Severity.ERROR,
        "Ports",
        3,
        column,
    )
    assert says in issue.message
    assert issue.do_next
    assert (reading.report.rows_in, reading.report.rows_rejected) == ({"ports": 2}, {"ports": 1})
    assert list(reading.tables["ports"].name) == ["Coquimbo"]


@pytest.mark.parametrize(
    ("cells", "column", "says", "mend"),
    [
        (
            {"Valid from": date(2026, 11, 20), "Valid to": date(2026, 11, 19)},
            "Valid to",
            "Valid to is not after Valid from",
            "Correct one",
        ),
        (
            {"Effect on traffic": "shut"},
            "Effect on traffic",
            "allowed words",
            "blocked, restricted",
        ),
        ({"Direction": "north"}, "Direction", "allowed words", "both, forward, backward"),
        ({"Sensitivity": "n/a"}, "Sensitivity", "allowed words", "public, restricted"),
        ({"Gross mass limit (t)": "ten"}, "Gross mass limit (t)", "not a number", "12.5"),
        (
            {"Gross mass limit (t)": "1,500"},
            "Gross mass limit (t)",
            "thousands or decimals",
            "1500",
        ),
        ({"Gross mass limit (t)": -3}, "Gross mass limit (t)", "not above 0", "empty"),
        (
            {"Gross mass limit (t)": "1.200"},
            "Gross mass limit (t)",
            "thousands or decimals",
            "1200",
        ),
        ({"Review by": "03/04/2026"}, "Review by", "Day and month", "2026-04-03 or 2026-03-04"),
        (
            {"Holds daily from (local time)": "22:00"},
            "Id",
            "Only one of the daily times",
            "neither",
        ),
        ({"Status": "resolved"}, "Id", "when it ended", "Ended at"),
        ({"OSM way ids": "way 12"}, "OSM way ids", "whole numbers", "5372; 5374"),
        ({"Id": "a/b"}, "Id", "web address", "letters"),
        (
            {"Exercise data (invented)": "yes"},
            "Exercise data (invented)",
            "not marked",
            "Assessment",
        ),
        ({"Latitude": "#REF!"}, "Latitude", "holds no value", "value itself"),
    ],
)
def test_a_bad_constraint_is_one_error_that_says_what_to_write(path, cells, column, says, mend):
    reading = read_assessment(save_constraints(path, cells))
    issue = only_issue(reading)
    assert issue.severity is Severity.ERROR
    assert (issue.sheet, issue.row) == ("Constraints", 2)
    assert issue.column == column
    assert says in issue.message
    assert mend in issue.do_next
    assert len(reading.tables["constraints"]) == 0


def test_an_end_that_cannot_be_read_is_no_end(path):
    reading = read_assessment(save_constraints(path, {"Valid to": "end of the month"}))
    issue = only_issue(reading)
    assert issue.severity is Severity.WARNING
    assert (issue.column, issue.value) == ("Valid to", "end of the month")
    assert "stands until it is ended" in issue.message
    assert reading.tables["constraints"].valid_to.isna().tolist() == [True]


def test_an_unreadable_end_of_a_permission_rejects_the_row(path):
    """Without its end, a permission would never close the road again."""
    reading = read_assessment(save_constraints(path, {"Passage permitted until": "soon"}))
    assert only_issue(reading).severity is Severity.ERROR


def test_all_that_is_wrong_with_a_row_is_told_at_once(path):
    reading = read_assessment(
        save_constraints(
            path, {"Name": None, "Latitude": 95, "Direction": "up", "Gross mass limit (t)": "x"}
        )
    )
    assert {issue.column for issue in reading.report.errors} == {
        "Name",
        "Latitude",
        "Direction",
        "Gross mass limit (t)",
    }
    assert reading.report.rows_rejected == {"constraints": 1}


def test_a_zero_limit_is_not_known_and_says_so(path):
    reading = read_assessment(save_constraints(path, {"Gross mass limit (t)": 0}))
    issue = only_issue(reading)
    assert issue.severity is Severity.WARNING
    assert "write blocked" in issue.do_next


def test_blocked_with_a_limit_is_accepted_with_a_question(path):
    reading = read_assessment(
        save_constraints(path, {"Effect on traffic": "blocked", "Gross mass limit (t)": 10})
    )
    issue = only_issue(reading)
    assert issue.severity is Severity.WARNING
    assert "every vehicle" in issue.message
    assert "restricted" in issue.do_next
    assert reading.report.rows_accepted == {"constraints": 1}


def test_a_closure_of_unknown_precision_is_told_that_it_cannot_block(path):
    reading = read_assessment(
        save_constraints(path, {"Effect on traffic": "blocked", "Location precision": None})
    )
    assert only_issue(reading).column == "Location precision"
    assert "accurate if it was taken by GPS or from a map" in only_issue(reading).do_next


@pytest.mark.parametrize(
    "error",
    [
        {"Name": None},
        {"Latitude": "south"},
        {"Gross mass limit (t)": -3},
        {"Valid from": date(2026, 11, 20), "Valid to": date(2026, 11, 19)},
    ],
)
def test_a_missing_precision_is_told_together_with_the_rows_errors(path, error):
    cells = {"Effect on traffic": "blocked", "Location precision": None, **error}
    reading = read_assessment(save_constraints(path, cells))
    assert len(reading.report.errors) == 1
    assert "Location precision" in {issue.column for issue in reading.report.issues}


def test_a_precision_that_is_no_word_is_told_once(path):
    cells = {"Effect on traffic": "blocked", "Location precision": "quite"}
    assert only_issue(read_assessment(save_constraints(path, cells))).severity is Severity.ERROR


@pytest.mark.parametrize("country", ["CHL", None, "ZZZ"])
def test_one_swapped_row_among_others_is_an_error_and_is_not_mended(path, country):
    neighbours = [[f"Port {n}", -29.9 - n / 10, -71.3] for n in range(5)]
    rows = [PORT_HEADINGS, *neighbours, ["Swapped", -71.3, -29.9]]
    reading = read_assessment(save_workbook(path, {"Ports": rows}, {**COVER, "Country": country}))
    issue = only_issue(reading)
    assert (issue.severity, issue.row, issue.column) == (Severity.ERROR, 7, "Latitude")
    assert "swapped" in issue.message
    assert "Swapped" not in set(reading.tables["ports"].name)
    assert reading.report.rows_rejected == {"ports": 1}


def test_a_file_that_is_swapped_throughout_is_noticed_by_its_country(path):
    rows = [[f"Port {n}", -71.3, -29.9 - n / 10] for n in range(4)]
    reading = read_assessment(save_ports(path, *rows))
    assert [issue.row for issue in reading.report.errors] == [2, 3, 4, 5]
    assert all("the place lies in CHL" in issue.message for issue in reading.report.errors)


@pytest.mark.parametrize(
    ("lat", "lon", "column"),
    [
        (29.9535, -71.33, "Latitude"),
        (-29.9535, 71.33, "Longitude"),
        (29.9535, 71.33, "Latitude"),
    ],
)
def test_a_lost_sign_is_an_error_that_says_so(path, lat, lon, column):
    reading = read_assessment(save_ports(path, COQUIMBO, ["Lost", lat, lon]))
    issue = only_issue(reading)
    assert (issue.severity, issue.row, issue.column) == (Severity.ERROR, 3, column)
    assert "outside of CHL" in issue.message
    assert "at -29.9535, -71.33 it would lie inside" in issue.message
    if lat < 0 or lon < 0:
        assert "a minus sign may be missing" in issue.message
    assert reading.report.rows_accepted == {"ports": 1}


def test_a_sign_lost_at_one_end_of_a_stretch_is_an_error(path):
    ends = {"Latitude": -29.9, "To latitude": 29.8, "To longitude": -71.25}
    issue = only_issue(read_assessment(save_constraints(path, ends)))
    assert issue.severity is Severity.ERROR
    assert "at -29.8, -71.25" in issue.message


def test_a_place_abroad_that_says_so_is_no_mistake(path):
    """New York lies where Chile would lie without its minus."""
    headings = [*PORT_HEADINGS, "Country (ISO 3166-1 alpha-3)"]
    hub = ["New York", 40.7, -74.0]
    reading = read_assessment(save_ports(path, [*COQUIMBO, None], [*hub, "USA"], headings=headings))
    assert reading.report.issues == ()
    assert only_issue(read_assessment(save_ports(path, COQUIMBO, hub))).severity is Severity.ERROR


def test_a_neighbours_port_whose_mirror_lies_at_home_is_only_asked_about(path):
    """Pangani, in Tanzania, lies as far south of the equator as Kenya reaches north of it."""
    sheets = {"Ports": [PORT_HEADINGS, ["Pangani", -5.43, 38.97]]}
    issue = only_issue(read_assessment(save_workbook(path, sheets, {**COVER, "Country": "KEN"})))
    assert issue.severity is Severity.WARNING


def test_a_place_that_no_sign_explains_is_remarked_on(path):
    reading = read_assessment(save_ports(path, COQUIMBO, ["Lima", -12.05, -77.14]))
    assert only_issue(reading).severity is Severity.WARNING
    assert reading.report.rows_accepted == {"ports": 2}


def test_far_ends_of_a_long_country_are_no_mistake(path):
    ends = [
        ["Arica", -18.47, -70.32],
        ["Punta Arenas", -53.17, -70.91],
        ["Easter", -27.15, -109.43],
    ]
    assert read_assessment(save_ports(path, COQUIMBO, *ends)).report.issues == ()


def test_the_same_id_twice_keeps_the_first_and_names_it(path):
    reading = read_assessment(save_constraints(path, {"Id": "b1"}, {"Id": "b1", "Name": "Other"}))
    issue = only_issue(reading)
    assert (issue.row, issue.column, issue.value) == (3, "Id", "b1")
    assert "Row 2" in issue.message
    assert list(reading.tables["constraints"].name) == ["Constraint 1"]


def test_a_row_without_id_gets_the_same_one_every_time(tmp_path):
    first = read_assessment(save_ports(tmp_path / "a.xlsx", COQUIMBO, ["Guayacan", -29.97, -71.36]))
    again = read_assessment(save_ports(tmp_path / "b.xlsx", ["Guayacan", -29.97, -71.36], COQUIMBO))
    assert sorted(first.tables["ports"].id) == sorted(again.tables["ports"].id)
    assert first.tables["ports"].id.is_unique


def test_the_same_port_twice_without_ids_is_noticed(path):
    issue = only_issue(read_assessment(save_ports(path, COQUIMBO, COQUIMBO)))
    assert "same name and place" in issue.message


def test_a_workbook_of_other_sheets_is_refused_with_the_names_that_are_expected(path):
    save_workbook(path, {"Budget": [["Item", "Cost"], ["Fuel", 10]]}, cover={})
    with pytest.raises(InvalidInput, match="'Budget'") as caught:
        read_assessment(path)
    assert "Ports, Airports" in caught.value.do_next
    assert caught.value.where == "assessment.xlsx"


def test_an_extra_sheet_is_a_warning(path):
    save_workbook(path, {"Ports": [PORT_HEADINGS, COQUIMBO], "Notes": [["Call Ana"]]})
    reading = read_assessment(path)
    assert (only_issue(reading).severity, only_issue(reading).sheet) == (Severity.WARNING, "Notes")
    assert len(reading.tables["ports"]) == 1


def test_an_unknown_column_is_a_warning_that_offers_the_likely_one(path):
    reading = read_assessment(
        save_ports(path, [*COQUIMBO, 10.5], headings=[*PORT_HEADINGS, "Maximum draught (m)"])
    )
    issue = only_issue(reading)
    assert issue.severity is Severity.WARNING
    assert "'Maximum draft (m)'" in issue.do_next


def test_values_under_no_heading_are_a_warning(path):
    issue = only_issue(read_assessment(save_ports(path, [*COQUIMBO, "see annex"])))
    assert (issue.severity, issue.value) == (Severity.WARNING, "see annex")


def test_a_missing_required_column_rejects_the_sheet_once(path):
    reading = read_assessment(
        save_ports(path, [-29.9, -71.3], [-29.8, -71.2], headings=["Latitude", "Longitude"])
    )
    issue = only_issue(reading)
    assert (issue.severity, issue.column) == (Severity.ERROR, "Name")
    assert reading.report.rows_rejected == {"ports": 2}


def test_a_limit_in_another_unit_is_never_taken_for_tonnes(path):
    reading = read_assessment(save_constraints(path, {"Gross mass limit (kg)": 10_000}))
    issue = only_issue(reading)
    assert (issue.severity, issue.rule) == (Severity.WARNING, "figures.converted")
    assert "Gross mass limit (t)" in issue.do_next
    assert list(reading.tables["constraints"].max_gross_t) == [10.0]


def test_a_limit_in_a_unit_that_cannot_be_converted_is_refused(path):
    reading = read_assessment(save_constraints(path, {"Gross mass limit (m)": 10}))
    issue = only_issue(reading)
    assert issue.severity is Severity.ERROR
    assert "Gross mass limit (t)" in issue.do_next
    assert len(reading.tables["constraints"]) == 0


def test_two_columns_for_one_field_are_refused(path):
    reading = read_assessment(
        save_ports(path, [*COQUIMBO, "Other"], headings=[*PORT_HEADINGS, "name *"])
    )
    assert "Two columns" in only_issue(reading).message
    assert reading.report.rows_rejected == {"ports": 1}


def test_a_sheet_of_headings_only_empties_no_layer(path):
    save_workbook(path, {"Ports": [PORT_HEADINGS, COQUIMBO], "Fuel": [["Name"], [None, "  "]]})
    reading = read_assessment(path)
    assert set(reading.tables) == {"ports"}
    assert reading.report.rows_in == {"ports": 1, "fuel": 0}


def test_an_exercise_marks_every_record(path):
    save_workbook(path, {"Ports": [PORT_HEADINGS, COQUIMBO]}, {**COVER, "Exercise": "Yes"})
    reading = read_assessment(path)
    assert reading.exercise
    assert reading.tables["ports"].exercise.tolist() == [True]


def test_whether_it_is_an_exercise_is_never_guessed(path):
    save_workbook(path, {"Ports": [PORT_HEADINGS, COQUIMBO]}, {**COVER, "Exercise": "perhaps"})
    with pytest.raises(InvalidInput, match="neither yes nor no") as caught:
        read_assessment(path)
    assert caught.value.where == "assessment.xlsx, Assessment row 7"


@pytest.mark.parametrize(
    ("key", "value"),
    [("Country", "Chile"), ("Time zone", "Chile time"), ("Assessment date", "November")],
)
def test_what_is_wrong_on_the_cover_is_told_by_its_row(path, key, value):
    sheets = {"Ports": [[*PORT_HEADINGS, "Date of information"], [*COQUIMBO, "2026-11-16"]]}
    save_workbook(path, sheets, {**COVER, key: value})
    issue = only_issue(read_assessment(path))
    assert (issue.severity, issue.sheet, issue.column, issue.value) == (
        Severity.ERROR,
        "Assessment",
        key,
        value,
    )
    assert issue.row == list(COVER).index(key) + 1


def test_without_a_zone_a_time_is_refused_and_a_date_is_utc(path):
    cover = {key: value for key, value in COVER.items() if key != "Time zone"}
    headings = [*PORT_HEADINGS, "Review by", "Last confirmed"]
    row = [*COQUIMBO, datetime(2026, 12, 1), datetime(2026, 11, 1, 8)]  # noqa: DTZ001
    save_workbook(path, {"Ports": [headings, row]}, cover)
    reading = read_assessment(path)
    assert [issue.column for issue in reading.report.errors] == ["Last confirmed"]
    (warning,) = (item for item in reading.report.issues if item.severity is Severity.WARNING)
    assert "Time zone" in warning.message


def test_an_area_and_a_stretch_are_drawn_as_they_are_written(path):
    reading = read_assessment(
        save_constraints(
            path,
            {"Area (lat lon; lat lon; …)": "-29.95 -71.35; -29,94 -71,35; -29.94, -71.33"},
            {"To latitude": "29°54' S", "To longitude": -71.2, "Direction": "Forward"},
        )
    )
    assert reading.report.issues == ()
    area, stretch = reading.tables["constraints"].geometry
    assert area.equals_exact(
        type(area)([(-71.35, -29.95), (-71.35, -29.94), (-71.33, -29.94)]), 1e-9
    )
    assert list(stretch.coords) == [(-71.25, -29.9), (-71.2, -29.9)]


@pytest.mark.parametrize(
    ("cells", "says"),
    [
        ({"Area": "-29.9 -71.3; -29.8 -71.3"}, "three corners"),
        ({"Area": "-29.9 -71.3; -29.8 -71.2; -29.8 -71.3; -29.9 -71.2"}, "crosses itself"),
        ({"Area": "-29.9 -71.3; here; -29.8 -71.3"}, "'here'"),
        ({"Latitude": None, "Longitude": None, "To latitude": 1, "To longitude": 2}, "no start"),
    ],
)
def test_a_location_that_makes_no_shape_is_an_error(path, cells, says):
    assert says in only_issue(read_assessment(save_constraints(path, cells))).message


def test_nought_nought_is_no_location(path):
    reading = read_assessment(save_constraints(path, {"Latitude": 0, "Longitude": 0}))
    assert {issue.severity for issue in reading.report.issues} == {Severity.WARNING}
    assert "location.missing" in {issue.rule for issue in reading.report.issues}
    assert reading.tables["constraints"].geometry[0] is None


def test_names_are_cleaned_of_what_can_make_them_read_as_another(path):
    reading = read_assessment(
        save_ports(path, ["\u202eobmiuqoC\u202c Cafe\u0301\u00a0", -29.9, -71.3])
    )
    assert list(reading.tables["ports"].name) == ["obmiuqoC Café"]


@pytest.mark.parametrize("name", ["ميناء عدن", "ပုသိမ်", "Одеса", "بندر‌عباس"])
def test_names_in_any_script_come_through(path, name):
    assert list(read_assessment(save_ports(path, [name, -29.9, -71.3])).tables["ports"].name) == [
        name
    ]


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("a.xlsx", b"", "empty"),
        ("a.xlsx", b"Port;Lat;Lon", "not a zip"),
        ("a.doc", b"x", "not supported"),
        ("a.xls", b"id,name", "not supported"),
        ("a", b"x", "without an ending"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path, name, content, says):
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=says) as caught:
        read_assessment(path)
    assert caught.value.where == name
    assert caught.value.do_next


def test_a_file_that_is_not_there_is_told(tmp_path):
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        read_assessment(tmp_path / "gone.xlsx")


def test_a_profile_or_layer_that_does_not_exist_is_a_mistake_of_the_caller(path):
    save_ports(path, COQUIMBO)
    with pytest.raises(UsageError, match="no profile"):
        read_assessment(path, profile="dlca-2009")
    with pytest.raises(UsageError, match="no layer"):
        read_assessment(path, layer="harbours")
    assert read_assessment(path, profile="workbook").profile_reason == "it was asked for"
