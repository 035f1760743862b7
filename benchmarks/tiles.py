"""Tiles of roads: our builder beside freestiler, tippecanoe and GDAL, and our reader beside the library's.

Usage: ``python -m benchmarks.tiles [--arcs 400000] [--tippecanoe PATH] [--without gdal]``. Without
``--arcs`` the demo's roads are tiled, else a country of so many arcs. Each builder runs in a
process of its own, from the same roads to an archive of zooms 0 to 13; for the others their input
files are written before. ``lost`` are the classes of road that have no feature at the zoom from
which on we draw them.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import geopandas as gpd
import mapbox_vector_tile
import numpy as np
from pmtiles.reader import MmapSource, Reader
from pmtiles.tile import zxy_to_tileid

from benchmarks.country_data import make_country, tables, tiles_for
from benchmarks.country_measure import MB, Cost, machine, run
from benchmarks.samples import Samples, print_table
from layers.tiles.archive import TileArchive
from layers.tiles.mercator import WORLD_BITS, to_world
from routing.build import build_from_file, build_from_links, load_network, save_network
from routing.network import RoadNetwork
from routing.roads import Source
from routing.roadtiles import ZOOMS, first_zoom, write_road_tiles

DEMO = Path(__file__).resolve().parents[1] / "data" / "demo" / "coquimbo" / "roads.parquet"
_FIRST, _LAST = ZOOMS.first, ZOOMS.last
_READS = 2_000
_COMPARED_ZOOMS = 9
"""Classes are looked for up to here: at later zooms tiles are many, and none loses a class."""


def _lines(network: RoadNetwork) -> gpd.GeoDataFrame:
    segments = network.segments
    return gpd.GeoDataFrame(
        {
            "number": np.arange(len(segments)),
            "class": [
                word or "other" for word in segments.texts["highway"].take(np.arange(len(segments)))
            ],
        },
        geometry=segments.lines.shapes(),
        crs="EPSG:4326",
    )


def make_network(folder: Path, arcs: int) -> None:
    """Build and save a country of so many arcs."""
    links, nodes = tables(make_country(tiles_for(arcs)))
    save_network(build_from_links(links, nodes, Source("country", "made")), folder / "build")


def make_inputs(folder: Path) -> None:
    """Write the roads as FlatGeobuf and, with a zoom for each line, as tippecanoe's lines."""
    lines = _lines(load_network(folder / "build"))
    lines.to_file(folder / "roads.fgb", driver="FlatGeobuf", engine="pyogrio")
    zooms = {word: first_zoom(word) for word in set(lines["class"])}
    with (folder / "roads.geojsonl").open("w") as stream:
        for number, word, shape in zip(
            lines["number"], lines["class"], lines.geometry, strict=True
        ):
            feature = {
                "type": "Feature",
                "id": number,
                "tippecanoe": {"minzoom": zooms[word], "layer": "roads"},
                "properties": {"class": word},
                "geometry": shape.__geo_interface__,
            }
            stream.write(json.dumps(feature) + "\n")


def build_ours(folder: Path, out: Path) -> None:
    """Tile with our own arrays."""
    write_road_tiles(load_network(folder / "build"), out)


def build_freestiler(folder: Path, out: Path) -> None:
    """Tile with freestiler: a layer for each class, as only layers have zooms of their own."""
    import freestiler  # noqa: PLC0415 - only in its own process

    lines = gpd.read_file(folder / "roads.fgb", engine="pyogrio")
    layers = {
        word: freestiler.freestile_layer(part, min_zoom=first_zoom(word), max_zoom=_LAST)
        for word, part in lines.groupby("class")
    }
    freestiler.freestile(
        layers, str(out), min_zoom=_FIRST, max_zoom=_LAST, generate_ids=False, quiet=True
    )


def build_gdal(folder: Path, out: Path) -> None:
    """Tile with GDAL's driver, which takes every line at every zoom."""
    lines = gpd.read_file(folder / "roads.fgb", engine="pyogrio")
    lines.to_file(
        out, driver="PMTiles", engine="pyogrio", layer="roads", MINZOOM=_FIRST, MAXZOOM=_LAST
    )


STEPS: dict[str, Callable[..., None]] = {
    "ours": build_ours,
    "freestiler": build_freestiler,
    "gdal": build_gdal,
}


def _tippecanoe(program: str, folder: Path, out: Path) -> Cost:
    command = [program, "-q", "-f", "-o", str(out), f"-Z{_FIRST}", f"-z{_LAST}", "-l", "roads"]
    command += ["--no-feature-limit", "--no-tile-size-limit", str(folder / "roads.geojsonl")]
    return run(command)[1]


