"""Who sends a road assessment that says closed is told that it closes no road, and what does."""

from __future__ import annotations

import pytest
from support.judging import NOW, judged, record, rules, table

from lca.roadassessment import RoadAssessment
from lca.vocab import RoadStatus

RULE = "status.closes_nothing"


def assessed(*statuses):
    """Roads beside each other, one of each status, judged."""
    roads = [
        record(RoadAssessment, f"Road {number}", -29.9 - number / 10, -71.25, op_status=status)
        for number, status in enumerate(statuses)
    ]
    return judged(table("road_assessments", *roads), now=NOW)


@pytest.mark.parametrize(
    ("status", "told"),
    [(status, status not in {RoadStatus.OPEN, RoadStatus.UNKNOWN}) for status in RoadStatus],
)
def test_a_road_that_is_not_open_is_told_to_be_closed_by_nothing_here(status, told):
    assert (RULE in rules(assessed(status))) is told


def test_a_layer_of_roads_is_told_once():
    statuses = (RoadStatus.OPEN, RoadStatus.CLOSED, RoadStatus.RESTRICTED, RoadStatus.ABANDONED)
    (issue,) = [one for one in assessed(*statuses) if one.rule == RULE]
    assert issue.message.startswith("3 roads are not open, first in row 3")
    assert "--layer constraints" in issue.do_next
