"""Time whole answers on the country through the planner: warm, cold, and after a closure."""

from __future__ import annotations

import itertools
import json
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from benchmarks.country_measure import Figure, timed
from benchmarks.country_questions import flood_in
from benchmarks.peers.roads import Roads
from layers.edits import AddFeature, EndConstraint
from layers.operation import Operation
from layers.store import Store
from lca.constraint import Constraint
from lca.record import to_row
from lca.table import frame_of
from lca.vehicle import vehicle_class, vehicle_classes
from lca.vocab import (
    ConstraintStatus,
    ConstraintType,
    EffectKind,
    LocationPrecision,
    SourceType,
    Verdict,
)
from routing.build_store import load_network
from routing.effects import ArcEffects, Coverage, Placed
from routing.engine import make_engine
from routing.match import match
from routing.network import RoadNetwork
from routing.planner import Planner
from routing.question import RouteQuestion
from routing.vehicle_roads import MetricShelf

VEHICLE = "truck_heavy_3"
STANDING, LATER = 150, 50
"""Closures of single roads that hold already, and that begin on a later day, one a day."""
_OPERATION = Operation("ZZZ-EX", "A country that is measured", exercise=True, time_zone="UTC")
_AUTHOR = "benchmark"
_SEED = 20261124
_NEAR_DEGREES = 0.25
_SHRUNK_DEGREES = 0.0005
_WARM, _COLD, _CLOSURES = 200, 20, 5


def make_store(build: Path, cache: Path, target: Path, now: datetime) -> None:
    """Make a store with the saved build, the order that is known already, and closures."""
    shutil.rmtree(target, ignore_errors=True)
    network = load_network(build)
    with Store.open(target) as store:
        store.set_operation(_OPERATION)
        shutil.copytree(build, store.builds_dir / network.digest)
        shutil.copytree(cache, store.root / "artefacts" / "orders" / network.digest)
        store.register_build(network.digest, network.info.name, "measured")
        closures = list(_closures(network, now))
        draft = store.draft("constraints", frame_of(Constraint, closures), _AUTHOR, "measured")
        store.publish(draft.id, author=_AUTHOR)


def _closures(network: RoadNetwork, now: datetime) -> Iterator[Constraint]:
    rows = np.random.default_rng(_SEED).choice(
        len(network.segments), STANDING + LATER, replace=False
    )
    lines = network.segments.lines.shapes(rows)
    for number, line in enumerate(lines):
        begins = now - timedelta(days=1) + timedelta(days=max(0, number - STANDING + 2))
        yield _closure(f"ROAD-{number:03d}", line, begins, now)


def _closure(name: str, shape: BaseGeometry, begins: datetime, now: datetime) -> Constraint:
    return Constraint(
        id=name,
        name="Benchmark closure (exercise)",
        constraint_type=ConstraintType.LANDSLIDE,
        effect=EffectKind.BLOCKED,
        status=ConstraintStatus.VERIFIED,
        location_precision=LocationPrecision.ACCURATE,
        source_org="Benchmark",
        source_type=SourceType.EXERCISE,
        date_of_information=now - timedelta(days=1),
        valid_from=begins,
        exercise=True,
        geometry=shape,
    )


def supposed(name: str, shape: BaseGeometry, now: datetime) -> Constraint:
    """Return a closure that holds since yesterday, for what-if questions."""
    return _closure(name, shape, now - timedelta(days=1), now)


class _Bench:
    """A planner on the store, the places that are asked about, and the lines of the table."""

    def __init__(self, store: Store, folder: Path, size: str) -> None:
        self.store, self.size = store, size
        self.planner = Planner(store)
        self.network = self.planner.network
        self.roads = Roads(str(folder))
        self.flood = flood_in(folder)
        self.at = store.now().replace(microsecond=0)
        self.figures: list[Figure] = []

    def note(self, what: str, taken_ms: Sequence[float], **more: Any) -> None:
        """Add a line."""
        self.figures.append(Figure.of(self.size, "ours (planner)", what, taken_ms, **more))

    def question(self, pair: Sequence[int], vehicle: str = VEHICLE, days: int = 0) -> RouteQuestion:
        """Ask for the way between two vertices."""
        at = self.at + timedelta(days=days)
        return RouteQuestion(self.place(pair[0]), self.place(pair[1]), vehicle, at=at)

    def place(self, vertex: int) -> str:
        """Write a vertex's position as an asker would."""
        return f"lat={self.roads.lat[vertex]:.7f},lon={self.roads.lon[vertex]:.7f}"

    def verdict(self, question: RouteQuestion) -> str:
        """Answer in full."""
        return str(self.planner.answer(question).as_json()["verdict"])


def measure(store: Path, arrays: Path, size: str) -> dict[str, Any]:
    """Return the lines of the table."""
    with Store.open(store) as opened:
        bench = _Bench(opened, arrays, size)
        _warm(bench)
        _cold(bench)
        _flooded(bench)
        _published(bench)
        return {"figures": [asdict(figure) for figure in bench.figures]}


def first_answer(store: Path, arrays: Path) -> str:
    """Answer one question from a store that no process has open; return the verdict."""
    pair = json.loads((arrays / "questions.json").read_text())["pairs"][0]
    origin, destination = (f"lat={lat:.7f},lon={lon:.7f}" for lon, lat in pair)
    with Store.open(store) as opened:
        question = RouteQuestion(origin, destination, VEHICLE, at=opened.now())
        return str(Planner(opened).answer(question).as_json()["verdict"])


