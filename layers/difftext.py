"""A difference between two versions in words, to be pasted into a situation report."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from shapely.geometry.base import BaseGeometry

from lca.record import Field

if TYPE_CHECKING:
    from .diff import Diff, FeatureChange
    from .release import Release

Row = Mapping[str, Any]

# They say how far a statement may be believed, and are printed with it or not at all.
_PROVENANCE = {
    "date_of_information",
    "last_confirmed_at",
    "confirmed_by",
    "source_org",
    "source_ref",
}
_LIMITS = (
    "max_gross_t",
    "max_payload_t",
    "max_axle_t",
    "max_height_m",
    "max_width_m",
    "max_length_m",
)


def as_text(diff: Diff) -> str:
    """Return the difference as lines: a heading, then one line a feature."""
    lines = [_heading(diff)]
    lines += [f"- New: {_described(row)}. {_source(row)}" for row in diff.added]
    lines += [f"- {_change(diff, item)}" for item in diff.changed]
    lines += [
        f"- No longer in the layer: {_described(row)}. {_source(row)}" for row in diff.removed
    ]
    if diff.empty:
        lines.append("- No change.")
    return "\n".join(lines) + "\n"


def _heading(diff: Diff) -> str:
    span = f"{_version(diff.older)} → {_version(diff.newer)}"
    exercise = any(item is not None and item.exercise for item in (diff.older, diff.newer))
    mark = "EXERCISE. " if exercise else ""
    return f"{mark}{diff.spec.title}, {span}"


def _version(release: Release | None) -> str:
    if release is None:
        return "nothing published"
    return f"version {release.number} ({release.published_at:%d %b %Y %H:%M} UTC)"


def _described(row: Row) -> str:
    words = [str(row["name"])]
    about = [
        str(row[name]).replace("_", " ")
        for name in ("constraint_type", "effect", "status")
        if row.get(name)
    ]
    limits = [_limit(name, row[name]) for name in _LIMITS if row.get(name) is not None]
    if about:
        words.append(", ".join(about))
    text = ": ".join(words)
    return f"{text} ({', '.join(limits)})" if limits else text


def _limit(name: str, value: float) -> str:
    unit = name.rsplit("_", 1)[1]
    what = name.removeprefix("max_").removesuffix(f"_{unit}")
    return f"max {value:g} {unit}" if what == "gross" else f"max {what} {value:g} {unit}"


def _change(diff: Diff, item: FeatureChange) -> str:
    after = item.after
    changed = {change.name for change in item.fields}
    if after.get("ended_at") and "ended_at" in changed:
        return f"Ended: {after['name']}, {_value(after['ended_at'])}, says {after['ended_by']}."
    if changed <= {"date_of_information", "last_confirmed_at", "confirmed_by"}:
        by = after.get("confirmed_by") or after["source_org"]
        return f"Confirmed: {after['name']}, no change, says {by}, {_date(after)}."
    columns = {field.name: field for field in diff.spec.fields}
    words = [
        _field_words(columns.get(change.name), change.before, change.after)
        for change in item.fields
        if change.name not in _PROVENANCE or len(changed) == 1
    ]
    return f"{after['name']}: {'; '.join(words) or 'new information'}. {_source(after)}"


def _field_words(field: Field | None, before: Any, after: Any) -> str:
    if field is None:
        return "location changed"
    title = field.title[0].lower() + field.title[1:]
    unit = f" {field.unit}" if field.unit else ""
    old, new = (f"{_value(value)}{unit if value is not None else ''}" for value in (before, after))
    return f"{title} {old} → {new}"


def _value(value: Any) -> str:
    if value is None:
        return "not known"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%d %b %Y %H:%M} UTC"
    if isinstance(value, float):
        return f"{value:g}"
    if isinstance(value, tuple):
        return ", ".join(map(str, value))
    if isinstance(value, BaseGeometry):
        return value.geom_type
    return str(value).replace("_", " ")


def _source(row: Row) -> str:
    reference = f" ({row['source_ref']})" if row.get("source_ref") else ""
    return f"Source: {row['source_org']}{reference}, {_date(row)}."


def _date(row: Row) -> str:
    return f"{row['date_of_information']:%d %b %Y}"
