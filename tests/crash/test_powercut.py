"""The power fails under a writer: what was told is on the disk, and what is on the disk is whole."""

from __future__ import annotations

import os
import random
import shutil
import sqlite3
from collections import deque

import pytest
from support import acts
from support.powercut import disk, missing
from support.zygote import zygote

from lca.errors import LcaError

CUTS = int(os.environ.get("LCA_POWER_CUTS", "100"))
A_STORE = 20
MOST_FOR_A_MUTANT = 400
"""Most are found out within a few; where the disk is at another pace than here, in more."""

pytestmark = [pytest.mark.crash, pytest.mark.timeout(3600)]

NO_CUT = missing()


@pytest.fixture(autouse=True)
def _needs_a_disk():
    if NO_CUT is not None:
        pytest.skip(NO_CUT)


def _cuts(prepared, most, fault=None):
    """Cut the power again and again; yield after each cut how much was told and kept."""
    pick, told = random.Random(11), []
    with disk() as drive, zygote() as process:
        folder = drive.place / "store"
        drive.mount()
        for cut in range(most):
            if cut % A_STORE == 0:
                shutil.rmtree(folder, ignore_errors=True)
                shutil.copytree(prepared, folder)
                os.sync()
                told = []
            writer = process.start("churn", folder, seed=cut, fault=fault)
            process.amid(pick)
            drive.cut(writer)
            told += process.end().told
            drive.unmount()
            drive.mount()
            acts.kept(folder, told)
            if fault is not None or cut % A_STORE == A_STORE - 1 or cut == most - 1:
                acts.state(folder)
            yield len(told)
        acts.follow(folder)


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("powercut") / "given"
    acts.prepare(folder)
    return folder


def test_after_each_cut_all_that_was_told_is_there_and_whole(prepared):
    counts = list(_cuts(prepared, CUTS))
    print(f"{len(counts)} power cuts, none lost anything")
    assert max(counts) > A_STORE / 2, "nothing was going on"


@pytest.mark.parametrize("fault", sorted(acts.FAULTS))
def test_a_store_that_syncs_too_little_is_found_out(prepared, fault):
    cuts = _cuts(prepared, MOST_FOR_A_MUTANT, fault)
    with pytest.raises((AssertionError, LcaError, sqlite3.DatabaseError)) as caught:
        deque(cuts, maxlen=0)
    print(f"{fault}: {caught.value!r:.90}")
