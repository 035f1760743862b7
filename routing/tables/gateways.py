"""Gateways: entry points ranked by the time to a destination, with what passes them a day and until when."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import geopandas as gpd
import numpy as np

from lca.effect import Outcome
from lca.errors import UsageError
from lca.geo import STORAGE_CRS
from lca.instant import format_instant
from lca.vocab import OperationalStatus, Verdict
from routing.finding import Finding
from routing.notes import Note
from routing.outlook import Outlook
from routing.place import ResolvedPlace
from routing.way import Way

from .heading import Heading
from .matrix import time_words
from .sheet import Sheet

ENTRY_LAYERS = ("airports", "border_crossings", "ports")
MOST_GATEWAYS = 200


@dataclass(frozen=True, slots=True)
class Capacity:
    """One part of a chain and what it lets through, in tonnes a day; None is not known."""

    part: str
    t_day: float | None
    basis: str

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {"part": self.part, "t_day": self.t_day, "basis": self.basis}


@dataclass(frozen=True, slots=True)
class Expiry:
    """A permission that ends, and when; ``note`` is of what it is about."""

    until: datetime
    note: Note

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {"until": format_instant(self.until), "note": self.note.as_json()}


@dataclass(frozen=True, slots=True)
class Gateway:
    """One entry point: how the way from it stands, its chain of capacities, permits, and why not."""

    place: ResolvedPlace
    verdict: Verdict
    closed: str
    hours: float | None
    km: float | None
    lowest_limit_t: float | None
    chain: tuple[Capacity, ...]
    expiries: tuple[Expiry, ...]
    permit: str
    conditions: tuple[Note, ...]
    blocked_by: tuple[Note, ...]
    reason: str

    @property
    def usable(self) -> bool:
        """Whether it is open and a way leads from it."""
        return not self.closed and self.hours is not None and self.verdict is not Verdict.NOT_VIABLE

    @property
    def bottleneck_t_day(self) -> float | None:
        """The least of the known capacities; more may be the limit where a part is not known."""
        known = [item.t_day for item in self.chain if item.t_day is not None]
        return min(known, default=None)

    @property
    def unknown_parts(self) -> tuple[str, ...]:
        """The parts of the chain whose capacity nobody has stated."""
        return tuple(item.part for item in self.chain if item.t_day is None)

    @property
    def why_not(self) -> str:
        """Why it cannot be used, empty if it can."""
        if self.closed:
            return self.closed
        if self.usable:
            return ""
        named = ", ".join(dict.fromkeys(note.title() for note in self.blocked_by))
        return f"the way is blocked by {named}" if named else self.reason or "there is no way"

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object."""
        return {
            **self.place.as_json(),
            "usable": self.usable,
            "verdict": self.verdict.value,
            "why_not": self.why_not,
            "hours": None if self.hours is None else round(self.hours, 2),
            "km": None if self.km is None else round(self.km, 2),
            "lowest_limit_t": self.lowest_limit_t,
            "bottleneck_t_day": self.bottleneck_t_day,
            "unknown_parts": list(self.unknown_parts),
            "chain": [item.as_json() for item in self.chain],
            "expiries": [item.as_json() for item in self.expiries],
            "permit": self.permit,
            "conditions": [note.as_json() for note in self.conditions],
            "blocked_by": [note.as_json() for note in self.blocked_by],
        }


