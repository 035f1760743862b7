"""Edits of one feature: what each may and may not change, and edits that meet."""

from __future__ import annotations

import itertools
import threading
from datetime import timedelta

import pytest
from shapely import Point
from support.rows import INFORMED, constraint, constraints, ids, port, ports

from layers.edits import AddFeature, ChangeFeature, ConfirmFeature, EndConstraint
from layers.store import Store
from lca.errors import Conflict, InvalidInput, LiftsClosures, NotFound
from lca.record import to_row
from lca.table import rows_of
from lca.vocab import Sensitivity


@pytest.fixture
def flooded(store, publish):
    return publish("constraints", constraints(constraint("flood"), constraint("slide")))


def rows(store, layer="constraints"):
    frame = store.frame(store.head(layer).version)
    return {row["id"]: row for row in rows_of(frame)}


def new(**values):
    row = to_row(constraint("new", **values))
    return {name: value for name, value in row.items() if name != "id"}


def test_first_feature_of_a_layer_can_be_an_edit(store):
    added = store.apply_edit("constraints", AddFeature(new()), "Ana")
    assert (added.number, added.action, added.message) == (1, "edit", "Added Closure new")


def test_added_feature_keeps_its_id_however_often_it_is_tried(store, flooded):
    edit = AddFeature(new())
    store.apply_edit("constraints", edit, "Ana")
    assert edit.feature_id in rows(store)
    with pytest.raises(Conflict, match="already"):
        store.apply_edit("constraints", edit, "Ana")


@pytest.mark.parametrize("spelling", [" flood ", "flood\n"])
def test_another_spelling_of_an_id_adds_over_nothing(store, flooded, spelling):
    row = {**to_row(constraint("x", name="Other")), "id": spelling}
    with pytest.raises(Conflict, match="already"):
        store.apply_edit("constraints", AddFeature(row), "Ana")


def test_added_feature_gets_the_layers_sensitivity(store):
    row = {name: value for name, value in new().items() if name != "sensitivity"}
    edit = AddFeature(row)
    store.apply_edit("constraints", edit, "Ana")
    assert rows(store)[edit.feature_id]["sensitivity"] == "public"


def test_change_moves_only_the_named_fields(store, flooded):
    before = rows(store)
    store.apply_edit("constraints", ChangeFeature("flood", {"delay_min": 30}, "queue"), "Ben")
    after = rows(store)
    assert after["flood"] == before["flood"] | {"delay_min": 30.0}
    assert after["slide"] == before["slide"]
    assert store.head("constraints").message == "Changed Closure flood: queue"


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (ChangeFeature("flood", {"colour": "red"}, "r"), "no field colour"),
        (ChangeFeature("flood", {"id": "other"}, "r"), "never changes"),
        (ChangeFeature("flood", {"delay_min": 3}, " "), "reason"),
        (ChangeFeature("flood", {"delay_min": "long"}, "r"), "delay_min 'long'"),
        (ChangeFeature("flood", {"name": None}, "r"), "name is missing"),
        (ChangeFeature("flood", {"speed_factor": 2.0}, "r"), "outside 0-1"),
        (ConfirmFeature("flood", " ", INFORMED), "source_org"),
        (ConfirmFeature("flood", "MOP", INFORMED - timedelta(days=1)), "older"),
        (ConfirmFeature("flood", "MOP", INFORMED + timedelta(days=90)), "future"),
        (EndConstraint("flood", "", INFORMED, "r"), "ended_by"),
        (EndConstraint("flood", "MOP", INFORMED, ""), "reason"),
        (EndConstraint("flood", "MOP", INFORMED + timedelta(days=90), "r"), "future"),
        (AddFeature({**new(), "colour": "red"}), "no field colour"),
        (AddFeature({**new(), "name": None}), "name is missing"),
    ],
)
def test_edit_that_says_too_little_or_wrong_is_refused(store, flooded, edit, words):
    with pytest.raises(InvalidInput, match=words) as caught:
        store.apply_edit("constraints", edit, "Ana")
    assert caught.value.do_next
    assert store.head("constraints") == flooded


def test_edit_of_nothing_is_not_found(store, flooded):
    with pytest.raises(NotFound):
        store.apply_edit("constraints", ChangeFeature("nothing", {"delay_min": 1}, "r"), "Ana")
    with pytest.raises(NotFound):
        store.apply_edit("ports", ConfirmFeature("a", "MOP", INFORMED), "Ana")


def test_confirmation_moves_the_dates_and_its_source_and_nothing_else(store, flooded):
    before = rows(store)["flood"]
    seen = INFORMED + timedelta(days=2)
    store.apply_edit("constraints", ConfirmFeature("flood", "WFP", seen, "still deep"), "Ana")
    assert rows(store)["flood"] == before | {
        "date_of_information": seen,
        "last_confirmed_at": seen,
        "confirmed_by": "WFP",
    }
    assert store.head("constraints").message == "Confirmed Closure flood by WFP: still deep"


def test_old_sighting_does_not_revive_what_lapsed_after_it(store, publish, clock):
    lapse = INFORMED + timedelta(days=2)
    publish("constraints", constraints(constraint("a", valid_to=lapse)))
    store.apply_edit("constraints", ConfirmFeature("a", "WFP", lapse - timedelta(hours=1)), "Ana")
    row = rows(store)["a"]
    assert row["last_confirmed_at"] < lapse < clock()


