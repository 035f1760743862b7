"""Random questions against the oracle on every core: for some minutes, or a million of them.

``LCA_STRESS_MINUTES`` is how long to go on (3 without it), ``LCA_STRESS_QUESTIONS`` how many to ask
instead, and ``LCA_STRESS_FROM`` the number of the first case (0). Every other case is timed. A
difference prints its number; a run prints how many questions of which cases it asked.
"""

from __future__ import annotations

import math
import os
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pytest
from support.oracle_cases import draw_case
from support.oracle_verdict import Court

pytestmark = [pytest.mark.stress, pytest.mark.timeout(0)]

JOURNEYS = 8
AT_ONCE = 100
MINUTES = 3.0


def _asked(first: int) -> tuple[int, list[str]]:
    """Return how many questions a range of cases has asked, and what differed."""
    wrong = []
    with tempfile.TemporaryDirectory() as folder:
        court = Court(Path(folder))
        for number in range(first, first + AT_ONCE):
            timed = number % 2 == 1
            name = f"case {number} ({'timed' if timed else 'untimed'})"
            try:
                found = list(court.differences(draw_case(number, timed=timed, journeys=JOURNEYS)))
            except Exception as error:  # noqa: BLE001 - to be told with the number of its case
                found = [repr(error)]
            wrong += [f"{name}: {problem}" for problem in found]
        return court.asked, wrong


def test_random_questions_agree_with_the_oracle(capsys):
    start = first = int(os.environ.get("LCA_STRESS_FROM", "0"))
    wanted = os.environ.get("LCA_STRESS_QUESTIONS")
    minutes = os.environ.get("LCA_STRESS_MINUTES", None if wanted else MINUTES)
    end = time.monotonic() + 60 * float(minutes) if minutes else math.inf
    most, cores = int(wanted) if wanted else math.inf, os.cpu_count() or 1
    asked, wrong = 0, list[str]()
    with ProcessPoolExecutor(cores) as pool:
        while asked < most and time.monotonic() < end:
            for count, found in pool.map(_asked, range(first, first + cores * AT_ONCE, AT_ONCE)):
                asked += count
                wrong += found
            first += cores * AT_ONCE
    with capsys.disabled():
        told = f"{asked} questions of the cases {start} to {first - 1}: {len(wrong)} differ"
        print(f"\n{told}; LCA_STRESS_FROM={first} goes on")
    assert asked > 0
    assert wrong == []
