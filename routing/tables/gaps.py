"""Gaps: stretches of which something is not known, ranked by the ways and people that depend on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
from shapely.geometry.base import BaseGeometry

from lca.constraint import Standing
from lca.effect import Outcome
from lca.errors import UsageError
from lca.geo import STORAGE_CRS
from lca.vocab import EffectKind
from routing.effects import Placed
from routing.match import MatchState
from routing.notes import Note
from routing.outlook import Outlook
from routing.place import ResolvedPlace

from .bounds import Horizon, Sight
from .dependence import Dependence, ServedWay, served_ways
from .heading import Heading, counted
from .sheet import Sheet
from .stops import Stops, stops_of
from .stretches import length_km, shape, street, stretches

MOST_HUBS = 100
MOST_PLACES = 50_000
MOST_WAYS = 5_000
"""Up to so many ways, those of every hub to every place count; above, only from the nearest hub."""

WEIGHT, SURFACE = "weight limit not tagged", "surface not tagged"
_TAGS = ((WEIGHT, "numbers", "max_gross_t"), (SURFACE, "texts", "surface"))


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch, what is not known of it, and how much depends on it where most does."""

    street: str
    segment_ids: tuple[str, ...]
    length_km: float
    unknown: tuple[str, ...]
    notes: tuple[Note, ...]
    ways: int
    people: int
    geometry: BaseGeometry

    def as_json(self) -> dict[str, Any]:
        """Return it as a JSON object, without its geometry."""
        return {
            "street": self.street,
            "segment_ids": list(self.segment_ids),
            "length_km": round(self.length_km, 3),
            "unknown": list(self.unknown),
            "constraints": [note.as_json() for note in self.notes],
            "ways": self.ways,
            "people": self.people,
        }


@dataclass(frozen=True, slots=True)
class Gaps:
    """Stretches, those on which most people depend first; ``every_hub`` says which ways count."""

    heading: Heading
    hubs: tuple[ResolvedPlace, ...]
    gaps: tuple[Gap, ...]
    gap_count: int
    ways: int
    every_hub: bool

    def as_json(self) -> dict[str, Any]:
        """Return the table as a JSON object."""
        return {
            **self.heading.as_json(),
            "hubs": [hub.as_json() for hub in self.hubs],
            "ways": self.ways,
            "ways_of": "every hub" if self.every_hub else "the nearest hub",
            "gap_count": self.gap_count,
            "gaps": [gap.as_json() for gap in self.gaps],
        }

    def as_text(self) -> str:
        """Return the table as text."""
        hubs = ", ".join(hub.name for hub in self.hubs)
        lines = [*self.heading.first_lines(f"GAPS on the ways from {hubs}"), ""]
        for number, gap in enumerate(self.gaps, 1):
            named = [*gap.unknown, *(note.title() for note in gap.notes)]
            lines.append(
                f"{number:>3}. {gap.street}, {gap.length_km:.2f} km: {'; '.join(named)}; "
                f"{counted(gap.ways, 'way')}, {counted(gap.people, 'person', 'people')}"
            )
        if self.gap_count > len(self.gaps):
            lines.append(f"     … and {self.gap_count - len(self.gaps):,} more")
        return "\n".join([*lines, "", *self.heading.last_lines()])

    def sheets(self) -> list[Sheet]:
        """Return one sheet of stretches."""
        columns = ("rank", "street", "km", "not known", "constraints", "ways", "people", "segments")
        rows = [
            [
                number,
                gap.street,
                round(gap.length_km, 3),
                "; ".join(gap.unknown),
                "; ".join(f"{note.title()}: {note.reason}" for note in gap.notes),
                gap.ways,
                gap.people,
                ", ".join(gap.segment_ids),
            ]
            for number, gap in enumerate(self.gaps, 1)
        ]
        return [Sheet("gaps", columns, rows)]

    def frame(self) -> gpd.GeoDataFrame:
        """Return one row a stretch with its lines (EPSG:4326)."""
        columns = {
            "rank": list(range(1, len(self.gaps) + 1)),
            "street": [gap.street for gap in self.gaps],
            "length_km": [round(gap.length_km, 3) for gap in self.gaps],
            "unknown": ["; ".join(gap.unknown) for gap in self.gaps],
            "constraints": ["; ".join(note.title() for note in gap.notes) for gap in self.gaps],
            "ways": [gap.ways for gap in self.gaps],
            "people": [gap.people for gap in self.gaps],
        }
        shapes = [gap.geometry for gap in self.gaps]
        return gpd.GeoDataFrame(columns, geometry=shapes, crs=STORAGE_CRS)


