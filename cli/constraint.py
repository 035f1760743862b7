"""``lca constraint``: add, confirm, end and list access constraints."""

from __future__ import annotations

import uuid
from pathlib import Path
from typing import Annotated, Any

import orjson
import shapely
import typer
from shapely.geometry.base import BaseGeometry

from layers.edits import AddFeature, ConfirmFeature, EndConstraint
from layers.release import Release
from layers.store import Store
from lca.constraint import Constraint
from lca.errors import UnreadableFile, UsageError
from lca.instant import format_instant
from lca.record import from_row, to_row
from lca.table import records_of
from lca.vocab import (
    ConstraintStatus,
    ConstraintType,
    Credibility,
    Direction,
    Drive,
    EffectKind,
    LocationPrecision,
    Practicability,
    Reliability,
    Sensitivity,
    SourceType,
)
from routing.planner import Planner

from .context import Author, Instant, JsonFlag, Session, session_of
from .layer import Clearance

app = typer.Typer(no_args_is_help=True)
LAYER = "constraints"
Base = Annotated[
    str | None, typer.Option(help="Refuse if the constraint changed since this version.")
]


@app.command()
def add(
    ctx: typer.Context,
    author: Author,
    name: Annotated[str, typer.Option(help="What people call it.")],
    effect: Annotated[EffectKind, typer.Option(help="What it does to traffic.")],
    source: Annotated[str, typer.Option(help="Organisation that says so.")],
    constraint_type: Annotated[
        ConstraintType, typer.Option("--type", help="What happened.")
    ] = ConstraintType.OTHER,
    status: Annotated[ConstraintStatus, typer.Option()] = ConstraintStatus.REPORTED,
    date: Instant = None,
    precision: Annotated[
        LocationPrecision, typer.Option(help="How well the location is known.")
    ] = LocationPrecision.ACCURATE,
    segment: Annotated[
        list[str] | None, typer.Option(help="Id of a road segment it lies on (repeatable).")
    ] = None,
    way: Annotated[list[int] | None, typer.Option(help="OSM way id (repeatable).")] = None,
    lat: Annotated[float | None, typer.Option(min=-90, max=90)] = None,
    lon: Annotated[float | None, typer.Option(min=-180, max=180)] = None,
    geometry: Annotated[
        Path | None, typer.Option(help="GeoJSON file of its point, line or area.", exists=True)
    ] = None,
    direction: Annotated[Direction, typer.Option()] = Direction.BOTH,
    max_gross_t: Annotated[float | None, typer.Option(help="Gross mass limit in tonnes.")] = None,
    max_payload_t: Annotated[float | None, typer.Option(help="Payload limit in tonnes.")] = None,
    max_axle_t: Annotated[float | None, typer.Option(help="Axle load limit in tonnes.")] = None,
    max_height_m: Annotated[float | None, typer.Option(help="Height limit in metres.")] = None,
    max_width_m: Annotated[float | None, typer.Option(help="Width limit in metres.")] = None,
    max_length_m: Annotated[float | None, typer.Option(help="Length limit in metres.")] = None,
    practicability_cap: Annotated[int | None, typer.Option(min=0, max=6)] = None,
    drive_required: Annotated[Drive | None, typer.Option()] = None,
    speed_factor: Annotated[float | None, typer.Option(help="0.5 = half the usual speed.")] = None,
    delay_min: Annotated[float | None, typer.Option(help="Delay in minutes.")] = None,
    valid_from: Instant = None,
    valid_to: Instant = None,
    daily_from: Annotated[str | None, typer.Option(help="Local time, as 22:00.")] = None,
    daily_to: Annotated[str | None, typer.Option(help="Local time, as 05:00.")] = None,
    time_zone: Annotated[
        str | None, typer.Option(help="IANA zone of the daily times; the operation's if left out.")
    ] = None,
    reliability: Annotated[Reliability, typer.Option(help="Admiralty A-F.")] = Reliability.F,
    credibility: Annotated[int, typer.Option(min=1, max=6, help="Admiralty 1-6.")] = 6,
    sensitivity: Annotated[Sensitivity, typer.Option()] = Sensitivity.PUBLIC,
    source_type: Annotated[SourceType, typer.Option()] = SourceType.OTHER,
    source_ref: Annotated[
        str | None, typer.Option(help="Document or message it comes from.")
    ] = None,
    description: Annotated[str | None, typer.Option()] = None,
    review_by: Instant = None,
    as_json: JsonFlag = False,
) -> None:
    """Add a constraint and publish it at once; the next answer of every service follows it."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    located, way_ids = _location(store, segment or [], way or [], lat, lon, geometry)
    operation = store.operation
    record = Constraint(
        id=str(uuid.uuid4()),
        name=name,
        effect=effect,
        constraint_type=constraint_type,
        status=status,
        source_org=source,
        source_type=source_type,
        source_ref=source_ref,
        date_of_information=date or store.now(),
        location_precision=precision,
        direction=direction,
        max_gross_t=max_gross_t,
        max_payload_t=max_payload_t,
        max_axle_t=max_axle_t,
        max_height_m=max_height_m,
        max_width_m=max_width_m,
        max_length_m=max_length_m,
        practicability_cap=(
            None if practicability_cap is None else Practicability(practicability_cap)
        ),
        drive_required=drive_required,
        speed_factor=speed_factor,
        delay_min=delay_min,
        valid_from=valid_from,
        valid_to=valid_to,
        daily_from=daily_from,
        daily_to=daily_to,
        time_zone=time_zone or (operation.time_zone if operation and daily_from else None),
        reliability=reliability,
        credibility=Credibility(credibility),
        sensitivity=sensitivity,
        description=description,
        review_by=review_by,
        osm_way_ids=way_ids or None,
        geometry=located,
        exercise=bool(operation and operation.exercise),
    )
    release = store.apply_edit(LAYER, AddFeature(to_row(record)), author=author)
    _report(session, store, release, record.id)


@app.command()
def confirm(
    ctx: typer.Context,
    constraint_id: Annotated[str, typer.Argument(metavar="ID")],
    author: Author,
    source: Annotated[str, typer.Option(help="Organisation that confirms it.")],
    date: Instant = None,
    note: Annotated[str | None, typer.Option(help="What was seen.")] = None,
    base: Base = None,
    as_json: JsonFlag = False,
) -> None:
    """Say that a constraint still holds, without changing it."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    edit = ConfirmFeature(constraint_id, source, date or store.now(), note)
    _report(session, store, store.apply_edit(LAYER, edit, author=author, base=base), constraint_id)


