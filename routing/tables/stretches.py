"""Segments that hang together and say the same, as one stretch of road."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

from routing.network import RoadNetwork


def stretches(
    network: RoadNetwork, rows: Sequence[int], says: Sequence[Hashable]
) -> list[list[int]]:
    """Return the places in ``rows`` in groups: neighbours of one street that say the same."""
    parent = list(range(len(rows)))

    def root(place: int) -> int:
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    seen: dict[Hashable, int] = {}
    for place, (row, said) in enumerate(zip(rows, says, strict=True)):
        for node in (int(network.segments.u[row]), int(network.segments.v[row])):
            key = (node, street(network, row), said)
            if key in seen:
                parent[root(place)] = root(seen[key])
            else:
                seen[key] = place
    groups: dict[int, list[int]] = {}
    for place in range(len(rows)):
        groups.setdefault(root(place), []).append(place)
    return list(groups.values())


def street(network: RoadNetwork, row: int) -> str:
    """Return what a segment's road is called: its name, its number, or its OSM way."""
    texts = network.segments.texts
    return (
        texts["name"].at(row)
        or texts["ref"].at(row)
        or f"{texts['highway'].at(row)} (way {network.segments.osm_way_id[row]})"
    )


def shape(network: RoadNetwork, rows: Sequence[int]) -> BaseGeometry:
    """Return the lines of some segments as one geometry (EPSG:4326)."""
    return shapely.MultiLineString(list(network.segments.lines.shapes(np.array(rows))))


def length_km(network: RoadNetwork, rows: Sequence[int]) -> float:
    """Return the length of some segments."""
    return float(network.segments.length_m[list(rows)].sum()) / 1000
