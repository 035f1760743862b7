"""``lca constraint``: add, confirm, end and list access constraints."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any

import orjson
import shapely
import typer
from shapely.geometry.base import BaseGeometry

from layers.edits import AddFeature, ConfirmFeature, Edit, EndConstraint
from layers.release import Heads, Release
from layers.store import Store
from lca.constraint import Constraint
from lca.errors import NotFound, StoreUnavailable, UnreadableFile, UsageError
from lca.instant import format_instant
from lca.record import fields_of, from_row, to_row
from lca.table import records_of
from lca.vocab import ConstraintType, EffectKind, LocationPrecision, Sensitivity
from routing.nearness import require_near_roads
from routing.planner import Planner

from .constraint_options import in_local_days, with_fields
from .context import Author, Instant, JsonFlag, Session, session_of
from .layer import Clearance

app = typer.Typer(no_args_is_help=True)
LAYER = "constraints"

_SHORTEST_PREFIX = 4

_OPTIONS = {
    "id",
    "name",
    "effect",
    "constraint_type",
    "source_org",
    "date_of_information",
    "location_precision",
    "osm_way_ids",
    "exercise",
}
_SETTABLE = {field.name: field for field in fields_of(Constraint) if field.name not in _OPTIONS}
_OTHER_FIELDS = ", ".join(_SETTABLE)

Base = Annotated[
    str | None, typer.Option(help="Refuse if the constraint changed since this version.")
]


@app.command()
@with_fields
def add(
    ctx: typer.Context,
    author: Author,
    name: Annotated[str, typer.Option(help="What people call it.")],
    effect: Annotated[EffectKind, typer.Option(help="What it does to traffic.")],
    source: Annotated[str, typer.Option(help="Organisation that says so.")],
    constraint_type: Annotated[
        ConstraintType, typer.Option("--type", help="What happened.")
    ] = ConstraintType.OTHER,
    date: Instant = None,
    precision: Annotated[
        LocationPrecision, typer.Option(help="How well the location is known.")
    ] = LocationPrecision.ACCURATE,
    segment: Annotated[
        list[str] | None, typer.Option(help="Id of a road segment it lies on (repeatable).")
    ] = None,
    way: Annotated[list[int] | None, typer.Option(help="OSM way id (repeatable).")] = None,
    lat: Annotated[float | None, typer.Option(min=-90, max=90, help="Latitude of a point.")] = None,
    lon: Annotated[float | None, typer.Option(min=-180, max=180, help="Longitude of it.")] = None,
    geometry: Annotated[
        Path | None, typer.Option(help="GeoJSON file of its point, line or area.", exists=True)
    ] = None,
    stated: Mapping[str, Any] = MappingProxyType({}),
    fields: Annotated[
        list[str] | None,
        typer.Option(
            "--set",
            metavar="FIELD=VALUE",
            help="Any other field, as max_gross_t or review_by (repeatable); "
            "docs/reference/constraints.md lists them.",
        ),
    ] = None,
    as_json: JsonFlag = False,
) -> None:
    """Add a constraint and publish it at once; the next answer of every service follows it.

    Limits and what else has no option of its own go into --set, as --set max_gross_t=10.

    A day alone is the operation's local day; as an end it is the last one.
    """
    del as_json
    session = session_of(ctx)
    store = session.open_store()
    located, way_ids = _location(store, segment or [], way or [], lat, lon, geometry)
    defaults, set_fields = _defaults(store), _assignments(fields or [])
    twice = sorted(set(stated) & set(set_fields))
    if twice:
        raise UsageError(
            f"{twice[0]} is given twice.", do_next="Leave it out of --set, or leave its option out."
        )
    told = {**defaults, **stated, **set_fields}
    row = {
        **in_local_days(told, told["time_zone"]),
        "id": str(uuid.uuid4()),
        "name": name,
        "effect": effect.value,
        "constraint_type": constraint_type.value,
        "source_org": source,
        "date_of_information": date or store.now(),
        "location_precision": precision.value,
        "osm_way_ids": way_ids or None,
        "geometry": located,
    }
    record = from_row(Constraint, row)
    if record.geometry is not None and store.heads().build is not None:
        require_near_roads(Planner(store).roads, record.geometry)
    release = store.apply_edit(LAYER, AddFeature(to_row(record)), author=author)
    _report(session, store, release, record.id)


@app.command()
def confirm(
    ctx: typer.Context,
    constraint_id: Annotated[
        str, typer.Argument(metavar="ID", help="Its id, the first characters of it, or its name.")
    ],
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
    constraint_id = _constraint_id(store, constraint_id)
    edit = ConfirmFeature(constraint_id, source, date or store.now(), note)
    _report(session, store, _edited(store, edit, author, base), constraint_id)


@app.command()
def end(
    ctx: typer.Context,
    constraint_id: Annotated[
        str, typer.Argument(metavar="ID", help="Its id, the first characters of it, or its name.")
    ],
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
    constraint_id = _constraint_id(store, constraint_id)
    edit = EndConstraint(constraint_id, source, at or store.now(), reason)
    _report(session, store, _edited(store, edit, author, base), constraint_id)


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
    release = heads.release(LAYER)
    moment = at or heads.as_of
    found = [] if release is None else records_of(Constraint, store.frame(release.version))
    matches = _match_notes(store, heads, clearance)
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


def _constraint_id(store: Store, text: str) -> str:
    """Return the id of the one constraint that a text means: its id, a prefix of it, or its name."""
    release = store.head(LAYER)
    names: dict[str, str] = {}
    if release is not None:
        frame = store.frame(release.version)
        names = dict(zip(frame["id"], frame["name"], strict=True))
    if text in names:
        return text
    wanted = text.strip().casefold()
    found = [key for key, name in names.items() if str(name).casefold() == wanted]
    if not found and len(wanted) >= _SHORTEST_PREFIX:
        found = [key for key in names if key.casefold().startswith(wanted)]
    if len(found) > 1:
        raise UsageError(
            f"{text!r} means {len(found)} constraints: "
            + "; ".join(f"{key} {names[key]}" for key in found),
            do_next="Give more of the id.",
        )
    if not found:
        raise NotFound(
            f"There is no constraint {text!r}.", do_next="See its id with: lca constraint list"
        )
    return found[0]


def _defaults(store: Store) -> dict[str, Any]:
    """Return what the operation says of each of its constraints."""
    operation = store.operation
    return {
        "exercise": bool(operation and operation.exercise),
        "time_zone": operation.time_zone if operation else None,
    }


def _assignments(pairs: list[str]) -> dict[str, str]:
    """Read ``FIELD=VALUE`` pairs; the record itself judges the values."""
    found: dict[str, str] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or name not in _SETTABLE:
            raise UsageError(
                f"--set {pair!r} does not name a field.",
                do_next=f"Write FIELD=VALUE with one of {_OTHER_FIELDS}.",
            )
        found[name] = value
    return found


def _location(
    store: Store,
    segments: list[str],
    ways: list[int],
    lat: float | None,
    lon: float | None,
    geometry: Path | None,
) -> tuple[BaseGeometry | None, tuple[int, ...]]:
    """Return the geometry and the OSM ways that the options name, in one form only."""
    drawn = sum((bool(segments), lat is not None or lon is not None, geometry is not None))
    # Segments bring their own ways along, so another way beside them would be left out.
    if drawn > 1 or (segments and ways) or (lat is None) != (lon is None):
        raise UsageError(
            "The location is given in more than one form, or as half a coordinate.",
            do_next="Give --segment …; or --way … with --lat and --lon, or with --geometry FILE.",
        )
    if segments:
        return _segments(store, segments)
    if lat is not None and lon is not None:
        return shapely.Point(lon, lat), tuple(ways)
    return (_geometry_of(geometry) if geometry else None), tuple(ways)


def _segments(store: Store, wanted: list[str]) -> tuple[BaseGeometry, tuple[int, ...]]:
    segments = Planner(store).roads.segments
    rows, missing = set[int](), []
    for segment_id in sorted(set(wanted)):
        try:
            rows.add(segments.row_of(segment_id))
        except NotFound:
            missing.append(segment_id)
    if missing:
        raise UsageError(
            f"The current road graph has no segment {', '.join(missing)}.",
            do_next="Click the road in the viewer to see its segment id.",
        )
    lines = [segments.shape(row) for row in sorted(rows)]
    merged = lines[0] if len(lines) == 1 else shapely.MultiLineString(lines)
    return merged, tuple(sorted({int(segments.osm_way_id[row]) for row in rows}))


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


def _match_notes(store: Store, heads: Heads, clearance: Sensitivity) -> dict[str, dict[str, Any]]:
    if heads.build is None:
        return {}
    return {note["id"]: note for note in Planner(store).match_report(heads, clearance)}


def _edited(store: Store, edit: Edit, author: str, base: str | None) -> Release:
    # Who can open the folder can read all of it, so the command may edit all of it.
    clearance = Sensitivity.STRICTLY_CONFIDENTIAL
    return store.apply_edit(LAYER, edit, author, base, clearance=clearance)


def _report(session: Session, store: Store, release: Release, constraint_id: str) -> None:
    record = from_row(
        Constraint,
        store.feature(release, constraint_id, clearance=Sensitivity.STRICTLY_CONFIDENTIAL),
    )
    everything = Sensitivity.STRICTLY_CONFIDENTIAL
    match = None
    try:
        match = _match_notes(store, store.heads(), everything).get(constraint_id)
    except StoreUnavailable as error:
        # It is published all the same: who is told of a failure would do it again.
        session.say(f"Which roads it lies on cannot be told now: {error.what}")
    session.data(
        {"id": constraint_id, "release": release.as_json(), "match": match},
        f"{constraint_id}  {record.name}: {record.status.value}, {record.effect.value}\n"
        f"constraints version {release.number} ({release.version[:12]})"
        + (f"\nroads: {match['state']} ({match['note']})" if match else ""),
    )
    if match is not None and match["state"] in _ON_NO_ROAD:
        session.say(
            f"WARNING: it lies on no road, so it CLOSES NOTHING: {match['note']}. Ways near it are "
            "only conditioned. Give a point on the road that is meant (--lat, --lon), or its "
            "OSM way (--way)."
        )


_ON_NO_ROAD = frozenset({"unmatched", "unlocated"})
