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

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    model_validator,
)

from lca.errors import InvalidInput
from lca.ingest.location import LOCATION_TARGETS
from lca.ingest.sheets import kind_of_layer
from lca.record import fields_of

Code = str | int | float | bool
DateOrder = Literal["dmy", "mdy", "ymd"]
Form = Literal[
    "closed_to",
    "country",
    "code",
    "arcgis_date",
    "dm_latitude",
    "dm_longitude",
    "accuracy_m",
    "geopoint_accuracy",
    "submission_id",
    "utc_time",
]
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
    form: Form | None = None
    """How the source writes the value, where neither unit nor codes say it (``cellforms``)."""
    by_first_word: bool = False
    """Whether a word that ``codes`` lacks is looked up by its first word, as ``ASPH-G``."""
    beginnings: tuple[str, ...] = ()
    """Words of ``codes`` that hold also where the text goes on, as ``Closed - bridge collapsed``,
    unless it narrows them, as ``Closed to heavy trucks``."""


class SetAside(BaseModel):
    """Which rows state nothing that the layer holds: they are counted, with the ``reason``.

    It is one if the cell under ``heading`` is one of ``words`` (compared as codes are; ``""`` is
    an empty cell), or if it lacks the character ``unless_has``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    heading: str
    words: tuple[str, ...] = ()
    unless_has: str | None = Field(default=None, min_length=1, max_length=1)
    reason: str = Field(min_length=1)


class Headless(BaseModel):
    """A table that comes without headings: theirs in order, and what its cells look like.

    ``looks`` are regular expressions by heading; nine in ten of the first rows must match all.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    headings: tuple[str, ...] = Field(min_length=1)
    looks: Mapping[str, str] = Field(min_length=1)


class TableRule(BaseModel):
    """One kind of table that the source has, and the layer that it fills.

    It is recognised by the headings that it ``needs``: all must be there (``a|b`` means either).
    ``names`` are patterns of sheet or layer names, which break a tie. Of several columns for one
    field the first that is filled counts. ``made`` fills a field that the row leaves empty from a
    text with fields or the source's headings in braces, as ``{obstype} {objectid}``.
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
    set_aside: tuple[SetAside, ...] = ()
    headless: Headless | None = None
    declared: bool = False
    """Whether the layer declares its own fields, so that it has to be asked for."""
    asked_for: bool = False
    """Whether its headings do not tell which layer it fills, so that it has to be asked for."""

    @model_validator(mode="after")
    def _fields_exist(self) -> Self:
        kind = kind_of_layer(self.layer)
        if kind is None and self.declared:
            return self
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
    drawn: bool = False
    """Whether it is what somebody drew: geometries without any columns, or with these alone."""
    wraps_ours: bool = False
    """Whether its first row has our columns among others, as the export of a form has: such a
    profile is tried before our columns alone are looked for."""
    adds: bool = False
    """Whether a file holds a part of its layer only, so that what it lacks stays there."""
    defaults: Mapping[str, Code] = {}
    every_table: bool = False
    """Whether each of its tables reads the same sheet: one row may fill several layers."""
    tables: tuple[TableRule, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _share(cls, body: Any) -> Any:
        """Give each table what ``[shared]`` says of all of them: columns and ignored headings."""
        if not isinstance(body, dict) or "shared" not in body:
            return body
        shared = TypeAdapter(dict[Literal["columns", "ignored"], list[Any]])
        given = shared.validate_python(body["shared"])
        tables = [
            {**table, **{key: [*table.get(key, ()), *given[key]] for key in given}}
            for table in body.get("tables", ())
        ]
        return {**{key: value for key, value in body.items() if key != "shared"}, "tables": tables}

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
