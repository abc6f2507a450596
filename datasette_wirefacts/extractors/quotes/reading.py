"""Doc -> Reading: everything that the finders of quotes look at, made once; and Draft, a quote in token ranges."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field

from datasette_wirefacts import words as w
from datasette_wirefacts.clauses import SENTENCE_MARKS, Clause, Words, clauses_of
from datasette_wirefacts.docs import Tokens
from datasette_wirefacts.extractors.quotes.cues import CueTable, Found, cue_table, cues_in
from datasette_wirefacts.extractors.quotes.marks import Marks, Quoted, marks_table, quoted_stretches
from datasette_wirefacts.extractors.quotes.phrases import PhraseWords
from datasette_wirefacts.extractors.quotes.vocabulary import QuoteWords, phrase_words, quote_words
from datasette_wirefacts.facts import Span
from datasette_wirefacts.languages import LanguagePack
from datasette_wirefacts.words import kinds_of

NEAR = 24  # clauses; how far anything looks within a sentence, so that an endless one costs no more than its length


@dataclass(slots=True, kw_only=True)
class Draft:
    """A quote in token ranges; ``outer`` are the parts with their marks."""

    kind: str
    parts: list[Span]
    rule: str
    outer: list[Span] = field(default_factory=list)
    cue: tuple[int, ...] = ()
    verb: str | None = None
    frame: list[Span] = field(default_factory=list)
    speaker: Span | None = None
    addressee: Span | None = None
    medium: str | None = "speech"

    @property
    def first(self) -> int:
        return self.parts[0][0]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence's visible token ranges (outside direct quotes), its clauses and the cues of each."""

    first: int
    last: int
    clauses: list[Clause]
    cues: list[Found | None]


@dataclass(frozen=True, slots=True)
class Reading:
    """A text as the finders see it."""

    tokens: Tokens
    text: Words
    quoted: list[Quoted]
    marks: Marks
    words: QuoteWords
    phrases: PhraseWords
    cues: CueTable
    names: frozenset[str]  # words of persons' names, lower case
    index: dict[str, list[int]]  # noun -> tokens, filled on first use
    start_of: dict[int, int]  # sentence -> first token behind the dateline

    def sentence(self, n: int, blocks: list[Span]) -> Sentence:
        """Sentence ``n`` without the token ranges ``blocks``."""
        first, last = self.tokens.sentences[n]
        first = max(first, self.start_of.get(n, first))
        clauses: list[Clause] = []
        for a, b in outside(first, last, blocks):
            clauses.extend(clauses_of(self.text, a, b))
        cues = [
            next(cues_in(self.text, clause, self._reach(clauses, k, last, blocks), self.cues, self.words.passive), None)
            for k, clause in enumerate(clauses)
        ]
        return Sentence(first, last, clauses, cues)

    def places_of(self, norm: str) -> list[int]:
        """Where a capitalised word stands in the text."""
        if not self.index:
            for i, found in enumerate(self.text.norms):
                if self.text.kinds[i] & w.NOUN:
                    self.index.setdefault(found, []).append(i)
        return self.index.get(norm, [])

    def in_dateline(self, i: int) -> bool:
        """Whether token ``i`` stands before the end of the dateline."""
        return i < self.start_of.get(self.tokens.sentence_of[i], 0)

    def quoted_from(self, i: int) -> int:
        """The index of the first quoted stretch that begins at token ``i`` or later."""
        return bisect_left(self.quoted, i, key=lambda quoted: quoted.outer_first)

    def has_fragment(self, sentence: Sentence) -> bool:
        """Whether words of the sentence stand in quotation marks."""
        return any(self.text.words[i] in self.marks.all for i in range(sentence.first, sentence.last))

    def _reach(self, clauses: list[Clause], k: int, last: int, blocks: list[Span]) -> int:
        """How far a particle of clause ``k`` may stand off: over pieces and relative clauses."""
        end, tight = clauses[k].last, True
        for clause in clauses[k + 1 : k + 1 + NEAR]:
            tight = tight and clause.kind in ("piece", "rel")
            alone = clause.kind == "piece" and clause.last - clause.first == 1
            if tight or alone:
                end = clause.last
            elif clause.kind == "main":
                break
        return min(end, last)


def outside(first: int, last: int, blocks: list[Span]) -> list[Span]:
    """What of the range lies outside the blocks."""
    ranges = []
    at = first
    for a, b in blocks[max(0, bisect_right(blocks, (first, first)) - 1) :]:
        if a >= last:
            break
        if b <= at:
            continue
        if a > at:
            ranges.append((at, a))
        at = max(at, b)
    if at < last:
        ranges.append((at, last))
    return ranges


def read_quotes(tokens: Tokens, pack: LanguagePack, dateline_end: int, names: frozenset[str]) -> Reading:
    """The Reading of a text; ``dateline_end`` is the character behind the dateline."""
    infix = pack.table("grammar").get("infix", {})
    infinitive, ending = str(infix.get("infinitive", "\0")), str(infix.get("infinitive_ending", "\0"))
    start_of = {}
    for n, (first, last) in enumerate(tokens.sentences):
        if tokens.starts[first] >= dateline_end:
            break
        at = first
        while at < last and tokens.starts[at] < dateline_end:
            at += 1
        start_of[n] = at
    return Reading(
        tokens=tokens,
        text=Words(tokens.words, tokens.norms, kinds_of(tokens, pack), infinitive, ending),
        quoted=quoted_stretches(tokens, pack),
        marks=pack.derived(marks_table),
        words=pack.derived(quote_words),
        phrases=pack.derived(phrase_words),
        cues=pack.derived(cue_table),
        names=names,
        index={},
        start_of=start_of,
    )


def without_end_marks(reading: Reading, first: int, last: int) -> Span:
    """The range without the sentence's closing punctuation and without commas at its edges."""
    words = reading.text.words
    while last > first and (words[last - 1] in SENTENCE_MARKS or words[last - 1] in EDGE):
        last -= 1
    while first < last and words[first] in EDGE:
        first += 1
    return first, last


EDGE = frozenset({",", ";", ":", "–", "-", "—", "…", "..."})


def subjunctive(reading: Reading, clause: Clause) -> bool:
    """Whether the clause's finite verb stands in a subjunctive that reports."""
    return clause.verb is not None and bool(reading.text.kinds[clause.verb] & w.SUBJUNCTIVE)
