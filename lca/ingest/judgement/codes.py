"""Judge the codes that things are known by: their form, their country, and who else has them.

Rules: ``codes.form``, ``codes.country``, ``codes.clash`` and ``codes.elsewhere``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import geopandas as gpd

from lca.country import country
from lca.errors import NotFound
from lca.geo import LonLat
from lca.ingest.finding import Finding, guessed, tell
from lca.ingest.placed import written
from lca.ingest.rows import TableRows
from lca.ingest.slips import digit_slips
from lca.lookup import Found, airport, port, ports_installed

from .candidates import Entry, InForce, by_layer, rows_in_force
from .names import alike, every_name

# Tables of codes have some places only to the town, and those of ports their anchorage.
_LISTED_M = {"icao": 20_000.0, "iata": 20_000.0, "un_locode": 60_000.0}
_SLIPPED_KM = 150.0
"""A slipped degree moves a place by about as much; what lies nearer may be drawn so."""
_FAR_M = 10_000.0
"""One thing does not stand at two places so far apart, whatever its drawing."""


@dataclass(frozen=True, slots=True)
class _Scheme:
    """A list of codes: what it is called, how a code is formed, and how far it is one thing's.

    A UN/LOCODE is a town's, and several ports of a town share it.
    """

    name: str
    form: re.Pattern[str]
    example: str
    of_one_thing: bool = True
    country_first: bool = False


_SCHEMES: Mapping[str, _Scheme] = {
    "un_locode": _Scheme(
        "UN/LOCODE",
        re.compile(r"[A-Z]{2}[A-Z2-9]{3}"),
        "SDPZU",
        of_one_thing=False,
        country_first=True,
    ),
    "icao": _Scheme("ICAO code", re.compile(r"(?=.*[A-Z])[A-Z0-9]{4}"), "HSPN"),
    "iata": _Scheme("IATA code", re.compile(r"[A-Z]{3}"), "PZU"),
    "wpi_number": _Scheme("World Port Index number", re.compile(r"\d{1,6}"), "47940"),
}


def check_codes(
    tables: Sequence[TableRows], published: Mapping[str, gpd.GeoDataFrame], *, fix: bool = False
) -> None:
    """Tell codes that are malformed, of another country or place, or those of another thing.

    Parameters
    ----------
    published : mapping of str to GeoDataFrame
        What is in force by layer.
    """
    for layer, entries in by_layer(tables).items():
        for name, scheme in _SCHEMES.items():
            coded = [(entry, code) for entry in entries if (code := _code(entry.record, name))]
            if coded:
                _judge(coded, name, scheme, _in_force(published.get(layer), name), fix=fix)


def _judge(
    coded: Sequence[tuple[Entry, str]],
    name: str,
    scheme: _Scheme,
    in_force: Mapping[str, InForce],
    *,
    fix: bool,
) -> None:
    holders: dict[str, Entry] = {}
    in_file = {entry.record.id for entry, _ in coded}
    for entry, code in coded:
        for finding in _of_itself(entry, code, name, scheme):
            tell(entry.table, entry.row, finding, fix=False)
        elsewhere = _listed_elsewhere(entry, code, name)
        if elsewhere is not None:
            tell(entry.table, entry.row, elsewhere, fix=fix)
        holder = holders.setdefault(code, entry)
        if holder is not entry:
            _tell_clash(entry, code, name, scheme, holder)
        other = in_force.get(code)
        if other is not None and other.values["id"] not in in_file:
            _tell_clash(entry, code, name, scheme, other)


def _of_itself(entry: Entry, code: str, name: str, scheme: _Scheme) -> Iterator[Finding]:
    if not scheme.form.fullmatch(code):
        yield Finding(
            rule="codes.form",
            message=f"It does not have the form of a {scheme.name}.",
            do_next=f"Correct it, as {scheme.example}, or leave the cell empty.",
            target=name,
            value=code,
        )
        return
    stated = getattr(entry.record, "iso3", None)
    ours = _iso2(stated) if scheme.country_first and stated else None
    if ours and code[:2] != ours:
        yield Finding(
            rule="codes.country",
            message=f"The {scheme.name} begins with {code[:2]}, but the row's country is {stated}.",
            do_next="Correct the code or the country.",
            target=name,
            value=code,
        )


def _listed_elsewhere(entry: Entry, code: str, name: str) -> Finding | None:
    """Say that the code's own table has it far away; of one slip, where it was meant to be."""
    found = _lookup(name, code)
    position = _position(entry.record.geometry)
    if found is None or position is None or position.distance_m(found.position) < _LISTED_M[name]:
        return None
    km = position.distance_m(found.position) / 1000
    slips = [
        (other, how)
        for _, other, how in digit_slips(position)
        if km > _SLIPPED_KM and other.distance_m(found.position) < _LISTED_M[name]
    ]
    proposal, repair = f"{written(found.position)} (as listed)", None
    if len(slips) == 1:
        other, how = slips[0]
        proposal = f"{written(other)} ({how})"
        repair = guessed(entry.table, entry.record, other.point)
    return Finding(
        rule="codes.elsewhere",
        message=f"{found.source.name} {found.source.edition} has {code} as {found.name} at "
        f"{written(found.position)}, {km:,.0f} km away.",
        do_next="Correct the code or the coordinates.",
        target=name,
        value=code,
        proposal=proposal,
        repair=repair,
    )


