"""Which nodes hang together: strong and weak components of the open arcs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def strong_components(
    node_count: int,
    tail: NDArray[np.uint32],
    head: NDArray[np.uint32],
    open_arcs: NDArray[np.bool_],
) -> NDArray[np.int32]:
    """Label each node; two nodes share a label if each can be reached from the other."""
    return _components(node_count, tail, head, open_arcs, connection="strong")


def weak_components(
    node_count: int,
    tail: NDArray[np.uint32],
    head: NDArray[np.uint32],
    open_arcs: NDArray[np.bool_],
) -> NDArray[np.int32]:
    """Label each node; two nodes share a label if open arcs join them in whatever direction."""
    return _components(node_count, tail, head, open_arcs, connection="weak")


def sizes(labels: NDArray[np.int32]) -> list[int]:
    """Return the number of nodes of each component, largest first."""
    counts = np.bincount(labels)
    return sorted(counts[counts > 0].tolist(), reverse=True)


def largest(labels: NDArray[np.int32]) -> NDArray[np.bool_]:
    """Mark the nodes of the largest component; of equals, the one with the first node."""
    if not len(labels):
        return np.zeros(0, np.bool_)
    counts = np.bincount(labels)
    biggest = np.flatnonzero(counts == counts.max())
    return np.asarray(labels == labels[np.isin(labels, biggest).argmax()])


def _components(
    node_count: int,
    tail: NDArray[np.uint32],
    head: NDArray[np.uint32],
    open_arcs: NDArray[np.bool_],
    *,
    connection: str,
) -> NDArray[np.int32]:
    if not node_count:
        return np.zeros(0, np.int32)
    ends = tail[open_arcs].astype(np.int32), head[open_arcs].astype(np.int32)
    graph = coo_array((np.ones(len(ends[0]), np.bool_), ends), shape=(node_count, node_count))
    _, labels = connected_components(graph.tocsr(), directed=True, connection=connection)
    return np.asarray(labels, np.int32)
