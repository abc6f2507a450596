"""Draft -> the noun phrase that the figure is about: attribute, partitive, counted noun, or the subject of its clause."""

from __future__ import annotations

from dataclasses import replace

from datasette_wirefacts.extractors.figures.attributes import (
    attribute,
    change_noun,
    changed,
    had,
    invested,
    label,
    last_measure,
    partitive,
    purpose,
)
from datasette_wirefacts.extractors.figures.labels import noun_phrase
from datasette_wirefacts.extractors.figures.phrases import Phrase, attributes_end, clause_of, is_noun, nominal_end, phrases
from datasette_wirefacts.extractors.figures.reading import NEAR, Draft, Reading
from datasette_wirefacts.extractors.figures.trend import than_behind
from datasette_wirefacts.facts import Measured

VERBS = ("measured.state", "measured.capacity", "trend.up", "trend.down")
GAP = ("change.by", "change.to", "measured.attaching_always", "measured.gap", "comparator_words.articles")
NAMES = 3  # parts of a name before an age
BRACKET = 12  # tokens in a bracket between a subject and its verb
NEIGHBOURS = 12  # figures on each side that a clause may hold
MEASURING = frozenset({"money", "percent", "percentage_point", "multiple", "fraction", "measure", "temperature", "number"})
AS_MUCH = frozenset({"multiple-as", "multiple-word"})  # rules of `doppelt so viele`
STATED = frozenset({"count", "duration"})  # these measure something only where a verb or a noun says so
Given = tuple[int, int] | Measured | None


def set_measured(reading: Reading, drafts: list[Draft]) -> list[Measured | None]:
    """What each draft measures, None where that is not known."""
    found: list[Measured | None] = []
    for k, draft in enumerate(drafts):
        span: Given = None
        if reading.tokens.words and draft.rule != "compound":
            span = about(reading, drafts, k, found)
        found.append(span if isinstance(span, Measured) or span is None else measured(reading, *span))
    return found


def about(reading: Reading, drafts: list[Draft], k: int, found: list[Measured | None]) -> Given:
    """What draft k measures: the surest sign first."""
    draft = drafts[k]
    if draft.kind == "age":
        return aged(reading, drafts, k)
    if draft.rule == "duration-adjective":
        return noun_phrase(reading, draft.end)
    stated = (stated_of(reading, draft) and draft.noun is None) or draft.trend is not None
    if draft.kind in STATED:
        return (
            (attribute(reading, draft) if draft.kind == "duration" else None)
            or passed_on(reading, drafts, k, found)
            or had(reading, draft)
            or (subject(reading, drafts, k) if stated or capacity(reading, draft) else None)
            or (gapped(reading, drafts, k) if draft.noun is None and draft.kind == "count" else None)
            or same_again(reading, drafts, k, found)
        )
    if draft.kind not in MEASURING:
        return None
    if draft.kind == "temperature" and circumstance(reading, draft):
        return None
    if draft.kind == "money" and spent(reading, draft):
        return invested(reading, draft) or purpose(reading, draft)
    if thereof(reading, draft):
        return found[k - 1] if k else None
    return (
        (attribute(reading, draft) if draft.kind in ("money", "measure") else None)
        or changed(reading, draft)
        or had(reading, draft)
        or (same_again(reading, drafts, k, found) if draft.rule in AS_MUCH and not draft.change else None)
        or (subject(reading, drafts, k) if stated else None)
        or partitive(reading, draft)
        or attribute(reading, draft)
        or passed_on(reading, drafts, k, found)
        or label(reading, draft)
        or bracketed(reading, drafts, k, found)
        or same_again(reading, drafts, k, found)
        or purpose(reading, draft)
        or subject(reading, drafts, k)
        or left_out(reading, drafts, k, found)
    )


def circumstance(reading: Reading, draft: Draft) -> bool:
    """`Bei minus 11 Grad wurde …`: a temperature at the head of its clause measures nothing in it."""
    i = reading.token_before(draft.start)
    return i >= 0 and reading.words.has(reading.tokens.norms[i], "measured.around") and clause_of(reading, i)[0] == i


