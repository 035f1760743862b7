"""What a layer is: its title, record class, licence, caveat, cadence and style, read from TOML.

Each layer is one file in ``layers/specs``; its stem is the layer's name. The columns come from
the record class of the logistics domain, so they are never written twice.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    field_validator,
    model_validator,
)

from lca.boundary import Boundary
from lca.constraint import Constraint
from lca.declared import declared_class
from lca.emission import EmissionFactor
from lca.errors import InvalidInput
from lca.facility import FACILITY_CLASSES
from lca.facilitypart import Berth, HandlingEquipment, Runway
from lca.ingest.sheets import TableKind
from lca.place import Place
from lca.record import Field as Column
from lca.record import FieldType, fields_of
from lca.roadassessment import RoadAssessment
from lca.season import Season
from lca.tablerow import SeasonFactorRow, SpeedRow, SurfaceFactorRow, VehicleRow
from lca.travelleg import TravelLeg
from lca.vocab import Sensitivity


class LayerKind(StrEnum):
    """What the rows of a layer are; it decides how an import merges and what publishing guards."""

    FACILITY = "facility"
    PLACE = "place"
    CONSTRAINT = "constraint"
    BOUNDARY = "boundary"
    THEMATIC = "thematic"
    """Points, lines or areas that no route asks: assessed, declared by the spec, or computed."""
    TABLE = "table"
    """Rows without a place: what vehicles, speeds and the like are judged by."""

    @property
    def holds_places(self) -> bool:
        """Whether its rows are places that a route may begin or end at."""
        return self in {self.FACILITY, self.PLACE}


_RECORD_CLASSES: Mapping[str, tuple[LayerKind, type]] = MappingProxyType(
    {
        **{word.value: (LayerKind.FACILITY, cls) for word, cls in FACILITY_CLASSES.items()},
        "place": (LayerKind.PLACE, Place),
        "constraint": (LayerKind.CONSTRAINT, Constraint),
        "boundary": (LayerKind.BOUNDARY, Boundary),
        "road_assessment": (LayerKind.THEMATIC, RoadAssessment),
        "berth": (LayerKind.TABLE, Berth),
        "runway": (LayerKind.TABLE, Runway),
        "handling_equipment": (LayerKind.TABLE, HandlingEquipment),
        "travel_leg": (LayerKind.TABLE, TravelLeg),
        "vehicle": (LayerKind.TABLE, VehicleRow),
        "speed": (LayerKind.TABLE, SpeedRow),
        "surface_factor": (LayerKind.TABLE, SurfaceFactorRow),
        "season_factor": (LayerKind.TABLE, SeasonFactorRow),
        "season": (LayerKind.TABLE, Season),
        "emission_factor": (LayerKind.TABLE, EmissionFactor),
    }
)


class Review(StrEnum):
    """Who must have approved a draft before it is published."""

    NONE = "none"
    ONE = "one"
    """An approver, who may be its author."""
    FOUR_EYES = "four_eyes"
    """An approver who has neither made nor changed it."""


class LegendClass(BaseModel):
    """One entry of a legend: a value of the style's field, and how it looks."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    value: str
    label: str
    colour: str = Field(pattern=r"^#[0-9a-f]{6}$")
    dash: str | None = Field(default=None, pattern=r"^\d+( \d+)*$")


class LayerStyle(BaseModel):
    """How a layer looks: a colour as ``#rrggbb``, the name of a symbol, and classes by a field."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    colour: str = Field(pattern=r"^#[0-9a-f]{6}$")
    symbol: str
    field: str | None = None
    classes: tuple[LegendClass, ...] = ()


class DeclaredField(BaseModel):
    """A column that the spec itself declares; ``codes`` are the words that it may hold."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")
    type: FieldType
    title: str
    unit: str | None = None
    codes: tuple[str, ...] = ()
    required: bool = False

    @model_validator(mode="after")
    def _words_of_a_code(self) -> Self:
        if (self.type == "code") != bool(self.codes):
            msg = f"{self.name}: a field of type code has codes, and no other has"
            raise ValueError(msg)
        return self

    @property
    def column(self) -> Column:
        """The same as a column of the logistics domain."""
        return Column(self.name, self.type, self.title, self.unit, self.codes, self.required)


