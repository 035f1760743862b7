"""What an asker accepts on a way; it travels with the answer, with its defaults written out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from lca.errors import UsageError
from lca.instant import parse_local_time
from lca.vocab import SecurityCategory


class Treatment(StrEnum):
    """What the asker does with a stretch of some kind."""

    ALLOW = "allow"
    """Drive it; what is conditional stays named."""
    PENALISE = "penalise"
    """Drive it only where every other way takes half as long again, or more."""
    FORBID = "forbid"
    """Never drive it."""


PENALTY_FACTOR = 1.5
"""A way that avoids what is penalised is taken if it arrives within this multiple of the time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What the asker accepts.

    Attributes
    ----------
    unknown : Treatment
        Stretches on which something is not known: a constraint of unknown effect, unmatched, lapsed
        or restricted without a limit; with ``FORBID`` also roads without a known weight limit.
    stale : Treatment
        Stretches with a constraint whose review date has passed, where it does not block.
    low_confidence : Treatment
        Stretches with a constraint of low confidence (:attr:`lca.provenance.Provenance.confidence`).
    difficult : Treatment
        Stretches that are passable with difficulty.
    max_security : SecurityCategory, optional
        The worst UNSDI-T security category that is accepted; None accepts all.
    night_driving : bool
        Whether the vehicle may move outside ``day_from``-``day_to``.
    day_from, day_to : str
        Local clock times between which it moves if it does not drive at night.
    driving_day_h : float
        Hours of moving and rest in a working day: what durations in days are counted by.
    avoid_borders : tuple of str
        Ids of border crossings that are not used.
    avoid_countries : tuple of str
        ISO 3166-1 alpha-3 codes of countries that are not entered; their areas are those of the
        ``boundaries`` layer.
    """

    unknown: Treatment = Treatment.ALLOW
    stale: Treatment = Treatment.ALLOW
    low_confidence: Treatment = Treatment.ALLOW
    difficult: Treatment = Treatment.ALLOW
    max_security: SecurityCategory | None = None
    night_driving: bool = True
    day_from: str = "06:00"
    day_to: str = "18:00"
    driving_day_h: float = 10.0
    avoid_borders: tuple[str, ...] = ()
    avoid_countries: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        day = (parse_local_time(self.day_from), parse_local_time(self.day_to))
        if day[0] >= day[1]:
            raise UsageError(
                f"The driving day ends at {self.day_to}, before it begins at {self.day_from}.",
                do_next="Give two clock times of one day, as 06:00 and 18:00.",
            )
        if not 0 < self.driving_day_h <= 24:
            raise UsageError(
                f"A driving day of {self.driving_day_h:g} hours is not possible.",
                do_next="Give the hours of moving and rest in a working day, as 10.",
            )

    @property
    def accepts_all(self) -> bool:
        """Whether it forbids and penalises no constraint."""
        treatments = {self.unknown, self.stale, self.low_confidence, self.difficult}
        avoided = self.max_security, *self.avoid_borders, *self.avoid_countries
        return treatments == {Treatment.ALLOW} and not any(avoided)

    def as_json(self) -> dict[str, Any]:
        """Return the policy as a JSON object, every default written out."""
        return {
            field.name: list(value) if isinstance(value, tuple) else value
            for field in fields(self)
            for value in [getattr(self, field.name)]
        }

    @classmethod
    def from_json(cls, body: Mapping[str, Any]) -> Policy:
        """Return the policy of a JSON object; what is missing has its default.

        Raises
        ------
        UsageError
            If a member is not known, or its value is none that it takes.
        """
        known = {field.name for field in fields(cls)}
        unknown = sorted(set(body) - known)
        if unknown:
            raise UsageError(
                f"The policy has no {', '.join(unknown)}.",
                do_next="Choose among " + ", ".join(sorted(known)) + ".",
            )
        try:
            return cls(**{name: _READ.get(name, _as_is)(value) for name, value in body.items()})
        except (ValueError, TypeError) as error:
            raise UsageError(
                f"The policy cannot be read: {error}.",
                do_next="Compare it with an answer's policy.",
            ) from error


def _as_is(value: Any) -> Any:
    return value


def _words(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list | tuple) or not all(isinstance(word, str) for word in value):
        msg = f"{value!r:.60} is no list of texts"
        raise TypeError(msg)
    return tuple(value)


def _security(value: Any) -> SecurityCategory | None:
    return None if value is None else SecurityCategory(value)


_READ: dict[str, Callable[[Any], Any]] = {
    **dict.fromkeys(("unknown", "stale", "low_confidence", "difficult"), Treatment),
    "max_security": _security,
    "avoid_borders": _words,
    "avoid_countries": _words,
}

DEFAULT_POLICY = Policy()
