"""Tables count a season that begins before the arrival as single answers do (rule 6)."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from support.asciimap import draw
from support.planning import letters, outlook_of
from support.story import YESTERDAY, Story

from lca.season import Season
from lca.table import frame_of
from lca.vocab import Practicability
from routing.tables.matrix import matrix
from routing.tables.reach import reach

TOWN = draw(
    """
    A---B---C
    |       |
    D-------E
    """,
    {
        "ABC": {"highway": "secondary", "surface": "gravel"},
        "ADEC": {"highway": "secondary", "surface": "asphalt"},
    },
    column_m=5000.0,
    row_m=5000.0,
)
"""40 km of gravel by B; 60 km of asphalt by D and E."""


@pytest.fixture
def story(tmp_path):
    """Rains that close gravel to heavy trucks begin with August."""
    told = Story(tmp_path, TOWN)
    rains = Season(
        id="rainy",
        name="Rainy season",
        season="rainy",
        month_from=8,
        month_to=10,
        speed_factor_gravel=0.8,
        cap_gravel=Practicability.LIGHT_TRUCK,
        source_org="Road authority",
        date_of_information=YESTERDAY,
    )
    told.clock.tick(seconds=1)
    draft = told.store.draft("seasons", frame_of(Season, [rains]), author="e", message="calendar")
    told.store.publish(draft.id, author="approver")
    return told


@pytest.mark.parametrize("vehicle", ["lv_4wd", "truck_heavy_3"])
@pytest.mark.parametrize(
    "departure", [(7, 20, 6, 0), (7, 31, 23, 30), (7, 31, 23, 50), (9, 10, 6, 0)]
)
def test_cells_are_those_of_single_answers(story, vehicle, departure):
    outlook = outlook_of(story, vehicle, at=datetime(2027, *departure, tzinfo=UTC))
    places = letters(outlook, story, "ABCDE")
    whole, fast = (matrix(outlook, places, places, ways=ways) for ways in (True, False))
    for answers, cells in zip(whole.cells, fast.cells, strict=True):
        for answer, cell in zip(answers, cells, strict=True):
            assert not cell.depends_on_time
            assert cell.hours == pytest.approx(answer.hours, abs=5e-4)
    named = fast.as_json()["provenance"]["seasons"]
    assert bool(named) is (departure[0] == 9)


def test_what_a_coming_season_slows_is_not_surely_reached_in_the_dry_time(story):
    outlook = outlook_of(story, "lv_4wd", at=datetime(2027, 7, 31, 23, 50, tzinfo=UTC))
    hub, goal = letters(outlook, story, "AC")
    hours = outlook.answer(hub, goal).way.duration_h
    (early, late) = reach(outlook, [hub], [hours - 0.02, hours + 0.02], [goal]).bands
    assert (early.surely, early.perhaps) == ((), ())
    assert late.surely == (goal,)
