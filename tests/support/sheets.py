"""A map sheet of a small town, of which a test states what matters."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import geopandas as gpd
from shapely import LineString, Polygon

from layers.mapsheet import LayerVersion, MapSheet
from lca.vocab import EffectKind, OperationalStatus

from .rows import constraint, port

AS_OF = datetime(2026, 11, 18, 8, tzinfo=UTC)
PRODUCED = datetime(2026, 11, 18, 8, 12, tzinfo=UTC)


_PORT = port("CLCQQ", name="Port of Coquimbo", status=OperationalStatus.OPERATIONAL)


def roads() -> gpd.GeoDataFrame:
    """Two roads that cross."""
    lines = [
        LineString([(-71.35, -29.95), (-71.25, -29.90)]),
        LineString([(-71.33, -29.88), (-71.28, -29.97)]),
    ]
    return gpd.GeoDataFrame({"highway": ["trunk", "residential"]}, geometry=lines, crs="EPSG:4326")


def a_sheet(**changes: Any) -> MapSheet:
    """An exercise's sheet: a closed area, a limited bridge and a port."""
    given: dict[str, Any] = {
        "title": "Coquimbo: access",
        "code": "CHL-EX",
        "operation": "Tsunami exercise",
        "subtitle": "Chile",
        "exercise": True,
        "as_of": AS_OF,
        "produced_at": PRODUCED,
        "versions": (
            LayerVersion("Access constraints", 3, "a1b2c3d4e5f6", AS_OF, "The team", "CC-BY-4.0"),
        ),
        "constraints": (
            constraint(
                "flood",
                name="Flood on the shore road",
                geometry=Polygon([(-71.30, -29.91), (-71.29, -29.91), (-71.29, -29.92)]),
            ),
            constraint(
                "bridge",
                name="Puente Fiscal",
                effect=EffectKind.RESTRICTED,
                max_gross_t=10.0,
            ),
        ),
        "facilities": (_PORT,),
        "roads": roads(),
    }
    return MapSheet(**{**given, **changes})
