"""Tokens -> noun phrases: where one begins and ends, and which of a clause's can be its subject."""

from __future__ import annotations

from dataclasses import dataclass

from datasette_wirefacts import words as w
from datasette_wirefacts.clauses import Words

LONGEST = 60  # tokens


@dataclass(frozen=True, slots=True)
class PhraseWords:
    """The language's words that tie an attribute to a noun."""

    genitive: frozenset[str]
    of: frozenset[str]  # "von", "vom"
    attribute: frozenset[str]
    genitive_endings: tuple[str, ...]  # of an adjective without article: "französischer Behörden"
    months: frozenset[str]  # a year belongs to the noun before it: "vom Mai 2011"
    links: frozenset[str]  # small words inside names: "van", "al"
    never_subject: frozenset[str]  # "sich", "es"


def phrase_end(text: Words, i: int, last: int, words: PhraseWords, *, attributes: bool = True, wide: bool = False) -> int | None:
    """The end of the noun phrase that begins at token ``i``, or None where none begins.

    ``wide`` takes every prepositional attribute, not only those of origin.
    """
    j = _head_end(text, i, last, words)
    if j is None or not attributes:
        return j
    while j < last:
        longer = _attribute_end(text, j, last, words, wide)
        if longer is None:
            break
        j = longer
    return j


def _measured(text: Words, j: int, last: int) -> bool:
    """True for the adjective that a number and its unit measure: "die 34 Jahre alte Wirtin"."""
    return j + 1 < last and bool(text.kinds[j] & w.ADJ) and bool(text.kinds[j + 1] & w.NOUN)


def _head_end(text: Words, i: int, last: int, words: PhraseWords) -> int | None:
    kinds = text.kinds
    j = i
    before_noun = j + 1 < last and (bool(kinds[j + 1] & (w.ADJ | w.NOUN | w.NUM | w.PART)) or text.words[j + 1] in OPEN_MARKS)
    before_noun = before_noun or (bool(kinds[j] & w.DET) and _noun_follows(text, j + 1, last))
    if kinds[j] & w.SPEAKING and not kinds[j] & w.NOUN and not (kinds[j] & w.DET and before_noun):
        return j + 1
    while j < last and j - i < LONGEST and not kinds[j] & w.NOUN and text.words[j] not in OPEN_MARKS:
        if kinds[j] & w.PREP and j == i + 1:
            inside = _participial(text, j, last, words)
            if inside is None:
                break
            j = inside
        elif not _before_noun(text, j, last):
            break
        else:
            j += 1
    if j < last and text.words[j] in OPEN_MARKS:
        j = _quoted_end(text, j, last)
    elif j >= last or not kinds[j] & w.NOUN:
        return None
    while j < last:
        if kinds[j] & w.NOUN or (kinds[j - 2] & w.NUM and i < j - 1 and _measured(text, j, last)):
            j += 1
        elif text.words[j] in OPEN_MARKS and j + 1 < last and kinds[j + 1] & w.NOUN:
            j = _quoted_end(text, j, last)
        else:
            break
    # Names with a small word inside: "Abu al Sarkawi", "Société de Banque".
    while j + 1 < last and text.norms[j] in words.links and not kinds[j] & w.DET and kinds[j + 1] & (w.NOUN | w.DET):
        k = j + 1
        while k < last and kinds[k] & w.DET:
            k += 1
        if k >= last or not kinds[k] & w.NOUN:
            break
        while k < last and kinds[k] & w.NOUN:
            k += 1
        j = k
    return j


def _noun_follows(text: Words, j: int, last: int) -> bool:
    """Whether words that can stand before a noun lead up to one: ``[die] größten deutschen Häfen``."""
    for i in range(j, min(j + 6, last)):
        if text.kinds[i] & w.NOUN:
            return True
        if not _before_noun(text, i, last) and not (i == j and text.kinds[i] & w.PREP):
            return False
    return False


def _participial(text: Words, j: int, last: int, words: PhraseWords) -> int | None:
    """Behind the phrase in a participial attribute: ``[die] in Linz erscheinende Zeitung`` -> erscheinende."""
    end = _head_end(text, j + 1, last, words) if j + 1 < last else None
    if end is None or end + 1 >= last or text.kinds[end] & (w.NOUN | w.PREP | w.DET | w.MARK | w.AUX):
        return None
    return end if text.kinds[end + 1] & (w.NOUN | w.ADJ) or text.words[end + 1] in OPEN_MARKS else None


