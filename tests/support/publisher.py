"""Publishers in processes of their own, one of which kills itself (SIGKILL) at a named point."""

from __future__ import annotations

import itertools
import os
import signal
from collections.abc import Callable
from contextlib import suppress
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

from support.rows import port, ports

import layers.catalogue
import layers.draft
import layers.objects
import layers.publish
from layers.objects import ObjectStore
from layers.store import Store
from lca.errors import Conflict


def die(*_: Any, **__: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def after(function: Callable[..., Any], times: int = 1) -> Callable[..., Any]:
    """The function, and death once it has been done so many times."""
    count = 0

    def done(*args: Any, **options: Any) -> Any:
        nonlocal count
        result = function(*args, **options)
        count += 1
        if count == times:
            die()
        return result

    return done


def torn_write(path: Path, content: bytes) -> None:
    """Half a file under its temporary name, then death."""
    layers.objects.temporary_beside(path).write_bytes(content[: len(content) // 2])
    die()


def draft_points() -> dict[str, Callable[[], None]]:
    def put(name: str, value: Callable[..., Any]) -> Callable[[], None]:
        return lambda: setattr(layers.objects, name, value)

    return {
        "half the part written": put("write_durably", torn_write),
        "part written, not renamed": put("move_durably", die),
        "part renamed, folder not synced": put("sync_folder", after_folders()),
        "part written, manifest not": lambda: setattr(ObjectStore, "put", after(ObjectStore.put)),
        "manifest written, not recorded": lambda: setattr(
            ObjectStore, "put", after(ObjectStore.put, 2)
        ),
    }


def after_folders() -> Callable[[Path], None]:
    """Death when the folder of a finished object is to be synced."""

    def sync(folder: Path) -> None:
        if len(folder.name) == 2 and any(not f.name.startswith(".") for f in folder.iterdir()):
            die()

    return sync


def publish_points() -> dict[str, Callable[[], None]]:
    def patch(name: str, value: Callable[..., Any]) -> Callable[[], None]:
        return lambda: setattr(layers.publish, name, value)

    return {
        "before the transaction": patch("swap_head", die),
        "transaction begun": patch("read_head", after(layers.publish.read_head, 1)),
        "time taken": patch("next_transaction", after(layers.publish.next_transaction)),
        "head moved, not committed": patch("_append", after(layers.publish._append)),
        "committed": patch("swap_head", after(layers.publish.swap_head)),
        "none": lambda: None,
    }


def publish_until(folder: Path, point: str, name: str) -> None:
    """Draft and publish a port of that name, and die at the point; ``none`` is never reached."""
    with Store.open(folder) as store:
        draft_points().get(point, lambda: None)()
        draft = store.draft("ports", ports(port(name)), name, "m")
        publish_points().get(point, lambda: None)()
        store.publish(draft.id, name)


def publish_at_the_signal(folder: Path, name: str, barrier: Barrier, results: Any) -> None:
    """Draft a port, wait for the others, publish, and tell the number or the difference."""
    with Store.open(folder) as store:
        draft = store.draft("ports", ports(port("a", name=name)), name, "m")
        barrier.wait()
        try:
            release = store.publish(draft.id, name)
        except Conflict as conflict:
            results.put((name, None, conflict.details["diff"]))
        else:
            results.put((name, release.number, None))


def open_only(place: Path | str) -> None:
    """Open a store, making it if it is not there."""
    Store.open(place).close()


def publish_for_ever(place: Path | str, number: int) -> None:
    """Publish a port again and again, whoever else does, until the process is ended."""
    with Store.open(place) as store:
        for turn in itertools.count():
            draft = store.draft("ports", ports(port("a", name=f"{number}-{turn}")), "Ana", "m")
            with suppress(Conflict):
                store.publish(draft.id, f"{number}")
