"""A difference between two versions in words, to be pasted into a situation report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from lca.constraint import Constraint, Standing
from lca.facility import CONTROL_CLASSES
from lca.record import Field, from_row
from lca.vocab import ConstraintStatus, EffectKind, OperationalStatus

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


_LIMIT_WORDS = {
    "max_gross_t": "",
    "max_payload_t": " of payload",
    "max_axle_t": " on an axle",
    "max_height_m": " of height",
    "max_width_m": " of width",
    "max_length_m": " of length",
}
_PASSAGE_FIELDS = frozenset({"effect", "status", *_LIMITS})
_CONTROL_WORDS: dict[str, str] = {
    OperationalStatus.OPERATIONAL: "open",
    OperationalStatus.RESTRICTED: "restricted",
    OperationalStatus.NOT_OPERATIONAL: "closed",
    OperationalStatus.DESTROYED: "closed",
}


def as_text(
    spec: LayerSpec,
    span: tuple[Release | None, Release | None],
    *,
    added: Sequence[Row],
    changed: Sequence[FeatureChange],
    removed: Sequence[Row],
    at: datetime | None,
    turned: Mapping[str, FeatureChange],
    title: str | None = None,
) -> str:
    """Return a difference as lines: a heading, then one line a feature.

    ``span`` is the older and the newer release, None where nothing was published; the heading
    names them, unless ``title`` is given. ``at`` and ``turned`` are those of ``layers.diff.Diff``.
    """
    moment = told_at(span[1], at)
    lines = [title or heading(spec, *span, at=at)]
    lines += [f"- {addition(spec, row, moment, turned.get(row['id']))}" for row in added]
    lines += [f"- {change(spec, item, moment)}" for item in changed]
    lines += [f"- {removal(spec, row, moment, turned.get(row['id']))}" for row in removed]
    if len(lines) == 1:
        lines.append("- No change.")
    return "\n".join(lines) + "\n"


def told_at(newer: Release | None, at: datetime | None) -> datetime | None:
    """Return the moment that a difference is told for: the one asked about, else the newer's."""
    if at is not None:
        return at
    return None if newer is None else newer.published_at


def heading(
    spec: LayerSpec, older: Release | None, newer: Release | None, *, at: datetime | None = None
) -> str:
    """Return which versions of which layer are compared, marked if they are exercise data."""
    exercise = any(item is not None and item.exercise for item in (older, newer))
    mark = "EXERCISE. " if exercise else ""
    about = "" if at is None else f", what holds at {_value(at)}"
    return f"{mark}{spec.title}, {_version(older)} → {_version(newer)}{about}"


def _version(release: Release | None) -> str:
    if release is None:
        return "nothing published"
    return f"version {release.number} ({release.published_at:%d %b %Y %H:%M} UTC)"


def addition(
    spec: LayerSpec, row: Row, moment: datetime | None, turned: FeatureChange | None = None
) -> str:
    """Say of an added feature whether it still stands: what is over must not read as a closure.

    ``turned`` is how it changed, if it was listed before and did not hold at the moment.
    """
    if turned is not None:
        return f"Now said to hold then: {_described(row)}. {change(spec, turned, moment)}"
    return _newcomer(spec, row, moment)


def _newcomer(spec: LayerSpec, row: Row, moment: datetime | None) -> str:
    new = f"New: {_described(row)}. {_source(row)}"
    if spec.record_class is not Constraint:
        return new
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


def removal(
    spec: LayerSpec, row: Row, moment: datetime | None, turned: FeatureChange | None = None
) -> str:
    """Say of a feature that it is not listed any more, which does not say that it has ended.

    ``turned`` is how it changed, if it is still listed and does not hold at the moment.
    """
    if turned is not None:
        return f"No longer said to hold then: {_described(row)}. {change(spec, turned, moment)}"
    return f"No longer listed: {_described(row)}. {_source(row)}"


def change(spec: LayerSpec, item: FeatureChange, moment: datetime | None) -> str:
    """Say how a feature changed: what passes now first, then field by field, then the source."""
    after = item.after
    changed = {change.name for change in item.fields}
    if after.get("status") == ConstraintStatus.RESOLVED and {"status", "ended_at"} & changed:
        planned = moment is not None and after["ended_at"] > moment
        word = "To end" if planned else "Ended"
        return f"{word}: {after['name']}, {_value(after['ended_at'])}, says {after['ended_by']}."
    if is_confirmation(item):
        by = after.get("confirmed_by") or after["source_org"]
        return f"Confirmed: {after['name']}, no change, says {by}, {_date(after)}."
    passes = _passage_change(spec, item)
    told = set(_PASSAGE_FIELDS if passes else ())
    if spec.record_class is Constraint:
        # There it says how far the report may be believed, not what passes.
        told -= {"status"}
    columns = {field.name: field for field in spec.fields}
    words = [
        _field_words(columns.get(field.name), field.before, field.after)
        for field in item.fields
        if field.name not in told and (field.name not in _PROVENANCE or len(changed) == 1)
    ]
    return f"{after['name']}: {'; '.join([*passes, *words]) or 'new information'}. {_source(after)}"


def is_confirmation(item: FeatureChange) -> bool:
    """Tell whether somebody only said again what was known."""
    changed = {field.name for field in item.fields}
    return changed <= {"date_of_information", "last_confirmed_at", "confirmed_by", "review_by"}


def _passage_change(spec: LayerSpec, item: FeatureChange) -> list[str]:
    """Say what could pass before and what can pass now, where that is what changed."""
    if spec.record_class is Constraint:
        before, after = (_passage(str(row["effect"]), row) for row in (item.before, item.after))
    elif spec.record_class in CONTROL_CLASSES:
        before, after = (_control_passage(row) for row in (item.before, item.after))
    else:
        return []
    return [] if before == after else [f"{before} → {after}"]


def _control_passage(row: Row) -> str:
    word = _CONTROL_WORDS.get(str(row.get("status")), "not known whether open")
    return _passage("blocked" if word == "closed" else word, row)


def _passage(effect: str, row: Row) -> str:
    limits = [_exceeding(name, row[name]) for name in _LIMITS if row.get(name) is not None]
    if effect == EffectKind.BLOCKED:
        return "closed"
    if not limits:
        return _value(effect)
    beside = "" if effect in {EffectKind.RESTRICTED, "open"} else f"{_value(effect)}, "
    return f"{beside}closed for {' or '.join(limits)}"


def _exceeding(name: str, value: float) -> str:
    unit = name.rsplit("_", 1)[1]
    what = _LIMIT_WORDS[name]
    return f"> {value:g} {unit}{what}"


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
