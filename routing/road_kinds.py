"""Segments alike in what decides their speed, judged once for all alike."""

from __future__ import annotations

import weakref
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from .coded import Coded, code_type
from .segments import Segments
from .surface import surface_group, surface_groups

TAGS = ("highway", "surface", "smoothness", "tracktype", "ford")
"""Columns that decide; a country's 2 million segments have a few thousand combinations of them."""


@dataclass(frozen=True, eq=False)
class RoadKinds:
    """The k kinds of road among some segments.

    Attributes
    ----------
    kind : signed integers[m]
        Each segment's kind, 0…k-1.
    columns : mapping of str to Coded[k]
        The :data:`TAGS` of each kind.
    """

    kind: NDArray[np.signedinteger[Any]]
    columns: Mapping[str, Coded[str]]

    @cached_property
    def surface(self) -> NDArray[np.int64]:
        """Place of each kind's surface group in :data:`SURFACES`, -1 where no tag says it."""
        by_surface, by_tracktype = (
            self.columns[tag].each(partial(_place, tag), np.int64)
            for tag in ("surface", "tracktype")
        )
        return np.where(by_surface >= 0, by_surface, by_tracktype)

    def among(self, rows: NDArray[np.int64]) -> RoadKinds:
        """Return the kinds of some segments, in their order; only those that occur."""
        present, kind = np.unique(self.kind[rows], return_inverse=True)
        columns = {name: column.select(present) for name, column in self.columns.items()}
        return RoadKinds(kind.astype(np.int64), columns)


SURFACES = tuple(sorted(set(surface_groups().values())))
"""The surface groups."""


def _place(tag: str, value: str | None) -> int:
    surface, tracktype = (value, None) if tag == "surface" else (None, value)
    group = surface_group(surface, tracktype)
    return -1 if group is None else SURFACES.index(group)


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
    columns = {name: segments.texts[name].select(first) for name in TAGS}
    return RoadKinds(kind.astype(code_type(len(first))), columns)
