"""The documentation of the command agrees with the command."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

REPO = Path(__file__).resolve().parents[2]


def test_the_reference_is_up_to_date():
    done = subprocess.run(
        [sys.executable, "scripts/make_cli_reference.py", "--check"], cwd=REPO, check=False
    )
    assert done.returncode == 0, "run: python scripts/make_cli_reference.py"
