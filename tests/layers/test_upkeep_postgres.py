"""A store whose catalogue is in PostgreSQL is examined, backed up and cleaned like any other."""

from __future__ import annotations

import pytest
from support.clock import Clock
from support.postgres import postgres
from support.rows import constraint, constraints, port, ports

from layers.location import Location
from layers.objects import ObjectStore
from layers.store import Store
from layers.upkeep.backup import back_up, restore
from layers.upkeep.collect import collect
from layers.upkeep.doctor import examine
from lca.errors import NotFound

__all__ = ["postgres"]


@pytest.fixture
def served(postgres, tmp_path):
    """The address of a store with a little history, and the store."""
    address, clock = postgres.address(tmp_path / "store"), Clock()
    with Store.open(address, clock=clock) as store:
        for layer, frame in (
            ("ports", ports(port("a"))),
            ("ports", ports(port("a", berths=2))),
            ("constraints", constraints(constraint("c"))),
        ):
            clock.tick(minutes=1)
            store.publish(store.draft(layer, frame, "Ana", "m").id, "Ana")
        store.withdraw("ports", "1", "Ana", "wrong")
        yield Location.of(address), store


def test_it_is_examined(served):
    location, store = served
    found = examine(location)
    assert found.clean, found.as_text()
    assert found.examined["versions"] == 3
    with store.catalogue.write() as connection:
        connection.exec_driver_sql("UPDATE head SET number = 1 WHERE layer = 'ports'")
    assert [item.what for item in examine(location).items] == [
        "the head of ports is not its last release."
    ]


def test_a_backup_of_it_is_restored_into_a_folder(served, tmp_path):
    location, store = served
    made = back_up(location, tmp_path / "b.zip", now=store.now())
    assert made.heads == {"constraints": 1, "ports": 2}
    restore(made.path, tmp_path / "again")
    with Store.open(tmp_path / "again", clock=store.workspace.clock) as again:
        for layer in ("ports", "constraints"):
            assert again.log(layer) == store.log(layer)
            release = again.head(layer)
            assert again.frame(release.version).equals(store.frame(release.version))
    assert examine(tmp_path / "again").clean


def test_its_garbage_is_collected(served):
    _, store = served
    stray = ObjectStore(store.root / "objects").put(b"nobody's")
    assert collect(store.root, store.catalogue, now=4e9).counts["objects"] == 1
    assert not ObjectStore(store.root / "objects").holds(stray)
    assert examine(served[0]).clean


def test_a_database_without_a_store_is_none(postgres, tmp_path):
    with pytest.raises(NotFound):
        examine(Location.of(postgres.address(tmp_path / "nothing")))
