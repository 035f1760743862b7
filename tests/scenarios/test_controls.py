"""Facilities that control movement act on the roads where they lie (design D6)."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
import shapely
from support.asciimap import draw
from support.story import NOON, YESTERDAY, Story

import lca.control
import routing.controlled
from lca.boundary import Boundary
from lca.facility import BorderCrossing, Bridge, Checkpoint, Ferry
from lca.table import frame_of
from lca.vehicle import vehicle_class
from lca.vocab import (
    Cargo,
    Damage,
    LocationPrecision,
    OperationalStatus,
    Reliability,
    Sensitivity,
    Verdict,
)
from routing.question import Terms

# One road from A to C; over the bridge B-X and past the post; the ferry D-E is another way round.
VALLEY = draw(
    """
    A---B---X---C
    |           |
    D-----------E
    """,
    {
        "AB": {"highway": "primary", "name": "Valley Road"},
        "BX": {"highway": "primary", "name": "Valley Road", "bridge": True},
        "XC": {"highway": "primary", "name": "Valley Road"},
        "AD": {"highway": "secondary"},
        "DE": {"highway": "ferry", "name": "Blue Ferry"},
        "EC": {"highway": "secondary"},
    },
    row_m=1000.0,
)
LAYERS = {
    BorderCrossing: "border_crossings",
    Bridge: "bridges",
    Checkpoint: "checkpoints",
    Ferry: "ferries",
}
OPEN = OperationalStatus.OPERATIONAL
CLOSED = OperationalStatus.NOT_OPERATIONAL
UNKNOWN = OperationalStatus.UNKNOWN


def facility(record, where, status=OPEN, **fields):
    return record(
        **{
            "id": "post",
            "name": "The post",
            "status": status,
            "source_org": "Road authority",
            "date_of_information": YESTERDAY,
            "reliability": Reliability.B,
            "location_precision": LocationPrecision.ACCURATE,
            "geometry": None if where is None else where.point,
            **fields,
        }
    )


def publish(story, *records):
    record_class = type(records[0])
    story.clock.tick(seconds=1)
    draft = story.store.draft(
        LAYERS.get(record_class, "boundaries"),
        frame_of(record_class, records),
        author="editor",
        message="facilities",
    )
    lifts = frozenset(lifted.id for lifted in draft.lifts)
    story.store.publish(draft.id, author="approver", confirm_lifts=lifts)


@pytest.fixture
def story(tmp_path):
    return Story(tmp_path, VALLEY)


POST = VALLEY.between("XC", 0.5)
SPAN = VALLEY.between("BX", 0.5)


@pytest.mark.parametrize(
    ("record", "where", "fields", "verdict", "words"),
    [
        (BorderCrossing, POST, {"status": OPEN}, Verdict.VIABLE, None),
        (BorderCrossing, POST, {"status": CLOSED}, Verdict.NOT_VIABLE, "it is not operational"),
        (
            BorderCrossing,
            POST,
            {"status": UNKNOWN},
            Verdict.VIABLE_WITH_CONDITIONS,
            "its status is not known",
        ),
        (
            BorderCrossing,
            POST,
            {"status_other_side": CLOSED, "iso3_other_side": "ARG"},
            Verdict.NOT_VIABLE,
            "its side in ARG is not operational",
        ),
        (BorderCrossing, POST, {"max_gross_t": 20.0}, Verdict.NOT_VIABLE, "26.0 t exceeds 20.0"),
        (BorderCrossing, POST, {"max_gross_t": 30.0}, Verdict.VIABLE, None),
        (
            BorderCrossing,
            POST,
            {"permit_name": "Transit pass", "permit_lead_days": 3},
            Verdict.VIABLE_WITH_CONDITIONS,
            "Transit pass",
        ),
        (
            BorderCrossing,
            POST,
            {"permitted_until": NOON - timedelta(hours=1)},
            Verdict.NOT_VIABLE,
            "the permission to pass has expired",
        ),
        (
            BorderCrossing,
            POST,
            {"permitted_until": NOON + timedelta(days=30)},
            Verdict.VIABLE_WITH_CONDITIONS,
            "permission that expires",
        ),
        (
            BorderCrossing,
            POST,
            {"opening_hours": "06:00-18:00"},
            Verdict.VIABLE,
            None,
        ),
        # nobody can tell sunrise from a clock
        (
            Checkpoint,
            POST,
            {"opening_hours": "sunrise-sunset"},
            Verdict.VIABLE_WITH_CONDITIONS,
            "cannot be told from a clock",
        ),
        (
            Checkpoint,
            POST,
            {"permit_required": True},
            Verdict.VIABLE_WITH_CONDITIONS,
            "a permit",
        ),
        # without a precision nobody knows on which road it lies (rule 2)
        (
            BorderCrossing,
            POST,
            {"status": CLOSED, "location_precision": LocationPrecision.UNKNOWN},
            Verdict.VIABLE_WITH_CONDITIONS,
            "its location precision is unknown",
        ),
        # a closed post on no road, and one without a location, are told and block nothing
        (
            BorderCrossing,
            VALLEY.between("XC", 0.5, aside_m=100),
            {"status": CLOSED},
            Verdict.VIABLE_WITH_CONDITIONS,
            "no road within 30 m",
        ),
        (
            BorderCrossing,
            None,
            {"status": CLOSED},
            Verdict.VIABLE_WITH_CONDITIONS,
            "no location",
        ),
        # a bridge binds to the bridge, though another segment of the road is nearer
        (Bridge, SPAN, {"max_gross_t": 10.0}, Verdict.NOT_VIABLE, "exceeds 10.0 t"),
        (Bridge, SPAN, {"damage": Damage.DESTROYED}, Verdict.NOT_VIABLE, "it is destroyed"),
        (
            Bridge,
            SPAN,
            {"damage": Damage.DAMAGED},
            Verdict.VIABLE_WITH_CONDITIONS,
            "it is damaged",
        ),
        (Bridge, SPAN, {"max_height_m": 3.0}, Verdict.NOT_VIABLE, "height"),
    ],
)
def test_what_a_facility_states_acts_on_its_road(story, record, where, fields, verdict, words):
    publish(story, facility(record, where, **fields))
    answer = story.ask("A", "C")
    assert answer.verdict is verdict
    finding = answer.finding
    told = [*finding.blocked_by, *finding.conditions]
    if words is None:
        assert not told
        return
    (note,) = told
    assert words in note.reason
    assert (note.kind, note.id, note.name) == ("facility", "post", "The post")
    assert note.source_org == "Road authority"


def test_a_post_is_closed_outside_its_hours(story):
    publish(story, facility(BorderCrossing, POST, opening_hours="06:00-18:00", time_zone="UTC"))
    night = datetime(2026, 11, 18, 2, tzinfo=UTC)
    effects = story.planner.outlook(_terms(night)).effects
    assert len(effects.blocking) == 1
    assert not story.planner.outlook(_terms(NOON)).effects.blocking


def test_the_hours_of_each_side_are_in_its_own_zone(story):
    post = facility(
        BorderCrossing,
        POST,
        opening_hours="06:00-18:00",
        time_zone="UTC",
        opening_hours_other_side="06:00-18:00",
        time_zone_other_side="Africa/Nairobi",
        iso3_other_side="KEN",
    )
    publish(story, post)
    at = datetime(2026, 11, 18, 16, tzinfo=UTC)  # 19:00 in Nairobi
    effects = story.planner.outlook(_terms(at)).effects
    (owner,) = effects.blocking
    assert effects.coverage.placed[owner].constraint.id == (
        "border_crossings/post#hours-other-side"
    )


def _terms(at, vehicle="truck_heavy_3"):
    return Terms(vehicle=vehicle, at=at)


def test_a_queue_is_a_delay(story):
    before = story.ask("A", "C").way.duration_h
    publish(story, facility(BorderCrossing, POST, queue_h=2.0, clearance_h=1.0))
    answer = story.ask("A", "C")
    assert answer.verdict is Verdict.VIABLE_WITH_CONDITIONS
    (delayed,) = [
        item for item in story.planner.outlook(_terms(NOON)).effects.effects if item.delay_s
    ]
    assert delayed.delay_s == pytest.approx(3 * 3600.0)
    assert answer.way.duration_h > before + 2.0


def test_a_post_lets_pass_only_the_cargo_that_it_names(story):
    publish(story, facility(Checkpoint, POST, cargo_permitted="humanitarian; medical"))
    cargo = {
        word: story.planner.outlook(
            _terms(NOON, replace(vehicle_class("truck_heavy_3"), cargo=word))
        ).effects
        for word in (Cargo.FUEL, Cargo.MEDICAL)
    }
    assert cargo[Cargo.FUEL].blocking
    assert not cargo[Cargo.MEDICAL].blocking


@pytest.mark.parametrize(
    ("status", "rows"), [(OPEN, 1), (OperationalStatus.RESTRICTED, 1), (CLOSED, 0), (UNKNOWN, 0)]
)
def test_a_ferry_opens_its_line_only_if_its_service_is_known(story, status, rows):
    landing = VALLEY.between("DE", 0.02, aside_m=120)
    publish(story, facility(Ferry, landing, status))
    inputs = story.planner.outlook(_terms(NOON)).inputs
    wanted = {VALLEY.segment("DE")} if rows else set()
    assert inputs.open_ferries == wanted
    states = {item.match.state.value for item in inputs.controls}
    assert states <= {"matched"}


def test_a_ferry_far_from_any_line_opens_nothing_and_is_told(story):
    publish(story, facility(Ferry, VALLEY.between("AB", 0.5), CLOSED))
    inputs = story.planner.outlook(_terms(NOON)).inputs
    assert inputs.open_ferries == frozenset()
    assert "no ferry line within 250 m" in inputs.controls[0].match.note


def test_of_two_ferries_at_one_landing_the_named_one_is_meant(tmp_path):
    river = draw(
        """
        F---A---D
            |
            G
        """,
        {
            "FA": {"highway": "ferry", "name": "North Line"},
            "AG": {"highway": "ferry", "name": "South Line"},
            "AD": {},
        },
        row_m=2000.0,
    )
    story = Story(tmp_path, river)
    publish(story, facility(Ferry, river.place("A"), name="South Line"))
    assert story.planner.outlook(_terms(NOON)).inputs.open_ferries == {river.segment("AG")}
    publish(story, facility(Ferry, river.place("A"), name="The ferry"))
    inputs = story.planner.outlook(_terms(NOON)).inputs
    assert inputs.open_ferries == frozenset()


def test_a_restricted_post_blocks_and_tells_nothing_of_itself(story):
    publish(story, facility(BorderCrossing, POST, CLOSED, sensitivity=Sensitivity.RESTRICTED))
    assert story.planner.movement_questions_need_clearance()
    answer = story.ask("A", "C")
    assert answer.verdict is Verdict.NOT_VIABLE
    assert "post" not in str(answer.as_json()).lower()
    assert story.planner.match_report() == [
        item for item in story.planner.match_report() if item["control"] is None
    ]
    cleared = story.ask("A", "C", clearance=Sensitivity.RESTRICTED)
    assert cleared.finding.blocked_by[0].name == "The post"


def test_a_new_version_of_a_facility_acts_at_once(story):
    publish(story, facility(BorderCrossing, POST, CLOSED))
    assert story.ask("A", "C").verdict is Verdict.NOT_VIABLE
    publish(story, facility(BorderCrossing, POST, OPEN))
    assert story.ask("A", "C").verdict is Verdict.VIABLE


def test_the_area_of_a_country(story):
    square = shapely.box(0, 0, 1, 1)
    publish(
        story,
        Boundary(
            id="tst",
            name="Testland",
            level=0,
            iso3="TST",
            source_org="Nobody",
            date_of_information=YESTERDAY,
            geometry=square,
        ),
    )
    inputs = story.planner.outlook(_terms(NOON)).inputs
    assert inputs.boundaries_of("tst").equals(square)
    assert inputs.boundaries_of("ARG") is None


def _status_ignored(fault):
    fault.setattr(lca.control, "_status", lambda facility: iter(()))


def _limits_ignored(fault):
    fault.setattr(lca.control, "_LIMITS", ())


def _hours_ignored(fault):
    fault.setattr(lca.control, "_hours", lambda facility, zone_name: iter(()))


def _every_ferry_runs(fault):
    fault.setattr(routing.controlled, "in_service", lambda ferry: True)


def _sensitivity_dropped(fault):
    original = lca.control.stem_of

    def public(layer, facility):
        return replace(original(layer, facility), sensitivity=Sensitivity.PUBLIC)

    fault.setattr(lca.control, "stem_of", public)


def _closed_law(story):
    publish(story, facility(BorderCrossing, POST, CLOSED))
    assert story.ask("A", "C").verdict is Verdict.NOT_VIABLE


def _limit_law(story):
    publish(story, facility(Bridge, SPAN, max_gross_t=10.0))
    assert story.ask("A", "C").verdict is Verdict.NOT_VIABLE


def _ferry_law(story):
    publish(story, facility(Ferry, VALLEY.between("DE", 0.02), CLOSED))
    assert not story.planner.outlook(_terms(NOON)).inputs.open_ferries


@pytest.mark.parametrize(
    ("fault", "law"),
    [
        (_status_ignored, _closed_law),
        (_limits_ignored, _limit_law),
        (_hours_ignored, test_a_post_is_closed_outside_its_hours),
        (_every_ferry_runs, _ferry_law),
        (_sensitivity_dropped, test_a_restricted_post_blocks_and_tells_nothing_of_itself),
    ],
)
def test_a_seeded_fault_breaks_a_law(tmp_path, fault, law, monkeypatch):
    law(Story(tmp_path / "right", VALLEY))
    fault(monkeypatch)
    with pytest.raises(AssertionError):
        law(Story(tmp_path / "wrong", VALLEY))