def _lookup(name: str, code: str) -> Found | None:
    if name == "un_locode":
        return port(code) if ports_installed() else None
    if name in {"icao", "iata"}:
        return airport(**{name: code})
    return None


def _position(geometry: Any) -> LonLat | None:
    if geometry is None or geometry.is_empty or geometry.geom_type != "Point":
        return None
    return LonLat(geometry.x, geometry.y)


def _tell_clash(
    entry: Entry, code: str, name: str, scheme: _Scheme, other: Entry | InForce
) -> None:
    """Say that another thing has the code; of one that lies near and is called alike, a double."""
    same = _called_alike(entry.record, other)
    away = _apart_m(entry.record, other)
    near = away is None or away <= _FAR_M
    if near and not same and not scheme.of_one_thing:
        return
    evidence = "" if away is None else f", {away / 1000:,.1f} km away"
    names = "names alike" if same else "another name"
    double = near and same
    tell(
        entry.table,
        entry.row,
        Finding(
            rule="codes.clash",
            message=f"{other.label} has the same {scheme.name}{evidence}, {names}.",
            do_next="Keep one of the two."
            if double
            else "Correct the code of the one, or the place of the other.",
            target=name,
            value=code,
            proposal=f"merge it with {other.label}" if double else None,
        ),
        fix=False,
    )


def _called_alike(record: Any, other: Entry | InForce) -> bool:
    names = every_name(record.name, getattr(record, "name_alt", None))
    theirs = list(every_name(_of(other, "name"), _of(other, "name_alt")))
    return any(alike(one, their) for one in names for their in theirs[:8])


def _apart_m(record: Any, other: Entry | InForce) -> float | None:
    shapes = record.geometry, _of(other, "geometry")
    if any(shape is None or shape.is_empty for shape in shapes):
        return None
    one, two = (shape.representative_point() for shape in shapes)
    return LonLat(one.x, one.y).distance_m(LonLat(two.x, two.y))


def _of(other: Entry | InForce, name: str) -> Any:
    if isinstance(other, Entry):
        return getattr(other.record, name, None)
    return other.values.get(name)


def _in_force(frame: gpd.GeoDataFrame | None, name: str) -> dict[str, InForce]:
    if frame is None or name not in frame.columns:
        return {}
    codes = [_plain(code) for code in frame[name]]
    numbers = [number for number, code in enumerate(codes) if code]
    found: dict[str, InForce] = {}
    for number, row in zip(numbers, rows_in_force(frame, numbers), strict=True):
        found.setdefault(str(codes[number]), row)
    return found


def _code(record: Any, name: str) -> str | None:
    return _plain(getattr(record, name, None))


def _plain(value: Any) -> str | None:
    text = "" if value is None else re.sub(r"[\s.]", "", str(value)).upper()
    return text if text not in {"", "NAN", "<NA>", "NONE"} else None


@lru_cache(maxsize=512)
def _iso2(iso3: str) -> str | None:
    try:
        return country(iso3).iso2
    except NotFound:
        return None
