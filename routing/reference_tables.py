"""The tables that answers are judged by: an operation's own where it has published them.

Until an operation publishes a table, the one that the product ships serves. Vehicle classes and
emission factors of an operation take the place of the product's; a row of its speeds takes the
place of the row for the same road, surface or season and group, and the others stay.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any

import lca.emission
import lca.vehicle
from layers.release import Heads, Release
from layers.store import Store
from lca.emission import EmissionFactor
from lca.errors import InvalidInput, StoreUnavailable
from lca.instant import format_instant
from lca.season import Season, seasons_of
from lca.table import records_of
from lca.tablerow import VehicleRow
from lca.vehicle import VehicleClass

from . import access_table
from .shelf import Shelf

Row = Mapping[str, str]

VEHICLES, SEASONS, FACTORS = "vehicle_classes", "seasons", "emission_factors"
SPEEDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "speeds": ("highway", "group"),
        "speeds_by_surface": ("surface_group", "group"),
        "speeds_by_season": ("season", "surface_group", "group"),
    }
)
"""The speed tables that an operation may publish, and the columns that a row is known by."""
TABLES = (VEHICLES, *SPEEDS, SEASONS, FACTORS)
ROADS = "roads"
"""The name under which sources hold the tables that no operation replaces, all in one digest:
access, surfaces, and what the state of a road leaves of the speed."""
_FIGURES = {"speeds": "speed_kmh", "speeds_by_surface": "factor", "speeds_by_season": "factor"}
_KEPT = 8


@dataclass(frozen=True, eq=False)
class ReferenceTables:
    """What vehicles, speeds and emissions are judged by at one state of a store.

    Attributes
    ----------
    vehicles : mapping of code to VehicleClass
    speeds : mapping of table name to rows
        The speed tables that the operation has published, merged with the product's: what
        ``SpeedModel.of_rows`` takes. Empty if it has published none.
    seasons : tuple of Season
        The operation's own, else those that the product knows of its country.
    emission_factors : tuple of EmissionFactor
    sources : mapping of table name to its version, or to the sha256 of the product's file
        What an answer names as its provenance.
    key : str
        Equal for the same tables.
    """

    vehicles: Mapping[str, VehicleClass]
    speeds: Mapping[str, tuple[Row, ...]]
    seasons: tuple[Season, ...]
    emission_factors: tuple[EmissionFactor, ...]
    sources: Mapping[str, Mapping[str, Any]]
    key: str


_kept: Shelf[ReferenceTables] = Shelf(_KEPT)


def reference_tables(store: Store, heads: Heads) -> ReferenceTables:
    """Return the tables as they were published at some heads.

    Raises
    ------
    Withdrawn
        If the version of a table that was in force has been withdrawn.
    StoreUnavailable
        If a published table cannot be understood.
    """
    releases = {name: heads.release(name) for name in TABLES if name in store.specs}
    published = {name: item for name, item in releases.items() if item is not None}
    # Keyed by content: the same versions hold the same rows in every store.
    operation = store.operation
    # The code of an operation begins with its country's.
    country = "" if operation is None else operation.code[:3].upper()
    key = (country, *sorted((name, item.version) for name, item in published.items()))
    found = _kept.get(key, lambda: _read(store, country, published))
    # The numbers and times of releases are the store's own.
    return found if not published else _named(found, published)


def product_tables(country: str = "") -> ReferenceTables:
    """Return the tables that the product ships, for a country (ISO 3166-1 alpha-3)."""
    return _kept.get((country,), lambda: _product(country))


def _product(country: str) -> ReferenceTables:
    sources = {name: {"sha256": _sha256(name)} for name in TABLES if _is_shipped(name)}
    sources[ROADS] = {"sha256": _roads_sha256()}
    return ReferenceTables(
        vehicles=MappingProxyType(dict(lca.vehicle.vehicle_classes())),
        speeds=MappingProxyType({}),
        seasons=seasons_of(country),
        emission_factors=lca.emission.emission_factors(),
        sources=MappingProxyType(sources),
        key=_digest(country, sources),
    )


def _read(store: Store, country: str, published: Mapping[str, Release]) -> ReferenceTables:
    product = _product(country)
    if not published:
        return product
    vehicles, factors, seasons = product.vehicles, product.emission_factors, product.seasons
    if VEHICLES in published:
        rows = _records(store, published[VEHICLES], VehicleRow)
        vehicles = MappingProxyType({row.id: row.vehicle for row in rows})
    if SEASONS in published:
        seasons = tuple(_records(store, published[SEASONS], Season))
    if FACTORS in published:
        factors = tuple(_records(store, published[FACTORS], EmissionFactor))
    speeds = {name: _merged(store, published[name]) for name in SPEEDS if name in published}
    versions = {name: {"version": item.version} for name, item in published.items()}
    sources = {**product.sources, **versions}
    return ReferenceTables(
        vehicles=vehicles,
        speeds=MappingProxyType(speeds),
        seasons=seasons,
        emission_factors=factors,
        sources=MappingProxyType(sources),
        key=_digest(country, sources),
    )


def _records(store: Store, release: Release, record_class: type[Any]) -> list[Any]:
    try:
        return records_of(record_class, store.frame(release.version))
    except InvalidInput as error:
        raise StoreUnavailable(
            f"A published table cannot be understood: {error.what}",
            where=f"{release.layer} version {release.number}, {error.where}",
            do_next="Publish a corrected version; nothing is answered without it.",
        ) from error


def _merged(store: Store, release: Release) -> tuple[Row, ...]:
    """Return the product's rows of a speed table with the operation's in their places."""
    name = release.layer
    key, figure = SPEEDS[name], _FIGURES[name]
    rows = {tuple(row[part] for part in key): row for row in _shipped_rows(name)}
    for record in _records(store, release, store.specs[name].record_class):
        own = {part: str(getattr(record, part)) for part in key}
        # repr: the shortest text that gives the same number again.
        rows[tuple(own.values())] = {**own, figure: repr(float(getattr(record, figure)))}
    return tuple(rows[one] for one in sorted(rows))


def _named(found: ReferenceTables, published: Mapping[str, Release]) -> ReferenceTables:
    told = {
        name: {
            "version": item.version,
            "number": item.number,
            "published_at": format_instant(item.published_at),
        }
        for name, item in published.items()
    }
    return replace(found, sources=MappingProxyType({**found.sources, **told}))


def _digest(country: str, sources: Mapping[str, Mapping[str, Any]]) -> str:
    named = sorted(
        f"{name}={source.get('version') or source.get('sha256')}"
        for name, source in sources.items()
    )
    return hashlib.sha256("\n".join([country, *named]).encode()).hexdigest()


def _is_shipped(name: str) -> bool:
    return resources.files("data").joinpath("reference", f"{name}.csv").is_file()


@lru_cache(maxsize=16)
def _sha256(name: str) -> str:
    table = resources.files("data").joinpath("reference", f"{name}.csv")
    return hashlib.sha256(table.read_bytes()).hexdigest()


@lru_cache(maxsize=1)
def _roads_sha256() -> str:
    """Return the sha256 of ``sha256  name`` of each table, by name."""
    folder = resources.files("data").joinpath("reference")
    names = [*("surfaces", "surfaces_by_class", "speeds_by_condition")]
    names += [f"access/{name}" for name in access_table.TABLES]
    lines = [
        f"{hashlib.sha256(folder.joinpath(f'{name}.csv').read_bytes()).hexdigest()}  {name}.csv"
        for name in sorted(names)
    ]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _shipped_rows(name: str) -> Iterable[Row]:
    if not _is_shipped(name):
        return []
    table = resources.files("data").joinpath("reference", f"{name}.csv")
    with table.open(encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
