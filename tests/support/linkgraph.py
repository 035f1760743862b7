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

from lca.vehicle import VehicleClass
from lca.vocab import Practicability

PORT_NODE, AIRPORT_NODE = 74089, 32402


def demo_file(name: str) -> Path:
    """Return the path of a file of the demo area."""
    return Path(str(resources.files("data"))) / "demo" / "coquimbo" / name


class LinkGraph:
    """Links between numbered nodes; a row of ``links`` is one link."""

    def __init__(self, links: gpd.GeoDataFrame, node_ids: pd.Index) -> None:
        self.links = links
        self.node_ids = node_ids
        self._a = node_ids.get_indexer(pd.Index(links["a_node"]))
        self._b = node_ids.get_indexer(pd.Index(links["b_node"]))

    @classmethod
    def of_demo(cls) -> LinkGraph:
        links = gpd.read_parquet(demo_file("roads.parquet"))
        return cls(links, pd.Index(pd.read_parquet(demo_file("nodes.parquet"))["node_id"]))

    @cached_property
    def metres(self) -> NDArray[np.float64]:
        return self.links["distance_m"].to_numpy()

    def seconds(self, vehicle: VehicleClass) -> NDArray[np.float64]:
        """Travel time at the least of class speed, legal limit and the vehicle's top speed."""
        group = "truck" if vehicle.practicability >= Practicability.LIGHT_TRUCK else "light"
        table = pd.read_csv(demo_file("../../reference/speeds.csv"))
        speeds = table[table["group"] == group].set_index("highway")["speed_kmh"]
        usual = self.links["highway"].map(speeds)
        legal = self.links["maxspeed_ab_kmh"].to_numpy()
        kmh = np.fmin(np.fmin(usual.to_numpy(), legal), vehicle.top_speed_kmh)
        return np.asarray(self.metres / kmh * 3.6)

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
        source, target = self.node_ids.get_indexer(pd.Index([start, end]))
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
