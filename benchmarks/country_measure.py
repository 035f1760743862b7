"""What a process of its own took: wall time, CPU time, peak memory; and what a folder holds."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

MB = 1_000_000
_RSS_UNIT = 1 if sys.platform == "darwin" else 1024  # bytes on macOS, kibibytes elsewhere
REPO = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took, its children included; ``peak_mb`` is the largest of them."""

    wall_s: float
    cpu_s: float
    peak_mb: float

    def __add__(self, other: Cost) -> Cost:
        """One after the other."""
        return Cost(
            self.wall_s + other.wall_s,
            self.cpu_s + other.cpu_s,
            max(self.peak_mb, other.peak_mb),
        )


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured line: who did what at which size, what it took, and what differs."""

    size: str
    who: str
    what: str
    median_ms: float | None = None
    p95_ms: float | None = None
    runs: int | None = None
    wall_s: float | None = None
    cpu_s: float | None = None
    peak_mb: float | None = None
    disk_mb: float | None = None
    found: str = ""
    note: str = ""

    @classmethod
    def of(cls, size: str, who: str, what: str, taken_ms: Sequence[float], **more: Any) -> Figure:
        """Make one of repeated timings."""
        ordered = sorted(taken_ms)
        p95 = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
        median = float(np.median(ordered))
        return cls(size, who, what, median, p95, len(ordered), **more)


def ended(process: subprocess.Popen[Any], started: float) -> Cost:
    """Wait for a process and return what it took; ``returncode`` says how it ended."""
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - started
    return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss * _RSS_UNIT / MB)


def run(command: Sequence[str]) -> tuple[str, Cost]:
    """Run a command to its end; return what it wrote to standard output, and its cost.

    Raises
    ------
    RuntimeError
        If it failed, with the end of what it said.
    """
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as talk:
        started = time.perf_counter()
        process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
            command,
            stdout=output,
            stderr=talk,
            cwd=REPO,
        )
        cost = ended(process, started)
        if process.returncode:
            said = [_end_of(stream) for stream in (output, talk)]
            msg = f"{' '.join(command)} ended with {process.returncode}."
            raise RuntimeError("\n".join([msg, *said]))
        output.seek(0)
        return output.read(), cost


def _end_of(stream: Any) -> str:
    stream.seek(0)
    return str(stream.read())[-4_000:]


def run_step(name: str, **arguments: Any) -> tuple[dict[str, Any], Cost]:
    """Run a step of :mod:`benchmarks.country_steps` in a fresh process."""
    command = [sys.executable, "-m", "benchmarks.country_steps", name, json.dumps(arguments)]
    output, cost = run(command)
    return json.loads(output.splitlines()[-1]), cost


def timed(operation: Callable[[Any], Any], items: Sequence[Any]) -> tuple[list[Any], list[float]]:
    """Run an operation for each item; return the results and the milliseconds that each took.

    Before, it is run once untimed: what only the first call of a process pays is measured as the
    cold start.
    """
    results, taken_ms = [], []
    operation(items[0])
    for item in items:
        started = time.perf_counter()
        results.append(operation(item))
        taken_ms.append((time.perf_counter() - started) * 1_000)
    return results, taken_ms


def kept(folder: Path, key: str, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """Return what an earlier run noted in a folder under the same key, or make and note it.

    What another key names is thrown away: it was made from another network or by other tools.
    """
    note = folder / "measured.json"
    if note.is_file():
        noted: dict[str, Any] = json.loads(note.read_text())
        if noted["key"] == key:
            return dict(noted["what"])
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    what = make()
    note.write_text(json.dumps({"key": key, "what": what}))
    return what


def disk_mb(folder: Path, pattern: str = "*") -> float:
    """Return how many megabytes the files of a folder take."""
    return sum(path.stat().st_size for path in folder.rglob(pattern) if path.is_file()) / MB


def machine() -> dict[str, Any]:
    """Describe the machine that the figures are from."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "cpu": _cpu_model(),
        "cores": os.cpu_count(),
        "memory_gb": round(memory / 1e9, 1),
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        "load": round(os.getloadavg()[0], 1),
    }


def _cpu_model() -> str:
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def key_of(*parts: Path | str) -> str:
    """Return one key for texts and the contents of files."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.read_bytes() if isinstance(part, Path) else part.encode())
    return digest.hexdigest()[:16]


def cost_json(cost: Cost, **more: Any) -> dict[str, Any]:
    """Return a cost as JSON, rounded to what a timing holds."""
    return {key: round(value, 3) for key, value in asdict(cost).items()} | more
