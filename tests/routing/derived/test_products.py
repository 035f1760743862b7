"""Derived layers: what their rows say, and that they are made again when, and only when, inputs change."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.asciimap import draw
from support.story import NOON, TRUCK, YESTERDAY, Story, constraint, ended

from layers.derivation import last_derivation
from layers.edits import ChangeFeature
from lca.errors import InvalidInput, UsageError
from lca.table import rows_of
from lca.vocab import EffectKind, Sensitivity
from routing.derived.products import Settings, behind, make, standing

TOWN = draw(
    """
    H---A---B---C   K
        |           |
        D---E       X---Y
    """,
    {
        "HABC": {"name": "Main road", "highway": "primary"},
        "AD": {"highway": "residential"},
        "DE": {"highway": "tertiary"},
        "XY": {"highway": "secondary"},
        "KX": {"highway": "track"},
    },
    column_m=1000.0,
)
ROADS = Settings(vehicle=TRUCK)
PEOPLE = Settings(vehicle=TRUCK, hubs=("H",), places=("storage",))


@pytest.fixture
def story(tmp_path):
    story = Story(tmp_path, TOWN)
    for letter in "HBEY":
        story.facility(letter, TOWN.place(letter), title=letter)
    return story


def made(story, layer, settings=None):
    return make(story.store, story.planner, layer, settings or Settings(), author="Ana")


def state(story, layer):
    found = standing(story.store, story.planner, layer)
    return found.reasons if found.stale else "up to date"


def rows(story, layer):
    return rows_of(story.store.frame(story.store.head(layer).version))


def status_of(story, ends):
    segment = TOWN.network.segments.id_at(TOWN.segment(ends))
    return next((row["status"] for row in rows(story, "road_status") if row["id"] == segment), None)


def test_each_road_says_what_constraints_do_to_it_and_by_which(story):
    story.publish(
        constraint("slide", TOWN.between("AB", 0.5)),
        constraint(
            "weak bridge", TOWN.between("BC", 0.5), effect=EffectKind.RESTRICTED, max_gross_t=10.0
        ),
        constraint("rumour", TOWN.between("XY", 0.5), effect=EffectKind.UNKNOWN),
    )
    made(story, "road_status", ROADS)
    assert status_of(story, "AB") == "closed"
    assert status_of(story, "BC") == "closed"
    assert status_of(story, "XY") == "unverified"
    assert status_of(story, "HA") == "no_known_constraint"
    main = next(row for row in rows(story, "road_status") if row["constraints"] == "slide")
    assert (main["name"], main["vehicle"], main["length_km"]) == ("Main road", TRUCK, 4.0)


def test_small_roads_are_listed_when_asked_for_or_when_something_concerns_them(story):
    made(story, "road_status", ROADS)
    assert status_of(story, "AD") is None
    made(story, "road_status", Settings(vehicle=TRUCK, all_roads=True))
    assert status_of(story, "AD") == "no_known_constraint"


def test_a_small_road_that_is_closed_is_listed(story):
    story.publish(constraint("trench", TOWN.between("AD", 0.5)))
    made(story, "road_status", ROADS)
    assert status_of(story, "AD") == "closed"


def test_what_is_not_public_is_in_no_row_of_the_roads_and_marks_every_row_of_isolation(story):
    story.publish(constraint("ambush", TOWN.between("AB", 0.5), sensitivity=Sensitivity.RESTRICTED))
    made(story, "road_status", ROADS)
    made(story, "isolation", PEOPLE)
    assert status_of(story, "AB") == "no_known_constraint"
    assert "ambush" not in str(rows(story, "road_status"))
    found = {row["name"]: row for row in rows(story, "isolation")}
    assert found["B"]["standing"] == "cut_off"
    assert {row["sensitivity"] for row in found.values()} == {"restricted"}
    assert story.store.page(story.store.head("isolation")).matched == 0


def test_a_row_that_names_a_secret_hub_is_as_secret_as_the_hub(story):
    hub = TOWN.place("C")
    story.facility("C", hub, title="Hidden depot", sensitivity=Sensitivity.CONFIDENTIAL)
    made(story, "isolation", Settings(vehicle=TRUCK, hubs=("C",), places=("storage",)))
    assert {row["hubs"] for row in rows(story, "isolation")} == {"Hidden depot"}
    assert {row["sensitivity"] for row in rows(story, "isolation")} == {"confidential"}


def test_isolation_tells_the_cut_off_from_those_without_a_road(story):
    story.publish(constraint("slide", TOWN.between("AB", 0.5)))
    made(story, "isolation", PEOPLE)
    found = {row["name"]: row for row in rows(story, "isolation")}
    assert {name: row["standing"] for name, row in found.items()} == {
        "H": "reached",
        "B": "cut_off",
        "E": "reached",
        "Y": "no_road",
    }
    assert (found["B"]["lost_hubs"], found["B"]["hours"]) == ("H", None)
    assert found["B"]["date_of_information"] == YESTERDAY
    assert found["E"]["date_of_information"] == story.store.heads().build.registered_at


def test_nothing_is_made_again_while_no_input_changes(story):
    head, new = made(story, "road_status", ROADS)
    assert (head.number, new) == (1, True)
    story.clock.tick(hours=2)
    assert state(story, "road_status") == "up to date"
    assert made(story, "road_status") == (head, False)
    assert made(story, "road_status", Settings(vehicle=TRUCK)) == (head, False)


def test_only_the_layers_that_read_what_was_published_become_stale(story):
    made(story, "road_status", ROADS)
    made(story, "isolation", PEOPLE)
    assert behind(story.store, "isolation") == ()
    story.facility("C", TOWN.place("C"), title="C")
    assert state(story, "road_status") == "up to date"
    assert state(story, "isolation") == ("published since: storage",)
    assert behind(story.store, "isolation") == ("published since: storage",)
    assert behind(story.store, "road_status") == behind(story.store, "storage") == ()
    made(story, "isolation")
    assert {row["name"] for row in rows(story, "isolation")} == {"H", "B", "C", "E", "Y"}
    assert state(story, "isolation") == "up to date"


def test_what_time_alone_changes_makes_them_stale(story):
    story.publish(constraint("works", TOWN.between("AB", 0.5), valid_to=NOON + timedelta(hours=3)))
    made(story, "road_status", ROADS)
    made(story, "isolation", PEOPLE)
    assert status_of(story, "AB") == "closed"
    story.clock.tick(hours=2)
    assert state(story, "road_status") == "up to date"
    story.clock.tick(hours=2)
    assert state(story, "road_status") == ("what the constraints do has changed",)
    made(story, "road_status")
    made(story, "isolation")
    # Lapsed, not ended: nobody has said that the road is open (rule 3).
    assert status_of(story, "AB") == "unverified"
    assert state(story, "isolation") == "up to date"


def test_another_vehicle_and_another_build_make_it_stale(story):
    made(story, "road_status", ROADS)
    _, new = made(story, "road_status", Settings(vehicle="truck_light"))
    assert new
    assert {row["vehicle"] for row in rows(story, "road_status")} == {"truck_light"}


def test_new_inputs_that_give_the_same_rows_are_noted_without_a_release(story):
    story.publish(constraint("far", TOWN.at(-80_000.0, 0.0), effect=EffectKind.ADVISORY))
    head, _ = made(story, "road_status", ROADS)
    before = last_derivation(story.store, "road_status")
    story.publish(constraint("further", TOWN.at(-85_000.0, 0.0), effect=EffectKind.ADVISORY))
    again, new = made(story, "road_status")
    after = last_derivation(story.store, "road_status")
    assert (again.version, new) == (head.version, True)
    assert before.number == after.number
    assert before.inputs_sha256 != after.inputs_sha256
    assert state(story, "road_status") == "up to date"


def test_an_explicit_end_reopens_the_road_in_the_layer_too(story):
    slide = constraint("slide", TOWN.between("AB", 0.5))
    story.publish(slide)
    made(story, "road_status", ROADS)
    story.publish(ended(slide, NOON))
    assert made(story, "road_status")[1]
    assert status_of(story, "AB") == "no_known_constraint"


def test_the_last_listed_road_may_go(tmp_path):
    lane = draw("A---B", {"AB": {"highway": "residential"}}, column_m=100.0)
    story = Story(tmp_path, lane)
    trench = constraint("trench", lane.between("AB", 0.5))
    story.publish(trench)
    made(story, "road_status", ROADS)
    assert [row["status"] for row in rows(story, "road_status")] == ["closed"]
    story.publish(ended(trench, NOON))
    made(story, "road_status")
    assert rows(story, "road_status") == []


def test_nobody_edits_what_is_computed(story):
    made(story, "isolation", PEOPLE)
    frame = story.store.frame(story.store.head("isolation").version)
    key = frame["id"].iloc[0]
    with pytest.raises(InvalidInput, match="computed from others"):
        story.store.draft("isolation", frame, "Ana", "by hand")
    change = ChangeFeature(key, {"standing": "reached"}, "we drove there")
    with pytest.raises(InvalidInput, match="computed from others"):
        story.store.apply_edit("isolation", change, "Ana")
    assert len(story.store.log("isolation")) == 1


def test_a_rollback_or_withdrawal_makes_it_stale(story):
    made(story, "road_status", ROADS)
    story.publish(constraint("slide", TOWN.between("AB", 0.5)))
    made(story, "road_status")
    story.store.rollback("road_status", "1", "Ana", "wrong vehicle")
    assert state(story, "road_status") == ("an older version was put in its place",)
    assert made(story, "road_status")[1]
    assert status_of(story, "AB") == "closed"
    story.store.withdraw("road_status", "latest", "Ana", "leaked")
    assert state(story, "road_status") == ("an older version was put in its place",)


def test_a_layer_never_made_asks_for_its_settings(story):
    assert standing(story.store, story.planner, "road_status") is None
    with pytest.raises(UsageError, match="no settings") as caught:
        made(story, "isolation", ROADS)
    assert "--vehicle and --hub" in caught.value.do_next
    with pytest.raises(UsageError, match="not computed"):
        made(story, "ports")
