"""What our store takes for the operations on a large layer."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from benchmarks.layers_data import Data
from layers.edits import ChangeFeature
from layers.operation import Operation
from layers.spec import load_specs
from layers.store import Store

_EDITS = 5


def measure(data: Data, folder: Path) -> dict[str, float]:
    """Return the seconds that each operation took."""
    # The product computes road status itself; here it stands for a layer that people edit.
    specs = load_specs()
    edited = {data.layer: specs[data.layer].model_copy(update={"derived": False})}
    with Store.open(folder / "store", specs={**specs, **edited}) as store:
        store.set_operation(Operation("CHL", "Benchmark", exercise=True, time_zone="UTC"))
        taken = _publish(store, data)
        first = store.head(data.layer)
        taken["make the query file"] = timed(lambda: store.feature(first, data.id))
        taken |= _edit(store, data)
        newest, before = store.head(data.layer), store.log(data.layer)[1]
        taken["first query after an edit"] = timed(lambda: store.feature(newest, data.id))
        taken["difference of two versions"] = timed(
            lambda: store.diff(data.layer, first, newest).as_json()
        )
        moment = before.published_at
        taken["one row as of the version before"] = _middle(
            lambda: store.feature(_head(store, data, moment), data.id)
        )
        taken["one row by id"] = _middle(lambda: store.feature(newest, data.id))
        for rows, words in ((100, "100"), (1_000, "1,000")):
            taken[f"a box of about {words} rows"] = median(
                timed(lambda box=box: store.page(newest, bbox=box, limit=10_000))
                for box in data.boxes(rows)
            )
        return taken


def timed(act: Callable[[], object]) -> float:
    """Return the seconds that something takes."""
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _publish(store: Store, data: Data) -> dict[str, float]:
    started = time.perf_counter()
    frame = data.read()
    read = time.perf_counter()
    draft = store.draft(data.layer, frame, "Ana", "import")
    drafted = time.perf_counter()
    store.publish(draft.id, "Ana")
    published = time.perf_counter()
    return {
        "read the file": read - started,
        "import (draft)": drafted - read,
        "publish": published - drafted,
        "read, import and publish": published - started,
    }


def _edit(store: Store, data: Data) -> dict[str, float]:
    words = ["restricted", "unverified" if data.layer == "road_status" else "operational"]
    seconds = []
    for number in range(_EDITS):
        change = ChangeFeature(data.id, {"status": words[number % 2]}, f"Look {number}")
        seconds.append(
            timed(lambda change=change: store.apply_edit(data.layer, change, author="Ana"))
        )
    return {"edit one row and publish": median(seconds)}


def _head(store: Store, data: Data, moment: object) -> object:
    return store.head(data.layer, as_of=moment)


def _middle(act: Callable[[], object]) -> float:
    return median(timed(act) for _ in range(25))
