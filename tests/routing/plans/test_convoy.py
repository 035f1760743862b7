"""Convoys: one way for all, leg by leg, with fuel, a card, and no card for a hypothesis."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.asciimap import draw
from support.planning import letter, letters, outlook_of
from support.story import NOON, Story, constraint

from lca.errors import UsageError
from lca.instant import zone
from lca.vehicle import vehicle_class
from lca.vocab import Cargo, Drive, EffectKind, Verdict
from routing.plans.convoy import Group, as_one
from routing.plans.convoyplan import Needs, leg_line, plan_convoy
from routing.plans.routecard import RouteCard
from routing.plans.variants import judged_on, leaving_at

HEAVY, LIGHT, CAR = (vehicle_class(code) for code in ("artic_5", "truck_light", "lv_4wd"))
BOTH = (Group(2, HEAVY), Group(1, LIGHT))
LADDER = draw(
    """
    A---B---C
    |   |   |
    D---E---F
    """,
    {"ABC": {"highway": "primary", "name": "Upper"}, "DEF": {}, "AD": {}, "BE": {}, "CF": {}},
    column_m=500,
    row_m=500,
)


def plan(story, groups=BOTH, stops="AC", *, terms=None, **options):
    outlook = outlook_of(story, as_one(groups), **(terms or {}))
    return plan_convoy(outlook, groups, letters(outlook, story, stops), **options)


def way(story, leg):
    return "" if leg.way is None else story.town.way_of(leg.way.trip.arcs)


def test_a_convoy_is_the_worst_of_its_vehicles():
    low = replace(LIGHT, height_m=4.5, drive=Drive.D4X4, hazmat=True)
    one = as_one((Group(2, HEAVY), Group(1, low)))
    assert (one.gross_t, one.height_m, one.length_m) == (40, 4.5, 16.5)
    assert one.drive is Drive.D4X2, "the least able decides what may be demanded of all"
    assert one.practicability == HEAVY.practicability
    assert one.top_speed_kmh == min(HEAVY.top_speed_kmh, low.top_speed_kmh)
    assert one.hazmat
    assert as_one((Group(1, LIGHT),)).code == "truck_light"


def test_a_tanker_makes_dangerous_goods_of_a_convoy_and_of_its_way_back():
    tanker, medical = replace(HEAVY, cargo=Cargo.FUEL), replace(LIGHT, cargo=Cargo.MEDICAL)
    assert as_one((Group(1, tanker), Group(1, medical))).hazmat
    assert Group(1, tanker).empty().vehicle.hazmat, "its tank has not been cleaned"
    assert not Group(1, medical).empty().vehicle.hazmat


def test_the_heaviest_decides_the_way_of_all(tmp_path):
    story = Story(tmp_path, LADDER)
    story.publish(
        constraint(
            "bridge", LADDER.between("BC", 0.5), effect=EffectKind.RESTRICTED, max_gross_t=20
        )
    )
    assert way(story, plan(story, (Group(3, LIGHT),)).legs[0]) == "ABC"
    assert way(story, plan(story).legs[0]) == "ABEFC"


@pytest.mark.parametrize("engine", ["scipy", "numba"])
def test_what_concerns_one_vehicle_only_turns_the_whole_convoy(tmp_path, engine):
    """The rule names light trucks: an artic alone passes, but a convoy keeps together."""
    story = Story(tmp_path, LADDER, engine=engine)
    story.publish(
        constraint("light-only", LADDER.between("BC", 0.5), applies_to_vehicles=("truck_light",)),
        constraint("heavy-only", LADDER.between("EF", 0.5), applies_to_min_practicability=6),
    )
    assert way(story, plan(story, (Group(1, HEAVY),)).legs[0]) == "ABC"
    assert way(story, plan(story, (Group(1, LIGHT),)).legs[0]) in {"ABEFC", "ADEFC"}
    both = plan(story)
    assert both.verdict is Verdict.NOT_VIABLE
    reasons = {note.id: note.reason for note in both.legs[0].finding.blocked_by}
    assert len(reasons) == 1
    story.publish(constraint("heavy-only", LADDER.between("AB", 0.5), effect=EffectKind.ADVISORY))
    after = plan(story)
    assert way(story, after.legs[0]) in {"ABEFC", "ADEFC"}
    (avoided,) = after.legs[0].finding.avoided
    assert avoided.reason.startswith("Light truck")


def test_mixed_cargo_is_judged_vehicle_by_vehicle(tmp_path):
    story = Story(tmp_path, LADDER)
    story.publish(
        constraint(
            "no-trade", LADDER.between("BC", 0.5), applies_to_cargo=(Cargo.COMMERCIAL.value,)
        )
    )
    relief = Group(1, replace(LIGHT, cargo=Cargo.HUMANITARIAN))
    trade = Group(1, replace(CAR, cargo=Cargo.COMMERCIAL))
    assert way(story, plan(story, (relief,)).legs[0]) == "ABC"
    assert way(story, plan(story, (relief, trade)).legs[0]) in {"ABEFC", "ADEFC"}


def test_a_condition_of_one_vehicle_is_a_condition_of_the_convoy(tmp_path):
    story = Story(tmp_path, LADDER)
    story.publish(
        constraint(
            "permit",
            LADDER.between("BC", 0.5),
            effect=EffectKind.DIFFICULT,
            applies_to_vehicles=("truck_light",),
        )
    )
    found = plan(story)
    assert found.verdict is Verdict.VIABLE_WITH_CONDITIONS
    assert [note.id for note in found.legs[0].finding.conditions] == ["permit"]


def test_each_leg_departs_when_the_stop_after_the_last_is_over(tmp_path):
    story = Story(tmp_path, LADDER)
    found = plan(story, stops="ACF", stop_h=(2, 1), back_empty=True, terms={"at": NOON})
    first, second, back = found.legs
    assert first.departure == NOON
    assert second.departure == first.arrival + timedelta(hours=2)
    assert back.departure == second.arrival + timedelta(hours=1)
    assert (back.origin.name, back.destination.name, back.back) == ("F", "A", True)
    assert found.length_km == pytest.approx(sum(leg.way.length_km for leg in found.legs))
    assert "empty" in leg_line(back)


def test_the_way_back_is_judged_without_the_load(tmp_path):
    """The bridge bears the empty truck: 40 t gross less 24 t payload."""
    story = Story(tmp_path, draw("A---B---C\n \\     /\n  D---E", {"ABC": {}, "ADEC": {}}))
    town = story.town
    story.publish(
        constraint("bridge", town.between("AB", 0.5), effect=EffectKind.RESTRICTED, max_gross_t=16)
    )
    there, back = plan(story, (Group(1, HEAVY),), back_empty=True).legs
    assert (way(story, there), way(story, back)) == ("ADEC", "CBA")
    story.publish(
        constraint(
            "bridge", town.between("AB", 0.5), effect=EffectKind.RESTRICTED, max_gross_t=15.9
        )
    )
    assert way(story, plan(story, (Group(1, HEAVY),), back_empty=True).legs[1]) == "CEDA"


def test_a_closure_that_begins_during_a_stop_meets_the_next_leg(tmp_path):
    story = Story(tmp_path, LADDER)
    story.publish(
        constraint("bridge", LADDER.between("BC", 0.5), valid_from=NOON + timedelta(hours=1))
    )
    at_once = plan(story, stops="ABC", terms={"at": NOON})
    assert [way(story, leg) for leg in at_once.legs] == ["AB", "BC"]
    later = plan(story, stops="ABC", stop_h=(3, 0), terms={"at": NOON})
    assert [way(story, leg) for leg in later.legs] == ["AB", "BEFC"]


def test_a_journey_that_ends_before_its_destination_is_not_viable(tmp_path):
    story = Story(tmp_path, LADDER)
    cut = [constraint(f"c{end}", LADDER.between(end, 0.5)) for end in ("BC", "CF")]
    story.publish(*cut)
    found = plan(story, stops="ABCF")
    assert (found.verdict, found.complete, len(found.legs)) == (Verdict.NOT_VIABLE, False, 2)
    assert "what follows was not planned" in found.as_text()
    with pytest.raises(UsageError, match="not viable"):
        RouteCard(found)


def stations(story, *wanted):
    outlook = outlook_of(story)
    return tuple(
        replace(
            letter(outlook, story, name, id=name, diesel_available=diesel, status=status),
            position=story.town.between(f"{name}{chr(ord(name) + 1)}", 0.0, aside_m=aside_m),
        )
        for name, diesel, status, aside_m in wanted
    )


ROAD = draw("A---B---C---D---E", {"ABCDE": {"highway": "primary"}}, column_m=25_000)
"""100 km between two letters."""


@pytest.mark.parametrize(
    ("fuel", "sure", "hoped", "word"),
    [
        ((), 400, 400, "does not suffice"),
        ((("C", True, "operational", 50),), 200, 200, "within the range"),
        ((("C", None, None, 50),), 400, 200, "only if diesel is found"),
        ((("C", False, "operational", 50),), 400, 400, "does not suffice"),
        ((("C", True, "destroyed", 50),), 400, 400, "does not suffice"),
        ((("C", True, "operational", 5_000),), 400, 400, "does not suffice"),
        ((("B", True, None, 0), ("D", True, None, 0)), 200, 200, "within the range"),
    ],
)
def test_the_longest_gap_between_fuel(tmp_path, fuel, sure, hoped, word):
    story = Story(tmp_path, ROAD)
    needs = Needs(range_km=250, stations=stations(story, *fuel))
    report = plan(story, stops="AE", needs=needs).fuel
    assert report.longest_sure_km == pytest.approx(sure, rel=0.01)
    assert report.longest_hoped_km == pytest.approx(hoped, rel=0.01)
    assert word in report.words


def test_a_station_where_a_leg_ends_and_the_next_begins_is_named_once(tmp_path):
    story = Story(tmp_path, LADDER)
    outlook = outlook_of(story)
    station = (letter(outlook, story, "B", id="station", diesel_available=True),)
    found = plan(story, stops="ABC", back_empty=True, needs=Needs(stations=station))
    assert [round(item.km) for item in found.fuel.stations] == [2, 6]


def test_the_card_says_it_all_and_stays_short(tmp_path):
    story = Story(tmp_path, LADDER, exercise=True)
    story.publish(
        *(
            constraint(f"mud-{i}", LADDER.between("AB", i / 12), effect=EffectKind.DIFFICULT)
            for i in range(1, 11)
        )
    )
    outlook = outlook_of(story)
    post = (letter(outlook, story, "B", id="post", status="operational"),)
    found = plan(story, stops="ABC", stop_h=(2, 0), needs=Needs(range_km=500, posts=post))
    card = RouteCard(found)
    text, html = card.as_text(), card.as_html()
    for words in ("EXERCISE", "VIABLE WITH CONDITIONS", "Verify again before", "stays 2 h"):
        assert words in text
        assert words in html
    assert all(f"mud {number}" in text.lower() for number in range(1, 11))
    assert "see the full plan" not in text
    assert len(text.splitlines()) < 60
    assert "verify locally before movement" in text
    assert "Constraints version" in text
    assert "<script" not in html
    assert "http" not in html.split("<footer>")[0]


def test_a_full_card_leaves_out_the_source_and_never_a_part_of_the_rule(tmp_path):
    """Thirty stretches with long names, each closed on other hours: no rule is cut."""
    story = Story(tmp_path, LADDER)
    story.publish(
        *(
            constraint(
                f"stretch-{number:02}-of-a-road-whose-name-is-far-longer-than-a-line-of-the-card",
                LADDER.between("AB", number / 32),
                daily_from=f"{number % 6:02}:00",
                daily_to=f"{number % 6 + 1:02}:{number + 10}",
                time_zone="America/Santiago",
            )
            for number in range(1, 31)
        )
    )
    found = plan(story, stops="ABC", terms={"at": NOON})
    notes = [note for number, note in found.notes("notes") + found.notes("conditions")]
    assert len(notes) == 30
    text = RouteCard(found).as_text()
    assert "more: see the full plan" in text
    shown = [line for line in text.splitlines() if "Stretch " in line]
    assert shown
    reasons = {note.reason for note in notes}
    assert all(any(reason in line for reason in reasons) for line in shown)


def test_a_card_without_an_operation_says_that_its_times_are_utc(tmp_path):
    found = plan(Story(tmp_path, LADDER))
    unzoned = replace(found, heading=replace(found.heading, zone=None))
    assert "All times are UTC" in RouteCard(unzoned).as_text()
    assert "before 18 Nov 2026 12:00 UTC." in RouteCard(unzoned).as_text()


def test_names_cannot_break_out_of_the_card(tmp_path):
    story = Story(tmp_path, LADDER)
    story.publish(constraint("<img src=x>", LADDER.between("AB", 0.5), effect=EffectKind.DIFFICULT))
    html = RouteCard(plan(story)).as_html()
    assert "<img" not in html
    assert "&lt;img" in html


def test_a_hypothesis_gives_a_plan_and_no_card(tmp_path):
    story = Story(tmp_path, LADDER)
    supposed = constraint("flood", LADDER.between("BC", 0.5))
    found = plan(story, terms={"what_if": (supposed,)})
    assert found.as_json()["hypothetical"] is True
    assert "HYPOTHETICAL" in found.as_text()
    with pytest.raises(UsageError, match="hypothetical"):
        RouteCard(found)


def test_verify_before_is_the_departure_or_the_first_change_before_it(tmp_path):
    story = Story(tmp_path, LADDER)
    leaves = NOON + timedelta(days=3)
    assert plan(story, terms={"at": leaves}).verify_before == leaves
    review = NOON + timedelta(days=1)
    story.publish(
        constraint("mud", LADDER.between("BC", 0.5), effect=EffectKind.DIFFICULT, review_by=review)
    )
    found = plan(story, terms={"at": leaves})
    assert found.verify_before == review


def test_the_plan_holds_until_the_first_leg_would_change(tmp_path):
    """The second leg meets the closure first, for it departs three hours later."""
    story = Story(tmp_path, LADDER)
    closes = NOON + timedelta(hours=10)
    story.publish(constraint("bridge", LADDER.between("BC", 0.5), valid_from=closes))
    found = plan(story, stops="ABC", stop_h=(3, 0), terms={"at": NOON})
    assert found.holds_until is not None
    assert found.holds_until <= closes - timedelta(hours=3)


@pytest.mark.parametrize(
    ("groups", "options", "words"),
    [
        ((), {}, "at least one"),
        (BOTH, {"stop_h": (1, 2)}, "no journey"),
        (BOTH, {"stop_h": (-1,)}, "shorter than nothing"),
    ],
)
def test_what_makes_no_sense_is_refused(tmp_path, groups, options, words):
    with pytest.raises(UsageError, match=words):
        plan(Story(tmp_path, LADDER), groups, **options)


def test_so_many_vehicles_are_no_convoy():
    with pytest.raises(UsageError, match="0 x"):
        Group(0, HEAVY)
    with pytest.raises(UsageError, match="range"):
        Needs(range_km=0)


ROAD_OF_ONE = draw("A---B---C", {"ABC": {"highway": "primary", "name": "Only road"}})
NIGHT = NOON.replace(hour=23)


@pytest.mark.parametrize("engine", ["scipy", "numba"])
def test_what_one_vehicle_waits_for_all_wait_for(tmp_path, engine):
    """The night ban names light trucks: the artic alone goes at once, together they wait."""
    story = Story(tmp_path, ROAD_OF_ONE, engine=engine)
    ban = constraint(
        "ban",
        ROAD_OF_ONE.between("BC", 0.5),
        daily_from="22:00",
        daily_to="05:00",
        time_zone="UTC",
        applies_to_vehicles=("truck_light",),
    )
    story.publish(ban)
    alone = plan(story, (Group(2, HEAVY),), terms={"at": NIGHT}).legs[0]
    assert alone.finding.waits == ()
    together = plan(story, terms={"at": NIGHT})
    (leg,) = together.legs
    assert together.verdict is Verdict.VIABLE
    (wait,) = leg.finding.waits
    assert (wait.owner is not None, wait.stop.until.hour) == (True, 5)
    assert leg.arrival > wait.stop.until
    assert leg.as_json()["waits"][0]["id"] == "ban"
    assert together.holds_until <= wait.stop.until, "whoever leaves after the ban does not wait"


def test_a_wait_is_on_the_card_and_in_the_text_with_its_reason(tmp_path):
    story = Story(tmp_path, ROAD_OF_ONE)
    story.publish(
        constraint(
            "night-ban",
            ROAD_OF_ONE.between("BC", 0.5),
            daily_from="22:00",
            daily_to="05:00",
            time_zone="UTC",
        )
    )
    found = plan(story, terms={"at": NIGHT})
    assert "until 19 Nov 2026 05:00 UTC" in found.as_text()
    card = RouteCard(replace(found, heading=replace(found.heading, zone=zone("America/Santiago"))))
    local = "until 19 Nov 2026 02:00 -03:00 "
    for page, until in (
        (card.as_text(), f"{local}[05:00 UTC]"),
        (card.as_html(), f"{local}<small>[05:00 UTC]</small>"),
    ):
        assert "Waits" in page
        assert until in page
        assert "America/Santiago" in page
        assert "Night ban is closed until then" in page


def test_a_leg_that_begins_in_the_morning_after_a_wait_is_judged_then(tmp_path):
    """The second leg departs after the wait of the first: the closure of BC has begun by then."""
    story = Story(tmp_path, LADDER)
    story.publish(
        constraint(
            "ban-1",
            LADDER.between("AB", 0.5),
            daily_from="22:00",
            daily_to="05:00",
            time_zone="UTC",
        ),
        constraint(
            "ban-2",
            LADDER.between("DE", 0.5),
            daily_from="22:00",
            daily_to="05:00",
            time_zone="UTC",
        ),
        constraint("works", LADDER.between("BC", 0.5), valid_from=NIGHT + timedelta(hours=4)),
    )
    legs = plan(story, (Group(1, CAR),), stops="ABC", terms={"at": NIGHT}).legs
    assert legs[0].arrival.hour == 5
    assert way(story, legs[1]) == "BEFC"


HOURS = draw(
    """
    A---B---C
    |       |
    D-------E
    """,
    {"ABC": {"conditional": "hgv:conditional=no @ (06:00-18:00)"}, "ADEC": {}},
)


@pytest.mark.parametrize("engine", ["scipy", "numba"])
def test_a_given_way_is_judged_alone_when_the_hours_of_another_road_open(tmp_path, engine):
    """At 17:59 the short road opens in a minute; who is judged on the long one stays on it."""
    story = Story(tmp_path, HOURS, engine=engine)
    noon = outlook_of(story, "truck_heavy_3", at=NOON)
    ends = letters(noon, story, "AC")
    long = noon.finding(*ends).way
    assert story.town.way_of(long.trip.arcs) == "ADEC"
    evening = leaving_at(noon, NOON.replace(hour=17, minute=59, second=59))
    assert story.town.way_of(evening.finding(*ends).way.trip.arcs) == "ABC"
    judged = judged_on(evening, *ends, long)
    assert judged.verdict is Verdict.VIABLE
    assert judged.waits == ()
    assert story.town.way_of(judged.way.trip.arcs) == "ADEC"


def test_a_given_way_waits_for_its_own_hours(tmp_path):
    story = Story(tmp_path, HOURS)
    night = outlook_of(story, "truck_heavy_3", at=NOON.replace(hour=20))
    ends = letters(night, story, "AC")
    short = night.finding(*ends).way
    assert story.town.way_of(short.trip.arcs) == "ABC"
    judged = judged_on(leaving_at(night, NOON), *ends, short)
    (wait,) = judged.waits
    assert wait.stop.until == NOON.replace(hour=18)
