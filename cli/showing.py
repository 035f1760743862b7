"""``lca layer show``, ``fields`` and ``feature``: what a version holds, and one feature's history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

import typer

from layers.box import Box
from layers.filters import Interval, parse_filter
from layers.holding import standing_of
from layers.spec import LayerSpec
from lca.instant import format_instant
from lca.vocab import Sensitivity

from .context import Instant, JsonFlag, session_of
from .layer import Clearance, LayerName, release_of
from .layer import app as layer_app
from .staleness import told_behind

_ALL = Sensitivity.STRICTLY_CONFIDENTIAL
During = Annotated[
    str | None,
    typer.Option(
        metavar="TIME[/TIME]",
        help="Only constraints that stand at this instant, day or interval (.. is an open bound).",
    ),
]


@layer_app.command()
def show(
    ctx: typer.Context,
    layer: LayerName,
    version: Annotated[str, typer.Option(help="Which version.")] = "latest",
    as_of: Instant = None,
    at: Instant = None,
    during: During = None,
    bbox: Annotated[
        str | None, typer.Option(help="west,south,east,north in degrees; may cross 180°.")
    ] = None,
    ids: Annotated[str | None, typer.Option(help="Only these ids, parted by commas.")] = None,
    where: Annotated[
        str | None,
        typer.Option("--filter", help="CQL2, as \"status = 'closed' AND max_gross_t < 10\"."),
    ] = None,
    q: Annotated[str | None, typer.Option(help="Only names with these words.")] = None,
    after: Annotated[str | None, typer.Option(help="Only ids after this one.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 1000,
    clearance: Clearance = _ALL,
    as_json: JsonFlag = False,
) -> None:
    """Show the features of a layer: all, or those that every option given lets through.

    Of constraints, STANDING says where each is in its life at --at (else --as-of, else now).
    """
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    spec = store.workspace.spec(layer)
    release = release_of(store, layer, version, as_of)
    page = store.page(
        release,
        bbox=Box.parse(bbox) if bbox else None,
        after=after,
        limit=limit,
        clearance=clearance,
        ids=None if ids is None else [part for part in ids.split(",") if part],
        filter=None if where is None else parse_filter(where, spec),
        q=q,
        holds_at=None if during is None else Interval.parse(during),
    )
    told_behind(session, store, release)
    moment = at or as_of or store.now()
    standings = _standings(spec, page.rows, moment)
    body = {
        "release": release.as_json(),
        "at": format_instant(moment),
        "matched": page.matched,
        "next_after": page.next_after,
        "features": [
            {**row, "computed_standing": standings[row["id"]]} if standings else row
            for row in page.rows
        ],
    }
    session.rows(_COLUMNS + ["STANDING"] * bool(standings), _cells(page.rows, standings), body)
    if page.next_after is not None:
        session.say(f"{len(page.rows)} of {page.matched}; the next ones: --after {page.next_after}")


@layer_app.command()
def fields(ctx: typer.Context, layer: LayerName, as_json: JsonFlag = False) -> None:
    """List the columns of a layer, with their units and the words that a code may be."""
    del as_json
    session = session_of(ctx)
    spec = session.open_store().workspace.spec(layer)
    session.rows(
        ["FIELD", "TITLE", "TYPE", "UNIT", "REQUIRED", "WORDS"],
        [
            (
                *(one.name, one.title, one.type, one.unit),
                "yes" if one.required else None,
                ", ".join(one.codes) or None,
            )
            for one in spec.fields
        ],
        {
            "layer": spec.name,
            "geometry": list(spec.geometry),
            "fields": [asdict(one) for one in spec.fields],
        },
    )


@layer_app.command()
def feature(
    ctx: typer.Context,
    layer: LayerName,
    feature_id: Annotated[str, typer.Argument(metavar="ID", help="Id of the feature.")],
    at: Instant = None,
    clearance: Clearance = _ALL,
    as_json: JsonFlag = False,
) -> None:
    """List the states of one feature over the versions, newest first.

    With --at, STANDING says where a constraint is in its life at that moment by each state.
    """
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    spec = store.workspace.spec(layer)
    states = store.feature_log(layer, feature_id, clearance)
    told = [None if at is None else standing_of(spec, state.row, at) for state in states]
    columns = ["VERSION", "PUBLISHED", "UNTIL", "BY", "CHANGE", "FIELDS"]
    session.rows(
        columns + ["STANDING"] * (at is not None),
        [
            (
                state.release.number,
                format_instant(state.release.published_at),
                state.until and format_instant(state.until),
                state.release.author,
                state.change,
                ", ".join(state.fields) or None,
                *([standing] if at is not None else []),
            )
            for state, standing in zip(states, told, strict=True)
        ],
        [
            {
                "release": state.release.as_json(),
                "until": state.until and format_instant(state.until),
                "change": state.change,
                "fields": list(state.fields),
                "feature": state.row,
                "computed_standing": standing,
            }
            for state, standing in zip(states, told, strict=True)
        ],
    )


_COLUMNS = ["ID", "NAME", "STATUS", "SOURCE", "DATE OF INFORMATION"]


def _cells(
    rows: Sequence[Mapping[str, Any]], standings: Mapping[str, str]
) -> list[tuple[Any, ...]]:
    return [
        (
            row["id"],
            row.get("name"),
            row.get("status"),
            row.get("source_org"),
            row["date_of_information"] and format_instant(row["date_of_information"]),
            *([standings[row["id"]]] if standings else []),
        )
        for row in rows
    ]


def _standings(
    spec: LayerSpec, rows: Sequence[Mapping[str, Any]], moment: datetime
) -> dict[str, str]:
    """Return the standing of each constraint at a moment; nothing for other layers."""
    told = {row["id"]: standing_of(spec, row, moment) for row in rows}
    return {key: standing for key, standing in told.items() if standing is not None}
