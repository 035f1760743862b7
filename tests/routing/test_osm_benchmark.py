"""The benchmark of the readers runs, so that it cannot rot."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_benchmark_of_the_readers_prints_its_table():
    extract = "tests/data/osm/helsinki.osm.pbf"
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.osm_readers", extract, "--copies", "2"],
        cwd=REPO,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "2,306 roads, 128 turn rules" in done.stdout
