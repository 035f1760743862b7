"""``lca template``: an empty assessment workbook to be filled in by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from lca.country import country as country_of
from lca.errors import UsageError
from lca.ingest.cover import Cover
from lca.ingest.template import write_template

from .context import JsonFlag, session_of


def template(
    ctx: typer.Context,
    layers: Annotated[
        str | None,
        typer.Option(metavar="LAYER,LAYER", help="Only the sheets of these layers."),
    ] = None,
    lang: Annotated[str, typer.Option(help="Its language: en, fr, es or ar.")] = "en",
    hxl: Annotated[
        bool, typer.Option("--hxl", help="Put a row of HXL tags under the headings.")
    ] = False,
    country: Annotated[
        str | None, typer.Option(metavar="ISO3", help="The country, written on the cover.")
    ] = None,
    out: Annotated[Path, typer.Option(help="The .xlsx file to make.")] = Path("assessment.xlsx"),
    as_json: JsonFlag = False,
) -> None:
    """Write an empty workbook: a cover, and a sheet for each kind of thing.

    Headings have notes, cells have lists and ranges. Whatever the language, lca import reads it,
    and words of the other languages in it. A file that is there already is left alone.
    """
    del as_json
    if out.suffix.lower() != ".xlsx":
        raise UsageError(f"{out.name} is no .xlsx file.", do_next="Name it so.")
    if out.exists():
        raise UsageError(f"{out} is there already.", do_next="Name another file with --out.")
    names = [name.strip() for name in (layers or "").split(",") if name.strip()]
    write_template(out, layers=names, language=lang, hxl=hxl, cover=_cover(country))
    session_of(ctx).data({"file": str(out), "language": lang, "layers": names}, str(out))


def _cover(code: str | None) -> Cover:
    """Return what is known of an assessment by its country: the time zone too, if it has one."""
    if code is None:
        return Cover()
    found = country_of(code)
    zones = found.time_zones
    return Cover(country=found.iso3, time_zone=zones[0] if len(zones) == 1 else None)
