"""A long reading tells how far it has come; what it counts is what the child has written."""

from __future__ import annotations

import os
import subprocess

import pytest
from support.workbooks import save_ports

from lca.ingest import read_assessment
from lca.ingest.progress import Watch


class _Child:
    """Writes three more lines each time that it is waited for, and ends at the third."""

    def __init__(self, result, ends_after=3):
        self._result = result
        self._waits_left = ends_after

    def wait(self, timeout):
        self._waits_left -= 1
        if not self._waits_left:
            return 0
        with self._result.open("a") as stream:
            stream.write('{"row": 1}\n' * 3)
        raise subprocess.TimeoutExpired("child", timeout)


def test_the_rows_so_far_are_the_lines_of_the_result(tmp_path):
    told = []
    result = tmp_path / "result.jsonl"
    watch = Watch(result, lambda stage, rows: told.append((stage, rows)))
    assert watch.wait(_Child(result), wall_s=60) == 0
    assert told == [("reading", 3), ("reading", 6)]


def test_a_child_out_of_time_is_not_waited_for(tmp_path):
    watch = Watch(tmp_path / "none", lambda *_: None)
    with pytest.raises(subprocess.TimeoutExpired):
        watch.wait(_Child(tmp_path / "other"), wall_s=0.0)


@pytest.mark.parametrize("left", ["nothing", "link", "pipe", "folder"])
def test_what_is_no_plain_file_has_no_rows_and_is_not_opened(tmp_path, left):
    result, secret = tmp_path / "result.jsonl", tmp_path / "secret"
    secret.write_text("a\nb\n")
    if left == "link":
        result.symlink_to(secret)
    elif left == "pipe":
        os.mkfifo(result)
    elif left == "folder":
        result.mkdir()
    assert Watch(result, lambda *_: None).rows() == 0


def test_a_reading_tells_its_stages(tmp_path):
    path = save_ports(tmp_path / "x.xlsx", ["A", -29.9, -71.3], ["B", -29.8, -71.2])
    told = []
    read_assessment(path, on_progress=lambda stage, rows: told.append((stage, rows)))
    assert [one for one in told if one[0] != "reading"][-1] == ("judging", 2)
    assert told[-2][0] == "checking"
