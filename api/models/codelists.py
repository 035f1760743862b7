"""Bodies of code lists."""

from __future__ import annotations

from pydantic import Field

from .wire import Wire


class CodeListEntry(Wire):
    """A code list, and where it is."""

    name: str
    codes: int = Field(description="How many codes it has.")
    href: str


class CodeLists(Wire):
    """All code lists."""

    codelists: list[CodeListEntry]


class CodeBody(Wire):
    """A code, its labels, and what other standards call it; null where they do not."""

    code: str
    labels: dict[str, str] = Field(description="By language: en, fr, es, ar.")
    unsdi_t: str | None = Field(description="The number of UNSDI-T version 2.")
    sdi_t: str | None = Field(description="The word of WFP's SDI-T layers.")
    osm: str | None = Field(description="The nearest OpenStreetMap tag.")
    wzdx: str | None = Field(description="The nearest word of WZDx version 4.")


class CodeList(Wire):
    """The codes of one list, in the order in which people should see them."""

    name: str
    codes: list[CodeBody]
