"""Figure -> the subject of its clause: the noun phrase that a verb of change or of state relates it to."""

from __future__ import annotations

from dataclasses import replace

from datasette_wirefacts.extractors.figures.attributes import change_noun, last_measure
from datasette_wirefacts.extractors.figures.phrases import attributes_end, clause_of, last_word, nominal_end, phrases
from datasette_wirefacts.extractors.figures.reading import NEAR, Draft, Phrase, Reading
from datasette_wirefacts.extractors.figures.trend import than_behind

VERBS = ("measured.state", "measured.capacity", "trend.up", "trend.down")
BRACKET = 12  # tokens in a bracket between a subject and its verb
NO_PERSONS = frozenset({"money", "percent", "percentage_point"})  # kinds that measure no person
NEIGHBOURS = 12  # figures on each side that a clause may hold


def subject(reading: Reading, drafts: list[Draft], k: int) -> tuple[int, int] | None:
    """The subject of the clause of a figure that a verb of change or of state relates to it."""
    draft = drafts[k]
    i = reading.token_at(draft.start)
    first, last = clause_of(reading, i)
    verbs = [v for v in reading.verbs_in(first, last) if is_state(reading, v)]
    if not verbs and (not draft.trend or than_behind(reading, draft)):
        return gapped(reading, drafts, k)
    near = drafts[max(0, k - NEIGHBOURS) : k + NEIGHBOURS]
    taken = [(d.start, d.end) for d in near] + [counted_place(reading, d) for d in near if d.noun and d is not draft]
    candidates = [p for p in phrases(reading, first, last) if eligible(reading, p, taken)]
    joint = next((v for v in range(i, last - 1) if joins_verb(reading, v)), last)
    candidates = [p for p in candidates if p.head < joint]
    left = [p for p in candidates if p.last <= i]
    previous = drafts[k - 1].end if k else 0
    own = [p for p in left if reading.tokens.starts[p.head] >= previous] if previous > reading.tokens.starts[first] else []
    chosen = (own or left or ([] if draft.kind == "count" and draft.noun else candidates))[:1]
    if (relative := related(reading, first, i)) is not None:
        return relative
    if not chosen or pronoun_before(reading, first, chosen[0].head):
        thing = moved_object(reading, first, last, None, taken)
        return (
            (thing.first, thing.last)
            if thing
            else (None if chosen else resumed(reading, first, i)) or person_less(reading, draft, antecedent(reading, first, last))
        )
    phrase = moved(reading, first, last, chosen[0], taken)
    if draft.kind in NO_PERSONS and is_person(reading, phrase.head):
        return None
    limit = min([v for v in verbs if v >= phrase.last] + [i if phrase.last <= i else last])
    return phrase.first, attributes_end(reading, phrase.last, limit, leads(reading, first, phrase.first))


def joins_verb(reading: Reading, v: int) -> bool:
    """Whether token v is a conjunction before a verb: `ist zwei Meter groß und hatte …`."""
    return reading.words.has(reading.tokens.norms[v], "measured.conjunctions") and bool(reading.verbs_in(v + 1, v + 2))


def counted_place(reading: Reading, draft: Draft) -> tuple[int, int]:
    """The characters of the noun that a draft counts, which another figure does not measure."""
    first, last = draft.noun or (0, 1)
    return reading.tokens.starts[first], reading.tokens.ends[last - 1]


def person_less(reading: Reading, draft: Draft, phrase: tuple[int, int] | None) -> tuple[int, int] | None:
    """The phrase, unless it names a person whom the figure is no measure of."""
    if phrase and draft.kind in NO_PERSONS and any(is_person(reading, k) for k in range(*phrase)):
        return None
    return phrase


def related(reading: Reading, first: int, i: int) -> tuple[int, int] | None:
    """`die Ausgaben, die um ein Drittel wuchsen`: the noun before the comma, for a relative pronoun that opens the clause."""
    norms = reading.tokens.norms
    if first < 2 or not reading.words.has(norms[first], "measured.relative") or reading.tokens.words[first - 1] != ",":
        return None
    if not last_word(reading, *clause_of(reading, i))[:1].islower() or reading.verbs_in(first + 1, first + 2):
        return None  # "das ist ein Viertel": the verb does not stand at the end
    if not reading.same_sentence(first - 2, first) or nominal_end(reading, first, i) > first:
        return None
    before = list(phrases(reading, *clause_of(reading, first - 2)))
    return (before[-1].first, before[-1].last) if before and first - 1 - before[-1].last < 2 else None


