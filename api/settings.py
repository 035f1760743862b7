"""The settings of one service, read from the environment once and passed in."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, PlainValidator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from layers.location import Location


class Settings(BaseSettings):
    """What an operator can set; every name is also an environment variable with ``LCA_`` before it.

    Only the command line and :mod:`api.asgi` read the environment; everything else is given a
    ready instance.
    """

    model_config = SettingsConfigDict(env_prefix="LCA_", frozen=True, extra="ignore")

    store: Annotated[
        Location,
        NoDecode,
        PlainValidator(Location.of),
        Field(description="Folder of the store, or the address of its catalogue in PostgreSQL."),
    ]
    engine: Annotated[
        str | None, Field(description="Path engine; None picks the fastest installed.")
    ] = None
    public_url: Annotated[
        str | None,
        Field(description="Address that links are written with, where a proxy hides the real one."),
    ] = None
    embed_ancestors: Annotated[
        str,
        Field(
            description="CSP frame-ancestors of /embed: which sites may frame the public map. "
            "It shows public records only and takes no input, so any site may, by default."
        ),
    ] = "*"
    rebuild_derived: Annotated[
        bool,
        Field(description="Whether computed layers are made again when what they rest on changes."),
    ] = True
    json_body_bytes: Annotated[int, Field(gt=0, description="Largest JSON body.")] = 1_000_000
    upload_bytes: Annotated[int, Field(gt=0, description="Largest uploaded file.")] = 20_000_000
    page_size: Annotated[int, Field(gt=0, description="Features a page, if not asked.")] = 100
    page_size_max: Annotated[int, Field(gt=0, description="Most features a page.")] = 10_000