class IdRule(BaseModel):
    """How a feature is known again.

    ``columns`` are its natural key: a file without ids gets them from it, and an id that changes
    while the key stays is refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[str, ...] = ()


class LayerSpec(BaseModel):
    """One layer's description; a misspelt or missing key is refused.

    The columns are those of ``record``, a class of the logistics domain, or else the ``fields``
    that the spec declares besides id, name and provenance.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")
    title: str
    record: str | None = None
    declared: tuple[DeclaredField, ...] = Field(default=(), alias="fields")
    geometry: tuple[Literal["point", "line", "area"], ...] = ()
    id_rule: IdRule = IdRule()
    source: str
    licence: str
    attribution: str
    caveat: str
    cadence_days: int = Field(gt=0)
    default_sensitivity: Sensitivity
    download_allowed: bool
    review: Review = Review.NONE
    derived: bool = False
    style: LayerStyle

    @field_validator("record")
    @classmethod
    def _known_record(cls, word: str | None) -> str | None:
        if word is not None and word not in _RECORD_CLASSES:
            msg = "must be one of " + ", ".join(_RECORD_CLASSES)
            raise ValueError(msg)
        return word

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if (self.record is None) == (not self.declared):
            msg = "give either record or fields"
            raise ValueError(msg)
        self._require_new_names()
        names = {column.name for column in self.fields}
        used = {*self.id_rule.columns, *([self.style.field] if self.style.field else [])}
        if unknown := sorted(used - names):
            msg = f"there is no field {', '.join(unknown)}"
            raise ValueError(msg)
        self._require_codes_of_classes()
        return self

    def _require_new_names(self) -> None:
        """Refuse a declared column that every row has already."""
        given = {column.name for column in fields_of(declared_class("", ()))}
        taken = sorted(field.name for field in self.declared if field.name in given | {"geometry"})
        if taken:
            msg = f"{', '.join(taken)} is there already: every row has it"
            raise ValueError(msg)

    def _require_codes_of_classes(self) -> None:
        """Refuse a class of the legend that no row could have."""
        codes = next((one.codes for one in self.fields if one.name == self.style.field), ())
        wrong = [item.value for item in self.style.classes if codes and item.value not in codes]
        if wrong:
            msg = f"style.classes: {', '.join(wrong)} is no code of {self.style.field}"
            raise ValueError(msg)

    @property
    def kind(self) -> LayerKind:
        """What its rows are."""
        return LayerKind.THEMATIC if self.record is None else _RECORD_CLASSES[self.record][0]

    @property
    def record_class(self) -> type[Any]:
        """The record class of the rows."""
        if self.record is None:
            return declared_class(self.name, [field.column for field in self.declared])
        return _RECORD_CLASSES[self.record][1]

    @property
    def declared_kind(self) -> TableKind | None:
        """How a GIS file of it is read, if the spec declares the columns; None for the others."""
        if self.record is not None:
            return None
        kinds = self.geometry or ("point", "line", "area")
        return TableKind(
            self.name,
            self.name,
            self.record_class,
            stretch="line" in kinds,
            area="area" in kinds,
            geodata=True,
            key=self.id_rule.columns,
        )

    @property
    def fields(self) -> tuple[Column, ...]:
        """The columns, ``geometry`` not among them."""
        return fields_of(self.record_class)


def load_specs(folder: Traversable | None = None) -> Mapping[str, LayerSpec]:
    """Read every layer spec of a folder, by name; the product's own by default.

    Raises
    ------
    InvalidInput
        If a file is not TOML, or a key is missing, misspelt or has a wrong value.
    """
    return _of_the_product() if folder is None else _read(folder)


@cache
def _of_the_product() -> Mapping[str, LayerSpec]:
    """Read once: they do not change while a process runs, and each opened store asks for them."""
    return _read(resources.files("layers") / "specs")


def _read(folder: Traversable) -> Mapping[str, LayerSpec]:
    files = sorted(
        (entry for entry in folder.iterdir() if entry.name.endswith(".toml")),
        key=lambda entry: entry.name,
    )
    return MappingProxyType({spec.name: spec for spec in map(_load, files)})


def _load(file: Traversable) -> LayerSpec:
    where = f"layer spec {file.name}"
    try:
        body = tomllib.loads(file.read_text(encoding="utf-8"))
        return LayerSpec.model_validate({"name": file.name.removesuffix(".toml"), **body})
    except tomllib.TOMLDecodeError as error:
        raise InvalidInput(f"It is not TOML: {error}.", where=where, do_next="Mend it.") from error
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, item['loc']))}: {item['msg']}" for item in error.errors()
        )
        raise InvalidInput(
            problems, where=where, do_next="Compare it with the other specs of the folder."
        ) from error
