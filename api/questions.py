"""What reading features asks for beside a version: ids, properties, text, filter and time.

All parsing and refusing of these parameters is done here, once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import Depends, Query, Request

from layers.filters import Filter, Interval, all_of, filter_by_properties, parse_filter
from lca.errors import UsageError

from .deps import LayerDep, reserved_names

_CRS84 = "http://www.opengis.net/def/crs/OGC/1.3/CRS84"
_MOST_IDS = 1_000


@dataclass(frozen=True, slots=True)
class Asked:
    """Which features of a version are meant; what is None does not limit them."""

    ids: tuple[str, ...] | None
    filter: Filter | None
    text: str | None
    interval: Interval | None


def ids_of(
    ids: Annotated[
        str | None, Query(description="Only these features: ids parted by commas.")
    ] = None,
) -> tuple[str, ...] | None:
    """Return the ids that are asked for."""
    if ids is None:
        return None
    listed = tuple(part for part in ids.split(",") if part)
    if len(listed) > _MOST_IDS:
        raise UsageError(
            f"{len(listed)} ids are asked for at once.",
            where="ids",
            do_next=f"Ask for {_MOST_IDS} at most.",
        )
    return listed


def filter_of(
    spec: LayerDep,
    filter: Annotated[  # noqa: A002 - the standard's name
        str | None,
        Query(description="CQL2, as status = 'verified' AND max_gross_t < 10; see /queryables."),
    ] = None,
    filter_lang: Annotated[
        Literal["cql2-text", "cql2-json"] | None,
        Query(alias="filter-lang", description="The filter's language; told by itself."),
    ] = None,
    filter_crs: Annotated[
        str | None, Query(alias="filter-crs", description="CRS84 is the only one.")
    ] = None,
) -> Filter | None:
    """Return the CQL2 filter that is asked for (OGC API - Features, Part 3)."""
    if filter_crs not in {None, _CRS84}:
        raise UsageError(
            "Filters are in CRS84 only.", where="filter-crs", do_next=f"Give {_CRS84}, or nothing."
        )
    if filter is None:
        return None
    if filter_lang is not None and filter.lstrip().startswith("{") != (filter_lang == "cql2-json"):
        raise UsageError(
            f"The filter is not {filter_lang}.", where="filter-lang", do_next="Correct either."
        )
    return parse_filter(filter, spec)


def by_properties(request: Request, spec: LayerDep) -> Filter | None:
    """Return the filter of parameters that are named as the layer's columns are."""
    names = {field.name for field in spec.fields} - reserved_names(request)
    given = {
        name: request.query_params.getlist(name) for name in request.query_params if name in names
    }
    return filter_by_properties(given, spec)


def interval_of(
    datetime: Annotated[
        str | None,
        Query(
            description="Only constraints that stand at this instant, day or interval (`a/b`, with "
            "`..` for an open bound). Features without a validity are not concerned.",
            max_length=80,
        ),
    ] = None,
) -> Interval | None:
    """Return the valid time that is asked about."""
    try:
        return None if datetime is None else Interval.parse(datetime)
    except UsageError as error:
        raise UsageError(error.what, where="datetime", do_next=error.do_next) from None


def asked_of(
    ids: Annotated[tuple[str, ...] | None, Depends(ids_of)],
    filtered: Annotated[Filter | None, Depends(filter_of)],
    properties: Annotated[Filter | None, Depends(by_properties)],
    interval: Annotated[Interval | None, Depends(interval_of)],
    q: Annotated[
        str | None,
        Query(max_length=200, description="Words in a name, whatever the case and accents."),
    ] = None,
) -> Asked:
    """Gather which features are meant."""
    return Asked(ids, all_of([filtered, properties]), q, interval)


AskedDep = Annotated[Asked, Depends(asked_of)]
