"""The rows of the layer ``road_status``: each road with what the published constraints do to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from numpy.typing import NDArray

from lca.geo import STORAGE_CRS
from lca.vocab import Sensitivity
from routing.effects import Placed
from routing.main_roads import MAIN_ROADS
from routing.network import RoadNetwork
from routing.outlook import Outlook
from routing.speed import class_group
from routing.speed_model import standard_model
from routing.status import road_status

from .sourced import last_word, provenance, roads_known_at

LISTED_ROADS = MAIN_ROADS | {"tertiary", "tertiary_link"}
"""Roads that are listed whether or not something is known of them, unless all are asked for."""
NO_CONSTRAINT = "no_known_constraint"


def road_rows(outlook: Outlook, *, all_roads: bool) -> gpd.GeoDataFrame:
    """Return the rows of the layer ``road_status``, EPSG:4326, one a road segment.

    What the outlook's clearance does not reach is not in them, so each row is of that clearance.

    Parameters
    ----------
    all_roads : bool
        List every road of the build, not only :data:`LISTED_ROADS` and those that something
        published concerns.
    """
    network = outlook.network
    placed = _visible(outlook.inputs.placed, outlook.clearance)
    status = road_status(network, placed, outlook.vehicle, outlook.at)
    rows = _listed(network, status, all_roads=all_roads)
    ids = network.segments.ids(rows)
    columns = {
        "id": ids,
        **_stated(network, rows, outlook),
        **_judged(ids, status, placed, roads_known_at(outlook)),
        "vehicle": outlook.vehicle.code,
        **provenance(outlook),
        "sensitivity": outlook.clearance.value,
    }
    shapes = network.segments.lines.shapes(rows)
    return gpd.GeoDataFrame(columns, geometry=list(shapes), crs=STORAGE_CRS)


def _listed(
    network: RoadNetwork, status: Mapping[str, Any], *, all_roads: bool
) -> NDArray[np.int64]:
    segments = network.segments
    if all_roads:
        return np.arange(len(segments))
    listed = segments.texts["highway"].isin(LISTED_ROADS)
    listed[[segments.row_of(key) for key in status]] = True
    return np.flatnonzero(listed)


def _stated(network: RoadNetwork, rows: NDArray[np.int64], outlook: Outlook) -> dict[str, Any]:
    """Return what OpenStreetMap says of the roads; None is *not tagged*."""
    segments = network.segments
    texts = {
        name: segments.texts[name].take(rows)
        for name in ("name", "ref", "highway", "surface", "seasonal")
    }
    named = zip(texts["name"], texts["ref"], texts["highway"], strict=True)
    model = outlook.setting.model or standard_model()
    group = class_group(outlook.vehicle)
    speed = segments.texts["highway"].select(rows)
    return {
        "name": [name or ref or f"unnamed {highway or 'road'}" for name, ref, highway in named],
        "osm_way_id": segments.osm_way_id[rows],
        "road_class": texts["highway"],
        "route_ref": texts["ref"],
        "surface": texts["surface"],
        "lanes": segments.numbers["lanes"].select(rows).floats(),
        "speed_kmh": speed.each(partial(model.class_speed_kmh, group=group), np.float64),
        "bridge": segments.flags["bridge"][rows],
        "seasonal": [None if text is None else text != "no" for text in texts["seasonal"]],
        "length_km": np.round(segments.length_m[rows] / 1000, 3),
    }


def _judged(
    ids: Sequence[str],
    status: Mapping[str, Mapping[str, Any]],
    placed: Sequence[Placed],
    known_since: datetime,
) -> dict[str, Any]:
    """Return the status of each road, by which constraints, and how old the newest word is."""
    told = {item.constraint.id: last_word(item.constraint) for item in placed}
    found = [status.get(key) for key in ids]
    dates = [
        known_since if one is None else max(told[key] for key in one["constraints"])
        for one in found
    ]
    return {
        "status": [NO_CONSTRAINT if one is None else one["status"] for one in found],
        "constraints": [None if one is None else "; ".join(one["constraints"]) for one in found],
        "date_of_information": pd.Series(pd.to_datetime(dates, utc=True)),
    }


def _visible(placed: Sequence[Placed], clearance: Sensitivity) -> tuple[Placed, ...]:
    return tuple(item for item in placed if item.constraint.sensitivity.rank <= clearance.rank)
