"""Contacts: personal data, kept apart from everything that is published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from .errors import InvalidInput
from .provenance import Provenance
from .record import described
from .vocab import Consent, Sensitivity


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Provenance):
    """A person or desk that can be reached; never part of a layer, a tile or an export.

    ``retention_until`` is when it must be deleted. Published contact lists have been copied for
    marketing, so that no contact is ever public.
    """

    id: str = described("Id")
    name: str = described("Name")
    role: str | None = described("Role", default=None)
    organisation: str | None = described("Organisation", default=None)
    facility_id: str | None = described("Id of the facility", default=None)
    facility_name: str | None = described("Facility", default=None)
    phone: str | None = described("Telephone", default=None)
    email: str | None = described("E-mail", default=None)
    address: str | None = described("Address", default=None)
    languages: str | None = described("Languages", default=None)
    consent: Consent = described("Consent", default=Consent.UNKNOWN)
    retention_until: datetime | None = described("Keep until", default=None)
    note: str | None = described("Comment", default=None)
    sensitivity: Sensitivity = described("Sensitivity", default=Sensitivity.RESTRICTED)

    def __post_init__(self) -> None:
        if self.sensitivity.rank < Sensitivity.RESTRICTED.rank:
            raise InvalidInput(
                "A contact cannot be public.",
                where=self.id,
                do_next="Set its sensitivity to restricted or higher, or leave the cell empty.",
            )
