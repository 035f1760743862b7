"""Where a statement comes from, how far it may be believed, and who may see it."""

from __future__ import annotations

from enum import IntEnum, StrEnum


class LocationPrecision(StrEnum):
    """SDI-T ``locprecision``: accurate = GPS or street level, approximate = not below town level,
    bad = known only to a province or region, the point placed arbitrarily.
    """

    ACCURATE = "accurate"
    APPROXIMATE = "approximate"
    BAD = "bad"
    UNKNOWN = "unknown"

    @property
    def sdi_t(self) -> str:
        """SDI-T's ``locprecision`` value."""
        return self.value.capitalize()

    @property
    def locates(self) -> bool:
        """Whether the location is good enough to block a road (design, rule of truth 1)."""
        return self in {self.ACCURATE, self.APPROXIMATE}


class SourceType(StrEnum):
    """Who or what a statement comes from."""

    FIELD_ASSESSMENT = "field_assessment"
    CONVOY_DEBRIEF = "convoy_debrief"
    GOVERNMENT = "government"
    MILITARY_POLICE = "military_police"
    NGO_PARTNER = "ngo_partner"
    UN_AGENCY = "un_agency"
    TRANSPORTER = "transporter"
    MEDIA = "media"
    OSM = "osm"
    SATELLITE = "satellite"
    MODEL = "model"
    LCA = "lca"
    REFERENCE = "reference"
    EXERCISE = "exercise"
    OTHER = "other"


class Reliability(StrEnum):
    """Admiralty scale of a source: A completely reliable … E unreliable, F cannot be judged."""

    A = "A"
    B = "B"
    C = "C"
    D = "D"
    E = "E"
    F = "F"


class Credibility(IntEnum):
    """Admiralty scale of an information: 1 confirmed … 5 improbable, 6 cannot be judged."""

    CONFIRMED = 1
    PROBABLY_TRUE = 2
    POSSIBLY_TRUE = 3
    DOUBTFUL = 4
    IMPROBABLE = 5
    CANNOT_BE_JUDGED = 6


class Confidence(StrEnum):
    """How far a record may be believed at one moment, from its source, information and age."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        """0 for none, up to 3 for high."""
        return (self.NONE, self.LOW, self.MEDIUM, self.HIGH).index(self)


class Sensitivity(StrEnum):
    """Who may see a record, in OCHA's four levels; the higher rank needs the higher clearance."""

    PUBLIC = "public"
    RESTRICTED = "restricted"
    CONFIDENTIAL = "confidential"
    STRICTLY_CONFIDENTIAL = "strictly_confidential"

    @property
    def rank(self) -> int:
        """0 for public, up to 3."""
        return _RANK_OF_SENSITIVITY[self._value_]


_RANK_OF_SENSITIVITY = {level.value: rank for rank, level in enumerate(Sensitivity)}


class Consent(StrEnum):
    """Whether a person has agreed that their contact is kept."""

    GIVEN = "given"
    REFUSED = "refused"
    NOT_ASKED = "not_asked"
    UNKNOWN = "unknown"
