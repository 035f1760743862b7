"""A draft that others have overtaken: what merges, what conflicts, and how it goes on."""

from __future__ import annotations

import pytest
from support.rows import constraint, constraints, port, ports

from layers.edits import AddFeature, ChangeFeature
from layers.rebase import rebase
from lca.errors import Conflict, LiftsClosures, UsageError
from lca.record import to_row
from lca.vocab import OperationalStatus, Sensitivity

EVERYTHING = Sensitivity.STRICTLY_CONFIDENTIAL
CLOSED = OperationalStatus.NOT_OPERATIONAL


def rows(store, layer="ports"):
    page = store.page(store.head(layer), limit=100, clearance=EVERYTHING)
    return {row["id"]: row for row in page.rows}


def change(store, key, layer="ports", author="Ben", **values):
    return store.apply_edit(layer, ChangeFeature(key, values, "r"), author, clearance=EVERYTHING)


@pytest.fixture
def draft(store, publish):
    """Ana's draft closes port a, made before anybody else did anything."""
    publish("ports", ports(port("a", name="Port Coquimbo"), port("b")))
    return store.draft(
        "ports",
        ports(port("a", name="Port Coquimbo", status=CLOSED), port("b")),
        author="Ana",
        message="flood",
    )


def test_edits_of_other_fields_and_features_are_taken_over(store, clock, draft):
    clock.tick(minutes=1)
    change(store, "a", berths=4)
    change(store, "b", status="restricted")
    with pytest.raises(Conflict) as caught:
        store.publish(draft.id, "Ana")
    assert caught.value.details["conflicts"] == []
    assert "rebase" in caught.value.do_next
    rebased = rebase(store, draft.id, author="Ana", clearance=EVERYTHING)
    assert (rebased.base_number, rebased.summary) == (3, "1 changed")
    store.publish(draft.id, "Ana")
    after = rows(store)
    assert (after["a"]["status"], after["a"]["berths"]) == ("not_operational", 4)
    assert after["b"]["status"] == "restricted"


def test_a_conflict_says_who_said_what_when_and_waits_for_a_choice(store, clock, draft):
    clock.tick(minutes=1)
    change(store, "b", berths=2, author="Carla")
    change(store, "a", status="restricted")
    with pytest.raises(Conflict) as caught:
        store.publish(draft.id, "Ana")
    (told,) = caught.value.details["conflicts"]
    assert told["text"] == (
        "Port Coquimbo, operational status: you say not operational, "
        "Ben said restricted on 18 Nov 2026 (it was unknown)."
    )
    with pytest.raises(Conflict, match="Ben said restricted") as again:
        rebase(store, draft.id, author="Ana", clearance=EVERYTHING)
    assert "--keep a.status=ours" in again.value.do_next
    assert store.get_draft(draft.id).base_number == 1
    with pytest.raises(UsageError, match="not in conflict"):
        rebase(store, draft.id, author="Ana", clearance=EVERYTHING, keep={"b": "ours"})
    rebased = rebase(store, draft.id, author="Ana", clearance=EVERYTHING, keep={"a.status": "ours"})
    store.publish(rebased.id, "Ana")
    assert rows(store)["a"]["status"] == "not_operational"
    assert rows(store)["b"]["berths"] == 2


def test_a_merged_content_reopens_nothing_unasked(store, publish, clock):
    """Others closed the road since; the merge keeps it, and easing it asks for a confirmation."""
    publish("constraints", constraints(constraint("x", effect="advisory"), constraint("y")))
    draft = store.draft(
        "constraints",
        constraints(constraint("x", effect="advisory", delay_min=5.0), constraint("y")),
        author="Ana",
        message="delay",
    )
    clock.tick(minutes=1)
    change(store, "x", "constraints", effect="blocked")
    rebased = rebase(store, draft.id, author="Ana", clearance=EVERYTHING)
    assert rebased.lifts == ()
    easing = store.draft(
        "constraints",
        constraints(constraint("x", effect="advisory"), constraint("y", effect="advisory")),
        author="Ana",
        message="ease",
    )
    change(store, "x", "constraints", max_gross_t=5.0)
    again = rebase(store, easing.id, author="Ana", clearance=EVERYTHING)
    with pytest.raises(LiftsClosures) as caught:
        store.publish(again.id, "Ana", clearance=EVERYTHING)
    assert {item["id"] for item in caught.value.closures} == {"x", "y"}


def test_what_others_put_out_of_reach_looks_removed_and_cannot_be_overwritten(store, clock, draft):
    clock.tick(minutes=1)
    change(store, "a", status="destroyed", status_comment="mined", sensitivity="confidential")
    public = Sensitivity.PUBLIC
    with pytest.raises(Conflict) as caught:
        store.publish(draft.id, "Ana", clearance=public)
    (told,) = caught.value.details["conflicts"]
    assert told["field"] is None
    assert told["theirs"] is None
    assert "mined" not in str(caught.value.details)
    assert "destroyed" not in str(caught.value.details)
    with pytest.raises(Conflict, match="already a feature 'a'"):
        rebase(store, draft.id, author="Ana", clearance=public, keep={"a": "ours"})
    rebased = rebase(store, draft.id, author="Ana", clearance=public, keep={"a": "theirs"})
    assert rebased.diff.empty
    assert rows(store)["a"]["status_comment"] == "mined"


def test_both_added_one_id(store, clock, draft):
    added = store.draft(
        "ports",
        ports(*(port(key, name=name) for key, name in (("a", "A"), ("b", "B"), ("n", "Mine")))),
        author="Ana",
        message="new",
    )
    clock.tick(minutes=1)
    store.apply_edit("ports", AddFeature(to_row(port("n", name="Theirs"))), "Ben")
    with pytest.raises(Conflict, match="you say Mine, Ben said Theirs"):
        rebase(store, added.id, author="Ana", clearance=EVERYTHING)


def test_a_draft_on_the_head_stays_as_it_is(store, draft):
    assert rebase(store, draft.id, author="Ana", clearance=EVERYTHING).version == draft.version


def test_a_draft_that_is_behind_lifts_only_what_it_changes_itself(store, publish, clock):
    publish("constraints", constraints(constraint("a"), constraint("b")))
    given = constraints(constraint("a", max_gross_t=9.0, effect="restricted"), constraint("n"))
    draft = store.draft("constraints", given, "Ana", "m", adds=True)
    clock.tick(minutes=1)
    store.apply_edit("constraints", AddFeature(to_row(constraint("new"))), "Ben")
    behind = store.get_draft(draft.id)
    assert [item.id for item in behind.lifts] == ["a"], "the draft says nothing of Ben's closure"
    with pytest.raises(Conflict):
        store.publish(draft.id, "Ana", confirm_lifts={"a"})
    rebased = rebase(store, draft.id, author="Ana", clearance=EVERYTHING)
    assert [item.id for item in rebased.lifts] == ["a"]
    store.publish(draft.id, "Ana", confirm_lifts={"a"})
    kept = {row["id"] for row in store.page(store.head("constraints")).rows}
    assert kept == {"a", "b", "n", "new"}
