"""Aerodromes of the world, from the package airportsdata, which is always installed."""

from __future__ import annotations

from functools import lru_cache

from lca.country import iso3_of
from lca.geo import LonLat

from .found import Found, Source
from .gazetteer import Gazetteer


@lru_cache(maxsize=1)
def aerodromes() -> Gazetteer:
    """Return the table of aerodromes, read when it is first asked for."""
    import airportsdata  # noqa: PLC0415 - 28,000 rows that most commands never need

    source = Source("airportsdata", airportsdata.__version__, airportsdata.__license__)
    places = tuple(
        Found(
            kind="airport",
            name=row["name"] or row["city"],
            codes={name: row[name] for name in ("icao", "iata") if row[name]},
            iso3=iso3_of(row["country"]),
            position=LonLat(row["lon"], row["lat"]),
            near_town=row["city"] or None,
            source=source,
        )
        for row in airportsdata.load("ICAO").values()
    )
    return Gazetteer(source, places)


def airport(*, icao: str | None = None, iata: str | None = None) -> Found | None:
    """Return the aerodrome of a code; None if no table has it.

    With both codes, the one that ``icao`` names: whether its ``iata`` agrees is the caller's to
    judge.
    """
    table = aerodromes()
    for scheme, code in (("icao", icao), ("iata", iata)):
        found = table.coded(code) if code else None
        if found is not None and found.codes.get(scheme) == "".join((code or "").upper().split()):
            return found
    return None


def near_airports(position: LonLat, *, within_km: float = 50.0, most: int = 10) -> list[Found]:
    """Return the aerodromes around a position, the nearest first."""
    return aerodromes().near(position, within_km=within_km, most=most)
