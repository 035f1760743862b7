"""Verdicts: unassessed areas, closed facilities, blockers, policies, hypotheses and secrets."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from support.asciimap import draw
from support.story import NOON, Story, constraint, ended

from lca.errors import NotFound
from lca.vocab import EffectKind, LocationPrecision, OperationalStatus, Sensitivity, Verdict
from routing.policy import Treatment

TOWN = draw(
    """
    A---B---C
    |       |
    D-------E
    """,
    {"ABC": {"highway": "primary", "name": "Main Street"}, "ADEC": {"highway": "primary"}},
)
NORTH, SOUTH = TOWN.between("BC", 0.5), TOWN.between("DE", 0.5)
CONFIDENTIAL = Sensitivity.CONFIDENTIAL


def test_where_nobody_has_assessed_the_verdict_is_unknown(tmp_path):
    story = Story(tmp_path, TOWN, assessed=False)
    answer = story.ask("A", "C")
    assert answer.verdict is Verdict.UNKNOWN
    assert "nobody has assessed" in answer.summary
    assert story.way(answer) == "ABC"
    assert answer.as_json()["provenance"]["constraints"] is None


def test_what_was_known_before_the_first_assessment_was_unknown_too(tmp_path):
    story = Story(tmp_path, TOWN, assessed=False)
    before = story.clock.tick(minutes=1)
    story.publish(constraint("slide", NORTH, effect=EffectKind.ADVISORY))
    assert story.ask("A", "C").verdict is Verdict.VIABLE
    assert story.ask("A", "C", as_of=before).verdict is Verdict.UNKNOWN


@pytest.mark.parametrize(
    ("status", "as_destination", "as_origin"),
    [
        (OperationalStatus.OPERATIONAL, Verdict.VIABLE, Verdict.VIABLE),
        (OperationalStatus.RESTRICTED, "conditions", "conditions"),
        (OperationalStatus.NOT_OPERATIONAL, Verdict.NOT_VIABLE, "conditions"),
        (OperationalStatus.DESTROYED, Verdict.NOT_VIABLE, "conditions"),
        (OperationalStatus.PLANNED, Verdict.NOT_VIABLE, "conditions"),
        (OperationalStatus.UNKNOWN, Verdict.VIABLE, Verdict.VIABLE),
    ],
)
def test_a_closed_destination_blocks_and_a_closed_origin_conditions(
    tmp_path, status, as_destination, as_origin
):
    story = Story(tmp_path, TOWN)
    story.facility("warehouse", TOWN.place("C"), status)
    named = {"conditions": Verdict.VIABLE_WITH_CONDITIONS}
    to, back = story.ask("A", "warehouse"), story.ask("Warehouse", "A")
    assert to.verdict is named.get(as_destination, as_destination)
    assert back.verdict is named.get(as_origin, as_origin)
    if to.verdict is Verdict.NOT_VIABLE:
        (note,) = to.finding.blocked_by
        assert (note.kind, note.id, note.source_org) == (
            "facility",
            "warehouse",
            "Warehouse keeper",
        )


def test_a_yard_too_tight_for_the_truck_is_a_condition(tmp_path):
    story = Story(tmp_path, TOWN)
    story.facility("warehouse", TOWN.place("C"), truck_max_length_m=12.0)
    assert story.ask("A", "warehouse", "truck_heavy_3").verdict is Verdict.VIABLE
    answer = story.ask("A", "warehouse", "artic_5")
    assert answer.verdict is Verdict.VIABLE_WITH_CONDITIONS
    assert "longer than 12 m" in answer.finding.conditions[0].reason


def test_blockers_are_a_smallest_set_that_reopens_a_way(tmp_path):
    """Two closures in a row in the north, one in the south: the south alone is named."""
    story = Story(tmp_path, TOWN)
    story.publish(
        constraint("north-1", TOWN.between("AB", 0.5)),
        constraint("north-2", NORTH),
        constraint("south", SOUTH),
        constraint("elsewhere", TOWN.at(5000, 5000)),
    )
    answer = story.ask("A", "C")
    assert [note.id for note in answer.finding.blocked_by] == ["south"]
    assert story.ask("A", "C", without=("south",)).verdict is Verdict.VIABLE


def test_two_closures_of_the_only_stretch_are_both_named(tmp_path):
    town = draw("A---B", {"AB": {}})
    story = Story(tmp_path, town)
    story.publish(
        constraint("one", town.between("AB", 0.3)), constraint("two", town.between("AB", 0.6))
    )
    answer = story.ask("A", "B")
    assert [(note.id, note.km_from) for note in answer.finding.blocked_by] == [
        ("one", 0.03),
        ("two", 0.06),
    ]


def test_places_without_any_road_between_them_are_unknown_not_closed(tmp_path):
    town = draw("A---B C---D", {"AB": {}, "CD": {}}, column_m=1000.0)
    answer = Story(tmp_path, town).ask("A", "D")
    assert answer.verdict is Verdict.UNKNOWN
    assert "the road data has no way between them" in answer.summary


def test_an_end_far_off_the_road_is_a_condition(tmp_path):
    story = Story(tmp_path, TOWN)
    answer = story.ask("A", TOWN.at(200.0, 600.0))
    assert answer.verdict is Verdict.VIABLE_WITH_CONDITIONS
    assert answer.as_json()["way"]["off_road_m"] == {"origin": 0, "destination": 600}
    assert "600 m from the nearest road" in answer.finding.conditions[0].reason


def test_an_end_outside_the_road_data_is_an_error_that_says_so(tmp_path):
    with pytest.raises(NotFound, match="swapped"):
        Story(tmp_path, TOWN).ask("A", TOWN.at(200.0, 90_000.0))


@pytest.mark.parametrize(
    ("fields", "north_is_certain"),
    [
        ({"effect": EffectKind.UNKNOWN}, False),
        ({"valid_to": NOON - timedelta(days=1)}, False),
        ({"effect": EffectKind.RESTRICTED}, False),
        ({"effect": EffectKind.DIFFICULT}, True),
    ],
)
def test_a_policy_that_forbids_unknowns_goes_round_them(tmp_path, fields, north_is_certain):
    town = draw(
        """
        A---B---C
        |       |
        D-------E
        """,
        {"ABC": {"max_gross_t": 60.0}, "ADEC": {"max_gross_t": 60.0}},
    )
    story = Story(tmp_path, town)
    story.publish(constraint("report", town.between("BC", 0.5), **fields))
    allowed = story.ask("A", "C")
    assert (story.way(allowed), allowed.verdict) == ("ABC", Verdict.VIABLE_WITH_CONDITIONS)
    strict = story.ask("A", "C", unknown=Treatment.FORBID)
    if north_is_certain:
        assert (story.way(strict), strict.verdict) == ("ABC", Verdict.VIABLE_WITH_CONDITIONS)
        return
    assert (story.way(strict), strict.verdict) == ("ADEC", Verdict.VIABLE)
    # Without another way there is one only for who accepts the unknown.
    story.publish(constraint("slide", town.between("DE", 0.5)))
    strict = story.ask("A", "C", unknown=Treatment.FORBID)
    assert (story.way(strict), strict.verdict) == ("ABC", Verdict.UNKNOWN)
    assert "Report" in strict.summary


def test_a_policy_that_forbids_unknowns_keeps_away_from_poor_locations(tmp_path):
    town = draw("A---B", {"AB": {"max_gross_t": 60.0}})
    story = Story(tmp_path, town)
    story.publish(
        constraint("rumour", town.at(0.0, 3000.0), location_precision=LocationPrecision.BAD)
    )
    assert story.ask("A", "B").verdict is Verdict.VIABLE_WITH_CONDITIONS
    assert story.ask("A", "B", unknown=Treatment.FORBID).verdict is Verdict.UNKNOWN


def test_a_policy_that_forbids_unknowns_needs_known_limits(tmp_path):
    answer = Story(tmp_path, TOWN).ask("A", "C", unknown=Treatment.FORBID)
    assert answer.verdict is Verdict.UNKNOWN
    assert "without a known weight limit" in answer.summary


def test_a_hypothesis_is_marked_in_every_rendering_and_publishes_nothing(tmp_path):
    story = Story(tmp_path, TOWN)
    story.publish(constraint("south", SOUTH))
    supposed = story.ask("A", "C", what_if=(constraint("collapse", NORTH),))
    assert supposed.verdict is Verdict.NOT_VIABLE
    body = supposed.as_json()
    assert body["hypothetical"]
    assert body["summary"].startswith("Hypothetical: ")
    assert [note["hypothetical"] for note in body["blocked_by"]] == [True]
    assert "HYPOTHETICAL" in supposed.as_text().splitlines()[0]
    lifted = story.ask("A", "C", without=("south",), what_if=(constraint("collapse", NORTH),))
    assert (lifted.verdict, story.way(lifted)) == (Verdict.VIABLE, "ADEC")
    assert lifted.hypothetical
    plain = story.ask("A", "C")
    assert (plain.verdict, plain.hypothetical) == (Verdict.VIABLE, False)
    assert len(story.store.log("constraints")) == 2


def test_a_hypothesis_may_stand_in_the_place_of_a_published_constraint(tmp_path):
    story = Story(tmp_path, TOWN)
    story.publish(constraint("bridge", NORTH))
    weaker = constraint("bridge", NORTH, effect=EffectKind.RESTRICTED, max_gross_t=30.0)
    assert story.way(story.ask("A", "C", what_if=(weaker,))) == "ABC"


def test_a_restricted_closure_blocks_and_tells_nothing_of_itself(tmp_path):
    story = Story(tmp_path, TOWN)
    secret = constraint(
        "ambush-site",
        NORTH,
        sensitivity=CONFIDENTIAL,
        source_org="Informant",
        description="do not print",
    )
    assert not story.planner.movement_questions_need_clearance()
    story.publish(secret)
    assert story.planner.movement_questions_need_clearance()
    cleared = story.ask("A", "C", clearance=CONFIDENTIAL)
    public = story.ask("A", "C")
    assert story.way(public) == story.way(cleared) == "ADEC"
    assert [note.name for note in cleared.finding.avoided] == ["Ambush site"]
    (note,) = public.as_json()["comparison"]["avoided"]
    told = {key: value for key, value in note.items() if value not in (None, False)}
    assert told == {
        "kind": "constraint",
        "id": "restricted-1",
        "reason": "restricted constraint",
        "restricted": True,
    }
    story.publish(constraint("south", SOUTH, sensitivity=CONFIDENTIAL))
    for answer in (public, story.ask("A", "C"), story.ask("B", "C")):
        text = json.dumps(answer.as_json()) + answer.as_text()
        for word in ("ambush", "Ambush", "Informant", "do not print"):
            assert word not in text
    assert story.ask("A", "C").verdict is Verdict.NOT_VIABLE
    assert "a restricted constraint" in story.ask("A", "C").summary


def test_a_restricted_closure_can_be_neither_lifted_nor_replaced_nor_seen(tmp_path):
    story = Story(tmp_path, TOWN)
    secret = constraint("ambush-site", NORTH, sensitivity=CONFIDENTIAL)
    story.publish(secret)
    with pytest.raises(NotFound) as hidden:
        story.ask("A", "C", without=("ambush-site",))
    with pytest.raises(NotFound) as absent:
        story.ask("A", "C", without=("no-such-thing",))
    assert str(hidden.value).replace("ambush-site", "…") == str(absent.value).replace(
        "no-such-thing", "…"
    )
    harmless = constraint("ambush-site", NORTH, effect=EffectKind.ADVISORY)
    assert story.way(story.ask("A", "C", what_if=(harmless,))) == "ADEC"
    assert "ambush-site" not in json.dumps(story.planner.match_report())
    assert story.planner.road_status("truck_heavy_3") == {}
    seen = story.planner.road_status("truck_heavy_3", clearance=CONFIDENTIAL)
    assert [item["status"] for item in seen.values()] == ["closed"]


def test_the_story_of_a_closure_from_publication_to_its_end(tmp_path):
    story = Story(tmp_path, TOWN)
    story.publish(constraint("south", SOUTH))
    before = story.ask("A", "C")
    closure = constraint("north", NORTH)
    story.publish(closure)
    during = story.ask("A", "C")
    between = story.clock.tick(hours=1)
    story.publish(ended(closure, between))
    after = story.ask("A", "C")
    assert [before.verdict, during.verdict, after.verdict] == [
        Verdict.VIABLE,
        Verdict.NOT_VIABLE,
        Verdict.VIABLE,
    ]
    assert story.way(after) == story.way(before)
    again = story.ask("A", "C", as_of=during.asked.as_of)
    old, new = during.as_json(), again.as_json()
    assert old.pop("envelope") != new.pop("envelope")
    assert old == new


def test_delays_beyond_the_longest_way_are_named_as_what_blocks(tmp_path):
    """A month at a checkpoint is no way; three of ten days each are none together."""
    street = draw("A---B---C---D", {"ABCD": {}})
    for number, (spans, days) in enumerate((({"AB"}, 32), ({"AB", "BC", "CD"}, 11))):
        story = Story(tmp_path / str(number), street)
        story.publish(
            *(
                constraint(
                    f"queue-{ends}",
                    street.between(ends, 0.5),
                    effect=EffectKind.DELAY_ONLY,
                    delay_min=days * 24 * 60.0,
                )
                for ends in sorted(spans)
            )
        )
        answer = story.ask("A", "D")
        assert answer.verdict is Verdict.NOT_VIABLE
        assert answer.finding.blocked_by
        for note in answer.finding.blocked_by:
            assert note.id.startswith("queue-")
            assert "longer than 24 days" in note.reason
