"""Rules of the road that hold for some hours, as OpenStreetMap states them, on the way of a truck."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from support.asciimap import draw
from support.story import Story

from layers.store import Store
from lca.vocab import Verdict

BAN = "hgv:conditional=no @ (22:00-06:00)"
TWO_WAYS = """
A---B---C
|       |
D-------E
"""
TOWN = draw(TWO_WAYS, {"ABC": {"conditional": BAN}, "ADEC": {}})
ONE_WAY = draw("A---B---C", {"ABC": {"name": "Costanera", "conditional": BAN}})
LONG = draw("A---B---C", {"ABC": {"conditional": BAN}}, column_m=10_000.0)
"""80 km: more than two hours of driving and rest for a truck."""


def at(hour, minute=0):
    return datetime(2026, 11, 19, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("when", "vehicle", "way"),
    [
        (at(12), "truck_heavy_3", "ABC"),
        (at(23), "truck_heavy_3", "ADEC"),
        (at(5, 50), "truck_heavy_3", "ADEC"),
        (at(6), "truck_heavy_3", "ABC"),
        (at(23), "lv_4wd", "ABC"),
    ],
)
def test_a_night_ban_sends_trucks_round_by_night(tmp_path, when, vehicle, way):
    story = Story(tmp_path, TOWN)
    answer = story.ask("A", "C", vehicle, at=when)
    assert answer.verdict is Verdict.VIABLE
    assert story.way(answer) == way


def test_where_there_is_no_way_round_the_truck_waits_for_the_morning(tmp_path):
    answer = Story(tmp_path, ONE_WAY).ask("A", "C", at=at(23))
    assert answer.verdict is Verdict.VIABLE
    (wait,) = answer.as_json()["way"]["waits"]
    assert wait["until"] == "2026-11-20T06:00:00Z"
    assert wait["reason"] == f"Costanera: {BAN}"
    assert answer.valid_until == datetime(2026, 11, 20, 6, tzinfo=UTC)


def test_a_short_wait_is_taken_where_the_way_round_is_longer(tmp_path):
    story = Story(tmp_path, TOWN)
    assert story.way(story.ask("A", "C", at=at(5, 50))) == "ADEC"
    answer = story.ask("A", "C", at=datetime(2026, 11, 19, 5, 59, 59, tzinfo=UTC))
    assert story.way(answer) == "ABC"
    assert answer.as_json()["way"]["waits"][0]["hours"] == 0.0


def test_an_answer_holds_until_the_hours_change(tmp_path):
    answer = Story(tmp_path, ONE_WAY).ask("A", "C", at=at(12))
    assert answer.verdict is Verdict.VIABLE
    underway = answer.way.arrival(at(12)) - at(12)
    assert answer.valid_until == at(22) - underway


def test_a_ban_that_begins_while_the_truck_is_on_the_way_stops_it_until_the_morning(tmp_path):
    story = Story(tmp_path, LONG)
    assert story.ask("A", "C", at=at(12)).finding.waits == ()
    (wait,) = story.ask("A", "C", at=at(21)).finding.waits
    assert wait.stop.until == at(6) + timedelta(days=1)


def test_the_hours_are_those_of_the_operation_s_clocks(tmp_path, monkeypatch):
    story = Story(tmp_path, TOWN)
    tokyo = replace(story.store.operation, time_zone="Asia/Tokyo")
    assert story.way(story.ask("A", "C", at=at(14))) == "ABC"
    monkeypatch.setattr(Store, "operation", tokyo)
    assert story.way(story.ask("A", "C", at=at(14))) == "ADEC"  # 23 h in Tokyo


def test_where_the_local_time_is_not_known_the_ban_counts(tmp_path, monkeypatch):
    story = Story(tmp_path, TOWN)
    monkeypatch.setattr(Store, "operation", None)
    assert story.way(story.ask("A", "C", at=at(12))) == "ADEC"
