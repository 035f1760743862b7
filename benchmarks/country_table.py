"""Write what was measured as markdown: budgets, operations beside the peers, growth, builds."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

Row = dict[str, Any]

OURS = "ours (numba"
PLANNER = "ours (planner)"

_ROUTE = "route: path, geometry, reasons, both sides, JSON"
_PATH = "path with geometry"
_SIDE_BY_SIDE = (
    "customise (a metric of all arcs)",
    "update 1 random arcs",
    "update 100 random arcs",
    "update 1,000 random arcs",
    "update 10,000 random arcs",
    "update a flood polygon",
    "distance",
    _PATH,
    f"{_PATH}, flooded",
    "alternatives (at most 3)",
    "matrix 100 x 100",
    "matrix 1000 x 1000",
    "one to all",
    "all to one",
    "isochrone polygon",
)


@dataclass(frozen=True, slots=True)
class _Budget:
    """A line of design, section 7: what is measured, in which unit, and what is to be reached."""

    words: str
    who: str
    what: str
    unit: str
    most: float


_BUDGETS = (
    _Budget("route with path, geometry and reasons, median", PLANNER, _ROUTE, "median_ms", 1.5),
    _Budget(
        "closure published to first correct route, p95",
        PLANNER,
        "flood published to first new answer",
        "p95_ms",
        1_000,
    ),
    _Budget(
        "matching and metric update for a flood of 30,000 arcs, median",
        PLANNER,
        "match a flood polygon and update the metric",
        "median_ms",
        60,
    ),
    _Budget("matrix 1000 x 1000, median", OURS, "matrix 1000 x 1000", "median_ms", 300),
    _Budget("one to all, median", OURS, "one to all", "median_ms", 50),
    _Budget("isochrone polygon, median", OURS, "isochrone polygon", "median_ms", 250),
    _Budget("cold start to first path", OURS, "cold start to first path", "wall_s", 3),
    _Budget(
        "cold start to first answer of a store",
        PLANNER,
        "cold start to first answer of a store",
        "wall_s",
        3,
    ),
    _Budget(
        "hours 100 x 100 with a fresh constraint, median",
        PLANNER,
        "table: hours 100 x 100, fresh constraint",
        "median_ms",
        150,
    ),
    _Budget(
        "isolation of 5,000 places from 10 hubs, median",
        PLANNER,
        "table: isolation of 5,000 places from 10 hubs",
        "median_ms",
        500,
    ),
    _Budget("reach polygon, median", PLANNER, "table: reach, one hub", "median_ms", 250),
    _Budget("cold question, p95", PLANNER, "cold question: all of these", "p95_ms", 500),
)
_BESIDE = ("operation", "who", "median ms", "p95 ms", "runs", "found", "x ours", "what differs")
_ASKED = ("question", "median ms", "p95 ms", "runs", "found", "note")
_PROCESSES = ("size", "who", "what", "wall s", "CPU s", "peak MB", "disk MB", "note")
_UNITS = {"median_ms": "ms", "p95_ms": "ms", "wall_s": "s", "cpu_s": "s CPU", "peak_mb": "MB"}


def markdown(result: dict[str, Any]) -> str:
    """Return the whole result as markdown."""
    rows: list[Row] = result["figures"]
    sizes = list(dict.fromkeys(row["size"] for row in rows if row["median_ms"] is not None))
    largest = sizes[-1]
    at_largest = [row for row in rows if row["size"] == largest]
    lines = [_machine(result["machine"]), *result["notes"], ""]
    lines += [f"### Budgets (design, section 7), at {largest} arcs", ""]
    lines += _table(("what", "reach", "measured", "kept"), _budgets(rows, at_largest))
    lines += [f"### Side by side at {largest} arcs", ""]
    lines += _table(_BESIDE, _side_by_side(at_largest))
    lines += [f"### The planner at {largest} arcs", ""]
    lines += _table(_ASKED, _planner(at_largest))
    lines += ["### Growth (our engine and planner, median ms)", ""]
    lines += _table(("operation", *(f"{size} arcs" for size in sizes)), _growth(rows, sizes))
    lines += ["### Builds, loads and whole processes", ""]
    lines += _table(_PROCESSES, _processes(rows))
    return "\n".join(lines)


def _machine(machine: dict[str, Any]) -> str:
    return (
        f"{machine['cpu']}, {machine['cores']} cores, {machine['memory_gb']} GB of memory, "
        f"{machine['system']}, Python {machine['python']}; load at the start {machine['load']}."
    )


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> list[str]:
    lines = ["| " + " | ".join(header) + " |", "|" + "---|" * len(header)]
    return [*lines, *("| " + " | ".join(row) + " |" for row in rows), ""]


def _budgets(rows: Sequence[Row], at_largest: Sequence[Row]) -> Iterator[Sequence[str]]:
    for budget in _BUDGETS:
        value = _value(at_largest, budget.who, budget.what, budget.unit)
        unit = _UNITS[budget.unit]
        if value is not None:
            words = f"<= {_figure(budget.most)} {unit}", f"{_figure(value)} {unit}"
            yield budget.words, *words, _kept(value <= budget.most)
    for who, least in (("Valhalla", 40.0), ("OSRM", 2.0)):
        theirs = _value(at_largest, who, _PATH, "median_ms")
        for name, what in ((PLANNER, _ROUTE), (OURS, _PATH)):
            ours = _value(at_largest, name, what, "median_ms")
            if ours and theirs:
                # The engine's path alone is shown beside; the budget is on the whole answer.
                ratio = theirs / ours
                said = f"faster than {who}: {what}"
                yield said, f">= {least:.0f}x", f"{ratio:.1f}x", _kept(ratio >= least)
    yield from _build_budgets(rows)


def _build_budgets(rows: Sequence[Row]) -> Iterator[Sequence[str]]:
    what = "XML extract to simplified graph"
    for row in rows:
        if row["what"] == what and row["who"].startswith("osmnx") and row["cpu_s"]:
            mine = [item for item in rows if item["size"] == row["size"]]
            for name, source in (("the same XML", what), ("the pbf", "extract to saved build")):
                cpu, peak = (_value(mine, "ours", source, unit) for unit in ("cpu_s", "peak_mb"))
                if cpu and peak:
                    less, share = row["cpu_s"] / cpu, peak / row["peak_mb"]
                    said = f"build of {row['size']} arcs from {name}, beside osmnx"
                    yield (
                        said,
                        ">= 15x less CPU, <= 1/3 of the memory",
                        f"{less:.1f}x less CPU, {share:.2f} of the memory",
                        _kept(less >= 15 and share <= 1 / 3),
                    )
    for row in rows:
        if row["what"] == "extract to saved build" and _megabytes(row) > 30:
            said = f"build of a pbf of {row['note']}"
            measured = f"{row['cpu_s']:.0f} s CPU, {row['peak_mb'] / 1_000:.1f} GB"
            kept = row["cpu_s"] <= 60 and row["peak_mb"] <= 3_000
            yield said, "<= 60 s CPU, <= 3 GB", measured, _kept(kept)


def _megabytes(row: Row) -> float:
    return float(row["note"].split(" ", 1)[0])


def _side_by_side(rows: Sequence[Row]) -> Iterator[Sequence[str]]:
    for what in _SIDE_BY_SIDE:
        ours = _value(rows, OURS, what, "median_ms")
        for row in rows:
            if row["what"] != what or row["who"] == PLANNER:
                continue
            median = row["median_ms"] or (row["wall_s"] or 0) * 1_000
            yield (
                what,
                row["who"],
                _figure(median) if median else "—",
                _optional(row["p95_ms"]),
                str(row["runs"] or ""),
                row["found"],
                f"{median / ours:.3g}" if ours and median else "",
                row["note"],
            )


def _planner(rows: Sequence[Row]) -> Iterator[Sequence[str]]:
    for row in rows:
        if row["who"] == PLANNER and row["median_ms"] is not None:
            figures = _optional(row["median_ms"]), _optional(row["p95_ms"]), str(row["runs"])
            yield row["what"], *figures, row["found"], row["note"]


def _growth(rows: Sequence[Row], sizes: Sequence[str]) -> Iterator[Sequence[str]]:
    seen = [
        (row["who"], row["what"])
        for row in rows
        if row["who"].startswith((OURS, PLANNER)) and row["median_ms"] is not None
    ]
    for who, what in dict.fromkeys(seen):
        values = []
        for size in sizes:
            at_size = [row for row in rows if row["size"] == size]
            values.append(_optional(_value(at_size, who, what, "median_ms")))
        yield what, *values


def _processes(rows: Sequence[Row]) -> Iterator[Sequence[str]]:
    for row in rows:
        if row["wall_s"] is not None:
            figures = (row["wall_s"], row["cpu_s"], row["peak_mb"], row["disk_mb"])
            yield row["size"], row["who"], row["what"], *map(_optional, figures), row["note"]


def _value(rows: Iterable[Row], who: str, what: str, unit: str) -> float | None:
    for row in rows:
        if row["who"].startswith(who) and row["what"] == what and row[unit] is not None:
            return float(row[unit])
    return None


def _kept(holds: bool) -> str:  # noqa: FBT001 - one word for one truth
    return "yes" if holds else "**no**"


def _optional(value: float | None) -> str:
    return "" if value is None else _figure(value)


def _figure(value: float) -> str:
    """Three digits are all that a timing holds."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"
