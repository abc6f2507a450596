"""Tokens -> noun phrases and clauses: what may be the subject that a figure measures."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from datasette_wirefacts.extractors.figures.labels import is_adjective
from datasette_wirefacts.extractors.figures.reading import Phrase, Reading
from datasette_wirefacts.extractors.figures.words import EMPTY

OPENERS = ("measured.prepositions", "measured.conjunctions", "articles")


def clause_of(reading: Reading, i: int) -> tuple[int, int]:
    """The token range around token i up to the next commas, dashes, brackets and the sentence's ends."""
    if i not in reading.ranges:
        first, last = reading.around(i)
        k = bisect_left(reading.separators, i)
        left = reading.separators[k - 1] + 1 if k else 0
        right = reading.separators[k] if k < len(reading.separators) else last
        reading.ranges[i] = max(first, left), max(min(last, right), i)
    return reading.ranges[i]


def last_word(reading: Reading, first: int, last: int) -> str:
    """The last word of a token range, without the marks that end it."""
    words = reading.tokens.words
    return next((words[k] for k in range(last - 1, first - 1, -1) if words[k][:1].isalnum()), "")


def is_noun(reading: Reading, i: int) -> bool:
    """Whether token i is written as a noun; the first word of a sentence only if it is no known other word."""
    word, norm = reading.tokens.words[i], reading.tokens.norms[i]
    if not (word[:1].isupper() and len(word) > 1):
        return False
    if reading.words.has(norm, "measured.also_nouns") and not reading.sentence_starts_at(i):
        return True  # "mit Waren handeln"
    return not (norm in reading.words.no_nouns or is_particle(reading, norm) or is_participle(reading, i))


def is_participle(reading: Reading, i: int) -> bool:
    """Whether token i opens its sentence as a participle before an auxiliary: `Geerntet wurden …`."""
    norms, words = reading.tokens.norms, reading.words
    if i + 1 >= len(norms) or not norms[i].endswith(words.participle_endings):
        return False
    has_it = i + 2 < len(norms) and words.has(norms[i + 2], "measured.third_person")  # "Genutzt hat es"
    if not words.has(norms[i + 1], "measured.passive") and not has_it:
        return False
    return reading.sentence_starts_at(i)


def is_particle(reading: Reading, norm: str) -> bool:
    """Prepositions, conjunctions, adverbs: no part of a noun phrase."""
    words = reading.words
    return norm in words.particles or norm.endswith(words.adverb_endings)


def phrases(reading: Reading, first: int, last: int) -> Iterator[Phrase]:
    """The noun phrases of a token range, in order; a genitive attribute belongs to the phrase before it."""
    if (first, last) not in reading.phrased:
        reading.phrased[first, last] = list(read_phrases(reading, first, last))
    return iter(reading.phrased[first, last])


def read_phrases(reading: Reading, first: int, last: int) -> Iterator[Phrase]:
    """The noun phrases of a token range, read from its tokens."""
    norms, words = reading.tokens.norms, reading.words
    capital = bisect_left(reading.capitals, first)
    if capital == len(reading.capitals) or reading.capitals[capital] >= last:
        return
    prepositions, conjunctions, articles = (words.sets.get(key, EMPTY) for key in OPENERS)
    governor, determiner, i = "", "", first
    while i < last:
        if (behind := reading.past_aside(i)) > i:
            i = behind
            continue
        norm = norms[i]
        if norm in prepositions and not joins_clause(reading, i, first, last):
            governor, determiner = norm, ""
        elif norm in conjunctions:
            figured = i > first and any(c.isdigit() for c in norms[i - 1])
            if governor and i + 1 < last and (figured or nominative(reading, i + 1, governor)):
                governor = ""
            determiner = ""
        elif norm in articles or is_dative(reading, i):
            determiner = norm
        elif is_noun(reading, i):
            found = phrase_at(reading, i, last, governor, determiner)
            yield found
            i, determiner = found.last, ""
            i = reading.past_aside(i)
            if i < last and not words.has(norms[i], "measured.conjunctions") and not sized(reading, i, last):
                governor = ""
            continue
        elif not is_adjective(reading, i):
            determiner = ""
            if not words.has(norm, "measured.adverbs") and norm.isalpha() and (norm,) not in words.comparators:
                governor = governor if words.number_word(norm) is not None else ""
        i += 1


def sized(reading: Reading, i: int, last: int) -> bool:
    """Whether an adjective and its noun go on behind a unit: `für die 9.500 Kilometer lange Strecke`."""
    return i + 1 < last and is_adjective(reading, i) and is_noun(reading, i + 1) and not is_verb(reading, i)


