"""The planner reads the store once a question, never answers from stale inputs, and can replay."""

from __future__ import annotations

import json
import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from support.asciimap import draw
from support.baregraph import ENGINE_NAMES
from support.story import NOON, TRUCK, Story, constraint

from lca.errors import AmbiguousVehicle, NotFound, StoreUnavailable, UsageError
from lca.vocab import Direction, EffectKind, Verdict
from routing.planner import Planner
from routing.policy import Policy
from routing.question import RouteQuestion
from routing.registry import register_network

TOWN = draw(
    """
    A---B---C
    |       |
    D-------E
    """,
    {"ABC": {"highway": "primary", "name": "Main Street"}, "ADEC": {"highway": "primary"}},
)
NORTH, SOUTH = TOWN.between("BC", 0.5), TOWN.between("DE", 0.5)


@pytest.fixture
def story(tmp_path):
    return Story(tmp_path, TOWN)


def test_all_engines_give_the_same_answer_but_for_their_name(story):
    story.publish(constraint("north", NORTH, delay_min=3.0, effect=EffectKind.DELAY_ONLY))
    question = RouteQuestion("lat=10,lon=0", "lat=10,lon=0.00182416", TRUCK, at=NOON)
    bodies = []
    for engine in ENGINE_NAMES:
        body = Planner(story.store, engine=engine).answer(question).as_json()
        assert engine.split("-")[0] in body["provenance"].pop("engine")
        bodies.append(body)
    assert len(bodies) > 1
    assert all(body == bodies[0] for body in bodies)


def test_an_answer_can_be_asked_again_equal_but_for_the_envelope(story):
    story.publish(constraint("north", NORTH), constraint("rumour", None))
    first = story.ask("A", "C")
    story.clock.tick(days=3)
    story.publish(constraint("south", SOUTH))
    fresh = Planner(story.store, engine="scipy")
    asked = first.asked
    again = fresh.answer(
        RouteQuestion(
            f"lat={asked.origin.position.lat},lon={asked.origin.position.lon}",
            f"lat={asked.destination.position.lat},lon={asked.destination.position.lon}",
            TRUCK,
            as_of=asked.as_of,
        )
    )
    old, new = json.loads(json.dumps(first.as_json())), json.loads(json.dumps(again.as_json()))
    assert old.pop("envelope") == {
        "computed_at": "2026-11-18T12:00:02Z",
        "constraints_age_h": 0.0,
        "roads_age_d": None,
        "warnings": [],
    }
    assert new.pop("envelope")["constraints_age_h"] == 72.0
    assert old == new
    assert again.as_text() == first.as_text()


def test_a_published_closure_counts_in_the_very_next_answer_of_every_planner(story):
    planners = [story.planner, Planner(story.store, engine="scipy")]
    ends = RouteQuestion("lat=10,lon=0", "lat=10,lon=0.00182416", TRUCK)
    for planner in planners:
        assert planner.answer(ends).verdict is Verdict.VIABLE
    story.publish(constraint("north", NORTH), constraint("south", SOUTH))
    for planner in planners:
        assert planner.answer(ends).verdict is Verdict.NOT_VIABLE


def test_a_new_graph_build_counts_at_once_and_constraints_are_matched_to_it(story):
    story.publish(constraint("by-way", None, osm_way_ids=(3,)))
    assert story.ask("A", "C").verdict is Verdict.VIABLE_WITH_CONDITIONS
    wider = draw(
        """
        A---B---C
        |       |
        D-------E
        """,
        {"AB": {}, "ADEC": {}, "BC": {"osm_way_id": 3}},
    )
    before = story.store.heads().as_of
    story.clock.tick(minutes=1)
    register_network(story.store, wider.network, message="way split")
    answer = story.ask("A", "C")
    assert answer.verdict is Verdict.VIABLE
    assert wider.way_of(answer.way.trip.arcs) == "ADEC"
    assert answer.sources.build.digest == wider.network.digest
    assert story.ask("A", "C", as_of=before).sources.build.digest == TOWN.network.digest


