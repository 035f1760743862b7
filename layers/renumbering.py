"""Ids of features: made from their natural key where a file gives none, and never changed silently."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import shapely

from lca.errors import InvalidInput
from lca.geo import geodesic_length_m
from lca.naturalkey import Key, id_of_key, natural_key, plain_value

from .change import Row
from .content import Snapshot
from .diff import lost
from .spec import LayerKind, LayerSpec

SAME_PLACE_M = 25.0
"""Two features of one name this close are one: a GPS fix under trees errs by about 15 m."""

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class ChangedId:
    """A feature that comes back under another id."""

    before: str
    after: str
    name: str
    because: str

    def as_text(self) -> str:
        """Return it as one sentence."""
        return f"{self.name}: {self.before} comes as {self.after} ({self.because})."

    def as_json(self) -> dict[str, str]:
        """Return it as a JSON object."""
        return {
            "before": self.before,
            "after": self.after,
            "name": self.name,
            "because": self.because,
        }


def made_id(spec: LayerSpec, row: Mapping[str, Any]) -> str:
    """Return the id of a feature that has none: of its natural key, else of its name and place.

    Raises
    ------
    InvalidInput
        If it has neither.
    """
    key = natural_key(spec.id_rule.columns, row)
    if key is None:
        shape = row.get("geometry")
        if row.get("name") is None or shape is None:
            raise InvalidInput(
                "The feature has no id, and nothing that one could be made of.",
                do_next="Give it an id, or "
                + (
                    f"fill in {', '.join(spec.id_rule.columns)}."
                    if spec.id_rule.columns
                    else "a name and a place."
                ),
            )
        key = (plain_value(row["name"]), shapely.to_wkt(shape, rounding_precision=7, trim=True))
    return id_of_key(spec.name, key)


def changed_ids(spec: LayerSpec, gone: Iterable[Row], come: Iterable[Row]) -> tuple[ChangedId, ...]:
    """Return the features whose id changed though they stayed what and where they are.

    Parameters
    ----------
    gone, come : iterables of rows
        The rows whose ids only the layer, and only the new content has; locations in EPSG:4326.
        Only a key, or a name, that is unique on both sides tells anything.
    """
    old, new = list(gone), list(come)
    found: dict[str, ChangedId] = {}
    columns = ", ".join(spec.id_rule.columns)
    for before, after in _pairs(old, new, lambda row: natural_key(spec.id_rule.columns, row)):
        found[before["id"]] = _changed(before, after, f"the same {columns}")
    taken = {item.after for item in found.values()}
    if spec.kind is LayerKind.CONSTRAINT:
        return tuple(found[key] for key in sorted(found))
    old = [row for row in old if row["id"] not in found]
    new = [row for row in new if row["id"] not in taken]
    for before, after in _pairs(old, new, _name):
        distance = _apart_m(before, after)
        if distance is not None and distance <= SAME_PLACE_M:
            found[before["id"]] = _changed(before, after, f"the same name, {distance:.0f} m away")
    return tuple(found[key] for key in sorted(found))


def require_kept_ids(
    spec: LayerSpec, before: Snapshot, after: Snapshot, reachable_gone: Collection[str]
) -> None:
    """Refuse a content whose ids changed silently: each would lose its history.

    A layer that is computed may number its features anew. Another event may have the name and
    place of an old one, so constraints are known by the columns of the layer's id rule only.

    Parameters
    ----------
    reachable_gone : collection of str
        The ids that only ``before`` has, as far as the reader may see them.

    Raises
    ------
    InvalidInput
        Naming each; ``details["changed_ids"]`` lists them.
    """
    come = lost(after, before)
    by_key_only = spec.kind is LayerKind.CONSTRAINT and not spec.id_rule.columns
    if spec.derived or by_key_only or not reachable_gone or not come:
        return
    changed = changed_ids(spec, before.rows(reachable_gone).values(), after.rows(come).values())
    if not changed:
        return
    told = " ".join(item.as_text() for item in changed[:_SHOWN])
    more = f" And {len(changed) - _SHOWN} more." if len(changed) > _SHOWN else ""
    raise InvalidInput(
        f"{len(changed)} feature(s) come back under another id. {told}{more}",
        where=spec.title,
        do_next="Give them the ids that they have in the layer, because a history is kept by id; "
        "if they are to be new features, import the file with --new-ids.",
        details={"changed_ids": [item.as_json() for item in changed]},
    )


def _pairs(old: list[Row], new: list[Row], key: Any) -> list[tuple[Row, Row]]:
    before, after = _unique(old, key), _unique(new, key)
    return [(before[name], after[name]) for name in before.keys() & after.keys()]


def _unique(rows: Iterable[Row], key: Any) -> dict[Key, Row]:
    groups: dict[Key, list[Row]] = defaultdict(list)
    for row in rows:
        found = key(row)
        if found is not None:
            groups[found].append(row)
    return {name: members[0] for name, members in groups.items() if len(members) == 1}


def _name(row: Row) -> Key | None:
    name = plain_value(row.get("name"))
    return (name,) if name else None


def _changed(before: Row, after: Row, because: str) -> ChangedId:
    return ChangedId(str(before["id"]), str(after["id"]), str(after["name"]), because)


def _apart_m(one: Row, other: Row) -> float | None:
    """Return the distance between the middles of two features, None if one has no place."""
    here, there = one.get("geometry"), other.get("geometry")
    if here is None or there is None:
        return None
    return geodesic_length_m(shapely.LineString([here.centroid, there.centroid]))
