"""Figures that no thing can have: below nought, or without end."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

from .record import all_of, fields_of

SIGNED = frozenset(
    {
        "elevation_m",
        "gradient_deg",
        "gradient_pct",
        "runway_gradient_pct",
        "temp_min_c",
        "temp_max_c",
        "latitude_other_side",
        "longitude_other_side",
    }
)
"""Figures that may be below nought."""
READ_AS_WRITTEN = frozenset(
    {
        "max_draft_m",
        "max_vessel_length_m",
        "berths",
        "discharge_bag_t_day",
        "runway_length_m",
        "area_m2",
        "capacity_t",
        "truck_max_length_m",
        "diesel_stock_l",
        "length_m",
        "trucks_a_crossing",
        "delay_max_min",
    }
)
"""Figures of facilities that were never refused: published versions must stay readable."""

Problem = tuple[str, str]


def impossible_amounts(record: Any, unchecked: frozenset[str] = frozenset()) -> Iterator[Problem]:
    """Yield the figures of a record that nothing can have, each with what to do about it.

    What is merely doubtful is judged by :mod:`lca.plausible`.
    """
    names, stated = _amounts(type(record), unchecked)  # type: ignore[arg-type]
    for name, value in zip(names, stated(record), strict=True):
        if value is not None and not 0 <= value < math.inf:
            yield f"{name} {value:g} cannot be meant.", "Correct it, or leave the cell empty."


@lru_cache(maxsize=256)
def _amounts(
    record_class: type, unchecked: frozenset[str]
) -> tuple[tuple[str, ...], Callable[[Any], tuple[Any, ...]]]:
    """Return the names of a class's amounts, and what reads them all of a record."""
    names = tuple(
        field.name
        for field in fields_of(record_class)
        if field.type in {"integer", "number"}
        and not field.codes
        and field.name not in SIGNED | unchecked
    )
    return names, all_of(names)