def gaps(
    outlook: Outlook,
    hubs: Sequence[ResolvedPlace],
    places: Sequence[ResolvedPlace],
    *,
    listed: int = 20,
) -> Gaps:
    """Return where an assessment or a call would tell most: what is unknown on the ways in use.

    Raises
    ------
    UsageError
        If there is no hub or place, or too many of anything.
    """
    _check(hubs, places, listed)
    starts, stops = stops_of(outlook, hubs), stops_of(outlook, places)
    sight = Horizon(outlook).now
    every = len(starts) * len(stops) <= MOST_WAYS
    ways = _ways(sight, starts, stops, every=every)
    used = Dependence.of(ways, stops.people, whole=False)
    tags, doubted = _untagged(sight, used), _doubted(outlook, sight, used)
    rows = [place for place in range(len(used.segment)) if tags[place] or doubted.get(place)]
    says = [(tags[place], doubted.get(place, ())) for place in rows]
    network = sight.roads.network
    segments = [int(used.segment[place]) for place in rows]
    found = []
    for group in stretches(network, segments, says):
        unknown, owners = says[group[0]]
        own_rows = [rows[place] for place in group]
        own = sorted(segments[place] for place in group)
        found.append(
            Gap(
                street(network, own[0]),
                tuple(network.segments.id_at(row) for row in own),
                length_km(network, own),
                unknown,
                tuple(_note(outlook, sight, owner) for owner in owners),
                int(used.ways[own_rows].max()),
                int(used.people[own_rows].max()),
                shape(network, own),
            )
        )
    found.sort(key=lambda gap: (-gap.people, -gap.ways, -gap.length_km, gap.segment_ids))
    heading = Heading.of(
        outlook, "gaps", hubs=[hub.as_json() for hub in hubs], places=len(places), listed=listed
    )
    return Gaps(heading, tuple(hubs), tuple(found[:listed]), len(found), len(ways), every)


def _ways(sight: Sight, hubs: Stops, stops: Stops, *, every: bool) -> list[ServedWay]:
    if not every:
        return served_ways(sight, hubs, stops)
    return [
        way for hub in range(len(hubs)) for way in served_ways(sight, hubs.chosen([hub]), stops)
    ]


def _untagged(sight: Sight, used: Dependence) -> list[tuple[str, ...]]:
    """Return for each segment what is not tagged on it."""
    segments = sight.roads.network.segments
    missing = {
        word: getattr(segments, group)[column].codes[used.segment] < 0
        for word, group, column in _TAGS
    }
    return [
        tuple(word for word, absent in missing.items() if absent[place])
        for place in range(len(used.segment))
    ]


def _doubted(outlook: Outlook, sight: Sight, used: Dependence) -> dict[int, tuple[int, ...]]:
    """Return the constraints on each segment (a place in ``used``) that are stale or not known."""
    coverage = sight.effects.coverage
    doubtful = np.array(
        [_is_doubtful(outlook, sight, owner) for owner in range(len(coverage.placed))], np.bool_
    )
    rows = np.flatnonzero(doubtful[coverage.owner]) if len(doubtful) else np.empty(0, np.int64)
    place = used.segment.searchsorted(coverage.arc[rows] >> 1)
    found: dict[int, set[int]] = {}
    for at, row in zip(place.tolist(), rows.tolist(), strict=True):
        if at < len(used.segment) and used.segment[at] == coverage.arc[row] >> 1:
            found.setdefault(at, set()).add(int(coverage.owner[row]))
    return {at: tuple(sorted(owners)) for at, owners in found.items()}


def _is_doubtful(outlook: Outlook, sight: Sight, owner: int) -> bool:
    """Tell whether a constraint is stale, or says that something is not known.

    Not one above the asker's clearance: the stretch would show where it lies (rule 8).
    """
    item = sight.effects.coverage.placed[owner]
    if sight.effects.effects[owner].outcome is Outcome.NONE:
        return False
    return bool(_doubts(outlook, item)) and not outlook.notary.constraint(item, "").restricted


def _doubts(outlook: Outlook, item: Placed) -> list[str]:
    constraint, at = item.constraint, outlook.at
    review = constraint.review_by
    return [
        words
        for words, holds in (
            ("its review is overdue", review is not None and review <= at),
            ("its effect is not known", constraint.effect is EffectKind.UNKNOWN),
            (
                "it has lapsed and nobody has confirmed it",
                constraint.standing(at) is Standing.LAPSED,
            ),
            ("it lies only partly on a road", item.match.state is not MatchState.MATCHED),
        )
        if holds
    ]


def _note(outlook: Outlook, sight: Sight, owner: int) -> Note:
    item = sight.effects.coverage.placed[owner]
    return outlook.notary.constraint(item, "; ".join(_doubts(outlook, item)))


def _check(hubs: Sequence[ResolvedPlace], places: Sequence[ResolvedPlace], listed: int) -> None:
    for what, count, most in (
        ("hubs", len(hubs), MOST_HUBS),
        ("places", len(places), MOST_PLACES),
        ("stretches to list", listed, 10_000),
    ):
        if not 1 <= count <= most:
            raise UsageError(f"{count:,} {what} were given.", do_next=f"Give 1 to {most:,}.")
