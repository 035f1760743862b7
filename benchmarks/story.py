"""The story that is timed: port to airport, cut by a closure on three links, opened by its end."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, time
from importlib import resources
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely

from layers.edits import AddFeature, EndConstraint
from layers.store import Store
from lca.instant import format_instant
from routing.question import RouteQuestion

VEHICLE = "truck_heavy_3"
CUT_LINKS = (29899, 5372, 5374)
"""Avenida Costanera and both carriageways of Ruta 5 Norte: no other way leads to the airport."""


def demo_folder() -> Path:
    """Return the folder of the demo area's files."""
    return Path(str(resources.files("data"))) / "demo" / "coquimbo"


def midday_question(now: datetime) -> RouteQuestion:
    """Return the question port to airport at midday, when no rule of time interferes."""
    noon = datetime.combine(now.date(), time(15), tzinfo=UTC)
    return RouteQuestion("CLCQQ", "SCSE", VEHICLE, at=noon)


class Closures:
    """New closures of the three links, each with an id of its own."""

    def __init__(self, prefix: str = "BENCH") -> None:
        self._prefix = prefix
        links = gpd.read_parquet(demo_folder() / "roads.parquet").set_index("link_id")
        cut = links.loc[list(CUT_LINKS)]
        self.geometry = shapely.multilinestrings(cut.geometry.to_numpy())
        self._ways = tuple(int(way) for way in cut["osm_way_id"])
        self._ids: Iterator[int] = itertools.count(1)

    def row(self, now: datetime) -> dict[str, Any]:
        """Return a closure as a row of the constraints layer."""
        return {
            "id": f"{self._prefix}-{next(self._ids):03d}",
            "name": "Benchmark closure (exercise)",
            "constraint_type": "landslide",
            "effect": "blocked",
            "status": "verified",
            "location_precision": "accurate",
            "osm_way_ids": self._ways,
            "source_org": "Benchmark",
            "source_type": "exercise",
            # Known since midnight, so that its end may be then too, and midday is open again.
            "date_of_information": datetime.combine(now.date(), time(0), tzinfo=UTC),
            "valid_from": datetime.combine(now.date(), time(0), tzinfo=UTC),
            "exercise": True,
            "geometry": self.geometry,
        }


def feature_of(row: dict[str, Any]) -> dict[str, Any]:
    """Return a row of :class:`Closures` as the GeoJSON feature that the service takes."""
    properties = {
        key: format_instant(value) if isinstance(value, datetime) else value
        for key, value in row.items()
        if key not in {"id", "geometry"}
    }
    return {
        "type": "Feature",
        "id": row["id"],
        "geometry": json.loads(shapely.to_geojson(row["geometry"])),
        "properties": properties,
    }


def close(store: Store, row: dict[str, Any]) -> None:
    """Publish a closure."""
    store.apply_edit("constraints", AddFeature(row), "benchmark")


def reopen(store: Store, closure_id: str) -> None:
    """Publish the end of a closure, from this day's start, so that midday is open again."""
    now = store.now()
    midnight = datetime.combine(now.date(), time(0), tzinfo=UTC)
    store.apply_edit(
        "constraints", EndConstraint(closure_id, "Benchmark", midnight, "measured"), "benchmark"
    )
