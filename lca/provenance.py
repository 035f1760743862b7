"""Provenance: who stated something, when it was true, and how far it may be believed and shared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from .record import described
from .vocab import (
    Confidence,
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
    reported_at: datetime | None = described("Reported at", default=None)
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

    def stale(self, at: datetime) -> bool:
        """Tell whether its review date has passed; without one it is never stale."""
        return self.review_by is not None and self.review_by <= at

    def confidence(self, at: datetime) -> Confidence:
        """Return how far the record may be believed at a moment.

        ``high``: a source of A or B, an information of 1 or 2. ``low``: a source of D or E, an
        information of 4 or 5, or neither can be judged (F and 6). ``medium``: all others. A stale
        record is believed one step less, but not below ``low``; ``none`` is one that has been
        overdue for more than twice the time that lay between its last word and its review date.
        The Admiralty scales are NATO's; the rule is this project's.
        """
        if not self.stale(at):
            return self._confidence_when_fresh
        if self._long_overdue(at):
            return Confidence.NONE
        fresh_high = self._confidence_when_fresh is Confidence.HIGH
        return Confidence.MEDIUM if fresh_high else Confidence.LOW

    @property
    def _confidence_when_fresh(self) -> Confidence:
        source, information = self.reliability, self.credibility
        if source in _RELIABLE and information in _CREDIBLE:
            return Confidence.HIGH
        unjudged = source is Reliability.F and information is Credibility.CANNOT_BE_JUDGED
        if unjudged or source in _UNRELIABLE or information in _DOUBTED:
            return Confidence.LOW
        return Confidence.MEDIUM

    def _long_overdue(self, at: datetime) -> bool:
        if self.review_by is None:
            return False
        last_word = max(
            self.date_of_information, self.last_confirmed_at or self.date_of_information
        )
        span = max(self.review_by - last_word, timedelta(0))
        return at - self.review_by > 2 * span


_RELIABLE = frozenset({Reliability.A, Reliability.B})
_UNRELIABLE = frozenset({Reliability.D, Reliability.E})
_CREDIBLE = frozenset({Credibility.CONFIRMED, Credibility.PROBABLY_TRUE})
_DOUBTED = frozenset({Credibility.DOUBTFUL, Credibility.IMPROBABLE})
