"""Bodies of tiles: TileJSON, tilesets of OGC API - Tiles, and the status of roads by number."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .wire import Instant, Link, Wire


class VectorLayer(Wire):
    """One layer in the tiles and its properties."""

    id: str
    fields: dict[str, str]
    minzoom: int
    maxzoom: int


class TileJson(Wire):
    """TileJSON 3.0: what clients such as QGIS, MapLibre and Leaflet read to find tiles."""

    tilejson: Literal["3.0.0"] = "3.0.0"
    scheme: Literal["xyz"] = "xyz"
    name: str
    description: str
    attribution: str
    tiles: list[str]
    vector_layers: list[VectorLayer]
    minzoom: int
    maxzoom: int
    bounds: tuple[float, float, float, float]


class TileLink(Link):
    """A link that may hold places for the numbers of a tile."""

    templated: bool = False


class TileSet(Wire):
    """A set of tiles in one scheme of tiles."""

    title: str
    dataType: Literal["vector"] = "vector"  # noqa: N815 - the standard's name
    crs: str = "http://www.opengis.net/def/crs/EPSG/0/3857"
    tileMatrixSetURI: str = (  # noqa: N815 - the standard's name
        "http://www.opengis.net/def/tilematrixset/OGC/1.0/WebMercatorQuad"
    )
    links: list[TileLink]


class TileSets(Wire):
    """The sets of tiles of a layer."""

    tilesets: list[TileSet]
    links: list[Link]


class StatusGroup(Wire):
    """Segments with one status by the same constraints."""

    status: Literal["closed", "restricted", "unverified"]
    constraints: list[str]
    segments: list[int] = Field(
        description="Numbers of segments, ascending, each as its distance from the one before it."
    )


class RoadSnapshot(Wire):
    """What constraints do to the roads, by the numbers that segments have in a build's tiles."""

    build: str | None
    vehicle: str
    at: Instant
    as_of: Instant
    groups: list[StatusGroup]
