"""Facilities and places whose id, code or name has a text in it."""

from __future__ import annotations

import unicodedata
from typing import Any

from layers.release import Heads
from layers.sensitivity import visible_rows
from layers.store import Store
from lca.table import rows_of
from lca.vocab import Sensitivity
from routing.place import CODE_COLUMNS

from .models.routes import PlaceHit

_MOST_HITS = 20
_NAMED_BY = ("id", "name", "name_alt", *CODE_COLUMNS)


def search_places(store: Store, heads: Heads, text: str, clearance: Sensitivity) -> list[PlaceHit]:
    """Return what matches: the whole text first, then its beginning, then any part of it.

    Accents and case do not count. Records above the clearance, and those without a location,
    are not among them.
    """
    wanted = folded(text)
    ranked: list[tuple[int, str, PlaceHit]] = []
    for layer, release in heads.releases.items():
        if not store.specs[layer].kind.holds_places:
            continue
        frame = store.frame(release.version)
        for row in rows_of(frame[visible_rows(frame, clearance)]):
            rank = _rank(row, wanted)
            if rank is not None and row["geometry"] is not None:
                ranked.append((rank, row["name"], _hit(layer, row)))
    ranked.sort(key=lambda item: (item[0], item[1], item[2].id))
    return [hit for *_, hit in ranked[:_MOST_HITS]]


def folded(text: str) -> str:
    """Return a text without case and accents."""
    plain = unicodedata.normalize("NFKD", text.casefold().strip())
    return "".join(letter for letter in plain if not unicodedata.combining(letter))


def _rank(row: dict[str, Any], wanted: str) -> int | None:
    names = [folded(str(row[name])) for name in _NAMED_BY if row.get(name)]
    if wanted in names:
        return 0
    if any(name.startswith(wanted) for name in names):
        return 1
    return 2 if any(wanted in name for name in names) else None


def _hit(layer: str, row: dict[str, Any]) -> PlaceHit:
    geometry = row["geometry"]
    point = geometry if geometry.geom_type == "Point" else geometry.representative_point()
    return PlaceHit(id=row["id"], layer=layer, name=row["name"], lon=point.x, lat=point.y)
