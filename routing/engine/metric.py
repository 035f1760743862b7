"""What a path engine promises, and the range of what it takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from lca.errors import InvalidInput, UsageError

INFINITE = 2147483647
"""Weight of an arc that cannot be driven, and cost where there is no way.

Weights are milliseconds in uint32. No sum of two numbers up to this one overflows, and a cost of
24.8 days or more counts as no way in every engine alike.
"""

MOST_CELLS = 50_000_000
"""Cells of the largest matrix that an engine fills in: 200 MB of costs."""

Weights = NDArray[np.uint32]
Arcs = NDArray[np.int64]
Vertices = Sequence[int] | NDArray[np.integer]
Ends = Sequence[tuple[int, int]]
"""Vertices where a way may start or end, each with its offset in ms; INFINITE bars it."""


@dataclass(frozen=True, slots=True)
class Best:
    """The best way from one of several starts to one of several ends.

    ``start`` and ``end`` index the lists given; ``total_ms`` includes their offsets.
    """

    total_ms: int
    start: int
    end: int
    arcs: Arcs


class Metric(Protocol):
    """One set of arc weights, ready to be asked; it never changes and threads may share it.

    Vertices and arcs are those of the topology. Of several equal ways any one is given.
    """

    @property
    def weight_ms(self) -> Weights:
        """Weight of each arc, read-only."""

    def updated(self, arcs: Arcs, weight_ms: Weights) -> Metric:
        """Return a metric in which some arcs have other weights; this one stays as it is."""

    def distance(self, source: int, target: int) -> int:
        """Return the cost of the best way between two vertices, INFINITE if there is none."""

    def path(self, source: int, target: int) -> tuple[int, Arcs]:
        """Return the cost of the best way and its arcs in order; no arcs where there is no way."""

    def best(self, starts: Ends, ends: Ends) -> Best | None:
        """Return the best way from any start to any end, None if there is none.

        Of equal ways, one from the first start is taken, and among these one to the first end.
        """

    def matrix(self, sources: Vertices, targets: Vertices) -> Weights:
        """Return the cost from each source (row) to each target (column), INFINITE if no way."""

    def sweep(self, starts: Ends, *, towards: bool = False) -> Weights:
        """Return the cost from the nearest start to every vertex, INFINITE if no way.

        With ``towards`` the cost from every vertex to the nearest start.
        """

    def alternatives(
        self, starts: Ends, ends: Ends, *, most: int = 3, stretch: float = 1.4, overlap: float = 0.7
    ) -> tuple[Best, ...]:
        """Return the best way and others that are worth offering beside it, the best first.

        Parameters
        ----------
        starts, ends : sequence of (int, int)
            As in :meth:`best`.
        most : int
            How many ways at most, the best one included.
        stretch : float
            The largest cost of a way, as a multiple of the best.
        overlap : float
            The largest cost of what a way has in common with a better one that is offered, as a
            share of the best way's cost.
        """


class Engine(Protocol):
    """A topology prepared once, that turns weights into metrics."""

    @property
    def name(self) -> str:
        """The engine's name, as answers state it."""

    reason: str
    """Why no preferred engine serves instead; empty for the preferred or a chosen one."""

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
    if count and not np.issubdtype(weights.dtype, np.integer):
        raise InvalidInput(f"Weights must be whole milliseconds, not {weights.dtype}.")
    if count and (int(weights.min()) < 0 or int(weights.max()) > INFINITE):
        raise InvalidInput(f"A weight is outside 0…{INFINITE} ms.")
    copy = np.array(weights, dtype=np.uint32, order="C")
    copy.flags.writeable = False
    return copy


def replaced(
    weights: Weights, arcs: NDArray[np.generic], weight_ms: NDArray[np.generic]
) -> tuple[Weights, Arcs]:
    """Return a copy of the weights with some arcs' weights replaced, and the arcs that differ.

    Of several weights for one arc the last counts.

    Raises
    ------
    InvalidInput
        If an arc does not exist, or the new weights are not one each.
    """
    arcs = _checked_arcs(arcs, len(weights))
    values = checked_weights(weight_ms, len(arcs))
    changed = weights.copy()
    changed[arcs] = values
    changed.flags.writeable = False
    return changed, arcs[changed[arcs] != weights[arcs]]


def _checked_arcs(arcs: NDArray[np.generic], count: int) -> Arcs:
    given = np.asarray(arcs)
    if given.ndim != 1 or (len(given) and not np.issubdtype(given.dtype, np.integer)):
        raise InvalidInput(f"Arcs must be one row of whole numbers, not {given.dtype}.")
    if len(given) and (int(given.min()) < 0 or int(given.max()) >= count):
        raise InvalidInput(f"An arc is outside 0…{count - 1}.")
    return given.astype(np.int64)


def check_vertices(count: int, *vertices: int) -> None:
    """Refuse a vertex outside the topology: engines read foreign memory for it.

    Raises
    ------
    UsageError
        If a vertex is not a whole number, or outside 0…count-1.
    """
    for vertex in vertices:
        if not _is_whole(vertex):
            raise UsageError(f"Vertices must be whole numbers, not {vertex!r}.")
        if not 0 <= vertex < count:
            raise UsageError(f"There is no vertex {vertex}; the network has {count}.")


def _is_whole(number: object) -> bool:
    return isinstance(number, int | np.integer)


def checked_ends(count: int, ends: Ends) -> tuple[Arcs, Weights]:
    """Return the vertices and the offsets of starts or ends.

    Raises
    ------
    UsageError
        If a vertex is outside 0…count-1.
    InvalidInput
        If an offset is not a whole number, or outside 0…INFINITE.
    """
    for vertex, offset_ms in ends:
        check_vertices(count, vertex)
        if not _is_whole(offset_ms) or not 0 <= offset_ms <= INFINITE:
            raise InvalidInput(f"An offset of {offset_ms} is no whole number of 0…{INFINITE} ms.")
    vertices = np.array([vertex for vertex, _ in ends], np.int64)
    return vertices, np.array([offset_ms for _, offset_ms in ends], np.uint32)


def checked_cells(count: int, sources: Vertices, targets: Vertices) -> tuple[Arcs, Arcs]:
    """Return the vertices of a matrix's rows and columns.

    Raises
    ------
    UsageError
        If a vertex is outside 0…count-1.
    InvalidInput
        If the matrix is too large to be filled in at once.
    """
    if len(sources) * len(targets) > MOST_CELLS:
        raise InvalidInput(
            f"A matrix of {len(sources):,} x {len(targets):,} has more than {MOST_CELLS:,} cells.",
            where="matrix",
            do_next="Ask in blocks: some of the sources at a time, or some of the targets.",
        )
    return _checked_vertices(count, sources), _checked_vertices(count, targets)


def _checked_vertices(count: int, vertices: Vertices) -> Arcs:
    given = np.asarray(vertices)
    if given.ndim != 1 or (len(given) and not np.issubdtype(given.dtype, np.integer)):
        raise UsageError(f"Vertices must be one row of whole numbers, not {given.dtype}.")
    if len(given):
        check_vertices(count, int(given.min()), int(given.max()))
    return given.astype(np.int64)
