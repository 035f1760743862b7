"""Publishers and readers that act on one store at once, and the check of what they saw.

What each process did or read is told with the moments before and after it, by the one monotonic
clock of the machine. The check: a layer's releases have no gap and no double, their times grow,
each follows the one that its publisher built on, nothing is seen before it was begun or missed
after it was done, and no reader sees two versions in one answer.
"""

from __future__ import annotations

import json
import os
import random
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import accumulate, pairwise
from multiprocessing.synchronize import Barrier, Semaphore
from pathlib import Path
from types import MappingProxyType
from typing import Any

from support.rows import port, ports

from layers.spec import load_specs
from layers.store import Store
from lca.errors import Conflict, StoreUnavailable

_PORTS = load_specs()["ports"]
SPECS = {name: _PORTS.model_copy(update={"name": name}) for name in ("ports", "piers", "quays")}
"""Three layers that take the same rows."""
ROWS = 5
PAGES = 0.2
NEW = 0.2
NO_BASE = -1

Place = Path | str


@dataclass(frozen=True, slots=True)
class Event:
    """One act of one process; ``number`` is the release that it made or saw, 0 for none."""

    kind: str
    layer: str
    began: float
    ended: float
    number: int = 0
    base: int = 0
    marks: tuple[str, ...] = ()
    rows: int = 0


Act = Callable[[Store, random.Random, str], Event]


def act_for(
    place: Place,
    log: Path,
    seed: int,
    seconds: float,
    *,
    act: Act,
    barrier: Barrier,
    lacking: Mapping[str, Semaphore],
) -> None:
    """Act at random for some seconds, all from one moment, and write down what came of it.

    On a machine so slow that too little of a kind has happened by then, all go on until it has,
    but not for ever: the test says what was missed.
    """
    pick, told = random.Random(seed), []
    if act is read:
        os.nice(2)  # reading is quick, and must not take the machine from those who are to race
    with Store.open(place, specs=SPECS) as store:
        barrier.wait()
        begun = time.monotonic()
        while (spent := time.monotonic() - begun) < seconds or (
            spent < 20 * seconds and any(map(_is_lacking, lacking.values()))
        ):
            told.append(act(store, pick, f"{seed}-{len(told)}"))
            if told[-1].kind in lacking:
                lacking[told[-1].kind].acquire(block=False)
    log.write_text(json.dumps([[getattr(item, name) for name in _NAMES] for item in told]))


def _is_lacking(left: Semaphore) -> bool:
    return bool(left.get_value())


_NAMES = tuple(Event.__dataclass_fields__)


def publish(store: Store, pick: random.Random, mark: str) -> Event:
    """A new version, or one of those there are again: that is quicker, so it meets more others."""
    layer = pick.choice(tuple(SPECS))
    log = store.log(layer)
    if len(log) < 2 or pick.random() < NEW:
        rows = ports(*(port(f"p{number}", name=mark) for number in range(ROWS)))
        draft = store.draft(layer, rows, mark, "m")
        began, base = time.monotonic(), draft.base_number
        act = partial(store.publish, draft.id, mark)
    else:
        began, base = time.monotonic(), NO_BASE
        act = partial(store.rollback, layer, str(pick.choice(log).number), mark, "again")
    try:
        release = act()
    except Conflict:
        return Event("lost", layer, began, time.monotonic())
    ended = time.monotonic()
    if release.author != mark:  # what was wanted again is what is there
        return Event("read", layer, began, ended, release.number)
    (content,) = set(store.frame(release.version)["name"])
    return Event("won", layer, began, ended, release.number, base, (mark, content), ROWS)


def publish_patiently(store: Store, pick: random.Random, mark: str) -> Event:
    """A new version, asked for again whenever the server is down: it must be published once."""
    layer, began = pick.choice(tuple(SPECS)), time.monotonic()
    rows = ports(*(port(f"p{number}", name=mark) for number in range(ROWS)))
    draft = _patiently(lambda: store.draft(layer, rows, mark, "m"))
    try:
        release = _patiently(lambda: store.publish(draft.id, mark))
    except Conflict:
        return Event("lost", layer, began, time.monotonic())
    base = draft.base_number
    return Event("won", layer, began, time.monotonic(), release.number, base, (mark, mark), ROWS)


