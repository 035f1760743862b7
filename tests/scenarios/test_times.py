"""Rules of time: night bans, ends, lapses, permissions, and rules that begin on the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from support.asciimap import draw
from support.story import NOON, Story, area, constraint, ended

from lca.instant import format_minute
from lca.vocab import ConstraintStatus, ConstraintType, EffectKind, Verdict

ROAD = draw("A---B---C", {"ABC": {"highway": "primary"}})
BAN = ROAD.between("BC", 0.5)

# 20 km to the gate at B, then 20 km; the way round by D is 60 km.
FAR = draw(
    """
    A---B---C
    |       |
    |       |
    D-------E
    """,
    {"ABC": {"highway": "primary"}, "ADEC": {"highway": "primary"}},
    column_m=5000.0,
    row_m=10_000.0,
)


@pytest.fixture(scope="module")
def road(tmp_path_factory):
    return Story(tmp_path_factory.mktemp("road"), ROAD)


@pytest.fixture(scope="module")
def far(tmp_path_factory):
    return Story(tmp_path_factory.mktemp("far"), FAR)


def night_ban(where, zone="UTC", **fields):
    return constraint(
        "night-ban",
        where,
        constraint_type=ConstraintType.CURFEW_NIGHT_BAN,
        daily_from="22:00",
        daily_to="05:00",
        time_zone=zone,
        **fields,
    )


def on_18_november(hour, minute=0, second=0):
    return datetime(2026, 11, 18, hour, minute, second, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "departure", "opens"),
    [
        # half-open: at 22:00 it holds, at 05:00 no longer
        ("UTC", on_18_november(12), None),
        ("UTC", on_18_november(22), "19 Nov 2026 05:00 UTC"),
        ("UTC", on_18_november(23), "19 Nov 2026 05:00 UTC"),
        ("UTC", on_18_november(4, 59), "18 Nov 2026 05:00 UTC"),
        ("UTC", on_18_november(5), None),
        # local time: Santiago is three hours behind in November
        ("America/Santiago", on_18_november(23), None),
        ("America/Santiago", on_18_november(1), "18 Nov 2026 08:00 UTC"),
        ("America/Santiago", on_18_november(7, 59), "18 Nov 2026 08:00 UTC"),
        ("America/Santiago", on_18_november(8), None),
    ],
)
def test_a_night_ban_is_waited_for_at_night_in_its_own_zone(road, zone, departure, opens):
    answer = road.ask("A", "C", at=departure, what_if=(night_ban(BAN, zone),))
    assert answer.verdict is Verdict.VIABLE
    (note,) = answer.finding.notes
    if opens is None:
        assert answer.finding.waits == ()
        assert "not when this vehicle passes" in note.reason
        return
    (wait,) = answer.finding.waits
    assert format_minute(wait.stop.until) == opens
    assert answer.way.arrival(departure) > wait.stop.until > departure
    assert f"holds daily 22:00–05:00 {zone}" in note.reason
    assert f"waits at km 0.1 until {opens}" in note.reason
    assert answer.as_json()["way"]["waits"][0]["id"] == "night-ban"


def test_a_trip_that_would_run_into_the_night_ban_goes_round_it(tmp_path):
    story = Story(tmp_path, FAR)
    story.publish(night_ban(FAR.between("BC", 0.5)))
    assert story.way(story.ask("A", "C", at=on_18_november(12))) == "ABC"
    late = story.ask("A", "C", at=on_18_november(21, 45))
    assert story.way(late) == "ADEC"
    assert [note.id for note in late.finding.avoided] == ["night-ban"]


def test_a_trip_that_must_run_into_the_night_ban_waits_for_the_morning(tmp_path):
    story = Story(tmp_path, FAR)
    round_road = constraint("slide", FAR.between("DE", 0.5))
    story.publish(night_ban(FAR.between("BC", 0.5)), round_road)
    assert story.ask("A", "C", at=on_18_november(12)).finding.waits == ()
    late = story.ask("A", "C", at=on_18_november(21, 45))
    assert (late.verdict, story.way(late)) == (Verdict.VIABLE, "ABC")
    (wait,) = late.finding.waits
    assert wait.stop.until == datetime(2026, 11, 19, 5, tzinfo=UTC)
    assert wait.stop.km == pytest.approx(20.0, abs=0.1)
    body = late.as_json()["way"]
    hours = body["moving_h"] + body["rest_h"] + body["delay_h"] + body["wait_h"]
    assert hours == pytest.approx(body["duration_h"], abs=0.02)
    assert body["wait_h"] == pytest.approx(wait.stop.hours, abs=0.01)
    assert "Waits at km 20.0" in late.as_text()


def test_a_rest_on_the_way_may_bring_the_vehicle_into_the_ban(tmp_path):
    """Moving alone it passes before 22:00, with the rest of a quarter after: so it waits."""
    story = Story(tmp_path, FAR)
    story.publish(night_ban(FAR.between("BC", 0.9)), constraint("slide", FAR.between("DE", 0.5)))
    way = story.ask("A", "C", at=on_18_november(12)).way
    before = timedelta(hours=way.moving_h * 1.1)
    answer = story.ask("A", "C", at=on_18_november(22) - before)
    assert len(answer.finding.waits) == 1
    in_time = story.ask("A", "C", at=on_18_november(22) - timedelta(hours=way.duration_h))
    assert in_time.finding.waits == ()


@pytest.mark.parametrize(
    ("fields", "verdict", "words"),
    [
        # an explicit, sourced end reopens, from its very moment
        ({"ended": NOON}, Verdict.VIABLE, ""),
        # a stated end that comes is waited for
        ({"ended": NOON + timedelta(seconds=1)}, Verdict.VIABLE, ""),
        ({"ended": NOON + timedelta(days=40)}, Verdict.NOT_VIABLE, "opens at"),
        # a date that passes reopens nothing: it lapses, unconfirmed
        ({"valid_to": NOON}, Verdict.VIABLE_WITH_CONDITIONS, "nobody has confirmed the end"),
        ({"valid_to": NOON + timedelta(hours=9)}, Verdict.NOT_VIABLE, "closed to all vehicles"),
        (
            {"valid_to": NOON - timedelta(days=2), "last_confirmed_at": NOON - timedelta(days=1)},
            Verdict.NOT_VIABLE,
            "closed to all vehicles",
        ),
        ({"valid_from": NOON + timedelta(days=1)}, Verdict.VIABLE, ""),
        ({"valid_from": NOON}, Verdict.NOT_VIABLE, "closed to all vehicles"),
        # an overdue review still blocks
        ({"review_by": NOON - timedelta(days=30)}, Verdict.NOT_VIABLE, "closed to all vehicles"),
        # a permission that expires closes
        (
            {"permitted_until": NOON + timedelta(days=1), "effect": EffectKind.RESTRICTED},
            Verdict.VIABLE_WITH_CONDITIONS,
            "permission that expires",
        ),
        (
            {"permitted_until": NOON, "effect": EffectKind.RESTRICTED},
            Verdict.NOT_VIABLE,
            "permission to pass has expired",
        ),
        # believed or not: what is disputed still blocks, what is rejected never held
        ({"status": ConstraintStatus.DISPUTED}, Verdict.NOT_VIABLE, "closed to all vehicles"),
        ({"status": ConstraintStatus.REJECTED}, Verdict.VIABLE, ""),
    ],
)
def test_what_ends_a_closure_and_what_does_not(road, fields, verdict, words):
    fields = dict(fields)
    end = fields.pop("ended", None)
    closure = constraint("closure", BAN, **fields)
    report = ended(closure, end) if end else closure
    answer = road.ask("A", "C", at=NOON, what_if=(report,))
    assert answer.verdict is verdict
    named = [*answer.finding.blocked_by, *answer.finding.conditions]
    assert len(named) == bool(words)
    assert all(words in note.reason for note in named)


def test_two_contradicting_reports_stay_side_by_side_and_the_strictest_wins(tmp_path):
    story = Story(tmp_path, ROAD)
    story.publish(
        constraint("report-1", BAN, source_org="Police"),
        constraint("report-2", BAN, effect=EffectKind.DIFFICULT, source_org="Transporter"),
        constraint("report-3", BAN, effect=EffectKind.ADVISORY, source_org="Radio"),
    )
    answer = story.ask("A", "C")
    assert answer.verdict is Verdict.NOT_VIABLE
    assert [(note.id, note.source_org) for note in answer.finding.blocked_by] == [
        ("report-1", "Police")
    ]
    reopened = story.ask("A", "C", without=("report-1",))
    assert [note.id for note in reopened.finding.conditions] == ["report-2"]
    assert [note.id for note in reopened.finding.notes] == ["report-3"]


@pytest.mark.parametrize(
    ("constraints", "minutes"),
    [
        # the way A-C is 40 km of primary road at the class's speed
        ([], 0.0),
        ([{"delay_min": 30.0}], 30.0),
        ([{"delay_min": 30.0}, {"delay_min": 10.0}], 30.0),  # the longest, not the sum
        ([{"speed_factor": 0.5}], 1.0),  # a flooded kilometre takes twice its time
        ([{"speed_factor": 0.5}, {"speed_factor": 0.25}], 3.0),  # the lowest, not the product
    ],
)
def test_the_longest_delay_and_the_lowest_speed_count(far, constraints, minutes):
    free = far.ask("A", "C").way
    kilometre = area(
        FAR.at(2000.0, 50.0), FAR.at(3000.0, 50.0), FAR.at(3000.0, -50.0), FAR.at(2000.0, -50.0)
    )
    reports = [
        constraint(f"report-{number}", kilometre, effect=EffectKind.DIFFICULT, **fields)
        for number, fields in enumerate(constraints)
    ]
    slow = far.ask("A", "C", what_if=tuple(reports)).way
    kilometre_min = free.moving_h * 60 / free.length_km
    extra = minutes if constraints and "delay_min" in constraints[0] else minutes * kilometre_min
    if constraints and "delay_min" in constraints[0]:
        # Nobody rests for a delay.
        assert slow.moving_h == pytest.approx(free.moving_h, abs=1e-6)
        assert slow.delay_h * 60 == pytest.approx(extra, abs=0.02)
        assert (slow.duration_h - free.duration_h) * 60 == pytest.approx(extra, abs=0.02)
    else:
        assert (slow.moving_h - free.moving_h) * 60 == pytest.approx(extra, abs=0.02)


def test_an_answer_says_for_which_departures_it_holds(tmp_path):
    story = Story(tmp_path, ROAD)
    first = story.ask("A", "C")
    assert first.valid_until is None
    underway = first.way.arrival(NOON) - NOON
    review = NOON + timedelta(days=3)
    story.publish(replace(constraint("works", BAN, effect=EffectKind.ADVISORY), review_by=review))
    assert story.ask("A", "C", at=NOON).valid_until == review - underway
    story.publish(night_ban(BAN))
    assert story.ask("A", "C", at=NOON).valid_until == on_18_november(22) - underway
    # What has ended changes nothing any more.
    story.publish(ended(night_ban(BAN), NOON))
    assert story.ask("A", "C", at=NOON).valid_until == review - underway


@pytest.fixture(scope="module")
def banned(tmp_path_factory):
    story = Story(tmp_path_factory.mktemp("banned"), ROAD)
    story.publish(night_ban(BAN))
    return story


SECONDS_TO_THE_BAN = [36_000, 300, 60, *range(30, -2, -1), -7_200]


@pytest.mark.parametrize("seconds", SECONDS_TO_THE_BAN)
def test_until_then_every_later_departure_gets_the_same_verdict_and_way(banned, seconds):
    """A ban that begins while a later vehicle is under way concerns it before the ban begins."""
    story = banned
    at = on_18_november(22) - timedelta(seconds=seconds)
    answer = story.ask("A", "C", at=at)
    assert answer.valid_until > at
    last = answer.valid_until - timedelta(milliseconds=1)
    for later in (at + (last - at) / 2, last):
        again = story.ask("A", "C", at=later)
        assert (again.verdict, story.way(again)) == (answer.verdict, story.way(answer))
        if answer.finding.waits:
            # Who waits arrives alike; arrivals are told to the second.
            apart = again.way.arrival(later) - answer.way.arrival(at)
            assert abs(apart) <= timedelta(seconds=1)
