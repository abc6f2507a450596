"""A text under the reader's finger: what stands left and right of a place, by characters and by tokens."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from datasette_wirefacts import clauses
from datasette_wirefacts.docs import Tokens
from datasette_wirefacts.extractors.figures.words import EMPTY, FigureWords

# A word to the right; soft hyphens stand inside words.
WORD = re.compile("[ \\t\\u00a0\\u202f\\u2009]{0,3}\\n?[ \\t\\u00a0]{0,2}([^\\W\\d_](?:[^\\W\\d_]|\\xad)*)")
SPACE = re.compile("[ \\t\\u00a0\\u202f\\u2009]{0,3}\\n?[ \\t\\u00a0]{0,2}")
LONGEST_WORD = 200
APOSTROPHES = frozenset("‚‘’›‹'")
SEPARATORS = clauses.SEPARATORS | (clauses.MARKS - APOSTROPHES)  # a figure's clause ends at quotation marks too
CLOSING = {"(": ")", "„": '“”"', "»": "«", "«": "»", '"': '"'}
SHORT = 7  # tokens from an opening mark to the closing one of what interrupts nothing
NEAR = 60  # tokens on each side: farther words say nothing about a figure
FEW = 6  # comparators and articles in a row


@dataclass(slots=True)
class Draft:
    """A figure in the making."""

    start: int
    end: int
    kind: str
    rule: str
    amount: Decimal | None = None
    high: Decimal | None = None
    unit: str | None = None
    counted: str | None = None
    iso: str | None = None
    comparator: str | None = None
    trend: str | None = None
    change: str | None = None
    assumed: str | None = None
    base: Decimal | None = None  # the number before its scale word
    bare: bool = False  # no unit and no noun of its own: may share those of its neighbour
    scale: int = 0  # power of ten of its scale word
    first: date | None = None
    last: date | None = None
    noun: tuple[int, int] | None = None  # token range of the counted noun phrase


@dataclass(frozen=True, slots=True)
class Phrase:
    """A noun phrase: token range without its article, its head, and whether a preposition or an oblique case rules it out."""

    first: int
    last: int
    head: int
    governor: str  # the preposition, or ""
    oblique: bool


@dataclass(slots=True)
class Word:
    """A word to the right of a place."""

    start: int
    end: int
    norm: str
    surface: str


@dataclass(slots=True)
class Reading:
    """The text, its tokens, the language's words and the day of publication."""

    text: str
    tokens: Tokens
    words: FigureWords
    published: date | None = None
    body: int = 0  # where the dateline ends
    floor: int = 0  # the end of the last figure: what stands before belongs to it
    seen: dict[int, Word | None] = field(default_factory=dict)  # words by the place they were asked for at
    ranges: dict[int, tuple[int, int]] = field(default_factory=dict)  # the token range of a token's clause, once asked for
    asides: list[tuple[int, int]] = field(default_factory=list)  # short brackets and quoted names: token ranges
    separators: list[int] = field(default_factory=list)  # tokens that part clauses
    capitals: list[int] = field(default_factory=list)  # tokens written with a capital
    verbs: list[int] = field(default_factory=list)  # tokens that are verbs of state or change
    roles: dict[int, str | None] = field(default_factory=dict)  # what the preposition before a place says, once asked for
    skipped: dict[int, int] = field(default_factory=dict)  # the token before the comparators that end with a token
    phrased: dict[tuple[int, int], list[Phrase]] = field(default_factory=dict)  # the noun phrases of a token range

    def mark_clauses(self, drafts: list[Draft]) -> None:
        """Notes where clauses part and where the verbs that the tables know stand; once, before the meaning is read."""
        marks = [i for i, word in enumerate(self.tokens.words) if word in SEPARATORS]
        self.asides = asides(self.tokens, marks, {self.token_at(draft.start) for draft in drafts})
        self.separators = [i for i in marks if not (self.in_aside(i) or self.glued(i))]
        self.capitals = [i for i, word in enumerate(self.tokens.words) if word[:1].isupper()]
        known = self.words.verbs
        self.verbs = [i for i, norm in enumerate(self.tokens.norms) if norm in known]

    def parted(self, left: Draft, right: Draft) -> bool:
        """Whether a mark that parts clauses stands between two drafts."""
        k = bisect_left(self.separators, self.token_after(left.end))
        return k < len(self.separators) and self.separators[k] < self.token_at(right.start)

    def glued(self, i: int) -> bool:
        """Whether token i is a slash glued to what stands on both sides: `2010/11`, `CDU/CSU`."""
        tokens = self.tokens
        if tokens.words[i] != "/" or not 0 < i < len(tokens) - 1:
            return False
        return tokens.ends[i - 1] == tokens.starts[i] and tokens.ends[i] == tokens.starts[i + 1]

    def in_aside(self, i: int) -> bool:
        """Whether token i stands in a short bracket or a quoted name."""
        k = bisect_right(self.asides, (i, len(self.tokens))) - 1
        return k >= 0 and i < self.asides[k][1]

    def past_aside(self, i: int) -> int:
        """The token behind the short bracket that begins with token i; i itself where none does."""
        if not self.asides:
            return i
        k = bisect_left(self.asides, (i, 0))
        return self.asides[k][1] if k < len(self.asides) and self.asides[k][0] == i else i

    def any_of(self, first: int, last: int, key: str) -> bool:
        """Whether a token of the range is a word of the table's list."""
        return not self.words.sets.get(key, EMPTY).isdisjoint(self.tokens.norms[first:last])

    def verbs_in(self, first: int, last: int) -> list[int]:
        """The marked verbs of a token range."""
        return self.verbs[bisect_left(self.verbs, first) : bisect_left(self.verbs, last)]

    def word(self, at: int) -> Word | None:
        """The word that begins at ``at`` or behind its white space."""
        if at not in self.seen:
            found = WORD.match(self.text, at, at + LONGEST_WORD)
            surface = found[1] if found else ""
            norm = surface.replace("\xad", "").lower()
            self.seen[at] = Word(found.start(1), found.end(1), norm, surface) if found else None
        return self.seen[at]

    def space(self, at: int) -> int:
        """The place behind the white space at ``at``."""
        found = SPACE.match(self.text, at)
        return found.end() if found else at

    def token_at(self, at: int) -> int:
        """The index of the token that holds ``at``, or the next one."""
        return bisect_right(self.tokens.ends, at)

    def token_before(self, at: int) -> int:
        """The index of the last token that ends at or before ``at``; -1 if there is none."""
        return bisect_right(self.tokens.ends, at) - 1

    def token_after(self, at: int) -> int:
        """The index of the first token that starts at or behind ``at``."""
        return bisect_left(self.tokens.starts, at)

    def same_sentence(self, i: int, j: int) -> bool:
        """Whether two tokens, if they exist, stand in one sentence."""
        sentence = self.tokens.sentence_of
        return 0 <= i < len(sentence) and 0 <= j < len(sentence) and sentence[i] == sentence[j]

    def before(self, at: int) -> tuple[str, str]:
        """The word before ``at`` in the same sentence, in lower case and as written; empty strings if there is none."""
        i = self.token_before(at)
        if i < 0 or (at < len(self.text) and not self.same_sentence(i, self.token_at(at))):
            return "", ""
        return self.tokens.norms[i], self.tokens.words[i]

    def sentence_ends_at(self, at: int) -> bool:
        """Whether the token that holds ``at`` is the last of its sentence."""
        i = self.token_at(at)
        sentence = self.tokens.sentence_of
        return i >= len(sentence) - 1 or sentence[i + 1] != sentence[i]

    def sentence_starts_at(self, i: int) -> bool:
        """Whether token i is the first word of its sentence, opening marks aside."""
        first = self.tokens.sentences[self.tokens.sentence_of[i]][0]
        return not any(self.tokens.words[k][:1].isalnum() for k in range(first, i))

    def around(self, i: int) -> tuple[int, int]:
        """The token range of the sentence of token i, cut to what is near: endless sentences must not cost endless time."""
        first, last = self.tokens.sentences[self.tokens.sentence_of[min(i, len(self.tokens) - 1)]]
        return max(first, i - NEAR), min(last, i + NEAR)


def asides(tokens: Tokens, marks: list[int], figured: set[int]) -> list[tuple[int, int]]:
    """Short brackets without a figure, `(CDU)`, and short quoted names, which interrupt no clause: token ranges, in order."""
    found: list[tuple[int, int]] = []
    for k, i in enumerate(marks[:-1]):
        closing = CLOSING.get(tokens.words[i])
        if closing is None or (found and i < found[-1][1]):
            continue
        j = marks[k + 1]
        short = tokens.words[j] in closing and 1 < j - i <= SHORT and tokens.sentence_of[i] == tokens.sentence_of[j]
        if short and figured.isdisjoint(range(i, j)):
            found.append((i, j + 1))
    return found
