"""Rule 7: a reported blockage, mine or collapse warns cleared askers at once, before any review."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.asciimap import draw
from support.story import YESTERDAY, Story, constraint

from layers import review
from layers.draft import revise
from lca.constraint import Constraint
from lca.facility import Bridge
from lca.table import frame_of
from lca.vocab import (
    ConstraintStatus,
    ConstraintType,
    EffectKind,
    LocationPrecision,
    OperationalStatus,
    Sensitivity,
    Verdict,
)

CLEARED = Sensitivity.RESTRICTED

TOWN = draw(
    """
    A-----B-----C
          |
          D
    """,
    {"AB": {"name": "Shore road"}, "BC": {"name": "Hill road"}, "BD": {}},
)


@pytest.fixture
def story(tmp_path):
    return Story(tmp_path, TOWN)


def draft(story, *reports):
    """Report constraints in a draft that nobody publishes."""
    standing = list(story.published_constraints)
    story.clock.tick(seconds=60)
    return story.store.draft(
        "constraints",
        frame_of(type(reports[0]), [*standing, *reports]),
        author="Convoy 7",
        message="radio",
        clearance=Sensitivity.STRICTLY_CONFIDENTIAL,
    )


def report(name="mine", where=None, **fields):
    return constraint(
        name,
        where or TOWN.between("BC", 0.5),
        **{"constraint_type": ConstraintType.MINES_UXO, "effect": EffectKind.UNKNOWN, **fields},
    )


def test_a_reported_mine_warns_the_cleared_and_changes_no_verdict(story):
    made = draft(story, report())
    answer = story.ask("A", "C", clearance=CLEARED)
    assert answer.verdict is Verdict.VIABLE
    (warning,) = answer.warnings
    assert (warning.id, warning.status) == ("mine", "reported")
    assert f"reported by Convoy 7 on 18 Nov 2026 12:01 UTC (draft {made.id})" in warning.reason
    assert "UNVERIFIED" in warning.reason
    text = answer.as_text()
    assert text.index("WARNING") < text.index("Departure")
    assert answer.as_json()["envelope"]["warnings"][0]["id"] == "mine"


def test_the_public_is_told_nothing_of_drafts(story):
    draft(story, report())
    assert story.ask("A", "C").warnings == ()


def test_a_danger_above_the_clearance_is_not_told(story):
    draft(story, report(sensitivity=Sensitivity.CONFIDENTIAL))
    assert story.ask("A", "C", clearance=CLEARED).warnings == ()
    assert len(story.ask("A", "C", clearance=Sensitivity.CONFIDENTIAL).warnings) == 1


@pytest.mark.parametrize(
    ("reported", "warns"),
    [
        (report(effect=EffectKind.BLOCKED, constraint_type=ConstraintType.FLOOD), True),
        (report(constraint_type=ConstraintType.BRIDGE_DAMAGE), True),
        (report(constraint_type=ConstraintType.WORKS, effect=EffectKind.DIFFICULT), False),
        (report(status=ConstraintStatus.REJECTED), False),
        (report(where=TOWN.between("BD", 0.9)), False),  # on no road of the way
        # 250 m beside the road, on none: it may be on this way.
        (report(where=TOWN.between("BD", 0.5), location_precision=LocationPrecision.BAD), True),
    ],
)
def test_what_warns(story, reported, warns):
    draft(story, reported)
    assert bool(story.ask("A", "C", clearance=CLEARED).warnings) is warns


def test_a_published_report_is_no_warning_any_more(story):
    made = draft(story, report())
    story.store.publish(made.id, author="approver")
    answer = story.ask("A", "C", clearance=CLEARED)
    assert answer.warnings == ()
    assert answer.verdict is Verdict.VIABLE_WITH_CONDITIONS


def test_what_a_draft_repeats_of_the_published_is_no_news(story):
    story.publish(report())
    draft(story, replace(report("other", TOWN.between("BD", 0.9))))
    assert story.ask("A", "C", clearance=CLEARED).warnings == ()


def test_a_question_about_an_earlier_moment_is_answered_as_it_was(story):
    before = story.clock()
    draft(story, report())
    assert story.ask("A", "C", as_of=before, clearance=CLEARED).warnings == ()


def test_a_collapsed_bridge_of_a_drafted_facility_warns(story):
    place = TOWN.between("BC", 0.5)
    bridge = Bridge(
        id="B1",
        name="Hill bridge",
        status=OperationalStatus.DESTROYED,
        source_org="Convoy 7",
        date_of_information=YESTERDAY,
        location_precision=LocationPrecision.ACCURATE,
        geometry=place.point,
    )
    story.store.draft("bridges", frame_of(Bridge, [bridge]), author="Convoy 7", message="radio")
    answer = story.ask("A", "C", clearance=CLEARED)
    assert answer.verdict is Verdict.VIABLE
    assert [note.name for note in answer.warnings] == ["Hill bridge"]


def test_the_warning_follows_the_draft_through_its_review(story):
    made = draft(story, report())
    work = story.store.workspace

    def warned():
        return [note.reason for note in story.ask("A", "C", clearance=CLEARED).warnings]

    (before,) = warned()
    assert "nobody has reviewed it" in before
    review.send_back(work, made.id, author="Eva", text="Which road?")
    (returned,) = warned()
    assert "sent it back" in returned
    elsewhere = frame_of(Constraint, [report(where=TOWN.between("BD", 0.9))])
    revise(work, made.id, work.snapshot("constraints", elsewhere), author="Ana", action="edited")
    assert warned() == [], "it lies on another road now"
    revise(
        work,
        made.id,
        work.snapshot("constraints", frame_of(Constraint, [report()])),
        author="Ana",
        action="edited",
    )
    assert len(warned()) == 1
    review.discard(work, made.id, author="Ana")
    assert warned() == []
