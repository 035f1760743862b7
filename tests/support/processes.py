"""Processes for tests that race or die, forked from a clean one that has the store imported."""

from __future__ import annotations

import multiprocessing
import os
import sys
from multiprocessing.context import BaseContext

import pytest


@pytest.fixture(scope="session")
def processes() -> BaseContext:
    """A multiprocessing context; starting an interpreter for each process would take seconds."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["support.publisher", "support.history"])
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", os.pathsep.join(path for path in sys.path if path))
        first = context.Process(target=str)  # starts the server, which keeps the path
        first.start()
        first.join()
    return context
