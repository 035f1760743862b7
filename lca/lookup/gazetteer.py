"""A table of places that is searched by code, by name and by position."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from anyascii import anyascii
from rapidfuzz import fuzz, process

from lca.geo import GEOD, LonLat

from .found import Found, Source

if TYPE_CHECKING:
    from numpy.typing import NDArray

_LEAST_ALIKE = 75.0
"""Of 100; below it, names of other places are the most of what is found ([project])."""
_LONGEST_NAME = 200
_KM_A_DEGREE = 110.5
"""A degree of latitude is never shorter on the WGS 84 ellipsoid (110.57 km at the equator)."""
# What many names of ports and aerodromes have, in the languages that they are written in.
_COMMON = frozenset(
    {
        "port",
        "ports",
        "porto",
        "puerto",
        "bur",
        "bandar",
        "bender",
        "mina",
        "minat",
        "al",
        "mersa",
        "marsa",
        "harbour",
        "harbor",
        "airport",
        "airfield",
        "airstrip",
        "aerodrome",
        "aerodromo",
        "aeropuerto",
        "aeroport",
        "aeroporto",
        "international",
        "new",
        "of",
        "de",
        "la",
        "el",
        "del",
        "the",
    }
)

_AS_ARABIC_HAS_IT = str.maketrans("pvqgc", "bfkjk")


@dataclass(frozen=True)
class Gazetteer:
    """Places of one source, in its order."""

    source: Source
    places: Sequence[Found]
    _by_code: dict[str, Found] = field(init=False, repr=False, default_factory=dict)
    _written: dict[tuple[str | None, bool], tuple[Mapping[int, str], Mapping[int, str]]] = field(
        init=False, repr=False, compare=False, default_factory=dict
    )

    def __post_init__(self) -> None:
        for place in self.places:
            for code in place.codes.values():
                self._by_code.setdefault(code, place)

    def coded(self, code: str) -> Found | None:
        """Return the place of a code, in any case and spacing; None if there is none."""
        return self._by_code.get("".join(code.upper().split()))

    def named(
        self,
        name: str,
        *,
        iso3: str | None = None,
        near: LonLat | None = None,
        most: int = 10,
    ) -> list[Found]:
        """Return the places whose names or towns are most like a name, the most alike first.

        Case, accents, scripts and words such as *port* and *bur* do not count. Equally alike
        names are ordered by their distance from ``near``.

        Parameters
        ----------
        iso3 : str, optional
            Only places in this country.
        """
        found = [
            replace(self.places[index], similarity=round(score, 3))
            for index, score in self._alike(name[:_LONGEST_NAME], iso3).items()
        ]
        if near is not None:
            found = _with_distances(found, near)
        found.sort(key=lambda one: (-(one.similarity or 0), one.distance_km or 0, one.name))
        return found[:most]

    def near(self, position: LonLat, *, within_km: float = 50.0, most: int = 10) -> list[Found]:
        """Return the places within a geodesic distance of a position, the nearest first."""
        lat = self._positions[:, 1]
        band = np.nonzero(np.abs(lat - position.lat) <= within_km / _KM_A_DEGREE)[0]
        around = _with_distances([self.places[index] for index in band.tolist()], position)
        near = [one for one in around if (one.distance_km or 0) <= within_km]
        return sorted(near, key=lambda one: (one.distance_km or 0, one.name))[:most]

    def _alike(self, name: str, iso3: str | None) -> dict[int, float]:
        """Return how alike the names of a country's places are to a name, 0-1, by index."""
        latin = re.search("[a-z]", unicodedata.normalize("NFKD", name).casefold()) is not None
        wanted = plain_name(name) if latin else skeleton(name)
        scorer = fuzz.token_set_ratio if latin else fuzz.ratio
        alike: dict[int, float] = {}
        for names in self._names(iso3, latin=latin) if wanted else ():
            hits = process.extract(
                wanted, names, scorer=scorer, score_cutoff=_LEAST_ALIKE, limit=None
            )
            for text, score, index in hits:
                # A name that only holds the wanted one is less alike than the name itself.
                whole = (3 * score + fuzz.ratio(wanted, text)) / 400
                alike[index] = max(whole, alike.get(index, 0.0))
        return alike

    def _names(
        self, iso3: str | None, *, latin: bool
    ) -> tuple[Mapping[int, str], Mapping[int, str]]:
        """Return names, and the towns that places serve, by index; without what is not named.

        A country's are written as they are compared when they are first asked for: those of the
        world take longer than all that is compared with them.
        """
        found = self._written.get((iso3, latin))
        if found is None:
            comparable = plain_name if latin else skeleton
            places = [
                (index, place)
                for index, place in enumerate(self.places)
                if iso3 in {None, place.iso3}
            ]
            names = ((index, comparable(place.name)) for index, place in places)
            towns = ((index, comparable(place.near_town or "")) for index, place in places)
            found = _filled(names), _filled(towns)
            self._written[iso3, latin] = found
        return found

    @cached_property
    def _positions(self) -> NDArray[np.float64]:
        pairs = [(place.position.lon, place.position.lat) for place in self.places]
        return np.array(pairs, np.float64).reshape(-1, 2)


def plain_name(name: str) -> str:
    """Return a name in plain letters without the words that many names have.

    A name that has no others keeps them: Port is a place in Ohio.
    """
    words = re.findall(r"[a-z0-9]+", anyascii(name).casefold())
    return " ".join([word for word in words if word not in _COMMON] or words)


def skeleton(name: str) -> str:
    """Return the consonants of a name: all that Arabic script writes of it, where p is b."""
    letters = re.sub(r"[^a-z0-9]+|[aeiouwy]", "", anyascii(name).casefold())
    return letters.translate(_AS_ARABIC_HAS_IT)


def _filled(texts: Iterable[tuple[int, str]]) -> Mapping[int, str]:
    return {index: text for index, text in texts if text}


def _with_distances(places: Sequence[Found], position: LonLat) -> list[Found]:
    if not places:
        return []
    count = len(places)
    _, _, metres = GEOD.inv(
        [position.lon] * count,
        [position.lat] * count,
        [place.position.lon for place in places],
        [place.position.lat for place in places],
    )
    return [
        replace(place, distance_km=round(float(far) / 1000, 2))
        for place, far in zip(places, metres, strict=True)
    ]
