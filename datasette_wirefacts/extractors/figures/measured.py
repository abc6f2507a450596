"""Draft -> the noun phrase that the figure is about: attribute, partitive, counted noun, or the subject of its clause."""

from __future__ import annotations

from dataclasses import replace

from datasette_wirefacts.extractors.figures.attributes import attribute, changed, label, partitive
from datasette_wirefacts.extractors.figures.phrases import Phrase, attributes_end, clause_of, phrases
from datasette_wirefacts.extractors.figures.reading import Draft, Reading
from datasette_wirefacts.facts import Measured

NEIGHBOURS = 12  # figures on each side that a clause may hold
MEASURING = frozenset({"money", "percent", "percentage_point", "multiple", "fraction", "measure", "temperature", "count", "number"})


def set_measured(reading: Reading, drafts: list[Draft]) -> list[Measured | None]:
    """What each draft measures, None where that is not known."""
    found: list[Measured | None] = []
    for k, draft in enumerate(drafts):
        if draft.kind not in MEASURING or not reading.tokens.words or draft.rule == "compound":
            found.append(None)
            continue
        span = (
            counted(draft)
            or (attribute(reading, draft) if draft.kind in ("money", "measure") else None)
            or changed(reading, draft)
            or (subject(reading, drafts, k) if stated_of(reading, draft) else None)
            or partitive(reading, draft)
            or attribute(reading, draft)
            or passed_on(reading, drafts, k, found)
            or label(reading, draft)
            or subject(reading, drafts, k)
            or left_out(reading, drafts, k, found)
        )
        found.append(span if isinstance(span, Measured) or span is None else measured(reading, *span))
    return found


def stated_of(reading: Reading, draft: Draft) -> bool:
    """Whether a share is stated of the subject (`lag bei 100 Prozent des Einkommens`), which is not the share itself."""
    if draft.change in ("to", "by", "from") and draft.trend:
        return True
    i = reading.token_at(draft.start)
    first, _ = clause_of(reading, i)
    return any(reading.words.has(reading.tokens.norms[v], "measured.equals") for v in reading.verbs_in(first + 1, i))


def measured(reading: Reading, first: int, last: int) -> Measured:
    """The phrase of a token range."""
    start, end = reading.tokens.starts[first], reading.tokens.ends[last - 1]
    return Measured(text=reading.text[start:end], start=start, end=end)


def counted(draft: Draft) -> tuple[int, int] | None:
    """The counted noun."""
    return draft.noun if draft.kind == "count" else None


def passed_on(reading: Reading, drafts: list[Draft], k: int, found: list[Measured | None]) -> Measured | None:
    """What the draft before measures, where this one is its other end or its conversion."""
    if not k:
        return None
    left, draft = drafts[k - 1], drafts[k]
    near = reading.same_sentence(reading.token_at(left.start), reading.token_at(draft.start))
    if near and (draft.change == "conversion" or (left.change, draft.change) == ("from", "to") or left.rule == "shared-unit"):
        return found[k - 1]
    return None


def left_out(reading: Reading, drafts: list[Draft], k: int, found: list[Measured | None]) -> Measured | None:
    """`beträgt 2007 noch 1,7 Prozent, 2008 2,9 Prozent`: a clause without verb and subject goes on from the one before."""
    left = next((j for j in range(k - 1, max(k - 3, -1), -1) if drafts[j].kind == drafts[k].kind), None)
    if left is None or drafts[left].unit != drafts[k].unit:
        return None
    i, j = reading.token_at(drafts[k].start), reading.token_at(drafts[left].start)
    first, last = clause_of(reading, i)
    own = reading.verbs_in(first, last) or any(p.head < i and not p.governor for p in phrases(reading, first, last))
    return None if own or not reading.same_sentence(i, j) else found[left]


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
    phrase = moved(reading, first, last, chosen[0], taken)
    limit = min([v for v in verbs if v >= phrase.last] + [i if phrase.last <= i else last])
    return phrase.first, attributes_end(reading, phrase.last, limit, leads(reading, first, phrase.first))


def leads(reading: Reading, first: int, start: int) -> bool:
    """Whether a phrase stands at the head of its clause, where all that follows up to the verb belongs to it."""
    norms, words = reading.tokens.norms, reading.words
    keys = ("measured.determiners", "measured.conjunctions", "measured.focus")
    return all(any(words.has(norms[k], key) for key in keys) for k in range(first, start))


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
