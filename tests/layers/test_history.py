"""Publishing, heads, time, rollback and withdrawal of layers."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
from geopandas.testing import assert_geodataframe_equal
from support.rows import constraint, constraints, ids, port, ports

from layers.store import Store
from layers.tables import head, release
from lca.errors import (
    Conflict,
    InvalidInput,
    NotFound,
    StoreUnavailable,
    UsageError,
    Withdrawn,
)
from lca.geo import BBox
from lca.table import rows_of
from lca.vocab import Sensitivity


def names(store, layer="ports", as_of=None):
    found = store.head(layer, as_of=as_of)
    return None if found is None else [row["name"] for row in rows_of(store.frame(found.version))]


def test_first_publication_becomes_the_head(store, publish):
    assert store.head("ports") is None
    first = publish("ports", ports(port("a"), port("b")))
    assert (first.number, first.predecessor, first.feature_count) == (1, None, 2)
    assert store.heads().releases == {"ports": first}
    assert store.log("ports") == [first]
    assert ids(rows_of(store.frame(first.version))) == ["a", "b"]


def test_draft_changes_nothing_until_it_is_published(store, publish):
    first = publish("ports", ports(port("a")))
    draft = store.draft("ports", ports(port("a", name="New")), "Ben", "rename")
    assert store.head("ports") == first
    assert [item.id for item in store.drafts("ports")] == [draft.id]
    second = store.publish(draft.id, "Ben")
    assert (second.number, second.message, second.author) == (2, "rename", "Ben")
    assert second.predecessor == first.version
    assert store.drafts("ports") == []


def test_same_content_again_is_the_same_head(store, publish, clock):
    first = publish("ports", ports(port("a"), port("b")))
    heads = store.heads()
    clock.tick(hours=1)
    assert publish("ports", ports(port("b"), port("a"))) == first
    assert store.log("ports") == [first]
    assert store.heads().releases == heads.releases


def test_publishing_a_draft_twice_gives_its_release_again(store):
    draft = store.draft("ports", ports(port("a")), "Ana", "m")
    first = store.publish(draft.id, "Ana")
    assert store.publish(draft.id, "Ana") == first
    assert len(store.log("ports")) == 1


def test_facilities_are_replaced_by_a_file_and_constraints_are_not(store, publish):
    publish("ports", ports(port("a"), port("b")))
    publish("ports", ports(port("b")))
    assert names(store) == ["Port b"]
    publish("constraints", constraints(constraint("a"), constraint("b")))
    draft = store.draft("constraints", constraints(constraint("b"), constraint("c")), "A", "m")
    assert (draft.carried_over, draft.feature_count, draft.lifts) == (1, 3, ())
    assert draft.summary == "1 added, 1 carried over"
    store.publish(draft.id, "A")
    assert names(store, "constraints") == ["Closure a", "Closure b", "Closure c"]


def test_file_of_the_uncleared_neither_drops_nor_counts_what_they_may_not_see(store, publish):
    secret = {"sensitivity": Sensitivity.CONFIDENTIAL}
    publish("ports", ports(port("a"), port("b", **secret)))
    publish("ports", ports(port("c")))
    assert names(store) == ["Port b", "Port c"]
    publish("constraints", constraints(constraint("a"), constraint("b", **secret)))
    draft = store.draft("constraints", constraints(constraint("c")), "A", "m")
    assert (draft.carried_over, draft.feature_count) == (1, 3)
    cleared = store.draft("ports", ports(port("c")), "A", "m", clearance=Sensitivity.CONFIDENTIAL)
    assert cleared.summary == "1 removed"


def test_file_of_the_uncleared_takes_the_place_of_no_row_that_they_may_not_see(store, publish):
    hidden = port("x", name="Hidden", sensitivity=Sensitivity.CONFIDENTIAL)
    publish("ports", ports(hidden))
    with pytest.raises(InvalidInput, match="already a feature 'x'") as caught:
        store.draft("ports", ports(port("x")), "A", "m")
    assert "Hidden" not in str(caught.value)
    assert store.draft("ports", ports(hidden), "A", "m").diff.empty
    cleared = store.draft("ports", ports(port("x")), "A", "m", clearance=Sensitivity.CONFIDENTIAL)
    assert cleared.summary == "1 changed"


def test_stale_draft_gets_a_conflict_that_says_what_others_did(store, publish):
    publish("ports", ports(port("a")))
    slow = store.draft("ports", ports(port("a"), port("slow")), "Slow", "m")
    fast = publish("ports", ports(port("a", name="Renamed")))
    with pytest.raises(Conflict) as caught:
        store.publish(slow.id, "Slow")
    assert caught.value.details["head"]["version"] == fast.version
    changed = caught.value.details["diff"]["changed"]
    assert [(item["id"], item["fields"][0]["after"]) for item in changed] == [("a", "Renamed")]
    assert store.head("ports") == fast


def test_releases_are_named_by_number_prefix_or_latest(store, publish):
    first = publish("ports", ports(port("a")))
    second = publish("ports", ports(port("b")))
    for reference in ("latest", "2", second.version, second.version[:8], second.version.upper()):
        assert store.release("ports", reference) == second
    assert store.release("ports", "1") == first


@pytest.mark.parametrize(
    ("reference", "error"),
    [
        ("3", NotFound),
        ("0123456789", NotFound),
        ("0", UsageError),
        ("abc", UsageError),
        ("", UsageError),
    ],
)
def test_reference_to_nothing_is_refused(store, publish, reference, error):
    publish("ports", ports(port("a")))
    with pytest.raises(error):
        store.release("ports", reference)


def test_unknown_layer_version_and_draft_are_not_found(store):
    with pytest.raises(NotFound, match="ports"):
        store.head("harbours")
    with pytest.raises(NotFound):
        store.frame("0" * 64)
    with pytest.raises(NotFound):
        store.publish("nothing", "Ana")


def test_as_of_is_what_was_known_then(store, publish, clock):
    before = clock.tick(minutes=1)
    first = publish("ports", ports(port("a")))
    between = clock.tick(minutes=5)
    second = publish("ports", ports(port("b")))
    assert store.heads(before).releases == {}
    assert store.heads(first.published_at).releases == {"ports": first}
    assert store.heads(first.published_at - timedelta(microseconds=1)).releases == {}
    assert store.heads(between).releases == {"ports": first}
    assert store.heads(second.published_at).releases == {"ports": second}
    with pytest.raises(UsageError, match="future"):
        store.heads(clock() + timedelta(seconds=1))


def test_heads_asked_again_as_of_their_own_moment_are_the_same(store, publish, clock):
    clock.tick(seconds=1)
    for step in range(3):
        publish("ports", ports(port(str(step))))
        store.register_build(f"{step}" * 64, "roads", "m")
        seen = store.heads()
        assert store.heads(seen.as_of) == seen
    later = store.heads()
    publish("ports", ports(port("later")))
    assert store.heads(later.as_of) == later


def test_transaction_times_grow_when_the_clock_stands_still(store, clock):
    moments = []
    for step in range(3):
        draft = store.draft("ports", ports(port(str(step))), "Ana", "m")
        moments.append(store.publish(draft.id, "Ana").published_at)
    assert moments[0] == clock()
    assert moments[0] < moments[1] < moments[2]
    assert store.heads().as_of == moments[2]
    assert [item.number for item in store.log("ports")] == [3, 2, 1]


def test_small_step_back_of_the_clock_is_bridged_and_a_great_one_refused(store, publish, clock):
    first = publish("ports", ports(port("a")))
    clock.tick(seconds=-4)
    draft = store.draft("ports", ports(port("b")), "Ana", "m")
    assert store.publish(draft.id, "Ana").published_at > first.published_at
    clock.tick(seconds=-10)
    with pytest.raises(StoreUnavailable, match="clock"):
        store.heads()
    another = store.draft("ports", ports(port("c")), "Ana", "m")
    with pytest.raises(StoreUnavailable, match="clock"):
        store.publish(another.id, "Ana")


def test_head_table_always_names_the_last_release(store, publish):
    for layer in ("ports", "constraints"):
        frame = ports(port("a")) if layer == "ports" else constraints(constraint("a"))
        publish(layer, frame)
    publish("ports", ports(port("b")))
    store.rollback("ports", "1", "Ana", "m")
    last = sa.select(release.c.layer, sa.func.max(release.c.number)).group_by(release.c.layer)
    with store.catalogue.read() as connection:
        assert set(connection.execute(last)) == set(
            connection.execute(sa.select(head.c.layer, head.c.number))
        )


def test_rollback_is_a_new_release_equal_to_an_old_one(store, publish):
    first = publish("ports", ports(port("a")))
    publish("ports", ports(port("b")))
    back = store.rollback("ports", "1", "Ana", "the file was wrong")
    assert (back.number, back.action, back.version) == (3, "rollback", first.version)
    assert names(store) == ["Port a"]
    assert store.rollback("ports", "1", "Ana", "again") == back


def test_withdrawing_the_head_serves_the_one_before_as_a_new_release(store, publish):
    first = publish("ports", ports(port("a")))
    second = publish("ports", ports(port("b")))
    after = store.withdraw("ports", "2", "Ana", "copyright")
    assert (after.number, after.version, after.action) == (3, first.version, "withdraw")
    assert store.head("ports") == after
    marked = store.log("ports")
    assert [item.withdrawn_at is not None for item in marked] == [False, True, False]
    assert marked[1].message == second.message


def test_withdrawn_version_is_hidden_by_every_door(store, publish, clock):
    publish("ports", ports(port("a")))
    second = publish("ports", ports(port("b")))
    assert store.page(second).matched == 1
    moment = clock.tick(minutes=1)
    store.withdraw("ports", "2", "Ana", "names people")
    doors = [
        lambda: store.release("ports", "2"),
        lambda: store.release("ports", second.version[:8]),
        lambda: store.frame(second.version),
        lambda: store.page(second),
        lambda: store.page(second, bbox=BBox(-180, -90, 180, 90)),
        lambda: store.feature(second, "b"),
        lambda: store.diff("ports", None, second),
        lambda: store.head("ports", as_of=moment),
        lambda: store.heads(moment).release("ports"),
        lambda: store.rollback("ports", "2", "Ana", "m"),
        lambda: store.withdraw("ports", "2", "Ana", "again"),
        lambda: publish("ports", ports(port("b"))),
    ]
    for door in doors:
        with pytest.raises(Withdrawn):
            door()
    assert "ports" not in store.heads(moment).releases


def test_draft_neither_shows_nor_republishes_what_has_been_withdrawn(store, publish, clock):
    first = publish("ports", ports(port("a", name="Secret berth")))
    draft = store.draft("ports", ports(port("a"), port("b")), "Ana", "m")
    second = store.publish(draft.id, "Ana")
    later = store.draft("ports", ports(port("c")), "Ana", "m")
    clock.tick(minutes=1)
    store.withdraw("ports", second.version, "Eva", "wrong")
    with pytest.raises(Withdrawn):
        store.get_draft(draft.id)
    with pytest.raises(Withdrawn):
        store.publish(draft.id, "Ana")
    with pytest.raises(Conflict) as caught:
        store.publish(later.id, "Ana")
    assert caught.value.details["head"]["version"] == first.version
    assert "Port b" not in str(caught.value.details)
    assert "Port b" not in str(store.get_draft(later.id).as_json())


def test_draft_begun_on_the_only_version_does_not_bring_it_back_once_withdrawn(
    store, publish, clock
):
    publish("ports", ports(port("leaked")))
    before = store.draft("ports", ports(port("leaked"), port("b")), "Ben", "m")
    clock.tick(minutes=1)
    store.withdraw("ports", "1", "Ana", "Names a person")
    clock.tick(minutes=1)
    with pytest.raises(Conflict, match="has been withdrawn since"):
        store.publish(before.id, "Ben")
    assert publish("ports", ports(port("b"))).number == 2


def test_draft_of_withdrawn_content_is_not_listed(store, publish, clock):
    publish("ports", ports(port("a")))
    second = publish("ports", ports(port("b")))
    publish("ports", ports(port("c")))
    store.draft("ports", ports(port("b")), "Ana", "again")
    assert len(store.drafts("ports")) == 1
    store.withdraw("ports", second.version, "Eva", "wrong")
    assert store.drafts("ports") == []


def test_withdrawing_an_old_version_leaves_the_head(store, publish):
    publish("ports", ports(port("a")))
    second = publish("ports", ports(port("b")))
    assert store.withdraw("ports", "1", "Ana", "wrong") == second
    assert store.head("ports") == second
    with pytest.raises(Withdrawn):
        store.release("ports", "1")


def test_withdrawing_the_only_version_leaves_none_and_does_not_look_empty(store, publish):
    publish("ports", ports(port("a")))
    assert store.withdraw("ports", "1", "Ana", "wrong") is None
    with pytest.raises(Withdrawn):
        store.head("ports")
    heads = store.heads()
    assert (heads.releases, set(heads.withdrawn)) == ({}, {"ports"})
    again = publish("ports", ports(port("a", name="Right")))
    assert again.number == 2
    assert store.heads().releases == {"ports": again}


def test_withdrawal_needs_a_reason_and_publishing_an_author(store, publish):
    publish("ports", ports(port("a")))
    with pytest.raises(InvalidInput, match="reason"):
        store.withdraw("ports", "1", "Ana", " ")
    draft = store.draft("ports", ports(port("b")), "Ana", "m")
    with pytest.raises(InvalidInput, match="author"):
        store.publish(draft.id, " ")


def test_everything_is_there_after_a_restart(store, publish, clock, tmp_path):
    publish("ports", ports(port("a", name="Ñ", berths=3)))
    publish("constraints", constraints(constraint("a", osm_way_ids=(1, 2))))
    draft = store.draft("ports", ports(port("b")), "Ana", "m", source_name="f.xlsx")
    store.register_build("b" * 64, "coquimbo", "m")
    heads = store.heads()
    frames = {layer: store.frame(item.version) for layer, item in heads.releases.items()}
    store.close()
    with Store.open(tmp_path / "store", clock=clock) as again:
        assert again.heads() == heads
        for layer, item in heads.releases.items():
            assert_geodataframe_equal(again.frame(item.version), frames[layer])
        assert again.get_draft(draft.id).source_name == "f.xlsx"
        assert again.publish(draft.id, "Ana").number == 2


def test_damaged_object_is_noticed_and_never_served(store, publish, clock, tmp_path):
    first = publish("ports", ports(port("a")))
    store.close()
    for file in (tmp_path / "store" / "objects").glob("*/*"):
        whole = file.read_bytes()
        file.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        with (
            Store.open(tmp_path / "store", clock=clock) as again,
            pytest.raises(StoreUnavailable, match="damaged"),
        ):
            again.frame(first.version)
        file.write_bytes(whole)
    with Store.open(tmp_path / "store", clock=clock) as again:
        assert len(again.frame(first.version)) == 1


def test_missing_object_is_written_again_by_the_same_import(store, clock, tmp_path):
    draft = store.draft("ports", ports(port("a")), "Ana", "m")
    first = store.publish(draft.id, "Ana")
    for file in (tmp_path / "store" / "objects").glob("*/*"):
        file.unlink()
    store.draft("ports", ports(port("a")), "Ana", "m")
    store.close()
    with Store.open(tmp_path / "store", clock=clock) as again:
        assert len(again.frame(first.version)) == 1


def test_registered_build_serves_from_its_moment(store, clock):
    before = clock.tick(minutes=1)
    clock.tick(minutes=1)
    one = store.register_build("a" * 64, "coquimbo", "first")
    assert store.register_build("a" * 64, "coquimbo", "again") == one
    clock.tick(minutes=1)
    two = store.register_build("b" * 64, "coquimbo", "newer roads")
    assert store.heads().build == two
    assert store.heads(one.registered_at).build == one
    assert store.heads(before).build is None
    with pytest.raises(InvalidInput):
        store.register_build("../../etc", "x", "m")
