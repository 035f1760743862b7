"""What is done to a store while it is killed, cut off or refused; and what must hold afterwards."""

from __future__ import annotations

import hashlib
import os
import random
import shutil
import sqlite3
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from support.rows import port, ports

import layers.objects
from layers import sqlitefile
from layers.catalogue import Catalogue
from layers.location import CATALOGUE_NAME
from layers.objects import ObjectStore
from layers.spec import load_specs
from layers.store import Store
from layers.upkeep import collect as collecting
from lca.errors import LcaError
from lca.vocab import Sensitivity

SPECS = load_specs()
NOW = datetime(2100, 1, 1, tzinfo=UTC)
SCHEMAS = Path(__file__).parents[1] / "layers" / "schemas"
PREPARED = "prepared"
"""The author of the draft that :func:`publish` publishes."""

State = Mapping[str, Any]


@contextmanager
def open_store(folder: Path) -> Iterator[Store]:
    """The store, by a clock that stands still after all that is kept in any.

    After an error it must still be read.
    """
    with Store.open(folder, specs=SPECS, clock=lambda: NOW) as store:
        try:
            yield store
        except LcaError:
            _read(store)
            raise


def _read(store: Store) -> None:
    try:
        for release in store.heads().releases.values():
            assert len(store.frame(release.version)) == release.feature_count
    except Exception as error:
        raise AssertionError("reads do not go on") from error


def prepare(folder: Path) -> None:
    """A store with three versions of the ports and a draft of the fourth."""
    with open_store(folder) as store:
        for number in range(3):
            put(store, f"name {number}")
        store.draft("ports", ports(port("a", name="fourth")), PREPARED, "m")


def put(store: Store, name: str, layer: str = "ports") -> Any:
    # What an older product left has a port that only the cleared may replace.
    frame = ports(port("a", name=name), port("b", name=name))
    draft = store.draft(layer, frame, "Ana", "m", clearance=Sensitivity.STRICTLY_CONFIDENTIAL)
    return store.publish(draft.id, "Ana", clearance=Sensitivity.STRICTLY_CONFIDENTIAL)


def nothing(folder: Path) -> None:
    """A place where no store is yet."""


def outdated(folder: Path) -> None:
    """A store as the first product left it."""
    shutil.copytree(SCHEMAS / "0001", folder)
    with closing(sqlite3.connect(folder / CATALOGUE_NAME)) as raw:
        raw.execute("PRAGMA journal_mode = WAL")
        raw.executescript((folder / "catalogue.sql").read_text(encoding="utf-8"))


def littered(folder: Path) -> None:
    """A store with files that nothing names: what writers leave who die."""
    prepare(folder)
    objects = ObjectStore(folder / "objects")
    for number in range(3):
        lost = objects.path(objects.put(b"lost %d" % number))
        layers.objects.temporary_beside(lost).write_bytes(b"half")


def make(folder: Path) -> None:
    """Make a store, or bring one to the present schema."""
    with open_store(folder):
        pass


def collect(folder: Path) -> None:
    with open_store(folder) as store:
        collecting.collect(folder, store.catalogue, now=NOW.timestamp())


def draft(folder: Path) -> None:
    with open_store(folder) as store:
        store.draft("ports", ports(port("a", name="imported")), "Ana", "m")


def publish(folder: Path) -> None:
    with open_store(folder) as store:
        (found,) = (item for item in store.drafts("ports") if item.author == PREPARED)
        store.publish(found.id, "Ben")


def rollback(folder: Path) -> None:
    with open_store(folder) as store:
        store.rollback("ports", "1", "Ana", "back")


def withdraw(folder: Path) -> None:
    with open_store(folder) as store:
        store.withdraw("ports", "3", "Ana", "wrong")


ACTS: Mapping[str, Callable[[Path], None]] = {
    "draft": draft,
    "publish": publish,
    "rollback": rollback,
    "withdraw": withdraw,
    "make": make,
    "migrate": make,
    "collect": collect,
}
GIVEN: Mapping[str, Callable[[Path], None]] = {
    "make": nothing,
    "migrate": outdated,
    "collect": littered,
}
"""What an act is done to, if not to :func:`prepare`'s store."""


def _no_fsync() -> None:
    """Write files, never waiting for the disk."""
    layers.objects.os = SimpleNamespace(**{**vars(os), "fsync": lambda _: None})


def _name_first() -> None:
    """Write files under their own name."""

    def write(target: Path, content: bytes) -> None:
        target.write_bytes(content)
        layers.objects.sync_folder(target.parent)

    layers.objects.write_durably = write