def spent(reading: Reading, draft: Draft) -> bool:
    """Whether the clause says that money is put into something: who does so is not measured."""
    first, last = clause_of(reading, reading.token_at(draft.start))
    return any(reading.words.has(norm, "measured.invested") for norm in reading.tokens.norms[first:last])


def thereof(reading: Reading, draft: Draft) -> bool:
    """`zwei Drittel davon`: a share of what the figure before is about."""
    word = reading.word(draft.end)
    return draft.kind in ("fraction", "percent") and word is not None and reading.words.has(word.norm, "measured.thereof")


def capacity(reading: Reading, draft: Draft) -> bool:
    """Whether the clause says how many its subject has or takes: `das Stadion fasst`, `die Firma beschäftigt`."""
    words, norms = reading.words, reading.tokens.norms
    i = reading.token_at(draft.start)
    first, last = clause_of(reading, i)
    behind = reading.word(draft.end)
    if draft.kind == "duration" and (
        words.has(reading.before(draft.start)[0], "measured.within") or (behind and words.has(behind.norm, "measured.within"))
    ):
        return False
    end = reading.tokens.words[last - 1]
    perfect = end[:1].islower() and end.endswith(tuple(words.get("measured", "perfect_endings")) or ("\0",))
    return any(
        words.has(norm, "measured.capacity") and not (perfect and words.has(norm, "measured.auxiliaries"))
        for norm in norms[first:last]
    )


def same_again(reading: Reading, drafts: list[Draft], k: int, found: list[Measured | None]) -> Given:
    """`im Vorjahr waren es 40 Prozent`, `das sind 57 Prozent`, `…, ein Plus von vier Prozent`: of what the figure before is."""
    if not k:
        return None
    i, j = reading.token_at(drafts[k].start), reading.token_at(drafts[k - 1].start)
    if reading.tokens.sentence_of[i] - reading.tokens.sentence_of[j] > 1:
        return None
    first, _ = clause_of(reading, i)
    norms, words = reading.tokens.norms, reading.words
    copula = any(
        words.has(norms[v], "measured.copulas")
        and (words.has(norms[v + 1], "measured.neuter") or (v > first and words.has(norms[v - 1], "measured.neuter")))
        for v in range(first, i)
    )
    apposed = j < first and any(change_noun(reading, v) for v in range(first, min(first + 3, i)))
    than = drafts[k].change in ("by", "of") or drafts[k].rule in AS_MUCH
    until = i if drafts[k].rule in AS_MUCH else clause_of(reading, i)[1]
    compared = j < first and than and not reading.verbs_in(first, until)
    if not (copula or ((apposed or compared) and reading.same_sentence(i, j))):
        return None
    near = [n for n in range(k - 1, max(k - 4, -1), -1) if reading.same_sentence(reading.token_at(drafts[n].start), j)]
    return next((given for n in near if (given := found[n] or drafts[n].noun)), None)


def bracketed(reading: Reading, drafts: list[Draft], k: int, found: list[Measured | None]) -> Given:
    """`die Einbrüche gingen zurück (−18 %)`: of what the clause before the bracket is about."""
    i = reading.token_at(drafts[k].start)
    if i < 2 or reading.tokens.words[i - 1] != "(" or not reading.same_sentence(i - 2, i):
        return None
    first, last = clause_of(reading, i - 2)
    if k and drafts[k - 1].start >= reading.tokens.starts[first]:
        return found[k - 1]
    phrase = next((p for p in phrases(reading, first, last) if eligible(reading, p, [])), None)
    return (phrase.first, phrase.last) if phrase else None


def aged(reading: Reading, drafts: list[Draft], k: int) -> Given:
    """Who has the age: the noun behind the adjective, the name before the number, the subject of `ist 60 Jahre alt`."""
    draft = drafts[k]
    if draft.rule in ("age-adjective", "age-old") and (noun := noun_phrase(reading, draft.end)):
        return noun
    if draft.rule == "age-adjective":
        return None
    if draft.rule == "age-beside-name":
        end = reading.token_before(draft.start)
        start = end
        while start and end - start < NAMES and is_noun(reading, start - 1) and reading.same_sentence(start - 1, end):
            start -= 1
        return (start, end) if start < end else None
    return subject(reading, drafts, k)