def _warm(bench: _Bench) -> None:
    questions = [bench.question(pair) for pair in bench.roads.pairs[:_WARM]]
    verdicts, taken = timed(bench.verdict, questions)
    ways = sum(verdict != Verdict.NOT_VIABLE for verdict in verdicts)
    what = "route: path, geometry, reasons, both sides, JSON"
    bench.note(what, taken, found=f"{ways}/{len(questions)}")
    near = [bench.question(pair) for pair in _near_pairs(bench)]
    _, taken = timed(bench.verdict, near)
    bench.note("the same, at most 30 km apart", taken)


def _near_pairs(bench: _Bench) -> list[tuple[int, int]]:
    """Return pairs of places of the grid that are near each other."""
    grid = bench.roads.grid[:_WARM]
    positions = np.column_stack([bench.roads.lon[grid], bench.roads.lat[grid]])
    away = np.hypot(*(positions[:, None] - positions).transpose(2, 0, 1))
    near = np.argwhere((away > 0) & (away < _NEAR_DEGREES))
    chosen = np.random.default_rng(_SEED).permutation(near)[:_WARM]
    return [(int(grid[a]), int(grid[b])) for a, b in chosen] or [(int(grid[0]), int(grid[1]))]


def _cold(bench: _Bench) -> None:
    """Ask what no metric is kept for: another vehicle, another day, a hypothesis."""
    pairs = itertools.cycle(bench.roads.pairs.tolist())
    vehicles = [code for code in vehicle_classes() if code != VEHICLE]
    lines = _some_lines(bench)
    asked = {
        "another vehicle": [bench.question(next(pairs), vehicle=code) for code in vehicles],
        "another day": [bench.question(next(pairs), days=day) for day in range(1, _COLD + 1)],
        "a closure supposed": [
            replace(
                bench.question(next(pairs)),
                what_if=(_closure(f"IF-{number}", line, bench.at, bench.at),),
            )
            for number, line in enumerate(lines)
        ],
    }
    everything: list[float] = []
    for kind, questions in asked.items():
        taken = []
        for question in questions:
            started = time.perf_counter()
            bench.verdict(question)
            taken.append((time.perf_counter() - started) * 1_000)
        everything += taken
        bench.note(f"cold question: {kind}", taken)
    bench.note("cold question: all of these", everything)


def _some_lines(bench: _Bench) -> Any:
    """Return the lines of some segments, drawn by lot."""
    rows = np.random.default_rng(_SEED + 1).choice(len(bench.network.segments), _COLD)
    return bench.network.segments.lines.shapes(rows)


def _flooded(bench: _Bench) -> None:
    """Time what a flood costs without the store: matching it, then the metric with it."""
    network, vehicle = bench.network, vehicle_class(VEHICLE)
    cache = bench.store.root / "artefacts" / "orders" / network.digest
    roads = MetricShelf().roads(network, make_engine(network, cache=cache), vehicle)
    closure = _closure("FLOOD", bench.flood, bench.at, bench.at)

    def weigh(placed: Placed) -> tuple[Any, Any]:
        effects = ArcEffects.at(Coverage.of([placed]), vehicle, bench.at)
        return effects.changed_weights(roads.weight_ms)

    matches, matching = timed(lambda item: match(item, network), [closure] * _CLOSURES)
    placed = Placed(closure, matches[0])
    changes, weighing = timed(weigh, [placed] * _CLOSURES)
    arcs, _ = changes[0]
    _, updating = timed(lambda change: roads.metric.updated(*change), [changes[0]] * _CLOSURES)
    note = f"{len(arcs):,} arcs"
    bench.note("match a flood polygon", matching, note=note)
    bench.note("weigh its arcs", weighing, note=note)
    bench.note("update the metric with it", updating, note=note)
    total = [sum(each) for each in zip(matching, weighing, updating, strict=True)]
    bench.note("match a flood polygon and update the metric", total, note=note)


def _published(bench: _Bench) -> None:
    """Time closures from before they are published to the first answer that knows them."""
    inside = _nearest_to(bench, bench.flood.centroid)
    far = int(bench.roads.grid[np.argmax(np.abs(bench.roads.lat[bench.roads.grid]))])
    question = bench.question((far, inside))
    _require(bench, question, closed=False)
    publishing: list[float] = []
    answering: list[float] = []
    reopening: list[float] = []
    for number in range(_CLOSURES):
        name = f"FLOOD-{number}"
        # Each flood is another one, or its match and its metric would be known already.
        flood = bench.flood.buffer(-_SHRUNK_DEGREES * number)
        row = to_row(_closure(name, flood, bench.at - timedelta(hours=1), bench.at))
        started = time.perf_counter()
        bench.store.apply_edit("constraints", AddFeature(row), _AUTHOR)
        published = time.perf_counter()
        _require(bench, question, closed=True)
        answering.append((time.perf_counter() - started) * 1_000)
        publishing.append((published - started) * 1_000)
        end = EndConstraint(name, "Benchmark", bench.at - timedelta(minutes=1), "measured")
        started = time.perf_counter()
        bench.store.apply_edit("constraints", end, _AUTHOR)
        _require(bench, question, closed=False)
        reopening.append((time.perf_counter() - started) * 1_000)
    bench.note("publish a flood (durable)", publishing)
    bench.note("flood published to first new answer", answering)
    bench.note("its end published to first new answer", reopening)


def _nearest_to(bench: _Bench, point: shapely.Point) -> int:
    grid = bench.roads.grid
    away = np.hypot(bench.roads.lon[grid] - point.x, bench.roads.lat[grid] - point.y)
    return int(grid[away.argmin()])


def _require(bench: _Bench, question: RouteQuestion, *, closed: bool) -> None:
    verdict = bench.verdict(question)
    if (verdict == Verdict.NOT_VIABLE) != closed:
        msg = f"The verdict is {verdict} while the flood is {'there' if closed else 'over'}."
        raise AssertionError(msg)


def today() -> datetime:
    """Return this day's noon in UTC."""
    return datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)
