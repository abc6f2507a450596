"""Draft -> the noun phrase that the figure is about: attribute, partitive, counted noun, or the subject of its clause."""

from __future__ import annotations

from datasette_wirefacts.extractors.figures.attributes import (
    amounting,
    attribute,
    changed,
    had,
    invested,
    label,
    partitive,
    purpose,
    purpose_behind,
    skip_comparators,
    supported,
)
from datasette_wirefacts.extractors.figures.counts import counted, is_unit, left_out_noun
from datasette_wirefacts.extractors.figures.labels import noun_phrase
from datasette_wirefacts.extractors.figures.passing import (
    AS_MUCH,
    Given,
    bracketed,
    going_on,
    left_out,
    passed_on,
    same_again,
    share_again,
    thereof,
)
from datasette_wirefacts.extractors.figures.phrases import clause_of, is_noun, last_word, nouns_end, phrases
from datasette_wirefacts.extractors.figures.reading import Draft, Reading
from datasette_wirefacts.extractors.figures.sizes import apposed, estimated, fallen, located
from datasette_wirefacts.extractors.figures.subjects import eligible, pronoun_before, related, subject
from datasette_wirefacts.facts import Measured

AGE_PHRASE = 4  # tokens from the noun to the number in `Kinder im Alter von sechs`
NAMES = 3  # parts of a name before an age
MEASURING = frozenset({"money", "percent", "percentage_point", "multiple", "fraction", "measure", "temperature", "number"})
STATED = frozenset({"count", "duration"})  # these measure something only where a verb or a noun says so


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
    thing: Given
    stated = (stated_of(reading, draft) and draft.noun is None) or draft.trend is not None
    if draft.kind == "count" and draft.noun and is_unit(reading, draft) and (thing := fallen(reading, draft)):
        return thing
    if thing := counted(reading, drafts, k) or left_out_noun(reading, drafts, k, found):
        return thing
    if draft.kind in STATED:
        return (
            (changed(reading, draft) if draft.trend else None)
            or (attribute(reading, draft) if draft.kind == "duration" else amounting(reading, draft))
            or passed_on(reading, drafts, k, found)
            or had(reading, draft)
            or (subject(reading, drafts, k) if stated or draft.change == "by" or capacity(reading, draft) else None)
            or (going_on(reading, drafts, k, found) if draft.noun is None and draft.kind == "count" else None)
            or same_again(reading, drafts, k, found)
        )
    if draft.kind not in MEASURING:
        return None
    if draft.kind in ("temperature", "measure") and not draft.trend and circumstance(reading, draft):
        return None
    if thereof(reading, draft):
        return found[k - 1] if k else None
    if draft.kind == "money" and spent(reading, draft):
        return attribute(reading, draft) or invested(reading, draft) or purpose(reading, draft) or purpose_behind(reading, draft)
    if draft.kind == "money" and (goal := supported(reading, draft)):
        return goal
    if draft.kind in ("money", "percent", "measure") and (thing := estimated(reading, draft) or fallen(reading, draft)):
        return thing
    if draft.kind == "measure" and (word := reading.word(draft.end)) and reading.words.has(word.norm, "measured.how_far"):
        return None  # "15 Meter weit geschleudert"
    return (
        (attribute(reading, draft) if draft.kind in ("money", "measure", "number") else None)
        or changed(reading, draft)
        or had(reading, draft)
        or (same_again(reading, drafts, k, found) if draft.rule in AS_MUCH and not draft.change else None)
        or (subject(reading, drafts, k) if stated else None)
        or partitive(reading, draft)
        or attribute(reading, draft)
        or passed_on(reading, drafts, k, found)
        or share_again(reading, drafts, k, found)
        or label(reading, draft)
        or bracketed(reading, drafts, k, found)
        or same_again(reading, drafts, k, found)
        or purpose(reading, draft)
        or subject(reading, drafts, k)
        or located(reading, draft)
        or apposed(reading, draft)
        or purpose_behind(reading, draft)
        or left_out(reading, drafts, k, found)
    )


def circumstance(reading: Reading, draft: Draft) -> bool:
    """`Bei minus 11 Grad wurde …`, `Auf 800 Quadratmetern stehen …`: what heads its clause measures nothing in it."""
    i = reading.token_before(draft.start)
    key = "measured.around" if draft.kind == "temperature" else "change.to"
    return i >= 0 and reading.words.has(reading.tokens.norms[i], key) and clause_of(reading, i)[0] == i


def spent(reading: Reading, draft: Draft) -> bool:
    """Whether the clause says that money is paid or put into something: who does so is not measured."""
    first, last = clause_of(reading, reading.token_at(draft.start))
    return reading.any_of(first, last, "spending")


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
    before = norms[max(0, skip_comparators(reading, reading.token_before(draft.start)))]
    k = reading.token_before(draft.start)
    while k > first and (words.has(norms[k], "measured.oblique") or words.has(norms[k], "measured.determiners")):
        k -= 1
    nearest = norms[max(0, k)]
    governed = any(words.has(w, "measured.prepositions") and (w,) not in words.comparators for w in (before, nearest))
    governed = governed and (norms[max(0, k - 1)], nearest) not in words.comparators
    if draft.kind == "count" and governed and not words.has(before, "change.to"):
        return False
    if draft.kind == "count" and words.has(before, "change.to"):
        return any(words.has(norm, "measured.reaching") for norm in norms[first:last])
    end = last_word(reading, first, last)
    if words.has(end.lower(), "measured.auxiliaries"):
        end = last_word(reading, first, last - 1)  # "acht Kinder getötet hatte"
    perfect = end[:1].islower() and end.endswith(tuple(words.get("measured", "perfect_endings")) or ("\0",))
    return any(
        words.has(norm, "measured.capacity") and not (perfect and words.has(norm, "measured.auxiliaries"))
        for norm in norms[first:last]
    )


def aged(reading: Reading, drafts: list[Draft], k: int) -> Given:
    """Who has the age: the noun behind the adjective, the name before the number, the subject of `ist 60 Jahre alt`."""
    draft = drafts[k]
    if draft.rule == "range" and draft.high is not None and reading.text[draft.start : draft.end].rpartition("-")[2][:1].isupper():
        return None  # "unter den 18- bis 29-Jährigen"
    if draft.rule in ("age-adjective", "age-old") and (noun := noun_phrase(reading, draft.end)):
        return noun[0], nouns_end(reading, noun[1], clause_of(reading, noun[0])[1])
    if draft.rule == "age-adjective":
        return None
    if draft.rule == "age-beside-name":
        end = reading.token_before(draft.start)
        start = end
        while start and end - start < NAMES and is_noun(reading, start - 1) and reading.same_sentence(start - 1, end):
            start -= 1
        return (start, end) if start < end else None
    return subject(reading, drafts, k) or (at_age(reading, draft) if draft.rule in ("age-phrase", "range") else None)


def at_age(reading: Reading, draft: Draft) -> Given:
    """`starb im Alter von 87 Jahren`, `Kinder im Alter von sechs Jahren`: the noun before the phrase, or its clause's first."""
    i = reading.token_at(draft.start)
    first, _ = clause_of(reading, i)
    found = list(phrases(reading, first, i))[:-1]
    dated = [p for p in found if reading.words.has(reading.tokens.norms[p.head], "measured.time_nouns")]
    near = next((p for p in reversed(found) if p.last >= i - AGE_PHRASE and p not in dated), None)
    if near is None and pronoun_before(reading, first, i):
        return None
    chosen = near or next((p for p in found if eligible(reading, p, [])), None)
    return (chosen.first, chosen.last) if chosen else None


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
