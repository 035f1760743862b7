"""Hostile files of every kind: whoever reads one survives, says why, and leaves nothing behind.

The suite reads a sample, with children that are forked; ``make stress`` reads all of them, each
with a child of its own.
"""

from __future__ import annotations

import re

import pytest
from support.hostility import baited, try_all, wrong

from lca.ingest import child
from scripts.make_hostile import corpus, make

HEAVY = re.compile(
    r"million|billion|\d ?[MG]B|\d,000|entities|bomb|65535|backtracks|blowup|overlap"
)
LIGHT = [name for name in corpus() if not HEAVY.search(name)]
SAMPLE = LIGHT[::5]


def test_the_corpus_is_large_and_made_the_same_each_time(tmp_path):
    assert len(corpus()) >= 150
    assert len(SAMPLE) >= 80
    for name in LIGHT[::20]:
        first, second = (make(corpus()[name], tmp_path).read_bytes() for _ in "ab")
        assert first == second, name


@pytest.mark.skipif(not child.can_limit_children(), reason="a child cannot be limited here")
def test_no_hostile_file_harms_its_reader(tmp_path):
    with baited(tmp_path) as (bait, listener):
        verdicts = list(try_all(SAMPLE, tmp_path, bait, forked=True))
        with pytest.raises(BlockingIOError):
            listener.accept()
    assert [problem for verdict in verdicts if (problem := wrong(verdict))] == []
    assert len(verdicts) == len(SAMPLE)
