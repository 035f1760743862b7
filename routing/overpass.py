"""The roads of a small area as OpenStreetMap has them now, through osmnx's servers and settings.

osmnx finds the place (Nominatim) and names the servers. The roads are asked for as OSM's own XML
instead of a graph of osmnx, because that keeps turn restrictions, barriers and every tag.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry.base import BaseGeometry

from lca.download import Downloader
from lca.errors import DownloadFailed, NotFound, UsageError
from lca.geo import GEOD, BBox

LARGEST_KM2 = 10_000.0
"""Above it an extract is quicker, and kinder to a server that volunteers pay for."""
_SIMPLER_DEGREES = 0.001
_MOST_CORNERS = 400
_TAIL_BYTES = 65_536
_REMARK = re.compile(r"<remark>\s*(.*?)\s*</remark>", re.DOTALL)


def fetch_area(area: str | BBox, target: Path, downloader: Downloader) -> Path:
    """Fetch the roads of a place or box as an ``.osm`` file.

    Parameters
    ----------
    area : str or BBox
        A place by name, as OpenStreetMap knows it, or a box (EPSG:4326).
    target : Path
        The file to write.

    Raises
    ------
    NotFound
        If there is no such place, or it has no area.
    UsageError
        If it is larger than :data:`LARGEST_KM2`.
    DownloadFailed
        If a server does not answer, or not wholly.
    """
    import osmnx as ox  # noqa: PLC0415 - it takes a second to import, and only this needs it

    shape = _place(area, ox) if isinstance(area, str) else area.polygon
    _require_small(shape)
    server = str(ox.settings.overpass_url).rstrip("/")
    form = {"data": query_of(shape, timeout_s=int(ox.settings.requests_timeout))}
    downloader.fetch(f"{server}/interpreter", target, form=form)
    _require_whole(target)
    return target


def query_of(shape: BaseGeometry, *, timeout_s: int) -> str:
    """Return the Overpass query for the roads, ferries and restrictions of an area (EPSG:4326)."""
    wanted = [
        f'way["{key}"{value}](poly:"{ring}");'
        for ring in _rings(shape)
        for key, value in (("highway", ""), ("route", '="ferry"'))
    ]
    return (
        f"[out:xml][timeout:{timeout_s}];"
        f"({''.join(wanted)})->.roads;"
        '(.roads;>;rel(bw.roads)["type"="restriction"];);out body;'
    )


def _place(name: str, ox: Any) -> BaseGeometry:
    """Return the area of a place; osmnx keeps nothing on the disk meanwhile."""
    kept = ox.settings.use_cache
    ox.settings.use_cache = False
    try:
        found = ox.geocode_to_gdf(name)
    except (TypeError, ox._errors.InsufficientResponseError) as error:  # noqa: SLF001 - it has no public name
        raise NotFound(
            f"OpenStreetMap knows no area of the name {name!r}.",
            do_next="Name a town or district with its country, or give --box W,S,E,N.",
        ) from error
    except (OSError, ox._errors.ResponseStatusCodeError) as error:  # noqa: SLF001
        raise DownloadFailed(
            f"The place could not be looked up: {error}",
            where=str(ox.settings.nominatim_url),
            do_next="Try again later, or give --box W,S,E,N.",
        ) from error
    finally:
        ox.settings.use_cache = kept
    shape: BaseGeometry = found.geometry.iloc[0]
    return shape


def _require_small(shape: BaseGeometry) -> None:
    km2 = abs(GEOD.geometry_area_perimeter(shape)[0]) / 1e6
    if km2 > LARGEST_KM2:
        raise UsageError(
            f"The area has {km2:,.0f} km²; at most {LARGEST_KM2:,.0f} km² are fetched so.",
            do_next="Take an extract of the country: lca operation init ISO3, or lca roads build.",
        )


def _rings(shape: BaseGeometry) -> list[str]:
    """Return the outer rings, a little wider and with few corners, as Overpass writes them."""
    wider = shape.buffer(_SIMPLER_DEGREES).simplify(_SIMPLER_DEGREES)
    if shapely.get_num_coordinates(wider) > _MOST_CORNERS:
        wider = wider.convex_hull
    rings = []
    for part in shapely.get_parts(wider):
        corners = shapely.get_coordinates(shapely.get_exterior_ring(part))[:-1]
        rings.append(" ".join(f"{lat:.6f} {lon:.6f}" for lon, lat in corners))
    return rings


def _require_whole(path: Path) -> None:
    """Refuse an answer that Overpass broke off: it says so only in a remark at its end."""
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(_TAIL_BYTES).decode("utf-8", "replace")
        stream.seek(max(0, size - _TAIL_BYTES))
        tail = stream.read().decode("utf-8", "replace")
    remark = _REMARK.search(tail) or _REMARK.search(head)
    whole = "<osm" in head and tail.rstrip().endswith("</osm>")
    if remark is None and whole:
        return
    path.unlink()
    raise DownloadFailed(
        f"The server's answer is not whole: {remark[1][:200] if remark else 'it is no OSM data'}.",
        where=path.name,
        do_next="Ask for a smaller area, or try again later.",
    )
