"""Time the planner's tables on the country: matrix, isolation, reach, critical links.

Run alone as ``python -m benchmarks.country_tables STORE ARRAYS SIZE`` on what the country benchmark
keeps in its folder (``4000000/store`` and ``4000000/arrays``); ``make bench-country`` runs it too.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from benchmarks.country_measure import Figure
from benchmarks.country_planner import VEHICLE, supposed
from benchmarks.country_questions import flood_in
from benchmarks.peers.roads import INFINITE, Roads
from layers.store import Store
from lca.geo import LonLat
from routing.outlook import Outlook
from routing.place import ResolvedPlace
from routing.planner import Planner
from routing.question import Terms
from routing.tables.critical import critical
from routing.tables.isolation import isolation
from routing.tables.matrix import matrix
from routing.tables.reach import reach

PLACES, HUBS, RUNS = 5_000, 10, 5
REACH_H = 1.25
"""An hour of driving and a quarter of it rest: the peers' isochrone of 60 minutes."""
_SEED = 20261125
_WHO = "ours (planner)"


def measure(store: Path, arrays: Path, size: str) -> dict[str, Any]:
    """Return the lines of the table."""
    with Store.open(store) as opened:
        planner, roads = Planner(opened), Roads(str(arrays))
        at = opened.now().replace(microsecond=0)
        places, hubs = _places(roads), _grid(roads)[:HUBS]
        figures = []

        def outlook(number: int = 0) -> Outlook:
            """Return the roads of now, or with a flood that nobody has asked about yet."""
            flood = flood_in(arrays).buffer(-0.001 * number) if number else None
            what_if = () if flood is None else (supposed(f"IF-{number}", flood, at),)
            return planner.outlook(Terms(vehicle=VEHICLE, at=at, what_if=what_if))

        def note(what: str, ask: Callable[[int], object], note: str = "") -> None:
            ask(0)
            taken = [_timed(ask, number) for number in range(1, RUNS + 1)]
            figures.append(Figure.of(size, _WHO, what, taken, note=note))

        grid = _grid(roads)[:100]
        note(
            "table: hours 100 x 100, fresh constraint",
            lambda number: matrix(outlook(number), grid, grid, ways=False),
            "a flood matched, its metric, 10,000 cells with exact ends",
        )
        note("table: hours 100 x 100, again", lambda _: matrix(outlook(), grid, grid, ways=False))
        note(
            f"table: isolation of {PLACES:,} places from {HUBS} hubs",
            lambda _: isolation(outlook(), hubs, places),
            "before and after, what restores them",
        )
        note(
            f"table: isolation of {PLACES:,} places, fresh constraint",
            lambda number: isolation(outlook(number), hubs, places),
        )
        note(
            "table: reach, one hub",
            lambda number: reach(outlook(), hubs[number : number + 1], [REACH_H]),
            f"{REACH_H:g} h with rest, polygon and tolerance",
        )
        taken = [_timed(lambda _: critical(outlook(), hubs, places), 0)]
        figures.append(Figure.of(size, _WHO, f"table: critical links, {PLACES:,} places", taken))
        figures.append(_dijkstra(roads, size))
        return {"figures": [asdict(figure) for figure in figures]}


def _dijkstra(roads: Roads, size: str) -> Figure:
    """Time what a user of scipy writes for isolation: the nearest hub, before and after a flood.

    It tells neither which hubs are lost nor what restores a place, and its ends are junctions.
    """

    def nearest(_: int) -> None:
        for flooded in (False, True):
            weights = roads.weights(flooded=flooded)
            open_ = np.flatnonzero(weights < INFINITE)
            # A turn costs nothing, which scipy would take for no arc.
            cost = np.maximum(weights[open_].astype(np.float64), 1e-6)
            ends = roads.tail[open_].astype(np.int32), roads.head[open_].astype(np.int32)
            graph = csr_array((cost, ends), shape=(roads.vertex_count,) * 2)
            dijkstra(graph, indices=roads.grid[:HUBS], min_only=True)

    what = "nearest of 10 hubs to every junction, before and after"
    return Figure.of(size, "scipy", what, [_timed(nearest, 0)])


def _timed(ask: Callable[[int], object], number: int) -> float:
    started = time.perf_counter()
    ask(number)
    return (time.perf_counter() - started) * 1_000


def _grid(roads: Roads) -> list[ResolvedPlace]:
    return _placed(roads, roads.grid.tolist(), "grid")


def _places(roads: Roads) -> list[ResolvedPlace]:
    """Return places drawn by lot among the vertices that roads reach, with people."""
    rng = np.random.default_rng(_SEED)
    chosen = rng.choice(np.unique(roads.tail), PLACES, replace=len(roads.tail) < PLACES)
    return _placed(roads, chosen.tolist(), "place")


def _placed(roads: Roads, vertices: Sequence[int], word: str) -> list[ResolvedPlace]:
    people = np.random.default_rng(_SEED).integers(50, 5_000, len(vertices)).tolist()
    return [
        ResolvedPlace(
            f"{word}-{number}",
            "places",
            f"{word} {number}",
            LonLat(float(roads.lon[vertex]), float(roads.lat[vertex])),
            {"population": people[number]},
        )
        for number, vertex in enumerate(vertices)
    ]


def main() -> None:
    """Print the lines of one store."""
    store, arrays, size = sys.argv[1:4]
    for figure in measure(Path(store), Path(arrays), size)["figures"]:
        median, p95 = figure["median_ms"], figure["p95_ms"]
        print(f"{figure['what']}: median {median:.0f} ms, p95 {p95:.0f} ms {figure['note']}")


if __name__ == "__main__":
    main()