def stated_of(reading: Reading, draft: Draft) -> bool:
    """Whether a share is stated of the subject (`lag bei 100 Prozent des Einkommens`), which is not the share itself."""
    if draft.change in ("to", "by", "from") and draft.trend:
        return True
    i = reading.token_at(draft.start)
    first, last = clause_of(reading, i)
    verbs = reading.verbs_in(first + 1, last if related(reading, first, i) else i)
    return any(reading.words.has(reading.tokens.norms[v], "measured.equals") for v in verbs)


def measured(reading: Reading, first: int, last: int) -> Measured:
    """The phrase of a token range."""
    start, end = reading.tokens.starts[first], reading.tokens.ends[last - 1]
    return Measured(text=reading.text[start:end], start=start, end=end)


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
    if not verbs and (not draft.trend or than_behind(reading, draft)):
        return gapped(reading, drafts, k)
    taken = [(d.start, d.end) for d in drafts[max(0, k - NEIGHBOURS) : k + NEIGHBOURS]]
    candidates = [p for p in phrases(reading, first, last) if eligible(reading, p, taken)]
    left = [p for p in candidates if p.last <= i]
    previous = drafts[k - 1].end if k else 0
    own = [p for p in left if reading.tokens.starts[p.head] >= previous] if previous > reading.tokens.starts[first] else []
    chosen = (own or left or candidates)[:1]
    if (relative := related(reading, first, i)) is not None:
        return relative
    if not chosen or pronoun_before(reading, first, chosen[0].head):
        thing = moved_object(reading, first, last, None, taken)
        return (thing.first, thing.last) if thing else (None if chosen else resumed(reading, first, i)) or antecedent(reading, first, i)
    phrase = moved(reading, first, last, chosen[0], taken)
    limit = min([v for v in verbs if v >= phrase.last] + [i if phrase.last <= i else last])
    return phrase.first, attributes_end(reading, phrase.last, limit, leads(reading, first, phrase.first))


def related(reading: Reading, first: int, i: int) -> tuple[int, int] | None:
    """`die Ausgaben, die um ein Drittel wuchsen`: the noun before the comma, for a relative pronoun that opens the clause."""
    norms = reading.tokens.norms
    if first < 2 or not reading.words.has(norms[first], "measured.relative") or reading.tokens.words[first - 1] != ",":
        return None
    last = clause_of(reading, i)[1]
    if not reading.tokens.words[last - 1][:1].islower() or reading.verbs_in(first + 1, first + 2):
        return None  # "das ist ein Viertel": the verb does not stand at the end
    if not reading.same_sentence(first - 2, first) or nominal_end(reading, first, i) > first:
        return None
    before = list(phrases(reading, *clause_of(reading, first - 2)))
    return (before[-1].first, before[-1].last) if before and first - 1 - before[-1].last < 2 else None


def resumed(reading: Reading, first: int, i: int) -> tuple[int, int] | None:
    """`Der Pegel, der am Morgen fiel, stieg um …`: the subject stands before what was put in, at the head of the sentence."""
    start = max(reading.tokens.sentences[reading.tokens.sentence_of[i]][0], reading.token_after(reading.body))
    if first - start > NEAR or not reading.verbs_in(first, first + 1) or first == start or pronoun_before(reading, first, i):
        return None
    if reading.tokens.words[first - 1] == ")":
        opened = next((k for k in range(first - 1, max(first - BRACKET, start), -1) if reading.tokens.words[k] == "("), start + 1)
        start = clause_of(reading, opened - 1)[0]
    begin, end = clause_of(reading, start)
    phrase = next((p for p in phrases(reading, begin, end) if eligible(reading, p, [])), None)
    if phrase is None or not leads(reading, begin, phrase.first):
        return None
    return phrase.first, attributes_end(reading, phrase.last, end, True)


