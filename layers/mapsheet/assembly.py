"""Gather a map sheet from one consistent read of the store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import geopandas as gpd

from layers.release import Heads, Release
from layers.sensitivity import visible_rows
from layers.spec import LayerKind, LayerSpec
from layers.store import Store
from lca.errors import InvalidInput
from lca.instant import format_instant
from lca.table import records_of
from lca.vocab import Sensitivity

from .sheet import LayerVersion, MapSheet
from .themes import theme_of

_FACILITIES = 3
THEMATIC_KINDS = frozenset({LayerKind.THEMATIC, LayerKind.BOUNDARY})
"""Layers that are drawn by the classes of their style."""


def sheet_of(
    store: Store,
    heads: Heads,
    layers: Sequence[str],
    *,
    roads: gpd.GeoDataFrame | None = None,
    unmatched: frozenset[str] = frozenset(),
    title: str | None = None,
    produced_at: datetime,
    clearance: Sensitivity = Sensitivity.PUBLIC,
) -> MapSheet:
    """Return the sheet of some layers as they were published at ``heads.as_of``.

    Parameters
    ----------
    store, heads
        The store and one read of its heads.
    layers : sequence of str
        Names of layers. One that was never published is named on the sheet as such.
    roads : GeoDataFrame, optional
        Background lines in EPSG:4326 with a column ``highway``, and ``ref`` and ``name`` for the
        labels of main roads. The map shows what lies among them and names what does not.
    unmatched : frozenset of str
        Ids of the constraints for which no road was found; they are shown as unverified.
    title : str, optional
        The layers' titles if left out; the operation is named in any case.
    produced_at : datetime
        The moment of making, aware.
    clearance : Sensitivity
        Records above it are left out, without a trace.

    Raises
    ------
    InvalidInput
        If the store has no operation, none of the layers has been published, or one is a table.
    Withdrawn
        If the version of a layer at that moment has been withdrawn.
    """
    operation = store.operation
    if operation is None:
        raise InvalidInput("The store has no operation.", do_next="Import an assessment first.")
    specs = [store.specs[name] for name in dict.fromkeys(layers)]
    tables = [spec.name for spec in specs if spec.kind is LayerKind.TABLE]
    if tables:
        raise InvalidInput(
            f"{', '.join(tables)} has rows without a place, which no map shows.",
            do_next="Leave it out; lca layer show lists its rows.",
        )
    found = [(spec, release) for spec in specs if (release := heads.release(spec.name)) is not None]
    if not found:
        raise _unpublished(store, heads, specs)
    recorded = set(LayerKind) - THEMATIC_KINDS
    records = {kind: _records(store, found, kind, clearance) for kind in recorded}
    asked = {spec.kind for spec in specs}
    return MapSheet(
        title=title or _title(specs),
        code=operation.code,
        operation=operation.title,
        exercise=operation.exercise,
        as_of=heads.as_of,
        produced_at=produced_at,
        versions=tuple(_version(spec, release) for spec, release in found),
        unpublished=tuple(spec.title for spec in specs if heads.release(spec.name) is None),
        constraints=tuple(records[LayerKind.CONSTRAINT]),
        unmatched=unmatched,
        asks_constraints=LayerKind.CONSTRAINT in asked,
        facilities=tuple(records[LayerKind.FACILITY]),
        places=tuple(records[LayerKind.PLACE]),
        themes=tuple(
            theme_of(spec, _visible(store, release, clearance))
            for spec, release in found
            if spec.kind in THEMATIC_KINDS
        ),
        roads=roads,
    )


def _unpublished(store: Store, heads: Heads, specs: Sequence[LayerSpec]) -> InvalidInput:
    """Say that nothing was published at the moment asked for, and when the first was."""
    logs = [(log[-1].published_at, spec.title) for spec in specs if (log := store.log(spec.name))]
    where = ", ".join(spec.name for spec in specs)
    if not logs:
        return InvalidInput(
            "None of the layers has been published.", where=where, do_next="Publish one."
        )
    first, title = min(logs)
    return InvalidInput(
        f"None of the layers had been published at {format_instant(heads.as_of)}; "
        f"the first was {title} at {format_instant(first)}.",
        where=where,
        do_next="Choose an as-of at or after that.",
    )


def _records(
    store: Store,
    found: Sequence[tuple[LayerSpec, Release]],
    kind: LayerKind,
    clearance: Sensitivity,
) -> list[Any]:
    """Return the records of the layers of one kind that the clearance reaches."""
    records: list[Any] = []
    for spec, release in found:
        if spec.kind is kind:
            records += records_of(spec.record_class, _visible(store, release, clearance))
    return records


def _visible(store: Store, release: Release, clearance: Sensitivity) -> gpd.GeoDataFrame:
    frame = store.frame(release.version)
    visible: gpd.GeoDataFrame = frame[visible_rows(frame, clearance)]
    return visible


def _version(spec: LayerSpec, release: Release) -> LayerVersion:
    return LayerVersion(
        title=spec.title,
        number=release.number,
        version=release.version,
        published_at=release.published_at,
        attribution=spec.attribution,
        licence=spec.licence,
    )


def _title(specs: Sequence[LayerSpec]) -> str:
    """Name the layers; several kinds of facility are *facilities*."""
    facilities = [spec.title for spec in specs if spec.kind is LayerKind.FACILITY]
    named = [spec.title for spec in specs if spec.kind is not LayerKind.FACILITY]
    named += facilities if len(facilities) < _FACILITIES else ["Facilities"]
    words = [named[0], *(title.lower() for title in named[1:])]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
