"""The report that goes with a draft: of rows above a reader's clearance it tells nothing of theirs."""

from __future__ import annotations

import json

import pytest
from support.workbooks import save_workbook

from lca.ingest import read_assessment
from lca.ingest.instructions import Instructions
from lca.issues import Report
from lca.vocab import Sensitivity

ALL, PUBLIC = Sensitivity.STRICTLY_CONFIDENTIAL, Sensitivity.PUBLIC
HEADS = ["Name", "Latitude", "Longitude", "Operational status", "Port type", "Sensitivity"]
GOOD = ["Coquimbo", -29.95, -71.33, "operational", "sea", "public"]
WRONG = ["Arica", "97° S", -70.32, "shut", "cove", ""]
SECRET = ["Hidden quay", "98° S", -70.99, "smuggled", "lagoon", "restricted"]
WORDS = ("Hidden quay", "98° S", "-70.99", "smuggled", "lagoon")


def drafted(store, tmp_path, *rows, heads=HEADS):
    path = save_workbook(tmp_path / "in.xlsx", {"Ports": [heads, *rows]})
    reading = read_assessment(path)
    draft = store.draft(
        "ports",
        reading.tables["ports"],
        author="Ana",
        message="import",
        report=reading.report_on_layer("ports"),
        clearance=ALL,
    )
    return reading, draft.id


def told(store, draft, clearance):
    return store.get_draft(draft, clearance=clearance).report


def test_a_rejected_restricted_row_is_told_to_those_only_who_may_see_it(store, tmp_path):
    reading, draft = drafted(store, tmp_path, GOOD, WRONG, SECRET)
    assert reading.report.rows_rejected == {"ports": 2}
    cleared, other = told(store, draft, ALL), told(store, draft, PUBLIC)
    assert cleared.issues == reading.report.issues
    text = json.dumps(other.as_json(), ensure_ascii=False)
    assert not [word for word in WORDS if word in text]
    assert "97° S" in text
    assert other.rows_rejected == {"ports": 2}
    assert not [issue for issue in other.issues if issue.row == 4]
    hidden = [issue for issue in other.issues if "only some may see" in issue.message]
    assert {issue.severity.value for issue in hidden} >= {"error"}


@pytest.mark.parametrize("word", ["confidential", "secret!", "réservé aux amis"])
def test_a_sensitivity_that_nobody_understands_hides_its_row(store, tmp_path, word):
    _, draft = drafted(store, tmp_path, GOOD, [*SECRET[:-1], word])
    text = json.dumps(told(store, draft, Sensitivity.RESTRICTED).as_json(), ensure_ascii=False)
    assert not [one for one in (*WORDS, word) if one in text]


def test_a_row_that_names_a_hidden_one_does_not_name_it(store, tmp_path):
    double = ["Hidden quay", -29.9501, -71.3301, "operational", "sea", "restricted"]
    reading, draft = drafted(store, tmp_path, double, ["Hidden quay", *GOOD[1:]])
    (near,) = [one for one in reading.report.issues if one.rule == "doubles.near"]
    assert "row 2, 'Hidden quay'" in near.message
    text = json.dumps(told(store, draft, PUBLIC).as_json(), ensure_ascii=False)
    assert "Hidden quay" not in text


def test_what_was_read_out_of_the_words_of_hidden_rows_is_not_told(tmp_path):
    path = tmp_path / "in.csv"
    path.write_text(
        "osm_id,status,last_update,sensitivity\n"
        "5372,Closed to trucks over 12 t,2026-11-18,restricted\n"
        "5374,Closed,2026-11-18,public\n",
        encoding="utf-8",
    )
    asked = Instructions(source_org="Exercise cell", exercise=True)
    report = read_assessment(path, layer="constraints", instructions=asked).report_on_layer(
        "constraints"
    )
    for clearance in (ALL, PUBLIC):
        text = json.dumps(report.seen_with(clearance).as_json())
        assert ("12 t" in text) is (clearance is ALL)


def test_a_report_without_hidden_rows_is_the_same_for_everybody(store, tmp_path):
    reading, draft = drafted(store, tmp_path, GOOD, WRONG)
    assert told(store, draft, PUBLIC).issues == reading.report.issues
    assert told(store, draft, PUBLIC).unmapped == reading.report.unmapped


def test_the_numbers_of_hidden_rows_leave_the_store_with_no_report(store, tmp_path):
    reading, draft = drafted(store, tmp_path, GOOD, SECRET)
    kept = reading.report_on_layer("ports")
    assert kept.hidden == {"Ports": {"restricted": [3]}, "ports": {"restricted": [3]}}
    assert Report.from_json(kept.as_json()) == kept
    assert [told(store, draft, one).hidden for one in (ALL, PUBLIC)] == [{}, {}]
