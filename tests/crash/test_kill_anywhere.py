"""kill -9 at random moments and at each system call: nothing lost, nothing half visible."""

from __future__ import annotations

import os
import random
import shutil
import signal

import pytest
from support import acts
from support.faults import Stage, spread
from support.zygote import injected, missing, zygote

KILLS_AT_RANDOM = int(os.environ.get("LCA_KILLS_AT_RANDOM", "200"))
KILLS_AT_CALLS = int(os.environ.get("LCA_KILLS_AT_CALLS", "100"))
A_STORE = 25
"""After so many kills a new store is begun: the check reads all that one has."""

pytestmark = [
    pytest.mark.crash,
    pytest.mark.timeout(7200),
    pytest.mark.skipif(os.name == "nt", reason="SIGKILL is POSIX"),
]


def test_killed_at_random_moments_a_store_keeps_all_that_was_told(tmp_path):
    pick, told, total = random.Random(5), [], 0
    acts.prepare(tmp_path / "given")
    folder = tmp_path / "store"
    with zygote() as process:
        for kill in range(KILLS_AT_RANDOM):
            if not folder.exists():
                shutil.copytree(tmp_path / "given", folder)
            victim = process.start("churn", folder, seed=kill)
            process.amid(pick)
            os.kill(victim, signal.SIGKILL)
            outcome = process.end()
            assert outcome.killed, outcome
            told += outcome.told
            acts.kept(folder, told)
            if kill % A_STORE == A_STORE - 1 or kill == KILLS_AT_RANDOM - 1:
                acts.state(folder)
                acts.follow(folder)
                shutil.rmtree(folder)
                total, told = total + len(told), []
    print(f"{KILLS_AT_RANDOM} kills at random moments, {total} acts told, none lost")
    assert total >= KILLS_AT_RANDOM / 2, "nothing was going on"


@pytest.mark.skipif(missing() is not None, reason=str(missing()))
def test_killed_at_a_system_call_an_act_is_done_or_not_begun(tmp_path):
    stage = Stage(tmp_path, tuple(acts.ACTS))
    points = spread(stage.points(), KILLS_AT_CALLS)
    with zygote(injected("signal=SIGKILL")) as process:
        for number, point in enumerate(points):
            outcome, case = stage.strike(process, point)
            assert outcome.killed, point
            if number % 10 == 0:
                acts.follow(case)
            shutil.rmtree(case, ignore_errors=True)
    print(f"killed at {len(points)} of {len(stage.points())} calls")
