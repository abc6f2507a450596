"""Draft -> its comparator: `rund`, `mehr als`, `bis zu` before the figure, `oder mehr` behind it."""

from __future__ import annotations

from datasette_wirefacts.extractors.figures.reading import Draft, Reading

LONGEST = 3
REACH = 12  # tokens back to the verb that governs a preposition
DATED = frozenset({"date", "year", "period", "time", "ordinal", "score"})


def compare(reading: Reading, draft: Draft) -> None:
    """Sets the comparator of a draft from the words around it."""
    draft.comparator = draft.comparator or before(reading, draft) or behind(reading, draft)


def before(reading: Reading, draft: Draft) -> str | None:
    i = reading.token_before(draft.start)
    words, norms = reading.words, reading.tokens.norms
    if i < 0 or not reading.same_sentence(i, reading.token_at(draft.start)):
        return None
    shares = draft.kind == "fraction" and words.has(norms[i], "comparator_words.articles")
    found = longest(reading, i) or (longest(reading, i - 1) if shares else None)
    if found == "gt" and words.has(norms[i], "comparator_words.governed"):
        # "Kosten von 5 Millionen Euro über drei Jahre": how long, not more than so long
        lasting = draft.kind == "duration" and i > 0 and reading.tokens.words[i - 1][:1].isupper()
        if lasting or governed(reading, i):
            return None
    if found and words.has(norms[i], "comparator_words.versus") and i and norms[i - 1][:1].isdigit():
        return None  # "22 gegen 15 Stimmen"
    if found and draft.kind in DATED and found != "approx":
        return None
    return found


def governed(reading: Reading, i: int) -> bool:
    """Whether a verb or noun before asks for the preposition that looks like a comparator: `verfügt über 59 Prozent`."""
    low = max(reading.around(i)[0], i - REACH)
    words, stems = reading.words, tuple(reading.words.get("comparator_words", "governors"))
    near = (norm for norm in reading.tokens.norms[low:i] if not words.has(norm, "comparator_words.governed"))
    return any(norm.startswith(stems) for norm in near) if stems else False


def longest(reading: Reading, last: int) -> str | None:
    """The comparator that ends with token ``last``."""
    norms = reading.tokens.norms
    for length in range(LONGEST, 0, -1):
        if last - length + 1 >= 0 and (found := reading.words.comparators.get(tuple(norms[last - length + 1 : last + 1]))):
            return found
    return "approx" if last >= 0 and reading.words.has(norms[last], "comparator_words.approximate") else None


def behind(reading: Reading, draft: Draft) -> str | None:
    first = reading.word(draft.end)
    second = reading.word(first.end) if first else None
    if first is None or second is None:
        return None
    found: dict[str, str] = reading.words.get("comparator_words", "after") or {}
    return found.get(f"{first.norm} {second.norm}")
