"""Tags: a name for the heads of one moment, which never moves."""

from __future__ import annotations

import pytest
from support.rows import constraint, constraints, port, ports

from layers.tags import add_tag, list_tags
from lca.errors import Conflict, InvalidInput, NotFound, UsageError, Withdrawn


def tag(store, name, **options):
    return add_tag(store.workspace, name, author="Ana", **options)


def test_a_tag_stays_where_it_was_set(store, publish, clock):
    first = publish("ports", ports(port("a")))
    closed = publish("constraints", constraints(constraint("c")))
    clock.tick(minutes=1)
    made = tag(store, "sitrep-12", message="Situation report 12")
    assert {item.layer: item.number for item in made.releases} == {"constraints": 1, "ports": 1}
    second = publish("ports", ports(port("b")))
    assert store.release("ports", "sitrep-12") == first
    assert store.release("ports", " SitRep-12 ") == first
    assert store.release("constraints", "sitrep-12") == closed
    assert store.release("ports", "latest") == second
    with pytest.raises(Conflict, match="never moves"):
        tag(store, "sitrep-12")
    tag(store, "sitrep-13", layers=["ports"])
    assert store.release("ports", "sitrep-13") == second
    with pytest.raises(NotFound, match="pins no version"):
        store.release("constraints", "sitrep-13")
    assert [item.name for item in list_tags(store.workspace)] == ["sitrep-13", "sitrep-12"]
    assert list_tags(store.workspace)[1].message == "Situation report 12"


@pytest.mark.parametrize(
    "name",
    ["", "12", "0", "latest", "abcdef0123", "cafe", "Sitrep", "a b", "-a", "ä", "x" * 64, "../x"],
)
def test_a_name_that_could_be_a_version_is_refused(store, publish, name):
    publish("ports", ports(port("a")))
    with pytest.raises(UsageError):
        tag(store, name)
    assert list_tags(store.workspace) == []


def test_nothing_to_tag_and_nobody_to_tag_it(store, publish):
    with pytest.raises(NotFound):
        tag(store, "early")
    publish("ports", ports(port("a")))
    with pytest.raises(NotFound, match="airports"):
        tag(store, "sitrep", layers=["ports", "airports"])
    with pytest.raises(NotFound):
        tag(store, "sitrep", layers=["harbours"])
    with pytest.raises(InvalidInput):
        add_tag(store.workspace, "sitrep", author=" ")
    assert list_tags(store.workspace) == []
    with pytest.raises(NotFound, match="no tag"):
        store.release("ports", "sitrep")


def test_a_tag_does_not_bring_back_what_was_withdrawn(store, publish):
    publish("ports", ports(port("a")))
    publish("ports", ports(port("b")))
    tag(store, "sitrep-1")
    store.withdraw("ports", "2", "Eva", "wrong")
    with pytest.raises(Withdrawn):
        store.release("ports", "sitrep-1")
    (told,) = list_tags(store.workspace)
    assert told.as_json()["releases"][0]["withdrawn"] is True
