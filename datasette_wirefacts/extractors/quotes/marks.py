"""Tokens -> quoted stretches: which quotation mark belongs to which.

Marks are paired within a paragraph, by the table ``quotes`` (which mark may close which) and, for marks that both open and close,
by what stands around them. A mark without partner is reported as such; it never swallows the rest of the text.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from datasette_wirefacts.docs import Tokens
from datasette_wirefacts.facts import Span
from datasette_wirefacts.languages import LanguagePack

FURTHEST = 5  # paragraphs that one quote may run through
DEEPEST = 6  # levels; deeper nesting is noise


@dataclass(frozen=True, slots=True)
class Quoted:
    """A quoted stretch as token range, ``open`` and ``close`` being the marks.

    ``open`` is None where the opening mark is missing (then ``first`` is the paragraph's or a dash's next token), ``close`` where
    the closing one is. ``depth`` is 0 for the outermost.
    """

    open: int | None
    close: int | None
    first: int  # first token inside
    last: int  # behind the last token inside
    depth: int = 0
    again: tuple[int, ...] = ()  # opening marks repeated at the head of later paragraphs

    @property
    def outer_first(self) -> int:
        return self.first if self.open is None else self.open

    @property
    def outer_last(self) -> int:
        return self.last if self.close is None else self.close + 1

    def parts(self) -> list[Span]:
        """The token ranges inside the marks, one for each paragraph whose opening mark is repeated."""
        return list(zip((self.first, *(mark + 1 for mark in self.again)), (*self.again, self.last), strict=True))

    def outer(self) -> list[Span]:
        """The same ranges with their marks."""
        return list(zip((self.outer_first, *self.again), (*self.again, self.outer_last), strict=True))


@dataclass(frozen=True, slots=True)
class Marks:
    """The marks' table as sets."""

    closes: dict[str, frozenset[str]]  # opening mark -> what may close it
    all: frozenset[str]
    single: frozenset[str]
    both: frozenset[str]  # open and close by context
    dashes: frozenset[str]
    straight: frozenset[str]


def marks_table(pack: LanguagePack) -> Marks:
    """The pack's marks, to be had by ``pack.derived(marks_table)``."""
    table = pack.table("quotes").get("marks", {})
    closes: dict[str, set[str]] = {}
    for opening, closing in table.get("pairs", ()):
        closes.setdefault(opening, set()).add(closing)
    closing = {mark for marks in closes.values() for mark in marks}
    return Marks(
        closes={opening: frozenset(marks) for opening, marks in closes.items()},
        all=frozenset(closes) | closing,
        single=frozenset(table.get("single", ())),
        both=frozenset(closes) & closing,
        dashes=frozenset(table.get("dashes", ())),
        straight=frozenset(table.get("straight", ())),
    )


def quoted_stretches(tokens: Tokens, pack: LanguagePack) -> list[Quoted]:
    """All quoted stretches, in the order of their first token, outer before inner."""
    table = pack.derived(marks_table)
    found: list[Quoted] = []
    pending: tuple[int, int] | None = None  # where in ``found`` an unclosed stretch is, how many paragraphs ago it began
    for first, last in tokens.paragraphs:
        here = _in_paragraph(tokens, first, last, table)
        if pending is not None and (end := _closed_here(here, first)) is not None:
            opened = found[pending[0]]
            again = (*opened.again, first) if end.open == first else opened.again
            found[pending[0]] = Quoted(opened.open, end.close, opened.first, end.last, again=again)
            here = [_deeper(q) if end.open is None and q.last < end.last else q for q in here if q is not end]
            pending = None
        unclosed = next((quoted for quoted in here if quoted.close is None), None)
        if unclosed is not None and pending is None:
            pending = len(found) + here.index(unclosed), 0
        elif pending is not None:
            at, age = pending
            if unclosed is not None and unclosed.open == first:
                here.remove(unclosed)
                found[at] = replace(found[at], again=(*found[at].again, first))
            pending = (at, age + 1) if age < FURTHEST else None
        found.extend(here)
    return sorted(found, key=lambda quoted: (quoted.outer_first, -quoted.outer_last))


def _closed_here(here: list[Quoted], first: int) -> Quoted | None:
    """The stretch of a paragraph that closes a quote from before: by a mark of its own, or opened again at the head."""
    stray = next((quoted for quoted in here if quoted.open is None), None)
    if stray is not None and not any(quoted.close is None for quoted in here if quoted.first > stray.last):
        return stray
    return _repeated(here, first)


def _repeated(here: list[Quoted], first: int) -> Quoted | None:
    """The stretch that begins a paragraph with a repeated opening mark and holds all others of it."""
    whole = next((quoted for quoted in here if quoted.open == first and quoted.close is not None), None)
    return whole if whole is not None and all(quoted.depth or quoted is whole for quoted in here) else None


def _deeper(quoted: Quoted) -> Quoted:
    return Quoted(quoted.open, quoted.close, quoted.first, quoted.last, quoted.depth + 1)


def _in_paragraph(tokens: Tokens, first: int, last: int, table: Marks) -> list[Quoted]:
    stack: list[int] = []
    found: list[Quoted] = []
    for i in range(first, last):
        word = tokens.words[i]
        if word not in table.all:
            continue
        left, right = _open_on(tokens, i, first, last)
        partner = _partner(tokens, stack, word, table)
        if (
            word in table.straight
            and i > first
            and not left
            and tokens.words[i - 1][-1].isdigit()
            and not (partner is not None and right)
        ):
            continue  # inches: 24"
        if _opens(tokens, word, left, right, partner, stack, table):
            if len(stack) < DEEPEST:
                stack.append(i)
        elif partner is not None and (word not in table.single or right):
            # What was opened inside and never closed is a stray mark.
            at = stack.index(partner)
            del stack[at:]
            if i > partner + 1:
                found.append(Quoted(partner, i, partner + 1, i, depth=at))
        elif word not in table.single and not stack:
            begin = found[-1].outer_last if found else first
            if begin < i:
                found.append(Quoted(None, i, begin, i))
    if stack and tokens.words[stack[0]] not in table.single:
        found.append(Quoted(stack[0], None, stack[0] + 1, last))
    return found


def _open_on(tokens: Tokens, i: int, first: int, last: int) -> tuple[bool, bool]:
    """Whether white space, a paragraph's edge, a bracket or punctuation is on the mark's left and on its right."""
    starts, ends, words = tokens.starts, tokens.ends, tokens.words
    left = i == first or starts[i] > ends[i - 1] or words[i - 1][-1] in "([{-–—/"
    right = i + 1 == last or starts[i + 1] > ends[i] or not (words[i + 1][0].isalnum() or words[i + 1][0] in "…([$€")
    return left, right


def _partner(tokens: Tokens, stack: list[int], word: str, table: Marks) -> int | None:
    return next((open_ for open_ in reversed(stack) if word in table.closes.get(tokens.words[open_], ())), None)


def _opens(tokens: Tokens, word: str, left: bool, right: bool, partner: int | None, stack: list[int], table: Marks) -> bool:
    """Whether the mark opens: it can, and what stands around it does not say that it closes."""
    if word not in table.closes:
        return False
    if word in table.single:
        return left and not right
    if word not in table.both:
        return True
    if partner is None:
        return left or (not stack and not right)
    return left and not right
