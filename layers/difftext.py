"""A difference between two versions in words, to be pasted into a situation report."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from lca.constraint import Constraint, Standing
from lca.record import Field, from_row
from lca.vocab import ConstraintStatus

from .change import FeatureChange, Row
from .release import Release
from .spec import LayerSpec

# They say how far a statement may be believed, and are printed with it or not at all.
_PROVENANCE = {
    "date_of_information",
    "last_confirmed_at",
    "confirmed_by",
    "source_org",
    "source_ref",
}
_STATUS_WORDS: dict[str, str] = {
    ConstraintStatus.REPORTED: "reported, not yet verified",
    ConstraintStatus.VERIFIED: "verified",
    ConstraintStatus.DISPUTED: "disputed, reports contradict each other",
    ConstraintStatus.RESOLVED: "end stated",
    ConstraintStatus.REJECTED: "rejected as untrue",
}
_LIMITS = (
    "max_gross_t",
    "max_payload_t",
    "max_axle_t",
    "max_height_m",
    "max_width_m",
    "max_length_m",
)


def as_text(
    spec: LayerSpec,
    span: tuple[Release | None, Release | None],
    *,
    added: Sequence[Row],
    changed: Sequence[FeatureChange],
    removed: Sequence[Row],
) -> str:
    """Return a difference as lines: a heading, then one line a feature.

    ``span`` is the older and the newer release, None where nothing was published.
    """
    lines = [_heading(spec, *span)]
    lines += [f"- {_addition(spec, row, span[1])}" for row in added]
    lines += [f"- {_change(spec, item, span[1])}" for item in changed]
    lines += [f"- No longer listed: {_described(row)}. {_source(row)}" for row in removed]
    if len(lines) == 1:
        lines.append("- No change.")
    return "\n".join(lines) + "\n"


def _heading(spec: LayerSpec, older: Release | None, newer: Release | None) -> str:
    exercise = any(item is not None and item.exercise for item in (older, newer))
    mark = "EXERCISE. " if exercise else ""
    return f"{mark}{spec.title}, {_version(older)} → {_version(newer)}"


def _version(release: Release | None) -> str:
    if release is None:
        return "nothing published"
    return f"version {release.number} ({release.published_at:%d %b %Y %H:%M} UTC)"


def _addition(spec: LayerSpec, row: Row, newer: Release | None) -> str:
    """Say of an added feature whether it still stands: what is over must not read as a closure."""
    new = f"New: {_described(row)}. {_source(row)}"
    if spec.record_class is not Constraint:
        return new
    moment = None if newer is None else newer.published_at
    standing = None if moment is None else from_row(Constraint, row).standing(moment)
    told = _described(row, status=False)
    if row["status"] == ConstraintStatus.REJECTED:
        return f"Reported and rejected as untrue since: {told}. {_source(row)}"
    if row["status"] == ConstraintStatus.RESOLVED:
        end = f"{_value(row['ended_at'])}, says {row['ended_by']}"
        if standing in {None, Standing.ENDED}:
            return f"Reported and ended since: {told}, ended {end}. {_source(row)}"
        return f"New, with a planned end: {told}, to end {end}. {_source(row)}"
    if standing is Standing.LAPSED:
        end = f"was to end {_value(row['valid_to'])}, not confirmed"
        return f"Reported and lapsed since: {_described(row)}, {end}. {_source(row)}"
    return new


def _described(row: Row, *, status: bool = True) -> str:
    words = [str(row["name"])]
    about = [_value(row[name]) for name in ("constraint_type", "effect") if row.get(name)]
    if status and row.get("status"):
        about.append(_status(row["status"]))
    limits = [_limit(name, row[name]) for name in _LIMITS if row.get(name) is not None]
    if about:
        words.append(", ".join(about))
    text = ": ".join(words)
    return f"{text} ({', '.join(limits)})" if limits else text


def _status(value: Any) -> str:
    return _STATUS_WORDS.get(str(value), _value(value))


def _limit(name: str, value: float) -> str:
    unit = name.rsplit("_", 1)[1]
    what = name.removeprefix("max_").removesuffix(f"_{unit}")
    return f"max {value:g} {unit}" if what == "gross" else f"max {what} {value:g} {unit}"


def _change(spec: LayerSpec, item: FeatureChange, newer: Release | None) -> str:
    after = item.after
    changed = {change.name for change in item.fields}
    if after.get("status") == ConstraintStatus.RESOLVED and {"status", "ended_at"} & changed:
        planned = newer is not None and after["ended_at"] > newer.published_at
        word = "To end" if planned else "Ended"
        return f"{word}: {after['name']}, {_value(after['ended_at'])}, says {after['ended_by']}."
    if changed <= {"date_of_information", "last_confirmed_at", "confirmed_by"}:
        by = after.get("confirmed_by") or after["source_org"]
        return f"Confirmed: {after['name']}, no change, says {by}, {_date(after)}."
    columns = {field.name: field for field in spec.fields}
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
    told = _status if field.name == "status" else _value
    old, new = (f"{told(value)}{unit if value is not None else ''}" for value in (before, after))
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
    return str(value).replace("_", " ")


def _source(row: Row) -> str:
    reference = f" ({row['source_ref']})" if row.get("source_ref") else ""
    return f"Source: {row['source_org']}{reference}, {_date(row)}."


def _date(row: Row) -> str:
    return f"{row['date_of_information']:%d %b %Y}"
