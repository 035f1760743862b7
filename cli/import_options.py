"""The options by which a user says of a file what it does not say of itself."""

from __future__ import annotations

import re
from datetime import date
from enum import StrEnum
from typing import Annotated

import typer

from lca.country import country as country_named
from lca.errors import UsageError
from lca.ingest.instructions import Instructions
from lca.instant import zone


class DateOrder(StrEnum):
    """How a source writes its dates."""

    DMY = "dmy"
    MDY = "mdy"
    YMD = "ymd"


def instructions_of(
    source: Annotated[
        str | None, typer.Option(help="Whose statements the rows are that name no source.")
    ] = None,
    date_of: Annotated[
        str | None,
        typer.Option("--date", help="Day of the information where no row says it: 2026-11-14."),
    ] = None,
    country: Annotated[
        str | None, typer.Option(help="Country of the rows that name none (ISO 3166-1 alpha-3).")
    ] = None,
    time_zone: Annotated[
        str | None, typer.Option(help="Time zone of its dates and times (IANA).")
    ] = None,
    licence: Annotated[str | None, typer.Option(help="Licence of the records.")] = None,
    exercise: Annotated[
        bool, typer.Option("--exercise", help="The file's data is invented, for an exercise.")
    ] = False,
    date_order: Annotated[
        DateOrder | None, typer.Option(help="How its dates are written, as 03/04/2026.")
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="Apply the repairs that the report proposes.")
    ] = False,
) -> Instructions:
    """Return what the options say."""
    if time_zone is not None:
        zone(time_zone)
    return Instructions(
        source_org=source,
        date_of_information=None if date_of is None else _day(date_of),
        country=None if country is None else country_named(country.upper()).iso3,
        time_zone=time_zone,
        licence=licence,
        exercise=exercise,
        date_order=None if date_order is None else date_order.value,
        fix=fix,
    )


def _day(text: str) -> date:
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
        raise UsageError(f"{text!r} is no day.", where="--date", do_next="Write it as 2026-11-14.")
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"{text!r} is no day: {error}.", where="--date") from error
