"""What is published now is not read again until something is committed, and then at once."""

from __future__ import annotations

import shutil
from datetime import timedelta

import pytest
import sqlalchemy as sa
from support.clock import Clock
from support.rows import port, ports

from layers.operation import Operation
from layers.sqlitefile import FileCommits
from layers.store import Store
from lca.errors import StoreUnavailable


def _publish(store, key):
    return store.publish(store.draft("ports", ports(port(key)), "Ana", "first").id, author="Ana")


@pytest.fixture
def statements():
    """How many statements SQLAlchemy has sent."""
    sent = []

    def note(_connection, _cursor, statement, *_more):
        sent.append(statement)

    sa.event.listen(sa.engine.Engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(sa.engine.Engine, "before_cursor_execute", note)


def test_heads_are_read_once_until_another_process_or_connection_publishes(tmp_path, statements):
    clock = Clock("2026-11-18T12:00:00+00:00")
    with Store.open(tmp_path, clock=clock) as reader, Store.open(tmp_path, clock=clock) as writer:
        assert reader.heads().releases == {}
        statements.clear()
        before = reader.heads()
        clock.tick(minutes=1)
        assert reader.heads().as_of == before.as_of + timedelta(minutes=1)
        assert reader.operation is None
        assert statements == []
        for store, name in ((writer, "a"), (reader, "b"), (writer, "c")):
            release = _publish(store, name)
            assert reader.heads().releases["ports"] == release
            assert writer.heads().releases["ports"] == release
        wanted = Operation("XXX", "A country", exercise=False, time_zone="UTC")
        writer.set_operation(wanted)
        assert reader.operation == wanted


def test_a_clock_behind_the_last_transaction_is_refused_without_a_reading_too(tmp_path):
    clock = Clock("2026-11-18T12:00:00+00:00")
    with Store.open(tmp_path, clock=clock) as store:
        _publish(store, "a")
        assert store.heads().releases
        clock.tick(hours=-1)
        with pytest.raises(StoreUnavailable, match="clock"):
            store.heads()


def test_a_catalogue_that_is_lost_or_replaced_is_not_answered_from_memory(tmp_path):
    with Store.open(tmp_path / "one") as store, Store.open(tmp_path / "other") as other:
        _publish(store, "a")
        assert store.heads().releases
        counter = FileCommits(store.catalogue.path)
        first = counter.state()
        assert counter.state() == first
        copy = tmp_path / "copy"
        shutil.copy(other.catalogue.path, copy)
        copy.replace(store.catalogue.path)
        assert counter.state() != first
        store.catalogue.path.unlink()
        assert counter.state() is None
        counter.close()


def test_a_connection_opened_again_never_gives_a_state_of_the_one_before(tmp_path):
    with Store.open(tmp_path) as store:
        counter = FileCommits(store.catalogue.path)
        seen = set()
        for _ in range(3):
            state = counter.state()
            assert state not in seen
            seen.add(state)
            counter.close()


def test_nothing_lies_beside_a_closed_store(tmp_path):
    with Store.open(tmp_path) as store:
        _publish(store, "a")
        assert store.heads().releases
    assert [path.name for path in tmp_path.glob("catalogue*")] == ["catalogue.sqlite"]
