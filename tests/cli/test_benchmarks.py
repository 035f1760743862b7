"""The benchmark runs: it checks every verdict that it times, so it rots loudly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

REPO = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_benchmark_of_the_demo_store_prints_its_table():
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.demo_store"],
        cwd=REPO,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "closure posted to first new answer, over loopback" in done.stdout
