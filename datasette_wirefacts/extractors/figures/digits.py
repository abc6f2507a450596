"""A language's decimal and grouping marks -> the pattern of everything that begins with a digit."""

from __future__ import annotations

import re

# What begins with digits and is no amount: days, clock times, results, pairs of years, fractions.
NO_AMOUNTS = (
    r"(?P<iso>\d{4}-\d\d-\d\d(?!\d))"
    r"|(?P<dmy>\d{1,2}\.[ \u00a0]?\d{1,2}\.[ \u00a0]?(?:\d{4}|\d\d)(?!\d|\.\d)|\d\d/\d\d/\d{4}(?!\d))"
    r"|(?P<dm>\d{1,2}\.[ \u00a0]?\d{1,2}\.(?!\d))"
    r"|(?P<clock>\d{1,2}:\d\d(?::\d\d)?(?![\d:]))"
    r"|(?P<score>\d{1,3}:\d{1,3}(?![\d:,.]\d))"
    r"|(?P<years>[12]\d{3}/(?:\d{4}|\d\d)(?![\d/]))"
    r"|(?P<fraction>\d{1,4}/\d{1,4}(?![\d/]))"
)


def digit_pattern(decimal: str, groups: list[str]) -> re.Pattern[str]:
    """The pattern of everything that begins with a digit; the name of the group that matched says what it may be.

    Every repetition is bounded or consumes what it reads, so that a scan is linear.
    """
    if not decimal:
        return either_pattern(groups)
    point = re.escape(decimal)
    marks = "|".join(
        rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}}){{1,8}}(?![\d]|{re.escape(mark)}\d)(?:{apart(mark, decimal)}\d{{1,20}})?"
        for mark in groups
    )
    other = r"\." if decimal == "," else r"(?!)"
    return re.compile(
        rf"{NO_AMOUNTS}"
        rf"|(?P<grouped>{marks})(?![\d])"
        rf"|(?P<foreign>\d{{1,3}}(?:,\d{{3}}){{1,8}}\.\d{{1,2}}(?!\d))"
        rf"|(?P<chain>\d+(?:\.\d+){{2,}})"
        rf"|(?P<point>\d+{other}\d+(?![\d]))"
        rf"|(?P<number>\d+(?:{point}\d+)?)"
    )


def either_pattern(groups: list[str]) -> re.Pattern[str]:
    """The digit pattern where point and comma may each group or part off decimals.

    Two different marks, or one that returns, are clear; one alone is decimal, except before three digits, where it may
    be both: such digits are a ``chain``, no amount.
    """
    spaced = "|".join(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{3}}){{1,8}}(?:[.,]\d{{1,20}})?" for mark in groups)
    return re.compile(
        rf"{NO_AMOUNTS}"
        rf"|(?P<grouped>(?:{spaced}"
        r"|\d{1,3}(?:\.\d{3}){1,8},\d{1,20}|\d{1,3}(?:,\d{3}){1,8}\.\d{1,20}"
        r"|\d{1,3}(?:\.\d{3}){2,8}|\d{1,3}(?:,\d{3}){2,8})(?![.,]?\d))"
        r"|(?P<chain>\d+(?:[.,]\d+){2,}|[1-9]\d{0,2}[.,]\d{3}(?!\d))"
        r"|(?P<number>\d+(?:[.,]\d+)?)"
    )


def apart(mark: str, decimal: str) -> str:
    """The decimal mark behind groups: an apostrophe goes with both."""
    return "[.,]" if mark in "'’" else "," if mark == "." else re.escape(decimal)
