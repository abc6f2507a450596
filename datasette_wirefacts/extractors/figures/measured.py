"""Draft -> the noun phrase that the figure is about: attribute, partitive, counted noun, or the subject of its clause."""

from __future__ import annotations

from dataclasses import replace

from datasette_wirefacts.extractors.figures.phrases import (
    Phrase,
    attributes_end,
    clause_of,
    genitive_end,
    is_noun,
    nouns_end,
    phrases,
)
from datasette_wirefacts.extractors.figures.reading import FEW, Draft, Reading
from datasette_wirefacts.facts import Measured

NEIGHBOURS = 12  # figures on each side that a clause may hold
MEASURING = frozenset({"money", "percent", "percentage_point", "multiple", "fraction", "measure", "temperature", "count", "number"})


def set_measured(reading: Reading, drafts: list[Draft]) -> list[Measured | None]:
    """What each draft measures, None where that is not known."""
    found: list[Measured | None] = []
    for k, draft in enumerate(drafts):
        if draft.kind not in MEASURING or not reading.tokens.words:
            found.append(None)
            continue
        span = (
            partitive(reading, draft)
            or counted(draft)
            or attribute(reading, draft)
            or passed_on(reading, drafts, k, found)
            or subject(reading, drafts, k)
        )
        found.append(span if isinstance(span, Measured) or span is None else measured(reading, *span))
    return found


def measured(reading: Reading, first: int, last: int) -> Measured:
    """The phrase of a token range."""
    start, end = reading.tokens.starts[first], reading.tokens.ends[last - 1]
    return Measured(text=reading.text[start:end], start=start, end=end)


def counted(draft: Draft) -> tuple[int, int] | None:
    """The counted noun."""
    return draft.noun if draft.kind == "count" else None


def partitive(reading: Reading, draft: Draft) -> tuple[int, int] | None:
    """`20 Prozent der Stimmen`, `zwei Drittel davon` (unknown), `40 Tonnen Weizen`, `Hälfte aller Sitze`."""
    i = reading.token_after(draft.end)
    if draft.kind == "count" or i >= len(reading.tokens) or not reading.same_sentence(reading.token_at(draft.start), i):
        return None
    last = clause_of(reading, i)[1]
    if draft.kind in ("percent", "fraction", "number") and reading.words.has(reading.tokens.norms[i], "measured.partitive"):
        end = genitive_end(reading, i, last)
        return (i + 1, end) if end > i else None
    if draft.kind in ("measure", "money") and draft.unit and is_noun(reading, i) and draft.rule != "compound":
        return i, genitive_end(reading, nouns_end(reading, i + 1, last), last)
    return None


def attribute(reading: Reading, draft: Draft) -> tuple[int, int] | None:
    """`die Entfernung zwischen A und B von 9.000 Kilometern`: the noun before `von`, over its own attributes."""
    i = skip_comparators(reading, reading.token_before(draft.start))
    if (
        i < 1
        or not reading.words.has(reading.tokens.norms[i], "measured.attribute")
        or (draft.change in ("from", "to", "by") and draft.trend is None)
    ):
        return None
    first, _ = clause_of(reading, i)
    if draft.change == "from" or not is_noun(reading, i - 1):
        return None
    group = nominal_run(reading, first, i)
    if group is None:
        return None
    head = group
    if any(
        reading.tokens.norms[head.head].endswith(noun)
        for way in ("up_nouns", "down_nouns")
        for noun in reading.words.get("trend", way)
    ):
        return None
    return without_value(reading, head, i)


def without_value(reading: Reading, head: Phrase, end: int) -> tuple[int, int]:
    """`Maschinen im Wert`, `eine Strafe in Höhe`: what has the value, without the word for it."""
    words, norms = reading.words, reading.tokens.norms
    if (
        words.has(norms[end - 1], "measured.value_nouns")
        and end - 2 > head.head
        and words.has(norms[end - 2], "measured.attaching")
    ):
        return head.first, end - 2
    return head.first, end


def nominal_run(reading: Reading, first: int, end: int) -> Phrase | None:
    """The phrase that heads all those that reach without a verb up to token ``end``."""
    run: list[Phrase] = []
    for phrase in phrases(reading, first, end):
        if run and not attached(reading, run[-1].last, phrase):
            run = []
        run.append(phrase)
    return run[0] if run and run[-1].last == end else None


