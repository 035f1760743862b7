"""Provenance: who stated something, when it was true, and how far it may be believed and shared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .record import described
from .vocab import (
    Credibility,
    LocationPrecision,
    Reliability,
    Sensitivity,
    SourceType,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Who said it, when it was true, and how far it may be believed and shared.

    LogIE asks for source, date and reliability of every status; SDI-T adds location precision,
    OCHA the sensitivity.
    """

    source_org: str = described("Source organisation")
    source_type: SourceType = described("Kind of source", default=SourceType.OTHER)
    source_ref: str | None = described("Source document or reference", default=None)
    date_of_information: datetime = described("Date of information")
    reliability: Reliability = described("Reliability of the source (A-F)", default=Reliability.F)
    credibility: Credibility = described(
        "Credibility of the information (1-6)", default=Credibility.CANNOT_BE_JUDGED
    )
    location_precision: LocationPrecision = described(
        "Location precision", default=LocationPrecision.UNKNOWN
    )
    review_by: datetime | None = described("Review by", default=None)
    last_confirmed_at: datetime | None = described("Last confirmed", default=None)
    confirmed_by: str | None = described("Confirmed by", default=None)
    sensitivity: Sensitivity = described("Sensitivity", default=Sensitivity.PUBLIC)
    licence: str | None = described("Licence of the record", default=None)
    exercise: bool = described("Exercise data (invented)", default=False)
