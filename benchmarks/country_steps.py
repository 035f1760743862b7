"""The heavy steps of the country benchmark, each run in a process of its own.

``python -m benchmarks.country_steps NAME '{"argument": …}'`` prints what the step found, as JSON,
on the last line; :func:`benchmarks.country_measure.run_step` runs it and adds what it took.
"""

from __future__ import annotations

import time

_BEGUN = time.perf_counter()

import json  # noqa: E402 - the clock starts before anything is imported
import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from typing import Any  # noqa: E402

import numpy as np  # noqa: E402

from benchmarks.country_data import make_country, tiles_for  # noqa: E402
from benchmarks.country_questions import ask, write_arrays, write_closed_pairs  # noqa: E402
from lca.vehicle import vehicle_class  # noqa: E402
from routing.build import build_from_osm  # noqa: E402
from routing.build_store import load_network, save_network  # noqa: E402
from routing.engine import make_engine  # noqa: E402
from routing.speed import travel_time_ms  # noqa: E402

VEHICLE = "lv_4wd"
"""A light vehicle, because the peers drive by their profiles for cars."""

Found = dict[str, Any]


class _Laps:
    """Wall and CPU seconds between one call and the next."""

    def __init__(self) -> None:
        self._last = time.perf_counter(), time.process_time()

    def lap(self) -> Found:
        """Return what was taken since the last call."""
        now = time.perf_counter(), time.process_time()
        taken = {"wall_s": now[0] - self._last[0], "cpu_s": now[1] - self._last[1]}
        self._last = now
        return taken


def build(extract: str, target: str) -> Found:
    """Read an extract and save the graph build."""
    laps = _Laps()
    network = build_from_osm(Path(extract), "country")
    read = laps.lap()
    save_network(network, Path(target))
    return {
        "read": read,
        "save": laps.lap(),
        "segments": len(network.segments),
        "vertices": network.topology.vertex_count,
        "arcs": network.topology.arc_count,
    }


def kernels() -> Found:
    """Compile every kernel, or find it compiled."""
    from routing.engine.warm import warm  # noqa: PLC0415 - not for cold starts

    laps = _Laps()
    warm()
    return laps.lap()


def order(build: str, cache: str, engine: str) -> Found:
    """Prepare an engine for the first time, with the order of the nodes."""
    network = load_network(Path(build))
    laps = _Laps()
    made = make_engine(network, engine, cache=Path(cache))
    return laps.lap() | {"engine": made.name}


def arrays(build: str, arcs: int, target: str) -> Found:
    """Write network and questions for all engines."""
    network = load_network(Path(build))
    weights = travel_time_ms(network, vehicle_class(VEHICLE))
    asked = ask(network, weights)
    folder = Path(target)
    folder.mkdir(parents=True, exist_ok=True)
    write_arrays(network, weights, asked, folder)
    country = make_country(tiles_for(arcs))
    closed = write_closed_pairs(country, asked.flood, folder / "flood.csv")
    perimeter_km = asked.flood.length * 111.0
    return {
        "open_arcs": int((weights < 2**31 - 1).sum()),
        "flood_arcs": len(asked.flood_arcs),
        "flood_pairs": closed,
        "flood_perimeter_km": round(perimeter_km, 1),
    }


def cold(build: str, cache: str, engine: str, arrays: str) -> Found:
    """Load a saved build and answer one question, as a process that has just been started."""
    laps = _Laps()
    imports_s = time.perf_counter() - _BEGUN
    network = load_network(Path(build))
    load = laps.lap()
    made = make_engine(network, engine, cache=Path(cache))
    prepared = laps.lap()
    weights = travel_time_ms(network, vehicle_class(VEHICLE))
    weighed = laps.lap()
    metric = made.customise(weights)
    customised = laps.lap()
    source, target = np.load(Path(arrays) / "pairs.npy")[0].tolist()
    cost, _ = metric.path(source, target)
    return {
        "imports_s": imports_s,
        "load": load,
        "engine": prepared,
        "weights": weighed,
        "customise": customised,
        "first_path": laps.lap(),
        "cost_ms": cost,
        "total_s": time.perf_counter() - _BEGUN,
    }


def engine(build: str, cache: str, engine: str, arrays: str, size: str) -> Found:
    """Time every operation of an engine."""
    from benchmarks.country_engine import measure  # noqa: PLC0415 - not for cold starts

    network = load_network(Path(build))
    made = make_engine(network, engine, cache=Path(cache))
    return measure(network, made, Path(arrays), size)


def store(build: str, cache: str, target: str) -> Found:
    """Make a store of the build, with closures."""
    from benchmarks.country_planner import make_store, today  # noqa: PLC0415 - not for cold starts

    make_store(Path(build), Path(cache), Path(target), today())
    return {}


def first_answer(store: str, arrays: str) -> Found:
    """Answer one question from a store, as a process that has just been started."""
    from benchmarks.country_planner import first_answer  # noqa: PLC0415 - not for cold starts

    return {"verdict": first_answer(Path(store), Path(arrays))}


def planner(store: str, arrays: str, size: str) -> Found:
    """Time whole answers, cold questions and closures through the planner."""
    from benchmarks.country_planner import measure  # noqa: PLC0415 - not for cold starts

    return measure(Path(store), Path(arrays), size)


def tables(store: str, arrays: str, size: str) -> Found:
    """Time the planner's tables."""
    from benchmarks.country_tables import measure  # noqa: PLC0415 - not for cold starts

    return measure(Path(store), Path(arrays), size)


_ALL = (kernels, build, order, arrays, cold, engine, store, first_answer, planner, tables)
STEPS = {step.__name__: step for step in _ALL}


if __name__ == "__main__":
    print(json.dumps(STEPS[sys.argv[1]](**json.loads(sys.argv[2]))))
