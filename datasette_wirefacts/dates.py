"""Whatever a column calls a date -> ISO 8601 date, or None."""

from __future__ import annotations

import re
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any

YEAR_FIRST = re.compile(r"(\d{4})([-/.]?)(\d\d)\2(\d\d)(?!\d)")
DAY_FIRST = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?!\d)")

TIME = re.compile(r"[T ]\d{1,2}:\d\d(:\d\d)?(?!\d)")


def iso_date(value: Any) -> str | None:
    """The day, as written; a time of day and its zone are left out.

    >>> iso_date("2024-10-16T23:30:00+02:00"), iso_date("16.10.2024 12:00"), iso_date(20241016)
    ('2024-10-16', '2024-10-16', '2024-10-16')
    >>> iso_date("Wed, 16 Oct 2024 08:00:00 GMT"), iso_date("gestern"), iso_date("2024-02-30")
    ('2024-10-16', None, None)
    >>> iso_date("Wed, 16 Oct 2024 08:00:00 +99999999999999")
    """
    text = str(value).strip()[:64]
    if match := YEAR_FIRST.match(text):
        return _day(match[1], match[3], match[4])
    if match := DAY_FIRST.match(text):
        return _day(match[3], match[2], match[1])
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (TypeError, ValueError, IndexError, OverflowError):  # the last one: an offset of a million hours
        return None


def time_of_day(value: Any) -> str:
    """The time, as written, without its zone; empty where there is none. It tells the order within a day.

    >>> time_of_day("2024-10-16T23:30:00+02:00"), time_of_day("16.10.2024 7:05"), time_of_day("2024-10-16")
    ('23:30:00', '07:05', '')
    """
    match = TIME.search(str(value)[:64])
    return match[0].strip("T ").zfill(len("00:00") if match[1] is None else len("00:00:00")) if match else ""


def _day(year: str, month: str, day: str) -> str | None:
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None
