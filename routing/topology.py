"""What a path engine needs to know of a network: vertices, arcs, and roughly where they are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Topology:
    """A directed multigraph; it may have self loops, parallel arcs and vertices without arcs.

    Attributes
    ----------
    digest : str
        Names the graph build; two topologies of one digest are equal.
    lon, lat : float64[n]
        EPSG:4326 degrees of the vertices; they guide the node order, no cost depends on them.
    tail, head : uint32[a]
        Vertices where each arc starts and ends.
    """

    digest: str
    lon: NDArray[np.float64]
    lat: NDArray[np.float64]
    tail: NDArray[np.uint32]
    head: NDArray[np.uint32]

    @cached_property
    def fingerprint(self) -> str:
        """sha256 over the vertices' number and the arcs: what is kept for them fits no others.

        The digest names a build; how vertices and arcs are numbered is for the code to say.
        """
        digest = hashlib.sha256(f"{self.vertex_count}\n".encode())
        for ends in (self.tail, self.head):
            digest.update(np.ascontiguousarray(ends, "<u4").data)
        return digest.hexdigest()

    @property
    def vertex_count(self) -> int:
        """The number of vertices."""
        return len(self.lon)

    @property
    def arc_count(self) -> int:
        """The number of arcs."""
        return len(self.tail)
