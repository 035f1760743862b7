"""A million executions of the parsers of assessment data, without an error that nobody told.

``LCA_STRESS_EXECUTIONS`` is how many in all (1,000,000 without it), ``LCA_STRESS_FROM`` the seed.
Where atheris is installed it looks for new ways through our code; elsewhere seeds are changed at
random. A run prints how many executions each target had.
"""

from __future__ import annotations

import importlib.util
import os
import re
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fuzz.fuzzing import seeds
from fuzz.targets import TARGETS

pytestmark = [pytest.mark.stress, pytest.mark.timeout(0)]
REPO = Path(__file__).resolve().parents[2]
# Of a hundred executions: those of a target that takes a millisecond or more are fewer.
SHARES = {
    "workbook": 3,
    "archive": 2,
    "delimited": 2,
    "encoding": 8,
    "page": 1,
    "document": 2,
    "cell": 12,
    "coordinate": 14,
    "location": 12,
    "words": 10,
    "time_rule": 9,
    "result": 6,
    "profile": 8,
    "table": 1,
    "drawing": 10,
}
LOOP = "import sys; from fuzz.fuzzing import loop; print('Done', loop(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])), 'runs')"


def _fuzzed(name: str, runs: int, seed: int) -> tuple[str, int, float, str]:
    """Return how many executions a target had, in how many seconds, and the end of what it said."""
    guided = importlib.util.find_spec("atheris") is not None
    start = ["-m", "fuzz.guided"] if guided else ["-c", LOOP]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(REPO / "tests"), str(REPO)])}
    started = time.monotonic()
    done = subprocess.run(
        [sys.executable, *start, name, str(runs), str(seed)],
        capture_output=True,
        check=False,
        cwd=REPO,
        env=environment,
    )
    said = (done.stdout + done.stderr).decode("utf-8", errors="replace")
    counted = re.search(r"Done (\d+) runs", said)
    count = int(counted[1]) if counted and done.returncode == 0 else 0
    return name, count, time.monotonic() - started, "" if count else said[-4_000:]


def test_a_million_inputs_bring_nothing_but_values_and_clear_errors(capsys):
    wanted = int(os.environ.get("LCA_STRESS_EXECUTIONS", "1000000"))
    seed = int(os.environ.get("LCA_STRESS_FROM", "1"))
    assert set(SHARES) == set(TARGETS)
    assert sum(SHARES.values()) == 100
    assert all(seeds(name) for name in TARGETS)
    jobs = [(name, wanted * share // 100, seed) for name, share in SHARES.items()]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda job: _fuzzed(*job), jobs))
    with capsys.disabled():
        print()
        for name, count, seconds, said in results:
            print(
                f"  {name:12} {count:9,} executions in {seconds:5.0f} s{'  FAILED' if said else ''}"
            )
        print(f"  in all       {sum(count for _, count, _, _ in results):9,}")
    assert [f"{name}: {said}" for name, _, _, said in results if said] == []
    assert sum(count for _, count, _, _ in results) >= wanted
