"""What a path engine needs to know of a network: vertices, arcs, and roughly where they are."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lca.errors import InvalidInput


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

    def __post_init__(self) -> None:
        """Refuse arcs that would make compiled code read foreign memory.

        Raises
        ------
        InvalidInput
            If arcs lack an end, or lead to a vertex that does not exist.
        """
        if len(self.lon) != len(self.lat) or len(self.tail) != len(self.head):
            raise InvalidInput("Each vertex needs a place, and each arc a tail and a head.")
        for ends in (self.tail, self.head):
            if len(ends) and not 0 <= int(ends.min()) <= int(ends.max()) < len(self.lon):
                raise InvalidInput(
                    f"An arc ends at a vertex outside 0…{len(self.lon) - 1}, which does not exist."
                )

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
