"""Drive osmnx: read an extract as XML, the one format that it reads, and simplify the graph."""

from __future__ import annotations

import time
from typing import Any

import osmnx
from protocol import Reply, serve

_KEPT_APART = ["osmid", "highway", "maxspeed", "surface", "bridge", "maxweight", "name", "lanes"]
"""What our build never merges away either."""


def build(path: str) -> Reply:
    """Read and simplify an extract; return what each step took."""
    osmnx.settings.useful_tags_way = [*osmnx.settings.useful_tags_way, "surface", "maxweight"]
    began = time.perf_counter(), time.process_time()
    graph: Any = osmnx.graph_from_xml(path, simplify=False, retain_all=True)
    read = time.process_time()
    graph = osmnx.simplify_graph(graph, edge_attrs_differ=_KEPT_APART)
    return {
        "version": f"osmnx {osmnx.__version__}",
        "wall_s": time.perf_counter() - began[0],
        "cpu_s": time.process_time() - began[1],
        "read_cpu_s": read - began[1],
        "edges": graph.number_of_edges(),
    }


if __name__ == "__main__":
    serve({"build": build})
