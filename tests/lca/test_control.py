"""What facilities that control movement state can always be said as constraints."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from shapely import Point

from lca.control import constraints_of
from lca.errors import InvalidInput
from lca.facility import CONTROL_CLASSES, BorderCrossing
from lca.record import fields_of

INFORMED = datetime(2026, 11, 14, 9, 30, tzinfo=UTC)
GIVEN = {
    "id": "post",
    "name": "The post",
    "source_org": "Road authority",
    "date_of_information": INFORMED,
    "geometry": Point(22.2, 13.47),
}
NUMBERS = [
    (record, field.name)
    for record in CONTROL_CLASSES
    for field in fields_of(record)
    if field.type in {"number", "integer"}
]
MOMENTS = [
    (record, field.name)
    for record in CONTROL_CLASSES
    for field in fields_of(record)
    if field.type == "instant"
]


def told(record, **values):
    """What a record states, None if there can be no such record."""
    try:
        facility = record(**GIVEN | values)
    except InvalidInput:
        return None
    return constraints_of("layer", facility, "Africa/Ndjamena", untimed=True)


@pytest.mark.parametrize("value", [-1, 0, math.inf, 1e300])
@pytest.mark.parametrize(("record", "name"), NUMBERS)
def test_no_number_makes_a_record_of_which_nothing_can_be_said(record, name, value):
    """Once published, such a row would stop every answer of the operation."""
    found = told(record, **{name: value})
    assert not [problem for item in found or () for problem in item.problems()]


@pytest.mark.parametrize("year", [1, 1899, 2200, 9999])
@pytest.mark.parametrize(("record", "name"), MOMENTS)
def test_no_date_makes_a_record_of_which_nothing_can_be_said(record, name, year):
    found = told(record, **{name: datetime(year, 6, 1, tzinfo=UTC)})
    assert not [problem for item in found or () for problem in item.problems()]


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"max_gross_t": 0.0}, "max_gross_t 0.0 is not above 0"),
        ({"max_axle_t": -3.0}, "max_axle_t -3.0 is not above 0"),
        ({"queue_h": -1.0}, "queue_h -1.0 is below 0"),
        ({"clearance_h": math.inf}, "clearance_h inf is beyond"),
        ({"permitted_until": datetime(9999, 1, 1, tzinfo=UTC)}, "the year 9999"),
    ],
)
def test_a_number_that_cannot_be_is_refused_with_its_name(values, says):
    with pytest.raises(InvalidInput, match=says):
        BorderCrossing(**GIVEN | values)


def test_what_is_not_known_is_not_stated():
    (status,) = told(BorderCrossing)
    assert status.id == "layer/post#status"
    assert status.description == "its status is not known"
