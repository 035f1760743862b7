"""Time every operation of one path engine on the country, and check what it answers."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import shapely

from benchmarks.country_measure import Figure, timed
from benchmarks.peers.roads import Roads
from routing.engine import INFINITE, Arcs, Engine, Metric
from routing.network import RoadNetwork

ISOCHRONE_MIN = 60
_HULL_POINTS = 10_000
_SEED = 20261123


class _Bench:
    """One engine, its metric without and with the flood, and the lines of the table."""

    def __init__(self, network: RoadNetwork, engine: Engine, roads: Roads, size: str) -> None:
        self.network, self.engine, self.roads, self.size = network, engine, roads, size
        # An engine that prepares nothing takes its time over each question.
        self.slow = "scipy" in engine.name
        self.figures: list[Figure] = []
        self.rng = np.random.default_rng(_SEED)
        self.base = engine.customise(roads.weight_ms)

    def note(self, what: str, taken_ms: list[float], **more: Any) -> None:
        """Add a line."""
        name = f"ours ({self.engine.name})"
        self.figures.append(Figure.of(self.size, name, what, taken_ms, **more))

    def runs(self, many: int) -> int:
        """Return how often an operation is run: engines without preparation take their time."""
        return max(2, many // 50) if self.slow else many


def measure(network: RoadNetwork, engine: Engine, folder: Path, size: str) -> dict[str, Any]:
    """Return the lines of the table, and the costs of the pairs for comparison with others."""
    bench = _Bench(network, engine, Roads(str(folder)), size)
    _customising(bench)
    flooded = _updates(bench)
    costs = _ways(bench, bench.base, "path with geometry")
    after = _ways(bench, flooded, "path with geometry, flooded")
    sums = _many(bench)
    return {
        "engine": engine.name,
        "figures": [asdict(figure) for figure in bench.figures],
        "cost_ms": costs,
        "flooded_ms": after,
        **sums,
    }


def _customising(bench: _Bench) -> None:
    weights = bench.roads.weight_ms
    slower = np.where(weights < INFINITE, weights + weights // 10, weights).astype(np.uint32)
    _, taken = timed(bench.engine.customise, [weights, slower] * 5)
    bench.note("customise (a metric of all arcs)", taken)


def _updates(bench: _Bench) -> Metric:
    """Time partial updates; return the metric with the flood."""
    open_arcs = np.flatnonzero(bench.roads.weight_ms < INFINITE)
    for count in (1, 100, 1_000, 10_000):
        if count > len(open_arcs):
            continue
        drawn = [bench.rng.choice(open_arcs, count, replace=False) for _ in range(10)]
        _, taken = timed(lambda arcs: _closed(bench.base, arcs), drawn)
        bench.note(f"update {count:,} random arcs", taken)
    flood = bench.roads.closed
    metrics, taken = timed(lambda arcs: _closed(bench.base, arcs), [flood] * 10)
    bench.note("update a flood polygon", taken, note=f"{len(flood):,} arcs")
    _require_equal_to_full(bench, metrics[-1])
    flooded: Metric = metrics[-1]
    return flooded


def _closed(metric: Metric, arcs: Arcs) -> Metric:
    return metric.updated(arcs, np.full(len(arcs), INFINITE, np.uint32))


def _require_equal_to_full(bench: _Bench, flooded: Metric) -> None:
    full = bench.engine.customise(bench.roads.weights(flooded=True))
    for source, target in bench.roads.pairs[: bench.runs(100)].tolist():
        if full.distance(source, target) != flooded.distance(source, target):
            msg = f"{bench.engine.name}: an updated metric differs from a customised one."
            raise AssertionError(msg)


def _ways(bench: _Bench, metric: Metric, what: str) -> list[int]:
    """Time ways and check each: its arcs join the ends, are open, and cost what was said."""
    roads, topology = bench.roads, bench.network.topology
    pairs = roads.pairs[: bench.runs(len(roads.pairs))].tolist()

    def way(pair: list[int]) -> tuple[int, Any]:
        cost, arcs = metric.path(*pair)
        roads.geometry(arcs)
        return cost, arcs

    found, taken = timed(way, pairs)
    for (source, target), (cost, arcs) in zip(pairs, found, strict=True):
        if cost < INFINITE and source != target:
            ends = [source, *topology.head[arcs].tolist()]
            joined = ends[:-1] == topology.tail[arcs].tolist() and ends[-1] == target
            if not joined or int(metric.weight_ms[arcs].sum(dtype=np.int64)) != cost:
                msg = f"{bench.engine.name}: the way {source} to {target} is wrong."
                raise AssertionError(msg)
    costs = [int(cost) for cost, _ in found]
    reached = sum(cost < INFINITE for cost in costs)
    bench.note(what, taken, found=f"{reached}/{len(pairs)}")
    distances, taken = timed(lambda pair: metric.distance(*pair), pairs)
    if [int(cost) for cost in distances] != costs:
        msg = f"{bench.engine.name}: distances are not those of the ways."
        raise AssertionError(msg)
    bench.note(what.replace("path with geometry", "distance"), taken)
    return costs


def _many(bench: _Bench) -> dict[str, Any]:
    """Time matrices, sweeps and what stands on them; return sums that others must reach too."""
    metric, roads = bench.base, bench.roads
    sums: dict[str, Any] = {}
    for size, runs in ((100, 10), (1_000, 3)):
        if size > 100 and bench.slow:
            continue
        nodes = roads.grid[:size]
        results, taken = timed(lambda nodes: metric.matrix(nodes, nodes), [nodes] * runs)
        bench.note(f"matrix {size} x {size}", taken)
        sums[f"matrix_{size}_ms"] = _sum(results[-1])
    starts = roads.grid[: bench.runs(100)].tolist()
    results, taken = timed(lambda node: metric.sweep([(node, 0)]), starts)
    bench.note("one to all", taken)
    sums["sweep_ms"] = [_sum(costs) for costs in results[:10]]
    _, taken = timed(lambda node: metric.sweep([(node, 0)], towards=True), starts)
    bench.note("all to one", taken)
    _, taken = timed(lambda node: _isochrone(bench, node), starts[:20])
    bench.note(
        "isochrone polygon",
        taken,
        note=f"{ISOCHRONE_MIN} min: sweep, threshold, concave hull of at most 10,000 points",
    )
    if not bench.slow:
        pairs = roads.pairs[:100].tolist()
        offers, taken = timed(
            lambda pair: metric.alternatives([(pair[0], 0)], [(pair[1], 0)]), pairs
        )
        mean = np.mean([len(offer) for offer in offers])
        bench.note("alternatives (at most 3)", taken, note=f"{mean:.1f} ways found on average")
    return sums


def _isochrone(bench: _Bench, node: int) -> Any:
    """Return the area around the vertices that are reached in time."""
    topology = bench.network.topology
    reached = np.flatnonzero(bench.base.sweep([(node, 0)]) <= ISOCHRONE_MIN * 60_000)
    chosen = reached[:: max(1, len(reached) // _HULL_POINTS)]
    points = np.column_stack([topology.lon[chosen], topology.lat[chosen]])
    return shapely.concave_hull(shapely.multipoints(points), ratio=0.02)


def _sum(costs: Any) -> int:
    costs = np.asarray(costs, np.float64)
    return round(float(costs[costs < INFINITE].sum()))
