"""Find rows that are probably one thing twice: near each other, and called alike.

Rules: ``doubles.near`` (within the file), ``doubles.in_force`` (of a row that is published under
another id) and ``coordinates.shared``. Nothing is merged: which row is right, a person decides.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import geopandas as gpd
import numpy as np
from numpy.typing import NDArray

from lca.constraint import Constraint
from lca.facility import Facility, Fuel, ServiceProvider
from lca.ingest.finding import Finding, tell, tell_of_all
from lca.ingest.rows import TableRows
from lca.place import Place
from lca.vocab import LocationPrecision

from .candidates import Entry, by_layer, placed, placed_in_force, rows_in_force
from .names import ALIKE, every_name, similarities
from .nearness import Pairs, near_others, near_pairs

NEAR_M = 500.0
"""Two records of one kind that lie so near and are called alike are asked about (domain.md 5.8)."""
_NEAR_OF_A_BRAND_M = 60.0
"""Filling stations and companies are called by their brand: two of one stand in one street."""
_MANY_AT_ONE_PLACE = 4
_MOST_ALTERNATIVES = 2_000


def check_doubles(tables: Sequence[TableRows], published: Mapping[str, gpd.GeoDataFrame]) -> None:
    """Tell rows that are probably one thing twice, in the file or in force.

    Parameters
    ----------
    published : mapping of str to GeoDataFrame
        What is in force by layer.
    """
    for layer, entries in by_layer(tables).items():
        compared = [entry for entry in entries if isinstance(entry.record, _COMPARED)]
        if not compared:
            continue
        somewhere, xy = placed(compared)
        _tell_shared(somewhere, xy)
        _tell_near(somewhere, near_pairs(xy, NEAR_M))
        frame = published.get(layer)
        if frame is not None and len(frame):
            _tell_in_force(somewhere, xy, frame)


_COMPARED = (Facility, Place, Constraint)


def _tell_near(entries: Sequence[Entry], pairs: Pairs) -> None:
    ones, others, away = pairs
    names = [_names_of(entry.record) for entry in entries]
    alike = _alike([names[one] for one in ones], [names[other] for other in others])
    told: set[int] = set()
    for index in np.flatnonzero(alike >= ALIKE).tolist():
        first, second = entries[ones[index]], entries[others[index]]
        if others[index] in told or not _may_be_one(first.record, second.record, away[index]):
            continue
        told.add(int(others[index]))
        tell(
            second.table,
            second.row,
            Finding(
                rule="doubles.near",
                message=f"It is probably the same as {first.label}: {away[index]:.0f} m apart, "
                f"names alike to {alike[index]:.0f} of 100.",
                do_next="Keep one of the two; if both exist, give them names that tell them apart.",
                target="name",
                value=second.record.name,
                proposal=f"merge it with {first.label}",
            ),
            fix=False,
        )


def _tell_in_force(
    entries: Sequence[Entry], xy: NDArray[np.float64], frame: gpd.GeoDataFrame
) -> None:
    """Tell rows that would be published beside one that is in force under another id."""
    known = set(frame["id"])
    fresh = [number for number, entry in enumerate(entries) if entry.record.id not in known]
    stays = {entry.record.id for entry in entries}
    numbers, others = placed_in_force(frame)
    ones, found, away = near_others(xy[fresh], others, NEAR_M)
    rows = list(rows_in_force(frame, [numbers[one] for one in found]))
    names = [tuple(every_name(row.values["name"], row.values.get("name_alt"))) for row in rows]
    alike = _alike([_names_of(entries[fresh[one]].record) for one in ones], names)
    told: set[int] = set()
    for index in np.argsort(-alike, kind="stable").tolist():
        entry, row = entries[fresh[ones[index]]], rows[index]
        if alike[index] < ALIKE or ones[index] in told or row.values["id"] in stays:
            continue
        if not _may_be_one(entry.record, row.values, away[index]):
            continue
        told.add(int(ones[index]))
        tell(
            entry.table,
            entry.row,
            Finding(
                rule="doubles.in_force",
                message=f"It is probably {row.label}: {away[index]:.0f} m apart, names alike to "
                f"{alike[index]:.0f} of 100.",
                do_next="Write that id into the row, or it is published as a second one.",
                target="id",
                value=entry.record.id,
                proposal=f"the id {row.values['id']}",
            ),
            fix=False,
        )


def _tell_shared(entries: Sequence[Entry], xy: NDArray[np.float64]) -> None:
    """Tell once a table that several names stand at exactly one position."""
    at: dict[tuple[int, float, float], list[Entry]] = defaultdict(list)
    for entry, (lon, lat) in zip(entries, xy.tolist(), strict=True):
        if not isinstance(entry.record, Constraint) and not _said_to_be_coarse(entry.record):
            at[id(entry.table), lon, lat].append(entry)
    for table, shared in _by_table(at.values()):
        rows = sum(len(one) for one in shared)
        most = max(shared, key=len)
        point = most[0].record.geometry.representative_point()
        tell_of_all(
            table,
            Finding(
                rule="coordinates.shared",
                message=f"{rows} rows lie at {len(shared)} positions that "
                f"{_MANY_AT_ONE_PLACE} or more rows share, as {len(most)} at one: these are "
                "probably the middle of a town, not the places.",
                do_next="Write approximate at Location precision, or give each its own position.",
                target="latitude",
                value=f"{point.y:g}, {point.x:g}",
            ),
        )


def _said_to_be_coarse(record: Any) -> bool:
    """Tell whether a record says of itself that it lies in its town or region only."""
    return record.location_precision in {LocationPrecision.APPROXIMATE, LocationPrecision.BAD}


def _by_table(groups: Any) -> Iterator[tuple[TableRows, list[list[Entry]]]]:
    tables: dict[int, tuple[TableRows, list[list[Entry]]]] = {}
    for group in groups:
        if len({entry.record.name for entry in group}) >= _MANY_AT_ONE_PLACE:
            table = group[0].table
            tables.setdefault(id(table), (table, []))[1].append(group)
    yield from tables.values()


def _alike(ones: Sequence[Sequence[str]], others: Sequence[Sequence[str]]) -> NDArray[np.float64]:
    """Return how alike two things are called, by the best of their names."""
    best = similarities([_first(one) for one in ones], [_first(other) for other in others])
    several = [
        index
        for index, (one, other) in enumerate(zip(ones, others, strict=True))
        if best[index] < ALIKE and len(one) + len(other) > 2
    ]
    for index in several[:_MOST_ALTERNATIVES]:
        mixed = [(one, other) for one in ones[index] for other in others[index]][:64]
        scores = similarities([one for one, _ in mixed], [other for _, other in mixed])
        best[index] = max(best[index], scores.max(initial=0.0))
    return best


def _first(names: Sequence[str]) -> str:
    return names[0] if names else ""


def _names_of(record: Any) -> tuple[str, ...]:
    return tuple(every_name(record.name, getattr(record, "name_alt", None)))


def _may_be_one(one: Any, other: Any, metres: float) -> bool:
    """Tell whether two records that lie near and are called alike may be one thing."""
    if isinstance(one, Fuel | ServiceProvider):
        return metres <= _NEAR_OF_A_BRAND_M
    if isinstance(one, Constraint):
        # One bridge may have a limit and a curfew, and both are true.
        return all(_of(one, name) == _of(other, name) for name in ("constraint_type", "effect"))
    return True


def _of(record: Any, name: str) -> Any:
    return record.get(name) if isinstance(record, Mapping) else getattr(record, name)
