"""Disk errors and a full disk at each write, sync and rename: the old state or the new one, a typed error."""

from __future__ import annotations

import os
import shutil

import pytest
from support import acts
from support.faults import Stage, spread
from support.zygote import injected, missing, zygote

FAULTS = int(os.environ.get("LCA_FAULTS", "50"))
"""Of each kind."""

pytestmark = [
    pytest.mark.crash,
    pytest.mark.timeout(7200),
    pytest.mark.skipif(missing() is not None, reason=str(missing())),
]


@pytest.fixture(scope="module")
def stage(tmp_path_factory):
    return Stage(tmp_path_factory.mktemp("faults"), ("draft", "publish", "make"))


@pytest.mark.parametrize("error", ["EIO", "ENOSPC"])
def test_a_refused_call_leaves_the_old_state_or_the_new_one_and_reads_go_on(stage, error):
    points = spread(stage.points(), FAULTS)
    raised = 0
    with zygote(injected(f"error={error}")) as process:
        for number, point in enumerate(points):
            outcome, case = stage.strike(process, point)
            assert not outcome.killed, point
            if outcome.error is not None:
                raised += 1
                assert "StoreUnavailable" in outcome.error["error"], (point, outcome.error)
            else:
                assert outcome.done, point
            if number % 10 == 0:
                acts.follow(case)
            shutil.rmtree(case, ignore_errors=True)
    print(f"{error} at {len(points)} of {len(stage.points())} calls: {raised} errors")
    assert raised > len(points) / 3
