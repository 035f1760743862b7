"""The kinds of table that a file may hold: one line for a new kind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from lca.boundary import Boundary
from lca.constraint import Constraint
from lca.contact import Contact
from lca.facility import (
    Airport,
    BorderCrossing,
    Bridge,
    Checkpoint,
    CustomsOffice,
    Ferry,
    Fuel,
    Mill,
    Port,
    RailStation,
    ServiceProvider,
    Storage,
    Weighbridge,
)
from lca.facilitypart import Berth, HandlingEquipment, Runway
from lca.place import Place
from lca.roadassessment import RoadAssessment
from lca.season import Season
from lca.travelleg import TravelLeg

from . import wire
from .folding import fold
from .translations import all_forms

COVER_SHEET = wire.COVER_SHEET


@dataclass(frozen=True, slots=True)
class TableKind:
    """A sheet's title, the layer it fills, its record class, and the shapes its rows may have.

    Every kind that is ``placed`` may have a point; a ``stretch`` is a line between two points, and
    the rows of a table that is not placed lie nowhere. ``geodata`` says
    that the rows come from a GIS file, which has a layer, a geometry and no cover. ``key`` are the
    columns that a row without an id is known by; its name and place if there are none. ``name_from``
    says what the name of a row that states none is made of. What is ``restricted`` fills no layer,
    whatever its name.
    """

    sheet: str
    layer: str
    record_class: type[Any]
    stretch: bool = False
    area: bool = False
    geodata: bool = False
    key: tuple[str, ...] = ()
    restricted: bool = False
    placed: bool = True
    name_from: str | None = None

    def in_geodata(self) -> TableKind:
        """Return the kind as a GIS file holds it: named as the layer, as people know it there."""
        return replace(self, sheet=self.layer, geodata=True)


TABLE_KINDS = (
    TableKind("Ports", "ports", Port),
    TableKind("Airports", "airports", Airport),
    TableKind("Storage", "storage", Storage),
    TableKind("Border crossings", "border_crossings", BorderCrossing),
    TableKind("Fuel", "fuel", Fuel),
    TableKind("Ferries", "ferries", Ferry),
    TableKind("Bridges", "bridges", Bridge),
    TableKind("Checkpoints", "checkpoints", Checkpoint),
    TableKind("Customs offices", "customs_offices", CustomsOffice),
    TableKind("Weighbridges", "weighbridges", Weighbridge),
    TableKind("Rail stations", "rail_stations", RailStation),
    TableKind("Mills", "mills", Mill),
    TableKind("Service providers", "service_providers", ServiceProvider),
    TableKind(
        "Berths", "berths", Berth, placed=False, name_from="{facility_name} {use} {length_m}"
    ),
    TableKind("Runways", "runways", Runway, placed=False, name_from="{facility_name} {designator}"),
    TableKind(
        "Handling equipment",
        "handling_equipment",
        HandlingEquipment,
        placed=False,
        name_from="{facility_name} {equipment_kind} {capacity_t}",
    ),
    TableKind("Constraints", "constraints", Constraint, stretch=True, area=True),
    TableKind("Places", "places", Place, area=True),
    TableKind("Road assessments", "road_assessments", RoadAssessment, stretch=True),
    TableKind(
        "Travel legs",
        "travel_legs",
        TravelLeg,
        placed=False,
        name_from="{place_from} - {place_to} {mode} {vehicle} {season}",
    ),
    TableKind("Seasons", "seasons", Season, placed=False),
    TableKind("Contacts", "contacts", Contact, placed=False, restricted=True),
)
# What no workbook holds, only GIS files.
GEODATA_KINDS = (TableKind("Boundaries", "boundaries", Boundary, area=True, geodata=True),)


def kind_of_sheet(name: str) -> TableKind | None:
    """Return the kind of the sheet of that title, in any of the workbook's languages."""
    return _kinds_by_title().get(fold(name))


def is_cover(name: str) -> bool:
    """Tell whether a sheet of that title is the cover, in any of the workbook's languages."""
    return fold(name) in _folded("sheet.cover")


def is_companion(name: str) -> bool:
    """Tell whether a sheet goes with our workbooks and holds no data: instructions, words, report."""
    return any(fold(name) in _folded(f"sheet.{one}") for one in ("instructions", "lists", "qa"))


def titles_of_sheets() -> frozenset[str]:
    """Return every title of a sheet that is read, folded."""
    return frozenset(_kinds_by_title()) | _folded("sheet.cover")


@lru_cache(maxsize=1)
def _kinds_by_title() -> Mapping[str, TableKind]:
    titles = {title: kind for kind in TABLE_KINDS for title in _folded(f"sheet.{kind.layer}")}
    return MappingProxyType({**titles, **{fold(kind.sheet): kind for kind in TABLE_KINDS}})


@lru_cache(maxsize=64)
def _folded(key: str) -> frozenset[str]:
    return frozenset(fold(form) for form in all_forms(key))


def kind_of_layer(layer: str) -> TableKind | None:
    """Return the kind that fills a layer."""
    return next((kind for kind in (*TABLE_KINDS, *GEODATA_KINDS) if kind.layer == layer), None)
