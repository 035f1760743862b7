"""The durability tests of the suite, long: their counts come from the environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ALL = "100000"
LONG = {
    "tests/crash/test_kill_anywhere.py": {"LCA_KILLS_AT_RANDOM": "5000", "LCA_KILLS_AT_CALLS": ALL},
    "tests/crash/test_powercut.py": {"LCA_POWER_CUTS": "2000"},
    "tests/crash/test_io_errors.py": {"LCA_FAULTS": ALL},
    "tests/crash/test_concurrent.py": {"LCA_CONCURRENT_SECONDS": "60", "LCA_SERVER_STOPS": "30"},
    "tests/layers/test_upkeep.py": {"LCA_FLIPS": "1000"},
}

pytestmark = [pytest.mark.stress, pytest.mark.timeout(2 * 3600)]


@pytest.mark.parametrize("path", LONG)
def test_for_long(path):
    # One that is set already wins, so that a machine can do fewer, or more.
    counts = {**LONG[path], **os.environ}
    command = [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", path]
    assert subprocess.run(command, cwd=ROOT, env=counts, check=False).returncode == 0
