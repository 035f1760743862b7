"""In which class a map shows a constraint at a moment, and what it says of it in few words."""

from __future__ import annotations

from datetime import UTC, datetime

from lca.concern import names_some_only
from lca.constraint import Constraint, Standing
from lca.effect import has_limits, has_rain_hold, requirements_of
from lca.lifting import is_closure
from lca.vocab import EffectKind, OperationalStatus

from .palette import AccessClass

_LIMIT_WORDS = (
    ("max_gross_t", "gross", "t"),
    ("max_payload_t", "payload", "t"),
    ("max_axle_t", "axle", "t"),
    ("max_height_m", "height", "m"),
    ("max_width_m", "width", "m"),
    ("max_length_m", "length", "m"),
)
_EFFECT_WORDS = {
    EffectKind.BLOCKED: "closed",
    EffectKind.RESTRICTED: "restricted",
    EffectKind.DIFFICULT: "passable with difficulty",
    EffectKind.DELAY_ONLY: "delay",
    EffectKind.ADVISORY: "advisory",
    EffectKind.UNKNOWN: "effect not known",
}
FACILITY_WORDS = {
    OperationalStatus.OPERATIONAL: "operational",
    OperationalStatus.RESTRICTED: "restricted",
    OperationalStatus.NOT_OPERATIONAL: "not operational",
    OperationalStatus.PLANNED: "planned",
    OperationalStatus.DESTROYED: "destroyed",
    OperationalStatus.UNKNOWN: "status unknown",
}


def access_class(
    constraint: Constraint, at: datetime, *, matched: bool = True
) -> AccessClass | None:
    """Return the class of a constraint at a moment, or None if it has ended.

    A map has no vehicle in mind, so a limit shows as *restricted*. What cannot block a road by
    the rules of truth (lapsed, badly located, not ``matched`` to a road, of unknown effect without
    a limit or an expiring permission, by a rule of time that no clock can tell) shows as
    *unverified*, never as closed; a closure outside its hours, and one that concerns some
    vehicles only, show as *restricted*.
    """
    standing = constraint.standing(at)
    if standing is Standing.ENDED:
        return None
    if standing is Standing.NOT_YET:
        return AccessClass.NOTE
    if (
        not matched
        or standing is Standing.LAPSED
        or (constraint.effect is EffectKind.UNKNOWN and not is_closure(constraint))
        or not constraint.location_precision.locates
        or constraint.perhaps(at)
    ):
        return AccessClass.UNVERIFIED
    shown = AccessClass.RESTRICTED if standing is Standing.PAUSED else _holding(constraint, at)
    some_only = shown is AccessClass.CLOSED and names_some_only(constraint)
    return AccessClass.RESTRICTED if some_only else shown


def _holding(constraint: Constraint, at: datetime) -> AccessClass:
    """Return the class of a constraint that holds and can be placed on a road."""
    if constraint.permitted_until is not None:
        expired = constraint.permitted_until <= at
        return AccessClass.CLOSED if expired else AccessClass.RESTRICTED
    if constraint.effect is EffectKind.BLOCKED:
        return AccessClass.CLOSED
    asks = has_limits(constraint) or has_rain_hold(constraint) or requirements_of(constraint)
    if constraint.effect is EffectKind.ADVISORY and not asks:
        return AccessClass.NOTE
    return AccessClass.RESTRICTED


def effect_words(constraint: Constraint, at: datetime) -> str:
    """Return effect, limits, hours and standing as one line, as ``restricted · max 10 t gross``."""
    parts = [_EFFECT_WORDS[constraint.effect]]
    if constraint.direction.value != "both":
        parts[0] += f" in one direction ({constraint.direction.value})"
    parts += limit_words(constraint)
    if constraint.delay_min is not None:
        parts.append(f"about {constraint.delay_min:g} min")
    parts += requirements_of(constraint)
    if has_rain_hold(constraint):
        parts.append("closed for a time after rain")
    if names_some_only(constraint):
        parts.append("for some vehicles only")
    if constraint.recurrence is not None:
        parts.append(constraint.recurrence.text())
    parts += _time_words(constraint, at)
    if not constraint.location_precision.locates:
        parts.append(f"location {constraint.location_precision.value}")
    return " · ".join(parts)


def limit_words(constraint: Constraint) -> list[str]:
    """Return each limit in words, as ``max 10 t gross``."""
    words = [
        f"max {value:g} {unit} {label}"
        for name, label, unit in _LIMIT_WORDS
        if (value := getattr(constraint, name)) is not None
    ]
    if constraint.practicability_cap:
        words.append(f"up to {constraint.practicability_cap.label}")
    if constraint.drive_required is not None:
        words.append(f"{constraint.drive_required.value} required")
    if constraint.hazmat_forbidden:
        words.append("no hazardous goods")
    return words


def _time_words(constraint: Constraint, at: datetime) -> list[str]:
    standing = constraint.standing(at)
    words = []
    if standing is Standing.NOT_YET and constraint.valid_from:
        words.append(f"from {short_date(constraint.valid_from)}")
    if standing is Standing.LAPSED:
        words.append("lapsed, end unconfirmed")
    elif constraint.valid_to:
        words.append(f"until {short_date(constraint.valid_to)}")
    if constraint.permitted_until:
        words.append(f"permitted until {short_date(constraint.permitted_until)}")
    return words


def source_words(constraint: Constraint, at: datetime) -> str:
    """Return status, source, date and grade of the information; an overdue review comes first."""
    stated = f"{constraint.status.value} by {constraint.source_org}"
    if constraint.review_overdue(at):
        stated = f"review overdue; {stated}"
    grade = f"{constraint.reliability.value}{constraint.credibility.value}"
    return f"{stated[0].upper()}{stated[1:]}, {short_date(constraint.date_of_information)}, {grade}"


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


GRADE_WORDS = (
    "Grades such as B2: how reliable the source is (A reliable … E unreliable, F not known), "
    "then how credible the information (1 confirmed … 5 improbable, 6 not known)."
)
"""What the letter and the figure after a source mean."""


def short_date(moment: datetime) -> str:
    """Return the UTC date as ``21 Nov 2026``, the same in every locale."""
    day = moment.astimezone(UTC)
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def long_date(moment: datetime) -> str:
    """Return the UTC minute as ``21 Nov 2026, 08:00 UTC``."""
    clock = moment.astimezone(UTC)
    return f"{short_date(clock)}, {clock:%H:%M} UTC"
