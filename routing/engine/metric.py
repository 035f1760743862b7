"""What a path engine promises, and the range of the weights that it takes."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lca.errors import InvalidInput, UsageError

INFINITE = 2147483647
"""Weight of an arc that cannot be driven, and cost where there is no way.

Weights are milliseconds in uint32. No sum of two numbers up to this one overflows, and a cost of
24.8 days or more counts as no way in every engine alike.
"""

Weights = NDArray[np.uint32]
Arcs = NDArray[np.int64]


class Metric(Protocol):
    """One set of arc weights, ready to be asked; it never changes and threads may share it."""

    @property
    def weight_ms(self) -> Weights:
        """Weight of each arc, read-only."""

    def updated(self, arcs: Arcs, weight_ms: Weights) -> Metric:
        """Return a metric in which some arcs have other weights; this one stays as it is."""

    def distance(self, source: int, target: int) -> int:
        """Return the cost of the best way between two nodes, INFINITE if there is none."""

    def path(self, source: int, target: int) -> tuple[int, Arcs]:
        """Return the cost of the best way and its arcs in order; none if INFINITE or 0."""


class Engine(Protocol):
    """A topology prepared once, that turns weights into metrics."""

    @property
    def name(self) -> str:
        """The engine's name, as answers state it."""

    def customise(self, weight_ms: Weights) -> Metric:
        """Return the metric of one weight for each arc."""


def checked_weights(weight_ms: NDArray[np.generic], count: int) -> Weights:
    """Return a read-only contiguous copy of the weights.

    Raises
    ------
    InvalidInput
        If there is not one weight an arc, or one is beyond 0…INFINITE.
    """
    weights = np.asarray(weight_ms)
    if weights.shape != (count,):
        raise InvalidInput(f"{weights.shape} weights were given for {count} arcs.")
    if not np.issubdtype(weights.dtype, np.integer):
        raise InvalidInput(f"Weights must be whole milliseconds, not {weights.dtype}.")
    if count and (int(weights.min()) < 0 or int(weights.max()) > INFINITE):
        raise InvalidInput(f"A weight is outside 0…{INFINITE} ms.")
    copy = np.array(weights, dtype=np.uint32, order="C")
    copy.flags.writeable = False
    return copy


def replaced(
    weights: Weights, arcs: NDArray[np.generic], weight_ms: NDArray[np.generic]
) -> Weights:
    """Return a copy of the weights with some arcs' weights replaced.

    Raises
    ------
    InvalidInput
        If an arc does not exist, or the new weights are not one each.
    """
    arcs = np.asarray(arcs, np.int64)
    values = checked_weights(weight_ms, len(arcs))
    if len(arcs) and (int(arcs.min()) < 0 or int(arcs.max()) >= len(weights)):
        raise InvalidInput(f"An arc is outside 0…{len(weights) - 1}.")
    changed = weights.copy()
    changed[arcs] = values
    changed.flags.writeable = False
    return changed


def check_nodes(count: int, *nodes: int) -> None:
    """Refuse a node index outside the network: engines in C read foreign memory for it.

    Raises
    ------
    UsageError
        If a node index is outside 0…count-1.
    """
    for node in nodes:
        if not 0 <= node < count:
            raise UsageError(f"There is no node {node}; the network has {count}.")
