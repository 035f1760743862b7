"""The options of a constraint: when it holds, whom it concerns, what it demands, where it lies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Annotated, Any

import typer

from lca.errors import UsageError
from lca.instant import end_of_local_day, zone
from lca.vocab import Actor, Cargo, Practicability, SecurityCategory

from .option_sets import taking

_LAST_DAYS = ("valid_to", "permitted_until")
"""Ends in which a day alone is the last day: they end at the local midnight after it."""
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _option(panel: str, text: str, *names: str, metavar: str | None = None) -> Any:
    return typer.Option(*names, help=text, metavar=metavar, rich_help_panel=panel)


_WHEN, _WHOM, _WHAT, _WHERE = (
    "When it holds",
    "Whom it concerns",
    "What it demands",
    "Where it lies, in words",
)
_DAY = "DAY"
ValidFrom = Annotated[
    str | None, _option(_WHEN, "First day, or time with its offset.", metavar=_DAY)
]
ValidTo = Annotated[
    str | None,
    _option(_WHEN, "Last day, to its local midnight; or time with its offset.", metavar=_DAY),
]
Daily = Annotated[
    str | None, _option(_WHEN, "Local hours of every day, as 22:00-05:00.", metavar="FROM-TO")
]
TimeRule = Annotated[
    str | None, _option(_WHEN, "OSM opening hours in which it holds, as 'Mo-Fr 07:00-09:00'.")
]
Months = Annotated[
    list[str] | None,
    _option(_WHEN, "Months in which it holds, as 11-3 or 6 (repeatable).", metavar="MONTHS"),
]
DryDays = Annotated[int | None, _option(_WHEN, "Closed until so many days without rain.")]
RainHoldLight = Annotated[
    float | None, _option(_WHEN, "Hours closed after rain for light vehicles.")
]
RainHoldHeavy = Annotated[
    float | None, _option(_WHEN, "Hours closed after rain for heavy vehicles.")
]
LastRain = Annotated[str | None, _option(_WHEN, "When rain last ended.", metavar="TIME")]
ForVehicle = Annotated[
    list[str] | None, _option(_WHOM, "Only this class (repeatable).", metavar="CLASS")
]
ForCargo = Annotated[list[Cargo] | None, _option(_WHOM, "Only this cargo (repeatable).")]
ForOperator = Annotated[list[Actor] | None, _option(_WHOM, "Only this operator (repeatable).")]
ForSize = Annotated[
    str | None,
    _option(_WHOM, "Only classes of UNSDI-T practicability, as 5-6.", metavar="RANKS"),
]
NoHazmat = Annotated[bool, _option(_WHAT, "No hazardous goods.", "--no-hazmat")]
Permit = Annotated[str | None, _option(_WHAT, "Permit that is needed.", metavar="NAME")]
PermitDays = Annotated[float | None, _option(_WHAT, "Days that the permit takes.")]
PermitBy = Annotated[str | None, _option(_WHAT, "Who gives it.")]
Convoy = Annotated[bool, _option(_WHAT, "Only in convoy.", "--convoy")]
Escort = Annotated[bool, _option(_WHAT, "Only with escort.", "--escort")]
Security = Annotated[
    SecurityCategory | None, _option(_WHAT, "Security category, A (low) to E (critical).")
]
Delay = Annotated[str | None, _option(_WHAT, "Minutes lost, as 30 or 30-120.", metavar="MIN[-MAX]")]
Location = Annotated[str | None, _option(_WHERE, "As '15 km north of X on the road to Y'.")]
Road = Annotated[str | None, _option(_WHERE, "Name or number of the road.")]
Km = Annotated[str | None, _option(_WHERE, "Chainage of the road, as 12-15.", metavar="FROM[-TO]")]
KmFrom = Annotated[str | None, _option(_WHERE, "Place from which it is counted.", metavar="PLACE")]
Between = Annotated[
    list[str] | None, _option(_WHERE, "Two places: give it twice.", metavar="PLACE")
]


def fields_of_options(
    *,
    valid_from: ValidFrom = None,
    valid_to: ValidTo = None,
    daily: Daily = None,
    time_rule: TimeRule = None,
    months: Months = None,
    dry_days: DryDays = None,
    rain_hold_light_h: RainHoldLight = None,
    rain_hold_heavy_h: RainHoldHeavy = None,
    last_rain: LastRain = None,
    for_vehicle: ForVehicle = None,
    for_cargo: ForCargo = None,
    for_operator: ForOperator = None,
    for_size: ForSize = None,
    no_hazmat: NoHazmat = False,
    permit: Permit = None,
    permit_days: PermitDays = None,
    permit_by: PermitBy = None,
    convoy: Convoy = False,
    escort: Escort = False,
    security: Security = None,
    delay: Delay = None,
    location: Location = None,
    road: Road = None,
    km: Km = None,
    km_from: KmFrom = None,
    between: Between = None,
) -> dict[str, Any]:
    """Return the fields of a constraint that the options state; the record judges the values.

    Raises
    ------
    UsageError
        If an option that holds two values cannot be taken apart.
    """
    if between is not None and len(between) != 2:
        raise UsageError(
            f"--between names {len(between)} place{'s' if len(between) != 1 else ''}.",
            do_next="Give it twice, as --between Coquimbo --between Ovalle.",
        )
    smallest, largest = _pair("--for-size", for_size, both=True)
    stated = {
        "valid_from": valid_from,
        "valid_to": valid_to,
        **dict(zip(("daily_from", "daily_to"), _pair("--daily", daily), strict=True)),
        "time_rule": time_rule,
        "season_months": _months(months),
        "dry_days_required": dry_days,
        "rain_hold_light_h": rain_hold_light_h,
        "rain_hold_heavy_h": rain_hold_heavy_h,
        "last_rain_at": last_rain,
        "applies_to_vehicles": tuple(for_vehicle or ()) or None,
        "applies_to_cargo": tuple(word.value for word in for_cargo or ()) or None,
        "applies_to_actor": tuple(word.value for word in for_operator or ()) or None,
        "applies_to_min_practicability": _rank(smallest),
        "applies_to_max_practicability": _rank(largest),
        "hazmat_forbidden": no_hazmat or None,
        "permit_name": permit,
        "permit_lead_days": permit_days,
        "permit_issued_by": permit_by,
        "convoy_required": convoy or None,
        "escort_required": escort or None,
        "security_category": security and security.value,
        **dict(zip(("delay_min", "delay_max_min"), _pair("--delay", delay, one=True), strict=True)),
        "location_text": location,
        "road_name": road,
        **dict(
            zip(
                ("chainage_from_km", "chainage_to_km"),
                _pair("--km", km, one=True),
                strict=True,
            )
        ),
        "chainage_from_place": km_from,
        "place_from": between and between[0],
        "place_to": between and between[1],
    }
    return {name: value for name, value in stated.items() if value is not None}


with_fields = taking(fields_of_options, "stated", before="fields")
"""Gives ``lca constraint add`` the options of fields in place of its parameter ``stated``."""


def in_local_days(row: Mapping[str, Any], zone_name: str | None) -> dict[str, Any]:
    """Return a row in which a day alone begins, or ends as the last day, at local midnight."""
    found = dict(row)
    tz = UTC if zone_name is None else zone(zone_name)
    for name in ("valid_from", *_LAST_DAYS):
        text = found.get(name)
        if not isinstance(text, str) or not _DATE.fullmatch(text.strip()):
            continue
        try:
            day = date.fromisoformat(text.strip())
            if name == "valid_from":
                found[name] = datetime.combine(day, time.min, tzinfo=tz).astimezone(UTC)
            else:
                found[name] = end_of_local_day(day, tz)
        except (ValueError, OverflowError) as error:
            raise UsageError(f"{text!r} is no day.", do_next="Write it as 2026-11-21.") from error
    return found


def _pair(
    option: str, text: str | None, *, one: bool = False, both: bool = False
) -> tuple[str | None, str | None]:
    """Return the two values of an option's text; of one alone the first, or with ``both`` twice."""
    if text is None:
        return None, None
    first, found, second = (part.strip() for part in text.partition("-"))
    if first and not found and (one or both):
        return first, first if both else None
    if not first or not second:
        raise UsageError(
            f"{option} {text!r} does not hold two values.",
            do_next="Write them with a hyphen between; see lca constraint add --help.",
        )
    return first, second


def _rank(text: str | None) -> int | None:
    if text is None:
        return None
    try:
        return Practicability(int(text)).value
    except ValueError as error:
        raise UsageError(
            f"{text!r} is no UNSDI-T practicability.",
            do_next="Give ranks from 1 to 6, as 5-6: 4 light truck, 5 heavy truck, 6 with trailer.",
        ) from error


def _months(spans: list[str] | None) -> tuple[int, ...] | None:
    """Return the months of ``6`` and ``11-3``; a span may pass the end of the year."""
    if spans is None:
        return None
    found: list[int] = []
    for span in spans:
        first, dash, last = (part.strip() for part in span.partition("-"))
        if not first.isdigit() or (dash and not last.isdigit()):
            raise UsageError(f"{span!r} is no month.", do_next="Write numbers, as 11-3 or 6.")
        start = int(first)
        end = int(last) if dash else start
        if not 1 <= start <= 12 or not 1 <= end <= 12:
            raise UsageError(f"{span!r} is no month.", do_next="Months have numbers 1 to 12.")
        found += [(start - 1 + step) % 12 + 1 for step in range((end - start) % 12 + 1)]
    return tuple(dict.fromkeys(found))