def _quoted_end(text: Words, j: int, last: int) -> int:
    """Behind the mark that closes a quoted name; behind the opening mark alone where none closes it soon."""
    return next((k + 1 for k in range(j + 1, min(j + LONGEST_NAME, last)) if text.words[k] in CLOSE_MARKS), j + 1)


LONGEST_NAME = 12  # tokens
OPEN_MARKS = frozenset("„«»‚\"“'")
CLOSE_MARKS = frozenset("“”\"«»‘'")


def _before_noun(text: Words, j: int, last: int) -> bool:
    """Whether the token can stand before a noun inside a noun phrase."""
    kind = text.kinds[j]
    if kind & w.MARK:
        return text.words[j] in OPEN_MARKS or (text.words[j] in CLOSE_MARKS and j + 1 < last and bool(text.kinds[j + 1] & w.NOUN))
    if kind & (w.DET | w.ADJ | w.NUM):
        return True
    if kind & (w.PREP | w.SUB | w.REL | w.ASK | w.PRON | w.AUX):
        return False
    if kind & w.CONJ:
        return bool(text.kinds[j - 1] & w.ADJ and j + 1 < last and text.kinds[j + 1] & (w.ADJ | 0))
    if kind & w.ADV:
        return j + 1 < last and bool(text.kinds[j + 1] & (w.NUM | w.ADJ))
    if kind & w.FINITE:
        return w.verbal_before_noun(text.kinds, j) or (
            j + 1 < last and bool(text.kinds[j + 1] & w.ADJ) and bool(text.kinds[j - 1] & w.DET)
        )
    return kind == 0 or bool(kind & w.PART)


def _attribute_end(text: Words, j: int, last: int, words: PhraseWords, wide: bool) -> int | None:
    norm = text.norms[j]
    if norm in words.genitive and text.kinds[j] & w.DET:
        return _head_end(text, j, last, words)
    if norm in words.of or (wide and text.kinds[j] & w.PREP):
        return phrase_end(text, j + 1, last, words, attributes=False) if j + 1 < last else None
    if text.kinds[j] & w.ADJ and text.norms[j].endswith(words.genitive_endings) and j + 1 < last and text.kinds[j + 1] & w.NOUN:
        return _head_end(text, j, last, words)
    if text.kinds[j] & w.NUM and text.words[j].isdigit() and text.norms[j - 1] in words.months:
        return j + 1
    if text.kinds[j] & w.CONJ and not text.kinds[j] & w.ADV and j + 1 < last:
        return _head_end(text, j + 1, last, words)
    if text.words[j] == "(":
        close = next((k for k in range(j + 1, min(j + 8, last)) if text.words[k] == ")"), None)
        return close + 1 if close is not None else None
    return None


def subject_in(text: Words, first: int, last: int, verb: int, words: PhraseWords, *, after: bool) -> tuple[int, int] | None:
    """The first noun phrase of the range that can be a subject; ``after`` looks only behind the verb.

    Prepositional phrases are passed over; a phrase that cannot be a nominative as well.
    """
    i = verb + 1 if after else first
    while i < last:
        kind = text.kinds[i]
        if kind & w.PREP and not kind & w.NOUN:
            end = phrase_end(text, i + 1, last, words) if i + 1 < last else None
            i = end if end is not None else i + 1
            continue
        if i == verb or (kind & w.MARK and text.words[i] not in OPEN_MARKS):
            i += 1
            continue
        end = phrase_end(text, i, last, words)
        if end is None or end <= i:
            i += 1
            continue
        if _nominative(text, i, end, words):
            return i, end
        i = end
    return None


def _nominative(text: Words, i: int, end: int, words: PhraseWords) -> bool:
    if end == i + 1 and text.norms[i] in words.never_subject:
        return False
    kind = text.kinds[i]
    if kind & w.OBLIQUE and kind & w.DET and end > i + 1 and not text.kinds[i + 1] & w.DET and text.norms[i + 1] not in words.of:
        return False  # but "einer der Männer", "einer von ihnen"
    return bool(kind & (w.NOUN | w.DET | w.SPEAKING | w.NUM | w.ADJ) or kind == 0 or kind & w.MARK or kind & w.PART)
