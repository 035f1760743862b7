"""Ids: made from what a feature is, and never changed without a word."""

from __future__ import annotations

import pytest
from shapely import Point
from support.rows import constraint, constraints, port, ports

from layers.renumbering import changed_ids, made_id
from layers.spec import IdRule, load_specs
from lca.errors import InvalidInput
from lca.record import to_row
from lca.vocab import Sensitivity

SPEC = load_specs()["ports"]
BY_CODE = SPEC.model_copy(update={"id_rule": IdRule(columns=("un_locode",))})


def row(key, **values):
    return to_row(port(key, **values))


def test_an_id_is_made_of_the_natural_key_alone():
    one, moved = (
        row("", un_locode=code, geometry=place)
        for code, place in (("CLCQQ", Point(1, 2)), (" clcqq ", Point(3, 4)))
    )
    assert made_id(BY_CODE, one) == made_id(BY_CODE, moved)
    assert made_id(BY_CODE, one) == "094ff0da-7f3d-5e10-9282-3f1ef9501dd6"
    assert made_id(BY_CODE, row("", un_locode="CLVAP")) != made_id(BY_CODE, one)
    assert made_id(SPEC, one) != made_id(SPEC, moved)
    with pytest.raises(InvalidInput, match="no id"):
        made_id(BY_CODE, row("", geometry=None))


def test_a_kept_key_under_another_id_is_a_changed_id_wherever_it_lies():
    old, new = row("a", un_locode="CLCQQ"), row("b", un_locode="CLCQQ", geometry=Point(1, 1))
    (found,) = changed_ids(BY_CODE, [old], [new])
    assert (found.before, found.after) == ("a", "b")
    assert found.as_text() == "Port b: a comes as b (the same un_locode)."
    assert changed_ids(BY_CODE, [old], [{**new, "un_locode": "CLVAP"}]) == ()


def test_one_name_counts_within_metres_and_only_if_nothing_else_bears_it():
    old = row("a", name="Muelle", geometry=Point(-71.34, -29.95))
    near = row("b", name="muelle ", geometry=Point(-71.3401, -29.95))
    far = row("b", name="Muelle", geometry=Point(-71.341, -29.95))
    assert [item.after for item in changed_ids(SPEC, [old], [near])] == ["b"]
    assert changed_ids(SPEC, [old], [far]) == ()
    assert changed_ids(SPEC, [old], [near, {**near, "id": "c"}]) == ()


def test_an_import_with_other_ids_is_refused_with_the_list_and_changes_nothing(store, publish):
    head = publish("ports", ports(port("a", name="North"), port("b", name="South")))
    with pytest.raises(InvalidInput, match="2 feature") as caught:
        store.draft(
            "ports",
            ports(port("1", name="North"), port("2", name="South")),
            author="Ana",
            message="again",
        )
    listed = caught.value.details["changed_ids"]
    assert [(item["before"], item["after"]) for item in listed] == [("a", "1"), ("b", "2")]
    assert store.drafts("ports") == []
    assert store.head("ports") == head
    store.draft("ports", ports(port("a", name="North")), author="Ana", message="one less")


def test_a_hidden_feature_is_not_told_by_its_twin(store, publish):
    publish("ports", ports(port("x", name="North", sensitivity=Sensitivity.CONFIDENTIAL)))
    draft = store.draft("ports", ports(port("y", name="North")), author="Ana", message="m")
    assert draft.summary == "1 added"


def test_a_second_closure_of_one_place_is_another_event(store, publish):
    publish("constraints", constraints(constraint("a", name="Cuesta")))
    draft = store.draft(
        "constraints", constraints(constraint("b", name="Cuesta")), author="Ana", message="m"
    )
    assert draft.carried_over == 1


def test_other_ids_may_be_meant(store, publish):
    publish("ports", ports(port("a", name="North")))
    draft = store.draft(
        "ports", ports(port("b", name="North")), author="Ana", message="m", new_ids=True
    )
    assert draft.summary == "1 added, 1 removed"
