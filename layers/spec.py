"""What a layer is: its title, record class, licence, caveat, cadence and style, read from TOML.

Each layer is one file in ``layers/specs``; its stem is the layer's name. The columns come from
the record class of the logistics domain, so they are never written twice.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from enum import StrEnum
from importlib import resources
from importlib.resources.abc import Traversable
from types import MappingProxyType
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from lca.boundary import Boundary
from lca.constraint import Constraint
from lca.emission import EmissionFactor
from lca.errors import InvalidInput
from lca.facility import FACILITY_CLASSES
from lca.place import Place
from lca.record import Field as Column
from lca.record import fields_of
from lca.season import Season
from lca.tablerow import SeasonFactorRow, SpeedRow, SurfaceFactorRow, VehicleRow
from lca.vocab import Sensitivity


class LayerKind(StrEnum):
    """What the rows of a layer are; it decides how an import merges and what publishing guards."""

    FACILITY = "facility"
    PLACE = "place"
    CONSTRAINT = "constraint"
    BOUNDARY = "boundary"
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
        "vehicle": (LayerKind.TABLE, VehicleRow),
        "speed": (LayerKind.TABLE, SpeedRow),
        "surface_factor": (LayerKind.TABLE, SurfaceFactorRow),
        "season_factor": (LayerKind.TABLE, SeasonFactorRow),
        "season": (LayerKind.TABLE, Season),
        "emission_factor": (LayerKind.TABLE, EmissionFactor),
    }
)


class LayerStyle(BaseModel):
    """How a layer looks: a colour as ``#rrggbb`` and the name of a symbol."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    colour: str = Field(pattern=r"^#[0-9a-f]{6}$")
    symbol: str


class LayerSpec(BaseModel):
    """One layer's description; a misspelt or missing key is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")
    title: str
    record: str
    licence: str
    attribution: str
    caveat: str
    cadence_days: int = Field(gt=0)
    default_sensitivity: Sensitivity
    download_allowed: bool
    style: LayerStyle

    @field_validator("record")
    @classmethod
    def _known_record(cls, word: str) -> str:
        if word not in _RECORD_CLASSES:
            msg = "must be one of " + ", ".join(_RECORD_CLASSES)
            raise ValueError(msg)
        return word

    @property
    def kind(self) -> LayerKind:
        """Whether the rows are facilities, places, constraints, boundaries or those of a table."""
        return _RECORD_CLASSES[self.record][0]

    @property
    def record_class(self) -> type[Any]:
        """The record class of the rows."""
        return _RECORD_CLASSES[self.record][1]

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
    source = folder if folder is not None else resources.files("layers") / "specs"
    files = sorted(
        (entry for entry in source.iterdir() if entry.name.endswith(".toml")),
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