def _tiles_of(archive: TileArchive, zoom: int) -> list[bytes]:
    """Return all tiles of a zoom, gzipped."""
    box = archive.box
    corners = np.array([[box.west, box.north], [box.east, box.south]])
    (west, north), (east, south) = (to_world(corners) >> (WORLD_BITS - zoom)).tolist()
    places = ((x, y) for x in range(west, east + 1) for y in range(north, south + 1))
    found = (archive.tile(zoom, x, y) for x, y in places)
    return [tile for tile in found if tile]


def _described(path: Path, words: set[str]) -> str:
    archive = TileArchive(path)
    seen: dict[int, set[str]] = {}
    for zoom in range(max(_FIRST, archive.min_zoom), _COMPARED_ZOOMS):
        seen[zoom] = {
            feature["properties"].get("class", name)
            for tile in _tiles_of(archive, zoom)
            for name, layer in mapbox_vector_tile.decode(gzip.decompress(tile)).items()
            for feature in layer["features"]
        }
    lost = sorted(
        word
        for word in words
        if first_zoom(word) < _COMPARED_ZOOMS and word not in seen.get(first_zoom(word), set())
    )
    sizes = [len(tile) for zoom in range(archive.max_zoom + 1) for tile in _tiles_of(archive, zoom)]
    p95, most = np.percentile(sizes, 95) / 1000, max(sizes) / 1000
    size = path.stat().st_size / MB
    said = ", ".join(lost) or "none"
    return f"{len(sizes):,} | {size:.1f} | {p95:.0f} | {most:.0f} | {said} |"


def _reading(path: Path) -> list[Samples]:
    archive, chance = TileArchive(path), random.Random(1)  # noqa: S311 - a sample of places
    box, zoom = archive.box, archive.max_zoom
    corners = np.array([[box.west, box.north], [box.east, box.south]])
    (west, north), (east, south) = (to_world(corners) >> (WORLD_BITS - zoom)).tolist()
    places = [
        (zoom, chance.randint(west, east), chance.randint(north, south)) for _ in range(_READS)
    ]
    ours = Samples(f"a tile of zoom {zoom}, our reader", budget_ms=0.1)
    for place in places:
        with ours.timed():
            archive.tile(*place)
    peer = Samples(f"a tile of zoom {zoom}, the pmtiles library's Reader")
    with path.open("rb") as stream:
        reader = Reader(MmapSource(stream))
        for place in places[: _READS // 20]:
            with peer.timed():
                content = reader.get(*place)
            if content != archive.tile(*place):
                msg = f"The readers differ at {zxy_to_tileid(*place)}."
                raise RuntimeError(msg)
    return [ours, peer]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--arcs", type=int, help="Size of a made country; the demo without it.")
    parser.add_argument("--tippecanoe", default=shutil.which("tippecanoe"))
    parser.add_argument("--without", action="append", default=[])
    parser.add_argument("--step", nargs="+", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.step:
        name, *paths = asked.step
        STEPS[name](*map(Path, paths))
        return
    with tempfile.TemporaryDirectory() as temporary:
        _measure(Path(temporary), asked)


def _measure(folder: Path, asked: Any) -> None:
    if asked.arcs:
        make_network(folder, asked.arcs)
    else:
        save_network(build_from_file(DEMO, "demo"), folder / "build")
    network = load_network(folder / "build")
    words = {word or "other" for word in network.segments.texts["highway"].values}
    points = len(network.segments.lines.e7)
    print(f"{network.segment_count:,} segments, {points:,} positions; {machine()}\n")
    make_inputs(folder)
    print("| builder | wall s | CPU s | peak MB | tiles | MB | p95 KB | largest KB | lost |")
    print("|---|---|---|---|---|---|---|---|---|")
    builders = [name for name in ("ours", "freestiler", "gdal") if name not in asked.without]
    for name in [*builders, *(["tippecanoe"] if asked.tippecanoe else [])]:
        out = folder / f"{name}.pmtiles"
        if name == "tippecanoe":
            cost = _tippecanoe(asked.tippecanoe, folder, out)
        else:
            step = ["--step", name, str(folder), str(out)]
            cost = run([sys.executable, "-m", "benchmarks.tiles", *step])[1]
        figures = f"{cost.wall_s:.1f} | {cost.cpu_s:.1f} | {cost.peak_mb:.0f}"
        print(f"| {name} | {figures} | {_described(out, words)}", flush=True)
    print()
    print_table("Reading", _reading(folder / "ours.pmtiles"))


if __name__ == "__main__":
    main()
