"""What the tags of osmnx's edges say about each road, judged once for each distinct combination."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .coded import Coded
from .exchange_pairs import Pairs
from .exchange_tags import Values, merged
from .osmtags import Unread, attributes_of, is_road
from .segments import FLAG_COLUMNS, NUMBER_COLUMNS

NAME_KEYS = ("name", "ref")

_SPEED = "maxspeed"
_Cells = tuple[tuple[Values, ...] | None, tuple[Values, ...] | None]
"""The tags of the edge along a road and of the one against it."""


@dataclass(frozen=True, eq=False)
class Attributes:
    """Attribute columns of those roads that are roads for vehicles.

    Attributes
    ----------
    kept : bool[m]
        Which of the roads asked about these are.
    texts, numbers, flags : mapping
        As in :class:`~routing.roads.Roads`.
    unread : Counter
        (key, value) -> roads whose tag was not wholly interpreted.
    """

    kept: NDArray[np.bool_]
    texts: dict[str, Coded[str]]
    numbers: dict[str, Coded[float]]
    flags: dict[str, NDArray[np.bool_]]
    unread: Unread


def attributes_of_pairs(columns: Mapping[str, list[Values]], pairs: Pairs) -> Attributes:
    """Return what the edges' tags say.

    Parameters
    ----------
    columns : mapping
        Key -> what each edge states under it.
    pairs : Pairs
        The edges of each road. Whether it is a one-way road is read off them, not off the tags.
    """
    keys = [key for key in columns if key != "oneway"]
    cells = list(zip(*(columns[key] for key in keys), strict=True))
    number: dict[_Cells, int] = {}
    kinds = np.empty(len(pairs.along), np.int64)
    for road, (along, against) in enumerate(
        zip(pairs.along.tolist(), pairs.against.tolist(), strict=True)
    ):
        kind = (cells[along] if along >= 0 else None, cells[against] if against >= 0 else None)
        kinds[road] = number.setdefault(kind, len(number))
    unread: Unread = Counter()
    times = np.bincount(kinds, minlength=len(number)).tolist()
    rows = [
        _attributes(keys, kind, count, unread) for kind, count in zip(number, times, strict=True)
    ]
    kept = np.array([row is not None for row in rows], np.bool_)[kinds]
    texts, numbers, flags = _columns(rows, kinds[kept])
    texts["oneway"] = Coded.of(_oneways(pairs, kept))
    return Attributes(kept, texts, numbers, flags, unread)


def _attributes(
    keys: list[str], cells: _Cells, roads: int, unread: Unread
) -> dict[str, Any] | None:
    """Return the attributes of one combination of tags; None if it makes no road."""
    along, against = (dict(zip(keys, side, strict=True)) if side else {} for side in cells)
    once: Unread = Counter()
    stated = {
        key: tuple(sorted({*along.get(key, ()), *against.get(key, ())}))
        for key in keys
        if key != _SPEED
    }
    stated |= _speeds(along, against, both=None not in cells)
    names = {key: "; ".join(stated.pop(key, ())) or None for key in NAME_KEYS}
    tags = merged(stated, once)
    if not is_road(tags):
        return None
    found = names | attributes_of(tags, once)
    for tag in once:
        unread[tag] += roads
    return found


def _speeds(
    along: Mapping[str, Values], against: Mapping[str, Values], *, both: bool
) -> dict[str, Values]:
    """Return the limits by direction: each edge states its own, unless a key names the direction."""
    found: dict[str, Values] = {}
    for side, key in ((along, f"{_SPEED}:forward"), (against, f"{_SPEED}:backward")):
        explicit = tuple(sorted({*along.get(key, ()), *against.get(key, ())}))
        found[key] = explicit or (side.get(_SPEED, ()) if both else ())
        if not both and side and not explicit:
            found[_SPEED] = side.get(_SPEED, ())
    return found


def _columns(
    rows: list[dict[str, Any] | None], kinds: NDArray[np.int64]
) -> tuple[dict[str, Coded[str]], dict[str, Coded[float]], dict[str, NDArray[np.bool_]]]:
    """Spread the attributes of each combination over its roads."""
    texts: dict[str, Coded[str]] = {}
    numbers: dict[str, Coded[float]] = {}
    flags: dict[str, NDArray[np.bool_]] = {}
    for name in next((row for row in rows if row is not None), {}):
        values = np.empty(len(rows), dtype=object)
        values[:] = [None if row is None else row[name] for row in rows]
        if name in FLAG_COLUMNS:
            flags[name] = values[kinds].astype(np.bool_)
        elif name in NUMBER_COLUMNS:
            known = [None if value is None or math.isnan(value) else value for value in values]
            values[:] = known
            numbers[name] = Coded.of(values[kinds].tolist())
        else:
            texts[name] = Coded.of(values[kinds].tolist())
    return texts, numbers, flags


def _oneways(pairs: Pairs, kept: NDArray[np.bool_]) -> list[str | None]:
    along, against = pairs.along[kept] >= 0, pairs.against[kept] >= 0
    return np.where(along & against, "no", np.where(along, "forward", "backward")).tolist()  # type: ignore[no-any-return]