def resumed(reading: Reading, first: int, i: int) -> tuple[int, int] | None:
    """`Der Pegel, der am Morgen fiel, stieg um …`: the subject stands before what was put in, at the head of the sentence."""
    start = max(reading.tokens.sentences[reading.tokens.sentence_of[i]][0], reading.token_after(reading.body))
    joined = first + 1 if reading.words.has(reading.tokens.norms[first], "measured.conjunctions") else first
    if first - start > NEAR or not reading.verbs_in(joined, joined + 1) or first == start or pronoun_before(reading, first, i):
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
    rest = all(norms[v] in words.comparator_parts or words.has(norms[v], "gap") for v in range(end, i))
    return (head.first, end) if rest else None


def antecedent(reading: Reading, first: int, last: int) -> tuple[int, int] | None:
    """`der Umschlag ging zurück, er halbierte sich`: the subject of the clause before, for a pronoun alone in this one."""
    norms, words = reading.tokens.norms, reading.words
    pronoun = next((k for k in range(first, last) if words.has(norms[k], "measured.third_person")), None)
    if pronoun is None or any(words.has(norm, "measured.expletive") for norm in norms[first:last]):
        return None
    sentence = reading.tokens.sentence_of[first]
    start = reading.around(first)[0]
    if first - 2 >= start and reading.verbs_in(*(before := clause_of(reading, first - 2))):
        phrase = next((p for p in phrases(reading, *before) if eligible(reading, p, [])), None)
        return (phrase.first, attributes_end(reading, phrase.last, before[1], False)) if phrase else None
    if not sentence or any(words.has(norm, "measured.determiners") for norm in norms[start:first]):
        return None
    return sentence_before(reading, *reading.tokens.sentences[sentence - 1], norms[pronoun])


def sentence_before(reading: Reading, first: int, last: int, pronoun: str) -> tuple[int, int] | None:
    """`Die Halle wird groß. Sie misst …`: the first subject of the sentence before, if its article agrees with the pronoun."""
    articles = reading.words.section("measured").get("agreement", {}).get(pronoun, ())
    first, last = clause_of(reading, first)[0], min(clause_of(reading, first)[1], last)
    phrase = next((p for p in phrases(reading, first, last) if eligible(reading, p, [])), None)
    if phrase is None or phrase.first == first or reading.tokens.norms[phrase.first - 1] not in articles:
        return None
    return phrase.first, attributes_end(reading, phrase.last, last, leads(reading, first, phrase.first))


def leads(reading: Reading, first: int, start: int) -> bool:
    """Whether a phrase stands at the head of its clause, where all that follows up to the verb belongs to it."""
    norms, words = reading.tokens.norms, reading.words
    keys = ("measured.determiners", "measured.conjunctions", "measured.focus")
    return all(any(words.has(norms[k], key) for key in keys) for k in range(first, start))


def moved(reading: Reading, first: int, last: int, phrase: Phrase, taken: list[tuple[int, int]]) -> Phrase:
    """The object of a verb that makes something rise or fall (`steigerte seinen Umsatz`), else the subject itself."""
    return phrase if last_measure(reading, phrase) else moved_object(reading, first, last, phrase, taken) or phrase


def moved_object(reading: Reading, first: int, last: int, mover: Phrase | None, taken: list[tuple[int, int]]) -> Phrase | None:
    """What an active verb makes rise or fall: the first phrase behind its subject, else one before it."""
    words, norms = reading.words, reading.tokens.norms
    active = reading.any_of(first, last, "trend.transitive") and not any(
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
    if phrase.head and reading.tokens.norms[phrase.head] in reading.words.folded_units and numbered(reading, phrase.head - 1):
        return False
    start = reading.tokens.starts[phrase.head]
    return not any(low <= start < high for low, high in taken)


def numbered(reading: Reading, i: int) -> bool:
    """Whether token i is a number in digits or a number word, so that a unit behind it is part of a figure."""
    norm = reading.tokens.norms[i]
    return norm[:1].isdigit() or reading.words.number_word(norm) is not None


def is_person(reading: Reading, head: int) -> bool:
    """Whether a noun names a person, whom no money and no share is a measure of: `Analystin`."""
    endings = tuple(reading.words.get("measured", "persons")) or ("\0",)
    return reading.tokens.norms[head].endswith(endings)


def pronoun_before(reading: Reading, first: int, head: int) -> bool:
    """Whether a personal pronoun stands before the phrase: the subject is known only from elsewhere."""
    return reading.any_of(first, head, "measured.pronouns")
