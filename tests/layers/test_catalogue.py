"""The catalogue file: made whole, upgraded, opened by many, and refused when it cannot be trusted."""

from __future__ import annotations

import errno
import os
import sqlite3
from contextlib import closing

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from support.clock import Clock
from support.publisher import open_only
from support.rows import port, ports

from layers.catalogue import Catalogue, last_transaction, next_transaction
from layers.store import Store
from layers.tables import SCHEMA_REVISION, metadata
from lca.errors import StoreUnavailable


def test_migrations_make_what_the_tables_say(tmp_path):
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite")
    with catalogue.read() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
        assert context.get_current_revision() == SCHEMA_REVISION
    catalogue.close()


def test_catalogue_is_durable_and_leaves_nothing_beside_it(tmp_path):
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite")
    with catalogue.read() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys")
        }
    catalogue.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    assert [file.name for file in tmp_path.iterdir()] == ["catalogue.sqlite"]


def test_catalogue_can_be_made_where_there_are_no_hard_links(tmp_path, monkeypatch):
    def refused(*_args):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refused)
    Catalogue.open(tmp_path / "catalogue.sqlite").close()
    assert [file.name for file in tmp_path.iterdir()] == ["catalogue.sqlite"]


@pytest.mark.parametrize("code", [errno.EPERM, errno.ENOTSUP])
def test_catalogue_that_another_made_first_is_never_replaced(tmp_path, monkeypatch, code):
    path = tmp_path / "catalogue.sqlite"

    def refused(*_args):
        # Another process has finished its own since we looked.
        path.write_bytes(b"another's")
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(os, "link", refused)
    with pytest.raises(StoreUnavailable):
        Catalogue.open(path)
    assert path.read_bytes() == b"another's"


def test_empty_catalogue_is_upgraded_and_a_newer_one_refused(tmp_path):
    path = tmp_path / "catalogue.sqlite"
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
    Catalogue.open(path).close()
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("UPDATE alembic_version SET version_num = '9999'")
        raw.commit()
    with pytest.raises(StoreUnavailable, match="newer"):
        Catalogue.open(path)


def test_file_that_is_no_catalogue_is_refused(tmp_path):
    (tmp_path / "catalogue.sqlite").write_bytes(b"PK\x03\x04 not a database" * 400)
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        Store.open(tmp_path)


def test_catalogue_lost_while_open_is_not_answered_as_empty(tmp_path):
    with Store.open(tmp_path, clock=Clock()) as store:
        draft = store.draft("ports", ports(port("a")), "Ana", "m")
        store.publish(draft.id, "Ana")
        store.catalogue.close()
        for file in tmp_path.glob("catalogue.sqlite*"):
            file.write_bytes(b"\0" * 8192)
        with pytest.raises(StoreUnavailable):
            store.heads()


def test_failed_transaction_leaves_nothing(tmp_path):
    catalogue = Catalogue.open(tmp_path / "catalogue.sqlite")

    def fail():
        with catalogue.write() as connection:
            next_transaction(connection, Clock()())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with catalogue.read() as connection:
        assert last_transaction(connection) is None
    catalogue.close()


def test_processes_that_make_one_store_at_once_share_it(processes, tmp_path):
    workers = [processes.Process(target=open_only, args=(tmp_path / "store",)) for _ in range(6)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * 6
    assert not list((tmp_path / "store").glob(".*tmp"))
