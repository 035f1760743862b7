"""Ask every peer the same questions on the same roads, and check what can be compared."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.country_measure import Cost, Figure, key_of, run_step
from benchmarks.country_peers import driven, osrm_closed, osrm_data, valhalla_data

ISOCHRONE_MIN = 60
OWN_COSTING = "its own speeds and turn costs for cars"

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class _Work:
    """How much of each question a graph library is asked; what takes hours is left out."""

    paths: int
    flooded: int
    sweeps: int
    matrices: tuple[int, ...]
    note: str
    matrix_most_arcs: int = 5_000_000


_LIBRARIES = {
    "pyroutingkit": _Work(1_000, 200, 10, (100, 1_000), ""),
    "scipy": _Work(10, 5, 5, (100,), "no search for one target: all are reached each time"),
    "igraph": _Work(10, 5, 3, (100,), "GPL-2: never a part of the product", 600_000),
    "networkx": _Work(5, 2, 1, (), "bidirectional Dijkstra"),
}


def against_osmnx(python: Path, home: Path, size: str, extract: Path) -> Iterator[Figure]:
    """Build the same XML extract with osmnx and with ours: osmnx reads no other format."""
    costs: list[Cost] = []
    with driven(python, "osmnx", costs) as driver:
        reply = driver.ask("build", path=str(extract))
    what = "XML extract to simplified graph"
    if "error" in reply:
        yield Figure(size, "osmnx", what, note=reply["error"])
        return
    yield Figure(
        size,
        str(reply["version"]),
        what,
        wall_s=costs[0].wall_s,
        cpu_s=costs[0].cpu_s,
        peak_mb=costs[0].peak_mb,
        note=f"graph_from_xml + simplify_graph: {reply['edges']:,} directed edges, not saved",
    )
    shutil.rmtree(home / "build-xml", ignore_errors=True)
    found, cost = run_step("build", extract=str(extract), target=str(home / "build-xml"))
    yield Figure(
        size,
        "ours",
        what,
        wall_s=cost.wall_s,
        cpu_s=cost.cpu_s,
        peak_mb=cost.peak_mb,
        note=f"{found['segments']:,} segments, saved",
    )


def against_peers(
    python: Path, home: Path, arcs: int, extract: Path, ours: dict[str, Any], say: Say
) -> Iterator[Figure]:
    """Measure graph libraries, OSRM and Valhalla on one size."""
    size = ours["figures"][0]["size"]
    for name, work in _LIBRARIES.items():
        say(f"{size}: {name} …")
        yield from _library(python, home, name, work, ours, size, arcs)
    say(f"{size}: OSRM …")
    yield from _osrm(python, home, extract, size)
    say(f"{size}: Valhalla …")
    yield from _valhalla(python, home, extract, size)


def _library(
    python: Path, home: Path, name: str, work: _Work, ours: dict[str, Any], size: str, arcs: int
) -> Iterator[Figure]:
    """Ask one graph library; its costs must be ours."""
    costs: list[Cost] = []
    figures: list[Figure] = []
    who = name
    prepared: dict[str, Any] = {}
    with driven(python, name, costs) as driver:
        for flooded, count in ((False, work.paths), (True, work.flooded)):
            if flooded:
                closed = driver.ask("close")
                figures.append(_loaded(size, who, "update a flood polygon", closed))
            else:
                prepared = driver.ask("prepare", folder=str(home / "arrays"))
            who = f"{prepared.get('version', name)} alone"
            what = "path with geometry" + (", flooded" if flooded else "")
            reply = driver.ask("path", count=count)
            _require_equal(who, reply, ours["flooded_ms" if flooded else "cost_ms"])
            figures.append(_line(size, who, what, reply, work.note))
            if flooded:
                continue
            reply = driver.ask("sweep", times=work.sweeps)
            _require_sum(who, reply, ours["sweep_ms"][work.sweeps - 1])
            figures.append(_line(size, who, "one to all", reply))
            for side in work.matrices if arcs <= work.matrix_most_arcs else ():
                reply = driver.ask("matrix", size=side)
                _require_sum(who, reply, ours[f"matrix_{side}_ms"])
                figures.append(_line(size, who, f"matrix {side} x {side}", reply))
    yield from figures
    note = f"graph made from arrays in {prepared.get('cpu_s', 0):.1f} s CPU"
    yield _whole(size, who, costs[0], note)


def _osrm(python: Path, home: Path, extract: Path, size: str) -> Iterator[Figure]:
    data = osrm_data(python, extract, home / "osrm", key_of(extract, "osrm"))
    who = "OSRM"
    for name, cost in data["steps"].items():
        note = "measured when its data was made"
        disk = data["disk_mb"] if name == "customize" else None
        yield Figure(size, who, f"osrm-{name}", **cost, disk_mb=disk, note=note)
    questions = str(home / "arrays" / "questions.json")
    costs: list[Cost] = []
    with driven(python, "osrm", costs) as driver:
        loaded = driver.ask("prepare", data=data["data"], questions=questions)
        yield _loaded(size, who, "load", loaded)
        reply = driver.ask("path", count=300)
        yield _line(size, who, "path with geometry", reply, OWN_COSTING)
        yield _line(size, who, "matrix 100 x 100", driver.ask("matrix", size=100, times=3))
        yield _line(size, who, "matrix 1000 x 1000", driver.ask("matrix", size=1_000))
    yield _whole(size, who, costs[0])
    speeds = home / "arrays" / "flood.csv"
    closed = osrm_closed(python, data, speeds, home / "osrm-closed")
    taken = [closed["wall_s"] * 1_000]
    note = f"all of it, {closed['cpu_s']:.1f} s CPU, with --segment-speed-file; then load again"
    yield Figure.of(size, who, "update a flood polygon", taken, note=note)
    with driven(python, "osrm", costs) as driver:
        driver.ask("prepare", data=closed["data"], questions=questions)
        reply = driver.ask("path", count=200)
        yield _line(size, who, "path with geometry, flooded", reply, OWN_COSTING)


def _valhalla(python: Path, home: Path, extract: Path, size: str) -> Iterator[Figure]:
    data = valhalla_data(python, extract, home / "valhalla", key_of(extract, "valhalla"))
    who = "Valhalla"
    build = {key: data[key] for key in ("wall_s", "cpu_s", "peak_mb", "disk_mb")}
    note = "measured when its data was made"
    yield Figure(size, who, "valhalla_build_tiles", **build, note=note)
    questions = str(home / "arrays" / "questions.json")
    costs: list[Cost] = []
    with driven(python, "valhalla", costs) as driver:
        loaded = driver.ask("prepare", data=data["data"], questions=questions)
        yield _loaded(size, who, "load", loaded)
        reply = driver.ask("path", count=100)
        yield _line(size, who, "path with geometry", reply, OWN_COSTING)
        reply = driver.ask("path", count=50, flooded=True)
        note = "exclude_polygons in each request, its limit of 10 km raised"
        yield _line(size, who, "path with geometry, flooded", reply, note)
        yield _line(size, who, "matrix 100 x 100", driver.ask("matrix", size=100))
        reply = driver.ask("isochrone", times=10, minutes=ISOCHRONE_MIN)
        yield _line(size, who, "isochrone polygon", reply, f"{ISOCHRONE_MIN} min")
    yield _whole(size, who, costs[0])


def _line(size: str, who: str, what: str, reply: dict[str, Any], note: str = "") -> Figure:
    """Return a peer's reply as a line; an error stands where the figure would."""
    if "error" in reply:
        return Figure(size, who, what, note=reply["error"])
    taken = reply["taken_ms"]
    found = f"{reply['found']}/{len(taken)}" if "found" in reply else ""
    return Figure.of(size, who, what, taken, found=found, note=note)


def _loaded(size: str, who: str, what: str, reply: dict[str, Any]) -> Figure:
    """Return what a peer took to get ready, or why it is not."""
    return Figure(
        size,
        who,
        what,
        wall_s=reply.get("wall_s"),
        cpu_s=reply.get("cpu_s"),
        note=reply.get("error", reply.get("note", "")),
    )


def _whole(size: str, who: str, cost: Cost, note: str = "") -> Figure:
    return Figure(
        size,
        who,
        "whole process of its questions",
        wall_s=cost.wall_s,
        cpu_s=cost.cpu_s,
        peak_mb=cost.peak_mb,
        note=note,
    )


def _require_equal(who: str, reply: dict[str, Any], ours: list[int]) -> None:
    if "error" not in reply and reply["cost_ms"] != ours[: len(reply["cost_ms"])]:
        msg = f"{who} and ours differ in the cost of a way."
        raise AssertionError(msg)


def _require_sum(who: str, reply: dict[str, Any], ours: int) -> None:
    if "error" not in reply and reply["sum_ms"] != ours:
        msg = f"{who} and ours differ: {reply['sum_ms']} and {ours}."
        raise AssertionError(msg)
