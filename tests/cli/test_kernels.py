"""Nobody waits for the compiler without being told, and nobody is told when there is nothing to wait for."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

import routing.engine.warm
from cli.kernels import compile_kernels


@pytest.fixture
def warmed(monkeypatch):
    """Warming that takes two steps, and what it was told; set ``is_warm`` for what is kept."""
    calls = []

    def warm(progress):
        for done in range(3):
            calls.append(done)
            progress(done, 2)

    monkeypatch.setattr(routing.engine.warm, "warm", warm)
    return calls


def test_the_first_time_says_what_is_done_and_how_far_it_is(monkeypatch, warmed):
    monkeypatch.setattr(routing.engine.warm, "is_warm", lambda: False)
    said = []
    compile_kernels(said.append)
    assert "Compiling" in said[0]
    assert said[1:] == ["  1 of 2", "  2 of 2"]
    assert warmed == [0, 1, 2]


def test_compiled_kernels_are_not_compiled_again(monkeypatch, warmed):
    monkeypatch.setattr(routing.engine.warm, "is_warm", lambda: True)
    said = []
    compile_kernels(said.append)
    assert said == warmed == []


_WITHOUT_NUMBA = """
import sys
sys.modules["numba"] = None
from cli.kernels import compile_kernels
compile_kernels(print)
"""


def test_a_machine_without_numba_compiles_nothing():
    done = subprocess.run(
        [sys.executable, "-c", _WITHOUT_NUMBA],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    assert done.stdout == ""
