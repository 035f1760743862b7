"""The notes of releases: told to whoever may see what they speak of, in every form of them."""

from __future__ import annotations

import json

import pytest
from support.rows import constraint, constraints, port, ports

from layers.changes import ChangeLog
from layers.disclosure import tells_note
from layers.metadata.dcat import dcat_dataset
from layers.metadata.describe import describe
from layers.metadata.stac import stac_item
from lca.vocab import Sensitivity

ALL, PUBLIC = Sensitivity.STRICTLY_CONFIDENTIAL, Sensitivity.PUBLIC
SECRET = "the informant of Los Nichos"


@pytest.fixture
def released(store, publish, clock):
    """Publish rows under a note."""

    def act(layer, frame, note):
        clock.tick(minutes=1)
        draft = store.draft(layer, frame, author="Ana", message=note, clearance=ALL)
        return store.publish(draft.id, author="Ana", clearance=ALL)

    return act


def log_of(store, layer, clearance):
    return [one.message for one in ChangeLog(store).page([layer], clearance=clearance).changes]


def readable(store, layer, clearance):
    return [
        item.message for item in store.log(layer) if tells_note(store.workspace, item, clearance)
    ]


def test_catalogues_are_not_told_the_note_of_a_hidden_change(store, released):
    released("ports", ports(port("a")), "first")
    secret = port("s", sensitivity=Sensitivity.RESTRICTED)
    release = released("ports", ports(port("a"), secret), SECRET)
    for form in (stac_item, dcat_dataset):
        told = [
            json.dumps(form(describe(store, release, "https://x", who))) for who in (PUBLIC, ALL)
        ]
        assert [SECRET in text for text in told] == [False, True]


def test_the_reason_of_a_withdrawal_is_no_public_note_of_what_follows(store, released):
    released("constraints", constraints(constraint("a")), "first")
    secret = constraint("s", sensitivity=Sensitivity.CONFIDENTIAL)
    released("constraints", constraints(constraint("a"), secret), "second")
    store.withdraw(
        "constraints", "latest", "Ben", SECRET, confirm_lifts={"s"}, clearance=ALL
    )  # fmt: skip
    assert [item.action for item in store.log("constraints")] == ["withdraw", "publish", "publish"]
    for told in (log_of, readable):
        assert SECRET in told(store, "constraints", ALL)
        assert SECRET not in told(store, "constraints", PUBLIC)
        assert "second" not in told(store, "constraints", PUBLIC)
        assert "first" in told(store, "constraints", PUBLIC)


def test_the_note_of_a_hidden_change_stays_hidden_when_all_around_it_is_withdrawn(store, released):
    released("ports", ports(port("a")), "first")
    store.withdraw("ports", "1", "Ben", "typed twice")
    secret = port("s", sensitivity=Sensitivity.RESTRICTED)
    released("ports", ports(secret), SECRET)
    assert SECRET not in readable(store, "ports", PUBLIC)
    store.withdraw("ports", "2", "Ben", "wrong", clearance=ALL)
    assert readable(store, "ports", PUBLIC) == ["first"]
    assert readable(store, "ports", ALL) == [SECRET, "first"]
