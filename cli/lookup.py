"""``lca lookup``: ports and aerodromes by code, name or place, from tables on this machine."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from lca.country import country as country_named
from lca.errors import NotFound, UsageError
from lca.geo import LonLat
from lca.lookup import Found, Gazetteer, aerodromes, seaports

from .context import JsonFlag, Session, session_of

app = typer.Typer(no_args_is_help=True)

_AROUND_KM = 50.0

What = Annotated[
    str | None, typer.Argument(help="A code or a name, as SDPZU or Port Sudan; left out: by place.")
]
Latitude = Annotated[float | None, typer.Option(help="Latitude of a place to look around.")]
Longitude = Annotated[float | None, typer.Option(help="Longitude of a place to look around.")]
Within = Annotated[float, typer.Option(min=0.1, max=1000, help="How far around the place, km.")]
Country = Annotated[str | None, typer.Option(help="Only in this country (ISO 3166-1 alpha-3).")]
Most = Annotated[int, typer.Option(min=1, max=100, help="The most that are shown.")]


@app.command("port")
def find_port(
    ctx: typer.Context,
    what: What = None,
    lat: Latitude = None,
    lon: Longitude = None,
    within_km: Within = _AROUND_KM,
    country: Country = None,
    most: Most = 10,
    as_json: JsonFlag = False,
) -> None:
    """Find sea ports by UN/LOCODE, by name in any spelling, or around a place.

    The ports are those of the package searoute (pip install 'lca-access-map[reference]').
    """
    del as_json
    _find(session_of(ctx), seaports, what, _Around(lat, lon, within_km, country, most))


@app.command("airport")
def find_airport(
    ctx: typer.Context,
    what: What = None,
    lat: Latitude = None,
    lon: Longitude = None,
    within_km: Within = _AROUND_KM,
    country: Country = None,
    most: Most = 10,
    as_json: JsonFlag = False,
) -> None:
    """Find aerodromes by ICAO or IATA code, by name or town in any spelling, or around a place.

    They are those of the package airportsdata.
    """
    del as_json
    _find(session_of(ctx), aerodromes, what, _Around(lat, lon, within_km, country, most))


class _Around:
    """Where to look, and how many answers to give."""

    def __init__(
        self,
        lat: float | None,
        lon: float | None,
        within_km: float,
        country: str | None,
        most: int,
    ) -> None:
        if (lat is None) != (lon is None):
            raise UsageError("A place has a latitude and a longitude.", do_next="Give both.")
        self.position = None if lat is None or lon is None else LonLat(lon, lat)
        self.within_km = within_km
        self.iso3 = None if country is None else country_named(country).iso3
        self.most = most


def _find(
    session: Session, table: Callable[[], Gazetteer], what: str | None, around: _Around
) -> None:
    places = table()
    found = _found(places, what, around)
    if not found:
        raise NotFound(
            f"{places.source.name} has nothing like {what!r} there."
            if what
            else f"{places.source.name} has nothing within {around.within_km:g} km.",
            do_next="Try another spelling, or a wider circle with --within-km.",
        )
    session.rows(
        ["CODE", "NAME", "TOWN", "COUNTRY", "LAT", "LON", "ALIKE", "KM"],
        [
            (
                one.code,
                one.name,
                one.near_town,
                one.iso3,
                one.position.lat,
                one.position.lon,
                one.similarity,
                one.distance_km,
            )
            for one in found
        ],
        {"found": [one.as_json() for one in found]},
    )
    source = places.source
    session.say(f"Source: {source.name}, edition {source.edition}, licence {source.licence}.")


def _found(places: Gazetteer, what: str | None, around: _Around) -> list[Found]:
    if what is None:
        if around.position is None:
            raise UsageError(
                "Nothing says what to look up.", do_next="Give a code, a name, or --lat and --lon."
            )
        near = places.near(around.position, within_km=around.within_km, most=around.most)
        return [one for one in near if around.iso3 in {None, one.iso3}]
    coded = places.coded(what)
    if coded is not None and what.isupper():
        return [coded]
    # In small letters it may be either: Lima is a town, and LIMA an airfield near Turin.
    named = places.named(what, iso3=around.iso3, near=around.position, most=around.most)
    others = [one for one in named if coded is None or one.codes != coded.codes]
    return ([coded] if coded else []) + others
