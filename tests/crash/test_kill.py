"""kill -9 at named points of a publication: the old version stays served and whole, or the new one is."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import closing

import pytest
from support.publisher import publish_until
from support.rows import ids, port, ports

from layers.store import Store
from lca.table import rows_of

LOST = [
    "half the part written",
    "part written, not renamed",
    "part renamed, folder not synced",
    "part written, manifest not",
    "manifest written, not recorded",
    "before the transaction",
    "transaction begun",
    "time taken",
    "head moved, not committed",
]

pytestmark = [
    pytest.mark.crash,
    pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX"),
]


@pytest.fixture
def run(processes, folder):
    """Publish in a process of its own and return its exit code."""

    def act(point, name="new"):
        process = processes.Process(target=publish_until, args=(folder, point, name))
        process.start()
        process.join()
        return process.exitcode

    return act


@pytest.fixture
def folder(tmp_path):
    with Store.open(tmp_path / "store") as store:
        draft = store.draft("ports", ports(port("old")), "Ana", "m")
        store.publish(draft.id, "Ana")
    return tmp_path / "store"


def served(folder):
    """What the store serves, after checking that it is whole."""
    with closing(sqlite3.connect(folder / "catalogue.sqlite")) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert raw.execute("PRAGMA foreign_key_check").fetchall() == []
    with Store.open(folder) as store:
        for release in store.log("ports"):
            assert len(store.frame(release.version)) == release.feature_count
        head = store.head("ports")
        rows = store.page(head).rows
        assert rows == rows_of(store.frame(head.version))
        return head.number, ids(rows)


@pytest.mark.parametrize("point", LOST)
def test_killed_before_the_commit_the_old_version_is_served_and_the_next_one_works(
    folder, run, point
):
    assert run(point) == -signal.SIGKILL
    assert served(folder) == (1, ["old"])
    assert run("none") == 0
    assert served(folder) == (2, ["new"])


def test_killed_after_the_commit_the_new_version_is_served(folder, run):
    assert run("committed") == -signal.SIGKILL
    assert served(folder) == (2, ["new"])
    assert run("none", "newer") == 0
    assert served(folder) == (3, ["newer"])
