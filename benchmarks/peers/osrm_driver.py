"""Drive OSRM (multi-level Dijkstra) in process, on data that its own tools prepared."""

from __future__ import annotations

import json
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import osrm
from protocol import Reply, serve, timed

_MOST_LOCATIONS = 5_000


class Driver:
    """Answers requests with one loaded network."""

    def prepare(self, data: str, questions: str) -> Reply:
        """Load the prepared data."""
        wall, cpu = time.perf_counter(), time.process_time()
        self._engine = osrm.OSRM(
            storage_config=data,
            algorithm="MLD",
            use_shared_memory=False,
            max_locations_distance_table=_MOST_LOCATIONS,
        )
        taken = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
        asked = json.loads(Path(questions).read_text())
        self._pairs, self._grid = asked["pairs"], asked["grid"]
        return taken | {"version": f"OSRM {version('osrm-bindings')}"}

    def path(self, count: int) -> Reply:
        """Find ways with their whole geometry."""

        def ask(pair: Any) -> float | None:
            wish = osrm.RouteParameters(
                coordinates=[tuple(end) for end in pair], overview="full", geometries="polyline6"
            )
            try:
                route = self._engine.Route(wish)["routes"][0]
            except RuntimeError:
                return None  # OSRM found no way; it is counted as not found
            return float(route["duration"]) if route["geometry"] else None

        found, times = timed(ask, self._pairs[:count])
        return times | {"found": sum(item is not None for item in found), "duration_s": found}

    def matrix(self, size: int, times: int = 1) -> Reply:
        """Fill a square of durations."""
        wish = osrm.TableParameters(coordinates=[tuple(place) for place in self._grid[:size]])
        _, taken = timed(lambda _: self._engine.Table(wish), range(times))
        return taken


if __name__ == "__main__":
    driver = Driver()
    serve({"prepare": driver.prepare, "path": driver.path, "matrix": driver.matrix})
