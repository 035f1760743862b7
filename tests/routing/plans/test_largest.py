"""The largest vehicle that gets there, and where to load over into a smaller one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.asciimap import draw
from support.planning import letter, outlook_of
from support.story import NOON, Story, constraint

from lca.errors import UsageError
from lca.vehicle import vehicle_classes
from lca.vocab import EffectKind, Verdict
from routing.plans.largest import largest

CLASSES = tuple(vehicle_classes().values())
TRACK = draw(
    """
    P---A---B---C---X
        |
        D
    """,
    {"PABCX": {"highway": "primary"}, "AD": {}},
    column_m=1_000,
)
"""The port P, towns A, B and C on the road to X, and D beside it."""


def ask(story, places="ABCD", *, rows=None, **options):
    outlook = outlook_of(story)
    listed = [
        letter(outlook, story, name, id=name, **(rows or {}).get(name, {})) for name in places
    ]
    ends = (letter(outlook, story, name, id=name) for name in "PX")
    return largest(outlook, *ends, options.pop("vehicles", CLASSES), listed, **options)


def restricted(name, ends, **limits):
    return constraint(name, TRACK.between(ends, 0.5), effect=EffectKind.RESTRICTED, **limits)


def test_where_nothing_limits_the_largest_goes_itself(tmp_path):
    found = ask(Story(tmp_path, TRACK))
    assert found.largest.vehicle.code == "artic_6"
    assert found.transshipment is None
    assert "nothing has to be loaded over" in found.as_text()
    assert [row.vehicle.payload_t for row in found.classes] == sorted(
        (one.payload_t for one in CLASSES), reverse=True
    )


@pytest.mark.parametrize("engine", ["scipy", "numba"])
def test_a_large_truck_to_b_then_one_with_six_driven_wheels(tmp_path, engine):
    """The road beyond C is for 6x6 only: 27 t to C, and 12 t from there on."""
    story = Story(tmp_path, TRACK, engine=engine)
    story.publish(restricted("mud", "CX", drive_required="6x6"))
    found = ask(story)
    assert found.largest.vehicle.code == "truck_6x6"
    proposal = found.transshipment
    assert (proposal.large.code, proposal.small.code) == ("artic_6", "truck_6x6")
    arrival = proposal.to_place.way.arrival(found.heading.at)
    assert proposal.departs_again == arrival + timedelta(hours=4)
    assert "27 t (artic_6) to C, then 12 t (truck_6x6)" in found.as_text()


def test_a_place_off_the_way_is_not_chosen_over_one_on_it(tmp_path):
    story = Story(tmp_path, TRACK)
    story.publish(restricted("bridge", "AB", max_gross_t=20.0))
    proposal = ask(story).transshipment
    assert proposal.place.name == "A"
    assert (proposal.large.payload_t, proposal.small.code) == (27, "truck_medium")
    only_d = ask(story, "D").transshipment
    assert only_d.place.name == "D"
    assert only_d.total_h > proposal.total_h


def test_a_closed_warehouse_is_no_place_to_load_over(tmp_path):
    story = Story(tmp_path, TRACK)
    story.publish(restricted("bridge", "AB", max_gross_t=20.0))
    closed = {"A": {"status": "destroyed"}, "D": {"status": "operational"}}
    assert ask(story, rows=closed).transshipment.place.name == "D"
    found = ask(story, "")
    assert found.transshipment is None
    assert "None of 0 places" in found.words


def test_the_second_leg_is_judged_when_it_departs(tmp_path):
    """The track beyond C closes before the cargo is loaded over."""
    story = Story(tmp_path, TRACK)
    story.publish(
        restricted("mud", "CX", drive_required="6x6"),
        constraint("night", TRACK.between("BC", 0.5), valid_from=NOON + timedelta(hours=2)),
    )
    found = ask(story, "BC")
    assert found.transshipment.place.name == "C"
    slow = ask(story, "B")
    assert slow.transshipment is None


def test_where_no_class_gets_there_it_is_not_viable(tmp_path):
    story = Story(tmp_path, TRACK)
    story.publish(constraint("slide", TRACK.between("CX", 0.5)))
    found = ask(story)
    assert (found.verdict, found.largest, found.transshipment) == (Verdict.NOT_VIABLE, None, None)
    assert {note.id for row in found.classes for note in row.finding.blocked_by} == {"slide"}


def test_without_any_class_there_is_no_question(tmp_path):
    with pytest.raises(UsageError, match="no vehicle class"):
        ask(Story(tmp_path, TRACK), vehicles=())
