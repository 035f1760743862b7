"""What one map sheet says, before it is drawn."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import geopandas as gpd
import shapely
from shapely.geometry.base import BaseGeometry

from layers.mapclass import access_class, long_date
from layers.palette import AccessClass
from lca.constraint import Constraint
from lca.errors import InvalidInput
from lca.facility import Facility
from lca.geo import require_crs
from lca.place import Place

from .extent import among_roads, near_each_other
from .themes import Theme

VERIFY_LOCALLY = "Road conditions change quickly; verify locally before movement."
BOUNDARIES = (
    "The boundaries and names shown and the designations used on this map do not imply any opinion "
    "or endorsement by the publisher concerning the legal status of any territory."
)
_LONGEST_NAME = 40
OSM_CREDIT = "© OpenStreetMap contributors (ODbL)"


@dataclass(frozen=True, slots=True)
class LayerVersion:
    """Which version of a layer the sheet shows."""

    title: str
    number: int
    version: str
    published_at: datetime
    attribution: str
    licence: str

    @property
    def short_id(self) -> str:
        """The first eight digits of the version id, enough to find it again."""
        return self.version[:8]


@dataclass(frozen=True, slots=True, kw_only=True)
class MapSheet:
    """One A4 landscape map of access constraints and facilities, ready to be drawn.

    Geometry is in EPSG:4326. ``roads`` is a background with a column ``highway`` (OSM's words),
    drawn as it is. ``segment_status`` holds lines of roads by class: with it, constraints mark
    their roads; without it, they show as they were reported. ``code`` starts the file name and is
    the operation's. ``unpublished`` names layers that were asked for and had never been published:
    an unassessed area must not look like an open one. ``unmatched`` holds the ids of constraints
    for which no road was found: they block no way, so they are shown as unverified.
    ``disclaimers`` are printed as they are; an organisation puts its own in their place.
    """

    title: str
    code: str
    operation: str
    subtitle: str = ""
    exercise: bool
    as_of: datetime
    produced_at: datetime
    versions: tuple[LayerVersion, ...] = ()
    unpublished: tuple[str, ...] = ()
    constraints: tuple[Constraint, ...] = ()
    unmatched: frozenset[str] = frozenset()
    asks_constraints: bool = True
    facilities: tuple[Facility, ...] = ()
    places: tuple[Place, ...] = ()
    themes: tuple[Theme, ...] = ()
    roads: gpd.GeoDataFrame | None = None
    roads_credit: str = OSM_CREDIT
    route: shapely.LineString | None = None
    route_label: str = "Route"
    segment_status: Mapping[AccessClass, gpd.GeoDataFrame] = field(default_factory=dict)
    disclaimers: tuple[str, ...] = (VERIFY_LOCALLY, BOUNDARIES)

    def __post_init__(self) -> None:
        if not self.title.strip():
            raise InvalidInput("The map has no title.", do_next="Say what it shows and where.")
        for name in ("as_of", "produced_at"):
            if getattr(self, name).tzinfo is None:
                raise InvalidInput(
                    f"{name} has no offset from UTC.", do_next="Pass an aware datetime."
                )
        for name, frame in (("roads", self.roads), *self.segment_status.items()):
            if frame is not None:
                require_crs(frame, where=name)

    @property
    def shown(self) -> tuple[tuple[Constraint, AccessClass], ...]:
        """The constraints that have not ended, each with its class: the gravest first."""
        order = list(AccessClass)
        classed = [
            (constraint, access)
            for constraint in self.constraints
            if (access := self._access(constraint)) is not None
        ]
        return tuple(
            sorted(classed, key=lambda item: (order.index(item[1]), item[0].name, item[0].id))
        )

    def _access(self, constraint: Constraint) -> AccessClass | None:
        matched = constraint.id not in self.unmatched
        return access_class(constraint, self.as_of, matched=matched)

    def location_words(self, constraint: Constraint) -> str:
        """Return what keeps a constraint from its place on a road, or nothing."""
        if constraint.geometry is None or constraint.geometry.is_empty:
            return "no location"
        return "not matched to a road" if constraint.id in self.unmatched else ""

    @property
    def subjects(self) -> list[BaseGeometry]:
        """The geometries (EPSG:4326), or parts of them, that the map is fitted to.

        With roads these are the parts among them, or the roads themselves where nothing lies
        there; without roads, what lies far from the rest is left out. A badly located constraint
        does not stretch the map, unless there is nothing else.

        Raises
        ------
        InvalidInput
            If nothing has a location: a map of nowhere would look like a map of nothing wrong.
        """
        choices = [usable for usable in self._located() if usable]
        if not choices:
            raise InvalidInput(
                "None of the records has a location, so there is nothing to draw.",
                do_next="Add locations, or choose a layer that has them.",
            )
        if self.roads is None or self.roads.empty:
            return near_each_other(choices[0])
        among = (among_roads(usable, self.roads) for usable in choices)
        whole = shapely.box(*self.roads.total_bounds)
        return next((parts for parts in among if parts), [whole])

    def _located(self) -> Iterator[list[BaseGeometry]]:
        """Yield what the map may be fitted to, the best first."""
        shown = [item for item, _ in self.shown]
        well = [item.geometry for item in shown if item.location_precision.locates]
        facilities = [item.geometry for item in self.facilities]
        places = [item.geometry for item in self.places]
        themes = [shape for theme in self.themes for shape in theme.shapes]
        best = [*well, *facilities, *themes, self.route]
        for found in (best, places, [item.geometry for item in shown]):
            yield [item for item in found if item is not None and not item.is_empty]

    @property
    def version_words(self) -> str:
        """The version that the map stands for: that of the first layer asked for."""
        if not self.versions:
            return ""
        first = self.versions[0]
        return f"{first.title}: version {first.number} ({first.short_id})"

    @property
    def record_credits(self) -> tuple[str, ...]:
        """Who stated the records shown, with the licence where single records name one."""
        sources: dict[str, set[str]] = {}
        for record in (*(item for item, _ in self.shown), *self.facilities, *self.places):
            sources.setdefault(record.licence or "", set()).add(record.source_org)
        return tuple(
            ", ".join(sorted(named)) + (f" ({licence})" if licence else "")
            for licence, named in sorted(sources.items())
        )

    @property
    def file_name(self) -> str:
        """The name for a download, without its suffix."""
        return file_name(self.code, self.title, self.as_of)

    def description(self) -> str:
        """Return the sheet in words: the alternative text for a report."""
        counts = [
            f"{number} {access.value}"
            for access in AccessClass
            if (number := sum(1 for _, shown in self.shown if shown is access))
        ]
        words = [
            f"{'EXERCISE. ' if self.exercise else ''}Map: {self.title}.",
            f"Valid as of {long_date(self.as_of)}.",
            f"Access constraints: {', '.join(counts) if counts else 'none'}.",
        ]
        if self.facilities:
            words.append(f"Facilities: {len(self.facilities)}.")
        words += [theme.counted() for theme in self.themes]
        return " ".join([*words, VERIFY_LOCALLY])


def file_name(code: str, title: str, as_of: datetime) -> str:
    """Return ``{CODE}_{short_map_name}_a4_{YYYYMMDD}``, OCHA's naming of maps, in plain ASCII."""
    name = _plain_words(title)
    while len(name) > 1 and len("_".join(name)) > _LONGEST_NAME:
        name.pop()
    head = "".join(_plain_words(code)).upper() or "MAP"
    short_name = "_".join(name)[:_LONGEST_NAME] or "map"
    return f"{head}_{short_name}_a4_{as_of.astimezone(UTC):%Y%m%d}"


def _plain_words(text: str) -> list[str]:
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii")
    return re.findall(r"[a-z0-9]+", ascii_text.lower())
