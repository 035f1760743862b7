"""A catalogue in PostgreSQL: the same store, for several hosts, and no password in what is said."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from support.clock import Clock
from support.postgres import PASSWORD, postgres
from support.publisher import open_only
from support.rows import constraint, constraints, ids, port, ports

from layers.edits import EndConstraint
from layers.location import Location
from layers.store import Store
from layers.tables import SCHEMA_REVISION, metadata
from lca.errors import Conflict, InvalidInput, StoreUnavailable, UsageError

__all__ = ["postgres"]


@pytest.fixture
def address(postgres, tmp_path):
    return postgres.address(tmp_path / "store")


def _publish(store, name, key="a"):
    draft = store.draft("ports", ports(port(key, name=name)), "Ana", "m")
    return store.publish(draft.id, "Ana")


def _story(place, clock):
    """What a layer goes through, as the log and the rows that come of it."""
    with Store.open(place, clock=clock) as store:
        for name in ("one", "two"):
            clock.tick(minutes=1)
            _publish(store, name)
        late = store.draft("ports", ports(port("a", name="late")), "Ben", "m")
        clock.tick(minutes=1)
        _publish(store, "three")
        with pytest.raises(Conflict) as conflict:
            store.publish(late.id, "Ben")
        clock.tick(minutes=1)
        store.rollback("ports", "1", "Ana", "back")
        clock.tick(minutes=1)
        store.withdraw("ports", "2", "Ana", "wrong")
        closed = store.draft("constraints", constraints(constraint("c")), "Ana", "m")
        store.publish(closed.id, "Ana")
        earlier = store.heads(as_of=clock.now)
        return (
            conflict.value.details["diff"],
            [item.as_json() for item in store.log("ports")],
            store.page(store.head("ports")).rows,
            {name: item.as_json() for name, item in earlier.releases.items()},
        )


def test_the_same_story_has_the_same_history_in_both_databases(address, tmp_path):
    assert _story(address, Clock()) == _story(tmp_path / "other", Clock())


def test_migrations_make_what_the_tables_say(address):
    with Store.open(address) as store, store.catalogue.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == SCHEMA_REVISION


def test_processes_that_make_one_store_at_once_share_it(processes, address):
    workers = [processes.Process(target=open_only, args=(address,)) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 6


def test_edits_that_meet_all_count(address):
    clock = Clock()
    with Store.open(address, clock=clock) as store:
        keys = [f"c{number}" for number in range(6)]
        draft = store.draft("constraints", constraints(*map(constraint, keys)), "Ana", "m")
        store.publish(draft.id, "Ana")
        with ThreadPoolExecutor(6) as pool:
            ends = [EndConstraint(key, "MOP", clock.now, "cleared") for key in keys]
            list(pool.map(lambda end: store.apply_edit("constraints", end, "Ana"), ends))
        assert store.head("constraints").number == 7


def test_heads_are_seen_at_once_by_another_process_and_not_read_again_before(address):
    clock = Clock()
    with Store.open(address, clock=clock) as reader, Store.open(address, clock=clock) as writer:
        assert reader.heads().releases == {}
        first = reader._present._kept
        assert reader.heads().releases == {}
        assert reader._present._kept is first
        release = _publish(writer, "one")
        assert reader.heads().releases["ports"] == release


def test_a_server_that_dies_is_an_error_and_once_it_is_back_all_is_there(postgres, address):
    with Store.open(address) as store:
        release = _publish(store, "one")
        assert store.heads().releases["ports"] == release
        postgres.stop("immediate")
        with pytest.raises(StoreUnavailable):
            store.heads()
        with pytest.raises(StoreUnavailable):
            _publish(store, "two")
        postgres.start()
        assert store.heads().releases["ports"] == release
        assert _publish(store, "two").number == 2
        assert ids(store.page(store.head("ports")).rows) == ["a"]


def test_a_text_that_it_cannot_hold_is_the_writer_s_error(address):
    with Store.open(address) as store, pytest.raises(InvalidInput, match="cannot hold"):
        store.draft("ports", ports(port("a")), "Ana", "a\0b")


def test_a_commit_waits_for_the_disk_and_readers_cannot_write(address):
    with Store.open(address) as store:
        with store.catalogue.write() as connection:
            assert connection.exec_driver_sql("SHOW synchronous_commit").scalar() == "on"
        with store.catalogue.read() as connection:
            assert connection.exec_driver_sql("SHOW transaction_read_only").scalar() == "on"
            isolation = connection.exec_driver_sql("SHOW transaction_isolation").scalar()
        assert isolation == "repeatable read"


@pytest.mark.parametrize(
    ("change", "error"),
    [
        (("/store_", "/absent_"), StoreUnavailable),
        (("postgresql:", "mysql:"), UsageError),
        (("folder=", "elsewhere="), UsageError),
        (("@/", "@localhost:x/"), UsageError),
        (("@/", "@127.0.0.1:1/"), StoreUnavailable),
    ],
)
def test_no_error_tells_the_password(address, change, error):
    wrong = address.replace(*change)
    if "127.0.0.1" in wrong:
        wrong = wrong.replace("host=", "application_name=")
    with pytest.raises(error) as caught:
        Store.open(wrong)
    assert PASSWORD not in caught.value.text() + repr(caught.value)


def test_a_location_shows_no_password_and_its_address_opens_the_same_store(address):
    location = Location.of(address)
    assert PASSWORD not in f"{location} {location!r}"
    with Store.open(location) as store:
        _publish(store, "one")
    assert Location.of(location.address) == location
    with Store.open(location.address) as store:
        assert store.head("ports").number == 1


def test_a_folder_with_a_catalogue_of_its_own_is_not_given_another(address, tmp_path):
    Store.open(tmp_path / "store").close()
    with pytest.raises(UsageError, match="catalogue of its own"):
        Store.open(address)


def test_without_psycopg_it_says_what_to_install(address, monkeypatch):
    monkeypatch.setitem(sys.modules, "psycopg", None)
    monkeypatch.delitem(sys.modules, "sqlalchemy.dialects.postgresql.psycopg", raising=False)
    with pytest.raises(StoreUnavailable, match="psycopg") as caught:
        Store.open(address)
    assert "pip install" in caught.value.do_next


def test_a_writer_sees_all_that_was_committed_while_it_waited(postgres, address):
    """An isolation that looks at the start of the wait would lose the other's release."""
    with Store.open(address) as one, Store.open(address) as other, ThreadPoolExecutor(1) as pool:
        with one.catalogue.write():
            waiting = pool.submit(_publish, other, "waits")
            with closing(
                psycopg.connect(Location.of(address).server.render_as_string(hide_password=False))
            ) as watcher:
                query = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                watcher.autocommit = True
                while watcher.execute(query).fetchone() == (0,):
                    pass
        assert waiting.result().number == 1
        assert _publish(one, "next").number == 2
