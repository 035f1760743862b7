"""Seasons of an operation: what roads are like when the vehicle leaves, and when it arrives."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from support.asciimap import draw
from support.story import YESTERDAY, Story

from lca.season import Season
from lca.table import frame_of
from lca.vocab import Practicability, Verdict

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
LIGHT, HEAVY = "lv_4wd", "truck_heavy_3"


def season(name: str, first: int, last: int, **figures: object) -> Season:
    """Return a season of the drawn operation, which keeps UTC."""
    return Season(
        id=name,
        name=f"{name.capitalize()} season",
        season=name,
        month_from=first,
        month_to=last,
        source_org="Road authority",
        date_of_information=YESTERDAY,
        **figures,
    )


RAINS = season("rainy", 8, 10, speed_factor_gravel=0.8, cap_gravel=Practicability.LIGHT_TRUCK)


def publish(story: Story, *seasons: Season) -> None:
    """Publish the operation's calendar."""
    story.clock.tick(seconds=1)
    frame = frame_of(Season, seasons)
    draft = story.store.draft("seasons", frame, author="editor", message="calendar")
    story.store.publish(draft.id, author="approver")


@pytest.fixture(scope="module")
def story(tmp_path_factory) -> Story:
    told = Story(tmp_path_factory.mktemp("rains"), TOWN)
    publish(told, RAINS)
    return told


def at(month: int, day: int, hour: int = 6, minute: int = 0) -> datetime:
    return datetime(2027, month, day, hour, minute, tzinfo=UTC)


def test_gravel_is_slower_in_the_rains_than_in_the_dry(story):
    dry, wet = (story.ask("A", "B", LIGHT, at=at(month, 10)) for month in (5, 9))
    assert wet.way.moving_h == pytest.approx(dry.way.moving_h / 0.8, rel=1e-4)
    assert dry.as_json()["provenance"]["seasons"] == []
    assert wet.as_json()["provenance"]["seasons"] == ["Rainy season, August–October"]
    assert "Rainy season, August–October" in wet.as_text()


def test_a_cap_closes_the_gravel_to_heavy_trucks_while_the_season_holds(story):
    assert story.way(story.ask("A", "C", HEAVY, at=at(5, 10))) == "ABC"
    assert story.way(story.ask("A", "C", HEAVY, at=at(9, 10))) == "ADEC"
    assert story.way(story.ask("A", "C", LIGHT, at=at(9, 10))) == "ABC"
    closed = story.ask("A", "B", HEAVY, at=at(9, 10))
    assert closed.verdict is Verdict.NOT_VIABLE
    assert "rainy season: gravel roads carry at most" in closed.finding.blocked_by[0].reason


def test_on_the_last_day_of_july_the_season_counts_that_begins_before_the_arrival(story):
    early = story.ask("A", "C", HEAVY, at=at(7, 31, 6))
    assert (story.way(early), early.sources.seasons) == ("ABC", ())
    late = story.ask("A", "C", HEAVY, at=at(7, 31, 23, 50))
    assert story.way(late) == "ADEC"
    assert late.sources.seasons == ("Rainy season, August–October",)


def test_the_slower_of_two_seasons_counts_when_the_second_begins_under_way(story):
    dry = story.ask("A", "B", LIGHT, at=at(7, 31, 6)).way.moving_h
    into_rains = story.ask("A", "B", LIGHT, at=at(7, 31, 23, 55)).way.moving_h
    out_of_rains = story.ask("A", "B", LIGHT, at=at(10, 31, 23, 55)).way.moving_h
    assert into_rains == pytest.approx(out_of_rains) == pytest.approx(dry / 0.8, rel=1e-4)


def test_an_answer_holds_until_the_season_would_begin_before_the_arrival(story):
    answer = story.ask("A", "C", HEAVY, at=at(7, 31, 6))
    assert answer.valid_until == at(8, 1, 0) - answer.way.elapsed
    just_before = story.ask("A", "C", HEAVY, at=answer.valid_until)
    assert story.way(just_before) == "ABC"
    later = answer.valid_until.replace(microsecond=0) + (at(8, 1, 0, 1) - at(8, 1, 0))
    assert story.way(story.ask("A", "C", HEAVY, at=later)) == "ADEC"
    closed = story.ask("A", "B", HEAVY, at=at(9, 10))
    assert closed.valid_until == at(11, 1, 0), "then the gravel carries heavy trucks again"


def test_the_hours_of_best_and_worst_case_are_those_of_the_calendar(story):
    hours = story.ask("A", "B", LIGHT, at=at(5, 10)).as_json()["way"]["durations"]
    assert hours["optimistic_h"] == hours["expected_h"]
    assert hours["worst_h"] == pytest.approx(hours["expected_h"] / 0.8, abs=0.02)


def test_two_seasons_that_begin_on_the_way_both_count(tmp_path):
    """A slow journey: each season slows it, so that the next begins before its arrival."""
    story = Story(tmp_path, TOWN)
    first = season("first", 8, 8, speed_factor_gravel=0.05)
    second = season("second", 9, 9, speed_factor_gravel=0.04)
    publish(story, first, second)
    answer = story.ask("A", "B", LIGHT, at=at(8, 31, 18))
    assert [word.split()[0] for word in answer.sources.seasons] == ["First", "Second"]
    dry = story.ask("A", "B", LIGHT, at=at(6, 1)).way.moving_h
    assert answer.way.moving_h == pytest.approx(dry / 0.04, rel=1e-3)
