"""The options of a policy: what an asker accepts on a way, for every command that plans."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from lca.errors import UsageError
from lca.vocab import SecurityCategory
from routing.policy import DEFAULT_POLICY, Policy, Treatment

from .option_sets import taking

_DAY = f"{DEFAULT_POLICY.day_from}-{DEFAULT_POLICY.day_to}"
_GROUP = "What the asker accepts"


def _option(text: str, *names: str, metavar: str | None = None) -> Any:
    return typer.Option(*names, help=text, metavar=metavar, rich_help_panel=_GROUP)


Unknown = Annotated[Treatment, _option("What nobody knows.")]
Stale = Annotated[Treatment, _option("What is overdue for review.")]
LowConfidence = Annotated[Treatment, _option("Constraints of low confidence.")]
Difficult = Annotated[Treatment, _option("What is passable with difficulty.")]
MaxSecurity = Annotated[
    SecurityCategory | None, _option("Worst security category, A (low) to E (critical).")
]
NoNight = Annotated[bool, _option("Move only by day, local time as --day says.", "--no-night")]
Day = Annotated[str, _option("Local time of day for --no-night.", metavar="FROM-TO")]
DrivingDay = Annotated[
    float, _option("Hours of driving and rest in a working day.", metavar="HOURS")
]
AvoidBorder = Annotated[
    list[str] | None, _option("Border crossing not to use (repeatable).", metavar="ID")
]
AvoidCountry = Annotated[
    list[str] | None, _option("Country not to enter (repeatable).", metavar="ISO3")
]


def policy_of(
    *,
    unknown: Unknown = DEFAULT_POLICY.unknown,
    stale: Stale = DEFAULT_POLICY.stale,
    low_confidence: LowConfidence = DEFAULT_POLICY.low_confidence,
    difficult: Difficult = DEFAULT_POLICY.difficult,
    max_security: MaxSecurity = None,
    no_night: NoNight = False,
    day: Day = _DAY,
    driving_day_h: DrivingDay = DEFAULT_POLICY.driving_day_h,
    avoid_border: AvoidBorder = None,
    avoid_country: AvoidCountry = None,
) -> Policy:
    """Return the policy that the options say.

    Raises
    ------
    UsageError
        If the driving day or a country cannot be read.
    """
    start, dash, end = day.partition("-")
    if not dash:
        raise UsageError(f"{day!r} is no time of day.", do_next="Write it as 06:00-18:00.")
    countries = tuple(code.strip().upper() for code in avoid_country or ())
    wrong = [code for code in countries if len(code) != 3 or not code.isalpha()]
    if wrong:
        raise UsageError(f"{wrong[0]!r} is no country.", do_next="Give its three letters, as SDN.")
    return Policy(
        unknown=unknown,
        stale=stale,
        low_confidence=low_confidence,
        difficult=difficult,
        max_security=max_security,
        night_driving=not no_night,
        day_from=start.strip(),
        day_to=end.strip(),
        driving_day_h=driving_day_h,
        avoid_borders=tuple(avoid_border or ()),
        avoid_countries=countries,
    )


with_policy = taking(policy_of, "policy", before="clearance")
"""Gives a command the options of a policy in place of its parameter ``policy``."""
