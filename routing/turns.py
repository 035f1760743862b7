"""Nodes at which not every turn may be made: split by road, and joined again by turn arcs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .coded import Coded


@dataclass(frozen=True, eq=False)
class Turns:
    """The split nodes of a network, and the arcs that join their parts.

    At a split node every segment end gets two *vertices* of its own, numbered after the nodes:
    those who arrive at end ``j`` come to vertex ``n + j``, those who leave by it start at
    ``n + k + j``. Turn arcs of no length lead from every arrival to every departure of the node,
    that of the same end included (turning back); one that may not be driven is closed by its
    weight, as roads are. Were arrivals and departures one vertex, two turns that are free would
    make up one that is forbidden.

    Attributes
    ----------
    segment : int32[k]
        Whose end it is.
    at_v : bool[k]
        Whether it is the end at ``v``; else the one at ``u``.
    tail, head : int32[t]
        The end that a turn arc comes from and the one that it goes to, as places in ``segment``
        (0…k-1).
    rule : Coded[t]
        Why a turn may not be made, as ``no_left_turn``, ``no_left_turn except hgv`` or
        ``barrier=gate access=private``; of several rules each on a line of its own, ascending,
        and each must let the vehicle pass. No value where the turn is free.
    """

    segment: NDArray[np.int32]
    at_v: NDArray[np.bool_]
    tail: NDArray[np.int32]
    head: NDArray[np.int32]
    rule: Coded[str]

    @classmethod
    def none(cls) -> Turns:
        """Return the turns of a network without any rule."""
        nothing = np.empty(0, np.int32)
        return cls(nothing, np.empty(0, np.bool_), nothing, nothing, Coded.empty(0))

    def __len__(self) -> int:
        return len(self.tail)
