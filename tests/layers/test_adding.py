"""Rows that join a layer: a page on one port removes no other, and what is secret is not told."""

from __future__ import annotations

import shutil

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.rows import port, ports

from layers.inforce import InForce
from layers.store import Store
from lca.vocab import Sensitivity

ALL = Sensitivity.STRICTLY_CONFIDENTIAL
CONTENTS = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("xy"), min_size=1)


def named(names):
    return ports(*(port(key, name=name) for key, name in names.items()))


def names_in(store, release):
    frame = store.frame(release.version)
    return dict(zip(frame["id"], frame["name"], strict=True))


def test_what_the_file_lacks_stays_and_is_counted(store, publish):
    publish("ports", named({"a": "Alpha", "b": "Bravo"}))
    draft = store.draft("ports", named({"b": "Bravo II"}), "Ana", "one page", adds=True)
    assert draft.carried_over == 1
    release = store.publish(draft.id, author="Ana")
    assert names_in(store, release) == {"a": "Alpha", "b": "Bravo II"}


def test_without_it_the_file_is_the_whole_layer(store, publish):
    publish("ports", named({"a": "Alpha", "b": "Bravo"}))
    draft = store.draft("ports", named({"b": "Bravo II"}), "Ana", "all of them")
    assert draft.carried_over == 0
    assert names_in(store, store.publish(draft.id, author="Ana")) == {"b": "Bravo II"}


@settings(max_examples=12, deadline=None)
@given(before=CONTENTS, file=CONTENTS)
def test_adding_is_the_union_in_which_the_file_wins(tmp_path_factory, empty_store, before, file):
    root = tmp_path_factory.mktemp("adding") / "store"
    shutil.copytree(empty_store, root)
    with Store.open(root) as store:
        first = store.draft("ports", named(before), "Ana", "before")
        store.publish(first.id, author="Ana")
        draft = store.draft("ports", named(file), "Ana", "file", adds=True)
        if before | file == before:
            assert draft.diff.empty
        else:
            release = store.publish(draft.id, author="Ana")
            assert names_in(store, release) == before | file


def test_a_file_is_judged_beside_what_everybody_may_see(store):
    hidden = port("s", name="Hidden depot", sensitivity=Sensitivity.RESTRICTED)
    both = ports(port("a", name="Alpha"), hidden)
    draft = store.draft("ports", both, "Ana", "", clearance=ALL)
    assert "ports" not in InForce(store), "a draft is not in force"
    with pytest.raises(KeyError):
        InForce(store)["harbours"]
    store.publish(draft.id, author="Ana", clearance=ALL)
    seen = InForce(store)
    assert list(seen) == ["ports"]
    assert list(seen["ports"]["name"]) == ["Alpha"]
    assert seen.boundaries == []
