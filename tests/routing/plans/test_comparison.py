"""What changed between two answers to one question."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.asciimap import draw
from support.planning import outlook_of
from support.story import NOON, Story, constraint

from lca.errors import NotFound
from lca.vocab import EffectKind, Verdict
from routing.plans.comparison import compare

TOWN = draw(
    """
    A---B---C
    |       |
    D-------E
    """,
    {"ABC": {"highway": "primary"}, "ADEC": {"highway": "primary"}},
    row_m=200,
)


def place(name):
    position = TOWN.place(name)
    return f"lat={position.lat:.9f},lon={position.lon:.9f}"


def compared(story, first=None, second=None):
    outlooks = (outlook_of(story, **(terms or {})) for terms in (first, second))
    return compare(*outlooks, place("A"), place("C"))


def test_a_version_later_the_road_is_closed_and_the_way_longer(tmp_path):
    story = Story(tmp_path, TOWN)
    before = story.clock.tick(minutes=1)
    story.publish(constraint("slide", TOWN.between("BC", 0.5)))
    found = compared(story, {"as_of": before, "at": NOON}, {"at": NOON})
    assert (found.extra_km, found.same_way) == (0.8, False)
    assert [(item.section, item.note.id) for item in found.appeared] == [("avoided", "slide")]
    assert found.gone == ()
    back = compared(story, {"at": NOON}, {"as_of": before, "at": NOON})
    assert back.extra_km == -0.8
    assert [item.note.id for item in back.gone] == ["slide"]


def test_another_date_changes_the_verdict(tmp_path):
    story = Story(tmp_path, TOWN)
    story.publish(
        *(
            constraint(name, TOWN.between(ends, 0.5), valid_from=NOON + timedelta(days=1))
            for name, ends in (("rains", "BC"), ("flood", "DE"))
        )
    )
    found = compared(story, {"at": NOON}, {"at": NOON + timedelta(days=2)})
    assert found.verdict is Verdict.NOT_VIABLE
    body = found.as_json()
    assert (body["verdict_changed"], body["extra_km"]) == (True, None)
    assert {item["section"] for item in body["appeared"]} == {"blocked_by"}
    assert "viable -> not viable" in found.as_text()


def test_a_hypothesis_on_either_side_marks_the_whole(tmp_path):
    story = Story(tmp_path, TOWN)
    supposed = constraint("flood", TOWN.between("BC", 0.5), effect=EffectKind.DIFFICULT)
    found = compared(story, None, {"what_if": (supposed,)})
    assert found.hypothetical
    assert found.as_text().startswith("HYPOTHETICAL")
    assert found.as_json()["first"]["hypothetical"] is False


def test_the_same_question_twice_differs_in_nothing(tmp_path):
    story = Story(tmp_path, TOWN)
    story.publish(constraint("slide", TOWN.between("BC", 0.5)))
    found = compared(story)
    assert (found.appeared, found.gone) == ((), ())
    assert (found.extra_km, found.extra_h, found.same_way) == (0, 0, True)


def test_a_place_must_be_known_in_both(tmp_path):
    story = Story(tmp_path, TOWN)
    before = story.clock.tick(minutes=1)
    story.facility("warehouse", TOWN.place("C"))
    first, second = outlook_of(story, as_of=before), outlook_of(story)
    with pytest.raises(NotFound, match="warehouse"):
        compare(first, second, place("A"), "warehouse")
