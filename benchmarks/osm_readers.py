"""Measure how an OSM extract is read: our reader, the whole build, DuckDB's reader and osmnx.

Run it as ``python -m benchmarks.osm_readers FILE.osm.pbf [--copies N] [--osmnx]``. Each reader runs
in a process of its own. DuckDB is measured only where ``duckdb`` and ``duckdb-extension-spatial``
are installed; neither belongs to the product. ``--copies`` measures a larger file instead: so many
copies of the extract side by side, with ids of their own.
"""

from __future__ import annotations

import argparse
import glob
import importlib.util
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import osmium
from osmium.osm.types import Node, Relation, Way

from routing.build import build_from_osm, save_network
from routing.osmfile import read_osm
from routing.osmtags import ROADS
from routing.segment_rules import NOT_FOR_MOTOR_VEHICLES

_IDS_APART = 20_000_000_000
_DEGREES_APART = 0.4
_IN_A_ROW = 16


@dataclass(frozen=True, slots=True)
class Cost:
    """What one run took: CPU and wall seconds, peak memory in GB, and what came out."""

    cpu_s: float
    wall_s: float
    peak_gb: float
    result: str


def read_with_ours(path: Path) -> str:
    """Read an extract into columns: roads, attributes, positions, turn rules, barriers."""
    roads = read_osm(path).roads
    return f"{len(roads):,} roads, {len(roads.turn_rules):,} turn rules"


def build_and_save(path: Path) -> str:
    """Read an extract and save the graph build."""
    network = build_from_osm(path, "benchmark")
    with tempfile.TemporaryDirectory() as folder:
        save_network(network, Path(folder) / "build")
    return f"{network.segment_count:,} segments"


def read_with_duckdb(path: Path) -> str:
    """Read ids, references and all tags of the same ways, and the positions of their nodes.

    No tag is interpreted, nothing is split; turn restrictions and barriers are not read.
    """
    import duckdb  # noqa: PLC0415
    import duckdb_extension_spatial  # noqa: PLC0415
    import pyarrow as pa  # noqa: PLC0415

    (folder,) = duckdb_extension_spatial.__path__
    (extension,) = glob.glob(f"{folder}/extensions/*/spatial.duckdb_extension")  # noqa: PTH207
    connection = duckdb.connect()
    connection.execute(f"LOAD '{extension}'")
    source = f"ST_ReadOSM('{path}')"
    values = ", ".join(f"'{value}'" for value in sorted(ROADS))
    ways = connection.execute(
        f"SELECT id, refs, tags FROM {source} WHERE kind = 'way' "  # noqa: S608
        f"AND (tags['highway'] IN ({values}) OR tags['route'] = 'ferry')"
    ).to_arrow_table()
    references = ways["refs"].combine_chunks()
    wanted = pa.table({"id": np.unique(references.flatten().to_numpy())})
    connection.register("wanted", wanted)
    nodes = connection.execute(
        f"SELECT node.id, node.lat, node.lon FROM {source} AS node "  # noqa: S608
        "SEMI JOIN wanted ON node.id = wanted.id WHERE node.kind = 'node'"
    ).fetchnumpy()
    return f"{ways.num_rows:,} ways, {len(nodes['id']):,} nodes"


def read_with_osmnx(path: Path) -> str:
    """Read motor roads, cut out for it as XML, with ``graph_from_xml``, and simplify them."""
    import osmnx  # noqa: PLC0415

    graph = osmnx.graph_from_xml(path, simplify=True, retain_all=True)
    return f"{graph.number_of_nodes():,} nodes, {graph.number_of_edges():,} edges"


