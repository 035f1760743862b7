"""Find the place that a text means: an id, a name, or ``lat=…,lon=…``."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import geopandas as gpd

from layers.release import Heads
from layers.spec import LayerKind
from layers.store import Store
from lca.errors import AmbiguousPlace, NotFound
from lca.geo import LonLat
from lca.table import rows_of
from lca.vocab import Sensitivity

from .roadname import words_of

CODE_COLUMNS = ("un_locode", "icao", "iata", "pcode")
"""Columns whose codes name a place as well as its id does."""

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


def find_place(
    store: Store, heads: Heads, text: str, clearance: Sensitivity = Sensitivity.PUBLIC
) -> ResolvedPlace:
    """Return the place that a text means, among the facilities and places of the heads.

    An id wins over a code, a code over a name, a name over another name. Rows above the
    clearance do not exist for the asker.

    Raises
    ------
    AmbiguousPlace
        For a bare pair of numbers, or a name that several places bear.
    NotFound
        If no place that the asker may see bears it, or it has no location.
    """
    position = _coordinates(text)
    if position is not None:
        return ResolvedPlace(None, None, f"lat={position.lat:g},lon={position.lon:g}", position)
    tables = [
        (layer, store.frame(release.version))
        for layer, release in sorted(heads.releases.items())
        if store.specs[layer].kind is not LayerKind.CONSTRAINT
    ]
    listed = [(layer, frame, row) for layer, frame in tables for row in _visible(frame, clearance)]
    for bears in (_by_id, _by_code, _by_name, _by_other_name):
        hits = [
            (layer, rows_of(frame.iloc[[row]])[0])
            for layer, frame, row in listed
            if bears(frame, row, text.strip())
        ]
        if len(hits) == 1:
            return _resolved(*hits[0])
        if hits:
            raise _ambiguous(text, hits)
    raise _unknown(text, [str(frame["name"].iloc[row]) for _, frame, row in listed])


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


def _visible(frame: gpd.GeoDataFrame, clearance: Sensitivity) -> list[int]:
    words = frame["sensitivity"].tolist()
    return [row for row, word in enumerate(words) if Sensitivity(word).rank <= clearance.rank]


def _by_id(frame: gpd.GeoDataFrame, row: int, text: str) -> bool:
    return bool(frame["id"].array[row] == text)


def _by_code(frame: gpd.GeoDataFrame, row: int, text: str) -> bool:
    code = text.upper()
    return any(
        str(frame[column].array[row]).upper() == code
        for column in ("id", *CODE_COLUMNS)
        if column in frame
    )


def _by_name(frame: gpd.GeoDataFrame, row: int, text: str) -> bool:
    wanted = words_of(text)
    return bool(wanted) and words_of(frame["name"].array[row]) == wanted


def _by_other_name(frame: gpd.GeoDataFrame, row: int, text: str) -> bool:
    wanted = words_of(text)
    if not wanted or "name_alt" not in frame:
        return False
    names = frame["name_alt"].array[row]
    return isinstance(names, str) and any(
        words_of(name) == wanted for name in re.split("[;,/]", names)
    )


def _resolved(layer: str, row: dict[str, Any]) -> ResolvedPlace:
    geometry = row["geometry"]
    if geometry is None or geometry.is_empty:
        raise NotFound(
            f"{row['name']} ({row['id']}) has no location.",
            do_next="Give lat=…,lon=… or add its location to the layer.",
        )
    point = geometry if geometry.geom_type == "Point" else geometry.representative_point()
    return ResolvedPlace(row["id"], layer, row["name"], LonLat(point.x, point.y), row)


def _ambiguous(text: str, hits: list[tuple[str, dict[str, Any]]]) -> AmbiguousPlace:
    listed = ", ".join(f"{row['id']} ({row['name']}, {layer})" for layer, row in hits[:10])
    return AmbiguousPlace(
        f"{text!r} may mean {len(hits)} places.",
        do_next=f"Give the id of one: {listed}{', …' if len(hits) > 10 else ''}.",
        details={"choices": [{"id": row["id"], "layer": layer} for layer, row in hits]},
    )


def _unknown(text: str, names: list[str]) -> NotFound:
    close = difflib.get_close_matches(text, names, n=3, cutoff=0.6)
    advice = f"Did you mean {' or '.join(close)}? " if close else ""
    return NotFound(
        f"There is no place {text!r}.",
        do_next=f"{advice}Give an id, a name of a facility or place, or lat=…,lon=….",
    )