def gapped(reading: Reading, drafts: list[Draft], k: int) -> tuple[int, int] | None:
    """`…, der Zinssatz bei 4,5 Prozent`, `…, ein Neubau das Dreifache`: a subject whose verb stands in the clause before."""
    i = reading.token_at(drafts[k].start)
    first, _ = clause_of(reading, i)
    if (
        not k
        or reading.token_at(drafts[k - 1].start) >= first
        or not reading.same_sentence(reading.token_at(drafts[k - 1].start), i)
    ):
        return None
    head = next(phrases(reading, first, i), None)
    if head is None or not leads(reading, first, head.first) or not eligible(reading, head, []):
        return None
    end = attributes_end(reading, head.last, i, True)
    norms, words = reading.tokens.norms, reading.words
    rest = all(norms[v] in words.comparator_parts or any(words.has(norms[v], key) for key in GAP) for v in range(end, i))
    return (head.first, end) if rest else None


def antecedent(reading: Reading, first: int, i: int) -> tuple[int, int] | None:
    """`der Umschlag ging zurück, er halbierte sich`: the subject of the clause before, for a pronoun alone in this one."""
    pronoun = next((k for k in range(first, i) if reading.words.has(reading.tokens.norms[k], "measured.third_person")), None)
    start = reading.around(first)[0]
    if pronoun is None or first - 2 < start:
        return None
    before = clause_of(reading, first - 2)
    if not reading.verbs_in(*before):
        return None
    phrase = next((p for p in phrases(reading, *before) if eligible(reading, p, [])), None)
    return (phrase.first, attributes_end(reading, phrase.last, before[1], False)) if phrase else None


def leads(reading: Reading, first: int, start: int) -> bool:
    """Whether a phrase stands at the head of its clause, where all that follows up to the verb belongs to it."""
    norms, words = reading.tokens.norms, reading.words
    keys = ("measured.determiners", "measured.conjunctions", "measured.focus")
    return all(any(words.has(norms[k], key) for key in keys) for k in range(first, start))


def moved(reading: Reading, first: int, last: int, phrase: Phrase, taken: list[tuple[int, int]]) -> Phrase:
    """The object of a verb that makes something rise or fall (`steigerte seinen Umsatz`), else the subject itself."""
    return phrase if last_measure(reading, phrase) else moved_object(reading, first, last, phrase, taken) or phrase


def moved_object(reading: Reading, first: int, last: int, mover: Phrase | None, taken: list[tuple[int, int]]) -> Phrase | None:
    """What an active verb makes rise or fall: the first phrase behind its subject, else one before it (`Den Schaden beziffert er`)."""
    words, norms = reading.words, reading.tokens.norms
    active = any(words.has(norms[v], "trend.transitive") for v in range(first, last)) and not any(
        words.has(norms[k], "trend.passive") or words.has(norms[k], "trend.reflexive") for k in range(first, last)
    )
    if not active:
        return None
    found = [
        other
        for other in phrases(reading, first, last)
        if not other.governor
        and not words.has(norms[other.head], "measured.time_nouns")
        and eligible(reading, replace(other, oblique=False), taken)
    ]
    behind = [other for other in found if mover is None or other.first >= mover.last]
    before = [other for other in found if mover and other.last <= mover.first and other.oblique]
    return next(iter(behind or before), None)


def is_state(reading: Reading, v: int) -> bool:
    """Whether a marked verb says by itself what its subject measures; a separable one only says so of change."""
    norm = reading.tokens.norms[v]
    known = any(reading.words.has(norm, key) for key in VERBS)
    return known and not reading.tokens.words[v][:1].isupper()


def eligible(reading: Reading, phrase: Phrase, taken: list[tuple[int, int]]) -> bool:
    """Whether a phrase can be a subject: not governed, not oblique, no time, no part of a figure."""
    if phrase.governor or phrase.oblique or change_noun(reading, phrase.head):
        return False
    if reading.words.has(reading.tokens.norms[phrase.head], "measured.time_nouns"):
        return False
    start = reading.tokens.starts[phrase.head]
    return not any(low <= start < high for low, high in taken)


def pronoun_before(reading: Reading, first: int, head: int) -> bool:
    """Whether a personal pronoun stands before the phrase: the subject is known only from elsewhere."""
    return any(reading.words.has(reading.tokens.norms[k], "measured.pronouns") for k in range(first, head))
