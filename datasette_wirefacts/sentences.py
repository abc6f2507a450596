"""Words -> paragraphs and sentences, as token ranges.

A sentence ends at a terminal mark unless the language's table says that the point belongs to the word before it
(``16. Oktober``, ``Dr.``, ``z. B.``), and always at the end of a paragraph.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from datasette_wirefacts.facts import Span
from datasette_wirefacts.languages import LanguagePack

TERMINAL = frozenset({".", "!", "?", "…", "...", "!!", "??", "?!", "!?"})
CLOSING = frozenset("\"“”«»‘’›‹')]}")
OPENING = frozenset('„"“»«‚›')
BROKEN_LINE = frozenset({",", "-", "–", "und", "oder"})
INITIAL = re.compile(r"[^\W\d_]\.")
GOES_ON = frozenset({",", ";", ":"})


@dataclass(frozen=True, slots=True)
class SentenceWords:
    """What the language's table ``sentences`` says about points."""

    abbreviations: frozenset[str]  # their point never ends a sentence: "dr."
    after_ordinal: frozenset[str]  # a number with a point goes on before these: "oktober"
    starters: frozenset[str]  # a number or a unit with a point ends the sentence before these: "die"


def sentence_words(pack: LanguagePack) -> SentenceWords:
    """The table as sets."""
    table = pack.table("sentences")
    return SentenceWords(*(frozenset(table.get(name, ())) for name in ("abbreviations", "after_ordinal", "starters")))


def paragraph_ranges(text: str, words: list[str], starts: list[int], ends: list[int]) -> Iterator[Span]:
    """Token ranges of paragraphs: a blank line always parts them, a single line end unless it breaks a sentence."""
    first = 0
    for i in range(1, len(words)):
        if starts[i] - ends[i - 1] < 1:
            continue
        gap = text[ends[i - 1] : starts[i]]
        lines = gap.count("\n") or gap.count("\r") or gap.count("\u2028") or gap.count("\u2029")
        if lines > 1 or (lines and not _broken_line(words, i)):
            yield first, i
            first = i
    if words:
        yield first, len(words)


def _broken_line(words: list[str], i: int) -> bool:
    """True where a line end stands inside a sentence: the next line begins in lower case, or the last ends with a comma."""
    return words[i][:1].islower() or words[i - 1] in BROKEN_LINE


def sentence_ranges(
    words: list[str], norms: list[str], glued: list[bool], paragraphs: list[Span], pack: LanguagePack
) -> Iterator[Span]:
    """Token ranges of sentences, in order, without gaps. ``glued[i]``: no white space stands before token i."""
    table = pack.derived(sentence_words)
    for first, last in paragraphs:
        start = i = first
        while i < last:
            i += 1
            if words[i - 1] not in TERMINAL and not words[i - 1].endswith("."):
                continue
            end = _after_closing_marks(words, glued, i, last)
            if _ends_sentence(words, norms, i - 1, end, last, table):
                yield start, end
                start = i = end
        if start < last:
            yield start, last


def _ends_sentence(words: list[str], norms: list[str], i: int, following: int, last: int, table: SentenceWords) -> bool:
    word = words[i]
    if following >= last:
        return True
    upcoming = words[following]
    if word not in TERMINAL:
        return _inner_point_ends(word, norms[i], upcoming, norms[following], table)
    if word == "." and i and norms[i - 1] + "." in table.abbreviations:
        return False
    return not upcoming[:1].islower() and upcoming not in GOES_ON


def _inner_point_ends(word: str, norm: str, upcoming: str, upcoming_norm: str, table: SentenceWords) -> bool:
    """A token with its own point (``16.``, ``Dr.``, ``Mrd.``) ends a sentence only before a word that likes to begin one."""
    if norm in table.abbreviations or INITIAL.fullmatch(word) or upcoming_norm in table.after_ordinal:
        return False
    return upcoming in OPENING or (upcoming_norm in table.starters and upcoming[0].isupper())


def _after_closing_marks(words: list[str], glued: list[bool], i: int, last: int) -> int:
    """The first index from ``i`` on that is no closing mark; what closes stands directly behind what it closes."""
    while i < last and glued[i] and words[i] in CLOSING:
        i += 1
    return i
