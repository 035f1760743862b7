"""Processes for tests that race, die or serve, forked from a clean one that has it all imported."""

from __future__ import annotations

import multiprocessing
import os
import sys
from functools import cache
from multiprocessing.context import BaseContext

import pytest

_IMPORTED = ["support.publisher", "support.history", "support.serving"]


@pytest.fixture(scope="session")
def processes() -> BaseContext:
    """A multiprocessing context; starting an interpreter for each process would take seconds."""
    return forking()


@cache
def forking() -> BaseContext:
    """Return the context whose processes are forks of one that is started now."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(_IMPORTED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
        first = context.Process(target=str)  # starts the server, which keeps the path
        first.start()
        first.join()
    return context
