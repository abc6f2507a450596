"""Periods -> ISO values and days: `Q3` of which year, the last seven years from when to when."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

from datasette_wirefacts.extractors.figures.reading import Draft
from datasette_wirefacts.facts import Period

Days = tuple[date | None, date | None]
OPEN: Days = (None, None)
YEAR = re.compile(r"\d{4}")
MONTH = re.compile(r"(\d{4}|-)-(\d\d)")
PART = re.compile(r"(?:(\d{4})-)?([QH])(\d)")
EDGE = re.compile(r"(\d{4}|-)(?:-(\d\d))?-([BME])")
SEASONS = {"-21": 3, "-22": 6, "-23": 9, "-24": 12}  # ISO 8601-2: spring, summer, autumn, winter, with their first months
THIRDS = {"B": (0, 1), "M": (1, 2), "E": (2, 3)}


def resolve(draft: Draft, published: date | None) -> tuple[str | None, Days]:
    """The ISO value of a draft that is a time, with its year where the day of publication tells it, and its days."""
    if draft.iso is None or draft.kind == "duration" or draft.rule == "period-first":
        return counted(draft, published)
    iso = draft.iso
    if draft.kind == "date" or draft.rule == "date-range":
        return dated(iso, published)
    if draft.kind == "year" and draft.amount is not None:
        low, high = int(draft.amount), int(draft.high or draft.amount)
        return iso, (date(low, 1, 1), date(high, 12, 31)) if low > 0 else OPEN
    if draft.rule == "edge-of-long":
        return iso, long_edge(iso)
    if draft.high is not None and draft.amount is not None:
        return iso, (date(int(draft.amount), 1, 1), date(int(draft.high), 12, 31))
    if iso[4:] in SEASONS:
        return iso, season_days(int(iso[:4]), SEASONS[iso[4:]])
    if found := MONTH.fullmatch(iso):
        year = int(found[1]) if found[1] != "-" else year_of_month(int(found[2]), published)
        return (f"{year}-{found[2]}", month_days(year, int(found[2]))) if year else (iso, OPEN)
    if "/" in iso:
        year = year_of_month(int(iso[2:4]), published) if iso.startswith("--") else None
        iso = iso.replace("--", f"{year}-") if year else iso
        first, last = (MONTH.fullmatch(half) for half in iso.split("/", 1))
        days = (month_days(int(m[1]), int(m[2])) if m and m[1] != "-" else OPEN for m in (first, last))
        return iso, (next(days)[0], next(days)[1])
    if found := PART.fullmatch(iso):
        return part(found, published)
    if iso.endswith("XX"):
        century = int(iso[:2])
        return iso, (date(century * 100 + 1, 1, 1), date(century * 100 + 100, 12, 31)) if century < 99 else OPEN
    return edge(iso, published)


def season_days(year: int, month: int) -> Days:
    """Three months from the first of the season on; winter reaches into the next year."""
    last = month + 2
    return date(year, month, 1), month_days(year + (last > 12), (last - 1) % 12 + 1)[1]


def dated(iso: str, published: date | None) -> tuple[str, Days]:
    if "/" in iso:
        (low, first), (high, last) = (dated(half, published) for half in iso.split("/", 1))
        return f"{low}/{high}", (first[0], last[0])
    if iso.startswith("--"):
        if published is None:
            return iso, OPEN
        iso = f"{published.year}{iso[1:]}"
    try:
        found = date.fromisoformat(iso)
    except ValueError:
        return iso, OPEN
    return iso, (found, found)


def year_of_month(month: int, published: date | None) -> int | None:
    """The year of a month named without one: the last that has begun before publication."""
    if published is None:
        return None
    return published.year if month <= published.month else published.year - 1


def month_days(year: int, month: int) -> Days:
    return date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1])


def part(found: re.Match[str], published: date | None) -> tuple[str, Days]:
    """A quarter or a half-year."""
    letter, number = found[2], int(found[3])
    months = 3 if letter == "Q" else 6
    first = (number - 1) * months + 1
    year = int(found[1]) if found[1] else year_of_month(first, published)
    if not year:
        return found[0], OPEN
    return f"{year}-{letter}{number}", (date(year, first, 1), month_days(year, first + months - 1)[1])


def edge(iso: str, published: date | None) -> tuple[str, Days]:
    """The beginning, the middle or the end of a month or a year: thirds of it."""
    found = EDGE.fullmatch(iso)
    if found is None:
        return iso, OPEN
    month = int(found[2]) if found[2] else None
    year = int(found[1]) if found[1] != "-" else year_of_month(month or 1, published)
    if not year:
        return iso, OPEN
    low, high = THIRDS[found[3]]
    if month is None:
        return iso, (date(year, low * 4 + 1, 1), month_days(year, high * 4)[1])
    last = calendar.monthrange(year, month)[1]
    return f"{year}-{found[2]}-{found[3]}", (date(year, month, low * 10 + 1), date(year, month, high * 10 if high < 3 else last))


def long_edge(iso: str) -> Days:
    """The beginning, the middle or the end of a decade (`199X-B`) or a century (`18XX-E`): about a third of it."""
    low, high = THIRDS[iso[-1]]
    if iso[2:4] == "XX":
        first = int(iso[:2]) * 100 + 1
        return date(first + low * 33, 1, 1), date(first + high * 33 - (high < 3), 12, 31)
    first = int(iso[:3]) * 10
    starts = (0, 4, 7, 10)
    return date(first + starts[low], 1, 1), date(first + starts[high] - 1, 12, 31)


def counted(draft: Draft, published: date | None) -> tuple[str | None, Days]:
    """So many years back from the day of publication, or on from it."""
    if published is None or draft.amount is None or draft.unit is None or draft.amount % 1:
        return None, OPEN
    number = int(draft.amount)
    if draft.kind == "duration":
        if draft.unit in ("year", "month"):
            return relative(f"{draft.unit}{-number:+}", published)
        day = shifted(published, -number, draft.unit)
        return (day.isoformat() if day else None), (day, day)
    if draft.rule == "period-first":
        days = from_january(published, number, draft.unit)
        return (f"{days[0]:%Y-%m}/{days[1]:%Y-%m}" if days[0] and days[1] else None), days
    elif draft.rule == "period-next":
        days = (published, shifted(published, number, draft.unit))
    else:
        days = (shifted(published, -number, draft.unit), published)
    return None, days if None not in days else OPEN


def weekday(number: int, published: date | None, ahead: bool = False) -> date | None:
    """The last day of that weekday (Monday is 0) up to the day of publication, or the next one behind it."""
    if published is None:
        return None
    return published + timedelta(days=(number - published.weekday() - 1) % 7 + 1 - (0 if ahead else 7))


def in_year(period: Period, year: int) -> tuple[str | None, Days]:
    """A period whose year stands behind it, in that year."""
    if period.first is None or period.last is None:
        iso = period.iso or ""
        return (
            (f"{year}-{iso}", part(found, None)[1])
            if (found := PART.fullmatch(f"{year}-{iso}"))
            else (None, (date(year, 1, 1), None))
        )
    low, high = (date.fromisoformat(day) for day in (period.first, period.last))
    shift = year - low.year
    return period.iso and period.iso.replace(str(low.year), str(year)), (shifted(low, shift, "year"), shifted(high, shift, "year"))


def from_january(published: date, number: int, unit: str) -> Days:
    """`in den ersten fünf Monaten`: of the year of publication."""
    if unit == "month" and number <= 12:
        year = published.year if number <= published.month or published.month == number else published.year - 1
        return date(year, 1, 1), month_days(year, number)[1]
    return OPEN


def shifted(day: date, number: int, unit: str) -> date | None:
    """The day so many units later; None where the calendar ends."""
    if not number:
        return day
    try:
        if unit in ("day", "week", "hour"):
            return (
                day + timedelta(days=number * 7 if unit == "week" else number) if unit != "hour" else day + timedelta(hours=number)
            )
        months = number * {"month": 1, "quarter": 3, "year": 12, "decade": 120}.get(unit, 0)
        year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
        return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1])) if months else None
    except (ValueError, OverflowError):
        return None


def relative(code: str, published: date | None) -> tuple[str | None, Days]:
    """What `year-1`, `month0`, `week+1` mean as against the day of publication.

    >>> relative("year-1", date(2024, 2, 14))
    ('2023', (datetime.date(2023, 1, 1), datetime.date(2023, 12, 31)))
    """
    found = re.fullmatch(r"([a-z]+)([+-]?\d+)", code)
    if published is None or found is None:
        return None, OPEN
    unit, offset = found[1], int(found[2])
    moved = shifted(published, offset, unit) if offset else published
    if moved is None:
        return None, OPEN
    if unit == "year":
        return f"{moved.year}", (date(moved.year, 1, 1), date(moved.year, 12, 31))
    if unit == "month":
        return f"{moved.year}-{moved.month:02}", month_days(moved.year, moved.month)
    if unit == "quarter":
        quarter = (moved.month - 1) // 3
        return f"{moved.year}-Q{quarter + 1}", (date(moved.year, quarter * 3 + 1, 1), month_days(moved.year, quarter * 3 + 3)[1])
    if unit == "week":
        monday = moved - timedelta(days=moved.weekday())
        return f"{monday.isocalendar()[0]}-W{monday.isocalendar()[1]:02}", (monday, monday + timedelta(days=6))
    return moved.isoformat(), (moved, moved)
