"""The kinds of table that a file may hold: one line for a new kind."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from lca.boundary import Boundary
from lca.constraint import Constraint
from lca.facility import (
    Airport,
    BorderCrossing,
    Bridge,
    Checkpoint,
    Ferry,
    Fuel,
    Port,
    Storage,
)
from lca.place import Place

COVER_SHEET = "Assessment"


@dataclass(frozen=True, slots=True)
class TableKind:
    """A sheet's title, the layer it fills, its record class, and the shapes its rows may have.

    Every kind may have a point; a ``stretch`` is a line between two points. ``geodata`` says
    that the rows come from a GIS file, which has a layer, a geometry and no cover. ``key`` are the
    columns that a row without an id is known by; its name and place if there are none. What is
    ``restricted`` fills no layer, whatever its name.
    """

    sheet: str
    layer: str
    record_class: type[Any]
    stretch: bool = False
    area: bool = False
    geodata: bool = False
    key: tuple[str, ...] = ()
    restricted: bool = False

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
    TableKind("Constraints", "constraints", Constraint, stretch=True, area=True),
    TableKind("Places", "places", Place, area=True),
)
# What no workbook holds, only GIS files.
GEODATA_KINDS = (TableKind("Boundaries", "boundaries", Boundary, area=True, geodata=True),)


def kind_of_sheet(name: str) -> TableKind | None:
    """Return the kind of the sheet of that title, read without regard to case and spacing."""
    wanted = plain_title(name)
    return next((kind for kind in TABLE_KINDS if plain_title(kind.sheet) == wanted), None)


def kind_of_layer(layer: str) -> TableKind | None:
    """Return the kind that fills a layer."""
    return next((kind for kind in (*TABLE_KINDS, *GEODATA_KINDS) if kind.layer == layer), None)


def plain_title(name: str) -> str:
    """Return a title in lower case with single spaces."""
    return " ".join(name.lower().split())
