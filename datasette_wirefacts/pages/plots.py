"""Dates with counts or amounts -> the geometry of a plot. A template draws it as SVG; here are only numbers and words.

x runs from 0 to WIDTH, y from 0 at the top to HEIGHT.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from datasette_wirefacts.pages.wording import Wording

WIDTH, HEIGHT = 880, 180
MOST_BARS = 90
STEPS = ("week", "month", "quarter", "year")
SPANS_MAGNITUDES = 50  # largest to smallest amount from which on the scale is logarithmic
DAYS = {"week": 7, "month": 30, "quarter": 91, "year": 365}


@dataclass(slots=True)
class Plot:
    """A plot to draw: ticks are places with their labels."""

    x_ticks: list[tuple[float, str]] = field(default_factory=list)
    y_ticks: list[tuple[float, str]] = field(default_factory=list)
    bars: list[dict[str, Any]] = field(default_factory=list)  # x, y, width, height, series, title
    points: list[dict[str, Any]] = field(default_factory=list)  # x, y, row, title
    step: str = "week"
    log: bool = False
    table: list[tuple[str, list[int]]] = field(default_factory=list)  # the same in words and numbers
    width: int = WIDTH
    height: int = HEIGHT


def day_of(iso: Any) -> date | None:
    """The day of an ISO date; of a month or year its first day.

    >>> day_of("2024-10-16T08:00"), day_of("2024"), day_of("--10-16")
    (datetime.date(2024, 10, 16), datetime.date(2024, 1, 1), None)
    """
    text = str(iso or "")
    try:
        return date.fromisoformat((text + "-01-01"[len(text) - 4 :] if len(text) in (4, 7) else text)[:10])
    except ValueError:
        return None


def bar_plot(words: Wording, series: Sequence[Iterable[tuple[Any, int]]], step: str | None = None) -> Plot | None:
    """Counts by day, one or two series, as bars beside each other by week or, where that gives too many, by longer spans."""
    counted = [_by_day(one) for one in series]
    days = sorted(set().union(*counted))
    if not days:
        return None
    first, last = days[0], days[-1]
    chosen = step or next((name for name in STEPS if (last - first).days / DAYS[name] <= MOST_BARS), STEPS[-1])
    sums = [_by_step(one, chosen) for one in counted]
    starts = _starts(first, last, chosen)
    most = max(max(one.values(), default=0) for one in sums)
    plot = Plot(step=chosen, x_ticks=_time_ticks(words, starts[0], last), y_ticks=_count_ticks(words, most))
    span = max((last - starts[0]).days + DAYS[chosen], 1)
    for start in starts:
        numbers = [one[start] for one in sums]
        if any(numbers):
            plot.table.append((_named(words, start, chosen), numbers))
        for number, value in enumerate(numbers):
            if value:
                height = HEIGHT * value / most
                x = WIDTH * (start - starts[0]).days / span
                width = max(WIDTH * DAYS[chosen] / span - 1, 0.8) / len(series)
                bar = {"x": x + number * width, "y": HEIGHT - height, "width": width, "height": height, "series": number}
                plot.bars.append(bar | {"title": f"{_named(words, start, chosen)}: {words.number(value)}"})
    return plot


def point_plot(words: Wording, rows: Sequence[dict[str, Any]]) -> Plot | None:
    """Rows with a ``day`` and an ``amount`` as points; on a logarithmic scale where the amounts span magnitudes."""
    placed = [(day, row) for row in rows if (day := day_of(row["day"])) and isinstance(row["amount"], int | float)]
    if not placed:
        return None
    amounts = [row["amount"] for _, row in placed]
    low, high = min(amounts), max(amounts)
    log = low > 0 and high / low >= SPANS_MAGNITUDES
    ticks = _log_ticks(low, high) if log else _even_ticks(low, high)
    bottom, top = (math.log10(ticks[0]), math.log10(ticks[-1])) if log else (ticks[0], ticks[-1])
    first, last = min(day for day, _ in placed), max(day for day, _ in placed)

    def height(amount: float) -> float:
        value = math.log10(amount) if log else amount
        return HEIGHT - HEIGHT * (value - bottom) / ((top - bottom) or 1)

    plot = Plot(log=log, x_ticks=_time_ticks(words, first, last), y_ticks=[(height(tick), words.short(tick)) for tick in ticks])
    span = max((last - first).days, 1)
    for day, row in placed:
        plot.points.append({"x": WIDTH * (day - first).days / span, "y": height(row["amount"]), "row": row})
    return plot


def _by_day(counts: Iterable[tuple[Any, int]]) -> Counter[date]:
    found: Counter[date] = Counter()
    for iso, count in counts:
        day = day_of(iso)
        if day:
            found[day] += count
    return found


def _start(day: date, step: str) -> date:
    if step == "week":
        return day - timedelta(days=min(day.weekday(), day.toordinal() - 1))
    month = {"month": day.month, "quarter": day.month - (day.month - 1) % 3, "year": 1}[step]
    return day.replace(month=month, day=1)


def _by_step(counts: Counter[date], step: str) -> Counter[date]:
    found: Counter[date] = Counter()
    for day, count in counts.items():
        found[_start(day, step)] += count
    return found


def _starts(first: date, last: date, step: str) -> list[date]:
    found = [_start(first, step)]
    while (following := _following(found[-1], step)) and following <= last:
        found.append(following)
    return found


def _following(start: date, step: str) -> date | None:
    try:
        return start + timedelta(days=7) if step == "week" else _start(start + timedelta(days=DAYS[step] + 4), step)
    except OverflowError:
        return None


def _named(words: Wording, start: date, step: str) -> str:
    if step == "year":
        return str(start.year)
    if step == "quarter":
        return f"{start.year}, Q{(start.month + 2) // 3}"
    return words("week_of", day=words.date(start.isoformat())) if step == "week" else words.date(f"{start:%Y-%m}")


def _time_ticks(words: Wording, first: date, last: date) -> list[tuple[float, str]]:
    """Beginnings of years or months, eight at most; the two ends where there is none."""
    span = max((last - first).days, 1)
    years = [date(year, 1, 1) for year in range(first.year, last.year + 1) if date(year, 1, 1) >= first]
    if len(years) >= 3:
        every = math.ceil(len(years) / 8)
        return [(WIDTH * (day - first).days / span, str(day.year)) for day in years if day.year % every == 0]
    months = [day for day in _starts(first, last, "month") if day >= first]
    every = math.ceil(len(months) / 5) or 1
    named = [(WIDTH * (day - first).days / span, words.date(f"{day:%Y-%m}")) for day in months[::every]]
    return named or [(0.0, words.date(first.isoformat()))]


def _count_ticks(words: Wording, most: int) -> list[tuple[float, str]]:
    return [
        (HEIGHT - HEIGHT * tick / most, words.short(int(tick)))
        for tick in _even_ticks(0, most)
        if tick <= most and tick == int(tick)
    ]


def _even_ticks(low: float, high: float) -> list[float]:
    """
    >>> _even_ticks(0, 23), _even_ticks(7, 7)
    ([0, 5, 10, 15, 20, 25], [6, 6.5, 7, 7.5, 8])
    """
    if low == high:
        low, high = (low - 1, high + 1) if abs(low) < 1e15 else (min(low, 0), max(high, 0))
    power = 10 ** math.floor(math.log10((high - low) / 5))
    width = next(power * factor for factor in (1, 2, 5, 10) if (high - low) / (power * factor) <= 6)
    begin = math.floor(low / width)
    found = [begin * width]
    while found[-1] < high and len(found) < 12:
        found.append((begin + len(found)) * width)
    return [int(tick) if float(tick).is_integer() else round(tick, 12) for tick in found]


def _log_ticks(low: float, high: float) -> list[float]:
    """
    >>> _log_ticks(3, 2000), _log_ticks(0.5, 3e15)[:3]
    ([1, 10, 100, 1000, 10000], [0.1, 100, 100000])
    """
    bottom, top = math.floor(math.log10(low)), math.ceil(math.log10(high))
    every = math.ceil((top - bottom) / 6) or 1
    powers = [*range(bottom, top, every)]
    powers.append(powers[-1] + every)
    return [10**power if power >= 0 else float(f"1e{power}") for power in powers]
