"""Countries by ISO 3166-1 alpha-3 code: their names, and the time zones on their ground."""

from __future__ import annotations

import csv
import difflib
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from .errors import NotFound, UsageError

_LONGEST = 64


@dataclass(frozen=True, slots=True)
class Country:
    """A country or territory with a code; its mention states nothing on its status.

    ``geofabrik`` is the path of the OpenStreetMap extract that holds it, as the mirrors name it;
    empty if there is none of its own.
    """

    iso3: str
    iso2: str
    name: str
    geofabrik: str

    @property
    def time_zones(self) -> tuple[str, ...]:
        """The IANA zones on its ground, the most populous first; none if the tables have none."""
        return _zones().get(self.iso2, ())

    @property
    def time_zone(self) -> str:
        """The one zone of its ground.

        Raises
        ------
        UsageError
            If it has several or none: a wrong one would shift every curfew.
        """
        zones = self.time_zones
        if len(zones) == 1:
            return zones[0]
        several = ", ".join(zones[:12]) + (", …" if len(zones) > 12 else "")
        raise UsageError(
            f"{self.name} has {len(zones)} time zones, and the operation needs one."
            if zones
            else f"The time zone of {self.name} is not known.",
            do_next=f"Give --time-zone, one of {several}."
            if zones
            else "Give --time-zone with an IANA name, as Africa/Khartoum.",
        )


def country(code: str) -> Country:
    """Return the country of an ISO 3166-1 alpha-3 code, in any case.

    Raises
    ------
    NotFound
        If there is none; the names that were perhaps meant are told.
    """
    known = _countries()
    found = known.get(code.strip().upper())
    if found is None:
        by_name = {item.name.casefold(): item for item in known.values()}
        by_code = {item.iso2.casefold(): item for item in known.values()}
        words = code.strip().casefold()
        close = difflib.get_close_matches(words, by_name, n=3, cutoff=0.7)
        meant = [by_code[words]] if words in by_code else [by_name[name] for name in close]
        advice = " or ".join(f"{item.iso3} ({item.name})" for item in meant)
        raise NotFound(
            f"{code!r} is not the three-letter code of a country.",
            do_next=f"Did you mean {advice}?" if meant else "Give the ISO 3166 code, as SDN.",
        )
    return found


def iso3_of(word: str) -> str | None:
    """Return the alpha-3 code of a code of two or three letters or an English name, if it is one.

    Case and accents do not matter, and nothing is guessed.
    """
    # A table names a few countries in thousands of rows; what is longer than any is not kept.
    return _kept(word) if len(word) <= _LONGEST else _by_word().get(_folded(word))


@lru_cache(maxsize=1024)
def _kept(word: str) -> str | None:
    return _by_word().get(_folded(word))


def _folded(word: str) -> str:
    text = unicodedata.normalize("NFKD", word).casefold()
    return " ".join("".join(char for char in text if char.isalnum() or char.isspace()).split())


@lru_cache(maxsize=1)
def _by_word() -> dict[str, str]:
    countries = _countries().values()
    words = {_folded(one.name): one.iso3 for one in countries}
    return (
        words
        | {one.iso2.casefold(): one.iso3 for one in countries}
        | {one.iso3.casefold(): one.iso3 for one in countries}
    )


@lru_cache(maxsize=1)
def _countries() -> dict[str, Country]:
    table = resources.files("data").joinpath("reference", "countries.csv")
    with table.open(encoding="utf-8") as stream:
        return {row["iso3"]: Country(**row) for row in csv.DictReader(stream)}


@lru_cache(maxsize=1)
def _zones() -> dict[str, tuple[str, ...]]:
    """Return the zones by ISO 3166-1 alpha-2 code, from the table of the package tzdata."""
    table = resources.files("tzdata").joinpath("zoneinfo", "zone.tab")
    zones: dict[str, tuple[str, ...]] = {}
    for line in table.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            iso2, _, name = line.split("\t")[:3]
            zones[iso2] = (*zones.get(iso2, ()), name)
    return zones
