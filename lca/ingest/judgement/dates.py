"""Judge the dates of records by the moment of reading, and say when they must be looked at again.

Rules: ``dates.future``, ``dates.old``, ``dates.order``, ``dates.later``, ``dates.superseded``,
``dates.review_by`` and ``dates.overdue`` (the last two once a layer).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from lca.constraint import Constraint
from lca.ingest.finding import Finding, changed, completed, tell, tell_of_all
from lca.ingest.rows import TableRows
from lca.instant import format_minute
from lca.reviewspan import review_span

from .restated import NOTHING_RESTATED, Restated

# Clocks and time zones differ by a day.
_AHEAD = timedelta(days=1)
_OLD = timedelta(days=20 * 365.25)
_OF_LATE = timedelta(days=2 * 365.25)
_BETWEEN_1900_AND_1904 = timedelta(days=1462)
# A season or a year's works are announced; what begins later has a slip in its date.
_ANNOUNCED = timedelta(days=366)
_INFORMED = "date_of_information"


def check_dates(
    tables: Sequence[TableRows],
    now: datetime | None,
    restated: Restated = NOTHING_RESTATED,
    *,
    fix: bool = False,
) -> None:
    """Tell dates that cannot be meant, fill in when a record must be reviewed, count the overdue.

    Parameters
    ----------
    now : datetime or None
        The moment of reading; without it nothing is judged by its age.
    restated : Restated
        Rows that are in force as they are: nothing is added to them, nor are they called overdue
        again.
    """
    for table in tables:
        for row, record in table.accepted:
            for finding in (*_findings(record, now), *_superseded(table, record, restated)):
                record = tell(table, row, finding, fix=fix) or record  # noqa: PLW2901
        if now is not None and not table.kind.restricted:
            _set_review(table, restated)
            _tell_overdue(table, now, restated)


def _findings(record: Any, now: datetime | None) -> Iterator[Finding]:
    said = record.date_of_information
    if now is not None and said > now + _AHEAD:
        yield _misdated(
            record, now, "dates.future", f"The information is dated {said:%Y-%m-%d}, in the future."
        )
    elif now is not None and said < now - _OLD:
        years = (now - said).days // 365
        yield _misdated(
            record,
            now,
            "dates.old",
            f"The information is dated {said:%Y-%m-%d}, {years} years ago.",
        )
    if isinstance(record, Constraint):
        yield from _ends_before_it_was_stated(record)
        yield from _starts_long_after(record)


def _starts_long_after(record: Constraint) -> Iterator[Finding]:
    """Tell a constraint that begins so late that nobody announced it: until then it does nothing."""
    start = record.valid_from
    if start is not None and start > record.date_of_information + _ANNOUNCED:
        yield Finding(
            rule="dates.later",
            message=f"It begins {start:%Y-%m-%d}, long after the information of "
            f"{record.date_of_information:%Y-%m-%d}; until then it does nothing.",
            do_next="Correct the date if it holds already.",
            target="valid_from",
            value=f"{start:%Y-%m-%d}",
        )


def _superseded(table: TableRows, record: Any, restated: Restated) -> Iterator[Finding]:
    """Tell a row that is older than the one in force whose place it would take."""
    in_force = restated.date_of(table, record)
    if in_force is not None and in_force > record.date_of_information:
        yield Finding(
            rule="dates.superseded",
            message=f"The row in force is of {in_force:%Y-%m-%d}, newer than this information of "
            f"{record.date_of_information:%Y-%m-%d}.",
            do_next="Leave the row out, or it takes the newer one's place.",
            target=_INFORMED,
            value=f"{record.date_of_information:%Y-%m-%d}",
        )


def _ends_before_it_was_stated(record: Constraint) -> Iterator[Finding]:
    """Tell a constraint that was over when it was stated: one of the two dates is a slip."""
    end = record.valid_to
    if end is not None and end < record.date_of_information and record.status.stands:
        yield Finding(
            rule="dates.order",
            message=f"It ended {end:%Y-%m-%d}, before the information of "
            f"{record.date_of_information:%Y-%m-%d} that it stands.",
            do_next="Correct one of the two, or write resolved as the status.",
            target="valid_to",
            value=f"{end:%Y-%m-%d}",
        )


def _misdated(record: Any, now: datetime, rule: str, message: str) -> Finding:
    said = record.date_of_information
    meant = sorted({(date, how) for date, how in _slips(said) if now - _OF_LATE <= date <= now})
    dates = {date for date, _ in meant}
    proposal = repair = None
    if len(dates) == 1:
        date, how = meant[0]
        proposal = f"{date:%Y-%m-%d} ({how})"
        repair = changed(record, date_of_information=date)
    return Finding(
        rule=rule,
        message=message,
        do_next="Correct the date: the newest information wins over all others.",
        target=_INFORMED,
        value=f"{said:%Y-%m-%d}",
        proposal=proposal,
        repair=repair,
    )


def _slips(said: datetime) -> Iterator[tuple[datetime, str]]:
    """Yield the dates that one slip would have turned into this one."""
    for sign in (1, -1):
        try:
            yield said + sign * _BETWEEN_1900_AND_1904, "a workbook's years counted from 1904"
        except OverflowError:  # beyond the calendar: nobody meant that
            continue
    digits = f"{said.year:04}"
    for at in range(4):
        for digit in "0123456789":
            yield from _in_year(said, digits[:at] + digit + digits[at + 1 :], "a digit of the year")
    for at in range(3):
        exchanged = digits[:at] + digits[at + 1] + digits[at] + digits[at + 2 :]
        yield from _in_year(said, exchanged, "two digits of the year exchanged")


def _in_year(said: datetime, year: str, how: str) -> Iterator[tuple[datetime, str]]:
    number = int(year)
    if number not in {0, said.year} and not (said.month == 2 and said.day == 29):
        yield said.replace(year=number), how


def _set_review(table: TableRows, restated: Restated) -> None:
    """Say when each record must be looked at again that does not say so itself."""
    filled = []
    for row, record in table.accepted:
        if getattr(record, "review_by", None) is not None or restated.holds(table, record):
            continue
        span = review_span(type(record), getattr(record, "constraint_type", None))
        fresh = _reviewed_after(record, span)
        if fresh is not None and span is not None:
            table.amend(row, fresh)
            filled.append(span.days)
    if not filled:
        return
    least, most = min(filled), max(filled)
    days = f"{least}" if least == most else f"{least} to {most}"
    tell_of_all(
        table,
        Finding(
            rule="dates.review_by",
            message=(
                f"Review by is empty in {len(filled)} of {len(table.accepted)} rows; it was set to "
                f"{days} days after the date of information, as is usual for their kind."
            ),
            do_next="Fill in Review by where you know better.",
            target="review_by",
        ),
    )


def _reviewed_after(record: Any, span: timedelta | None) -> Any | None:
    if span is None:
        return None
    last_word = max(
        record.date_of_information, record.last_confirmed_at or record.date_of_information
    )
    try:
        return completed(record, {"review_by": last_word + span})
    except OverflowError:  # a date at the end of the calendar is told as one in the future
        return None


def _tell_overdue(table: TableRows, now: datetime, restated: Restated) -> None:
    overdue = [
        (row, record)
        for row, record in table.accepted
        if record.stale(now) and not restated.holds(table, record)
    ]
    if not overdue:
        return
    row, oldest = min(overdue, key=lambda one: one[1].review_by)
    tell_of_all(
        table,
        Finding(
            rule="dates.overdue",
            message=f"{len(overdue)} of {len(table.accepted)} rows were to be looked at again "
            f"before {format_minute(now)}; the oldest is row {row.number}, due "
            f"{oldest.review_by:%Y-%m-%d}.",
            do_next="Confirm or update them; until then they are shown as stale.",
            target="review_by",
        ),
    )