def test_without_roads_nothing_is_answered(tmp_path):
    story = Story(tmp_path, TOWN)
    empty = story.store.open(tmp_path / "empty", clock=story.clock)
    with pytest.raises(NotFound, match="lca roads build"):
        Planner(empty).answer(RouteQuestion("lat=10,lon=0", "lat=10,lon=0.001", TRUCK))


def test_a_withdrawn_head_is_refused_not_taken_for_empty(story):
    story.publish(constraint("north", NORTH))
    during = story.clock.tick(minutes=1)
    story.store.withdraw(
        "constraints",
        "latest",
        author="approver",
        reason="wrong file",
        confirm_lifts=frozenset({"north"}),
    )
    story.clock.tick(minutes=1)
    with pytest.raises(StoreUnavailable, match="withdrawn"):
        story.ask("A", "C", as_of=during)
    assert story.ask("A", "C").verdict is Verdict.VIABLE


def test_a_damaged_graph_build_is_refused(tmp_path):
    story = Story(tmp_path, TOWN)
    (story.store.builds_dir / TOWN.network.digest / "segments.arrow").write_bytes(b"ARROW1")
    with pytest.raises(StoreUnavailable):
        Planner(story.store, engine="scipy").answer(
            RouteQuestion("lat=10,lon=0", "lat=10,lon=0.001", TRUCK)
        )


def test_a_clock_behind_the_last_transaction_is_refused(story):
    story.publish(constraint("north", NORTH))
    story.clock.tick(minutes=-5)
    with pytest.raises(StoreUnavailable, match="clock"):
        story.ask("A", "C")


def test_what_is_malformed_is_refused_with_what_to_do(story):
    with pytest.raises(UsageError, match="future"):
        story.ask("A", "C", as_of=NOON + timedelta(days=1))
    with pytest.raises(UsageError, match="offset"):
        story.ask("A", "C", at=NOON.replace(tzinfo=None))
    with pytest.raises(UsageError, match="year 9999"):
        story.ask("A", "C", at=NOON.replace(year=9999))
    with pytest.raises(AmbiguousVehicle):
        story.ask("A", "C", "20 t")
    with pytest.raises(NotFound, match="no vehicle class"):
        story.ask("A", "C", "bicycle")
    twice = (constraint("x", NORTH), constraint("x", SOUTH))
    with pytest.raises(UsageError, match="same id"):
        story.ask("A", "C", what_if=twice)


