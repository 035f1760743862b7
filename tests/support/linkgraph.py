"""The demo's links as a plain graph, with no code of ours between the file and the answer."""

from __future__ import annotations

from collections.abc import Collection
from functools import cached_property
from importlib import resources
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components, dijkstra

PORT_NODE, AIRPORT_NODE = 74089, 32402
_USUAL_KMH = {
    "motorway": 100.0,
    "trunk": 80.0,
    "primary": 50.0,
    "secondary": 50.0,
    "tertiary": 50.0,
    "unclassified": 60.0,
    "residential": 40.0,
    "living_street": 20.0,
}


def demo_file(name: str) -> Path:
    """Return the path of a file of the demo area."""
    return Path(str(resources.files("data"))) / "demo" / "coquimbo" / name


class LinkGraph:
    """Links between numbered nodes; a row of ``links`` is one link."""

    def __init__(self, links: gpd.GeoDataFrame, node_ids: pd.Index) -> None:
        self.links = links
        self.node_ids = node_ids
        self._a = node_ids.get_indexer(links["a_node"])
        self._b = node_ids.get_indexer(links["b_node"])

    @classmethod
    def of_demo(cls) -> LinkGraph:
        links = gpd.read_parquet(demo_file("roads.parquet"))
        return cls(links, pd.Index(pd.read_parquet(demo_file("nodes.parquet"))["node_id"]))

    @cached_property
    def metres(self) -> NDArray[np.float64]:
        return self.links["distance_m"].to_numpy()

    def seconds(self, top_kmh: float) -> NDArray[np.float64]:
        """Travel time at the legal or usual speed, for a vehicle that goes no faster than that."""
        usual = self.links["highway"].map(_USUAL_KMH)
        kmh = self.links["maxspeed_ab_kmh"].fillna(usual).clip(upper=top_kmh)
        return self.metres / kmh.to_numpy() * 3.6

    def strong_components(self) -> NDArray[np.int64]:
        """Sizes of the strongly connected components, largest first."""
        return self._component_sizes("strong", ())

    def weak_components(self, without: Collection[int]) -> NDArray[np.int64]:
        """Sizes of the weakly connected components once some links are gone, largest first."""
        return self._component_sizes("weak", without)

    def way(
        self, start: int, end: int, cost: NDArray[np.float64], without: Collection[int] = ()
    ) -> list[int] | None:
        """Rows of the links on the cheapest way, in order; None if there is none."""
        tail, head, row = self._arcs(without)
        order = np.lexsort((cost[row], head, tail))
        tail, head, row = tail[order], head[order], row[order]
        first = np.ones(len(tail), dtype=bool)
        first[1:] = (tail[1:] != tail[:-1]) | (head[1:] != head[:-1])
        tail, head, row = tail[first], head[first], row[first]
        source, target = self.node_ids.get_indexer([start, end])
        size = len(self.node_ids)
        graph = csr_array((cost[row], (tail, head)), shape=(size, size))
        reached, previous = dijkstra(graph, indices=source, return_predecessors=True)
        if not np.isfinite(reached[target]):
            return None
        row_of = dict(
            zip(zip(tail.tolist(), head.tolist(), strict=True), row.tolist(), strict=True)
        )
        rows: list[int] = []
        while target != source:
            rows.append(row_of[int(previous[target]), int(target)])
            target = previous[target]
        return rows[::-1]

    def _arcs(self, without: Collection[int]) -> tuple[NDArray[np.int64], ...]:
        kept = ~self.links["link_id"].isin(list(without)).to_numpy()
        direction = self.links["direction"].to_numpy()
        along, against = (
            np.flatnonzero(kept & (direction >= 0)),
            np.flatnonzero(kept & (direction <= 0)),
        )
        tail = np.concatenate([self._a[along], self._b[against]])
        head = np.concatenate([self._b[along], self._a[against]])
        return tail, head, np.concatenate([along, against])

    def _component_sizes(self, connection: str, without: Collection[int]) -> NDArray[np.int64]:
        tail, head, _ = self._arcs(without)
        size = len(self.node_ids)
        graph = csr_array((np.ones(len(tail)), (tail, head)), shape=(size, size))
        _, label = connected_components(graph, directed=True, connection=connection)
        return np.sort(np.bincount(label))[::-1]
