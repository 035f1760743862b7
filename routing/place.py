"""Find the place that a text means: an id, a name, or ``lat=…,lon=…``."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd

from layers.release import Heads, Release
from layers.spec import LayerKind
from layers.store import Store
from lca.errors import AmbiguousPlace, NotFound
from lca.geo import LonLat
from lca.table import rows_of
from lca.vocab import Sensitivity

from .roadname import words_of
from .shelf import Shelf

CODE_COLUMNS = ("un_locode", "icao", "iata", "pcode")
"""Columns whose codes name a place as well as its id does."""

_KEPT_LAYERS = 32
_KEPT_PLACES = 1_000

_NUMBER = r"\s*([+-]?\d+(?:\.\d+)?)\s*"
_COORDINATES = re.compile(rf"\s*lat\s*={_NUMBER},\s*lon\s*={_NUMBER}", re.IGNORECASE)
_SWAPPED = re.compile(rf"\s*lon\s*={_NUMBER},\s*lat\s*={_NUMBER}", re.IGNORECASE)
_BARE_PAIR = re.compile(rf"{_NUMBER}[,;\s]{_NUMBER}")


@dataclass(frozen=True, slots=True)
class ResolvedPlace:
    """A place as it was understood; ``id`` and ``layer`` are None for coordinates."""

    id: str | None
    layer: str | None
    name: str
    position: LonLat
    row: Mapping[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the place as a JSON object, without the row's other columns."""
        return {
            "id": self.id,
            "name": self.name,
            "layer": self.layer,
            "lon": self.position.lon,
            "lat": self.position.lat,
        }


