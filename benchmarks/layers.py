"""Measure layers of 50,000 points and of a million road lines beside what others use for them.

Run it as ``python -m benchmarks.layers [--points 50000] [--lines 1000000] [--out FILE.md]``. Each
engine does the same operations on the same rows in a process of its own: ours; a plain GeoPackage
written and read with pyogrio, which keeps versions as copies, compared by pygeodiff; and PostGIS
with a table of histories, where a server can be started. What an engine has no operation for is
left out. Processor time and peak memory are those of the engine's process; PostGIS has its
server's besides.
"""

from __future__ import annotations

import argparse
import multiprocessing
import os
import resource
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from benchmarks import layers_ours, layers_peers
from benchmarks.layers_data import Data, points, road_lines
from benchmarks.postgis import serving

Measured = dict[str, float]
Engine = Callable[[Data, Path], Measured]

CPU = "processor time of all that, s"
PEAK = "peak memory, MB"
ORDER = (
    "read the file",
    "import (draft)",
    "publish",
    "read, import and publish",
    "make the query file",
    "edit one row and publish",
    "difference of two versions",
    "one row as of the version before",
    "first query after an edit",
    "a box of about 100 rows",
    "a box of about 1,000 rows",
    "one row by id",
)


def measure(engines: dict[str, Engine], data: Data, folder: Path) -> dict[str, Measured]:
    """Return what each engine took on some rows, in seconds, and its peak memory in MB."""
    found = {}
    for name, engine in engines.items():
        place = folder / f"{data.layer}_{len(found)}"
        place.mkdir()
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            found[name] = pool.submit(_run, engine, data, place).result()
        print(f"{data.layer}: {name} measured", file=sys.stderr)
    return found


def _run(engine: Engine, data: Data, folder: Path) -> Measured:
    taken = engine(data, folder)
    used = resource.getrusage(resource.RUSAGE_SELF)
    return taken | {CPU: used.ru_utime + used.ru_stime, PEAK: used.ru_maxrss / 1024}


def as_markdown(title: str, found: dict[str, Measured]) -> str:
    """Return a table of the operations, the others' times also as multiples of ours."""
    names = list(found)
    ours = found[names[0]]
    lines = [f"**{title}**", "", f"| | {' | '.join(names)} |", "|---|" + "---:|" * len(names)]
    for what in (*ORDER, CPU, PEAK):
        cells = [_cell(found[name].get(what), ours.get(what), what) for name in names]
        if any(cells):
            lines.append(f"| {what} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def _cell(value: float | None, ours: float | None, what: str) -> str:
    if value is None:
        return ""
    text = f"{value:,.0f}" if what in {CPU, PEAK} else _time(value)
    return text if ours is None or value == ours else f"{text} ({value / ours:.2g}x)"


def _time(seconds: float) -> str:
    return f"{seconds:.3g} s" if seconds >= 0.1 else f"{seconds * 1000:.3g} ms"


@contextmanager
def _engines() -> Iterator[dict[str, Engine]]:
    engines: dict[str, Engine] = {
        "ours": layers_ours.measure,
        "GeoPackage (pyogrio, pygeodiff)": layers_peers.geopackage,
    }
    with serving() as address:
        if address is not None:
            os.environ[layers_peers.ADDRESS] = address
            engines["PostGIS"] = layers_peers.postgis
        yield engines


def _main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--points", type=int, default=50_000)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--out", type=Path, help="write the tables here too")
    given = parser.parse_args(arguments)
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    tables = [f"Load of the machine at the start: {load}; {os.cpu_count()} cores.", ""]
    with tempfile.TemporaryDirectory() as name, _engines() as engines:
        folder = Path(name)
        wanted = [(given.points, "points", points), (given.lines, "road lines", road_lines)]
        for count, words, make in wanted:
            if count:
                found = measure(engines, make(folder, count), folder)
                tables.append(as_markdown(f"{count:,} {words}", found))
    text = "\n".join(tables)
    print(text)
    if given.out:
        given.out.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    _main()