def is_dative(reading: Reading, i: int) -> bool:
    """Whether token i is an adjective whose ending alone says that its noun is no subject: `böigem`."""
    norm, words = reading.tokens.norms[i], reading.words
    return norm.endswith(words.oblique_endings) and reading.tokens.words[i][:1].islower() and not is_particle(reading, norm)


def joins_clause(reading: Reading, i: int, first: int, last: int) -> bool:
    """Whether a preposition is a conjunction here: `während die CDU`."""
    norms, words = reading.tokens.norms, reading.words
    if i > first + 1 or i + 1 >= last or not words.has(norms[i], "measured.maybe_conjunctions"):
        return False
    return words.has(norms[i + 1], "measured.determiners") and not words.has(norms[i + 1], "measured.genitive")


def nominative(reading: Reading, i: int, governor: str) -> bool:
    """Whether the word behind a conjunction begins a phrase of its own, outside the preposition before."""
    norm, words = reading.tokens.norms[i], reading.words
    return (
        words.has(norm, "measured.determiners")
        and not words.has(norm, "measured.oblique")
        and not (words.has(norm, "measured.genitive") or words.has(governor, "measured.accusative"))
    )


def phrase_at(reading: Reading, i: int, last: int, governor: str, determiner: str) -> Phrase:
    """The phrase whose first noun is token i: adjectives before it, further names and genitives behind it."""
    words = reading.words
    start = i
    while (
        start > 0
        and reading.same_sentence(start - 1, i)
        and is_adjective(reading, start - 1)
        and not is_verb(reading, start - 1)
        and not is_particle(reading, reading.tokens.norms[start - 1])
    ):
        start -= 1
    if start < i and start and is_noun(reading, start - 1):
        start = i  # a verb between two nouns: "der Sturm richtete Schäden an"
    end = nouns_end(reading, i + 1, last)
    end = genitive_end(reading, end, last)
    if end < last and words.has(reading.tokens.norms[end], "measured.postpositions"):
        governor = reading.tokens.norms[end]
    oblique = words.has(determiner, "measured.oblique") and not words.has(determiner, "measured.determiners")
    oblique = oblique or determiner.endswith(words.oblique_endings)
    return Phrase(start, end, i, governor, oblique)


def is_verb(reading: Reading, i: int) -> bool:
    """Whether token i is one of the verbs that the tables know."""
    return reading.tokens.norms[i] in reading.words.verbs


def nouns_end(reading: Reading, i: int, last: int) -> int:
    """The end of the nouns and names that go on from token i: `Region Chabarowsk`."""
    words = reading.tokens.words
    while i < last:
        k = i + (words[i] == "/" and i + 1 < last)  # "CDU/CSU"
        if not (words[k][:1].isalpha() and is_noun(reading, k)):
            break
        i = k + 1
    return i


def genitive_end(reading: Reading, i: int, last: int) -> int:
    """The end of a genitive attribute at token i: `der Firma`, `informierter Kreise`; i itself if there is none."""
    words, norms = reading.words, reading.tokens.norms
    while i < last:
        k = i + words.has(norms[i], "measured.genitive")
        if k == i and not (
            is_adjective(reading, i) and norms[i].endswith(words.genitive_endings) and not is_particle(reading, norms[i])
        ):
            break
        while k < last and is_adjective(reading, k):
            k += 1
        if k >= last or not is_noun(reading, k):
            break
        i = nouns_end(reading, k + 1, last)
    return i


def attributes_end(reading: Reading, end: int, last: int, every: bool) -> int:
    """The end of a phrase with the prepositional attributes behind it; ``every``: any, as before the finite verb."""
    words, norms = reading.words, reading.tokens.norms
    key = "measured.attaching" if every else "measured.attaching_always"
    while end < last and words.has(norms[end], key):
        between = words.has(norms[end], "ranges.between")
        k = nominal_end(reading, end + 1, last)
        if k == end + 1 or reading.tokens.norms[k - 1].endswith(words.time_endings):
            break
        if between and k < last and words.has(norms[k], "ranges.between_joiner"):
            k = max(k, nominal_end(reading, k + 1, last))
        end = k
    return end


def nominal_end(reading: Reading, i: int, last: int) -> int:
    """The end of the noun phrase that begins with token i, article and adjectives included; i itself if none does."""
    words, norms = reading.words, reading.tokens.norms
    k = i
    while k < last and (
        words.has(norms[k], "measured.determiners") or words.has(norms[k], "measured.oblique") or is_adjective(reading, k)
    ):
        k += 1
    if k >= last or not is_noun(reading, k):
        return i
    return genitive_end(reading, nouns_end(reading, k + 1, last), last)
