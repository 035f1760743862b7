"""Excel's serial numbers as dates and times of day.

A serial counts days. Day 1 is 1900-01-01 in most workbooks and 1904-01-02 in those that say
``date1904``: the same number is four years and a day apart, so the flag is never guessed.
"""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

_EPOCH_1904 = datetime(1904, 1, 1)  # noqa: DTZ001 - a workbook's times are local; the zone comes later
# Excel believes in 1900-02-29; from 1900-03-01 on its count is that of days since this one.
_EPOCH_1900 = datetime(1899, 12, 30)  # noqa: DTZ001
_FIRST_TRUE_DAY_1900 = 61
_LONGEST_FORMAT = 255

_BUILT_IN_DATE_FORMATS = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
# Quoted text, escaped and padding characters, and bracketed colours, conditions or locales.
_NOT_A_CODE = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]', re.IGNORECASE)


def is_date_format(number_format_id: int, code: str | None) -> bool:
    """Tell whether a cell format shows numbers as a date or a time."""
    if code is None:
        return number_format_id in _BUILT_IN_DATE_FORMATS
    # Excel takes 255 characters; what is longer costs the square of its length.
    first_section = code[:_LONGEST_FORMAT].split(";", maxsplit=1)[0]
    bare = _NOT_A_CODE.sub("", first_section).lower()
    return bare != "general" and any(letter in bare for letter in "dmyhs")


def from_serial(serial: float, *, date1904: bool) -> datetime | time:
    """Return the local date and time, or the time of day if the serial is below 1.

    Raises
    ------
    ValueError
        If the serial is no date: negative, beyond the year 9999, or in Excel's false leap year.
    """
    if not 0 <= serial < 3_000_000:
        msg = f"{serial} is not a date"
        raise ValueError(msg)
    moment = timedelta(milliseconds=round(serial * 86_400_000))
    if moment < timedelta(days=1):
        return (_EPOCH_1904 + moment).time()
    if date1904:
        return _within_calendar(_EPOCH_1904, moment)
    if serial < _FIRST_TRUE_DAY_1900:
        msg = f"{serial} lies before 1900-03-01, where Excel's calendar is wrong"
        raise ValueError(msg)
    return _within_calendar(_EPOCH_1900, moment)


def _within_calendar(epoch: datetime, moment: timedelta) -> datetime:
    try:
        return epoch + moment
    except OverflowError as error:
        msg = "the date lies beyond the year 9999"
        raise ValueError(msg) from error
