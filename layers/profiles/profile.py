"""One export profile: which columns another standard wants of a layer, and where each comes from.

Each profile is one TOML file of this folder; its stem, with dashes, is the profile's name.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType
from typing import Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from lca.errors import InvalidInput, NotFound
from lca.record import Field as Column

Code = str | int | float


class ProfileColumn(BaseModel):
    """One column of the standard, and what it is made of.

    Exactly one of ``source`` (a column of ours), ``term`` (what the release says of itself),
    ``place`` (of the geometry) or ``constant`` says what it holds; without any of them it holds
    ``unknown`` throughout, because we know nothing of it.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)

    name: str = Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,62}$")
    title: str
    type: Literal["text", "integer", "number"] = "text"
    unit: str | None = None
    source: str | None = Field(default=None, alias="from")
    term: str | None = None
    place: Literal["longitude", "latitude", "length_km"] | None = None
    constant: Code | None = None
    codes: Mapping[str, Code] = {}
    """What each value of the source becomes."""
    otherwise: Code | None = None
    """What a value becomes that ``codes`` does not name."""
    unknown: Code | None = None
    """What *not known* becomes; left out, it stays *not known*."""
    factor: float | None = None
    decimals: int | None = None

    @model_validator(mode="after")
    def _of_one_thing(self) -> Self:
        given = [self.source, self.term, self.place, self.constant]
        if sum(one is not None for one in given) > 1:
            msg = f"{self.name}: give one of from, term, place and constant"
            raise ValueError(msg)
        return self

    @property
    def field(self) -> Column:
        """The column as writers take it."""
        return Column(self.name, self.type, self.title, self.unit)


class LayerProfile(BaseModel):
    """The columns that one of our layers has in the standard, and what its table is called."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    table: str = Field(pattern=r"^[a-z][a-z0-9_]{0,62}$")
    note: str = ""
    columns: tuple[ProfileColumn, ...]


class Profile(BaseModel):
    """A standard in which layers can be exported."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    title: str
    source: str
    note: str
    layers: Mapping[str, LayerProfile]


@lru_cache(maxsize=1)
def load_profiles() -> Mapping[str, Profile]:
    """Read every profile, by name.

    Raises
    ------
    InvalidInput
        If a file is not TOML, or a key is missing, misspelt or has a wrong value.
    """
    files = sorted(
        (one for one in resources.files("layers.profiles").iterdir() if one.name.endswith(".toml")),
        key=lambda one: one.name,
    )
    found = (
        _read(one.name.removesuffix(".toml").replace("_", "-"), one.read_text(encoding="utf-8"))
        for one in files
    )
    return MappingProxyType({profile.name: profile for profile in found})


def load_profile(name: str) -> Profile:
    """Return the profile of that name (NotFound if there is none)."""
    profiles = load_profiles()
    if name not in profiles:
        raise NotFound(
            f"There is no export profile {name!r}.",
            where="profile",
            do_next="Choose one of " + ", ".join(profiles) + ".",
        )
    return profiles[name]


def _read(name: str, text: str) -> Profile:
    try:
        body: dict[str, Any] = tomllib.loads(text)
        return Profile.model_validate({"name": name, **body})
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise InvalidInput(
            f"{error}", where=f"export profile {name}", do_next="Compare it with the others."
        ) from error
