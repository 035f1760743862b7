"""What a profile must not do to a cell: open what is unknown, publish what is secret, lose a date."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.codelists import LANGUAGES
from lca.constraint import Constraint
from lca.ingest.codewords import code_of, label
from lca.ingest.cover import Cover
from lca.ingest.mergedcells import rows_below
from lca.ingest.plan import plan_sheet
from lca.ingest.profiles.cellrule import rule_of, word_of, year_first
from lca.ingest.profiles.profile import ColumnRule, Profile, load_profiles
from lca.ingest.rows import read_planned, read_rows
from lca.ingest.sheets import kind_of_layer
from lca.ingest.wire import CellFault, Sheet, SheetRow
from lca.issues import Severity
from lca.record import fields_of
from lca.vocab import Sensitivity

EXERCISE = Cover(organisation="Exercise cell", exercise=True)


def table(*rows):
    filled = (
        {index: cell for index, cell in enumerate(cells) if cell is not None} for cells in rows
    )
    return Sheet("t", rows=tuple(SheetRow(number, cells) for number, cells in enumerate(filled, 1)))


def read(profile, layer, *rows):
    (planned,) = (one for one in plan_sheet(table(*rows), profile) if one.kind.layer == layer)
    return read_planned(planned, EXERCISE)


@pytest.mark.parametrize("cell", [-1, -1.0, "-1", " −1 ", -99])
def test_a_number_below_nought_is_no_code_of_any_list(cell):
    assert word_of(cell) != word_of(abs(float(str(cell).replace("−", "-"))))
    assert code_of(("0", "1", "99"), cell, by_digit=True) is None


CLASSES = tuple(map(str, range(7)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_label_of_a_scale_of_figures_is_its_own_class(language):
    labels = {code: label(CLASSES, code, language) for code in CLASSES}
    read_back = {code: code_of(CLASSES, one, by_digit=True) for code, one in labels.items()}
    assert read_back == {code: code for code in CLASSES}


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        *(("3", "3"), (3.0, "3"), ("3 - 4WD <3.5MT", "3"), ("3 (4WD)", "3"), ("3: 4WD", "3")),
        *(("3 4WD up to 3.5 t", "3"), ("3. 4WD", "3"), ("4WD up to 3.5 t", "3")),
        # a light truck (class 4) may not pass where only a 4WD (class 3) does
        *((one, None) for one in ("4WD", "4x4", "4 wheel drive", "4-wheel drive", "4WD<3.5mt")),
        *((one, None) for one in ("6x6", "2 axles", "5 t truck", "3,5 t", "3.5", "3 4", "10 t")),
        ("6 - 4WD up to 3.5 t", None),
    ],
)
def test_a_figure_that_a_text_begins_with_is_its_class_only_if_it_stands_apart(cell, code):
    assert code_of(CLASSES, cell, by_digit=True) == code


def test_a_road_whose_status_is_minus_one_is_neither_open_nor_left_out():
    rows = read(
        load_profiles()["wfp-access-constraints"],
        "constraints",
        ("osm_id", "status", "name", "last_update"),
        (1, -1, "A", "2026-01-01"),
    )
    assert not rows.set_aside
    assert [one.effect for one in rows.records] == ["unknown"]


def test_roads_under_one_merged_word_are_refused_and_not_taken_as_unassessed():
    rows = table(
        ("osm_id", "status", "last_update"),
        (1, "Closed", "2026-01-01"),
        (2, None, "2026-01-01"),
        (3, None, "2026-01-01"),
        (4, None, "2026-01-01"),
    )
    (planned,) = plan_sheet(
        replace(rows, merged=("B2:B4", "A1:C1", "no range")),
        load_profiles()["wfp-access-constraints"],
    )
    read_so = read_planned(planned, EXERCISE)
    assert [one.osm_way_ids for one in read_so.records] == [(1,)]
    assert [one.row for one in read_so.issues if one.rule == "row.merged"] == [3, 4]
    assert (read_so.rejected, read_so.set_aside.total()) == (2, 1)


@pytest.mark.parametrize(
    ("heading", "word"),
    [
        *(("Sensitivity", "restricted"), ("Exercise", "yes"), ("Hazardous goods forbidden", "yes")),
        *(("Permit required", "Form 7"), ("Passage permitted until", "2026-12-01")),
    ],
)
def test_no_row_under_a_merged_cell_loses_a_secrecy_an_exercise_or_a_condition(heading, word):
    rows = table(
        ("Name", "Latitude", "Longitude", "Source organisation", "Date of information", heading),
        *(
            (name, 15.5, 32.5, "Exercise cell", "2026-11-20", mark)
            for name, mark in (("A", word), ("B", None))
        ),
    )
    read_so = read_rows(replace(rows, merged=("F2:F3",)), kind_of_layer("constraints"), EXERCISE)
    assert [one.name for one in read_so.records] == ["A"]
    assert [one.row for one in read_so.issues if one.rule == "row.merged"] == [3]


@given(st.lists(st.tuples(st.integers(1, 60), st.integers(0, 9)), max_size=8), st.integers(1, 70))
def test_the_rows_below_merged_cells_are_those_of_any_range_but_its_first(ranges, number):
    merged = [f"B{first}:C{first + more}" for first, more in ranges]
    below = any(first < number <= first + more for first, more in ranges)
    assert (number in rows_below(merged, [1])) is below
    assert number not in rows_below(merged, [3])


@pytest.mark.parametrize("second", ["Open", None, "Closed"])
def test_a_table_with_two_columns_of_status_is_refused_and_closes_and_opens_nothing(second):
    rows = read(
        load_profiles()["wfp-access-constraints"],
        "constraints",
        ("osm_id", "status", "last_update", "Status"),
        (1, "Closed", "2026-01-01", second),
    )
    assert (rows.rejected, rows.set_aside.total()) == (1, 0)
    assert [one.rule for one in rows.issues] == ["column.twice"]


@pytest.mark.parametrize("column", ["osm_id", "status", "curntprac", "last_update"])
def test_a_formula_without_a_value_rejects_its_row_in_a_profile_too(column):
    road = {"osm_id": 1, "status": "Closed", "curntprac": "Motorbike", "last_update": "2026-01-01"}
    rows = read(
        load_profiles()["wfp-access-constraints"],
        "constraints",
        tuple(road),
        tuple(CellFault("#REF!") if name == column else cell for name, cell in road.items()),
    )
    assert (rows.rejected, rows.records, rows.unmapped.total()) == (1, [], 0)
    (told,) = (issue for issue in rows.issues if issue.severity is Severity.ERROR)
    assert (told.column, told.value) == (column, "#REF!")


@pytest.mark.parametrize("profile", ["sdi-t", "wfp-roads"])
def test_no_profile_loses_that_a_row_is_restricted_or_invented(profile):
    layer, row = {
        "sdi-t": ("constraints", {"objectid": 5, "obstype": "Flood", "obsdate": "2026-01-01"}),
        "wfp-roads": ("road_assessments", {"osm_id": 5, "fclass": 2, "srftpe": "gravel"}),
    }[profile]
    stated = {**row, "last_update": "2026-01-01", "exercise": "yes", "sensitivity": "restricted"}
    rows = read(load_profiles()[profile], layer, tuple(stated), tuple(stated.values()))
    (record,) = rows.records
    assert (record.exercise, record.sensitivity) == (True, Sensitivity.RESTRICTED)
    as_real = read_planned(
        plan_sheet(table(tuple(stated), tuple(stated.values())), load_profiles()[profile])[0],
        Cover(organisation="A"),
    )
    assert as_real.rejected == 1, "invented rows of a file that is not marked as an exercise"


@pytest.mark.parametrize("cell", ["Unknown", "Hush hush", "n/a"])
def test_a_secrecy_that_nobody_can_read_rejects_its_row_in_a_profile_too(cell):
    profile = Profile(
        name="own",
        title="Own",
        reads="r",
        source="s",
        containers=("csv",),
        nulls=("Unknown", "n/a"),
        tables=(
            {
                "layer": "constraints",
                "needs": ("what",),
                "own_headings": False,
                "defaults": {"date_of_information": "2026-01-01", "effect": "blocked"},
                "columns": (
                    {"field": "name", "headings": ("what",)},
                    {"field": "constraint_type", "headings": ("kind",)},
                    {
                        "field": "sensitivity",
                        "headings": ("secret",),
                        "codes": {"hot": "restricted"},
                    },
                ),
            },
        ),
    )
    rows = read(
        profile,
        "constraints",
        ("what", "kind", "secret"),
        ("A", "flood", cell),
        ("B", "flood", "hot"),
        ("C", "flood", "Confidentiel"),
    )
    assert {one.name: one.sensitivity for one in rows.records} == {
        "B": "restricted",
        "C": "confidential",
    }
    assert rows.rows_in == 3


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("03/04/2026", "2026-04-03"),
        ("03/04/2026 9:30", "2026-04-03 09:30"),
        ("2026-04-03", "2026-04-03"),
        ("2026/04/03 14:30", "2026-04-03 14:30"),
        ("2026-04-03T08:00:00-03:00", "2026-04-03T08:00:00-03:00"),
        ("3.4.26", "2026-04-03"),
    ],
)
def test_an_order_of_dates_leaves_those_alone_that_begin_with_the_year(text, written):
    assert year_first(text, "dmy") == written


def test_of_the_dates_of_a_layer_the_first_that_is_filled_counts():
    rows = read(
        load_profiles()["sdi-t"],
        "constraints",
        ("objectid", "obstype", "obsdate", "lastcheckdate", "latitude", "longitude"),
        (1, "Flood", "2026-02-01", None, 15, 32),
        (2, "Flood", "2026-02-01", "2026-03-01", 15.1, 32),
    )
    assert [one.date_of_information for one in rows.records] == [
        datetime(2026, 2, 1, tzinfo=UTC),
        datetime(2026, 3, 1, tzinfo=UTC),
    ]
    assert not rows.issues or all(one.rule != "columns.unread" for one in rows.issues)


@pytest.mark.parametrize("word", ["Bloqué", "BLOQUEADO", "مغلق", "blocked"])
def test_a_closure_in_any_language_of_the_code_lists_is_one_in_a_profile(word):
    rule = own_rule("effect")
    assert (rule.read(word)[0], rule.read(word)[1]) in {("blocked", None), (word, None)}
    assert rule.read("Bloqué ?!x") == ("unknown", "Bloqué ?!x")


def test_a_scale_of_figures_is_not_read_by_the_first_figure_of_a_word():
    assert own_rule("practicability_cap").read("4WD of any kind")[1] == "4WD of any kind"


def own_rule(name):
    field = next(one for one in fields_of(Constraint) if one.name == name)
    return rule_of(ColumnRule(field=name, headings=("h",)), field, load_profiles()["kobo"])


def test_a_total_under_a_table_of_a_profile_is_no_place():
    rows = read(
        load_profiles()["sdi-t"],
        "constraints",
        ("objectid", "obstype", "obsdate", "maxloadmt", "latitude", "longitude"),
        (1, "Flood", "2026-02-01", 20, 15, 32),
        ("Total", None, None, 20, None, None),
    )
    assert [one.id for one in rows.records] == ["sdi-t-1"]
    assert [one.rule for one in rows.issues if one.row == 3] == ["row.total"]


def rules_of(layer, heading):
    return [
        column
        for one in load_profiles()["lca-pages"].tables
        for column in one.columns
        if one.layer == layer and heading in column.headings
    ]


@pytest.mark.parametrize("layer", ["ports", "airports"])
def test_what_is_not_fully_operational_is_not_closed_by_that(layer):
    (rule,) = rules_of(layer, "Fully operational")
    assert (rule.codes["yes"], rule.codes["no"]) == ("operational", "restricted")
    (rule,) = rules_of(layer, "Status")
    assert rule.codes["no"] == "not_operational"


def test_a_runway_in_good_condition_is_not_open_by_that():
    assert [one.field for one in rules_of("runways", "Condition")] == ["note"]
    for one in rules_of("runways", "Status"):
        assert set(one.codes) >= {"yes", "no", "open", "closed"}
        assert not set(one.codes) & {"good", "fair", "poor", "bon", "bonne", "bueno", "buena"}


def test_what_a_record_refuses_is_told_shortly_however_long_its_cell_is():
    kind = kind_of_layer("ports")
    row = {
        "id": "a",
        "name": "Exercise port",
        "source_org": "Exercise cell",
        "date_of_information": "2026-11-01",
        "access_modes": "1" * 20_000,
    }
    rows = read_rows(table(tuple(row), tuple(row.values())), kind.in_geodata(), EXERCISE)
    assert rows.issues
    assert max(len(issue.text()) for issue in rows.issues) <= 1_500


@pytest.mark.parametrize(
    ("status", "effect"),
    [
        ("Closed - bridge collapsed", "blocked"),
        ("Temporarily Closed", "blocked"),
        ("closed until further notice", "blocked"),
        ("Blocked at km 20 (landslide)", "blocked"),
        ("Closed to heavy trucks", "restricted"),
        ("Closed to all vehicles", "blocked"),
        ("closed for traffic", "blocked"),
        ("Fermée à la circulation", "blocked"),
        ("Closed to heavy trucks and buses", None),
        ("Closed during the rains", None),
        ("Impassable for trucks", "restricted"),
        ("Not closed", None),
        ("Open - closed last year", None),
    ],
)
def test_a_closure_that_goes_on_is_one_unless_it_is_narrowed(status, effect):
    profile = load_profiles()["wfp-access-constraints"]
    column = next(one for one in profile.tables[0].columns if one.field == "effect")
    field = next(one for one in fields_of(Constraint) if one.name == "effect")
    read, unmapped = rule_of(column, field, profile).read(status)
    assert read == (effect or "unknown")
    assert (unmapped is None) == (effect is not None), "what is not understood is told"
