"""Write a layer of many invented road lines, for benchmarks and tests of large layers.

Each line has five points and the columns of the layer ``road_status``; every row is marked as
exercise data. The same number and seed give the same rows.

    python scripts/make_road_lines.py --lines 1000000 roads.parquet
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely

# A box of about a country's size, in degrees: west, south, east, north.
BOX = (-72.0, -38.0, -62.0, -30.0)
POINTS = 5
_STEP_DEG = 0.0015
_TURN_RAD = 0.4
_STATUSES = ("no_known_constraint", "restricted", "unverified", "closed")
_STATUS_SHARES = (0.97, 0.01, 0.01, 0.01)
_CLASSES = ("trunk", "primary", "secondary", "tertiary", "unclassified", "track")
_CLASS_SHARES = (0.02, 0.05, 0.1, 0.2, 0.43, 0.2)
_SPEEDS_KMH = np.array([90.0, 80.0, 60.0, 50.0, 40.0, 20.0])
_SURFACES = ("asphalt", "gravel", "dirt", None)
_INFORMED = pd.Timestamp("2026-11-14T09:30:00Z")


def road_lines(lines: int, *, seed: int = 7) -> gpd.GeoDataFrame:
    """Return invented road lines (EPSG:4326), in no order."""
    rng = np.random.default_rng(seed)
    shapes, length_km = _shapes(rng, lines)
    numbers = rng.permutation(lines) + 100_000_000
    road_class = rng.choice(len(_CLASSES), lines, p=_CLASS_SHARES)
    columns: dict[str, Any] = {
        "id": pd.Series(numbers).map("way-{}".format),
        "name": pd.Series(numbers % 5_000).map("Road {}".format),
        "status": rng.choice(_STATUSES, lines, p=_STATUS_SHARES),
        "vehicle": "truck_20t",
        "osm_way_id": numbers,
        "road_class": np.array(_CLASSES)[road_class],
        "surface": pd.Series(np.array(_SURFACES, dtype=object)[rng.integers(0, 4, lines)]),
        "lanes": np.where(road_class < 2, 2.0, 1.0),
        "speed_kmh": _SPEEDS_KMH[road_class],
        "bridge": rng.random(lines) < 0.01,
        "length_km": length_km.round(3),
        "source_org": "Exercise",
        "date_of_information": _INFORMED,
        "sensitivity": "public",
        "exercise": True,
    }
    return gpd.GeoDataFrame(columns, geometry=shapes, crs="EPSG:4326")


def _shapes(rng: np.random.Generator, lines: int) -> tuple[Any, Any]:
    """Return lines that wander from a random place, and their rough lengths in kilometres."""
    west, south, east, north = BOX
    start = rng.uniform((west, south), (east, north), (lines, 2))
    heading = rng.uniform(0, 2 * np.pi, (lines, 1))
    turns = heading + np.cumsum(rng.normal(0, _TURN_RAD, (lines, POINTS - 1)), axis=1)
    steps = _STEP_DEG * np.stack([np.cos(turns), np.sin(turns)], axis=2)
    places = np.concatenate(
        [start[:, None, :], start[:, None, :] + np.cumsum(steps, axis=1)], axis=1
    )
    km_a_degree = 111.2 * np.sqrt(np.cos(np.radians(start[:, 1])))
    shapes = shapely.linestrings(places.round(7))
    return shapes, _STEP_DEG * (POINTS - 1) * km_a_degree


def _main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("target", type=Path, help="a GeoParquet file to write")
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    road_lines(given.lines, seed=given.seed).to_parquet(given.target, compression="zstd")
    print(f"{given.target}: {given.lines:,} lines")


if __name__ == "__main__":
    _main()
