"""The options of a policy: what an asker accepts on a way, for every command that plans."""

from __future__ import annotations

from typing import Annotated

import typer

from lca.errors import UsageError
from lca.vocab import SecurityCategory
from routing.policy import DEFAULT_POLICY, Policy, Treatment

DAY = f"{DEFAULT_POLICY.day_from}-{DEFAULT_POLICY.day_to}"

Unknown = Annotated[Treatment, typer.Option(help="Policy for what nobody knows.")]
Stale = Annotated[Treatment, typer.Option(help="Policy for what is overdue for review.")]
LowConfidence = Annotated[Treatment, typer.Option(help="Policy for constraints of low confidence.")]
Difficult = Annotated[Treatment, typer.Option(help="Policy for what is passable with difficulty.")]
MaxSecurity = Annotated[
    SecurityCategory | None,
    typer.Option(help="Worst security category accepted, A (low) to E (critical)."),
]
NoNight = Annotated[
    bool, typer.Option("--no-night", help="Move only by day, as --day says in local time.")
]
Day = Annotated[str, typer.Option(metavar="FROM-TO", help="Local time of day for --no-night.")]
DrivingDay = Annotated[
    float, typer.Option(metavar="HOURS", help="Hours of driving and rest in a working day.")
]
AvoidBorder = Annotated[
    list[str] | None, typer.Option(metavar="ID", help="Border crossing not to use (repeatable).")
]
AvoidCountry = Annotated[
    list[str] | None, typer.Option(metavar="ISO3", help="Country not to enter (repeatable).")
]


def policy_of(
    *,
    unknown: Treatment,
    stale: Treatment,
    low_confidence: Treatment,
    difficult: Treatment,
    max_security: SecurityCategory | None,
    no_night: bool,
    day: str,
    driving_day_h: float,
    avoid_border: list[str] | None,
    avoid_country: list[str] | None,
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
