"""Where an operation's roads, boundaries and places are fetched from: templates by country."""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import platformdirs
from pydantic import BaseModel, ConfigDict, ValidationError

from lca.country import Country
from lca.download import require_web_address
from lca.errors import InvalidInput, NotFound

PARTS = ("roads", "boundaries", "places")
_FIELDS = {"iso3", "ISO3", "iso2", "ISO2", "geofabrik"}


class SourceTemplate(BaseModel):
    """Where one part of an operation comes from, and whose it is; an empty address is none."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    address: str = ""
    checksum: str = ""
    source: str = ""
    licence: str = ""

    def address_for(self, country: Country) -> str | None:
        """Return the address of a country's file; None if the source has none for it."""
        if not self.address or ("{geofabrik}" in self.address and not country.geofabrik):
            return None
        return self.address.format(**_words(country))

    def checksum_for(self, country: Country) -> str | None:
        """Return the address of the file's checksum, if one is configured."""
        address = self.address_for(country)
        if not self.checksum or address is None:
            return None
        return self.checksum.format(address=address, **_words(country))


def load_sources(file: Path | None) -> Mapping[str, SourceTemplate]:
    """Return the template of each part: the product's own, the user's over it, ``file`` over all.

    Raises
    ------
    NotFound
        If there is no such file.
    InvalidInput
        If a file is not TOML, or has an unknown key, placeholder or address.
    """
    own = resources.files("cli") / "sources.toml"
    users = platformdirs.user_config_path("lca-access-map") / "sources.toml"
    if file is not None and not file.is_file():
        raise NotFound("There is no such file.", where=str(file), do_next="Check its name.")
    files: list[Traversable | Path] = [own, *(path for path in (users, file) if path)]
    merged: dict[str, dict[str, str]] = {part: {} for part in PARTS}
    for one in files:
        if one.is_file():
            for part, keys in _read(one).items():
                merged[part].update(keys)
    return {part: SourceTemplate(**keys) for part, keys in merged.items()}


def _read(file: Traversable | Path) -> dict[str, dict[str, str]]:
    where = f"sources file {file}"
    try:
        body = tomllib.loads(file.read_text(encoding="utf-8"))
        unknown = sorted(body.keys() - set(PARTS))
        if unknown:
            raise InvalidInput(
                f"It has the unknown part {unknown[0]!r}.",
                where=where,
                do_next="Its parts are " + ", ".join(PARTS) + ".",
            )
        for keys in body.values():
            _check(SourceTemplate.model_validate(keys), where)
    except (tomllib.TOMLDecodeError, ValidationError) as error:
        raise InvalidInput(
            f"It cannot be understood: {error}",
            where=where,
            do_next="Compare it with cli/sources.toml of the product.",
        ) from error
    return body


def _check(template: SourceTemplate, where: str) -> None:
    for text, known in (
        (template.address, _FIELDS),
        (template.checksum, {*_FIELDS, "address"}),
    ):
        try:
            named = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
        except ValueError as error:
            raise InvalidInput(
                f"{text!r} has an unpaired brace.", where=where, do_next="Correct it."
            ) from error
        if named - known:
            raise InvalidInput(
                f"{text!r} has the unknown placeholder {min(named - known)!r}.",
                where=where,
                do_next="Use " + ", ".join(f"{{{name}}}" for name in sorted(known)) + ".",
            )
    if template.address:
        require_web_address(template.address)


def _words(country: Country) -> dict[str, str]:
    return {
        "iso3": country.iso3.lower(),
        "ISO3": country.iso3,
        "iso2": country.iso2.lower(),
        "ISO2": country.iso2,
        "geofabrik": country.geofabrik,
    }
