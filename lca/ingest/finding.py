"""One thing that a judge finds in a row: told as an issue, and mended if that is asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from shapely.geometry.base import BaseGeometry

from lca.errors import InvalidInput
from lca.issues import Issue, Severity
from lca.record import all_of, fields_of, setters_of
from lca.vocab import LocationPrecision

from .headings import LOCATION_TITLES, heading_of
from .location import LATITUDE, LOCATION_TARGETS
from .rowreader import made_id
from .rows import TableRows
from .wire import SheetRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What is wrong, by which rule, and what would mend it.

    ``target`` is the field or location column concerned; ``value`` what stands there, if it is not
    to be taken from the record. ``proposal`` says the repair in words, and ``repair`` is the record
    after it: None if nobody but the source can tell, or the guess is too weak to be applied.
    """

    rule: str
    message: str
    do_next: str
    target: str | None = None
    severity: Severity = Severity.WARNING
    value: str | None = None
    proposal: str | None = None
    repair: Any | None = None


def tell(table: TableRows, row: SheetRow, finding: Finding, *, fix: bool) -> Any | None:
    """Add a finding to a table, and return the row's record after it; None if it is rejected.

    With ``fix`` a repair that is known is applied: the issue becomes a warning that says so.
    """
    repaired = fix and finding.repair is not None
    do_next = f"Changed to {finding.proposal}; compare it with its source."
    issue = Issue(
        Severity.WARNING if repaired else finding.severity,
        finding.message,
        do_next if repaired else finding.do_next,
        table.kind.sheet,
        row.number,
        heading(table, finding.target) if finding.target else None,
        finding.value,
        rule=finding.rule,
        proposal=finding.proposal,
        repaired=repaired,
    )
    if repaired:
        table.amend(row, finding.repair)
        table.tell(row, issue)
        return finding.repair
    table.tell(row, issue)
    return None


def tell_of_all(table: TableRows, finding: Finding) -> None:
    """Add a finding that concerns a whole table."""
    table.tell(
        None,
        Issue(
            finding.severity,
            finding.message,
            finding.do_next,
            table.kind.sheet,
            None,
            heading(table, finding.target) if finding.target else None,
            finding.value,
            rule=finding.rule,
            proposal=finding.proposal,
        ),
    )


def heading(table: TableRows, target: str) -> str:
    """Return the heading that the file gives a field, or that our template would give it."""
    columns = [column for _, column in table.planned.columns] if table.planned else []
    own = next((column.heading for column in columns if column.target == target), None)
    if own is not None:
        return own
    if target in LOCATION_TARGETS:
        other = next((one.heading for one in columns if one.target in LOCATION_TARGETS), None)
        if other is not None:
            return other
        return "Geometry" if table.kind.geodata else LOCATION_TITLES[LATITUDE]
    field = next((one for one in fields_of(table.kind.record_class) if one.name == target), None)
    return heading_of(field) if field else target.replace("_", " ").capitalize()


def moved(table: TableRows, record: Any, geometry: BaseGeometry) -> Any | None:
    """Return a record at another place; None if its kind refuses that.

    An id that was made of the name and the place is made anew: the corrected file would give it.
    """
    was_made = record.id == made_id(table.kind, record.name, record.geometry)
    fresh = made_id(table.kind, record.name, geometry) if was_made else record.id
    return changed(record, geometry=geometry, id=fresh)


def guessed(table: TableRows, record: Any, geometry: BaseGeometry) -> Any | None:
    """Return a record at the place that it may have meant, as :func:`moved`, and no surer of it.

    Whatever was said of its precision was said of the place that it does not have.
    """
    fresh = moved(table, record, geometry)
    if fresh is None or record.location_precision is not LocationPrecision.ACCURATE:
        return fresh
    return changed(fresh, location_precision=LocationPrecision.APPROXIMATE)


def changed(record: Any, **values: Any) -> Any | None:
    """Return a record with other values; None if its kind refuses them."""
    try:
        return replace(record, **values)
    except InvalidInput:
        return None


def completed(record: Any, values: Mapping[str, Any]) -> Any:
    """Return a record with values that its kind does not judge, as when to review it.

    Ten times as fast as :func:`changed`, which asks the kind whether it allows them.
    """
    fresh = object.__new__(type(record))
    setters = setters_of(type(record))  # type: ignore[arg-type]
    for put, value in zip(setters.values(), all_of(tuple(setters))(record), strict=True):
        put(fresh, value)
    for name, value in values.items():
        setters[name](fresh, value)
    return fresh
