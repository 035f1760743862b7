"""Measure the demo store: route, constraint update, publish, and publish to first new answer.

Run it as ``make bench`` or ``python -m benchmarks.demo_store``. Every timed answer is checked, so
that nothing wrong is ever fast.
"""

from __future__ import annotations

import os
import platform
import sys
import tempfile
from datetime import timedelta
from functools import partial
from pathlib import Path

import numpy as np
import shapely

from benchmarks.samples import Samples, print_table
from benchmarks.service import served
from benchmarks.story import VEHICLE, Closures, close, feature_of, midday_question, reopen
from cli.demo import build_demo
from layers.access import Role, create_token
from layers.store import Store
from lca.constraint import Constraint
from lca.errors import UsageError
from lca.instant import format_instant, utc_now
from lca.record import from_row
from lca.table import records_of
from lca.vehicle import vehicle_class
from lca.vocab import Sensitivity, Verdict
from routing.effects import ArcEffects, Coverage, Placed
from routing.engine import ENGINES, make_engine
from routing.match import match
from routing.planner import Planner
from routing.question import RouteQuestion
from routing.vehicle_roads import MetricShelf

_SEED = 20261121


def main() -> None:
    """Build a demo store of its own, measure it and print the table."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "store"
        building = Samples("build the demo store from the repository's files")
        with building.timed():
            build_demo(path, clock=utc_now, say=_say)
        with Store.open(path) as store:
            rows = [building, *_routes(store), *_engines(store), *_updates(store)]
            rows += [*_publishing(store), *_over_http(store)]
            network = Planner(store).network
            title = (
                f"Demo store: {len(network.segments):,} segments, {network.arc_count:,} arcs; "
                f"Python {platform.python_version()}, {os.cpu_count()} cores"
            )
    print_table(title, rows)


def _routes(store: Store) -> list[Samples]:
    question = midday_question(store.now())

    def first_answer() -> None:
        with Store.open(store.root) as fresh:
            _require(Planner(fresh), question, Verdict.VIABLE)

    planner = Planner(store)
    zones = store.frame(store.heads().releases["places"].version)["id"].tolist()
    pairs = np.random.default_rng(_SEED).choice(zones, (200, 2))
    questions = [RouteQuestion(str(a), str(b), VEHICLE, at=question.at) for a, b in pairs if a != b]
    for asked in (question, *questions[:5]):
        planner.answer(asked)
    rest = iter(questions)
    return [
        Samples("cold start: open the saved store, first answer", 3_000).run(first_answer, 5),
        Samples("route port to airport: way, reasons, both sides, JSON").run(
            lambda: _require(planner, question, Verdict.VIABLE), 200
        ),
        Samples("route between two random zones, the same").run(
            lambda: planner.answer(next(rest)).as_json(), len(questions)
        ),
    ]


def _engines(store: Store) -> list[Samples]:
    """Time the engines alone on the same pairs of nodes; their costs must agree."""
    network = Planner(store).network
    nodes = np.flatnonzero(network.mainland)
    pairs = np.random.default_rng(_SEED).choice(nodes, (200, 2)).tolist()
    rows: list[Samples] = []
    costs: list[list[int]] = []
    for name in ENGINES:
        try:
            engine = make_engine(network, name)
        except UsageError as error:
            _say(error.text())
            continue
        roads = MetricShelf().roads(network, engine, vehicle_class(VEHICLE))
        customising = Samples(f"engine {name}: metric of a new vehicle class")
        rows.append(customising.run(partial(engine.customise, roads.weight_ms), 10))
        asking = Samples(f"engine {name}: cost and arcs of one best way")
        found: list[int] = []
        for start, end in pairs:
            with asking.timed():
                cost, _ = roads.metric.path(start, end)
            found.append(cost)
        rows.append(asking)
        costs.append(found)
    if any(found != costs[0] for found in costs):
        msg = "The engines disagree."
        raise AssertionError(msg)
    return rows


def _updates(store: Store) -> list[Samples]:
    """Time what a change of constraints costs: matching it, then the metric with it."""
    network = Planner(store).network
    vehicle, now = vehicle_class(VEHICLE), store.now()
    roads = MetricShelf().roads(network, make_engine(network), vehicle)
    closure = from_row(Constraint, Closures().row(now))
    standing = records_of(Constraint, store.frame(store.heads().releases["constraints"].version))
    flood = next(item for item in standing if shapely.get_type_id(item.geometry) == 3)
    effects = ArcEffects.at(
        Coverage.of([Placed(item, match(item, network)) for item in (closure, *standing)]),
        vehicle,
        now,
    )

    def update() -> None:
        roads.metric.updated(*effects.changed_weights(roads.weight_ms))

    return [
        Samples("match a closure of three stretches", 60).run(lambda: match(closure, network), 50),
        Samples("match the tsunami area", 60).run(lambda: match(flood, network), 50),
        Samples(f"metric with {len(standing) + 1} constraints", 60).run(update, 50),
    ]


def _publishing(store: Store) -> list[Samples]:
    planner, closures = Planner(store), Closures()
    question = midday_question(store.now())
    publishing = Samples("publish a closure (durable before it returns)")
    closed = Samples("closure published to first new answer, in process", 1_000)
    reopened = Samples("its end published to first new answer, in process", 1_000)
    _require(planner, question, Verdict.VIABLE)
    for _ in range(20):
        row = closures.row(store.now())
        with closed.timed():
            with publishing.timed():
                close(store, row)
            _require(planner, question, Verdict.NOT_VIABLE)
        with reopened.timed():
            reopen(store, row["id"])
            _require(planner, question, Verdict.VIABLE)
    return [publishing, closed, reopened]


def _over_http(store: Store) -> list[Samples]:
    now = store.now()
    token = create_token(
        store, Role.EDITOR, Sensitivity.PUBLIC, "benchmark", now + timedelta(hours=1)
    )
    question = midday_question(now)
    body = {
        "origin": question.origin,
        "destination": question.destination,
        "vehicle": question.vehicle,
        "at": format_instant(question.at or now),
    }
    closures = Closures("BENCH-HTTP")
    asking = Samples("POST /routes over loopback")
    closed = Samples("closure posted to first new answer, over loopback", 1_000)
    with served(store.root, token) as client:

        def ask(expected: Verdict) -> None:
            _check(client.post("/routes", body)["verdict"], expected)

        ask(Verdict.VIABLE)
        asking.run(partial(ask, Verdict.VIABLE), 100)
        for _ in range(20):
            row = closures.row(now)
            feature = feature_of(row)
            with closed.timed():
                client.post("/collections/constraints/items", feature)
                ask(Verdict.NOT_VIABLE)
            reopen(store, row["id"])
            ask(Verdict.VIABLE)
    return [asking, closed]


def _require(planner: Planner, question: RouteQuestion, expected: Verdict) -> None:
    _check(planner.answer(question).as_json()["verdict"], expected)


def _check(verdict: str, expected: Verdict) -> None:
    if verdict != expected:
        msg = f"The verdict is {verdict}, expected {expected.value}."
        raise AssertionError(msg)


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    main()
