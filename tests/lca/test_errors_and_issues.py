"""Errors and issues say what, where and what to do; vocabularies hold together."""

from __future__ import annotations

import inspect
import json

import pytest

from lca import errors, vocab
from lca.issues import Issue, Report, Severity, errors_first
from lca.vocab import ConstraintType, Drive, OperationalStatus, Sensitivity

ERRORS = [
    item
    for _, item in inspect.getmembers(errors, inspect.isclass)
    if issubclass(item, errors.LcaError)
]


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_renders_its_three_parts_and_is_in_the_tree_that_is_printed(kind):
    error = kind("It is shut.", where="ports row 3", do_next="Open it.", details={"n": 1})
    assert str(error) == "ports row 3: It is shut. Open it."
    assert error.details == {"n": 1}
    assert kind.__name__ in errors.__doc__


@pytest.mark.parametrize(
    ("kind", "built_in"),
    [
        (errors.UsageError, ValueError),
        (errors.NotFound, LookupError),
        (errors.InvalidInput, ValueError),
        (errors.NotAllowed, PermissionError),
        (errors.PortInUse, OSError),
    ],
)
def test_an_error_is_also_the_built_in_one_that_people_catch(kind, built_in):
    with pytest.raises(built_in):
        raise kind("x")


def test_an_error_with_nothing_to_add_is_one_sentence():
    assert errors.LcaError("It is shut.").text() == "It is shut."
    assert errors.LiftsClosures("x", details={"closures": [1]}).closures == [1]
    assert errors.LiftsClosures("x").closures == ()


def issue(severity=Severity.ERROR, **changes):
    return Issue(severity, "It is not a number.", "Write 10.", **changes)


def test_an_issue_reads_as_one_line():
    full = issue(sheet="Constraints", row=7, column="Latitude", value="x")
    assert full.text() == "Constraints row 7, Latitude: It is not a number. (x) Write 10."
    assert issue().text() == "It is not a number. Write 10."


def test_a_report_survives_json_and_knows_its_errors():
    report = Report(
        issues=(issue(), issue(Severity.WARNING, sheet="Ports")),
        rows_in={"ports": 2},
        rows_accepted={"ports": 1},
        rows_rejected={"ports": 1},
    )
    assert Report.from_json(json.loads(json.dumps(report.as_json()))) == report
    assert report.errors == (issue(),)


def test_errors_come_first_then_sheet_and_row():
    late, early = issue(sheet="Ports", row=9), issue(sheet="Ports", row=2)
    warning = issue(Severity.WARNING, sheet="Airports", row=1)
    assert errors_first([warning, late, early]) == [early, late, warning]


def test_words_are_stable_text_and_ranks_are_ordered():
    for _, words in inspect.getmembers(vocab, inspect.isclass):
        if words.__module__ == vocab.__name__ and issubclass(words, str):
            assert len({word.value.lower() for word in words}) == len(words)
    assert [word.rank for word in Sensitivity] == [0, 1, 2, 3]
    assert Drive.D4X2.rank < Drive.D4X4.rank < Drive.D6X6.rank


@pytest.mark.parametrize("status", OperationalStatus)
def test_every_status_has_an_sdi_t_word_and_closed_agrees_with_it(status):
    assert status.sdi_t in {"Open", "Restricted", "Closed", "Planned", "Unknown"}
    assert status.closed == (status.sdi_t in {"Closed", "Planned"})


def test_the_first_sixteen_types_are_sdi_ts():
    assert all(word.sdi_t != "Unknown" for word in list(ConstraintType)[1:16])
    assert vocab.ConstraintStatus.DISPUTED.stands
    assert not vocab.ConstraintStatus.RESOLVED.stands
    assert vocab.Practicability.LIGHT_TRUCK.label == "light truck up to 10 t"
