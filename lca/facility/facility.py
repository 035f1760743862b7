"""What every facility has, and what is refused of any of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from shapely.geometry.base import BaseGeometry

from lca.amount import READ_AS_WRITTEN, impossible_amounts
from lca.contradictions import wrong_zone
from lca.errors import InvalidInput
from lca.provenance import Provenance
from lca.record import described
from lca.vocab import (
    AccessMode,
    AuthorityType,
    Damage,
    FacilityType,
    Goods,
    HumanitarianUse,
    OperationalStatus,
    Payment,
    Practicability,
    Repairability,
    SecurityState,
)

WORDS_OF_LISTS: Mapping[str, type[StrEnum]] = {
    "access_modes": AccessMode,
    "clears": AccessMode,
    "suitable_for": Goods,
    "payment": Payment,
}
"""The fields that list words of a vocabulary."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility(Provenance):
    """What every facility has; ``geometry`` is a point in EPSG:4326.

    Damage, repairs, security and humanitarian use are UN-SDI Light's. ``attributes_as_of`` says
    since when the measures hold, which change more slowly than the status.
    """

    facility_type: ClassVar[FacilityType]

    id: str = described("Id")
    name: str = described("Name")
    name_alt: str | None = described("Other names", default=None)
    status: OperationalStatus = described("Operational status", default=OperationalStatus.UNKNOWN)
    status_comment: str | None = described("Comment on the status", default=None)
    operator_name: str | None = described("Operator", default=None)
    iso3: str | None = described("Country (ISO 3166-1 alpha-3)", default=None)
    admin1_pcode: str | None = described("P-code of the first level", default=None)
    admin2_pcode: str | None = described("P-code of the second level", default=None)
    admin_edition: str | None = described("Edition of its P-codes", default=None)
    lca_section: str | None = described("Section of the assessment, as printed", default=None)
    external_ids: tuple[str, ...] | None = described(
        "Ids elsewhere (scheme:value; …)", default=None
    )
    authority_type: AuthorityType | None = described("Kind of authority", default=None)
    damage: Damage | None = described("Damage", default=None)
    repairs: Repairability | None = described("Who can repair it", default=None)
    security: SecurityState | None = described("Security there", default=None)
    humanitarian_use: HumanitarianUse | None = described("Humanitarian use", default=None)
    under_construction: bool | None = described("Under construction", default=None)
    access_modes: tuple[str, ...] | None = described(
        "Reached by (words separated by ;)", default=None
    )
    access_practicability_dry: Practicability | None = described(
        "Largest class on its access road in the dry (UNSDI-T 0-6)", default=None
    )
    access_practicability_wet: Practicability | None = described(
        "Largest class on its access road after rain (UNSDI-T 0-6)", default=None
    )
    mobile_coverage: bool | None = described("Mobile telephone coverage", default=None)
    vhf_radio: bool | None = described("VHF radio", default=None)
    seasonal_note: str | None = described("What the seasons change", default=None)
    attributes_as_of: datetime | None = described("Measures as of", default=None)
    geometry: BaseGeometry | None = None

    def __post_init__(self) -> None:
        refuse(self, impossible_amounts(self, READ_AS_WRITTEN))
        refuse(self, _unknown_words(self))


@dataclass(frozen=True, slots=True, kw_only=True)
class Attended(Facility):
    """A facility where people work in hours; they condition a journey that ends there."""

    opening_hours: str | None = described("Opening hours (as OpenStreetMap)", default=None)
    time_zone: str | None = described("Time zone of the hours (IANA)", default=None)

    def __post_init__(self) -> None:
        Facility.__post_init__(self)
        refuse(self, wrong_zone(self.time_zone))


def refuse(record: Any, problems: Iterator[tuple[str, str]]) -> None:
    """Refuse a record for the first of its problems.

    Raises
    ------
    InvalidInput
        Naming the record, the problem, and what to do.
    """
    for what, do_next in problems:
        raise InvalidInput(what, where=record.id, do_next=do_next)


def _unknown_words(record: Any) -> Iterator[tuple[str, str]]:
    for name, vocabulary in WORDS_OF_LISTS.items():
        listed = getattr(record, name, None)
        if not listed:
            continue
        words = [word.value for word in vocabulary]
        for given in listed:
            if given not in words:
                yield f"{name} {given!r} is not known.", "Choose of " + ", ".join(words) + "."