@app.command()
def end(
    ctx: typer.Context,
    constraint_id: Annotated[str, typer.Argument(metavar="ID")],
    author: Author,
    source: Annotated[str, typer.Option(help="Organisation that says that it has ended.")],
    reason: Annotated[str, typer.Option(help="What ended it, as 'debris cleared'.")],
    at: Instant = None,
    base: Base = None,
    as_json: JsonFlag = False,
) -> None:
    """End a constraint: the only thing that reopens a road."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    edit = EndConstraint(constraint_id, source, at or store.now(), reason)
    _report(session, store, store.apply_edit(LAYER, edit, author=author, base=base), constraint_id)


@app.command("list")
def list_constraints(
    ctx: typer.Context,
    as_of: Instant = None,
    at: Instant = None,
    ended: Annotated[bool, typer.Option("--ended", help="Also those that have ended.")] = False,
    clearance: Clearance = Sensitivity.STRICTLY_CONFIDENTIAL,
    as_json: JsonFlag = False,
) -> None:
    """List the constraints with their standing and what they were matched to."""
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    heads = store.heads(as_of=as_of)
    release = store.head(LAYER, as_of=as_of)
    moment = at or heads.as_of
    found = [] if release is None else records_of(Constraint, store.frame(release.version))
    matches = _match_notes(store, heads.build is not None, as_of, clearance)
    listed = [
        (record, record.standing(moment).value)
        for record in found
        if record.sensitivity.rank <= clearance.rank
    ]
    shown = [pair for pair in listed if ended or pair[1] != "ended"]
    session.rows(
        ["ID", "NAME", "EFFECT", "STATUS", "STANDING", "MATCH", "SOURCE", "DATE OF INFORMATION"],
        [
            (
                record.id,
                record.name,
                record.effect.value,
                record.status.value,
                standing,
                matches.get(record.id, {}).get("state"),
                record.source_org,
                format_instant(record.date_of_information),
            )
            for record, standing in shown
        ],
        [
            {**to_row(record), "standing": standing, "match": matches.get(record.id)}
            for record, standing in shown
        ],
    )


def _location(
    store: Store,
    segments: list[str],
    ways: list[int],
    lat: float | None,
    lon: float | None,
    geometry: Path | None,
) -> tuple[BaseGeometry | None, tuple[int, ...]]:
    """Return the geometry and the OSM ways that the options name, in one form only."""
    given = sum((bool(segments), lat is not None or lon is not None, geometry is not None))
    if given > 1 or (lat is None) != (lon is None):
        raise UsageError(
            "The location is given in more than one form, or as half a coordinate.",
            do_next="Give --segment …, or --lat with --lon, or --geometry FILE.",
        )
    if segments:
        return _segments(store, segments)
    if lat is not None and lon is not None:
        return shapely.Point(lon, lat), tuple(ways)
    return (_geometry_of(geometry) if geometry else None), tuple(ways)


def _segments(store: Store, wanted: list[str]) -> tuple[BaseGeometry, tuple[int, ...]]:
    table = Planner(store).network.segments
    chosen = table[table["segment_id"].isin(wanted)]
    missing = sorted(set(wanted) - set(chosen["segment_id"]))
    if missing:
        raise UsageError(
            f"The current road graph has no segment {', '.join(missing)}.",
            do_next="Click the road in the viewer to see its segment id.",
        )
    lines = list(chosen.geometry)
    merged = lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)
    return merged, tuple(sorted({int(way) for way in chosen["osm_way_id"]}))


def _geometry_of(path: Path) -> BaseGeometry:
    try:
        body = orjson.loads(path.read_bytes())
        if body["type"] == "FeatureCollection":
            (body,) = body["features"]
        found: BaseGeometry = shapely.from_geojson(orjson.dumps(body.get("geometry", body)))
    except (ValueError, KeyError, TypeError, AttributeError, shapely.errors.ShapelyError) as error:
        raise UnreadableFile(
            "The file does not hold one GeoJSON geometry or feature.",
            where=path.name,
            do_next="Export one feature as GeoJSON (EPSG:4326).",
        ) from error
    return found


def _match_notes(
    store: Store, has_build: bool, as_of: Any, clearance: Sensitivity
) -> dict[str, dict[str, Any]]:
    if not has_build:
        return {}
    return {
        note["id"]: note for note in Planner(store).match_report(as_of=as_of, clearance=clearance)
    }


def _report(session: Session, store: Store, release: Release, constraint_id: str) -> None:
    record = from_row(
        Constraint,
        store.feature(release, constraint_id, clearance=Sensitivity.STRICTLY_CONFIDENTIAL),
    )
    match = _match_notes(
        store, store.heads().build is not None, None, Sensitivity.STRICTLY_CONFIDENTIAL
    ).get(constraint_id)
    session.data(
        {"id": constraint_id, "release": release.as_json(), "match": match},
        f"{constraint_id}  {record.name}: {record.status.value}, {record.effect.value}\n"
        f"constraints version {release.number} ({release.version[:12]})"
        + (f"\nroads: {match['state']} ({match['note']})" if match else ""),
    )