def cut_for_osmnx(source: Path, target: Path) -> str:
    """Write the motor roads of an extract as XML; osmnx reads no pbf and no missing nodes."""
    motor = ROADS - NOT_FOR_MOTOR_VEHICLES
    tags = osmium.filter.TagFilter(*(("highway", value) for value in sorted(motor)))
    refs: set[int] = set()
    for way in osmium.FileProcessor(str(source), osmium.osm.WAY).with_filter(tags):
        if isinstance(way, Way):
            refs.update(node.ref for node in way.nodes)
    places: set[int] = set()
    with osmium.SimpleWriter(str(target)) as writer:
        for node in osmium.FileProcessor(str(source), osmium.osm.NODE):
            if node.id in refs:
                writer.add(node)
                places.add(node.id)
        for way in osmium.FileProcessor(str(source), osmium.osm.WAY).with_filter(tags):
            if isinstance(way, Way):
                there = [node.ref for node in way.nodes if node.ref in places]
                writer.add_way(way.replace(nodes=there))
    return f"{target.stat().st_size / 1e6:.1f} MB of XML"


def make_copies(source: Path, target: Path, copies: int) -> None:
    """Write copies of an extract side by side, each with ids of its own."""
    with osmium.SimpleWriter(str(target), overwrite=True) as writer:
        for kind in (osmium.osm.NODE, osmium.osm.WAY, osmium.osm.RELATION):
            for copy in range(copies):
                _copy(source, writer, kind, copy)


def _copy(
    source: Path, writer: osmium.SimpleWriter, kind: osmium.osm.osm_entity_bits, copy: int
) -> None:
    far = copy * _IDS_APART
    east, south = _DEGREES_APART * (copy % _IN_A_ROW), _DEGREES_APART / 2 * (copy // _IN_A_ROW)
    for item in osmium.FileProcessor(str(source), kind):
        number = item.id + far
        if isinstance(item, Node):
            place = item.location.lon + east, item.location.lat - south
            writer.add_node(item.replace(id=number, location=place))
        elif isinstance(item, Way):
            nodes = [node.ref + far for node in item.nodes]
            writer.add_way(item.replace(id=number, nodes=nodes))
        elif isinstance(item, Relation):
            members = [(member.type, member.ref + far, member.role) for member in item.members]
            writer.add_relation(item.replace(id=number, members=members))


def measured(job: Callable[[Path], str], path: Path) -> Cost:
    """Run a job in a fresh process and return what it took, without the imports."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=context) as pool:
        return pool.submit(_timed, job, path).result()


def _timed(job: Callable[[Path], str], path: Path) -> Cost:
    cpu_s, wall_s = time.process_time(), time.perf_counter()
    result = job(path)
    cpu_s, wall_s = time.process_time() - cpu_s, time.perf_counter() - wall_s
    unit = 1e9 if sys.platform == "darwin" else 1e6
    return Cost(cpu_s, wall_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit, result)


def main() -> None:
    """Measure the readers on one file and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--copies", type=int, default=1)
    parser.add_argument("--osmnx", action="store_true")
    asked = parser.parse_args()
    jobs = {"pyosmium, columns": read_with_ours, "pyosmium, build saved": build_and_save}
    if importlib.util.find_spec("duckdb") and importlib.util.find_spec("duckdb_extension_spatial"):
        jobs["DuckDB, ways and nodes only"] = read_with_duckdb
    with tempfile.TemporaryDirectory() as temporary:
        folder, path = Path(temporary), asked.path
        if asked.copies > 1:
            path = folder / "copies.osm.pbf"
            make_copies(asked.path, path, asked.copies)
        print(f"{path.name}, {path.stat().st_size / 1e6:.1f} MB")
        print("| reader | CPU s | wall s | peak GB | result |\n|---|---|---|---|---|")
        for name, job in jobs.items():
            _print(name, measured(job, path))
        if asked.osmnx:
            roads = folder / "roads.osm"
            _print("cut out for osmnx", measured(partial(cut_for_osmnx, target=roads), path))
            _print("osmnx, simplified", measured(read_with_osmnx, roads))


def _print(name: str, cost: Cost) -> None:
    figures = f"{cost.cpu_s:.1f} | {cost.wall_s:.1f} | {cost.peak_gb:.2f}"
    print(f"| {name} | {figures} | {cost.result} |", flush=True)


if __name__ == "__main__":
    main()
