"""Write a country of any size as an OSM file, made from the demo area's roads without a network.

Run it as ``python -m scripts.make_country --arcs 4000000 country.osm.pbf``; a name that ends in
``.osm`` gives XML. Equal sizes and seeds give equal files. The roads are OpenStreetMap's of
Coquimbo, Chile, mirrored and stitched (benchmarks/country_data.py): the file is for measuring.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import osmium
from osmium.osm.mutable import Node, Relation, Way

from benchmarks.country_data import SEED, Country, make_country, tiles_for
from benchmarks.country_tile import E7

_GENERATOR = "LCA Access Map, scripts/make_country.py: not a real country"


def write_country(country: Country, target: Path) -> None:
    """Write nodes, ways and turn restrictions, by ascending id, without editing metadata."""
    kind = "osm" if target.suffix == ".osm" else "pbf"
    header = osmium.io.Header()
    header.set("generator", _GENERATOR)
    (west, south), (east, north) = country.node_e7.min(axis=0), country.node_e7.max(axis=0)
    corners = ((west / E7, south / E7), (east / E7, north / E7))
    header.add_box(osmium.osm.Box(*(osmium.osm.Location(*corner) for corner in corners)))
    file = osmium.io.File(str(target), f"{kind},add_metadata=false")
    with osmium.SimpleWriter(file, header=header, overwrite=True) as writer:
        positions = (country.node_e7 / E7).tolist()
        for node, position in zip(country.node_id.tolist(), positions, strict=True):
            writer.add_node(Node(id=node, location=tuple(position)))
        refs = country.node_id[country.way_node].tolist()
        starts = country.way_start.tolist()
        for row, (way, tags) in enumerate(
            zip(country.way_id.tolist(), country.tags(), strict=True)
        ):
            writer.add_way(Way(id=way, nodes=refs[starts[row] : starts[row + 1]], tags=tags))
        for number, (way_in, via, way_out) in enumerate(country.turns.tolist()):
            members = [("w", way_in, "from"), ("n", via, "via"), ("w", way_out, "to")]
            tags = {"type": "restriction", "restriction": "no_left_turn"}
            writer.add_relation(Relation(id=number + 1, members=members, tags=tags))


def main() -> None:
    """Make the country and say what it is."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("target", type=Path, help="file to write: .osm.pbf or .osm")
    parser.add_argument("--arcs", type=int, default=4_000_000, help="at least so many arcs")
    parser.add_argument("--seed", type=int, default=SEED)
    given = parser.parse_args()
    country = make_country(tiles_for(given.arcs), given.seed)
    write_country(country, given.target)
    print(
        f"{given.target}: {country.tiles} tiles, {len(country.node_id):,} nodes, "
        f"{len(country.way_id):,} ways, {len(country.turns):,} forbidden turns, "
        f"{given.target.stat().st_size / 1e6:.1f} MB"
    )


if __name__ == "__main__":
    main()
