"""Pieces of road segments that a constraint covers, each with the directions it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one segment, as fractions of its length from ``u`` to ``v``.

    A point has equal fractions. ``forward`` and ``backward`` say which of the segment's two arcs
    the constraint concerns; ``delay_share`` is the part of the constraint's delay that crossing
    this piece costs, so that a delay is not counted once a segment.
    """

    segment: int
    from_fraction: float
    to_fraction: float
    forward: bool = True
    backward: bool = True
    delay_share: float = 1.0


@dataclass(frozen=True, slots=True, eq=False)
class Pieces:
    """Many pieces as columns; iterating gives each as a :class:`Piece`."""

    segment: NDArray[np.int64]
    from_fraction: NDArray[np.float64]
    to_fraction: NDArray[np.float64]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    delay_share: NDArray[np.float64]

    @classmethod
    def of(cls, pieces: Iterable[Piece]) -> Pieces:
        """Return the pieces as columns, in order of segment and position."""
        rows = sorted(
            pieces, key=lambda piece: (piece.segment, piece.from_fraction, piece.to_fraction)
        )
        return cls(
            np.array([row.segment for row in rows], np.int64),
            np.array([row.from_fraction for row in rows], np.float64),
            np.array([row.to_fraction for row in rows], np.float64),
            np.array([row.forward for row in rows], np.bool_),
            np.array([row.backward for row in rows], np.bool_),
            np.array([row.delay_share for row in rows], np.float64),
        )

    def __len__(self) -> int:
        return len(self.segment)

    def __iter__(self) -> Iterator[Piece]:
        columns = (
            self.segment.tolist(),
            self.from_fraction.tolist(),
            self.to_fraction.tolist(),
            self.forward.tolist(),
            self.backward.tolist(),
            self.delay_share.tolist(),
        )
        return (Piece(*row) for row in zip(*columns, strict=True))


NO_PIECES = Pieces.of(())
