"""The difference between two contents of a layer, by feature id and field."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

import shapely
from shapely.geometry.base import BaseGeometry

from lca.instant import format_instant
from lca.vocab import Sensitivity

from .canonical import Snapshot
from .change import FeatureChange, FieldChange, Row
from .difftext import as_text
from .geojson import feature, plain
from .holding import holds
from .release import Release
from .sensitivity import reachable
from .spec import LayerSpec


@dataclass(frozen=True, slots=True)
class Diff:
    """What one content has that another has not, as far as a clearance reaches.

    A feature that the clearance reaches in only one of the two counts as added or removed.
    Either release is None for a content that was never published, or for an empty layer.

    With a moment ``at`` it is the difference of what holds then: a constraint that only the newer
    content says to hold at it is added, one that only the older does is removed. ``turned`` has
    those of them, by id, that both contents list.
    """

    spec: LayerSpec
    older: Release | None
    newer: Release | None
    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    changed: tuple[FeatureChange, ...]
    at: datetime | None = None
    turned: Mapping[str, FeatureChange] = field(default_factory=lambda: MappingProxyType({}))

    @property
    def empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.removed or self.changed)

    def as_json(self) -> dict[str, Any]:
        """Return the difference as a JSON object."""
        return {
            "layer": self.spec.name,
            "from": _reference(self.older),
            "to": _reference(self.newer),
            "at": None if self.at is None else format_instant(self.at),
            "counts": {
                "added": len(self.added),
                "removed": len(self.removed),
                "changed": len(self.changed),
            },
            "added": [_plain_row(row) for row in self.added],
            "removed": [_plain_row(row) for row in self.removed],
            "changed": [
                {
                    "id": item.after["id"],
                    "name": item.after["name"],
                    "fields": [
                        {
                            "name": one.name,
                            "before": plain(one.before),
                            "after": plain(one.after),
                        }
                        for one in item.fields
                    ],
                }
                for item in self.changed
            ],
        }

    def as_geojson(self) -> dict[str, Any]:
        """Return a FeatureCollection (RFC 7946) of what changed, with its ``operation``.

        ``operation`` is insert, update or delete; a deleted feature is shown where it was.
        """
        changes = [("insert", row) for row in self.added]
        changes += [("update", item.after) for item in self.changed]
        changes += [("delete", row) for row in self.removed]
        return {
            "type": "FeatureCollection",
            "layer": self.spec.name,
            "from": _reference(self.older),
            "to": _reference(self.newer),
            "at": None if self.at is None else format_instant(self.at),
            "features": [{**feature(row), "operation": operation} for operation, row in changes],
        }

    def as_text(self, title: str | None = None) -> str:
        """Return the difference in words for a report, headed by the releases or by a title."""
        return as_text(
            self.spec,
            (self.older, self.newer),
            added=self.added,
            changed=self.changed,
            removed=self.removed,
            at=self.at,
            turned=self.turned,
            title=title,
        )

    def holding_at(self, at: datetime) -> Diff:
        """Return the difference of what holds at a moment, as the two contents tell it.

        What is equal in both holds in both or in neither, so only what differs is looked at.
        """
        was = {item.after["id"]: holds(self.spec, item.before, at) for item in self.changed}
        now = {item.after["id"]: holds(self.spec, item.after, at) for item in self.changed}
        begun = [item for item in self.changed if now[item.after["id"]] > was[item.after["id"]]]
        ceased = [item for item in self.changed if now[item.after["id"]] < was[item.after["id"]]]
        added = [row for row in self.added if holds(self.spec, row, at)]
        removed = [row for row in self.removed if holds(self.spec, row, at)]
        return replace(
            self,
            added=_by_id([*added, *(item.after for item in begun)]),
            removed=_by_id([*removed, *(item.before for item in ceased)]),
            changed=tuple(
                item for item in self.changed if was[item.after["id"]] and now[item.after["id"]]
            ),
            at=at,
            turned=MappingProxyType({item.after["id"]: item for item in (*begun, *ceased)}),
        )


def _by_id(rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(sorted(rows, key=lambda row: str(row["id"])))


def compare(
    spec: LayerSpec,
    older: Snapshot | None,
    newer: Snapshot | None,
    *,
    clearance: Sensitivity,
    older_release: Release | None = None,
    newer_release: Release | None = None,
) -> Diff:
    """Return the difference between two contents of one layer.

    Only parts and rows whose digests differ are looked into, so the cost follows what changed.
    """
    keys = changed_keys(older, newer, clearance)
    old_rows = _rows(older, (*keys.removed, *keys.changed))
    new_rows = _rows(newer, (*keys.added, *keys.changed))
    return Diff(
        spec=spec,
        older=older_release,
        newer=newer_release,
        added=tuple(new_rows[key] for key in keys.added),
        removed=tuple(old_rows[key] for key in keys.removed),
        changed=tuple(
            FeatureChange(old_rows[key], new_rows[key], _fields(spec, old_rows[key], new_rows[key]))
            for key in keys.changed
        ),
    )


class ChangedKeys(NamedTuple):
    """The ids of what differs between two contents, in id order."""

    added: tuple[str, ...]
    removed: tuple[str, ...]
    changed: tuple[str, ...]


def changed_keys(
    older: Snapshot | None, newer: Snapshot | None, clearance: Sensitivity
) -> ChangedKeys:
    """Return which features differ, without looking into them."""
    shared = _digests_of_parts(older) & _digests_of_parts(newer)
    before, after = (_digests(item, clearance, shared) for item in (older, newer))
    return ChangedKeys(
        added=tuple(key for key in after if key not in before),
        removed=tuple(key for key in before if key not in after),
        changed=tuple(key for key in after if key in before and before[key] != after[key]),
    )


def lost(older: Snapshot, newer: Snapshot) -> dict[str, str | None]:
    """Return the ids that only the older content has, each with its row's sensitivity."""
    shared = _digests_of_parts(older) & _digests_of_parts(newer)
    kept = {row.id for row in _indexed(newer, shared)}
    return {row.id: row.sensitivity for row in _indexed(older, shared) if row.id not in kept}


