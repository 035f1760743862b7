"""Drive Valhalla in process, on tiles that its own tool built."""

from __future__ import annotations

import json
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import valhalla
from protocol import Reply, serve, timed


def configure(folder: str, extract: str) -> Reply:
    """Write Valhalla's configuration, its limits raised so that every question is allowed."""
    tiles = Path(folder) / "tiles"
    tiles.mkdir(parents=True, exist_ok=True)
    config = valhalla.get_config(tile_extract="", tile_dir=str(tiles), verbose=False)
    config["mjolnir"]["concurrency"] = 1
    limits = config["service_limits"]
    limits["auto"] |= {"max_matrix_distance": 5e6, "max_matrix_location_pairs": 2_000_000}
    limits |= {"max_exclude_polygons_length": 5_000_000}
    target = Path(folder) / "valhalla.json"
    target.write_text(json.dumps(config))
    tool = Path(valhalla.__file__).parent / "bin" / "valhalla_build_tiles"
    return {"command": [str(tool), "-c", str(target), extract], "config": str(target)}


class Driver:
    """Answers requests with one loaded network."""

    def prepare(self, data: str, questions: str) -> Reply:
        """Open the tiles."""
        wall, cpu = time.perf_counter(), time.process_time()
        self._actor = valhalla.Actor(data)
        taken = {"wall_s": time.perf_counter() - wall, "cpu_s": time.process_time() - cpu}
        asked = json.loads(Path(questions).read_text())
        self._pairs = [[_place(end) for end in pair] for pair in asked["pairs"]]
        self._grid = [_place(place) for place in asked["grid"]]
        self._flood = asked["flood"]
        return taken | {"version": f"Valhalla {version('pyvalhalla')}"}

    def path(self, count: int, *, flooded: bool = False) -> Reply:
        """Find ways with geometry, without turn-by-turn texts."""
        extra: Reply = {"exclude_polygons": [self._flood]} if flooded else {}

        def ask(pair: Any) -> float | None:
            wish = {"locations": pair, "costing": "auto", "directions_type": "none"} | extra
            try:
                trip = self._actor.route(wish)["trip"]
            except RuntimeError:
                return None  # Valhalla found no way; it is counted as not found
            return float(trip["summary"]["time"]) if trip["legs"][0]["shape"] else None

        found, times = timed(ask, self._pairs[:count])
        return times | {"found": sum(item is not None for item in found), "duration_s": found}

    def matrix(self, size: int, times: int = 1) -> Reply:
        """Fill a square of durations."""
        places = self._grid[:size]
        wish = {"sources": places, "targets": places, "costing": "auto"}
        _, taken = timed(lambda _: self._actor.matrix(wish), range(times))
        return taken

    def isochrone(self, times: int, minutes: int) -> Reply:
        """Draw the area that can be reached within some minutes."""

        def ask(place: Any) -> None:
            contour = {"time": minutes}
            wish = {"locations": [place], "costing": "auto", "contours": [contour]}
            self._actor.isochrone(wish | {"polygons": True})

        return timed(ask, self._grid[:times])[1]


def _place(lonlat: Any) -> Reply:
    return {"lon": lonlat[0], "lat": lonlat[1]}


if __name__ == "__main__":
    driver = Driver()
    handlers = {"configure": configure, "prepare": driver.prepare, "path": driver.path}
    serve(handlers | {"matrix": driver.matrix, "isochrone": driver.isochrone})
