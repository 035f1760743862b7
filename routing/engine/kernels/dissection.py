"""Cuts a road graph into pieces, again and again, where the fewest roads cross: inertial flow.

The vertices of a piece are sorted along a direction; its first and its last vertices are the two
ends, and a maximum flow between them finds the least cut. Of four directions the best is taken.
The vertices at the cut go last in the piece's part of the order, and both sides are cut in turn.

References
----------
Schild, Sommer (2015), On Balanced Separators in Road Networks, SEA (inertial flow).
Dinitz (1970), Algorithm for Solution of a Problem of Maximum Flow in Networks with Power
Estimation, Soviet Math. Dokl. 11 (the flow, here of undirected edges of capacity 1).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from routing.engine.kernel_cache import compiled

END_SHARE = 0.3
"""Share of a piece at each end, which no cut runs through. 0.2 is slower, for 1 % fewer edges."""

SMALLEST_PIECE = 4
"""Pieces of fewer vertices are not cut: whatever their order, they gain one edge at most."""

BETWEEN, SOURCE, SINK = 0, 1, 2
"""Roles of vertices in a flow."""

FAR, NEAR, AT_THE_CUT = 0, 1, 2
"""Sides of vertices after a cut, in the order in which they are arranged."""

UNSEEN = -1

Ints = NDArray[np.int32]
Longs = NDArray[np.int64]
Bytes = NDArray[np.int8]
Floats = NDArray[np.float64]


class Graph(NamedTuple):
    """An undirected graph without loops and copies, by vertex.

    Attributes
    ----------
    first : int64[n + 1]
        Where the neighbours of each vertex begin.
    other, edge : int32[2 e]
        The neighbours, and the numbers of the edges to them.
    """

    first: Longs
    other: Ints
    edge: Ints


class Scratch(NamedTuple):
    """Memory for one piece at a time, as large as the whole graph; contents do not matter.

    Attributes
    ----------
    x, y : float64[n]
        Where the piece's vertices are.
    number : int32[e]
        The piece's own number of an edge of the whole graph.
    flow : int8[e]
        Flow of an edge: 1 from its lower vertex to its higher one, -1 back, 0 none.
    role, side : int8[n]
        BETWEEN, SOURCE or SINK; FAR, NEAR or AT_THE_CUT.
    level, queue : int32[n]
        Steps from an end, or UNSEEN; vertices to visit.
    at, way : int64[n]
        The arc of a vertex to try next; arcs of the way that is being tried.
    """

    x: Floats
    y: Floats
    number: Ints
    flow: Bytes
    role: Bytes
    side: Bytes
    level: Ints
    at: Longs
    queue: Ints
    way: Longs


@compiled
def undirected(vertex_count: int, low: Longs, high: Longs) -> Graph:
    """Return the neighbours of each vertex, from edges without loops and copies."""
    first = np.zeros(vertex_count + 1, np.int64)
    for i in range(low.size):
        first[low[i] + 1] += 1
        first[high[i] + 1] += 1
    for v in range(vertex_count):
        first[v + 1] += first[v]
    at = first[:-1].copy()
    other = np.empty(2 * low.size, np.int32)
    edge = np.empty(2 * low.size, np.int32)
    for i in range(low.size):
        a, b = low[i], high[i]
        other[at[a]], edge[at[a]] = b, i
        other[at[b]], edge[at[b]] = a, i
        at[a] += 1
        at[b] += 1
    return Graph(first, other, edge)


@compiled
def easy(graph: Graph) -> NDArray[np.bool_]:
    """Choose vertices of two neighbours at most, no two of them adjacent."""
    chosen = np.zeros(graph.first.size - 1, np.bool_)
    for v in range(chosen.size):
        if graph.first[v + 1] - graph.first[v] <= 2:
            chosen[v] = True
            for k in range(graph.first[v], graph.first[v + 1]):
                if chosen[graph.other[k]]:
                    chosen[v] = False
    return chosen


@compiled
def extract(
    graph: Graph, order: Ints, place: Ints, start: int, end: int, piece: Graph, number: Ints
) -> int:
    """Write the piece of the vertices ``order[start:end]``; return its number of edges.

    Its vertices are numbered from 0 as they stand in the order.
    """
    arcs = edges = 0
    piece.first[0] = 0
    for i in range(end - start):
        v = order[start + i]
        for k in range(graph.first[v], graph.first[v + 1]):
            j = place[graph.other[k]] - start
            if j < 0 or j >= end - start:
                continue
            if i < j:
                number[graph.edge[k]] = edges
                edges += 1
            piece.other[arcs] = j
            piece.edge[arcs] = number[graph.edge[k]]
            arcs += 1
        piece.first[i + 1] = arcs
    return edges


@compiled
def nth_lowest(values: Floats, n: int) -> np.float64:
    """Return the value that would stand at place ``n`` if the values were sorted; reorders them.

    numpy's own partition does the same after five more seconds of compiling.
    """
    low, high = 0, values.size - 1
    while low < high:
        pivot = values[(low + high) // 2]
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while pivot < values[j]:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if n <= j:
            high = j
        elif n >= i:
            low = i
        else:
            break
    return np.float64(values[n])


@compiled
def mark_ends(key: Floats, role: Bytes, quota: int) -> None:
    """Make a quota of vertices with the lowest keys sources, and with the highest sinks."""
    values = key.copy()
    low = nth_lowest(values, quota - 1)
    high = nth_lowest(values, key.size - quota)
    sources = sinks = 0
    for v in range(key.size):
        role[v] = BETWEEN
        if key[v] < low:
            role[v] = SOURCE
            sources += 1
        elif key[v] > high:
            role[v] = SINK
            sinks += 1
    # Of equal keys the first are sources and the last are sinks, so that neither end is empty.
    for v in range(key.size):
        if sources < quota and key[v] == low and role[v] == BETWEEN:
            role[v] = SOURCE
            sources += 1
    for v in range(key.size - 1, -1, -1):
        if sinks < quota and key[v] == high and role[v] == BETWEEN:
            role[v] = SINK
            sinks += 1


@compiled
def rim_of(piece: Graph, count: int, role: Bytes, end: int) -> Ints:
    """Return the vertices of an end that have a neighbour outside it: flow passes only there."""
    rim = np.empty(count, np.int32)
    size = 0
    for v in range(count):
        if role[v] == end:
            for k in range(piece.first[v], piece.first[v + 1]):
                if role[piece.other[k]] != end:
                    rim[size] = v
                    size += 1
                    break
    return rim[:size]


@compiled
def reach(piece: Graph, count: int, rim: Ints, begin: int, s: Scratch) -> bool:
    """Write how many steps vertices are from one end; tell whether the other end is reached.

    From the sinks, arcs are followed backwards. ``rim`` is that of the end to begin with.
    """
    sign, end = (1, SINK) if begin == SOURCE else (-1, SOURCE)
    for v in range(count):
        s.level[v] = 0 if s.role[v] == begin else UNSEEN
    for i in range(rim.size):
        s.queue[i] = rim[i]
    taken, waiting, last = 0, rim.size, count + 1
    while taken < waiting:
        v = s.queue[taken]
        taken += 1
        if s.level[v] >= last:
            break
        for k in range(piece.first[v], piece.first[v + 1]):
            u = piece.other[k]
            flow = s.flow[piece.edge[k]] * sign
            if s.level[u] != UNSEEN or (flow if v < u else -flow) == 1:
                continue
            s.level[u] = s.level[v] + 1
            if s.role[u] == end:
                last = s.level[u]
            else:
                s.queue[waiting] = u
                waiting += 1
    return last <= count


@compiled
def push(piece: Graph, source: int, s: Scratch) -> int:
    """Send flow from a source along ways of growing level until none is left; return how much."""
    sent, length, v = 0, 0, source
    while True:
        if s.role[v] == SINK:
            v = source
            for i in range(length):
                u = piece.other[s.way[i]]
                s.flow[piece.edge[s.way[i]]] += 1 if v < u else -1
                v = u
            sent += 1
            length, v = 0, source
        elif s.at[v] < piece.first[v + 1]:
            k = s.at[v]
            u = piece.other[k]
            flow = s.flow[piece.edge[k]]
            if s.level[u] == s.level[v] + 1 and (flow if v < u else -flow) < 1:
                s.way[length] = k
                length += 1
                v = u
            else:
                s.at[v] += 1
        elif length == 0:
            return sent
        else:
            # A dead end: back by an arc, which is not tried again.
            length -= 1
            v = source if length == 0 else piece.other[s.way[length - 1]]
            s.at[v] += 1


@compiled
def max_flow(piece: Graph, count: int, edges: int, rim: Ints, most: int, s: Scratch) -> int:
    """Return the flow from the sources to the sinks; give up once it is more than ``most``."""
    for e in range(edges):
        s.flow[e] = 0
    total = 0
    while reach(piece, count, rim, SOURCE, s):
        for v in range(count):
            s.at[v] = piece.first[v]
        for v in rim:
            total += push(piece, v, s)
            if total > most:
                return total
    return total


@compiled
def cut(piece: Graph, count: int, edges: int, s: Scratch) -> None:
    """Write the side of each vertex by the best cut: the fewest edges, then the most even."""
    quota = max(1, int(count * END_SHARE))
    x, y = s.x[:count], s.y[:count]
    best, best_smaller = edges, -1
    for key in (x, y, x + y, x - y):
        mark_ends(key, s.role, quota)
        flow = max_flow(piece, count, edges, rim_of(piece, count, s.role, SOURCE), best, s)
        if flow > best:
            continue
        # Two of the least cuts are at hand: the one nearest to the sources, and to the sinks.
        for begin in (SOURCE, SINK):
            reach(piece, count, rim_of(piece, count, s.role, begin), begin, s)
            reached = 0
            for v in range(count):
                reached += s.level[v] != UNSEEN
            smaller = min(reached, count - reached)
            if flow < best or smaller > best_smaller:
                best, best_smaller = flow, smaller
                for v in range(count):
                    s.side[v] = FAR if s.level[v] == UNSEEN else NEAR


@compiled
def separate(piece: Graph, count: int, s: Scratch) -> None:
    """Put one end of each cut edge at the cut: of the side where they are fewer, or more is left."""
    facing = np.zeros(2, np.int64)
    near = 0
    for v in range(count):
        near += s.side[v]
        s.role[v] = 0
        for k in range(piece.first[v], piece.first[v + 1]):
            if s.side[piece.other[k]] != s.side[v]:
                s.role[v] = 1
        facing[s.side[v]] += s.role[v]
    chosen = NEAR if (facing[NEAR], -near) < (facing[FAR], near - count) else FAR
    for v in range(count):
        if s.role[v] and s.side[v] == chosen:
            s.side[v] = AT_THE_CUT


@compiled
def arrange(order: Ints, place: Ints, start: int, end: int, side: Bytes) -> tuple[int, int]:
    """Sort a piece of the order by side; return where the second side and the cut begin."""
    before = order[start:end].copy()
    at = np.zeros(3, np.int64)
    at[FAR] = start
    for i in range(before.size):
        if side[i] == FAR:
            at[NEAR] += 1
        elif side[i] == NEAR:
            at[AT_THE_CUT] += 1
    at[NEAR] += start
    at[AT_THE_CUT] += at[NEAR]
    middle, last = at[NEAR], at[AT_THE_CUT]
    for i in range(before.size):
        order[at[side[i]]] = before[i]
        place[before[i]] = at[side[i]]
        at[side[i]] += 1
    return middle, last


@compiled
def dissect(
    graph: Graph,
    x: Floats,
    y: Floats,
    order: Ints,
    place: Ints,
    piece: Graph,
    s: Scratch,
    todo: Longs,
    waiting: int,
    work: int,
) -> int:
    """Cut pieces from the stack ``todo[:waiting]`` of (start, end) for about ``work`` vertices.

    Returns
    -------
    int
        How many pieces wait on the stack now. Smaller pieces are cut first, so 64 are enough.
    """
    while waiting > 0 and work > 0:
        waiting -= 1
        start, end = todo[waiting]
        count = end - start
        work -= count
        if count < SMALLEST_PIECE:
            continue
        edges = extract(graph, order, place, start, end, piece, s.number)
        for i in range(count):
            s.x[i] = x[order[start + i]]
            s.y[i] = y[order[start + i]]
        cut(piece, count, edges, s)
        separate(piece, count, s)
        middle, last = arrange(order, place, start, end, s.side)
        first_is_larger = middle - start > last - middle
        todo[waiting] = (start, middle) if first_is_larger else (middle, last)
        todo[waiting + 1] = (middle, last) if first_is_larger else (start, middle)
        waiting += 2
    return waiting
