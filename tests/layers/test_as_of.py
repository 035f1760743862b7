"""What was known at a time that somebody gave stays what was known then, whoever publishes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from datetime import timedelta

import pytest
from support.clock import Clock
from support.postgres import postgres
from support.publisher import publish_for_ever
from support.rows import port, ports

from layers import postgres as postgresql
from layers import publish as publishing
from layers.store import Store
from lca.errors import StoreUnavailable, UsageError
from lca.instant import utc_now

__all__ = ["postgres"]


@pytest.fixture(params=["sqlite", "postgres"])
def place(request, tmp_path):
    if request.param == "sqlite":
        return tmp_path / "store"
    return request.getfixturevalue("postgres").address(tmp_path / "store")


def _publish(store, name):
    return store.publish(store.draft("ports", ports(port("a", name=name)), "Ana", "m").id, "Ana")


def test_nothing_is_published_at_a_time_that_was_asked_for_or_before_it(place):
    slow, fast = Clock(), Clock()
    with Store.open(place, clock=fast) as reader, Store.open(place, clock=slow) as writer:
        _publish(writer, "one")
        asked = fast.tick(seconds=4)
        known = reader.heads(as_of=asked)
        later = _publish(writer, "two")  # by a clock that is 4 s behind
        assert later.published_at > asked
        assert reader.heads(as_of=asked) == known
        assert known.releases["ports"].number == 1


def test_who_asks_for_a_time_waits_for_a_publication_that_may_bear_an_earlier_one(
    place, monkeypatch
):
    clock = Clock()
    with (
        Store.open(place, clock=clock) as reader,
        Store.open(place, clock=clock) as writer,
        ThreadPoolExecutor(1) as pool,
    ):
        _publish(writer, "one")
        clock.tick(minutes=1)
        asking = []
        append = publishing._append

        def slowly(*given):
            added = append(*given)
            clock.tick(seconds=1)
            asking.append(pool.submit(reader.heads, as_of=clock.now))
            # The answer that must not come yet is given a moment to come.
            assert not wait(asking, timeout=0.3).done
            return added

        monkeypatch.setattr(publishing, "_append", slowly)
        under_way = _publish(writer, "two")
        assert asking[0].result().releases["ports"] == under_way


def test_who_waits_in_vain_for_a_publication_is_not_told_that_there_is_none(place, monkeypatch):
    monkeypatch.setattr("layers.sqlitefile.BUSY_TIMEOUT_S", 0)
    monkeypatch.setitem(postgresql._SETTINGS, "lock_timeout", "100ms")
    clock = Clock()
    with Store.open(place, clock=clock) as reader, Store.open(place, clock=clock) as writer:
        _publish(writer, "one")
        clock.tick(minutes=1)
        with writer.catalogue.write(), pytest.raises(StoreUnavailable):
            reader.heads(as_of=clock.now)


def test_beside_publishers_the_past_never_changes(processes, place):
    with Store.open(place) as store:
        _publish(store, "one")
        workers = [processes.Process(target=publish_for_ever, args=(place, n)) for n in range(2)]
        for worker in workers:
            worker.start()
        known = {}
        while len({heads.releases["ports"].number for heads in known.values()}) < 12:
            asked = utc_now()
            known[asked] = store.heads(as_of=asked)
        for worker in workers:
            worker.terminate()
            worker.join()
        for asked, heads in known.items():
            assert store.heads(as_of=asked) == heads


def test_a_time_that_is_fixed_already_costs_no_write(place):
    clock = Clock()
    with Store.open(place, clock=clock) as store, closing(store.catalogue.commits()) as commits:
        release = _publish(store, "one")
        clock.tick(minutes=1)
        store.heads(as_of=clock.now)
        before = commits.state()
        for asked in (clock.now, release.published_at, clock.now - timedelta(days=1)):
            store.heads(as_of=asked)
        assert commits.state() == before
        store.heads(as_of=clock.tick(seconds=1))
        assert commits.state() != before
        with pytest.raises(UsageError, match="future"):
            store.heads(as_of=clock.now + timedelta(seconds=1))


def test_a_store_that_cannot_be_written_answers_all_the_same(tmp_path, monkeypatch):
    clock = Clock()
    with Store.open(tmp_path, clock=clock) as store:
        release = _publish(store, "one")
        clock.tick(minutes=1)

        def full(*_given):
            raise StoreUnavailable("The disk is full.")

        monkeypatch.setattr("layers.catalogue._note_transaction", full)
        assert store.heads(as_of=clock.now).releases["ports"] == release
