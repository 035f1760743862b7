"""Every hostile file, read as a user would: a child each, the time and memory of each taken down.

Where strace is installed, a second round looks at the calls of the children themselves.
"""

from __future__ import annotations

import os
import re
import shutil
import statistics
import subprocess
import sys
from pathlib import Path

import pytest
from support.hostility import baited, try_all, wrong

from lca.ingest import child
from scripts.make_hostile import corpus, make

pytestmark = [pytest.mark.stress, pytest.mark.timeout(0)]
REPO = Path(__file__).resolve().parents[2]
READ = """
import sys
from lca.errors import LcaError
from lca.ingest import read_assessment
for item in sys.argv[1:]:
    path, _, layer = item.partition('=')
    try:
        read_assessment(path, layer=layer or None)
    except LcaError:
        print('refused')
"""
CALLED = re.compile(r"\b(connect|sendto|sendmsg)\([^)]*AF_INET")


@pytest.mark.skipif(not child.can_limit_children(), reason="a child cannot be limited here")
def test_every_hostile_file_is_survived(tmp_path, capsys):
    with baited(tmp_path) as (bait, listener):
        verdicts = list(try_all(list(corpus()), tmp_path, bait, forked=False))
        with pytest.raises(BlockingIOError):
            listener.accept()
    refused = [one for one in verdicts if one.outcome == "refused"]
    slow = sorted(verdicts, key=lambda one: -one.seconds)[:10]
    taken = sorted(one.seconds for one in refused)
    worked = sorted(one.processor_s for one in refused)
    with capsys.disabled():
        print(f"\n  {len(verdicts)} hostile files, {len(refused)} refused")
        for what, spent in (("seconds", taken), ("s of processor time", worked)):
            most = spent[int(len(spent) * 0.95)]
            print(
                f"  refusal: half {statistics.median(spent):.2f}, 95 % {most:.2f}, all {spent[-1]:.1f} {what}"
            )
        print(f"  this process grew by {max(one.grown_mb for one in verdicts):.0f} MB at most")
        for one in slow:
            print(f"  {one.seconds:6.1f} s  {one.name} ({one.outcome})")
    assert [problem for verdict in verdicts if (problem := wrong(verdict))] == []
    assert len(verdicts) == len(corpus())


@pytest.mark.skipif(shutil.which("strace") is None, reason="strace is not installed")
def test_no_child_calls_an_address_or_opens_the_bait(tmp_path):
    with baited(tmp_path) as (bait, _):
        tempting = [
            f"{make(case, tmp_path, bait)}={case.layer or ''}"
            for case in corpus().values()
            if re.search(
                r"address|file|entity|virtual|service|path|link|includ|outside|grid|schema",
                case.name,
            )
        ]
        trace = tmp_path / "trace"
        command = [
            "strace",
            "-f",
            "-qq",
            "-s",
            "300",
            "-e",
            "trace=network,openat,open,execve",
            "-o",
            str(trace),
        ]
        subprocess.run(
            [*command, sys.executable, "-c", READ, *tempting],
            check=True,
            cwd=REPO,
            env={**os.environ, "PYTHONPATH": str(REPO)},
            capture_output=True,
        )
        calls = trace.read_text(encoding="utf-8", errors="replace").splitlines()
    assert len(tempting) > 80
    assert sum("execve(" in line for line in calls) > len(tempting) / 2  # each has a child
    assert [line for line in calls if CALLED.search(line)] == []
    # PROJ does try the grids that a file names; what counts is that none opens.
    outside = (bait.file, "/etc/passwd", "/etc/cron")
    opened = [line for line in calls if " = -1 " not in line]
    assert [line for line in opened if any(path in line for path in outside)] == []
