"""Rule 6: the earliest arrival, each road judged when it is entered, with waits allowed and told."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from support.asciimap import draw
from support.story import NOON, TRUCK, Story, area, constraint, ended

from lca.errors import NotFound
from lca.facility import BorderCrossing
from lca.table import frame_of
from lca.vocab import (
    EffectKind,
    LocationPrecision,
    OperationalStatus,
    Reliability,
    SecurityCategory,
    Verdict,
)
from routing.inputs import Inputs
from routing.passage import Passage
from routing.policy import Policy, Treatment
from routing.question import Terms

ROAD = draw("A---B---C---D", {"ABCD": {"highway": "primary"}}, column_m=5000.0)
"""Three stretches of 20 km."""
RING = draw(
    """
    A---B---C
    |       |
    D-------E
    """,
    {"ABC": {"highway": "primary"}, "ADEC": {"highway": "primary"}},
    column_m=5000.0,
    row_m=2_500.0,
)
"""40 km by B, 50 km by D and E."""


@pytest.fixture(scope="module")
def road(tmp_path_factory):
    return Story(tmp_path_factory.mktemp("road"), ROAD)


@pytest.fixture(scope="module")
def ring(tmp_path_factory):
    return Story(tmp_path_factory.mktemp("ring"), RING)


MS2 = timedelta(milliseconds=4)


def at(hour, minute=0, day=18):
    return datetime(2026, 11, day, hour, minute, tzinfo=UTC)


def daily(name, where, start, end, zone="UTC", **fields):
    return constraint(name, where, daily_from=start, daily_to=end, time_zone=zone, **fields)


def spans(answer):
    return [(wait.stop.start, wait.stop.until) for wait in answer.finding.waits]


def untils(answer):
    return [wait.stop.until for wait in answer.finding.waits]


def hours_to(story, end):
    return timedelta(hours=story.ask("A", end, at=NOON).way.duration_h)


def test_a_departure_under_a_curfew_waits_and_arrives_after_it(road):
    curfew = daily("curfew", ROAD.between("BC", 0.5), "20:00", "06:00")
    free = hours_to(road, "D")
    answer = road.ask("A", "D", at=at(5), what_if=(curfew,))
    assert answer.verdict is Verdict.VIABLE
    assert untils(answer) == [at(6)]
    rest = timedelta(hours=free / timedelta(hours=1) * 2 / 3)
    assert answer.way.arrival(at(5)) == pytest.approx(at(6) + rest, abs=timedelta(seconds=2))


def test_a_way_round_that_is_quicker_than_the_wait_is_taken(ring):
    curfew = daily("curfew", RING.between("BC", 0.5), "20:00", "06:00")
    early = ring.ask("A", "C", at=at(3), what_if=(curfew,))
    assert (ring.way(early), early.finding.waits) == ("ADEC", ())
    late = ring.ask("A", "C", at=at(5, 50), what_if=(curfew,))
    assert ring.way(late) == "ABC"


def test_a_closure_that_begins_under_way_is_gone_round(ring):
    closure = constraint("slide", RING.between("BC", 0.5), valid_from=at(12, 5))
    answer = ring.ask("A", "C", at=NOON, what_if=(closure,))
    assert (ring.way(answer), answer.verdict) == ("ADEC", Verdict.VIABLE)
    assert ring.way(ring.ask("A", "C", at=at(11), what_if=(closure,))) == "ABC"


def test_a_closure_that_begins_before_it_is_passed_and_never_ends_leaves_no_way(road):
    closure = constraint("slide", ROAD.between("CD", 0.5), valid_from=at(12, 5))
    answer = road.ask("A", "D", at=NOON, what_if=(closure,))
    assert answer.verdict is Verdict.NOT_VIABLE
    assert [note.id for note in answer.finding.blocked_by] == ["slide"]


def test_a_ban_that_opens_while_driving_costs_nothing(ring):
    free = ring.ask("A", "C", at=NOON).way.duration_h
    ban = daily("ban", RING.between("BC", 0.5), "08:00", "12:05")
    answer = ring.ask("A", "C", at=NOON, what_if=(ban,))
    assert (ring.way(answer), answer.finding.waits) == ("ABC", ())
    assert answer.way.duration_h == free


def test_two_windows_in_a_row_are_each_waited_for(road):
    first = daily("first", ROAD.between("BC", 0.5), "11:00", "14:00")
    second = daily("second", ROAD.between("CD", 0.5), "14:10", "18:00")
    answer = road.ask("A", "D", at=NOON, what_if=(first, second))
    assert untils(answer) == [at(14), at(18)]
    assert [wait.id for wait in answer.finding.waits] == ["first", "second"]
    assert {note.id for note in answer.finding.notes} >= {"first", "second"}


def test_a_window_across_midnight_on_the_night_that_the_clocks_change(road):
    # Santiago put its clocks forward at midnight (04:00 UTC) on 6 September 2026: 05:00 is 08:00 UTC.
    ban = daily("ban", ROAD.between("AB", 0.5), "22:00", "05:00", "America/Santiago")
    before = datetime(2026, 9, 5, 3, tzinfo=UTC)
    assert untils(road.ask("A", "D", at=before, what_if=(ban,))) == [before.replace(hour=9)]
    after = datetime(2026, 9, 6, 3, tzinfo=UTC)
    assert untils(road.ask("A", "D", at=after, what_if=(ban,))) == [after.replace(hour=8)]


def test_a_stated_end_in_the_future_is_waited_for(road):
    closure = ended(constraint("works", ROAD.between("BC", 0.5)), at(16))
    answer = road.ask("A", "D", at=NOON, what_if=(closure,))
    assert (answer.verdict, untils(answer)) == (Verdict.VIABLE, [at(16)])


def test_a_valid_to_that_passes_opens_nothing_within_an_answer(ring):
    closure = constraint("slide", RING.between("BC", 0.5), valid_to=at(12, 1))
    answer = ring.ask("A", "C", at=NOON, what_if=(closure,))
    assert ring.way(answer) == "ADEC"
    lapsed = ring.ask("A", "C", at=at(12, 1), what_if=(closure,))
    assert (ring.way(lapsed), lapsed.verdict) == ("ABC", Verdict.VIABLE_WITH_CONDITIONS)


def test_a_permission_that_lapses_under_way_closes(ring):
    permit = constraint(
        "permit", RING.between("BC", 0.5), effect=EffectKind.RESTRICTED, permitted_until=at(12, 20)
    )
    soon = ring.ask("A", "C", at=NOON, what_if=(permit,))
    assert ring.way(soon) == "ADEC"
    in_time = ring.ask("A", "C", at=at(9), what_if=(permit,))
    assert (ring.way(in_time), in_time.verdict) == ("ABC", Verdict.VIABLE_WITH_CONDITIONS)


@pytest.fixture(scope="module")
def long_road(tmp_path_factory):
    town = draw("A---D", {"AD": {"highway": "primary"}}, column_m=15_000.0)
    return Story(tmp_path_factory.mktemp("long"), town)


def test_a_curfew_at_its_far_end_keeps_the_vehicle_off_a_road_without_a_junction(long_road):
    ban = daily("ban", long_road.town.between("AD", 0.05), "12:30", "15:00")
    answer = long_road.ask("A", "D", at=NOON, what_if=(ban,))
    assert spans(answer) == [(NOON, at(15))]


def test_who_does_not_drive_at_night_stops_on_the_road_and_goes_on_in_the_morning(road):
    policy = Policy(night_driving=False, day_from="06:00", day_to="12:20")
    free = hours_to(road, "D")
    answer = road.ask("A", "D", at=NOON, policy=policy)
    assert spans(answer) == [(at(12, 20), at(6, day=19))]
    assert answer.way.arrival(NOON) == NOON + free + (at(6, day=19) - at(12, 20))
    assert "night" in answer.as_json()["way"]["waits"][0]["reason"]
    by_night = road.ask("A", "D", at=at(22), policy=policy)
    assert spans(by_night) == [(at(22), at(6, day=19))]


def test_a_closure_that_begins_and_ends_while_it_is_parked_inside_the_road_counts(long_road):
    policy = Policy(night_driving=False, day_from="06:00", day_to="12:20")
    works = ended(constraint("works", long_road.town.between("AD", 0.9), valid_from=at(20)), at(22))
    answer = long_road.ask("A", "D", at=NOON, policy=policy, what_if=(works,))
    # It may not stand on the road while that is closed, so it does not enter it today.
    assert spans(answer)[0] == (NOON, at(6, day=19))
    assert answer.finding.waits[0].stop.km == 0.0
    free = long_road.ask("A", "D", at=NOON, policy=policy)
    assert free.finding.waits[0].stop.km > 10


def test_osm_s_own_hours_open_under_way(tmp_path):
    town = draw(
        "A---B---C",
        {"AB": {"highway": "primary"}, "BC": {"conditional": "hgv:conditional=no @ (08:00-12:10)"}},
        column_m=5000.0,
    )
    story = Story(tmp_path, town)
    answer = story.ask("A", "C", at=NOON)
    assert (answer.verdict, answer.finding.waits) == (Verdict.VIABLE, ())
    early = story.ask("A", "C", at=at(8))
    assert untils(early) == [at(12, 10)]


def test_a_slower_hour_is_waited_out_where_that_arrives_earlier(road):
    flood = daily(
        "market",
        area(ROAD.at(21_000, 50), ROAD.at(39_000, 50), ROAD.at(39_000, -50), ROAD.at(21_000, -50)),
        "11:00",
        "12:40",
        effect=EffectKind.DIFFICULT,
        speed_factor=0.1,
    )
    answer = road.ask("A", "D", at=NOON, what_if=(flood,))
    assert untils(answer) == [at(12, 40)]


def test_delays_have_no_rest_and_are_told_apart(road):
    queue = constraint(
        "queue",
        ROAD.between("BC", 0.5),
        effect=EffectKind.DELAY_ONLY,
        delay_min=60,
        delay_max_min=180,
    )
    free = road.ask("A", "D", at=NOON).as_json()["way"]
    way = road.ask("A", "D", at=NOON, what_if=(queue,)).as_json()["way"]
    assert way["delay_h"] == 1.0
    assert way["moving_h"] == free["moving_h"]
    assert way["duration_h"] == pytest.approx(free["duration_h"] + 1.0, abs=0.011)
    assert way["durations"]["worst_h"] >= way["durations"]["expected_h"] + 1.99


def test_a_penalised_stretch_is_avoided_only_where_that_is_not_much_longer(ring):
    rough = constraint("rough", RING.between("BC", 0.5), effect=EffectKind.DIFFICULT)
    policy = Policy(difficult=Treatment.PENALISE)
    answer = ring.ask("A", "C", at=NOON, policy=policy, what_if=(rough,))
    assert ring.way(answer) == "ADEC"
    assert any("would rather avoid" in note.reason for note in answer.finding.notes)
    slide = constraint("slow", RING.between("DE", 0.5), effect=EffectKind.DELAY_ONLY, delay_min=60)
    kept = ring.ask("A", "C", at=NOON, policy=policy, what_if=(rough, slide))
    assert ring.way(kept) == "ABC"
    assert any("1.5 times" in note.reason for note in kept.finding.notes)


@pytest.mark.parametrize(
    ("fields", "policy", "verdict"),
    [
        (
            {"effect": EffectKind.ADVISORY, "security_category": SecurityCategory.D},
            {"max_security": SecurityCategory.C},
            Verdict.NOT_VIABLE,
        ),
        (
            {"effect": EffectKind.ADVISORY, "security_category": SecurityCategory.C},
            {"max_security": SecurityCategory.C},
            Verdict.VIABLE,
        ),
        ({"effect": EffectKind.DIFFICULT}, {"difficult": Treatment.FORBID}, Verdict.NOT_VIABLE),
        *(
            # Somewhere in the district: nobody knows that it is on this way.
            (
                {
                    "effect": effect,
                    "security_category": SecurityCategory.D,
                    "location_precision": LocationPrecision.BAD,
                },
                {"max_security": SecurityCategory.C},
                Verdict.UNKNOWN,
            )
            for effect in (EffectKind.ADVISORY, EffectKind.UNKNOWN, EffectKind.DIFFICULT)
        ),
        (
            {"effect": EffectKind.DIFFICULT, "review_by": NOON - timedelta(days=1)},
            {"stale": Treatment.FORBID},
            Verdict.UNKNOWN,
        ),
    ],
)
def test_what_a_policy_forbids(road, ring, fields, policy, verdict):
    report = constraint("report", ROAD.between("BC", 0.5), **fields)
    answer = road.ask("A", "D", at=NOON, policy=Policy(**policy), what_if=(report,))
    assert answer.verdict is verdict
    if verdict is Verdict.NOT_VIABLE:
        (note,) = answer.finding.blocked_by
        assert (note.kind, note.id) == ("policy", "report")
    around = replace(report, geometry=RING.between("BC", 0.5).point)
    free = ring.ask("A", "C", at=NOON, policy=Policy(**policy), what_if=(around,))
    assert ring.way(free) == ("ABC" if verdict is Verdict.VIABLE else "ADEC")


@pytest.mark.parametrize("minutes", range(0, 600, 37))
def test_an_answer_holds_for_every_departure_before_its_end(ring, minutes):
    """Both roads have hours of their own; verdict and way are the same until then.

    So is the duration, or the arrival of who waits.
    """
    rules = (
        daily("curfew", RING.between("BC", 0.5), "20:00", "06:00"),
        daily("market", RING.between("DE", 0.5), "04:00", "05:30"),
    )
    departure = at(20) + timedelta(minutes=minutes)
    answer = ring.ask("A", "C", at=departure, what_if=rules)
    assert answer.valid_until >= departure
    last = answer.valid_until - timedelta(milliseconds=2)
    for later in (departure + (last - departure) / 2, last):
        if later > departure:
            again = ring.ask("A", "C", at=later, what_if=rules)
            assert (again.verdict, ring.way(again)) == (answer.verdict, ring.way(answer))
            if answer.finding.waits:
                arrival = answer.way.arrival(departure)
                assert again.way.arrival(later) == pytest.approx(arrival, abs=MS2)
            else:
                assert again.way.duration_h == answer.way.duration_h
                assert not again.finding.waits


def test_a_country_to_avoid_is_gone_round_or_named(ring, monkeypatch):
    north = area(
        RING.at(5000, 500), RING.at(35_000, 500), RING.at(35_000, -500), RING.at(5000, -500)
    )
    whole = area(RING.at(-5e4, 5e4), RING.at(9e4, 5e4), RING.at(9e4, -5e4), RING.at(-5e4, -5e4))
    avoid = Policy(avoid_countries=("nrt",))
    for country, way, verdict in (
        (north, "ADEC", Verdict.VIABLE),
        (whole, "", Verdict.NOT_VIABLE),
    ):
        monkeypatch.setattr(Inputs, "boundaries_of", lambda *_, area=country: area)
        answer = ring.ask("A", "C", at=NOON, policy=avoid)
        assert (ring.way(answer), answer.verdict) == (way, verdict)
    (note,) = answer.finding.blocked_by
    assert (note.kind, note.name) == ("policy", "NRT")
    monkeypatch.undo()
    with pytest.raises(NotFound, match="nrt"):
        ring.ask("A", "C", at=NOON, policy=avoid)


def test_an_answer_that_waits_holds_until_nobody_would_wait(road):
    curfew = daily("curfew", ROAD.between("BC", 0.5), "20:00", "06:00")
    answer = road.ask("A", "D", at=at(3), what_if=(curfew,))
    (wait,) = answer.finding.waits
    assert answer.valid_until == at(3) + (wait.stop.until - wait.stop.start)
    assert "arrives at the same time and waits less" in " ".join(answer.as_text().split())
    late = road.ask("A", "D", at=answer.valid_until, what_if=(curfew,))
    assert late.finding.waits == ()


def test_before_a_night_without_driving_nothing_is_promised_to_who_leaves_later(road):
    answer = road.ask("A", "D", at=at(17, 30), policy=Policy(night_driving=False))
    assert answer.valid_until == at(17, 30)


def test_a_hold_after_rain_says_when_it_opens(road):
    """A heavier truck is held for longer than a light one."""
    hold = constraint(
        "mud",
        ROAD.between("BC", 0.5),
        effect=EffectKind.RESTRICTED,
        rain_hold_light_h=12.0,
        rain_hold_heavy_h=24.0 * 40,
        last_rain_at=at(10),
    )
    answer = road.ask("A", "D", at=at(12), what_if=(hold,))
    assert answer.verdict is Verdict.NOT_VIABLE, "it is longer than the longest search"
    assert "closed after rain until 28 Dec 2026 10:00 UTC" in answer.finding.blocked_by[0].reason
    assert "opens at 28 Dec 2026 10:00 UTC" in answer.finding.blocked_by[0].reason


def test_a_season_of_a_constraint_is_named_with_the_closure(road):
    mud = constraint("mud", ROAD.between("BC", 0.5), season_months=(10, 11, 12), time_zone="UTC")
    (note,) = road.ask("A", "D", at=NOON, what_if=(mud,)).finding.blocked_by
    assert "holds in October–December UTC" in note.reason
    assert "opens at 01 Jan 2027 00:00 UTC" in note.reason


def test_a_permit_a_convoy_and_an_escort_are_named(road):
    gate = constraint(
        "gate",
        ROAD.between("BC", 0.5),
        effect=EffectKind.RESTRICTED,
        permit_name="Transit pass",
        convoy_required=True,
        escort_required=True,
    )
    answer = road.ask("A", "D", at=NOON, what_if=(gate,))
    assert answer.verdict is Verdict.VIABLE_WITH_CONDITIONS
    text = " ".join(answer.as_text().split())
    for words in ("a permit (Transit pass) is required", "a convoy is", "an escort is"):
        assert words in text


@pytest.mark.parametrize(
    ("hours", "departure", "verdict", "words"),
    [
        ("06:00-18:00", 12, Verdict.VIABLE, None),
        ("06:00-18:00", 19, Verdict.VIABLE_WITH_CONDITIONS, "it opens at 19 Nov 2026 06:00 UTC"),
        ("sunrise-sunset", 12, Verdict.VIABLE_WITH_CONDITIONS, "may be closed when"),
        ("when the keeper is in", 12, Verdict.VIABLE_WITH_CONDITIONS, "cannot be told from a"),
    ],
)
def test_an_arrival_outside_the_hours_of_the_destination_conditions(
    road, hours, departure, verdict, words
):
    outlook = road.planner.outlook(Terms(vehicle=TRUCK, at=at(departure)))
    origin, gate = (outlook.place(road._place(letter)) for letter in "AD")
    gate = replace(gate, row={"opening_hours": hours})
    answer = outlook.answer(origin, gate)
    assert answer.verdict is verdict
    if words is None:
        assert answer.finding.conditions == ()
        assert answer.valid_until == at(18) - answer.way.elapsed
    else:
        (note,) = answer.finding.conditions
        assert (note.kind, words in note.reason) == ("facility", True)


def test_a_border_to_avoid_is_gone_round_or_blocks(tmp_path):
    story = Story(tmp_path, RING)
    post = BorderCrossing(
        id="post",
        name="The post",
        status=OperationalStatus.OPERATIONAL,
        source_org="Border agency",
        date_of_information=NOON - timedelta(days=1),
        reliability=Reliability.B,
        location_precision=LocationPrecision.ACCURATE,
        geometry=RING.between("BC", 0.5).point,
    )
    draft = story.store.draft(
        "border_crossings", frame_of(BorderCrossing, [post]), author="editor", message="posts"
    )
    story.store.publish(draft.id, author="approver")
    assert story.way(story.ask("A", "C")) == "ABC"
    avoiding = Policy(avoid_borders=("post",))
    assert story.way(story.ask("A", "C", policy=avoiding)) == "ADEC"
    slide = constraint("slide", RING.between("DE", 0.5))
    there = story.ask("A", "C", policy=avoiding, what_if=(slide,))
    assert there.verdict is Verdict.NOT_VIABLE
    (note,) = there.finding.blocked_by
    assert note.id == "slide" or "a border crossing to avoid" in note.reason
    assert story.way(story.ask("A", "C", what_if=(slide,))) == "ABC"
    with pytest.raises(NotFound, match="no border crossing another"):
        story.ask("A", "C", policy=Policy(avoid_borders=("another",)))


@pytest.mark.parametrize("seed", range(30))
def test_the_quick_answer_is_the_search_over_time(ring, monkeypatch, seed):
    """Where nothing decides that time changes, both are allowed: they arrive at the same moment."""
    chance = random.Random(seed)
    edges = ("AB", "BC", "AD", "DE", "EC")
    rules = []
    for number in range(chance.randint(1, 3)):
        where = RING.between(chance.choice(edges), chance.choice((0.25, 0.5)))
        start, hours = chance.randrange(24), chance.randrange(1, 8)
        fields = chance.choice(
            [
                {},
                {"effect": EffectKind.DIFFICULT, "speed_factor": 0.5},
                {"effect": EffectKind.DELAY_ONLY, "delay_min": 25.0},
            ]
        )
        ends = (f"{start:02d}:00", f"{(start + hours) % 24:02d}:00")
        rules.append(daily(f"rule-{number}", where, *ends, **fields))
    departure = at(0) + timedelta(minutes=chance.randrange(1440))
    quick = ring.ask("A", "C", at=departure, what_if=tuple(rules))
    monkeypatch.setattr(Passage, "_unchanged", lambda *_: False)
    monkeypatch.setattr(Passage, "_keeps_its_time", lambda *_: False)
    timed = ring.ask("A", "C", at=departure, what_if=tuple(rules))
    assert timed.verdict is quick.verdict
    assert timed.way.arrival(departure) == pytest.approx(quick.way.arrival(departure), abs=MS2 * 5)
