"""Sea ports of the world, from the package searoute, which is an extra."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib import metadata, util
from pathlib import Path
from typing import Any

from lca.country import iso3_of
from lca.errors import UsageError
from lca.geo import LonLat

from .found import Found, Source
from .gazetteer import Gazetteer

_PACKAGE, _LICENCE = "searoute", "Apache-2.0"


def ports_installed() -> bool:
    """Tell whether the table of ports is installed here."""
    return _table() is not None


@lru_cache(maxsize=1)
def seaports() -> Gazetteer:
    """Return the table of ports, read when it is first asked for.

    Raises
    ------
    UsageError
        If the extra is not installed.
    """
    path = _table()
    if path is None:
        raise UsageError(
            "The table of sea ports is not installed.",
            do_next="Install it with: pip install 'lca-access-map[reference]'",
        )
    source = Source(_PACKAGE, metadata.version(_PACKAGE), _LICENCE)
    body = json.loads(path.read_text(encoding="utf-8"))
    return Gazetteer(source, tuple(_found(one, source) for one in body["features"]))


def port(un_locode: str) -> Found | None:
    """Return the port of a UN/LOCODE; None if the table does not have it.

    Raises
    ------
    UsageError
        If the extra is not installed.
    """
    return seaports().coded(un_locode)


def near_ports(position: LonLat, *, within_km: float = 50.0, most: int = 10) -> list[Found]:
    """Return the ports around a position, the nearest first.

    Raises
    ------
    UsageError
        If the extra is not installed.
    """
    return seaports().near(position, within_km=within_km, most=most)


def _found(feature: dict[str, Any], source: Source) -> Found:
    lon, lat = feature["geometry"]["coordinates"]
    said = feature["properties"]
    locode = str(said["port"] or "")
    return Found(
        kind="port",
        name=said["name"] or locode,
        codes={"un_locode": locode} if locode else {},
        iso3=iso3_of(locode[:2]) or iso3_of(said["cty"] or ""),
        position=LonLat(lon, lat),
        source=source,
    )


@lru_cache(maxsize=1)
def _table() -> Path | None:
    """Return the package's table; the package itself, with its graph, is never imported."""
    found = util.find_spec(_PACKAGE)
    places = (found.submodule_search_locations if found else None) or []
    tables = (Path(place) / "data" / "ports.geojson" for place in places)
    return next((table for table in tables if table.is_file()), None)