@dataclass(frozen=True, slots=True)
class Gateways:
    """Entry points by the time to a destination, those that cannot be used last."""

    heading: Heading
    destination: ResolvedPlace
    gateways: tuple[Gateway, ...]

    def as_json(self) -> dict[str, Any]:
        """Return the table as a JSON object."""
        return {
            **self.heading.as_json(),
            "destination": self.destination.as_json(),
            "gateways": [item.as_json() for item in self.gateways],
        }

    def as_text(self) -> str:
        """Return the table as text."""
        lines = [*self.heading.first_lines(f"GATEWAYS to {self.destination.name}"), ""]
        for number, item in enumerate(self.gateways, 1):
            lines.append(f"{number:>3}. {item.place.name} ({item.place.layer}): {self._line(item)}")
            lines += [f"     {note.title()}: {note.reason}" for note in item.conditions[:3]]
        return "\n".join([*lines, "", *self.heading.last_lines()])

    def _line(self, item: Gateway) -> str:
        if not item.usable or item.hours is None or item.km is None:
            return f"not usable, {item.why_not}"
        day = self.heading.policy.driving_day_h
        words = [f"{time_words(item.hours, day)}, {item.km:.0f} km"]
        if item.bottleneck_t_day is None:
            words.append("capacity not known")
        else:
            words.append(f"at most {item.bottleneck_t_day:,.0f} t a day")
        if item.bottleneck_t_day is not None and item.unknown_parts:
            words.append(f"not known of {', '.join(item.unknown_parts)}")
        if item.lowest_limit_t is not None:
            words.append(f"lowest known limit {item.lowest_limit_t:g} t gross")
        words += [
            f"{one.note.title()} permitted until {one.until:%d %b %Y}" for one in item.expiries
        ]
        return "; ".join([*words, *([item.permit] if item.permit else [])])

    def sheets(self) -> list[Sheet]:
        """Return one sheet of gateways and one of the chains."""
        columns = (
            "rank", "id", "name", "layer", "usable", "why not", "verdict", "hours", "km",
            "lowest limit (t)", "bottleneck t/day", "not known", "permission ends", "permit",
        )  # fmt: skip
        rows = [
            [
                number,
                item.place.id,
                item.place.name,
                item.place.layer,
                item.usable,
                item.why_not,
                item.verdict.value,
                None if item.hours is None else round(item.hours, 2),
                None if item.km is None else round(item.km, 1),
                item.lowest_limit_t,
                item.bottleneck_t_day,
                ", ".join(item.unknown_parts),
                min((format_instant(one.until) for one in item.expiries), default=None),
                item.permit,
            ]
            for number, item in enumerate(self.gateways, 1)
        ]
        chains = [
            [item.place.id, part.part, part.t_day, part.basis]
            for item in self.gateways
            for part in item.chain
        ]
        return [
            Sheet("gateways", columns, rows),
            Sheet("capacity", ("gateway", "part", "t/day", "basis"), chains),
        ]

    def frame(self) -> gpd.GeoDataFrame:
        """Return one row a gateway, as a point in EPSG:4326."""
        sheet = self.sheets()[0]
        names = [
            column.replace(" (t)", "_t").replace(" ", "_").replace("/", "_")
            for column in sheet.columns
        ]
        columns = {name: [row[at] for row in sheet.rows] for at, name in enumerate(names)}
        points = [item.place.position.point for item in self.gateways]
        return gpd.GeoDataFrame(columns, geometry=points, crs=STORAGE_CRS)


def gateways(
    outlook: Outlook,
    entries: Sequence[ResolvedPlace],
    destination: ResolvedPlace,
    facilities: Sequence[ResolvedPlace] = (),
) -> Gateways:
    """Return entry points ranked by the time from each to a destination.

    Each is asked as a single question, so every constraint on its way is judged. A closed entry
    point is last, whatever its way, and so is one without a way; ties keep the order of ids.
    ``facilities`` are looked through for the capacity of what is passed on the way.

    Raises
    ------
    UsageError
        If there is no entry point, or more than :data:`MOST_GATEWAYS`.
    """
    if not 1 <= len(entries) <= MOST_GATEWAYS:
        raise UsageError(
            f"{len(entries):,} entry points were given.",
            do_next=f"Give 1 to {MOST_GATEWAYS}; ports, airports and border crossings are entries.",
        )
    found = [_gateway(outlook, entry, destination, facilities) for entry in entries]
    found.sort(
        key=lambda item: (
            not item.usable,
            bool(item.closed),
            item.hours if item.hours is not None else float("inf"),
            item.place.id or item.place.name,
        )
    )
    heading = Heading.of(
        outlook,
        "gateways",
        destination=destination.as_json(),
        entries=[entry.as_json() for entry in entries],
    )
    return Gateways(heading, destination, tuple(found))


def _gateway(
    outlook: Outlook,
    entry: ResolvedPlace,
    destination: ResolvedPlace,
    facilities: Sequence[ResolvedPlace],
) -> Gateway:
    finding = outlook.finding(entry, destination)
    way = finding.way
    hours = None
    if way is not None:
        hours = (way.arrival(outlook.at) - outlook.at).total_seconds() / 3600
    return Gateway(
        entry,
        finding.verdict,
        _closed(outlook, entry),
        hours,
        None if way is None else way.length_km,
        None if way is None else lowest_limit_t(outlook, way),
        tuple(_chain(outlook, entry, way, facilities)),
        tuple(_expiries(outlook, entry, finding)),
        _permit(entry),
        finding.conditions,
        finding.blocked_by,
        finding.reason,
    )