@dataclass(frozen=True, slots=True)
class _Entry:
    """What a row of a layer can be called."""

    rank: int
    id: str
    codes: frozenset[str]
    name: str
    words: tuple[str, ...]
    other_names: frozenset[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Hit:
    """A row of a release that bears a text."""

    layer: str
    release: Release
    row: int
    entry: _Entry


class Gazetteer:
    """Finds places; keeps, by version, what the rows of a layer can be called."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._entries: Shelf[tuple[_Entry, ...]] = Shelf(_KEPT_LAYERS)
        self._places: Shelf[ResolvedPlace] = Shelf(_KEPT_PLACES)

    def find(
        self, heads: Heads, text: str, clearance: Sensitivity = Sensitivity.PUBLIC
    ) -> ResolvedPlace:
        """Return the place that a text means, among the facilities and places of the heads.

        An id wins over a code, a code over a name, a name over another name, that over the first
        words of a name. Rows above the clearance do not exist for the asker.

        Raises
        ------
        AmbiguousPlace
            For a bare pair of numbers, or a name that several places bear.
        NotFound
            If no place that the asker may see bears it, or it has no location.
        """
        position = _coordinates(text)
        if position is not None:
            name = f"lat={position.lat:g},lon={position.lon:g}"
            return ResolvedPlace(None, None, name, position)
        listed = self._hits(heads, clearance)
        wanted, words = text.strip(), words_of(text)
        tests: tuple[Callable[[_Entry], bool], ...] = (
            lambda entry: entry.id == wanted,
            lambda entry: wanted.upper() in entry.codes,
            lambda entry: bool(words) and entry.words == words,
            lambda entry: words in entry.other_names,
            lambda entry: bool(words) and entry.words[: len(words)] == words,
        )
        for bears in tests:
            hits = [item for item in listed if bears(item.entry)]
            if len(hits) > 1:
                raise _ambiguous(text, hits)
            if hits:
                return self._place(hits[0])
        raise _unknown(text, [item.entry.name for item in listed])

    def named(self, heads: Heads, clearance: Sensitivity, text: str) -> tuple[ResolvedPlace, ...]:
        """Return every place that bears an id, code or name, those of a places layer alone if any.

        Unlike :meth:`find` it does not take the first words of a name for the name: what is
        closed by it should be what was meant. Nor does a facility's other name count: an airport
        bears that of a city from which it lies kilometres away.
        """
        wanted, words = text.strip(), words_of(text)
        listed = self._hits(heads, clearance)

        def is_town(hit: _Hit) -> bool:
            return self._store.specs[hit.layer].kind is LayerKind.PLACE

        def names(hit: _Hit) -> set[tuple[str, ...]]:
            return {hit.entry.words, *(hit.entry.other_names if is_town(hit) else ())}

        tests: tuple[Callable[[_Hit], bool], ...] = (
            lambda hit: hit.entry.id == wanted,
            lambda hit: wanted.upper() in hit.entry.codes,
            lambda hit: bool(words) and words in names(hit),
        )
        for bears in tests:
            hits = [item for item in listed if bears(item)]
            towns = [hit for hit in hits if is_town(hit)]
            found = [self._located(hit) for hit in towns or hits]
            if any(found):
                return tuple(place for place in found if place is not None)
        return ()

    def version(self, heads: Heads) -> str:
        """Return what changes when any place does."""
        return ";".join(
            f"{layer}={release.version}"
            for layer, release in sorted(heads.releases.items())
            if self._store.specs[layer].kind.holds_places
        )

    def _located(self, hit: _Hit) -> ResolvedPlace | None:
        try:
            return self._place(hit)
        except NotFound:
            return None  # it has a name and no location, so it locates nothing

    def _hits(self, heads: Heads, clearance: Sensitivity) -> list[_Hit]:
        return [
            _Hit(layer, release, row, entry)
            for layer, release in sorted(heads.releases.items())
            if self._store.specs[layer].kind.holds_places
            for row, entry in enumerate(self._listed(release))
            if entry.rank <= clearance.rank
        ]

    def _listed(self, release: Release) -> tuple[_Entry, ...]:
        return self._entries.get(
            (release.version,), lambda: _entries(self._store.frame(release.version))
        )

    def _place(self, hit: _Hit) -> ResolvedPlace:
        def read() -> ResolvedPlace:
            frame = self._store.frame(hit.release.version)
            return _resolved(hit.layer, rows_of(frame.iloc[[hit.row]])[0])

        return self._places.get((hit.layer, hit.release.version, hit.row), read)


def _entries(frame: gpd.GeoDataFrame) -> tuple[_Entry, ...]:
    columns: dict[str, list[Any]] = {
        name: frame[name].tolist() if name in frame else [None] * len(frame)
        for name in ("id", "name", "name_alt", "sensitivity", *CODE_COLUMNS)
    }
    return tuple(
        _Entry(
            rank=Sensitivity(columns["sensitivity"][row]).rank,
            id=columns["id"][row],
            codes=frozenset(
                str(code).upper()
                for code in (columns[name][row] for name in ("id", *CODE_COLUMNS))
                if isinstance(code, str)
            ),
            name=str(columns["name"][row]),
            words=words_of(columns["name"][row]),
            other_names=_other_names(columns["name_alt"][row]),
        )
        for row in range(len(frame))
    )


def _other_names(names: object) -> frozenset[tuple[str, ...]]:
    if not isinstance(names, str):
        return frozenset()
    return frozenset(filter(None, map(words_of, re.split("[;,/]", names))))


def _coordinates(text: str) -> LonLat | None:
    found = _COORDINATES.fullmatch(text)
    if found:
        return LonLat(lon=float(found[2]), lat=float(found[1]))
    swapped = _SWAPPED.fullmatch(text)
    if swapped:
        return LonLat(lon=float(swapped[1]), lat=float(swapped[2]))
    pair = _BARE_PAIR.fullmatch(text)
    if pair:
        raise AmbiguousPlace(
            f"{text!r} does not say which number is the latitude.",
            do_next=f"Write lat={pair[1]},lon={pair[2]} or lat={pair[2]},lon={pair[1]}.",
        )
    return None


def _resolved(layer: str, row: dict[str, Any]) -> ResolvedPlace:
    geometry = row["geometry"]
    if geometry is None or geometry.is_empty:
        raise NotFound(
            f"{row['name']} ({row['id']}) has no location.",
            do_next="Give lat=…,lon=… or add its location to the layer.",
        )
    point = geometry if geometry.geom_type == "Point" else geometry.representative_point()
    return ResolvedPlace(row["id"], layer, row["name"], LonLat(point.x, point.y), row)


def _ambiguous(text: str, hits: list[_Hit]) -> AmbiguousPlace:
    listed = ", ".join(f"{hit.entry.id} ({hit.entry.name}, {hit.layer})" for hit in hits[:10])
    return AmbiguousPlace(
        f"{text!r} may mean {len(hits)} places.",
        do_next=f"Give the id of one: {listed}{', …' if len(hits) > 10 else ''}.",
        details={"choices": [{"id": hit.entry.id, "layer": hit.layer} for hit in hits]},
    )


def _unknown(text: str, names: list[str]) -> NotFound:
    close = difflib.get_close_matches(text, names, n=3, cutoff=0.6)
    advice = f"Did you mean {' or '.join(close)}? " if close else ""
    return NotFound(
        f"There is no place {text!r}.",
        do_next=f"{advice}Give an id, a name of a facility or place, or lat=…,lon=….",
    )


@dataclass(frozen=True, eq=False)
class PlaceNames:
    """The places of one state of the store by name, for locations in words."""

    gazetteer: Gazetteer
    heads: Heads

    @property
    def version(self) -> str:
        """What changes when any place does: the versions of the layers that hold places."""
        return self.gazetteer.version(self.heads)

    def bearing(self, text: str, clearance: Sensitivity) -> tuple[ResolvedPlace, ...]:
        """Return the places of a name that may be told to readers of some clearance."""
        return self.gazetteer.named(self.heads, clearance, text)
