"""Rows in are rows accepted, rejected with a reason, or set aside: counted apart, never derived."""

from __future__ import annotations

import gc

import pytest

from lca.errors import InvalidInput
from lca.ingest import read_assessment
from lca.ingest.assessment import report_on
from lca.ingest.rows import TableRows
from lca.ingest.sheets import kind_of_layer
from lca.ingest.wire import SheetRow
from lca.issues import Issue, Report, Severity

PORTS = kind_of_layer("ports")
ROWS = [SheetRow(number, {0: "x"}) for number in (2, 3, 4)]


def table():
    found = TableRows(PORTS, "Ports", rows_in=3)
    found.accept(ROWS[0], "a record")
    return found


def error(row):
    return Issue(Severity.ERROR, "It is wrong.", "Mend it.", "Ports", row)


def test_a_row_that_is_lost_makes_no_report():
    found = table()
    found.tell(ROWS[1], error(3))
    with pytest.raises(ValueError, match="3 rows were read"):
        report_on([found], [])
    found.set_aside["It says nothing."] += 1
    report = report_on([found], [])
    assert (report.rows_accepted, report.rows_rejected) == ({"ports": 1}, {"ports": 1})
    assert report.rows_set_aside == {"ports": 1}


def test_a_row_is_not_rejected_without_a_reason():
    found = table()
    found.reject(ROWS[1])
    found.reject(ROWS[2])
    found.issues.append(error(3))
    with pytest.raises(ValueError, match="row 4 was rejected without a reason"):
        report_on([found], [])
    found.issues.append(error(None))
    assert report_on([found], []).rows_rejected == {"ports": 2}


def test_what_leaves_the_accepted_rows_is_rejected():
    found = table()
    found.accepted = []
    assert found.accepted == ()
    with pytest.raises(ValueError, match="row 2"):
        _ = found.rejected


def test_the_report_itself_holds_the_law():
    with pytest.raises(ValueError, match="accounted for"):
        Report(rows_in={"ports": 2}, rows_accepted={"ports": 1})


def test_reading_leaves_the_collector_as_it_was(tmp_path):
    with pytest.raises(InvalidInput):
        read_assessment(tmp_path / "none.csv")
    assert gc.isenabled()
    gc.disable()
    try:
        with pytest.raises(InvalidInput):
            read_assessment(tmp_path / "none.csv")
        assert not gc.isenabled()
    finally:
        gc.enable()