def _closed(outlook: Outlook, entry: ResolvedPlace) -> str:
    """Return why an entry point is closed, empty if it is not."""
    row = entry.row
    comment = f" ({row['status_comment']})" if row.get("status_comment") else ""
    for column, words in (("status", "it is"), ("status_other_side", "the other side is")):
        status = row.get(column)
        if status is not None and OperationalStatus(status).closed:
            return f"{words} {OperationalStatus(status).value.replace('_', ' ')}{comment}"
    until = row.get("permitted_until")
    if until is not None and until <= outlook.at:
        return f"the permission to pass ended at {format_instant(until)}"
    return ""


def _chain(
    outlook: Outlook,
    entry: ResolvedPlace,
    way: Way | None,
    facilities: Sequence[ResolvedPlace],
) -> Iterator[Capacity]:
    """Yield the parts of the chain from the entry point on (LCA sections 2.1 to 2.3)."""
    row, payload = entry.row, outlook.vehicle.payload_t
    if entry.layer == "ports":
        yield Capacity("port discharge", row.get("discharge_bag_t_day"), "bagged cargo a day")
    elif entry.layer == "border_crossings":
        yield _trucks("border crossing", row.get("daily_truck_capacity"), payload)
    else:
        yield Capacity(f"handling at {entry.layer or 'the position'}", None, "not stated")
    if way is None:
        return
    for place in _controls(outlook, way, facilities):
        if (place.layer, place.id) != (entry.layer, entry.id):
            yield _trucks(place.name, place.row["daily_truck_capacity"], payload)


def _trucks(part: str, a_day: Any, payload_t: float) -> Capacity:
    if a_day is None:
        return Capacity(part, None, "trucks a day not stated")
    return Capacity(
        part, float(a_day) * payload_t, f"{a_day} trucks a day with {payload_t:g} t each"
    )


def _controls(
    outlook: Outlook, way: Way, facilities: Sequence[ResolvedPlace]
) -> Iterator[ResolvedPlace]:
    """Yield the facilities on the way that let only so many trucks through a day."""
    rows = {(place.layer, place.id): place for place in facilities}
    visits = way.visits(outlook.coverage)
    for owner in dict.fromkeys(visit.owner for visit in visits):
        control = outlook.coverage.placed[owner].control
        place = None if control is None else rows.get((control.layer, control.id))
        if place is not None and "daily_truck_capacity" in place.row:
            yield place


def lowest_limit_t(outlook: Outlook, way: Way) -> float | None:
    """Return the lowest limit of gross mass on a way, tagged or stated, that the asker may know."""
    tagged = way.network.segments.numbers["max_gross_t"].take(np.unique(way.segments))
    on_way = {visit.owner for visit in way.visits(outlook.coverage)}
    placed = (outlook.coverage.placed[owner] for owner in sorted(on_way))
    stated = (
        item.constraint.max_gross_t
        for item in placed
        if not outlook.notary.constraint(item, "").restricted
    )
    return min((limit for limit in (*tagged, *stated) if limit is not None), default=None)


def _expiries(outlook: Outlook, entry: ResolvedPlace, finding: Finding) -> Iterator[Expiry]:
    """Yield the permissions that end after departure: of the entry point and on the way."""
    until = entry.row.get("permitted_until")
    if until is not None and until > outlook.at:
        yield Expiry(until, outlook.notary.facility(entry, "permission to pass"))
    if finding.way is None:
        return
    owners = dict.fromkeys(visit.owner for visit in finding.way.visits(outlook.coverage))
    for owner in owners:
        placed, effect = outlook.coverage.placed[owner], outlook.effects.effects[owner]
        ends = placed.constraint.permitted_until
        if ends is not None and ends > outlook.at and effect.outcome is not Outcome.BLOCKS:
            note = outlook.notary.constraint(placed, "a permission on the way ends")
            if not note.restricted:
                yield Expiry(ends, note)


def _permit(entry: ResolvedPlace) -> str:
    name, days = entry.row.get("permit_name"), entry.row.get("permit_lead_days")
    if name is None:
        return ""
    return f"permit needed: {name}" + ("" if days is None else f" ({days} days)")
