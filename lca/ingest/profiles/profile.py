"""One reading profile: a declarative mapping of a source's columns, units, nulls and codes.

Each profile is one TOML file of this folder; its stem, with dashes, is the profile's name. A user's
own profile is a file of the same form (``lca import FILE --profile mine.toml``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from types import MappingProxyType
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from lca.errors import InvalidInput
from lca.ingest.location import LOCATION_TARGETS
from lca.ingest.sheets import kind_of_layer
from lca.record import fields_of

Code = str | int | float | bool
DateOrder = Literal["dmy", "mdy", "ymd"]
_LARGEST_FILE = 256 * 1024


class ColumnRule(BaseModel):
    """One column of the source, and the field that it fills.

    ``headings`` are its names as sources write them; matching ignores case, accents, punctuation
    and what KoBo puts before the last ``/``. ``codes`` maps the source's words to ours (they are
    compared without case and spacing); a word that is in neither list counts as unmapped.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    field: str
    headings: tuple[str, ...] = Field(min_length=1)
    unit: str | None = None
    """The unit of the source's numbers, converted to the field's; None if it is the same."""
    codes: Mapping[str, Code] = {}
    otherwise: Code | None = None
    """What a word becomes that no list names; without it ``unknown`` or ``other``, else nothing."""
    nulls: tuple[str, ...] = ()
    zero_is_null: bool | None = None
    date_order: DateOrder | None = None


class TableRule(BaseModel):
    """One kind of table that the source has, and the layer that it fills.

    It is recognised by the headings that it ``needs``: all must be there (``a|b`` means either).
    ``names`` are patterns of sheet or layer names, which break a tie. ``made`` fills a field that
    the row leaves empty from a text with columns in braces, as ``{obstype} {objectid}``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    layer: str
    names: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    columns: tuple[ColumnRule, ...] = ()
    ignored: tuple[str, ...] = ()
    """Headings that are known and not read on purpose, so that nobody is warned of them."""
    defaults: Mapping[str, Code] = {}
    made: Mapping[str, str] = {}
    own_headings: bool = True
    """Whether our own headings and field names are read as well."""

    @model_validator(mode="after")
    def _fields_exist(self) -> Self:
        kind = kind_of_layer(self.layer)
        if kind is None:
            msg = f"there is no layer {self.layer!r}"
            raise ValueError(msg)
        known = {field.name for field in fields_of(kind.record_class)}
        named = {column.field for column in self.columns} - LOCATION_TARGETS
        unknown = sorted((named | set(self.defaults) | set(self.made)) - known)
        if unknown:
            msg = f"{self.layer} has no field {', '.join(unknown)}"
            raise ValueError(msg)
        return self


class Profile(BaseModel):
    """A source of assessment data: its tables, and what holds for all of them.

    ``layout`` says how its tables lie in the file: ``rows`` under one heading each, or as a
    ``document`` has them (:mod:`lca.ingest.pages`).
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    reads: str
    """What it is for, in a sentence."""
    source: str
    """Where its columns are written down."""
    containers: tuple[str, ...]
    """The kinds of file that may hold it (:mod:`lca.ingest.containers`)."""
    layout: Literal["rows", "document"] = "rows"
    nulls: tuple[str, ...] = ()
    zero_is_null: bool = False
    date_order: DateOrder | None = None
    adds: bool = False
    """Whether a file holds a part of its layer only, so that what it lacks stays there."""
    defaults: Mapping[str, Code] = {}
    tables: tuple[TableRule, ...] = ()

    def in_order(self, order: DateOrder | None) -> Profile:
        """Return the profile with the order in which a user says that the dates are written."""
        return self if order is None else self.model_copy(update={"date_order": order})


@lru_cache(maxsize=1)
def load_profiles() -> Mapping[str, Profile]:
    """Read every profile of the product, by name.

    Raises
    ------
    InvalidInput
        If a file is not TOML, or a key is missing, misspelt or has a wrong value.
    """
    files = sorted(
        (one for one in resources.files(__package__).iterdir() if one.name.endswith(".toml")),
        key=lambda one: one.name,
    )
    found = (
        read_profile(one.name.removesuffix(".toml").replace("_", "-"), one.read_text("utf-8"))
        for one in files
    )
    return MappingProxyType({profile.name: profile for profile in found})


def load_own_profile(path: Path) -> Profile:
    """Read a user's own profile.

    Raises
    ------
    InvalidInput
        If it cannot be read, is no profile, or is larger than any profile is.
    """
    try:
        with path.open("rb") as stream:
            body = stream.read(_LARGEST_FILE + 1)
        text = body.decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise _no_profile(path.name, str(error)) from error
    if len(body) > _LARGEST_FILE:
        raise _no_profile(path.name, "it is too large")
    return read_profile(path.stem, text)


def read_profile(name: str, text: str) -> Profile:
    """Return the profile that a TOML text describes (InvalidInput if it describes none)."""
    try:
        body: dict[str, Any] = tomllib.loads(text)
        return Profile(name=name, **body)
    except (tomllib.TOMLDecodeError, RecursionError, TypeError) as error:
        raise _no_profile(name, str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise _no_profile(name, f"{where}: {first['msg']}") from error


def _no_profile(name: str, why: str) -> InvalidInput:
    return InvalidInput(
        f"It is no reading profile ({why[:300]}).",
        where=name,
        do_next="Correct it; docs/reference/reading/profiles.md lists its keys.",
    )