def test_questions_in_many_threads_get_the_answers_of_one(story):
    closures = [constraint(f"closure-{n}", spot) for n, spot in enumerate((NORTH, SOUTH))]
    expected = [story.way(story.ask("A", "C", what_if=(item,))) for item in closures]
    found: list[tuple[int, str]] = []

    def ask(number: int) -> None:
        question = {"what_if": (closures[number],)}
        found.extend((number, story.way(story.ask("A", "C", **question))) for _ in range(5))

    threads = [threading.Thread(target=ask, args=(number % 2,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(found) == set(enumerate(expected))


def test_the_status_of_roads_for_a_vehicle(story):
    story.publish(
        constraint("closed", TOWN.between("AB", 0.5)),
        constraint("one-direction", NORTH, direction=Direction.FORWARD),
        constraint("unclear", SOUTH, effect=EffectKind.UNKNOWN),
        constraint("light-only", TOWN.between("AD", 0.5), effect="restricted", max_gross_t=10.0),
    )
    ids = TOWN.network.segments.ids()
    segment_of = {ids[TOWN.segment(ends)]: ends for ends in ("AB", "BC", "AD", "DE")}

    def status(vehicle, at=NOON):
        found = story.planner.road_status(vehicle, at=at)
        return {
            segment_of[key]: (item["status"], item["constraints"]) for key, item in found.items()
        }

    assert status(TRUCK) == {
        "AB": ("closed", ["closed"]),
        "BC": ("restricted", ["one-direction"]),
        "AD": ("closed", ["light-only"]),
        "DE": ("unverified", ["unclear"]),
    }
    assert "AD" not in status("lv_4wd")


def test_the_match_report_lists_every_constraint_in_order(story):
    story.publish(constraint("b", NORTH), constraint("a", None))
    report = story.planner.match_report()
    assert [(item["id"], item["state"]) for item in report] == [
        ("a", "unlocated"),
        ("b", "matched"),
        ("remark", "unmatched"),
    ]
    (piece,) = report[1]["pieces"]
    assert piece["segment_id"] == TOWN.network.segments.id_at(TOWN.segment("BC"))
    assert piece["from_fraction"] == piece["to_fraction"] == pytest.approx(0.5, abs=0.001)
    assert piece["forward"]
    assert piece["backward"]


def test_an_answer_reads_the_heads_once(story, monkeypatch):
    reads = []
    heads = type(story.store).heads
    monkeypatch.setattr(
        type(story.store),
        "heads",
        lambda self, as_of=None: reads.append(as_of) or heads(self, as_of),
    )
    story.ask("A", "C")
    assert reads == [None]


def test_json_and_text_say_the_same(story):
    story.publish(
        constraint("north", NORTH, source_ref="Sitrep 4", review_by=NOON - timedelta(days=1)),
        constraint("mud", SOUTH, effect=EffectKind.DIFFICULT),
    )
    answer = story.ask("A", "C")
    body, text = answer.as_json(), answer.as_text()
    assert text.startswith("VIABLE WITH CONDITIONS\n")
    for words in (
        "Mud: passable with difficulty",
        "North: closed",
        "review overdue",
        "verify locally",
    ):
        assert words in text.replace("\n    ", " ")
    assert body["comparison"]["extra_km"] == 0.4
    assert [note["id"] for note in body["conditions"]] == ["mud"]
    assert [note["id"] for note in body["comparison"]["avoided"]] == ["north"]
    assert body["comparison"]["avoided"][0]["review_overdue"]
    assert "safe" not in (json.dumps(body) + text).lower()
    way = body["way"]
    assert way["duration_h"] == pytest.approx(way["moving_h"] + way["rest_h"], abs=0.001)
    assert replace(answer, exercise=True).as_text().startswith("EXERCISE · ")


def test_sentences_tell_minutes_and_the_last_line_is_the_command_to_ask_again(story):
    story.clock.tick(microseconds=123456)
    story.publish(constraint("north", NORTH))
    answer = story.ask("A", "C", at=NOON + timedelta(microseconds=5))
    text = answer.as_text()
    exact = answer.as_json()["question"]
    keep, command = text.splitlines()[-2:]
    assert "--json" in keep
    assert "lca route --replay FILE" in keep
    assert command.startswith("  lca route lat=")
    assert (
        f"--vehicle {exact['vehicle']['code']} --as-of {exact['as_of']} --at {exact['at']}"
        in command
    )
    assert "123456" in command
    assert "123456" not in text.removesuffix(command)
    assert "Departure 18 Nov 2026 12:00 UTC, known as of 18 Nov 2026 12:00 UTC" in text
    assert "T12:" not in text.removesuffix(command)


@pytest.mark.parametrize(
    "terms",
    [
        {"policy": Policy(night_driving=False)},
        {"without": ("north",)},
        {"what_if": (constraint("supposed", NORTH),)},
        {"vehicle": "truck_light,gross_t=6"},
    ],
)
def test_no_options_are_offered_that_would_ask_something_else(story, terms):
    story.publish(constraint("north", NORTH))
    last = story.ask("A", "C", **terms).as_text().splitlines()[-1]
    assert "lca route --replay FILE" in last
    assert "--as-of" not in last


def test_an_answer_says_what_it_emits_and_by_which_factor(story):
    vehicle = "artic_5"
    body = story.ask("A", "C", vehicle).as_json()
    emitted = body["emissions"]
    assert emitted["distance_km"] == body["way"]["length_km"]
    known = any(emitted[key] is not None for key in ("tco2e_wtw", "tco2e_wtt", "tco2e_ttw"))
    assert known is (emitted["factor"] is not None), "nothing is estimated without a factor"
    assert known or emitted["reason"]
    text = story.ask("A", "C", vehicle).as_text()
    assert "CO2e: " in text
    closed = tuple(constraint(name, where) for name, where in (("n", NORTH), ("s", SOUTH)))
    assert story.ask("A", "C", vehicle, what_if=closed).as_json()["emissions"] is None
