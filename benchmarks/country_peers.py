"""The engines that a user would pick instead: their environment, their data, their drivers."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from benchmarks.country_measure import Cost, cost_json, disk_mb, ended, kept, run

PEERS = Path(__file__).with_name("peers")
_REQUIREMENTS = PEERS / "requirements.txt"
_FIT = ((3, 12), (3, 13))
"""Pythons for which every peer has a wheel: OSRM and Valhalla from 3.12, pyroutingkit to 3.13."""
_NO_PYTHON = (
    "No Python 3.12 or 3.13 was found on this machine, and OSRM's and Valhalla's wheels need one: "
    "no peer is measured. Name one with --peer-python."
)


class NoPeers(Exception):
    """The peers cannot be measured here; the text says why."""


class Driver:
    """A process that runs one peer and answers JSON lines."""

    def __init__(self, process: subprocess.Popen[str], name: str) -> None:
        self._process = process
        self.name = name

    def ask(self, do: str, **arguments: Any) -> dict[str, Any]:
        """Ask for one thing and return the reply; ``error`` in it says why there is none."""
        given, taken = self._process.stdin, self._process.stdout
        if given is None or taken is None:
            msg = "The driver has no pipes."
            raise RuntimeError(msg)
        try:
            given.write(json.dumps({"do": do} | arguments) + "\n")
            given.flush()
            line = taken.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            return {"error": f"{self.name} ended without an answer to {do}"}
        reply: dict[str, Any] = json.loads(line)
        return reply


@contextmanager
def driven(python: Path, name: str, costs: list[Cost]) -> Iterator[Driver]:
    """Run a peer's driver while the block runs; its cost is appended at the end."""
    started = time.perf_counter()
    process = subprocess.Popen(  # noqa: S603 - our own driver, no shell
        [str(python), str(PEERS / f"{name}_driver.py")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        yield Driver(process, name)
    finally:
        if process.stdin:
            process.stdin.close()
        costs.append(ended(process, started))


def peer_python(cache: Path, given: Path | None = None) -> Path:
    """Return the Python of the peers' own environment, made on first use.

    Raises
    ------
    NoPeers
        If no Python fits, or the packages cannot be installed.
    """
    wanted = hashlib.sha256(_REQUIREMENTS.read_bytes()).hexdigest()[:12]
    folder = cache / f"peers-{wanted}"
    python = folder / "bin" / "python"
    if (folder / "complete").is_file():
        return python
    base = given or next((found for found in _pythons() if _version(found) in _FIT), None)
    if base is None:
        raise NoPeers(_NO_PYTHON)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        run([str(base), "-m", "venv", str(folder)])
        install = ["-m", "pip", "install", "--quiet", "--no-deps", "-r", str(_REQUIREMENTS)]
        run([str(python), *install])
    except RuntimeError as error:
        msg = f"The peers cannot be installed, so none is measured: {error}"
        raise NoPeers(msg) from error
    (folder / "complete").touch()
    return python


def _pythons() -> Iterator[Path]:
    """Yield the Pythons that may be found on a machine, likely ones first."""
    yield Path(sys.executable)
    for major, minor in _FIT:
        if found := shutil.which(f"python{major}.{minor}"):
            yield Path(found)
    for home in (".pyenv/versions", ".local/share/uv/python"):
        yield from sorted((Path.home() / home).glob("*/bin/python3"))


def _version(python: Path) -> tuple[int, int] | None:
    asked = [str(python), "-c", "import sys; print(*sys.version_info[:2])"]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, check=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError):
        return None  # a broken link or another program of that name is no Python that fits
    major, minor = done.stdout.split()
    return int(major), int(minor)


def osrm_data(python: Path, extract: Path, folder: Path, key: str) -> dict[str, Any]:
    """Prepare an extract for OSRM's multi-level Dijkstra; reuse what the same key made."""
    tools = _package(python, "osrm") / "bin"
    share = _package(python, "osrm") / "share"
    threads = ["-t", str(os.cpu_count() or 1)]

    def make() -> dict[str, Any]:
        source = folder / "country.osm.pbf"
        shutil.copyfile(extract, source)
        base = str(folder / "country.osrm")
        profile = ["-p", str(share / "profiles" / "car.lua")]
        steps: dict[str, Sequence[str]] = {
            "extract": [str(tools / "osrm-extract"), *threads, *profile, str(source)],
            "partition": [str(tools / "osrm-partition"), *threads, base],
            "customize": [str(tools / "osrm-customize"), *threads, base],
        }
        costs = {name: cost_json(run(command)[1]) for name, command in steps.items()}
        source.unlink()
        return {"data": base, "steps": costs, "disk_mb": disk_mb(folder)}

    return kept(folder, key, make)


def osrm_closed(python: Path, data: dict[str, Any], speeds: Path, folder: Path) -> dict[str, Any]:
    """Customise a copy of OSRM's data with a file of closed pairs of nodes."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(Path(data["data"]).parent, folder)
    base = str(folder / "country.osrm")
    tool = str(_package(python, "osrm") / "bin" / "osrm-customize")
    threads = str(os.cpu_count() or 1)
    _, cost = run([tool, "-t", threads, base, "--segment-speed-file", str(speeds)])
    return {"data": base} | cost_json(cost)


def valhalla_data(python: Path, extract: Path, folder: Path, key: str) -> dict[str, Any]:
    """Build Valhalla's tiles of an extract; reuse what the same key made."""

    def make() -> dict[str, Any]:
        with driven(python, "valhalla", []) as driver:
            plan = driver.ask("configure", folder=str(folder), extract=str(extract))
        _, cost = run(plan["command"])
        return {"data": plan["config"], "disk_mb": disk_mb(folder, "*.gph")} | cost_json(cost)

    return kept(folder, key, make)


def _package(python: Path, name: str) -> Path:
    found, _ = run([str(python), "-c", f"import {name}; print({name}.__path__[0])"])
    return Path(found.strip())
