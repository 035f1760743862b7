"""What is in force in a store, layer by layer, read when it is asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import geopandas as gpd

from lca.boundary import Boundary
from lca.table import records_of
from lca.vocab import Sensitivity

from .sensitivity import visible_rows
from .store import Store


class InForce(Mapping[str, gpd.GeoDataFrame]):
    """The public rows of each layer's newest version.

    A layer without a version is not among them. Made for judging a file against what is
    published: only the layers that the file fills are read. What is found goes into the report
    of a draft, which others than its author read, so nothing restricted is looked at.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._read: dict[str, gpd.GeoDataFrame] = {}

    def __getitem__(self, layer: str) -> gpd.GeoDataFrame:
        if layer not in self._read:
            head = self._store.head(layer) if layer in self._store.specs else None
            if head is None:
                raise KeyError(layer)
            frame = self._store.frame(head.version)
            self._read[layer] = frame[visible_rows(frame, Sensitivity.PUBLIC)]
        return self._read[layer]

    def __iter__(self) -> Iterator[str]:
        return (layer for layer in self._store.specs if self._store.head(layer) is not None)

    def __len__(self) -> int:
        return sum(1 for _ in self)

    @property
    def boundaries(self) -> list[Boundary]:
        """The operation's administrative units; none without that layer."""
        return records_of(Boundary, self["boundaries"]) if "boundaries" in self else []