class _Indexed(NamedTuple):
    """What the index of a part says of one row."""

    id: str
    digest: str
    sensitivity: str | None


def _digests_of_parts(content: Snapshot | None) -> frozenset[str]:
    return frozenset() if content is None else frozenset(part.digest for part in content.parts)


def _indexed(content: Snapshot | None, skipped: Collection[str]) -> Iterator[_Indexed]:
    """Yield the rows of a content's parts but those skipped: parts of equal digest are equal."""
    for part in () if content is None else content.parts:
        if part.digest not in skipped:
            columns = (column.to_pylist() for column in part.index().columns)
            yield from map(_Indexed._make, zip(*columns, strict=True))


def _digests(
    content: Snapshot | None, clearance: Sensitivity, skipped: Collection[str]
) -> dict[str, str]:
    words = frozenset(reachable(clearance))
    return {row.id: row.digest for row in _indexed(content, skipped) if row.sensitivity in words}


def _rows(content: Snapshot | None, keys: Sequence[str]) -> dict[str, Row]:
    return {**content.rows(keys)} if content is not None and keys else {}


def _fields(spec: LayerSpec, before: Row, after: Row) -> tuple[FieldChange, ...]:
    names = [one.name for one in spec.fields] + ["geometry"]
    return tuple(
        FieldChange(name, before.get(name), after.get(name))
        for name in names
        if not _equal(before.get(name), after.get(name))
    )


def _equal(before: Any, after: Any) -> bool:
    if isinstance(before, BaseGeometry) and isinstance(after, BaseGeometry):
        return bool(shapely.equals_identical(before, after))
    return bool(before == after)


def _reference(release: Release | None) -> dict[str, Any] | None:
    if release is None:
        return None
    return {
        "number": release.number,
        "version": release.version,
        "published_at": format_instant(release.published_at),
    }


def _plain_row(row: Row) -> dict[str, Any]:
    return {name: plain(value) for name, value in row.items() if value is not None}
