"""The path engine's inner loops, compiled by numba: plain functions of arrays.

Words used throughout. Vertices are called by their *rank* in the node order. An *edge* joins two
vertices of the chordal graph, its ``low`` and its higher end; edges are numbered by their low end,
then by the other, so ``first[x]:first[x + 1]`` are the edges from ``x`` up and ``up[edge]`` is the
upper end. ``rise_ms[edge]`` is the cost from low to high, ``fall_ms[edge]`` from high to low.
``parent[x]`` is the lowest upper neighbour, the vertex count where there is none; following it
passes every vertex that an upward search from ``x`` can reach. An *arc* is one of the roads' own.

Nothing here checks its arguments: whoever calls checks ids, weights and offsets first. Scratch
arrays come in clean and go out clean. Costs are uint32 and at most INFINITE, so that the sum of
two never overflows; only what is below INFINITE is ever stored, so sums saturate.

References
----------
Dibbelt, Strasser, Wagner (2016), Customizable Contraction Hierarchies, ACM JEA 21.
Buchhold, Sanders, Wagner (2019), Real-time Traffic Assignment Using Engineered Customizable
Contraction Hierarchies, ACM JEA 24 (elimination tree queries, fast triangles).
Delling, Goldberg, Nowatzyk, Werneck (2011), PHAST: Hardware-Accelerated Shortest Path Trees;
Delling, Goldberg, Werneck (2011), Faster Batched Shortest Paths in Road Networks (RPHAST).
"""

from __future__ import annotations

from typing import Any

import numpy as np

Whole = int | np.integer[Any]
"""A whole number: kernels compute with numpy's, so that compiled and not they are the same."""
