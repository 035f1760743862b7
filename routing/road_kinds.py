"""Segments alike in what decides speed and practicability, judged once for all alike."""

from __future__ import annotations

import weakref
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .coded import code_type
from .segments import Segments

TAGS = (
    "highway",
    "surface",
    "smoothness",
    "tracktype",
    "ford",
    "four_wd_only",
    "status",
    "barrier",
)
"""Columns that decide; a country's 2 million segments have a few thousand combinations of them."""


@dataclass(frozen=True, eq=False)
class RoadKinds:
    """The kinds of road in a network.

    Attributes
    ----------
    kind : int8, int16 or int32[m]
        Place in ``samples`` of each segment's kind.
    samples : tuple of mapping
        The :data:`TAGS` of each kind; None where it is not tagged.
    """

    kind: NDArray[np.signedinteger[Any]]
    samples: tuple[Mapping[str, str | None], ...]

    def judged(
        self, judge: Callable[[Mapping[str, str | None]], Any], dtype: type[np.generic]
    ) -> NDArray[Any]:
        """Return for each kind what ``judge`` says of it."""
        return np.array([judge(sample) for sample in self.samples], dtype)

    def each(
        self, judge: Callable[[Mapping[str, str | None]], Any], dtype: type[np.generic]
    ) -> NDArray[Any]:
        """Return for each segment what ``judge`` says of its kind."""
        return np.asarray(self.judged(judge, dtype)[self.kind])


_KEPT: weakref.WeakKeyDictionary[Segments, RoadKinds] = weakref.WeakKeyDictionary()

_LARGEST = 2**62
"""Bound of the numbers that stand for combinations of tags."""


def road_kinds(segments: Segments) -> RoadKinds:
    """Return the kinds of road in a network; found once for each network."""
    kept = _KEPT.get(segments)
    if kept is None:
        kept = _KEPT[segments] = _found(segments)
    return kept


def _found(segments: Segments) -> RoadKinds:
    mixed, size = np.zeros(len(segments), np.int64), 1
    for name in TAGS:
        column = segments.texts[name]
        count = len(column.values) + 1
        if count == 1:
            continue
        if size * count > _LARGEST:
            codes, distinct = pd.factorize(mixed)
            mixed, size = codes.astype(np.int64), len(distinct)
        mixed *= count
        mixed += column.codes
        mixed += 1
        size *= count
    kind, distinct = pd.factorize(mixed)
    first = np.zeros(len(distinct), np.int64)
    first[kind[::-1]] = np.arange(len(segments) - 1, -1, -1)
    columns = {name: segments.texts[name].take(first) for name in TAGS}
    samples = tuple(
        dict(zip(TAGS, values, strict=True)) for values in zip(*columns.values(), strict=True)
    )
    return RoadKinds(kind.astype(code_type(len(samples))), samples)
