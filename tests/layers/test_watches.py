"""Saved questions: kept, seen by the cleared only, ended without losing their history."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from support.clock import Clock

from layers import watches
from layers.store import Store
from layers.watches import add_watch, get_watch, list_watches, looks, record_look, remove_watch
from lca.errors import InvalidInput, NotFound
from lca.vocab import Sensitivity

NOON = datetime(2026, 11, 18, 12, tzinfo=UTC)
SECRET, PUBLIC = Sensitivity.CONFIDENTIAL, Sensitivity.PUBLIC
QUESTION = {"origin": "port", "destination": "ovalle", "vehicle": "truck_light"}


@pytest.fixture
def store(tmp_path):
    clock = Clock(NOON)
    opened = Store.open(tmp_path / "store", clock=clock)
    yield opened, clock
    opened.close()


def test_a_watch_keeps_its_question_and_every_look(store):
    opened, clock = store
    made = add_watch(opened, " Convoy 12 ", QUESTION, author="planner", clearance=PUBLIC)
    assert (made.name, made.last) == ("Convoy 12", None)
    for verdict in ("viable", "not_viable"):
        clock.tick(seconds=60)
        record_look(opened, made.id, {"verdict": verdict})
    again = get_watch(opened, made.id, clearance=PUBLIC)
    assert dict(again.question) == QUESTION
    assert again.last is not None
    assert again.last.found == {"verdict": "not_viable"}
    assert [look.found["verdict"] for look in looks(opened, made.id)] == ["viable", "not_viable"]


def test_a_watch_of_a_cleared_asker_does_not_exist_for_others(store):
    opened, _ = store
    made = add_watch(opened, "Quiet", QUESTION, author="planner", clearance=SECRET)
    assert list_watches(opened, clearance=PUBLIC) == []
    for act in (get_watch, remove_watch):
        with pytest.raises(NotFound):
            act(opened, made.id, clearance=PUBLIC)
    assert [item.id for item in list_watches(opened, clearance=SECRET)] == [made.id]


def test_a_removed_watch_is_listed_no_more_and_keeps_its_looks(store):
    opened, _ = store
    made = add_watch(opened, "Done", QUESTION, author="planner", clearance=PUBLIC)
    record_look(opened, made.id, {"verdict": "viable"})
    remove_watch(opened, made.id, clearance=PUBLIC)
    assert list_watches(opened, clearance=PUBLIC) == []
    assert len(looks(opened, made.id)) == 1


@pytest.mark.parametrize("name", ["", "   ", "x" * 201])
def test_a_watch_needs_a_name_of_bounded_length(store, name):
    with pytest.raises(InvalidInput, match="name of 1 to 200"):
        add_watch(store[0], name, QUESTION, author="planner", clearance=PUBLIC)


def test_watches_are_bounded_in_number(store, monkeypatch):
    monkeypatch.setattr(watches, "MOST_WATCHES", 2)
    for number in range(2):
        add_watch(store[0], f"Watch {number}", QUESTION, author="planner", clearance=PUBLIC)
    with pytest.raises(InvalidInput, match="2 watches already"):
        add_watch(store[0], "One more", QUESTION, author="planner", clearance=PUBLIC)
