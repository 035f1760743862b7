"""The areas of countries, from a published layer of administrative boundaries."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry


def countries_in(boundaries: gpd.GeoDataFrame) -> Mapping[str, BaseGeometry]:
    """Return the area of each country that a table of boundaries holds, by ISO 3166-1 alpha-3.

    Parameters
    ----------
    boundaries : GeoDataFrame
        Rows of :class:`lca.boundary.Boundary`, EPSG:4326. A country is its area of level 0, or
        where there is none, those of its highest level together.
    """
    known = boundaries[boundaries["iso3"].notna() & boundaries.geometry.notna()]
    found: dict[str, BaseGeometry] = {}
    for code, rows in known.groupby(known["iso3"].str.upper()):
        highest = rows[rows["level"] == rows["level"].min()]
        found[str(code)] = shapely.union_all(shapely.make_valid(highest.geometry.to_numpy()))
    return found
