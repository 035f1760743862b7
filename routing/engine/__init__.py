"""Path engines behind one interface: topology once, metrics at will, best ways in microseconds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from lca.errors import UsageError
from routing.network import RoadNetwork

from .dijkstra import DijkstraEngine
from .metric import INFINITE, Arcs, Engine, Metric, Weights

__all__ = ["ENGINES", "INFINITE", "Arcs", "Engine", "Metric", "Weights", "make_engine"]


def _contraction(network: RoadNetwork, cache: Path | None) -> Engine:
    from .contraction import ContractionEngine  # noqa: PLC0415 - its wheel is not on every machine

    return ContractionEngine(network, cache)


def _dijkstra(network: RoadNetwork, _cache: Path | None) -> Engine:
    return DijkstraEngine(network)


ENGINES: Mapping[str, Callable[[RoadNetwork, Path | None], Engine]] = {
    "pyroutingkit": _contraction,
    "scipy": _dijkstra,
}
"""Engines by the name that a user chooses them by, the preferred one first."""


def make_engine(
    network: RoadNetwork, name: str | None = None, *, cache: Path | None = None
) -> Engine:
    """Prepare a path engine for a network.

    Parameters
    ----------
    network : RoadNetwork
        The roads.
    name : str, optional
        A key of :data:`ENGINES`; without it, pyroutingkit where it works, else scipy.
    cache : Path, optional
        Folder where an engine may keep what it prepared for this very network.

    Raises
    ------
    UsageError
        If there is no engine of that name, or it is not installed.
    """
    if name is None:
        try:
            return _contraction(network, cache)
        except ImportError:
            # Not installed, or its wheel does not fit this machine; answers name their engine.
            return _dijkstra(network, cache)
    maker = ENGINES.get(name)
    if maker is None:
        raise UsageError(
            f"There is no path engine {name!r}.", do_next="Choose one of " + ", ".join(ENGINES)
        )
    try:
        return maker(network, cache)
    except ImportError as error:
        raise UsageError(
            f"The path engine {name!r} is not installed or does not fit this machine ({error}).",
            do_next="Choose scipy, which is always there.",
        ) from error
