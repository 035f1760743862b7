"""Edits of many features at once: one release or one draft for all, or nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from support.rows import INFORMED, constraint, constraints, port, ports

from layers.bulk import BulkEdit, changes_from, draft_edits, publish_edits, selected
from layers.draft import read_draft
from layers.edits import AddFeature, ChangeFeature, ConfirmFeature, EndConstraint
from layers.filters import parse_filter
from lca.errors import (
    Conflict,
    LiftsClosures,
    NotFound,
    UsageError,
    ValidationFailed,
)
from lca.geo import BBox
from lca.record import to_row
from lca.vocab import OperationalStatus, Sensitivity

EVERYTHING = Sensitivity.STRICTLY_CONFIDENTIAL


def rows(store, layer, release=None):
    frame_rows = store.page(release or store.head(layer), limit=1000, clearance=EVERYTHING).rows
    return {row["id"]: row for row in frame_rows}


def bulk(layer, *edits, message="flood", clearance=EVERYTHING, base=None):
    return BulkEdit(layer, edits, "Ana", message, clearance, base)


def closing(*keys):
    return [ChangeFeature(key, {"status": "not_operational"}, "flood") for key in keys]


@pytest.fixture
def harbours(publish):
    return publish("ports", ports(*(port(f"p{n}") for n in range(4))))


def test_one_release_changes_the_chosen_features_and_no_other(store, harbours):
    before = rows(store, "ports")
    release = publish_edits(store, bulk("ports", *closing("p1", "p2")))
    assert (release.number, release.message, release.action) == (2, "flood", "edit")
    closed = {"status": "not_operational"}
    assert rows(store, "ports") == before | {
        "p1": before["p1"] | closed,
        "p2": before["p2"] | closed,
    }


def test_confirming_many_moves_their_dates_only(store, harbours):
    seen = INFORMED + timedelta(days=2)
    before = rows(store, "ports")
    publish_edits(store, bulk("ports", *(ConfirmFeature(key, "WFP", seen) for key in before)))
    told = {"date_of_information": seen, "last_confirmed_at": seen, "confirmed_by": "WFP"}
    assert rows(store, "ports") == {key: row | told for key, row in before.items()}


def test_one_refusal_refuses_all_and_every_one_is_listed(store, harbours):
    edits = [
        *closing("p1"),
        *(ChangeFeature(key, {"status": "closed"}, "r") for key in ("p2", "p3")),
        ConfirmFeature("nothing", "WFP", INFORMED),
        AddFeature(to_row(port("p0"))),
    ]
    with pytest.raises(ValidationFailed, match="4 of 5") as caught:
        publish_edits(store, bulk("ports", *edits))
    assert [issue["value"] for issue in caught.value.details["issues"]] == [
        "p2",
        "p3",
        "nothing",
        "p0",
    ]
    assert "p2, p3: status 'closed' is not valid" in caught.value.what
    assert store.head("ports") == harbours


def test_what_changed_since_it_was_seen_is_refused(store, harbours):
    store.apply_edit("ports", ChangeFeature("p1", {"berths": 3}, "r"), "Ben")
    with pytest.raises(ValidationFailed, match="p1: It has been changed by others"):
        publish_edits(store, bulk("ports", *closing("p1", "p2"), base="1"))
    publish_edits(store, bulk("ports", *closing("p2", "p3"), base="1"))
    assert rows(store, "ports")["p1"]["berths"] == 3


def test_easing_many_closures_needs_a_confirmation_for_each_but_an_end_is_one(store, publish):
    publish("constraints", constraints(constraint("a"), constraint("b"), constraint("c")))
    eased = [ChangeFeature(key, {"effect": "advisory"}, "seen") for key in "ab"]
    end = EndConstraint("c", "MOP", INFORMED + timedelta(hours=1), "cleared")
    with pytest.raises(LiftsClosures) as caught:
        publish_edits(store, bulk("constraints", *eased, end), confirm_lifts={"a"})
    assert [item["id"] for item in caught.value.closures] == ["b"]
    publish_edits(store, bulk("constraints", *eased, end), confirm_lifts={"a", "b"})
    assert rows(store, "constraints")["c"]["status"] == "resolved"


def test_edits_gather_in_a_draft_until_it_is_published(store, harbours):
    draft = draft_edits(store, bulk("ports", *closing("p1")))
    draft = draft_edits(store, bulk("ports", *closing("p2"), message="also"), into=draft.id)
    assert draft.summary == "2 changed"
    assert store.head("ports") == harbours
    with pytest.raises(ValidationFailed):
        draft_edits(store, bulk("ports", *closing("p9")), into=draft.id)
    with pytest.raises(UsageError, match="of the layer ports"):
        draft_edits(store, bulk("airports"), into=draft.id)
    release = store.publish(draft.id, "Ana")
    assert rows(store, "ports")["p2"]["status"] == "not_operational"
    assert release.number == 2
    with pytest.raises(Conflict, match="published"):
        draft_edits(store, bulk("ports", *closing("p3")), into=draft.id)


def test_edits_that_reach_one_draft_together_are_never_lost(store, harbours, monkeypatch):
    draft = draft_edits(store, bulk("ports", *closing("p1")))

    def slow(*of, **more):
        monkeypatch.undo()
        found = read_draft(*of, **more)
        draft_edits(store, bulk("ports", *closing("p2")), into=draft.id)
        return found

    monkeypatch.setattr("layers.bulk.read_draft", slow)
    with pytest.raises(Conflict, match="changed since"):
        draft_edits(store, bulk("ports", *closing("p3")), into=draft.id)
    assert store.get_draft(draft.id).summary == "2 changed"


def test_features_are_chosen_by_what_all_conditions_say(store, publish):
    publish(
        "ports",
        ports(
            port("a", status=OperationalStatus.RESTRICTED),
            port("b"),
            port("secret", sensitivity=Sensitivity.CONFIDENTIAL),
        ),
    )
    spec = store.specs["ports"]
    restricted = parse_filter("status = 'restricted'", spec)
    public = {"clearance": Sensitivity.PUBLIC}
    assert selected(store, "ports", **public, chosen=restricted) == ("a",)
    assert selected(store, "ports", **public, bbox=BBox(-72, -30, -71, -29)) == ("a", "b")
    assert selected(store, "ports", **public, ids=["b", "a"]) == ("a", "b")
    for unseen in ({"ids": ["a", "secret"]}, {"bbox": BBox(0, 0, 1, 1)}):
        with pytest.raises(NotFound):
            selected(store, "ports", **public, **unseen)
    with pytest.raises(UsageError):
        selected(store, "ports", **public)


def test_hidden_features_are_not_there_for_those_who_may_not_see_them(store, publish):
    publish("ports", ports(port("secret", sensitivity=Sensitivity.CONFIDENTIAL)))
    with pytest.raises(ValidationFailed, match="There is no feature 'secret'"):
        publish_edits(store, bulk("ports", *closing("secret"), clearance=Sensitivity.PUBLIC))


def test_assignments_name_fields_of_the_layer(store):
    spec = store.specs["ports"]
    assert changes_from(spec, ["status=restricted", "berths=", "name=A=B"]) == {
        "status": "restricted",
        "berths": None,
        "name": "A=B",
    }
    for wrong in ("colour=red", "status", "id=x"):
        with pytest.raises(UsageError, match="does not name a field"):
            changes_from(spec, [wrong])
