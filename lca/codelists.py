"""The code lists of the records as data: labels in four languages, and other standards' codes.

``data/reference/codelists.csv`` holds one row a code. ``unsdi_t`` is UNSDI-T v2's number, ``sdi_t``
the word of WFP's SDI-T layers, ``osm`` the nearest OpenStreetMap tag and ``wzdx`` the nearest word
of WZDx v4; an empty cell says that the standard has none. A tag of OSM that is near is not the
same: reading one back is the business of a profile.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from . import vocab
from .errors import NotFound

LANGUAGES = ("en", "fr", "es", "ar")
STANDARDS = ("unsdi_t", "sdi_t", "osm", "wzdx")

VOCABULARIES: Mapping[str, type[StrEnum | IntEnum]] = MappingProxyType(
    {
        "facility_type": vocab.FacilityType,
        "operational_status": vocab.OperationalStatus,
        "damage": vocab.Damage,
        "repairability": vocab.Repairability,
        "security_state": vocab.SecurityState,
        "humanitarian_use": vocab.HumanitarianUse,
        "authority_type": vocab.AuthorityType,
        "access_mode": vocab.AccessMode,
        "port_type": vocab.PortType,
        "port_size": vocab.PortSize,
        "berth_use": vocab.BerthUse,
        "equipment_kind": vocab.EquipmentKind,
        "aerodrome_type": vocab.AerodromeType,
        "aerodrome_class": vocab.AerodromeClass,
        "runway_surface": vocab.RunwaySurface,
        "unhas_status": vocab.UnhasStatus,
        "storage_kind": vocab.StorageKind,
        "owner_kind": vocab.OwnerKind,
        "temperature_control": vocab.TemperatureControl,
        "power_supply": vocab.PowerSupply,
        "goods": vocab.Goods,
        "crossing_kind": vocab.CrossingKind,
        "fuel_kind": vocab.FuelKind,
        "payment": vocab.Payment,
        "duty_exemption": vocab.DutyExemption,
        "rail_facility_kind": vocab.RailFacilityKind,
        "service_kind": vocab.ServiceKind,
        "constraint_type": vocab.ConstraintType,
        "effect_kind": vocab.EffectKind,
        "direction": vocab.Direction,
        "constraint_status": vocab.ConstraintStatus,
        "constraint_target": vocab.ConstraintTarget,
        "security_category": vocab.SecurityCategory,
        "drive": vocab.Drive,
        "practicability": vocab.Practicability,
        "bypass": vocab.Bypass,
        "repair_state": vocab.RepairState,
        "location_precision": vocab.LocationPrecision,
        "source_type": vocab.SourceType,
        "reliability": vocab.Reliability,
        "credibility": vocab.Credibility,
        "sensitivity": vocab.Sensitivity,
        "consent": vocab.Consent,
        "cargo": vocab.Cargo,
        "actor": vocab.Actor,
        "road_class": vocab.RoadClass,
        "road_surface": vocab.RoadSurface,
        "surface_condition": vocab.SurfaceCondition,
        "surface_preparation": vocab.SurfacePreparation,
        "road_status": vocab.RoadStatus,
        "transport_mode": vocab.TransportMode,
    }
)
"""The vocabulary that each code list is of."""


@dataclass(frozen=True, slots=True)
class Code:
    """One code of a list: its labels by language, and what other standards call it, if they do."""

    code: str
    labels: Mapping[str, str]
    standards: Mapping[str, str]

    def as_json(self) -> dict[str, object]:
        """Return it as a JSON object; a standard that has no word for it is null."""
        words = {name: self.standards.get(name) for name in STANDARDS}
        return {"code": self.code, "labels": dict(self.labels), **words}


def load() -> Mapping[str, tuple[Code, ...]]:
    """Return every code list by its name, in the order in which people should see the codes."""
    return _load()


def code_list(name: str) -> tuple[Code, ...]:
    """Return one code list.

    Raises
    ------
    NotFound
        If there is no such list.
    """
    try:
        return _load()[name]
    except KeyError:
        lists = ", ".join(_load())
        raise NotFound(
            f"There is no code list {name!r}.", do_next=f"Choose one of {lists}."
        ) from None


def name_of(vocabulary: type) -> str | None:
    """Return the name of the list of a vocabulary; None if it has none."""
    return next((name for name, words in VOCABULARIES.items() if words is vocabulary), None)


@lru_cache(maxsize=1)
def _load() -> Mapping[str, tuple[Code, ...]]:
    lists: dict[str, list[Code]] = {}
    table = resources.files("data").joinpath("reference", "codelists.csv")
    with table.open(encoding="utf-8") as stream:
        for row in csv.DictReader(stream):
            labels = {language: row[f"label_{language}"] for language in LANGUAGES}
            standards = {name: row[name] for name in STANDARDS if row[name]}
            made = Code(row["code"], MappingProxyType(labels), MappingProxyType(standards))
            lists.setdefault(row["list"], []).append(made)
    return MappingProxyType({name: tuple(codes) for name, codes in lists.items()})
