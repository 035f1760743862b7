"""Small road networks drawn in ASCII, for stories that a logistician can review.

A letter or digit is a node; the characters between are decoration. One column is 25 m and one
row 100 m, around longitude 0, latitude 10, so that lengths are round numbers::

    town = draw(
        '''
        A---B---C
        |       |
        D-------E
        ''',
        {"ABC": {"highway": "primary"}, "CBA'": {"oneway": "forward"}, "ADEC": {}},
    )
    town.place("A")          # LonLat
    town.arc("AB")           # the arc from A to B
    town.between("AB", 0.5)  # LonLat halfway

A way is its node letters in drawing order; marks that are no node (``'``) make another way over
the same nodes, as a parallel carriageway. Its attributes are columns of the network's segments.
Turn rules name a node and two ways as written above, or the node alone for a barrier::

    turns=[("B", "AB", "BC", "no_left_turn"), ("D", None, None, "barrier=gate access=private")]
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

from lca.geo import STORAGE_CRS, LocalMetres, LonLat
from routing.assemble import assemble
from routing.network import RoadNetwork
from routing.roads import Roads, Source, TurnRule

CENTRE = LonLat(0.0, 10.0)
_METRES = LocalMetres(CENTRE)


@dataclass(frozen=True, eq=False)  # each drawing is one of its own: what is made of it may be kept
class AsciiMap:
    """A drawn network, and where its letters are."""

    network: RoadNetwork
    metres: Mapping[str, tuple[float, float]]

    def place(self, letter: str) -> LonLat:
        """Return the position of a node."""
        return self.at(*self.metres[letter])

    def at(self, east_m: float, north_m: float) -> LonLat:
        """Return the position at metres from the drawing's upper left corner (north is up)."""
        return _lonlat(east_m, north_m)

    def node(self, letter: str) -> int:
        """Return the index of a node."""
        return int(np.searchsorted(self.network.node_ids, ord(letter)))

    def arc(self, ends: str, *, way: int | None = None) -> int:
        """Return the arc from the first letter to the second, of one way if several run there."""
        u, v = self.network.segments.u, self.network.segments.v
        tail, head = self.node(ends[0]), self.node(ends[1])
        forward, backward = (u == tail) & (v == head), (u == head) & (v == tail)
        found = [*(2 * np.flatnonzero(forward)), *(2 * np.flatnonzero(backward) + 1)]
        if way is not None:
            ways = self.network.segments.osm_way_id
            found = [arc for arc in found if ways[arc // 2] == way]
        (arc,) = found
        return int(arc)

    def turn(self, first: str, second: str) -> int:
        """Return the turn arc from the end of one arc, as two letters, to the start of another."""
        tail = self.network.arc_head[self.arc(first)]
        head = self.network.arc_tail[self.arc(second)]
        turns = slice(self.network.segment_arc_count, None)
        (place,) = np.flatnonzero(
            (self.network.arc_tail[turns] == tail) & (self.network.arc_head[turns] == head)
        )
        return int(place) + self.network.segment_arc_count

    def segment(self, ends: str, *, way: int | None = None) -> int:
        """Return the segment between two letters."""
        return self.arc(ends, way=way) // 2

    def between(self, ends: str, fraction: float, *, aside_m: float = 0.0) -> LonLat:
        """Return the position at a fraction of the straight way between two letters.

        ``aside_m`` moves it to the left of that way.
        """
        (x0, y0), (x1, y1) = self.metres[ends[0]], self.metres[ends[1]]
        length = float(np.hypot(x1 - x0, y1 - y0))
        left = (-(y1 - y0) / length * aside_m, (x1 - x0) / length * aside_m)
        return self.at(x0 + (x1 - x0) * fraction + left[0], y0 + (y1 - y0) * fraction + left[1])

    def letters(self, nodes: Any) -> str:
        """Return the letters of node indices, as one word."""
        return "".join(chr(self.network.node_ids[int(node)]) for node in nodes)

    def way_of(self, arcs: Any) -> str:
        """Return the letters that a sequence of arcs passes; turn arcs pass none."""
        arcs = np.asarray(arcs, np.int64)
        arcs = arcs[arcs < self.network.segment_arc_count]
        if not len(arcs):
            return ""
        node = self.network.vertex_node
        tails, heads = self.network.arc_tail[arcs], self.network.arc_head[arcs]
        return self.letters([*node[tails], node[heads[-1]]])


def _lonlat(east_m: float, north_m: float) -> LonLat:
    (lonlat,) = shapely.get_coordinates(_METRES.unproject(shapely.Point(east_m, north_m)))
    return LonLat(*lonlat.tolist())


def draw(
    art: str,
    ways: Mapping[str, Mapping[str, Any]],
    *,
    column_m: float = 25.0,
    row_m: float = 100.0,
    turns: Iterable[tuple[str, str | None, str | None, str]] = (),
    simplify: bool = False,
) -> AsciiMap:
    """Return the network of a drawing; the ways get the OSM ids 1, 2, 3, … in their order.

    Attributes not given: ``highway`` unclassified, ``oneway`` no, all else not tagged;
    ``osm_way_id`` may be given too.
    """
    metres = {
        letter: (column * column_m, -row * row_m)
        for row, line in enumerate(textwrap.dedent(art).strip("\n").splitlines())
        for column, letter in enumerate(line)
        if letter.isalnum()
    }
    places = {letter: _lonlat(*position) for letter, position in metres.items()}
    rows = [
        {
            "osm_way_id": number,
            "highway": "unclassified",
            "oneway": "no",
            **attributes,
            "from_id": ord(start),
            "to_id": ord(end),
            "length_m": float(np.hypot(*np.subtract(metres[start], metres[end]))),
            "geometry": shapely.LineString([places[start].point, places[end].point]),
        }
        for number, (way, attributes) in enumerate(ways.items(), start=1)
        for start, end in itertools.pairwise(filter(str.isalnum, way))
    ]
    nodes = pd.DataFrame(
        {
            "lon": [place.lon for place in places.values()],
            "lat": [place.lat for place in places.values()],
        },
        index=[ord(letter) for letter in places],
    )
    ids = {
        way: attributes.get("osm_way_id", number)
        for number, (way, attributes) in enumerate(ways.items(), start=1)
    }
    rules = tuple(
        TurnRule(ord(node), start and ids[start], end and ids[end], rule)
        for node, start, end, rule in turns
    )
    table = gpd.GeoDataFrame(rows, geometry="geometry", crs=STORAGE_CRS)
    roads = Roads.of_frames(nodes, table, turn_rules=rules)
    return AsciiMap(assemble(roads, Source("drawing", "ascii"), simplify=simplify), metres)
