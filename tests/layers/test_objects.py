"""Files named by their content: durable before they are named, whole or not there at all."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path

import pytest
from support.rows import port, ports

from layers.objects import ObjectStore
from layers.store import Store
from lca.errors import StoreUnavailable


def test_content_comes_back_by_its_digest(tmp_path):
    objects = ObjectStore(tmp_path)
    digest = objects.put(b"abc")
    assert digest.startswith("ba7816bf")
    assert objects.path(digest) == tmp_path / "ba" / digest
    assert (objects.get(digest), objects.put(b"abc")) == (b"abc", digest)
    assert not objects.holds("0" * 64)
    with pytest.raises(StoreUnavailable, match="cannot be read"):
        objects.get("0" * 64)


@pytest.mark.skipif(sys.platform != "linux", reason="names open files through /proc")
def test_bytes_are_on_the_disk_before_their_name_and_the_name_before_the_head(
    store, monkeypatch, publish
):
    publish("ports", ports(port("old")))
    events = []
    fsync, replace, write = os.fsync, Path.replace, type(store.catalogue).write

    def synced(descriptor):
        events.append(("sync", Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    def renamed(self, target):
        events.append(("name", self, target))
        return replace(self, target)

    def transaction(self):
        events.append(("catalogue",))
        return write(self)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", renamed)
    monkeypatch.setattr(type(store.catalogue), "write", transaction)
    publish("ports", ports(port("new")))

    first_transaction = events.index(("catalogue",))
    names = [index for index, event in enumerate(events) if event[0] == "name"]
    assert len(names) == 2, "a part and a manifest"
    assert max(names) < first_transaction
    for index in names:
        _, temporary, target = events[index]
        assert events[index - 1] == ("sync", temporary)
        assert events[index + 1] == ("sync", target.parent)


@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_full_disk_leaves_the_old_version_and_no_half_file(store, publish, monkeypatch, step):
    first = publish("ports", ports(port("old")))

    def full(*_args):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), full)
        with pytest.raises(StoreUnavailable, match="No space left") as caught:
            publish("ports", ports(port("new")))
    assert "Free space" in caught.value.do_next
    assert store.head("ports") == first
    assert not list(store.root.rglob("*.tmp"))
    assert publish("ports", ports(port("new"))).number == 2


def test_store_cannot_be_a_file(tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(StoreUnavailable, match="cannot be written"):
        Store.open(file)
