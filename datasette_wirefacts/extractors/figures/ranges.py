"""Drafts -> drafts: two numbers that are one range, and numbers that share the unit of the next one."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import pairwise

from datasette_wirefacts.extractors.figures.reading import FEW, Draft, Reading

WIDEST_GAP = 24
THOUSAND = Decimal(1000)


def join_ranges(reading: Reading, drafts: list[Draft]) -> list[Draft]:
    """The drafts with ranges joined: `3-5 %`, `zwischen 5 und 7 Mio. Euro`, `1949 bis 1990`."""
    joined: list[Draft] = []
    for k, draft in enumerate(drafts):
        last = drafts[k + 1] if k + 1 < len(drafts) else None
        both = (ranged(reading, joined[-1], draft) or summed(reading, joined[-1], draft, last)) if joined else None
        if both:
            joined[-1] = both
        else:
            joined.append(draft)
    share_units(reading, joined)
    share_rank(reading, joined)
    return joined


def gap(reading: Reading, left: Draft, right: Draft) -> str:
    """What stands between two drafts, in lower case; "\\n" where they are no neighbours."""
    if not 0 <= right.start - left.end <= WIDEST_GAP:
        return "\n"
    between = reading.text[left.end : right.start]
    return "\n" if "\n" in between.strip(" ") else between.strip(" \u00a0\u202f\u2009").lower().removeprefix("- ")


def ranged(reading: Reading, left: Draft, right: Draft) -> Draft | None:
    """The range of two neighbours, or None."""
    between, words = gap(reading, left, right), reading.words
    if between == "\n":
        return None
    joins = words.has(between, "ranges.joiners")
    if not joins and not (words.has(between, "ranges.between_joiner") and words.has(before(reading, left), "ranges.between")):
        return None
    if left.high is not None or right.high is not None:
        return None
    if left.kind == right.kind == "year" and left.amount is not None and right.amount is not None and left.amount < right.amount:
        return replace(left, end=right.end, high=right.amount, iso=f"{left.iso}/{right.iso}", rule="year-range")
    if left.rule == right.rule == "month":
        return replace(left, end=right.end, iso=f"{left.iso}/{right.iso}", rule="months")
    if right.kind == "time":
        return time_range(left, right)
    if not fits(left, right):
        return None
    low = shared_amount(left, right)
    if low is None or right.amount is None or not low < right.amount:
        return None
    return replace(
        right,
        start=left.start,
        amount=low,
        high=right.amount,
        comparator=left.comparator,
        rule="range",
    )


def before(reading: Reading, draft: Draft) -> str:
    return reading.before(draft.start)[0]


def fits(left: Draft, right: Draft) -> bool:
    """Whether the left draft can be the lower end of the right one: it has no unit, or the same."""
    if right.kind in ("ordinal", "date", "year", "period", "score", "multiple") or left.kind in (
        "ordinal",
        "date",
        "period",
        "score",
    ):
        return right.kind == left.kind == "multiple"
    return (
        (left.bare and left.counted in (None, right.counted))
        or (left.unit == right.unit and left.kind == right.kind)
        or (left.kind == "year" and right.unit is not None)
    )


def shared_amount(left: Draft, right: Draft) -> Decimal | None:
    """The left amount with the scale of the right one, where it has none of its own."""
    if left.amount is None:
        return None
    if (
        right.scale
        and not left.scale
        and right.base
        and right.amount is not None
        and abs(left.amount) < THOUSAND
        and left.unit is None
    ):
        return left.amount * (right.amount / right.base)
    return left.amount


def time_range(left: Draft, right: Draft) -> Draft | None:
    """`20 bis 22 Uhr`."""
    if left.kind == "time":
        return replace(left, end=right.end, iso=f"{left.iso}/{right.iso}", rule="time-range")
    if left.amount is None or left.unit or not 0 <= left.amount <= 24 or left.amount % 1:
        return None
    return replace(right, start=left.start, iso=f"T{int(left.amount):02}:00/{right.iso}", amount=None, rule="time-range")


def summed(reading: Reading, left: Draft, right: Draft, following: Draft | None) -> Draft | None:
    """`fünf Jahre und sechs Monate`, `2 Stunden, 13 Minuten und 5 Sekunden`: one length of time, in terms of the largest unit."""
    words, between = reading.words, gap(reading, left, right)
    step = smaller(reading, left, right)
    if step is None or right.rule != "duration" or right.comparator:
        return None
    more = between == "," and following is not None and smaller(reading, right, following) and joins_last(reading, right, following)
    if between and not more and (not joins_last(reading, left, right) or words.has(before(reading, left), "ranges.between")):
        return None
    if left.amount is None or right.amount is None or (left.amount % 1 and left.rule != "duration-sum"):
        return None
    first, second = (d.iso or words.durations[d.unit or ""].format(f"{d.amount:f}") for d in (left, right))
    iso = first + second.removeprefix("PT" if "T" in first else "P")
    return replace(left, end=right.end, amount=left.amount + right.amount / step, iso=iso, rule="duration-sum")


def joins_last(reading: Reading, left: Draft, right: Draft) -> bool:
    """Whether nothing or `und` stands between two drafts."""
    between = gap(reading, left, right)
    return not between or reading.words.has(between, "numbers.and")


def smaller(reading: Reading, left: Draft, right: Draft) -> Decimal | None:
    """How many of the right draft's units make one of the left one's, where it is the next smaller unit and not too large."""
    parts = reading.words.section("duration_parts")
    unit, factor = parts.get(left.unit or "", ("", 1))
    whole = Decimal(1)
    if left.rule == "duration-sum":
        whole, (unit, factor) = Decimal(factor), parts.get(unit, ("", 1))
    if left.kind != "duration" or right.kind != "duration" or right.unit != unit or left.high is not None:
        return None
    if right.amount is None or right.high is not None or not 0 < right.amount < factor:
        return None
    return Decimal(whole * factor)


def share_units(reading: Reading, drafts: list[Draft]) -> None:
    """Gives a bare number the unit of its neighbour: `von 4,1 auf 3,2 Prozent`, `drei oder vier Kilometer`."""
    for left, right in reversed(list(pairwise(drafts))):
        if not (
            left.bare
            and left.kind != "fraction"
            and left.counted is None
            and left.unit is None
            and right.unit
            and right.kind not in ("duration", "multiple", "age")
        ):
            continue
        between = gap(reading, left, right).split(" ")
        origin = reached(reading, left)
        pair = reading.words.has(origin, "ranges.from") or reading.words.has(origin, "change.by")
        from_to = pair and reading.words.has(between[0], "ranges.to")
        from_to = from_to or (reading.words.has(origin, "change.to") and reading.words.has(between[0], "change.from"))
        if from_to or (len(between) == 1 and (reading.words.has(between[0], "ranges.shared"))):
            amount = shared_amount(left, right)
            left.kind, left.unit, left.amount, left.assumed, left.rule = (
                right.kind,
                right.unit,
                amount,
                right.assumed,
                "shared-unit",
            )


def share_rank(reading: Reading, drafts: list[Draft]) -> None:
    """`auf den Plätzen drei und vier`: a bare number joined to a rank is one too."""
    for left, right in pairwise(drafts):
        bare = right.bare and right.unit is None
        if left.rule == "rank" and bare and reading.words.has(gap(reading, left, right), "ranges.rank_joiners"):
            right.kind, right.rule, right.counted, right.noun = "ordinal", "rank", None, None


def reached(reading: Reading, draft: Draft) -> str:
    """The word before a draft, comparators aside."""
    words, norms = reading.words, reading.tokens.norms
    last = reading.token_before(draft.start)
    for i in range(last, max(last - FEW, -1), -1):
        if not (norms[i] in words.comparator_parts or words.has(norms[i], "comparator_words.articles")):
            return norms[i]
    return ""
