"""One record with the place where it lies, and the places from which a slip may have brought it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from lca.geo import LonLat

from .coordinates import Axis
from .rows import TableRows
from .slips import digit_slips
from .territory import Territory
from .wire import SheetRow

Slip = tuple[Axis, LonLat, str]


@dataclass(frozen=True, slots=True)
class Placed:
    """One record that lies somewhere; ``position`` is inside of its geometry."""

    table: TableRows
    row: SheetRow
    record: Any
    position: LonLat
    country: str | None


def slips_within(placed: Placed, territory: Territory) -> list[Slip]:
    """Return the places in the record's country from which one slip may have brought it."""
    slips = list(digit_slips(placed.position))
    xy = np.array([(other.lon, other.lat) for _, other, _ in slips])
    held = territory.held(xy, placed.country, margin_degrees=0)
    return [slip for slip, inside in zip(slips, held, strict=True) if inside]


def written(position: LonLat) -> str:
    """Return a position as people write it: latitude, longitude."""
    return f"{position.lat:g}, {position.lon:g}"