def _catalogue_first() -> None:
    """Enter versions before their files are written."""
    waiting: list[tuple[ObjectStore, bytes]] = []
    put, write = ObjectStore.put, Catalogue.write

    def later(self: ObjectStore, content: bytes) -> str:
        waiting.append((self, content))
        return hashlib.sha256(content).hexdigest()

    @contextmanager
    def then(self: Catalogue) -> Iterator[Any]:
        with write(self) as connection:
            yield connection
        while waiting:
            time.sleep(0.01)  # as a slow disk would
            put(*waiting.pop())

    ObjectStore.put, ObjectStore.holds, Catalogue.write = later, lambda *_: True, then


def _no_synchronous() -> None:
    """Let SQLite not wait for the disk."""
    prepare = sqlitefile._prepare

    def carelessly(connection: sqlite3.Connection, record: Any) -> None:
        prepare(connection, record)
        connection.execute("PRAGMA synchronous = OFF")

    sqlitefile._prepare = carelessly


FAULTS: Mapping[str, Callable[[], None]] = {
    "no fsync": _no_fsync,
    "name before bytes": _name_first,
    "catalogue before files": _catalogue_first,
    "synchronous off": _no_synchronous,
}
"""Ways to write that lose or tear something when the power fails."""


def churn(folder: Path, seed: int) -> Iterator[dict[str, Any]]:
    """Act at random for ever, and tell each thing once it is done."""
    pick = random.Random(seed)
    with open_store(folder) as store:
        yield {"opened": True}
        while True:
            yield _one(store, pick, f"{seed}-{pick.random()}")


def _one(store: Store, pick: random.Random, name: str) -> dict[str, Any]:
    act = pick.choices(("publish", "draft", "rollback", "withdraw"), (6, 2, 2, 1))[0]
    served = [item for item in store.log("ports") if item.withdrawn_at is None]
    if act == "draft":
        made = store.draft("ports", ports(port("a", name=name)), "Ana", "m")
        return {"draft": made.id}
    if act == "rollback" and served:
        return _told(store.rollback("ports", str(pick.choice(served).number), "Ana", "back"))
    if act == "withdraw" and len({item.version for item in served}) > 1:
        gone = pick.choice(served)
        store.withdraw("ports", str(gone.number), "Ana", "wrong")
        return {"withdrawn": gone.version}
    return _told(put(store, name))


def _told(release: Any) -> dict[str, Any]:
    return {"number": release.number, "version": release.version}


def state(folder: Path) -> State:
    """What the store holds, after checking that it is whole: nothing half, nothing missing."""
    if not (folder / CATALOGUE_NAME).exists():
        return {}
    with closing(sqlite3.connect(folder / CATALOGUE_NAME)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
    with open_store(folder) as store:
        return {layer: _state_of(store, layer) for layer in sorted(_layers_in(store))}


def _layers_in(store: Store) -> set[str]:
    with store.catalogue.read() as connection:
        found = connection.exec_driver_sql(
            "SELECT layer FROM release UNION SELECT layer FROM draft"
        )
        return set(found.scalars())


def _state_of(store: Store, layer: str) -> Any:
    log = store.log(layer)[::-1]
    assert [item.number for item in log] == list(range(1, len(log) + 1)), "a gap"
    times = [item.published_at for item in log]
    assert times == sorted(set(times)), "times do not grow"
    for version in {item.version for item in log}:
        assert store.workspace.versions.load(version).version == version
    head = store.heads().releases.get(layer)
    assert head is None or head.number == len(log)
    releases = [(item.version, item.action, item.withdrawn_at is not None) for item in log]
    return releases, sorted(item.version for item in store.drafts(layer))


def kept(folder: Path, told: list[dict[str, Any]]) -> None:
    """Assert that all that was told is there."""
    with closing(sqlite3.connect(folder / CATALOGUE_NAME)) as raw:
        releases = dict(raw.execute("SELECT number, version FROM release"))
        drafts = {key for (key,) in raw.execute("SELECT id FROM draft")}
        gone = {version for (version,) in raw.execute("SELECT version FROM withdrawal")}
    for item in told:
        if "opened" in item:
            continue
        if "draft" in item:
            assert item["draft"] in drafts, "a draft was lost"
        elif "withdrawn" in item:
            assert item["withdrawn"] in gone, "a withdrawal was lost"
        else:
            assert releases.get(item["number"]) == item["version"], "a release was lost"


def follow(folder: Path) -> None:
    """After whatever happened the store goes on: it takes another version and serves it."""
    with open_store(folder) as store:
        release = put(store, "afterwards")
        assert store.head("ports") == release
        assert [row["name"] for row in store.page(release).rows] == ["afterwards"] * 2
