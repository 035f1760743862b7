"""Seeded faults: each kernel is broken in turn, and a small suite must see it every time."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from support.kernelchecks import check_kernels

pytest.importorskip("numba")

import routing.engine.chordal_graph
import routing.engine.hierarchy
from routing.engine import kernels

REPO = Path(__file__).resolve().parents[3]
SOURCES = Path(kernels.__file__).parent

# module, what stands there, what a tired person might have written
FAULTS = {
    "the chordal graph lacks fill-in": (
        "chordal",
        "for edge in range(first[lower] + 1, first[lower + 1]):",
        "for edge in range(first[lower] + 2, first[lower + 1]):",
    ),
    "an arc goes up that goes down": (
        "chordal",
        "arc_rises[arc] = tail[arc] < head[arc]",
        "arc_rises[arc] = True",
    ),
    "of parallel arcs the last counts": (
        "customise",
        "rise_ms[edge] = min(rise_ms[edge], weight_ms[arc])",
        "rise_ms[edge] = weight_ms[arc]",
    ),
    "ways through lower vertices only one way": (
        "customise",
        "fall_ms[opposite] = min(fall_ms[opposite], np.uint32(falling))",
        "pass",
    ),
    "one-way edges are left out": (
        "customise",
        "if rise == INFINITE and fall == INFINITE:",
        "if rise == INFINITE or fall == INFINITE:",
    ),
    "an update forgets that its only best way was lost": (
        "customise",
        "if up_told == 2 or down_told == 2:",
        "if up_told == 2 and down_told == 2:",
    ),
    "an update marks nothing when an edge gets cheaper": (
        "customise",
        "if up_told > 0 or down_told > 0:",
        "if up_told > 1 or down_told > 1:",
    ),
    "an update passes on only what rises": (
        "customise",
        "if rise_ms[edge] != old_rise_ms[edge] or fall_ms[edge] != old_fall_ms[edge]:",
        "if rise_ms[edge] != old_rise_ms[edge]:",
    ),
    "an update forgets the arcs along an edge": (
        "customise",
        "fall = min(fall, weight_ms[arc])",
        "pass",
    ),
    "the climb to the meeting stops one too early": (
        "search",
        "while one < parent.size:\n        leaving",
        "while one < parent.size - 1:\n        leaving",
    ),
    "the higher one climbs first": ("search", "if one < other:", "if one > other:"),
    "scratch is not cleaned": ("search", "cost_ms[vertex] = INFINITE", "cost_ms[vertex] = 0"),
    "labels are not cleaned": (
        "search",
        "label[vertex] = UNREACHED",
        "label[vertex] = label[vertex]",
    ),
    "an offset is forgotten": (
        "search",
        "own = (np.uint64(offset_ms[start]) << COST_BITS) | np.uint64(start)",
        "own = np.uint64(start)",
    ),
    "of equal ways the last start counts": ("search", "pair < best_pair", "pair > best_pair"),
    "of very many starts the highest is forgotten": (
        "search",
        "for above in range(parent.size):",
        "for above in range(parent.size - 2):",
    ),
    "two starts on one path: the higher is forgotten": (
        "search",
        "if climbers[climber] != vertex:",
        "if climbers[climber] < vertex:",
    ),
    "the halves of an edge in the wrong order": (
        "path",
        "return 2 * to_low + 1, 2 * to_high",
        "return 2 * to_high, 2 * to_low + 1",
    ),
    "an arc against its direction": (
        "path",
        "if arc_rises[arc] == rises and weight_ms[arc] == cost_ms:",
        "if weight_ms[arc] == cost_ms:",
    ),
    "rounds that cost nothing are driven": ("path", "if place_at[head] == 0:", "if True:"),
    "a round's places stay taken": (
        "path",
        "place_at[up[edge] if arc_rises[arcs[kept]] else low[edge]] = 0",
        "pass",
    ),
    "a sweep forgets the top": (
        "sweep",
        "for turn in range(order.size):",
        "for turn in range(1, order.size):",
    ),
    "a matrix's last batch is short": (
        "matrix",
        "rows = min(width, sources.size - batch)",
        "rows = min(width, sources.size - batch) - (batch > 0)",
    ),
    "a matrix's lanes are not cleaned": (
        "matrix",
        "        lanes_ms[:] = INFINITE\n",
        "        lanes_ms[:] = INFINITE if batch == 0 else lanes_ms\n",
    ),
    "a matrix's places stay taken": ("matrix", "local[vertex] = 0", "pass"),
}


def test_the_suite_passes_on_the_kernels_as_they_are(monkeypatch):
    hierarchy = routing.engine.hierarchy
    for module, name in (
        (hierarchy, "MOST_CHANGED"),
        (hierarchy, "FEW_CELLS"),
        (routing.engine.chordal_graph, "node_order"),
    ):
        monkeypatch.setattr(module, name, getattr(module, name))
    check_kernels()


def _kernels(folder):
    return shutil.copytree(SOURCES, folder, ignore=shutil.ignore_patterns("__pycache__"))


def _start(folder):
    environment = {
        **os.environ,
        "NUMBA_DISABLE_JIT": "1",
        "PYTHONPATH": os.pathsep.join([str(REPO), str(REPO / "tests")]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-W", "error::RuntimeWarning", "-m", "support.kernelchecks", str(folder)],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
    )


def _outcome(process, seconds):
    """Return how the suite ended; one that runs on and on has found its fault, too."""
    try:
        _, told = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.kill()
        process.communicate()
        return "killed: it never ended"
    return "survived" if process.returncode == 0 else f"killed: {told.strip().splitlines()[-1]}"


@pytest.mark.slow
def test_no_fault_survives(tmp_path):
    assert len(FAULTS) >= 12
    started = {}
    outcomes = {}
    # Uncompiled and unbroken they pass, or every fault would seem to be found.
    begun = time.monotonic()
    assert _outcome(_start(_kernels(tmp_path / "sound")), seconds=600) == "survived"
    patience_s = max(20, 10 * (time.monotonic() - begun))
    for number, (fault, (module, right, wrong)) in enumerate(FAULTS.items()):
        folder = _kernels(tmp_path / f"kernels{number}")
        source = (folder / f"{module}.py").read_text(encoding="utf-8")
        assert source.count(right) >= 1, f"{fault}: the kernel has changed, adapt the fault"
        (folder / f"{module}.py").write_text(source.replace(right, wrong), encoding="utf-8")
        started[fault] = _start(folder)
        if len(started) == 2:
            first = next(iter(started))
            outcomes[first] = _outcome(started.pop(first), patience_s)
    outcomes.update({fault: _outcome(process, patience_s) for fault, process in started.items()})
    assert [fault for fault, outcome in outcomes.items() if outcome == "survived"] == []
    assert not [text for text in outcomes.values() if "ImportError" in text or "Syntax" in text]
