"""Graph builds from links, an OSM file or a graph of osmnx, saved and loaded."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import geopandas as gpd

from lca.errors import UnreadableFile

from .assemble import assemble
from .build_store import load_network, save_network
from .exchange_files import GRAPH_SUFFIXES, read_graph_file
from .links import roads_of_links
from .network import RoadNetwork
from .osmfile import OSM_SUFFIXES, read_osm
from .roads import Source

__all__ = ["build_from_file", "build_from_links", "build_from_osm", "load_network", "save_network"]


def build_from_file(path: Path, name: str) -> RoadNetwork:
    """Build a network from a file.

    Parameters
    ----------
    path : Path
        An OSM extract, a graph that osmnx saved (.graphml, .gpkg), or a ``roads.parquet`` with
        ``nodes.parquet`` beside it.
    name : str
        Name of the build.

    Raises
    ------
    UnreadableFile
        If the file is none of these, is not there, or is damaged.
    InvalidInput
        If it holds no road.
    """
    if not path.is_file():
        raise UnreadableFile(
            "There is no such file.", where=str(path), do_next="Check the path and its spelling."
        )
    if path.name.lower().endswith(OSM_SUFFIXES):
        return build_from_osm(path, name)
    if path.suffix.lower() in GRAPH_SUFFIXES:
        return assemble(read_graph_file(path), Source(name, path.name, sha256_of(path)))
    if path.suffix.lower() == ".parquet":
        return _build_from_parquet(path, name)
    raise UnreadableFile(
        "This is not a road source that can be read.",
        where=path.name,
        do_next="Give an OSM extract ("
        + ", ".join(OSM_SUFFIXES)
        + "), a graph of osmnx ("
        + ", ".join(GRAPH_SUFFIXES)
        + ") or a roads.parquet.",
    )


def build_from_links(
    links: gpd.GeoDataFrame, nodes: gpd.GeoDataFrame, source: Source, *, simplify: bool = True
) -> RoadNetwork:
    """Build a network from a table of links and one of nodes (see :mod:`routing.links`)."""
    return assemble(roads_of_links(links, nodes), source, simplify=simplify)


def build_from_osm(path: Path, name: str, *, simplify: bool = True) -> RoadNetwork:
    """Build a network from an OSM extract.

    Raises
    ------
    UnreadableFile
        If the file is damaged or no OSM file.
    InvalidInput
        If it holds no road.
    """
    reading = read_osm(path)
    source = Source(name, path.name, sha256_of(path), osm_date=reading.osm_date)
    return assemble(reading.roads, source, simplify=simplify)


def sha256_of(path: Path) -> str:
    """Return the sha256 of a file's bytes, as hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _build_from_parquet(path: Path, name: str) -> RoadNetwork:
    nodes_path = path.with_name("nodes.parquet")
    links, nodes = _read_parquet(path), _read_parquet(nodes_path)
    sidecar = _sidecar(path)
    source = Source(
        name,
        sidecar.get("source", path.name),
        sha256_of(path),
        osm_date=sidecar.get("osm_date"),
        **{key: sidecar[key] for key in ("attribution", "licence") if key in sidecar},
    )
    return build_from_links(links, nodes, source)


def _read_parquet(path: Path) -> gpd.GeoDataFrame:
    try:
        return gpd.read_parquet(path)
    except (OSError, ValueError) as error:
        raise UnreadableFile(
            f"The table cannot be read: {error}",
            where=path.name,
            do_next="Export links and nodes again as GeoParquet, both into one folder.",
        ) from error


def _sidecar(path: Path) -> Mapping[str, Any]:
    sidecar = path.with_name(path.name + ".toml")
    return tomllib.loads(sidecar.read_text(encoding="utf-8")) if sidecar.is_file() else {}
