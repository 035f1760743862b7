"""A store of each released schema opens with this product and reads as before, or stays as it was."""

from __future__ import annotations

import json
import shutil
import sqlite3
import threading
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from support.clock import Clock

from layers.access import list_tokens
from layers.store import Store
from layers.tables import SCHEMA_REVISION
from layers.upkeep.doctor import examine
from layers.watches import list_watches, looks
from lca.table import rows_of
from lca.vocab import Sensitivity

SCHEMAS = Path(__file__).parent / "schemas"
RELEASED = sorted(path.name for path in SCHEMAS.iterdir() if path.is_dir())


@pytest.fixture(params=RELEASED)
def old(request, tmp_path) -> Path:
    """A store's folder as a product of that schema left it."""
    folder: Path = tmp_path / "store"
    shutil.copytree(SCHEMAS / request.param, folder)
    with sqlite3.connect(folder / "catalogue.sqlite") as connection:
        connection.execute("PRAGMA journal_mode = WAL")  # The file has it; its SQL does not.
        connection.executescript((folder / "catalogue.sql").read_text(encoding="utf-8"))
    connection.close()
    # Graph builds are in the catalogue only; their files are not a matter of its schema.
    (folder / "builds" / ("ab" * 32)).mkdir(parents=True)
    return folder


def dump(folder: Path) -> list[str]:
    connection = sqlite3.connect(folder / "catalogue.sqlite")
    try:
        return list(connection.iterdump())
    finally:
        connection.close()


def columns(folder: Path) -> dict[str, Any]:
    """The columns of each table: name, type, whether it may be null, its place in the key."""
    connection = sqlite3.connect(folder / "catalogue.sqlite")
    try:
        query = "SELECT name FROM sqlite_master WHERE type = 'table'"
        names = [name for (name,) in connection.execute(query)]
        return {
            name: {
                (row[1], row[2], row[3], row[5])
                for row in connection.execute(f"PRAGMA table_info('{name}')")
            }
            for name in names
        }
    finally:
        connection.close()


def test_each_schema_before_the_present_one_is_here():
    assert [f"{number:04}" for number in range(1, int(SCHEMA_REVISION))] == RELEASED


def test_everything_reads_as_before_and_goes_on(old):
    expected = json.loads((old / "expected.json").read_text(encoding="utf-8"))
    clock = Clock(expected["now"].replace("Z", "+00:00"))
    with Store.open(old, clock=clock) as store:
        for layer, log in expected["logs"].items():
            assert [release.as_json() for release in store.log(layer)] == log
            frame = store.frame(store.head(layer).version)
            assert [row["name"] for row in rows_of(frame)] == expected["names"][layer]
            assert [draft.id for draft in store.drafts(layer)] == expected["drafts"][layer]
        assert store.operation.as_json() == expected["operation"]
        assert store.heads().build.name == expected["build"]
        assert [token.name for token in list_tokens(store)] == ["Ana"]
        seen = list_watches(store, clearance=Sensitivity.PUBLIC)
        assert [len(looks(store, watch.id)) for watch in seen] == [1] * len(seen)
        clock.tick(minutes=1)
        (waiting,) = expected["drafts"]["constraints"]
        assert store.publish(waiting, "Ana").number == 2
        assert store.publish(waiting, "Ana").number == 2
    found = examine(old)
    assert found.clean, found.as_text()


def test_a_migrated_catalogue_is_one_that_is_made_anew(old, empty_store):
    Store.open(old).close()
    assert columns(old) == columns(empty_store)


def test_a_migration_that_fails_anywhere_changes_nothing(old):
    """Each statement of the migration fails once: the file says what it said, and can be opened."""
    before = dump(old)
    left = statements = 0

    def fail(_connection: Any, _cursor: Any, sql: str, *_: Any) -> None:
        nonlocal left
        changes = not sql.lstrip().upper().startswith(("SELECT", "PRAGMA", "BEGIN"))
        left -= changes
        if changes and left == 0:
            msg = "the power went"
            raise OSError(msg)

    sa.event.listen(sa.Engine, "before_cursor_execute", fail)
    try:
        while True:
            statements += 1
            left = statements
            try:
                Store.open(old).close()
            except OSError:
                assert dump(old) == before
            else:
                break
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", fail)
    assert statements > 10
    assert examine(old).clean


def test_two_that_open_an_old_store_at_once_migrate_it_once(old):
    faults: list[BaseException] = []
    start = threading.Barrier(2)

    def open_it() -> None:
        start.wait()
        try:
            Store.open(old).close()
        except BaseException as error:  # noqa: BLE001 - told by the test itself
            faults.append(error)

    both = [threading.Thread(target=open_it) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert not faults
    assert examine(old).clean
