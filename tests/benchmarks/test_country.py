"""The benchmark of the country runs: it checks what it times, so it rots loudly."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks.country_measure import Cost, kept, run
from benchmarks.country_table import markdown
from benchmarks.peers.roads import INFINITE, Roads

REPO = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def measured(tmp_path_factory):
    folder = tmp_path_factory.mktemp("country")
    options = ["--arcs", "20000", "--no-peers", "--no-large", "--no-compile"]
    options += ["--engines", "numba"]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.country", *options, "--folder", str(folder)],
        cwd=REPO,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return folder, done.stdout


@pytest.mark.slow
def test_the_benchmark_prints_budgets_operations_and_processes(measured):
    _, table = measured
    for line in (
        "| route with path, geometry and reasons, median | <= 1.5 ms |",
        "| matrix 1000 x 1000 | ours (numba",
        "| flood published to first new answer |",
        "| 20 k | ours | extract to saved build |",
    ):
        assert line in table


@pytest.mark.slow
def test_the_measured_ways_are_those_of_an_independent_search(measured):
    """The arrays that peers are given, asked with scipy's Dijkstra, give the costs of the run."""
    scipy_driver = _driver("scipy_driver")
    roads = Roads(str(measured[0] / "20000" / "arrays"))
    library = scipy_driver.Scipy(roads, roads.weights(flooded=False))
    source, target = (int(end) for end in roads.pairs[0])
    cost, arcs = library.path(source, target)
    assert cost < INFINITE
    assert int(roads.weight_ms[arcs].sum()) == cost
    points = roads.geometry(arcs) / 1e7
    assert np.allclose(points[0], (roads.lon[source], roads.lat[source]), atol=1e-6)
    assert np.allclose(points[-1], (roads.lon[target], roads.lat[target]), atol=1e-6)


def _driver(name):
    folder = str(REPO / "benchmarks" / "peers")
    sys.path.insert(0, folder)
    try:
        return __import__(name)
    finally:
        sys.path.remove(folder)


def test_a_process_that_fails_says_what_it_said():
    with pytest.raises(RuntimeError, match="it broke"):
        run([sys.executable, "-c", "raise SystemExit('it broke')"])


def test_the_cost_of_a_process_is_its_own():
    code = "held = bytearray(300_000_000)\nfor _ in range(3_000_000): pass"
    _, cost = run([sys.executable, "-c", code])
    assert cost.peak_mb > 290
    assert cost.cpu_s > 0
    assert Cost(1, 2, 5) + Cost(1, 1, 3) == Cost(2, 3, 5)


def test_what_is_kept_is_made_again_for_another_key_only(tmp_path):
    made = []

    def make():
        made.append(len(made))
        (tmp_path / "kept" / "data").write_text(str(len(made)))
        return {"number": len(made)}

    folder = tmp_path / "kept"
    assert kept(folder, "one", make) == kept(folder, "one", make) == {"number": 1}
    assert kept(folder, "two", make) == {"number": 2}
    assert (folder / "data").read_text() == "2"


def test_a_peer_that_failed_stands_in_the_table_with_its_reason():
    empty = dict.fromkeys(("p95_ms", "runs", "wall_s", "cpu_s", "peak_mb", "disk_mb"))
    ours = {"size": "9 k", "who": "ours (numba-cch)", "what": "path with geometry"}
    theirs = {**ours, "who": "OSRM", "note": "no road found", "found": "", "median_ms": None}
    result = {
        "machine": dict.fromkeys(("cpu", "cores", "memory_gb", "system", "python", "load"), "x"),
        "notes": ["No Python 3.12."],
        "figures": [
            empty | ours | {"median_ms": 2.0, "found": "9/9", "note": ""},
            empty | theirs,
        ],
    }
    table = markdown(json.loads(json.dumps(result)))
    assert "| path with geometry | OSRM | — |  |  |  |  | no road found |" in table
    assert "No Python 3.12." in table
