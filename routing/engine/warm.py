"""Compiles the path engine's kernels ahead of time, by asking a made-up town everything."""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import numpy as np
from numba.core.registry import cpu_target

from routing.topology import Topology

from .hierarchy import HierarchyEngine
from .kernel_cache import current_stamp, kept_files, kernel_folder, replace_file
from .metric import INFINITE, Metric
from .node_order import node_order
from .timed_search import BEFORE, Profiles, TimedSearch

STREETS = 16
"""The town has so many streets each way: enough for every kernel to have something to do."""

Progress = Callable[[int, int], None]

_warmed: set[str] = set()


def warm(progress: Progress | None = None) -> None:
    """Compile every kernel, or load it where it is kept: half a minute on a new machine.

    Parameters
    ----------
    progress : callable, optional
        Told how many steps are done, and of how many, before each step and after the last.
    """
    steps = _steps()
    for number, step in enumerate(steps):
        if progress is not None:
            progress(number, len(steps))
        step()
    if progress is not None:
        progress(len(steps), len(steps))
    _warmed.add(_machine())
    marker = _marker()
    if marker is not None and kept_files:
        names = sorted(path.name for path in kept_files.copy() if path.parent == marker.parent)
        body = json.dumps({"machine": _machine(), "kernels": names})
        try:
            replace_file(marker, body.encode())
        except OSError:
            # Then the next process loads the kernels once more to find out that they are all there.
            return


def is_warm() -> bool:
    """Tell whether no query will wait for a compiler: this process is warm, or the kept kernels are.

    Kernels that were damaged since are compiled when they are first called.
    """
    if _machine() in _warmed:
        return True
    marker = _marker()
    if marker is None:
        return False
    try:
        body = json.loads(marker.read_bytes())
        names = [str(name) for name in body["kernels"]]
        right = body["machine"] == _machine()
    except (OSError, ValueError, KeyError, TypeError):
        # Never warmed, or the marker is damaged: warming writes a new one.
        return False
    return right and all((marker.parent / name).is_file() for name in names)


def _steps() -> Sequence[Callable[[], object]]:
    """Return what touches every kernel, each step needing those before it."""
    town = _town()

    @cache
    def engine() -> HierarchyEngine:
        return HierarchyEngine(town)

    weight_ms = np.arange(town.arc_count, dtype=np.uint32) % 97 + 1
    metric = cache(lambda: engine().customise(weight_ms))
    few, many = np.arange(9), np.arange(12)
    ends = [(0, 0)], [(town.vertex_count - 1, 0)]
    return (
        lambda: node_order(town),
        engine,
        metric,
        lambda: metric().updated(np.array([3]), np.array([5])),
        lambda: metric().distance(0, 9),
        lambda: metric().path(0, 9),
        # Where arcs cost nothing, rounds are taken out of ways.
        lambda: engine().customise(0 * weight_ms).path(0, 9),
        lambda: metric().matrix(few[:2], few[:2]),
        lambda: (metric().matrix(few, many), metric().matrix(many, few)),
        lambda: (metric().sweep(ends[0]), metric().sweep(ends[0], towards=True)),
        lambda: metric().alternatives(*ends),
        lambda: _searched_over_time(town, metric()),
    )


def _searched_over_time(town: Topology, metric: Metric) -> None:
    """Cross the town with its first arc closed for a while."""
    phases = Profiles(
        np.array([0]),
        np.zeros(3, np.int64),
        np.array([0, 2]),
        np.array([BEFORE, 50]),
        np.array([1, 0]),
        np.zeros(3, np.int64),
        np.array([0, INFINITE]),
    )
    last = town.vertex_count - 1
    least_ms = metric.sweep([(last, 0)], towards=True)
    search = TimedSearch(town, metric.weight_ms, phases, least_ms, INFINITE - 1)
    search.compiled([(0, 1)], [(last, 2)])


def _town() -> Topology:
    """Return streets in a grid, open both ways."""
    number = np.arange(STREETS * STREETS, dtype=np.uint32).reshape(STREETS, STREETS)
    one = np.concatenate([number[:, :-1].ravel(), number[:-1].ravel()])
    other = np.concatenate([number[:, 1:].ravel(), number[1:].ravel()])
    row, column = np.divmod(np.arange(number.size), STREETS)
    return Topology(
        digest="town",
        lon=column / 100,
        lat=row / 100,
        tail=np.concatenate([one, other]),
        head=np.concatenate([other, one]),
    )


def _machine() -> str:
    """Name all that decides whether compiled kernels fit: sources, compilers, processor."""
    processor = cpu_target.target_context.codegen().magic_tuple()
    kind = repr((current_stamp(Path(__file__)).hex(), processor, sys.version_info[:2]))
    return hashlib.sha256(kind.encode()).hexdigest()[:16]


def _marker() -> Path | None:
    folder = kernel_folder()
    return None if folder is None else folder / f"{__name__}-{_machine()}.json"
