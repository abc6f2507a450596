"""Drafts -> drafts: units that a text leaves out because a figure nearby has them: `kostet 5 Euro, für Kinder 2`."""

from __future__ import annotations

import re

from datasette_wirefacts.extractors.figures.phrases import clause_of, nominal_end
from datasette_wirefacts.extractors.figures.reading import Draft, Reading
from datasette_wirefacts.extractors.figures.subjects import gapped
from datasette_wirefacts.extractors.figures.trend import than_behind
from datasette_wirefacts.extractors.figures.units import match_unit, rate_end

# "0,55 (Vorjahr: 0,90) Euro": what may stand between the two numbers.
OPENED = re.compile(r" \([^()\d]{0,30}\Z")
WIDEST = 34
LENT = frozenset({"money", "percent", "percentage_point", "measure", "duration", "temperature"})


def lend_units(reading: Reading, drafts: list[Draft]) -> list[Draft]:
    """The drafts, with units for bare numbers that take one from behind a bracket or from the figure before."""
    drafts = behind_brackets(reading, drafts)
    for k in range(1, len(drafts)):
        draft, left = drafts[k], drafts[k - 1]
        if left.kind in LENT and left.unit and left.high is None and is_bare(draft) and lends(reading, drafts, k):
            draft.kind, draft.unit, draft.assumed, draft.rule = left.kind, left.unit, left.assumed, "unit-left-out"
    return drafts


def is_bare(draft: Draft) -> bool:
    """Whether a draft is a plain number without a unit and without a noun."""
    return draft.bare and draft.kind in ("count", "number") and draft.unit is None and draft.noun is None


def lends(reading: Reading, drafts: list[Draft], k: int) -> bool:
    """`heute sind es acht`, `38 Zentimeter, vier weniger als …`, `…, die Laase nur 212`."""
    words, norms = reading.words, reading.tokens.norms
    i, j = reading.token_at(drafts[k].start), reading.token_at(drafts[k - 1].start)
    sentences = reading.tokens.sentence_of[i] - reading.tokens.sentence_of[j]
    first, last = clause_of(reading, i)
    behind, than = reading.token_after(drafts[k].end), than_behind(reading, drafts[k]) is not None
    copula = any(
        words.has(norms[v], "measured.copulas")
        and words.has(norms[v + 1], "measured.neuter")
        and nominal_end(reading, v + 1, i) == v + 1
        for v in range(first, i - 1)
    )
    if copula:
        return sentences <= 1
    ends = behind >= last or not reading.tokens.words[behind][:1].isalnum()
    return sentences == 0 and (than or (ends and gapped(reading, drafts, k) is not None))


def behind_brackets(reading: Reading, drafts: list[Draft]) -> list[Draft]:
    """`0,55 (Vorjahr: 0,90) Euro`, `1,4 (bisher 1,25) Milliarden`: scale and unit behind the bracket are those of both numbers."""
    taken: set[int] = set()
    for k in range(1, len(drafts)):
        left, right = drafts[k - 1], drafts[k]
        if not (left.bare and right.bare and left.scale == right.scale == 0) or not 0 < right.start - left.end <= WIDEST:
            continue
        if reading.text[right.end : right.end + 1] != ")" or not OPENED.match(reading.text[left.end : right.start]):
            continue
        if end := share(reading, left, right):
            taken.update(n for n in range(k + 1, min(k + 3, len(drafts))) if drafts[n].start < end)
    return [draft for k, draft in enumerate(drafts) if k not in taken] if taken else drafts


def share(reading: Reading, left: Draft, right: Draft) -> int | None:
    """Gives both drafts the scale and the unit behind the right one's bracket; returns the end of these, None without any."""
    at = right.end + 1
    word = reading.word(at)
    scale = reading.words.scales.get(word.norm, 0) if word else 0
    if word and scale:
        at = word.end
    unit = match_unit(reading, at)
    if not scale and unit is None:
        return None
    for draft in (left, right):
        draft.amount = draft.amount.scaleb(scale) if draft.amount is not None else None
        draft.rule = "unit-behind-bracket"
        if unit:
            draft.kind, draft.unit, draft.assumed, draft.bare = unit[1].kind, unit[1].id, unit[1].assumed, False
    rate = rate_end(reading, unit[0]) if unit else None
    return rate[0] if rate else unit[0] if unit else at
