"""Quoted words -> whether the marks stand around a name, a title or a term rather than around somebody's words."""

from __future__ import annotations

from datasette_wirefacts import words as w
from datasette_wirefacts.extractors.quotes.marks import Quoted
from datasette_wirefacts.extractors.quotes.reading import Reading

LIST = 24  # tokens of a list in brackets
TERM = 3  # words; a shorter stretch that begins with a capital is a name or a term


def may_be_name(reading: Reading, quoted: Quoted) -> bool:
    """A capital at the head and few or only capitalised words: a name or a term rather than a statement."""
    words = [reading.text.words[i] for i in range(quoted.first, quoted.last) if reading.text.words[i][0].isalnum()]
    if len(words) > 1 and clause_inside(reading, quoted):
        return False
    return not words[0][:1].islower() and (len(words) < TERM or all(word[:1].isupper() for word in words))


def upper(reading: Reading, quoted: Quoted) -> bool:
    """Whether the quoted words begin with a capital."""
    return reading.text.words[quoted.first][:1].isupper()


def is_name(reading: Reading, quoted: Quoted) -> bool:
    """What stands before the marks says that they hold a name: an article, a noun of things with names, a bracket."""
    text = reading.text
    at = quoted.outer_first - 1
    if at < 0:
        return False
    before = text.kinds[at]
    capital = upper(reading, quoted)
    behind = text.norms[quoted.outer_last] if quoted.outer_last < len(text.norms) else ""
    if text.words[at] in {"(", ","} and behind in {")", ","} and _bracketed(reading, at) and not clause_inside(reading, quoted):
        return True
    if behind == "(" and text.kinds[quoted.outer_last + 1 : quoted.outer_last + 2] == [w.NUM | w.ADV]:
        return True  # "„Vorhang auf!“ (2009)": a work and its year
    if text.norms[at] in reading.words.like and behind.startswith(reading.words.known):
        return True  # "als „Dschungel“ bekannt"
    if text.norms[quoted.first] in reading.words.named and capital and not clause_inside(reading, quoted):
        return True  # "„Aktion Hoffnung“"
    nouns = any(text.kinds[i] & w.NOUN for i in range(quoted.first, quoted.last))
    article = at
    while article > 0 and at - article < 3 and text.kinds[article] & w.ADJ and not text.kinds[article] & w.NOUN:
        article -= 1
    if text.norms[article] in reading.words.definite and (article == at or (capital and reading.text.kinds[quoted.first] & w.NOUN)):
        return (capital and not clause_inside(reading, quoted)) or (not nouns and quoted.last - quoted.first <= TERM)
    if not before & w.NOUN or text.norms[at] in reading.words.cue_nouns or text.norms[at] in reading.words.slogans:
        return text.norms[at] in reading.words.like_source and not nouns
    if text.norms[at] in reading.words.named or text.norms[at].endswith(reading.words.named_endings):
        return capital or text.norms[quoted.first] not in reading.words.indefinite
    return capital and not clause_inside(reading, quoted)


def _bracketed(reading: Reading, at: int) -> bool:
    """Whether only names in marks stand between an opening bracket and token ``at``: ``(„Nord“, „Süd“)``."""
    words = reading.text.words
    for i in range(at, max(-1, at - LIST), -1):
        if words[i] == "(":
            inside = [n for n in range(i + 1, at) if words[n] in reading.marks.all]
            return len(inside) % 2 == 0 and (at == i or words[i + 1] in reading.marks.all)
    return False


def clause_inside(reading: Reading, quoted: Quoted) -> bool:
    """Whether the marks hold a finite verb or a sentence's end."""
    text = reading.text
    if text.words[quoted.last - 1][-1] in ".!?…":
        return True
    return any(text.kinds[i] & w.FINITE and not text.kinds[i] & w.NOUN for i in range(quoted.first, quoted.last))


def predicate(reading: Reading, quoted: Quoted) -> bool:
    """Whether the words are what somebody calls a thing: ``als „Irrweg“``, ``einen „Irrweg“``; or a slogan: ``Parolen wie „…“``."""
    at = quoted.outer_first - 1
    if at > 0 and any(reading.text.norms[i] in reading.words.slogans for i in range(max(0, at - 3), at + 1)):
        return True
    return at >= 0 and (reading.text.norms[at] in reading.words.like or reading.text.norms[at] in reading.words.indefinite)
