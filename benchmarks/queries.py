"""Measure questions about one version beside a plain GeoPackage that GDAL reads.

Run it as ``python -m benchmarks.queries [--points 50000] [--lines 200000]``. Each question is
asked some times of the same rows, the counts forgotten in between, and its median is taken. The
peer answers the same rows without a count, a clearance or pages.
"""

from __future__ import annotations

import argparse
import os
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Any

import pyogrio

from benchmarks.layers_data import Data, points, road_lines
from benchmarks.layers_ours import timed
from layers.filters import parse_filter
from layers.operation import Operation
from layers.release import Release
from layers.spec import load_specs
from layers.store import Store
from lca.geo import BBox

_TIMES = 15
Asked = Callable[[], object]


def measure(data: Data, folder: Path) -> list[tuple[str, float, float | None]]:
    """Return each question with our median and the peer's, in seconds."""
    specs = load_specs()
    edited = {data.layer: specs[data.layer].model_copy(update={"derived": False})}
    with Store.open(folder / "store", specs={**specs, **edited}) as store:
        store.set_operation(Operation("CHL", "Benchmark", exercise=True, time_zone="UTC"))
        frame = data.read()
        draft = store.draft(data.layer, frame, "Ana", "import")
        release = store.publish(draft.id, "Ana")
        store.page(release, limit=1)  # it is about every row, so it waits for the whole file
        plain = folder / "plain.gpkg"
        pyogrio.write_dataframe(frame, plain, layer=data.layer, driver="GPKG")
        del frame
        questions = _questions(store, release, data, plain)
        return [
            (words, _middle(ours), None if peer is None else _middle(peer))
            for words, ours, peer in questions
        ]


def _questions(
    store: Store, release: Release, data: Data, plain: Path
) -> list[tuple[str, Asked, Asked | None]]:
    spec = store.specs[data.layer]

    def ours(text: str | None = None, **asked: Any) -> Asked:
        def ask() -> object:
            store._queries._table(release).reader.forget()  # noqa: SLF001 - nobody else forgets
            wanted = None if text is None else parse_filter(text, spec)
            return store.page(release, filter=wanted, **asked)

        return ask

    def peer(**asked: Any) -> Asked:
        return lambda: pyogrio.read_dataframe(plain, max_features=100, **asked)

    boxes = data.boxes(100)
    box, middle = _spread(boxes), data.id
    inside = f"S_INTERSECTS(geometry, BBOX({box[0]}, {box[1]}, {box[2]}, {box[3]}))"
    rare = f"name = '{store.feature(release, middle)['name']}'".replace("''", "'")
    half = "status = 'operational'" if data.layer == "storage" else "status = 'restricted'"
    return [
        ("one row by id", lambda: store.feature(release, middle), peer(where=f"id = '{middle}'")),
        ("a box of about 100 rows", ours(bbox=boxes[0], limit=1000), peer(bbox=_sides(boxes[0]))),
        ("the same, half a page of them", ours(bbox=boxes[0], limit=50), None),
        ("half of all, first 100", ours(bbox=BBox(*box)), peer(bbox=box)),
        ("half of all by CQL2, first 100", ours(inside), None),
        ("the first 100", ours(), peer()),
        ("the 100 after one in the middle", ours(after=middle), None),
        ("one value of a code, first 100", ours(half), peer(where=half)),
        ("an exact name", ours(rare), peer(where=rare)),
        ("a pattern without case", ours("CASEI(name) LIKE '%77%'"), peer(where="name LIKE '%77%'")),
        ("words in names", ours(q="77"), None),
        ("code and box of 100", ours(half, bbox=boxes[1]), peer(where=half, bbox=_sides(boxes[1]))),
    ]


def _spread(boxes: Sequence[BBox]) -> tuple[float, float, float, float]:
    """Return a box of about half the rows."""
    west, south = min(box.west for box in boxes), min(box.south for box in boxes)
    east, north = max(box.east for box in boxes), max(box.north for box in boxes)
    return west, south, (west + east) / 2, north


def _sides(box: BBox) -> tuple[float, float, float, float]:
    return box.west, box.south, box.east, box.north


def _middle(ask: Asked) -> float:
    return median(timed(ask) for _ in range(_TIMES))


def as_markdown(title: str, found: Sequence[tuple[str, float, float | None]]) -> str:
    """Return the questions as a table."""
    lines = [f"**{title}**", "", "| | ours | GeoPackage (pyogrio) |", "|---|---:|---:|"]
    for words, ours, peer in found:
        other = "" if peer is None else f"{peer * 1000:.3g} ms ({peer / ours:.2g}x)"
        lines.append(f"| {words} | {ours * 1000:.3g} ms | {other} |")
    return "\n".join([*lines, ""])


def _main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=50_000)
    parser.add_argument("--lines", type=int, default=200_000)
    given = parser.parse_args(arguments)
    print(f"Load at the start: {os.getloadavg()[0]:.1f}; {os.cpu_count()} cores.\n")
    for count, words, make in (
        (given.points, "points", points),
        (given.lines, "road lines", road_lines),
    ):
        if count:
            with tempfile.TemporaryDirectory() as name:
                found = measure(make(Path(name), count), Path(name))
            print(as_markdown(f"{count:,} {words}", found))


if __name__ == "__main__":
    _main()
