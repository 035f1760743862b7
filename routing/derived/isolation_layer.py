"""The rows of the layer ``isolation``: each place with how it stands to the hubs."""

from __future__ import annotations

from collections.abc import Sequence

import geopandas as gpd
import pandas as pd

from lca.geo import STORAGE_CRS
from lca.vocab import Sensitivity
from routing.outlook import Outlook
from routing.place import ResolvedPlace
from routing.tables.isolation import PlaceStanding, isolation

from .sourced import highest, last_word, provenance, roads_known_at


def isolation_rows(
    outlook: Outlook, hubs: Sequence[ResolvedPlace], places: Sequence[ResolvedPlace]
) -> gpd.GeoDataFrame:
    """Return the rows of the layer ``isolation``, EPSG:4326, one a place.

    Every constraint acts, also one that is not public; so each row is as sensitive as the most
    sensitive of them, of the hubs that it names, and of the place (rule of truth 8: probing would find it).
    """
    found = isolation(outlook, hubs, places)
    constraints = [item.constraint for item in outlook.inputs.placed]
    secret = highest(
        [
            *(one.sensitivity for one in constraints),
            *(Sensitivity(hub.row["sensitivity"]) for hub in hubs if "sensitivity" in hub.row),
        ]
    )
    roads = roads_known_at(outlook)
    newest = max(map(last_word, constraints), default=roads)
    names = "; ".join(hub.name for hub in hubs)
    rows = [
        {
            "id": f"{one.place.layer}:{one.place.id}",
            "name": one.place.name,
            "standing": one.standing.value,
            "lost_hubs": "; ".join(one.lost_hubs) or None,
            "hubs": names,
            "vehicle": outlook.vehicle.code,
            "hours": None if one.hours is None else round(one.hours, 2),
            "hours_without_constraints": None
            if one.hours_before is None
            else round(one.hours_before, 2),
            "population": one.place.row.get("population"),
            "place_layer": one.place.layer,
            **provenance(outlook),
            "date_of_information": roads if _untouched(one) else newest,
            "sensitivity": highest((secret, Sensitivity(one.place.row["sensitivity"]))).value,
            "geometry": one.place.position.point,
        }
        for one in found.rows
    ]
    return gpd.GeoDataFrame(pd.DataFrame(rows), geometry="geometry", crs=STORAGE_CRS)


def _untouched(one: PlaceStanding) -> bool:
    """Tell whether constraints change nothing for a place, so that its row rests on roads alone."""
    return one.standing is one.before and one.hours == one.hours_before and not one.lost_hubs
