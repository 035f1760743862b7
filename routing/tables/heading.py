"""What every table says of itself: on what terms it was asked, from what, and what it does not promise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from layers.geojson import plain
from lca.instant import format_instant, format_minute
from lca.record import to_row
from lca.vehicle import VehicleClass
from routing.answer import Sources
from routing.notes import Note
from routing.outlook import Outlook
from routing.policy import Policy
from routing.question import Terms
from routing.timing import stands_within

from .bounds import is_static

MOST_UNAPPLIED = 100
"""So many constraints that are on no road are named; the rest are counted."""
_QUICKEST = frozenset({"critical", "gaps"})
"""Tables that look at the quickest ways at departure, for which a policy has other ways perhaps."""


@dataclass(frozen=True, slots=True)
class Heading:
    """The terms of a table; every table has one and renders it first and last.

    ``product`` is the table's name, ``asked`` what was asked beside the terms. ``unapplied`` are
    the standing constraints that are not, or not wholly, on a road (rule of truth 2).
    """

    product: str
    asked: Mapping[str, Any]
    terms: Terms
    vehicle: VehicleClass
    at: datetime
    as_of: datetime
    sources: Sources
    exercise: bool
    assessed: bool
    unapplied: tuple[Note, ...]
    unapplied_count: int
    computed_at: datetime
    zone: ZoneInfo | None = None
    """The operation's clocks, None if they are not known."""

    @classmethod
    def of(cls, outlook: Outlook, product: str, **asked: Any) -> Heading:
        """Return the heading of a table of an outlook."""
        standing = [
            item
            for item in outlook.coverage.unmatched
            if stands_within(item.constraint, outlook.at, outlook.at)
        ]
        notes = (outlook.notary.constraint(item, item.match.note) for item in standing)
        return cls(
            product=product,
            asked=asked,
            terms=outlook.terms,
            vehicle=outlook.vehicle,
            at=outlook.at,
            as_of=outlook.inputs.heads.as_of,
            sources=replace(outlook.sources, seasons=outlook.year.words(outlook.seasons_until)),
            exercise=outlook.exercise,
            assessed=outlook.assessed,
            unapplied=tuple(note for _, note in zip(range(MOST_UNAPPLIED), notes, strict=False)),
            unapplied_count=len(standing),
            computed_at=outlook.computed_at,
            zone=None if outlook.local is None else outlook.local.zone,
        )

    @property
    def hypothetical(self) -> bool:
        """Whether it supposes something that is not published (rule 9)."""
        return self.terms.hypothetical

    @property
    def marks(self) -> tuple[str, ...]:
        """The words that stand above everything that is shown of it."""
        words = {"EXERCISE": self.exercise, "HYPOTHETICAL": self.hypothetical}
        return tuple(word for word, holds in words.items() if holds)

    @property
    def policy(self) -> Policy:
        """What the asker accepts."""
        return self.terms.policy

    @property
    def vehicle_words(self) -> str:
        """The vehicle and its gross mass."""
        return f"{self.vehicle.name} ({self.vehicle.gross_t:g} t gross)"

    @property
    def title(self) -> str:
        """The table in one line: its marks, name, vehicle and moment."""
        moment = f"departure {format_minute(self.at)}, known as of {format_minute(self.as_of)}"
        return " · ".join([*self.marks, self.product, self.vehicle_words, moment])

    @property
    def caveat(self) -> str:
        """What the table does not promise."""
        known = format_minute(self.as_of)
        looked = "" if self.assessed else "Nobody has assessed the constraints of this area. "
        if self.product in _QUICKEST and not is_static(self.policy):
            looked += (
                "Ways are the quickest, by day and night, whatever of what is passable the policy "
                "forbids or would rather avoid. "
            )
        return (
            f"{looked}Times are those of the information as of {known} for a departure at "
            f"{format_minute(self.at)}; verify locally before movement."
        )

    def as_json(self) -> dict[str, Any]:
        """Return what the table says of itself as JSON members; only ``envelope`` may differ."""
        return {
            "product": self.product,
            "hypothetical": self.hypothetical,
            "exercise": self.exercise,
            "assessed": self.assessed,
            "question": {
                **self.asked,
                "vehicle": {name: plain(value) for name, value in to_row(self.vehicle).items()},
                "at": format_instant(self.at),
                "as_of": format_instant(self.as_of),
                "without": list(self.terms.without),
                "what_if": [
                    {name: plain(value) for name, value in to_row(item).items()}
                    for item in self.terms.what_if
                ],
            },
            "policy": self.policy.as_json(),
            "unapplied": [note.as_json() for note in self.unapplied],
            "unapplied_count": self.unapplied_count,
            "provenance": self.sources.as_json(),
            "caveat": self.caveat,
            "envelope": self.envelope(),
        }

    def envelope(self) -> dict[str, Any]:
        """Return what changes with the moment of asking."""
        release, drawn = self.sources.constraints, self.sources.build_info.osm_date
        age = None if release is None else self.computed_at - release.published_at
        day = None if drawn is None else date.fromisoformat(drawn[:10])
        return {
            "computed_at": format_instant(self.computed_at),
            "constraints_age_h": None if age is None else round(age.total_seconds() / 3600, 1),
            "roads_age_d": None if day is None else (self.computed_at.date() - day).days,
        }

    def first_lines(self, title: str, vehicle: str | None = None) -> Iterator[str]:
        """Yield what stands above the table in text; ``vehicle`` is in place of the one vehicle."""
        yield " · ".join([*self.marks, title])
        yield (
            f"{vehicle or self.vehicle_words}, departure "
            f"{format_minute(self.at)}, known as of {format_minute(self.as_of)}"
        )
        if self.terms.without:
            yield f"Supposed away: {', '.join(self.terms.without)}"
        if self.terms.what_if:
            yield f"Supposed: {', '.join(item.name for item in self.terms.what_if)}"

    def last_lines(self) -> Iterator[str]:
        """Yield what stands below the table in text."""
        if self.unapplied_count:
            yield (
                f"Not placed on the roads: {counted(self.unapplied_count, 'constraint')}, among them "
                + (", ".join(note.title() for note in self.unapplied[:5]))
            )
        yield self.caveat
        release, build = self.sources.constraints, self.sources.build
        constraints = (
            "no constraints published"
            if release is None
            else f"constraints version {release.number} ({release.version[:12]})"
        )
        info = self.sources.build_info
        yield f"From {constraints}; roads {build.name} ({build.digest[:12]})"
        yield f"Roads: {info.attribution}, {info.licence}"

    def rows(self) -> list[tuple[str, Any]]:
        """Return what a spreadsheet's sheet of notes says: a word and its value a row."""
        lines: list[tuple[str, Any]] = [("table", self.product)]
        lines += [("mark", word) for word in self.marks]
        lines += [
            ("vehicle", self.vehicle.name),
            ("gross mass (t)", self.vehicle.gross_t),
            ("payload (t)", self.vehicle.payload_t),
            ("departure", format_instant(self.at)),
            ("known as of", format_instant(self.as_of)),
            *((f"policy: {name}", _words(value)) for name, value in self.policy.as_json().items()),
            *(("supposed away", name) for name in self.terms.without),
            *(("supposed", item.name) for item in self.terms.what_if),
        ]
        sources = self.sources.as_json()
        build, release = sources["graph_build"], sources["constraints"]
        lines += [
            ("roads", build["name"]),
            ("roads digest", build["digest"]),
            ("roads credit", build["attribution"]),
            ("roads licence", build["licence"]),
            ("constraints version", None if release is None else release["version"]),
            *(
                (f"table {name}", source.get("version") or source["sha256"])
                for name, source in sources["tables"].items()
            ),
            ("product version", sources["product_version"]),
            ("not placed on the roads", self.unapplied_count),
            ("caveat", self.caveat),
            ("computed at", format_instant(self.computed_at)),
        ]
        return lines


def counted(count: int, one: str, many: str | None = None) -> str:
    """Return a number with its word, as ``1 place`` and ``2,000 places``."""
    return f"{count:,} {one if count == 1 else many or f'{one}s'}"


def _words(value: Any) -> Any:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return value
