"""Rows of the tables that an operation edits: a word that means nothing changes nothing unseen."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from lca.errors import InvalidInput
from lca.tablerow import SeasonFactorRow, SpeedRow, SurfaceFactorRow

INFORMED = datetime(2026, 11, 14, 9, 30, tzinfo=UTC)
GIVEN = {"id": "a", "name": "A", "source_org": "Logs", "date_of_information": INFORMED}
SPEED = {"highway": "primary", "group": "truck", "speed_kmh": 40.0}
SURFACE = {"surface_group": "dirt", "group": "truck", "factor": 0.5}
SEASON = {"season": "rainy", **SURFACE}


@pytest.mark.parametrize(
    ("record", "values"),
    [
        (SpeedRow, SPEED),
        (SpeedRow, {**SPEED, "highway": "other"}),
        (SpeedRow, {**SPEED, "highway": "ferry"}),
        (SurfaceFactorRow, SURFACE),
        (SeasonFactorRow, SEASON),
        (SeasonFactorRow, {**SEASON, "surface_group": "ford"}),
        (SeasonFactorRow, {**SEASON, "season": "harmattan"}),
    ],
)
def test_what_the_speed_model_reads_is_accepted(record, values):
    assert record(**GIVEN, **values).group == "truck"


@pytest.mark.parametrize(
    ("record", "values", "says"),
    [
        (SpeedRow, {**SPEED, "highway": "primry"}, "'primry' is no class of road"),
        (SpeedRow, {**SPEED, "highway": "Primary"}, "'Primary' is no class of road"),
        (SpeedRow, {**SPEED, "group": "lorry"}, "'lorry' is no group of vehicles"),
        (SpeedRow, {**SPEED, "speed_kmh": 0.0}, "speed_kmh 0 cannot be meant"),
        (SurfaceFactorRow, {**SURFACE, "surface_group": "earth"}, "'earth' is no group of surf"),
        (SurfaceFactorRow, {**SURFACE, "factor": 1.5}, "factor 1.5 cannot be meant"),
        (SeasonFactorRow, {**SEASON, "surface_group": "Dirt"}, "'Dirt' is no group of surfaces"),
    ],
)
def test_what_it_would_pass_over_is_refused(record, values, says):
    with pytest.raises(InvalidInput, match=says):
        record(**GIVEN, **values)
