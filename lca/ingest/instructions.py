"""What a caller says of a file that the file does not say of itself, and how it is to be judged."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

import geopandas as gpd

from lca.boundary import Boundary

from .cover import Cover
from .profiles.profile import DateOrder


@dataclass(frozen=True, slots=True, kw_only=True)
class Instructions:
    """What a file leaves open.

    Every value serves where the file, its cover and its profile say nothing; what they say wins.

    Attributes
    ----------
    source_org, date_of_information, country, time_zone, licence
        Defaults of every row; the country as ISO 3166-1 alpha-3, the zone as IANA names it.
    exercise : bool
        The file's data is invented.
    date_order : str or None
        How its dates are written: ``dmy``, ``mdy`` or ``ymd``.
    fix : bool
        Apply the repairs that are proposed, and say so at each row.
    now : datetime or None
        The moment of reading, for what is overdue; nothing is judged by its age without it.
    boundaries : sequence of Boundary
        The operation's administrative units, to join codes and to judge places.
    published : mapping of str to GeoDataFrame
        What is in force by layer, to find duplicates and contradictions.
    keep_sheets : bool
        Keep the cells in :attr:`.assessment.Reading.sheets`, for a copy of the file with what is
        wrong (:mod:`.annotate`); they take as much memory as the tables.
    """

    source_org: str | None = None
    date_of_information: date | None = None
    country: str | None = None
    time_zone: str | None = None
    licence: str | None = None
    exercise: bool = False
    date_order: DateOrder | None = None
    fix: bool = False
    now: datetime | None = None
    boundaries: Sequence[Boundary] = ()
    published: Mapping[str, gpd.GeoDataFrame] = field(default_factory=dict)
    keep_sheets: bool = False

    def completed(self, cover: Cover) -> Cover:
        """Return a cover with what it leaves open filled in."""
        return Cover(
            operation=cover.operation,
            country=cover.country or self.country,
            organisation=cover.organisation or self.source_org,
            assessed_on=cover.assessed_on or self.date_of_information,
            time_zone=cover.time_zone or self.time_zone,
            licence=cover.licence or self.licence,
            exercise=cover.exercise or self.exercise,
            fix=self.fix,
        )
