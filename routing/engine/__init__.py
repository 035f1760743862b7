"""Path engines behind one interface: topology once, metrics at will, best ways in microseconds."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol

from lca.errors import UsageError
from routing.topology import Topology

from .metric import INFINITE, Arcs, Best, Ends, Engine, Metric, Weights

__all__ = [
    "ENGINES",
    "INFINITE",
    "Arcs",
    "Best",
    "Ends",
    "Engine",
    "Metric",
    "Weights",
    "make_engine",
]

logger = logging.getLogger(__name__)


class HasTopology(Protocol):
    """A road network, as far as an engine cares."""

    @property
    def topology(self) -> Topology:
        """What a path engine needs."""


def _hierarchy(topology: Topology, cache: Path | None) -> Engine:
    try:
        from .hierarchy import HierarchyEngine  # noqa: PLC0415 - numba is not on every machine
    except OSError as error:
        # llvmlite raises it where its shared library does not load.
        raise ImportError(str(error)) from error
    return HierarchyEngine(topology, cache)


def _contraction(topology: Topology, cache: Path | None) -> Engine:
    from .contraction import ContractionEngine  # noqa: PLC0415 - its wheel is not on every machine

    return ContractionEngine(topology, cache)


def _dijkstra(topology: Topology, _cache: Path | None) -> Engine:
    from .dijkstra import DijkstraEngine  # noqa: PLC0415 - scipy costs 0.2 s that no answer needs

    return DijkstraEngine(topology)


ENGINES: Mapping[str, Callable[[Topology, Path | None], Engine]] = {
    "numba": _hierarchy,
    "pyroutingkit": _contraction,
    "scipy": _dijkstra,
}
"""Engines by the name that a user chooses them by, the preferred one first."""


def make_engine(
    roads: Topology | HasTopology, name: str | None = None, *, cache: Path | None = None
) -> Engine:
    """Prepare a path engine for roads.

    Parameters
    ----------
    roads : Topology or RoadNetwork
        The roads.
    name : str, optional
        A key of :data:`ENGINES`; without it, the first of them that works on this machine. The
        engine's ``reason`` then says why those before it do not.
    cache : Path, optional
        Folder where an engine may keep what it prepared for this very topology.

    Raises
    ------
    UsageError
        If there is no engine of that name, or it is not installed.
    """
    topology = roads if isinstance(roads, Topology) else roads.topology
    if name is None:
        return _first_that_works(topology, cache)
    maker = ENGINES.get(name)
    if maker is None:
        raise UsageError(
            f"There is no path engine {name!r}.", do_next="Choose one of " + ", ".join(ENGINES)
        )
    try:
        return maker(topology, cache)
    except ImportError as error:
        raise UsageError(
            f"The path engine {name!r} is not installed or does not fit this machine ({error}).",
            do_next="Choose scipy, which is always there.",
        ) from error


def _first_that_works(topology: Topology, cache: Path | None) -> Engine:
    reasons: list[str] = []
    for name, maker in ENGINES.items():
        try:
            engine = maker(topology, cache)
        except ImportError as error:
            # Not installed, or its wheel does not fit this machine; answers name their engine.
            reasons.append(f"{name}: {error}")
            continue
        if reasons:
            engine.reason = "; ".join(reasons)
            logger.warning("Roads are searched by %s (%s).", engine.name, engine.reason)
        return engine
    raise AssertionError("scipy is a dependency")