def _patiently(act: Callable[[], Any]) -> Any:
    while True:
        try:
            return act()
        except StoreUnavailable:
            time.sleep(0.05)


def read(store: Store, pick: random.Random, _mark: str) -> Event:
    layer, began = pick.choice(tuple(SPECS)), time.monotonic()
    release = store.heads().releases.get(layer)
    seen = time.monotonic()
    if release is None:
        return Event("read", layer, began, seen)
    if pick.random() < PAGES:
        page = store.page(release, limit=2)
        rows = page.rows + store.page(release, after=page.next_after).rows
        names = [row["name"] for row in rows]
    else:
        names = list(store.frame(release.version)["name"])
    marks = (release.author, *sorted(set(names)))
    return Event("read", layer, began, seen, release.number, 0, marks, len(names))


def history_of(
    context: Any,
    place: Place,
    logs: Path,
    *,
    seconds: float,
    publishers: int = 8,
    readers: int = 2,
    act: Act | None = None,
    least: Mapping[str, int] = MappingProxyType({}),
    meanwhile: Callable[[], None] | None = None,
) -> list[Event]:
    """Let processes act at once, until there is the least of each kind, and return all they told."""
    Store.open(place, specs=SPECS).close()
    act = act or publish
    lacking = {kind: context.Semaphore(count) for kind, count in least.items()}
    barrier = context.Barrier(publishers + readers + 1)
    workers = [
        context.Process(
            target=act_for,
            args=(place, logs / f"{number}.json", number, seconds),
            kwargs={
                "act": act if number < publishers else read,
                "barrier": barrier,
                "lacking": lacking,
            },
        )
        for number in range(publishers + readers)
    ]
    for worker in workers:
        worker.start()
    barrier.wait()
    if meanwhile is not None:
        meanwhile()
    for worker in workers:
        worker.join()
    assert [worker.exitcode for worker in workers] == [0] * len(workers)
    return [
        Event(**dict(zip(_NAMES, (*item[:6], tuple(item[6]), item[7]), strict=True)))
        for log in sorted(logs.glob("*.json"))
        for item in json.loads(log.read_text())
    ]


def violations(events: list[Event], place: Place) -> Iterator[str]:
    """Yield what cannot have been, were the store one that does one thing after the other."""
    with Store.open(place, specs=SPECS) as store:
        for layer in SPECS:
            log = store.log(layer)[::-1]
            of_layer = [event for event in events if event.layer == layer]
            won = sorted(
                (event for event in of_layer if event.kind == "won"), key=lambda item: item.number
            )
            reads = [event for event in of_layer if event.kind == "read"]
            if [event.number for event in won] != list(range(1, len(log) + 1)):
                yield f"{layer}: the numbers have a gap or a double, or a release was lost"
            if [event.marks[0] for event in won] != [release.author for release in log]:
                yield f"{layer}: the log names others than those who published"
            if any(event.base not in {NO_BASE, event.number - 1} for event in won):
                yield f"{layer}: a release does not follow the one that it was built on"
            if any(a.published_at >= b.published_at for a, b in pairwise(log)):
                yield f"{layer}: the times do not grow"
            yield from _order(layer, won, reads)


def _order(layer: str, won: list[Event], reads: list[Event]) -> Iterator[str]:
    by_number = {event.number: event for event in won}
    # Whatever ended before an event began had seen or made no later release.
    ends = sorted((*won, *reads), key=lambda item: item.ended)
    newest = list(accumulate((item.number for item in ends), max))
    moments = [item.ended for item in ends]
    for after in (*won, *reads):
        before = bisect_left(moments, after.began)
        if before and newest[before - 1] > after.number:
            yield f"{layer}: release {newest[before - 1]} was there before {after} began"
    for read in reads:
        if read.number and by_number[read.number].began > read.ended:
            yield f"{layer}: {read} saw what had not been begun"
        if read.rows and (read.rows != ROWS or read.marks != by_number[read.number].marks):
            yield f"{layer}: {read} saw two versions in one answer"
