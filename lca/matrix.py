"""A square table of distances or travel times between places, and what cannot be true in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Self

import numpy as np
from numpy.typing import NDArray

MOST_PLACES = 300
"""Detours are looked for among so many places: the work grows with the cube of their number."""
SLOWEST_KMH, FASTEST_KMH = 5.0, 90.0
"""Mean speeds of a loaded truck outside of which a distance or a time is wrong [project]."""
DETOUR_TOLERANCE = 0.02
"""By how much a stated way may be longer than one over another place [project]."""

Figures = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unequal:
    """Two places whose figure there is not that of the way back, by their index."""

    start: int
    end: int
    there: float
    back: float

    @property
    def share(self) -> float:
        """By what share of the larger figure they differ."""
        return abs(self.there - self.back) / max(self.there, self.back)


@dataclass(frozen=True, slots=True)
class Detour:
    """A way between two places that is stated longer than over a third, by their index."""

    start: int
    end: int
    via: int
    direct: float
    over: float


@dataclass(frozen=True, slots=True)
class Speed:
    """A way whose distance and time give a speed that nobody drives, by the places' index."""

    start: int
    end: int
    kmh: float


@dataclass(frozen=True, slots=True, eq=False)
class Matrix:
    """Figures from each place (row) to each other (column), in one unit; NaN where none is stated.

    Raises
    ------
    ValueError
        If it is not square, or a figure is below nought or without end.
    """

    places: tuple[str, ...]
    figures: Figures

    def __post_init__(self) -> None:
        if self.figures.shape != (len(self.places), len(self.places)):
            msg = f"{len(self.places)} places need as many rows and columns"
            raise ValueError(msg)
        if np.isinf(self.figures).any() or (self.figures < 0).any():
            msg = "a figure is below nought or without end"
            raise ValueError(msg)

    @classmethod
    def of_pairs(cls, pairs: Mapping[tuple[str, str], float]) -> Self:
        """Return the matrix of figures by directed pair; places stand in their first order."""
        places = tuple(dict.fromkeys(place for pair in pairs for place in pair))
        index = {place: number for number, place in enumerate(places)}
        figures = np.full((len(places), len(places)), np.nan)
        for (start, end), figure in pairs.items():
            figures[index[start], index[end]] = figure
        return cls(places, figures)


def unequal_pairs(matrix: Matrix) -> list[Unequal]:
    """Return each pair whose two figures differ, once, in the order of the places.

    A way and its way back are equally long but for one-way streets, so any difference is told;
    how large it is says :attr:`Unequal.share`.
    """
    there, back = matrix.figures, matrix.figures.T
    with np.errstate(invalid="ignore"):
        differs = np.triu(~np.isclose(there, back, rtol=1e-9, atol=1e-9), k=1)
    differs &= ~(np.isnan(there) | np.isnan(back))
    return [
        Unequal(int(start), int(end), float(there[start, end]), float(back[start, end]))
        for start, end in np.argwhere(differs)
    ]


def detours(matrix: Matrix, tolerance: float = DETOUR_TOLERANCE) -> list[Detour]:
    """Return each directed way that is longer than its shortest way over one other place.

    Parameters
    ----------
    tolerance : float
        Differences up to this share of the shorter way are rounding.

    Raises
    ------
    ValueError
        If there are more than :data:`MOST_PLACES`.
    """
    if len(matrix.places) > MOST_PLACES:
        msg = f"more than {MOST_PLACES} places"
        raise ValueError(msg)
    best, via = _shortest_over_one(matrix.figures)
    with np.errstate(invalid="ignore"):
        longer = matrix.figures > best * (1 + tolerance)
    np.fill_diagonal(longer, val=False)
    return [
        Detour(
            int(start),
            int(end),
            int(via[start, end]),
            float(matrix.figures[start, end]),
            float(best[start, end]),
        )
        for start, end in np.argwhere(longer)
    ]


def _shortest_over_one(figures: Figures) -> tuple[Figures, NDArray[np.intp]]:
    """Return the shortest way over exactly one other place, and that place."""
    legs = np.where(np.isnan(figures), np.inf, figures)
    np.fill_diagonal(legs, np.inf)
    best = np.full_like(legs, np.inf)
    via = np.zeros(legs.shape, dtype=np.intp)
    for middle in range(len(legs)):
        over = legs[:, middle, None] + legs[None, middle, :]
        shorter = over < best
        best[shorter] = over[shorter]
        via[shorter] = middle
    return best, via


def implausible_speeds(distances: Matrix, hours: Matrix) -> list[Speed]:
    """Return the ways whose speed lies outside of what a loaded truck drives.

    Both matrices have the same places.
    """
    with np.errstate(invalid="ignore", divide="ignore"):
        kmh = distances.figures / hours.figures
    known = ~np.isnan(kmh)
    wrong = known & ((kmh < SLOWEST_KMH) | (kmh > FASTEST_KMH))
    return [Speed(int(i), int(j), float(kmh[i, j])) for i, j in np.argwhere(wrong)]


def one_sided(matrix: Matrix) -> tuple[list[str], list[str]]:
    """Return the places from which, but not to which, figures are stated, and the other way."""
    stated = ~np.isnan(matrix.figures)
    start, end = stated.any(axis=1), stated.any(axis=0)
    names = matrix.places
    return (
        [names[at] for at in np.flatnonzero(start & ~end)],
        [names[at] for at in np.flatnonzero(end & ~start)],
    )


def near_names(names: Sequence[str], others: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield each name with the one of the others that is most likely its other spelling."""
    for name in names:
        best = max(others, key=lambda other: _likeness(name, other), default=None)
        if best is not None and _likeness(name, best) >= _LIKE:
            yield name, best


_LIKE = 80.0


@lru_cache(maxsize=65_536)
def _likeness(one: str, other: str) -> float:
    """Return how alike two names are, 0-100, without case, accents and articles."""
    from anyascii import anyascii  # noqa: PLC0415 - only names that have no counterpart need them
    from rapidfuzz import fuzz  # noqa: PLC0415

    first, second = (
        " ".join(
            word
            for word in anyascii(name).casefold().replace("-", " ").split()
            if word not in _ARTICLES
        )
        for name in (one, other)
    )
    return float(fuzz.ratio(first, second))


_ARTICLES = frozenset({"al", "el", "as", "ad", "an", "ar", "la", "le", "los", "las", "the", "of"})