def attached(reading: Reading, end: int, phrase: Phrase) -> bool:
    """Whether a phrase goes on directly from ``end``, by a preposition or a conjunction with its article."""
    norms, words = reading.tokens.norms, reading.words
    between = range(end, phrase.first)
    return all(
        words.has(norms[k], "measured.attaching")
        or words.has(norms[k], "measured.oblique")
        or words.has(norms[k], "measured.determiners")
        or words.has(norms[k], "measured.conjunctions")
        for k in between
    ) and (bool(phrase.governor) or not between)


def skip_comparators(reading: Reading, i: int) -> int:
    """The token before the comparators and articles that end with token i."""
    words, norms = reading.words, reading.tokens.norms
    last = i
    while (
        i > 0
        and last - i < FEW
        and (
            (norms[i],) in words.comparators
            or words.has(norms[i], "comparator_words.articles")
            or words.has(norms[i], "trend.than")
        )
    ):
        i -= 1
    return i


def passed_on(reading: Reading, drafts: list[Draft], k: int, found: list[Measured | None]) -> Measured | None:
    """What the draft before measures, where this one is its other end or its conversion."""
    if not k:
        return None
    left, draft = drafts[k - 1], drafts[k]
    near = reading.same_sentence(reading.token_at(left.start), reading.token_at(draft.start))
    if near and (draft.change == "conversion" or (left.change, draft.change) == ("from", "to")):
        return found[k - 1]
    return None


def subject(reading: Reading, drafts: list[Draft], k: int) -> tuple[int, int] | None:
    """The subject of the clause of a figure that a verb of change or of state relates to it."""
    draft = drafts[k]
    i = reading.token_at(draft.start)
    first, last = clause_of(reading, i)
    verbs = [v for v in reading.verbs_in(first, last) if is_state(reading, v)]
    if not (draft.trend or verbs):
        return None
    taken = [(d.start, d.end) for d in drafts[max(0, k - NEIGHBOURS) : k + NEIGHBOURS]]
    candidates = [p for p in phrases(reading, first, last) if eligible(reading, p, taken)]
    left = [p for p in candidates if p.last <= i]
    previous = drafts[k - 1].end if k else 0
    own = [p for p in left if reading.tokens.starts[p.head] >= previous] if previous > reading.tokens.starts[first] else []
    chosen = (own or left or candidates)[:1]
    if not chosen or pronoun_before(reading, first, chosen[0].head):
        return None
    phrase = moved(reading, first, last, chosen[0], taken) if draft.trend else chosen[0]
    verb_first = any(v >= phrase.last for v in verbs[:1])
    limit = min([v for v in verbs if v >= phrase.last] + [i if phrase.last <= i else last])
    return phrase.first, attributes_end(reading, phrase.last, limit, verb_first)


def moved(reading: Reading, first: int, last: int, phrase: Phrase, taken: list[tuple[int, int]]) -> Phrase:
    """The object of a verb that makes something rise or fall (`steigerte seinen Umsatz`), else the subject itself."""
    words, norms = reading.words, reading.tokens.norms
    active = any(words.has(norms[v], "trend.transitive") for v in range(first, last)) and not any(
        words.has(norms[k], "trend.passive") or words.has(norms[k], "trend.reflexive") for k in range(first, last)
    )
    if not active:
        return phrase
    for other in phrases(reading, phrase.last, last):
        if (
            not other.governor
            and not words.has(norms[other.head], "measured.time_nouns")
            and eligible(reading, replace(other, oblique=False), taken)
        ):
            return other
    return phrase


def is_state(reading: Reading, v: int) -> bool:
    """Whether a marked verb says by itself what its subject measures; a separable one only says so of change."""
    norm = reading.tokens.norms[v]
    known = any(reading.words.has(norm, key) for key in ("measured.state", "trend.up", "trend.down"))
    return known and not reading.tokens.words[v][:1].isupper()


def eligible(reading: Reading, phrase: Phrase, taken: list[tuple[int, int]]) -> bool:
    """Whether a phrase can be a subject: not governed, not oblique, no time, no part of a figure."""
    if phrase.governor or phrase.oblique:
        return False
    if reading.words.has(reading.tokens.norms[phrase.head], "measured.time_nouns"):
        return False
    start = reading.tokens.starts[phrase.head]
    return not any(low <= start < high for low, high in taken)


def pronoun_before(reading: Reading, first: int, head: int) -> bool:
    """Whether a personal pronoun stands before the phrase: the subject is known only from elsewhere."""
    return any(reading.words.has(reading.tokens.norms[k], "measured.pronouns") for k in range(first, head))
