"""Seasons: whole months of local time, over the new year too, with figures only where stated."""

from __future__ import annotations

import hashlib
import tomllib
from datetime import UTC, datetime, timedelta
from importlib import resources
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lca.errors import InvalidInput
from lca.record import from_row, to_row
from lca.season import Season, known_seasons, seasons_of
from lca.vocab import Practicability

JUBA = "Africa/Juba"


def a_season(**changes):
    given = {
        "id": "rainy",
        "name": "Rainy season",
        "season": "rainy",
        "month_from": 8,
        "month_to": 10,
        "source_org": "WFP",
        "date_of_information": datetime(2026, 1, 1, tzinfo=UTC),
    }
    return Season(**{**given, **changes})


def test_it_holds_from_local_midnight_to_local_midnight():
    season = a_season()
    begins, ends = datetime(2026, 7, 31, 22, tzinfo=UTC), datetime(2026, 10, 31, 22, tzinfo=UTC)
    second = timedelta(seconds=1)
    moments = (begins - second, begins, ends - second, ends)
    assert [season.holds(at, JUBA) for at in moments] == [False, True, True, False]
    assert season.next_change(begins, JUBA) == ends
    assert season.text() == "Rainy season, August–October"


def test_its_own_zone_counts_before_that_of_the_operation():
    at = datetime(2026, 7, 31, 22, tzinfo=UTC)
    assert not a_season(time_zone="UTC").holds(at, JUBA)


@given(st.integers(1, 12), st.integers(1, 12))
def test_the_months_run_on_from_the_first_to_the_last(first, last):
    months = a_season(month_from=first, month_to=last).months
    assert (months[0], months[-1]) == (first, last)
    assert len(months) == len(set(months))
    assert all(after == before % 12 + 1 for before, after in pairwise(months))


def test_what_lasts_all_year_never_changes():
    assert (
        a_season(month_from=4, month_to=3).next_change(datetime(2026, 1, 1, tzinfo=UTC), JUBA)
        is None
    )


def test_figures_are_told_where_they_are_stated_only():
    season = a_season(speed_factor_dirt=0.33, cap_gravel=Practicability.LIGHT_TRUCK)
    assert season.factors == {"dirt": 0.33}
    assert season.caps == {"gravel": Practicability.LIGHT_TRUCK}
    assert from_row(Season, to_row(season)) == season


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"month_from": 0}, "month_from 0"),
        ({"month_to": 13}, "month_to 13"),
        ({"speed_factor_dirt": 0.0}, "speed_factor_dirt"),
        ({"speed_factor_paved": 33.0}, "speed_factor_paved"),
        ({"time_zone": "Juba time"}, "IANA"),
    ],
)
def test_a_season_that_cannot_be_is_refused(changes, says):
    with pytest.raises(InvalidInput, match=says) as caught:
        a_season(**changes)
    assert caught.value.where == "rainy"
    assert caught.value.do_next


def test_the_shipped_ones_name_their_source_and_belong_to_their_sidecar():
    table = resources.files("data").joinpath("reference", "seasons.csv")
    sidecar = tomllib.loads(
        resources.files("data").joinpath("reference", "seasons.csv.toml").read_text("utf-8")
    )
    assert sidecar["sha256"] == hashlib.sha256(table.read_bytes()).hexdigest()
    assert all(one.source_ref and one.basis and one.iso3 for one in known_seasons())
    (sudan,) = seasons_of("sdn")
    assert sudan.months == (5, 6, 7, 8, 9, 10)
    (juba,) = seasons_of("SSD")
    assert (juba.months, juba.factors) == ((8, 9, 10), {"dirt": 0.33})
    assert seasons_of("CHL") == ()
