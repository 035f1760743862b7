"""Rows of layers for tests: a valid record of each kind, of which a test states what matters."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
from shapely import Point

from lca.constraint import Constraint
from lca.facility import Port
from lca.table import frame_of
from lca.vocab import EffectKind, LocationPrecision

INFORMED = datetime(2026, 11, 14, 9, 30, tzinfo=UTC)


def constraint(key: str, **values: Any) -> Constraint:
    """A closure at a point, reported on 14 November."""
    given: dict[str, Any] = {
        "id": key,
        "name": f"Closure {key}",
        "effect": EffectKind.BLOCKED,
        "source_org": "MOP",
        "date_of_information": INFORMED,
        "location_precision": LocationPrecision.ACCURATE,
        "geometry": Point(-71.25, -29.9),
    }
    return Constraint(**{**given, **values})


def port(key: str, **values: Any) -> Port:
    """A port at a point."""
    given: dict[str, Any] = {
        "id": key,
        "name": f"Port {key}",
        "source_org": "Harbour master",
        "date_of_information": INFORMED,
        "geometry": Point(-71.34, -29.95),
    }
    return Port(**{**given, **values})


def constraints(*records: Constraint) -> gpd.GeoDataFrame:
    """A table of constraints."""
    return frame_of(Constraint, records)


def ports(*records: Port) -> gpd.GeoDataFrame:
    """A table of ports."""
    return frame_of(Port, records)


def ids(rows: Iterable[dict[str, Any]]) -> list[str]:
    """The ids of rows."""
    return [row["id"] for row in rows]
