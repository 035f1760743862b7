"""An answer to a movement question, as a frozen record that renders itself as JSON and as text.

Everything but the envelope is a pure function of the question, the store's content at ``as_of``
and the product version, so that an answer can be computed again (rule of truth 10).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import shapely

from layers.release import BuildRef, Release
from lca.constraint import Constraint
from lca.instant import format_instant, format_minute
from lca.record import to_row
from lca.vehicle import VehicleClass
from lca.vocab import Sensitivity, Verdict

from .answer_text import text_of
from .build_info import BuildInfo
from .clock import REST_SHARE, duration_words
from .durations import Durations, working_days
from .emissions import Emissions
from .finding import Finding
from .notes import Note
from .place import ResolvedPlace
from .policy import Policy
from .way import Way

_COORDINATE_DIGITS = 6
_MOST_INSTEAD = 3


@dataclass(frozen=True, slots=True)
class Asked:
    """The question as it was understood, enough to ask it again."""

    origin: ResolvedPlace
    destination: ResolvedPlace
    vehicle: VehicleClass
    at: datetime
    as_of: datetime
    policy: Policy
    without: tuple[str, ...]
    what_if: tuple[Constraint, ...]
    clearance: Sensitivity = Sensitivity.PUBLIC

    @property
    def hypothetical(self) -> bool:
        """Whether it supposes something that is not published (rule 9)."""
        return bool(self.without or self.what_if)

    def as_json(self) -> dict[str, Any]:
        """Return the question as a JSON object."""
        return {
            "origin": self.origin.as_json(),
            "destination": self.destination.as_json(),
            "vehicle": to_row(self.vehicle),
            "at": format_instant(self.at),
            "as_of": format_instant(self.as_of),
            "policy": self.policy.as_json(),
            "without": list(self.without),
            "what_if": [_plain_row(item) for item in self.what_if],
            "clearance": self.clearance.value,
        }


@dataclass(frozen=True, slots=True)
class Sources:
    """What an answer was computed from.

    ``tables`` names the version or sha256 of each reference table, ``seasons`` in words those that
    hold before the arrival.
    """

    build: BuildRef
    build_info: BuildInfo
    constraints: Release | None
    facilities: Mapping[str, Release]
    tables: Mapping[str, Mapping[str, Any]]
    engine: str
    product_version: str
    seasons: tuple[str, ...] = ()

    def as_json(self) -> dict[str, Any]:
        """Return the sources as a JSON object."""
        return {
            "graph_build": {
                "digest": self.build.digest,
                "name": self.build.name,
                "osm_date": self.build_info.osm_date,
                "attribution": self.build_info.attribution,
                "licence": self.build_info.licence,
            },
            "constraints": None if self.constraints is None else _release(self.constraints),
            "facilities": {
                layer: _release(release) for layer, release in sorted(self.facilities.items())
            },
            "tables": {name: dict(source) for name, source in sorted(self.tables.items())},
            "seasons": list(self.seasons),
            "engine": self.engine,
            "product_version": self.product_version,
        }


@dataclass(frozen=True, slots=True)
class RouteAnswer:
    """A verdict, why, by which way, from what, and until when it holds."""

    asked: Asked
    finding: Finding
    sources: Sources
    exercise: bool
    valid_until: datetime | None
    computed_at: datetime
    durations: Durations | None = None
    delay_max_h: float = 0.0
    emissions: Emissions | None = None
    warnings: tuple[Note, ...] = ()
    costs: Callable[[], Mapping[int, tuple[float, float]]] = dict

    @property
    def verdict(self) -> Verdict:
        """Whether the vehicle can get there."""
        return self.finding.verdict

    @property
    def hypothetical(self) -> bool:
        """Whether the question supposes something that is not published."""
        return self.asked.hypothetical

    @property
    def way(self) -> Way | None:
        """The way, if there is one to show."""
        return self.finding.way

    @property
    def summary(self) -> str:
        """The answer in one sentence."""
        head = "Hypothetical: " if self.hypothetical else ""
        ends = f"{self.asked.origin.name} to {self.asked.destination.name}"
        vehicle = f"{self.asked.vehicle.name} ({self.asked.vehicle.gross_t:g} t gross)"
        return f"{head}{ends} for {vehicle}: {self._outcome()}."

    @property
    def caveat(self) -> str:
        """What the verdict does not promise."""
        words = {
            Verdict.VIABLE: "Viable",
            Verdict.VIABLE_WITH_CONDITIONS: "Viable with conditions",
            Verdict.NOT_VIABLE: "Not viable",
            Verdict.UNKNOWN: "Unknown",
        }
        known = format_minute(self.asked.as_of)
        return (
            f"{words[self.verdict]} under the information as of {known}; "
            "verify locally before movement."
        )

    def as_json(self) -> dict[str, Any]:
        """Return the answer as a JSON object; only ``envelope`` differs between replays."""
        finding = self.finding
        return {
            "verdict": self.verdict.value,
            "summary": self.summary,
            "hypothetical": self.hypothetical,
            "exercise": self.exercise,
            "question": self.asked.as_json(),
            "way": None if finding.way is None else self._way_json(finding.way),
            "conditions": _notes(finding.conditions),
            "notes": _notes(finding.notes),
            "blocked_by": _notes(finding.blocked_by),
            "blocked_by_exact": finding.smallest,
            "blocked_by_others": [_notes(notes) for notes in finding.blocked_by_others],
            "blocked_by_others_complete": finding.all_others if finding.smallest else None,
            "unapplied": _notes(finding.unapplied),
            "unknowns": None if finding.way is None else self.unknowns(finding.way),
            "weakest_link": self._weakest_json(),
            "emissions": None if self.emissions is None else self.emissions.as_json(),
            "comparison": self.comparison(),
            "provenance": self.sources.as_json(),
            "valid_until": None if self.valid_until is None else format_instant(self.valid_until),
            "caveat": self.caveat,
            "envelope": self.envelope(),
        }

    def as_text(self) -> str:
        """Return the answer as plain text that a logistician reads at one look."""
        return text_of(self.as_json())

    def unknowns(self, way: Way) -> dict[str, Any]:
        """Return how much of a way nobody has stated a weight limit for."""
        unknown_km = round(way.unknown_limits_km(), 2)
        total_km = round(way.length_km, 2)
        bridges = None
        on_bridges = (
            "how many bridges are among them is not known: the road data does not mark bridges"
        )
        if "bridge" not in self.sources.build_info.report.absent_columns:
            bridges = way.bridges_without_limit()
            on_bridges = f"{bridges or 'no'} {'bridge' if bridges == 1 else 'bridges'} among them"
        text = f"{unknown_km:.1f} of {total_km:.1f} km have no known weight limit; {on_bridges}"
        return {
            "unknown_limits_km": unknown_km,
            "unknown_limits_share": round(unknown_km / total_km, 3) if total_km else 0.0,
            "bridges_without_limit": bridges,
            "stale_km": round(self.finding.stale_km, 2),
            "unknown_practicability_km": round(way.unknown_practicability_km(), 2),
            "text": f"{text}.",
        }

    def comparison(self) -> dict[str, Any] | None:
        """Return what the constraints cost, None if there is no way even without them."""
        plain, way = self.finding.plain, self.finding.way
        if plain is None:
            return None
        costs = self.costs()
        return {
            "without_constraints": {
                "length_km": round(plain.length_km, 2),
                "duration_h": round(plain.duration_h, 2),
            },
            "extra_km": None if way is None else round(way.length_km - plain.length_km, 2) + 0.0,
            "extra_h": None if way is None else round(way.duration_h - plain.duration_h, 2) + 0.0,
            "avoided": [
                {**note.as_json(), **_cost_json(note, costs.get(owner))}
                for owner, note in zip(
                    self.finding.avoided_owners, self.finding.avoided, strict=True
                )
            ],
        }

    def envelope(self) -> dict[str, Any]:
        """Return what changes with the moment of asking, reports that nobody has reviewed too."""
        release = self.sources.constraints
        age = None if release is None else self.computed_at - release.published_at
        drawn = _as_date(self.sources.build_info.osm_date)
        return {
            "computed_at": format_instant(self.computed_at),
            "constraints_age_h": None if age is None else round(age.total_seconds() / 3600, 1),
            "roads_age_d": None if drawn is None else (self.computed_at.date() - drawn).days,
            "warnings": _notes(self.warnings),
        }

    def _outcome(self) -> str:
        finding, way = self.finding, self.finding.way
        if self.verdict is Verdict.NOT_VIABLE:
            instead = _instead(finding.blocked_by, finding.blocked_by_others)
            return f"not viable, blocked by {_named(finding.blocked_by)}{instead}"
        if self.verdict is Verdict.UNKNOWN or way is None:
            return f"unknown, {finding.reason}"
        size = f"{way.length_km:.1f} km, {duration_words(way.duration_h)}"
        if self.verdict is Verdict.VIABLE:
            return f"viable, {size}"
        return f"viable with conditions, {size}: {_named(finding.conditions)}"

    def _weakest_json(self) -> dict[str, Any] | None:
        link = self.finding.weakest
        if link is None:
            return None
        return {"note": link.note.as_json(), "confidence": link.confidence}

    def _durations_json(self, way: Way) -> dict[str, Any]:
        """Return hours from departure to arrival and working days, in the best and worst case.

        A delay is at its shortest in the expected case and at its longest in the worst.
        """
        moving = self.durations or Durations(way.moving_h, way.moving_h, way.moving_h)
        day_h = self.asked.policy.driving_day_h
        stands = way.delay_h + way.wait_h
        worst_stands = max(way.delay_h, self.delay_max_h) + way.wait_h
        hours = {
            "optimistic": moving.optimistic_h * (1 + REST_SHARE) + stands,
            "expected": way.duration_h,
            "worst": moving.worst_h * (1 + REST_SHARE) + worst_stands,
        }
        hours["optimistic"] = min(hours["optimistic"], hours["expected"])
        hours["worst"] = max(hours["worst"], hours["expected"])
        worked = {name: value - way.wait_h for name, value in hours.items()}
        return {
            "durations": {f"{name}_h": round(value, 2) for name, value in hours.items()},
            "days": {
                **{name: round(working_days(value, day_h), 2) for name, value in worked.items()},
                "driving_day_h": day_h,
            },
        }

    def _way_json(self, way: Way) -> dict[str, Any]:
        moving_h, delay_h, wait_h = (round(h, 2) for h in (way.moving_h, way.delay_h, way.wait_h))
        duration_h = round(way.duration_h, 2)
        return {
            "length_km": round(way.length_km, 2),
            "moving_h": moving_h,
            "rest_h": max(0.0, round(duration_h - moving_h - delay_h - wait_h, 2)),
            "delay_h": delay_h,
            "wait_h": wait_h,
            "duration_h": duration_h,
            **self._durations_json(way),
            "arrival": format_instant(way.arrival(self.asked.at)),
            "geometry": {
                "type": "LineString",
                # Tuples: a thousand small lists cost more to collect as garbage than to make.
                "coordinates": list(
                    zip(*way.points.T.round(_COORDINATE_DIGITS).tolist(), strict=True)
                ),
            },
            "streets": way.streets(),
            "off_road_m": {
                "origin": round(way.origin.off_road_m),
                "destination": round(way.destination.off_road_m),
            },
            "waits": [wait.as_json() for wait in self.finding.waits],
        }


def _release(release: Release) -> dict[str, Any]:
    return {
        "version": release.version,
        "number": release.number,
        "published_at": format_instant(release.published_at),
    }


def _notes(notes: tuple[Note, ...]) -> list[dict[str, Any]]:
    return [note.as_json() for note in notes]


def _cost_json(note: Note, cost: tuple[float, float] | None) -> dict[str, Any]:
    """Return what avoiding a constraint costs; of a restricted one that would tell too much."""
    if note.restricted:
        return {}
    km, hours = cost or (None, None)
    return {
        "extra_km": None if km is None else round(km, 2) + 0.0,
        "extra_h": None if hours is None else round(hours, 2) + 0.0,
    }


def _named(notes: tuple[Note, ...]) -> str:
    titles = list(dict.fromkeys(note.title() for note in notes))
    if len(titles) > 3:
        return f"{', '.join(titles[:3])} and {len(titles) - 3} more"
    return " and ".join(filter(None, [", ".join(titles[:-1]), titles[-1] if titles else ""]))


def _instead(notes: tuple[Note, ...], others: tuple[tuple[Note, ...], ...]) -> str:
    """Return what else would reopen a way, in a few words."""
    named = [name for name in dict.fromkeys(map(_named, others)) if name != _named(notes)]
    if not named:
        return ""
    more = len(named) - _MOST_INSTEAD
    told = ", or ".join(named[:_MOST_INSTEAD]) + (f", or {more} more" if more > 0 else "")
    if len(notes) == 1:
        return f" (or by {told}: any one lifted reopens a way)"
    return f" (or instead by {told})"


def _plain_row(constraint: Constraint) -> dict[str, Any]:
    row: dict[str, Any] = {}
    for name, value in to_row(constraint).items():
        if isinstance(value, datetime):
            row[name] = format_instant(value)
        elif name == "geometry":
            row[name] = None if value is None else shapely.geometry.mapping(value)
        else:
            row[name] = list(value) if isinstance(value, tuple) else value
    return row


def _as_date(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text[:10])
