"""Pieces of road segments that a constraint covers, each with the directions it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .ascending import changes


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
    """Many pieces as columns, in order of segment and position.

    An area over a country is tens of thousands of pieces, so they are worked on as columns;
    iterating gives each as a :class:`Piece`.
    """

    segment: NDArray[np.int64]
    from_fraction: NDArray[np.float64]
    to_fraction: NDArray[np.float64]
    forward: NDArray[np.bool_]
    backward: NDArray[np.bool_]
    delay_share: NDArray[np.float64]

    @classmethod
    def of(cls, pieces: Iterable[Piece]) -> Pieces:
        """Return some pieces as columns, equal ones once."""
        rows = list(pieces)
        return _ordered(
            np.array([row.segment for row in rows], np.int64),
            np.array([row.from_fraction for row in rows], np.float64),
            np.array([row.to_fraction for row in rows], np.float64),
            np.array([row.forward for row in rows], np.bool_),
            np.array([row.backward for row in rows], np.bool_),
            np.array([row.delay_share for row in rows], np.float64),
        )

    @classmethod
    def both_ways(
        cls,
        segment: NDArray[np.int64],
        from_fraction: NDArray[np.float64],
        to_fraction: NDArray[np.float64],
        delay_share: NDArray[np.float64],
    ) -> Pieces:
        """Return pieces that concern both directions."""
        both = np.ones(len(segment), np.bool_)
        return _ordered(segment, from_fraction, to_fraction, both, both, delay_share)

    @classmethod
    def joined(cls, parts: Iterable[Pieces]) -> Pieces:
        """Return the pieces of several parts as one, equal ones once."""
        kept = [part for part in parts if len(part)]
        if not kept:
            return NO_PIECES
        if len(kept) == 1:
            return kept[0]
        columns = zip(*(part.columns() for part in kept), strict=True)
        return _ordered(*(np.concatenate(column) for column in columns))

    def columns(self) -> tuple[NDArray[Any], ...]:
        """Return the columns in the order of :class:`Piece`'s fields."""
        return (
            self.segment,
            self.from_fraction,
            self.to_fraction,
            self.forward,
            self.backward,
            self.delay_share,
        )

    def only(self, chosen: NDArray[np.bool_]) -> Pieces:
        """Return some of the pieces."""
        return Pieces(*(column[chosen] for column in self.columns()))

    def __len__(self) -> int:
        return len(self.segment)

    def __iter__(self) -> Iterator[Piece]:
        rows = zip(*(column.tolist() for column in self.columns()), strict=True)
        return (Piece(*row) for row in rows)


def _ordered(*columns: NDArray[Any]) -> Pieces:
    """Return pieces by segment and position, equal ones once."""
    order = np.argsort(columns[0], kind="stable")
    if changes(columns[0][order]).all():
        return Pieces(*(column[order] for column in columns))
    order = np.lexsort(columns[::-1])
    ordered = [column[order] for column in columns]
    fresh = np.any([changes(column) for column in ordered], axis=0)
    return Pieces(*(column[fresh] for column in ordered))


NO_PIECES = Pieces.of(())