def test_end_resolves_with_its_source_and_cannot_be_repeated(store, flooded):
    end = EndConstraint("flood", "Carabineros", INFORMED, "water is gone")
    store.apply_edit("constraints", end, "Ana")
    row = rows(store)["flood"]
    assert (row["status"], row["ended_by"], row["ended_at"]) == (
        "resolved",
        "Carabineros",
        INFORMED,
    )
    for again in (end, ConfirmFeature("flood", "MOP", INFORMED)):
        with pytest.raises(InvalidInput, match="ended already"):
            store.apply_edit("constraints", again, "Ana")


def test_planned_end_must_be_said_to_be_one(store, flooded, clock):
    ahead = clock() + timedelta(days=1)
    end = EndConstraint("flood", "MOP", ahead, "works end", planned=True)
    store.apply_edit("constraints", end, "Ana")
    assert rows(store)["flood"]["ended_at"] == ahead


def test_facility_cannot_be_ended(store, publish):
    publish("ports", ports(port("a")))
    with pytest.raises(InvalidInput, match="Only a constraint"):
        store.apply_edit("ports", EndConstraint("a", "MOP", INFORMED, "r"), "Ana")


def test_edits_of_two_features_on_one_base_both_hold(store, flooded):
    base = flooded.version
    one = ChangeFeature("flood", {"delay_min": 10}, "r")
    two = ChangeFeature("slide", {"delay_min": 20}, "r")
    store.apply_edit("constraints", one, "Ana", base=base)
    store.apply_edit("constraints", two, "Ben", base=base)
    after = rows(store)
    assert (after["flood"]["delay_min"], after["slide"]["delay_min"]) == (10, 20)


def test_edit_of_a_feature_that_changed_since_is_a_conflict_with_the_difference(store, flooded):
    change = ChangeFeature("flood", {"delay_min": 10}, "r")
    mine = store.apply_edit("constraints", change, "Ana", base=flooded.version)
    with pytest.raises(Conflict) as caught:
        store.apply_edit(
            "constraints",
            ChangeFeature("flood", {"delay_min": 5}, "r"),
            "Ben",
            base=flooded.version,
        )
    fields = caught.value.details["diff"]["changed"][0]["fields"]
    assert fields == [{"name": "delay_min", "before": None, "after": 10.0}]
    assert store.head("constraints") == mine


def test_edit_that_changes_nothing_is_the_present_head(store, flooded):
    edit = ChangeFeature("flood", {"effect": "blocked"}, "as before")
    assert store.apply_edit("constraints", edit, "Ana") == flooded


def test_feature_beyond_the_clearance_is_not_found(store, publish):
    publish("constraints", constraints(constraint("x", sensitivity=Sensitivity.CONFIDENTIAL)))
    change = ChangeFeature("x", {"delay_min": 5}, "r")
    with pytest.raises(NotFound):
        store.apply_edit("constraints", change, "Ana", clearance=Sensitivity.RESTRICTED)
    store.apply_edit("constraints", change, "Ana", clearance=Sensitivity.CONFIDENTIAL)
    assert rows(store)["x"]["delay_min"] == 5


def test_no_edit_is_lost_when_many_meet(store, clock, tmp_path):
    def add(writer: int) -> None:
        with Store.open(tmp_path / "store", clock=clock) as own:
            for step in range(5):
                row = {**new(geometry=Point(0, 0)), "id": f"{writer}-{step}"}
                own.apply_edit("constraints", AddFeature(row), f"writer {writer}")

    errors = []

    def guarded(writer: int) -> None:
        try:
            add(writer)
        except Exception as error:  # noqa: BLE001 - reported by the assertion below
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert sorted(rows(store)) == sorted(f"{w}-{s}" for w in range(4) for s in range(5))
    log = store.log("constraints")
    assert [item.number for item in log] == list(range(20, 0, -1))
    assert all(a.published_at > b.published_at for a, b in itertools.pairwise(log))


def test_edit_may_confirm_what_it_weakens(store, flooded):
    weaker = ChangeFeature("flood", {"effect": "difficult"}, "4x4 pass")
    with pytest.raises(LiftsClosures):
        store.apply_edit("constraints", weaker, "Ana", confirm_lifts={"slide"})
    store.apply_edit("constraints", weaker, "Ana", confirm_lifts={"flood"})
    assert ids(rows_of(store.frame(store.head("constraints").version))) == ["flood", "slide"]


def test_an_end_older_than_the_last_sighting_does_not_reopen_the_road(store, flooded):
    seen = INFORMED + timedelta(hours=2)
    store.apply_edit("constraints", ConfirmFeature("flood", "Convoy 7", seen, None), "Ana")
    with pytest.raises(InvalidInput, match="reported to hold"):
        store.apply_edit(
            "constraints",
            EndConstraint("flood", "MOP", seen - timedelta(hours=1), "water is gone"),
            "Ben",
        )
    assert rows(store)["flood"]["status"] != "resolved"
    ended = EndConstraint("flood", "MOP", seen.replace(second=0), "water is gone")
    store.apply_edit("constraints", ended, "Ben")
    assert rows(store)["flood"]["status"] == "resolved"
