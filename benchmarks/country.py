"""Measure roads and engines on a country of 4 million arcs, beside what a user would pick instead.

Run it as ``make bench-country`` or ``python -m benchmarks.country --arcs 4000000``; half an hour on
two cores, and once as much again for the data of OSRM and Valhalla, which is kept in the folder.
The table goes to standard output, everything measured to ``result.json`` in the folder.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import platformdirs

from benchmarks.country_against import against_osmnx, against_peers
from benchmarks.country_measure import (
    MB,
    REPO,
    Cost,
    Figure,
    disk_mb,
    kept,
    key_of,
    machine,
    run,
    run_step,
)
from benchmarks.country_peers import NoPeers, peer_python
from benchmarks.country_table import markdown

SIZES = (50_000, 500_000, 4_000_000)
LARGE_ARCS = 8_900_000
"""An extract of 93 MB, on which the budget of the build is set; it is only built."""
_ENGINES = ("numba", "pyroutingkit", "scipy")
_OSMNX_MOST_ARCS = 600_000
_SCIPY_MOST_ARCS = 600_000
_MAKERS = [
    REPO / "benchmarks" / "country_tile.py",
    REPO / "benchmarks" / "country_data.py",
    REPO / "scripts" / "make_country.py",
    REPO / "data" / "demo" / "coquimbo" / "roads.parquet",
    REPO / "data" / "reference" / "speeds.csv",
]


def main() -> None:
    """Measure what was asked for and print the table."""
    given = _arguments()
    folder: Path = given.folder
    folder.mkdir(parents=True, exist_ok=True)
    result: dict[str, Any] = {"machine": machine(), "figures": [], "notes": []}
    python = None
    if given.peers:
        try:
            python = peer_python(folder, given.peer_python)
        except NoPeers as error:
            result["notes"].append(str(error))
            _say(str(error))
    if given.compile:
        result["figures"] += [asdict(figure) for figure in _kernels(folder)]
    sizes = [*(size for size in SIZES if size < given.arcs), given.arcs]
    for arcs in sizes:
        beside = python if arcs in (given.peer_arcs or sizes) else None
        for figure in _measured(folder, arcs, given.engines, beside):
            result["figures"].append(asdict(figure))
            (folder / "result.json").write_text(json.dumps(result, indent=1))
    if given.large:
        result["figures"] += [asdict(figure) for figure in _large(folder)]
        (folder / "result.json").write_text(json.dumps(result, indent=1))
    print(markdown(result))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--arcs", type=int, default=SIZES[-1], help="size of the largest country")
    cache = platformdirs.user_cache_path("lca-benchmarks", appauthor=False)
    parser.add_argument("--folder", type=Path, default=cache, help="where everything is kept")
    parser.add_argument("--no-peers", dest="peers", action="store_false")
    parser.add_argument(
        "--peer-arcs",
        type=int,
        nargs="+",
        help="the sizes at which peers are asked; all without it",
    )
    parser.add_argument("--peer-python", type=Path, help="a Python 3.12 or 3.13")
    parser.add_argument(
        "--engines", nargs="+", default=list(_ENGINES), help="ours; the first must be numba"
    )
    parser.add_argument(
        "--no-compile", dest="compile", action="store_false", help="take kernels as they are kept"
    )
    parser.add_argument("--no-large", dest="large", action="store_false", help="no 93 MB build")
    return parser.parse_args()


def _kernels(folder: Path) -> Iterator[Figure]:
    """Compile the kernels into a folder of our own, as a new installation does; then load them."""
    kernels = folder / "kernels"
    shutil.rmtree(kernels, ignore_errors=True)
    os.environ["LCA_KERNELS"] = str(kernels)
    _say("Compiling the kernels …")
    for what in ("compile all kernels, once a machine", "load the compiled kernels"):
        _, cost = run_step("kernels")
        yield whole("any", "ours (numba)", what, cost, kernels)


def _measured(
    folder: Path, arcs: int, engines: Sequence[str], python: Path | None
) -> Iterator[Figure]:
    """Measure one size: ours, then the peers on the same roads and questions."""
    size, home = size_words(arcs), folder / str(arcs)
    extract = _extract(home, arcs, "osm.pbf")
    _say(f"{size}: our build …")
    yield from _build(home, size, extract)
    _say(f"{size}: our engines …")
    answers = {}
    for name in engines:
        if name == "scipy" and arcs > _SCIPY_MOST_ARCS:
            continue  # scipy's Dijkstra is measured alone there: it would take an hour
        found, figures = _engine(home, size, arcs, name)
        answers[name] = found
        yield from figures
    _require_equal(answers)
    _say(f"{size}: our planner …")
    yield from _planner(home, size)
    if python is None:
        return
    if arcs <= _OSMNX_MOST_ARCS:
        _say(f"{size}: osmnx …")
        yield from against_osmnx(python, home, size, _extract(home, arcs, "osm"))
    yield from against_peers(python, home, arcs, extract, answers["numba"], _say)


def _extract(home: Path, arcs: int, suffix: str) -> Path:
    """Return the country as a file, made if it is not there or was made by other code."""
    folder = home / f"extract-{suffix}"
    target = folder / f"country.{suffix}"

    def make() -> dict[str, Any]:
        run([sys.executable, "-m", "scripts.make_country", "--arcs", str(arcs), str(target)])
        return {}

    kept(folder, key_of(*_MAKERS, str(arcs)), make)
    return target


def _build(home: Path, size: str, extract: Path) -> Iterator[Figure]:
    shutil.rmtree(home / "build", ignore_errors=True)
    found, cost = run_step("build", extract=str(extract), target=str(home / "build"))
    megabytes = extract.stat().st_size / MB
    note = f"{megabytes:.1f} MB: {found['segments']:,} segments, {found['arcs']:,} arcs"
    yield whole(size, "ours", "extract to saved build", cost, home / "build", note)


def _engine(home: Path, size: str, arcs: int, name: str) -> tuple[dict[str, Any], list[Figure]]:
    """Order, ask, and start cold with one engine; the order is made from nothing."""
    cache = home / f"order-{name}"
    shutil.rmtree(cache, ignore_errors=True)
    known = {"build": str(home / "build"), "cache": str(cache), "engine": name}
    made, cost = run_step("order", **known)
    figures = [whole(size, f"ours ({made['engine']})", "node order", cost, cache)]
    if not (home / "arrays").is_dir() or name == "numba":
        run_step("arrays", build=known["build"], arcs=arcs, target=str(home / "arrays"))
    known["arrays"] = str(home / "arrays")
    found, cost = run_step("engine", size=size, **known)
    figures += [Figure(**figure) for figure in found["figures"]]
    who = f"ours ({made['engine']})"
    figures.append(whole(size, who, "whole process of the questions below", cost))
    run_step("cold", **known)  # so that every engine finds the files in the page cache
    started, cost = run_step("cold", **known)
    parts = ("load", "engine", "weights", "customise", "first_path")
    steps = ", ".join(f"{part.replace('_', ' ')} {started[part]['wall_s']:.2f}" for part in parts)
    note = f"seconds: imports {started['imports_s']:.2f}, {steps}"
    figures.append(whole(size, who, "cold start to first path", cost, note=note))
    return found, figures


def _planner(home: Path, size: str) -> Iterator[Figure]:
    store, arrays = str(home / "store"), str(home / "arrays")
    cache = str(home / "order-numba")
    run_step("store", build=str(home / "build"), cache=cache, target=store)
    found, cost = run_step("planner", store=store, arrays=arrays, size=size)
    yield from (Figure(**figure) for figure in found["figures"])
    yield whole(size, "ours (planner)", "whole process of the planner's questions", cost)
    found, cost = run_step("tables", store=store, arrays=arrays, size=size)
    yield from (Figure(**figure) for figure in found["figures"])
    yield whole(size, "ours (planner)", "whole process of the planner's tables", cost)
    _, cost = run_step("first_answer", store=store, arrays=arrays)
    yield whole(size, "ours (planner)", "cold start to first answer of a store", cost)


def _large(folder: Path) -> Iterator[Figure]:
    size, home = size_words(LARGE_ARCS), folder / str(LARGE_ARCS)
    _say(f"{size}: our build …")
    yield from _build(home, size, _extract(home, LARGE_ARCS, "osm.pbf"))


def whole(
    size: str, who: str, what: str, cost: Cost, folder: Path | None = None, note: str = ""
) -> Figure:
    """Return the line of a whole process, with what it left on disk."""
    disk = None if folder is None else disk_mb(folder)
    return Figure(size, who, what, **asdict(cost), disk_mb=disk, note=note)


def size_words(arcs: int) -> str:
    """Write a size as the tables do."""
    return f"{arcs / 1e6:.3g} M" if arcs >= 1_000_000 else f"{arcs / 1_000:.3g} k"


def _require_equal(answers: dict[str, dict[str, Any]]) -> None:
    """Require that our engines agree, as far as the slowest was asked."""
    first, *others = answers.values()
    for other in others:
        for key in ("cost_ms", "flooded_ms"):
            count = len(other[key])
            if other[key] != first[key][:count]:
                msg = f"{other['engine']} and {first['engine']} differ in {key}."
                raise AssertionError(msg)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
