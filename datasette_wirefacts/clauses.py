"""A sentence's tokens -> its clauses: where each begins and ends, what kind it is, and which word is its finite verb.

Sentences are cut at commas, semicolons, colons, dashes and brackets, and before an ``und`` that joins two finite verbs. A piece
without a finite verb (apposition, list item, adverbial) is a clause of kind ``piece``; joining pieces to what they belong to is
left to the caller, who knows what he looks for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from datasette_wirefacts import words as w

SEPARATORS = frozenset({",", ";", ":", "–", "—", "-", "--", "(", ")", "[", "]", "/", "…", "..."})
MARKS = frozenset("\"„“”«»‚‘’›‹'")
BEFORE_RELATIVE = frozenset({",", "(", "–", "—", "-"})
SHORT_BRACKET = 9  # tokens
SENTENCE_MARKS = frozenset({".", "!", "?"})


@dataclass(frozen=True, slots=True)
class Clause:
    """Token range, end exclusive, without the separators around it.

    ``kind``: main (verb first or second), sub (begins with a subordinating word), rel (relative), inf (infinitive with ``zu``),
    piece (no finite verb).
    ``opener`` is the index of the subordinating word, ``verb`` that of the finite verb (for ``inf`` of the infinitive), or None.
    """

    first: int
    last: int
    kind: str
    verb: int | None = None
    opener: int | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What clause segmentation reads: the tokens' words, norms and kinds, and the language's infinitive particle."""

    words: list[str]
    norms: list[str]
    kinds: list[int]
    infinitive: str
    infinitive_ending: str = "\0"


def clauses_of(text: Words, first: int, last: int) -> list[Clause]:
    """The clauses of the token range of one sentence, in order."""
    return list(_rejoined(text, [_clause(text, a, b, first) for a, b in _pieces(text, first, last)]))


def _rejoined(text: Words, clauses: list[Clause]) -> Iterator[Clause]:
    """The clauses, with a subordinate clause that an apposition interrupts put together again: ``wie X, der Chef, sagte``."""
    k = 0
    while k < len(clauses):
        clause = clauses[k]
        if clause.kind == "sub" and clause.verb is None:
            m = k + 1
            while m < len(clauses) and m - k < 5 and clauses[m].kind in ("piece", "rel"):
                m += 1
            last = clauses[m] if m < len(clauses) else None
            if last is not None and last.kind == "main" and last.verb is not None and last.verb >= last.last - 2:
                yield Clause(clause.first, last.last, "sub", last.verb, clause.opener)
                k = m + 1
                continue
        yield clause
        k += 1


def _pieces(text: Words, first: int, last: int) -> Iterator[tuple[int, int]]:
    start = first
    aside = -1  # the end of a short bracket, which interrupts nothing
    for i in range(first, last + 1):
        if i < last and text.words[i] == "(":
            aside = _bracket_end(text, i, last)
        if i <= aside and i < last:
            continue
        if i == last or text.words[i] in SEPARATORS:
            a, b = trimmed(text, start, i)
            if a < b:
                yield from _coordinated(text, a, b)
            start = i + 1


def _bracket_end(text: Words, i: int, last: int) -> int:
    """The closing bracket of ``(CDU)``, ``(Bündnis 90/Die Grünen)``; -1 where the bracket is long."""
    return next((k for k in range(i + 1, min(i + SHORT_BRACKET, last)) if text.words[k] == ")"), -1)


def trimmed(text: Words, first: int, last: int) -> tuple[int, int]:
    """The range without sentence marks at its edges, and without quotation marks there that have no partner inside."""
    while first < last and (text.words[first] in MARKS or text.words[first] in SENTENCE_MARKS):
        first += 1
    while first < last and text.words[last - 1] in SENTENCE_MARKS:
        last -= 1
    if first < last and text.words[last - 1] in MARKS and sum(text.words[i] in MARKS for i in range(first, last)) % 2:
        last -= 1
    while first < last and text.words[last - 1] in SENTENCE_MARKS:
        last -= 1
    return first, last


def _coordinated(text: Words, first: int, last: int) -> Iterator[tuple[int, int]]:
    """The piece, cut before each conjunction with a finite verb on both sides."""
    start = first
    verbs = [i for i in range(first, last) if _may_be_finite(text, i, first)]
    joints = [i for i in range(first + 1, last) if text.kinds[i] & w.CONJ and not text.kinds[i] & w.ADV]
    for joint in joints:
        left = [v for v in verbs if start <= v < joint and not text.kinds[v] & (w.INF | w.PART)]
        right = [v for v in verbs if (v > joint and not text.kinds[v] & (w.INF | w.PART)) or v == joint + 1]
        if left and right:
            yield start, joint
            start = joint
    yield start, last


def _clause(text: Words, first: int, last: int, low: int) -> Clause:
    """The clause of a range; ``low`` is the first token of its sentence."""
    start = first
    while start < last - 1 and text.kinds[start] & w.CONJ:
        start += 1
    opener = _opener(text, start, last)
    if opener is not None:
        verb = finite_verb(text, opener + 1, last, late=True)
        # "Damit machte er …", "Während der Sitzung kam …": an adverb or a preposition, and the verb stands second.
        if verb is not None and verb > opener + 1 and (not text.kinds[opener] & w.PREP or _verb_last(text, verb, opener, last)):
            return Clause(first, last, "sub", verb, opener)
    zu = infinitive(text, start, last)
    verb = finite_verb(text, start, last, late=False)
    if zu is not None and (verb is None or verb == zu or (verb < zu and not _surely_finite(text, start, last))):
        return Clause(first, last, "inf", zu)
    relative = _relative(text, start, last) if _follows_noun(text, first, start, low) else None
    if relative is not None:
        late = finite_verb(text, relative + 1, last, late=True)
        if late is not None and _verb_last(text, late, relative, last):
            return Clause(first, last, "rel", late, relative)
    if opener is not None and verb is None:
        return Clause(first, last, "sub", None, opener)
    return Clause(first, last, "main" if verb is not None else "piece", verb)


def _opener(text: Words, first: int, last: int) -> int | None:
    """The subordinating word at the head of the range, behind at most two other words (``auch wenn``, ``ohne dass``)."""
    for i in range(first, min(first + 3, last)):
        kind = text.kinds[i]
        if kind & w.SUB and not kind & w.DET:
            return i
        if not kind & (w.ADV | w.PREP):
            return None
    return None


def _follows_noun(text: Words, first: int, start: int, low: int) -> bool:
    """Whether a relative clause can stand here: behind a comma or an opening bracket, or joined by a conjunction."""
    if start > first:
        return True
    before = first - 1
    while before >= low and text.words[before] in MARKS:
        before -= 1
    return before >= low and text.words[before] in BEFORE_RELATIVE


def _relative(text: Words, first: int, last: int) -> int | None:
    """The relative pronoun at the head of the range, behind at most one preposition."""
    for i in range(first, min(first + 2, last)):
        if text.kinds[i] & w.REL:
            return i
        if not text.kinds[i] & w.PREP:
            return None
    return None


def _verb_last(text: Words, verb: int, relative: int, last: int) -> bool:
    """True for the word order of a relative clause: nothing but verbs behind the finite one, and more than a noun before it."""
    if verb - relative == 1:
        return last - verb <= 1
    if text.kinds[verb] & w.SUBJUNCTIVE and verb - relative == 2 and text.kinds[relative + 1] & w.NOUN:
        return False
    return all(text.kinds[i] & w.VERBAL and not text.kinds[i] & w.NOUN for i in range(verb + 1, last))


def infinitive(text: Words, first: int, last: int) -> int | None:
    """The last infinitive with ``zu`` of the range (``zu sagen``, ``anzukündigen``)."""
    for i in range(last - 1, first - 1, -1):
        kind = text.kinds[i]
        if kind & w.NOUN:
            continue
        known = kind & w.INF or (kind in (0, w.ADJ) and text.norms[i].endswith(text.infinitive_ending))
        if kind & w.ZU or (known and i > first and text.norms[i - 1] == text.infinitive):
            return i
    return None


def finite_verb(text: Words, first: int, last: int, *, late: bool) -> int | None:
    """The finite verb of the range: the last one of a subordinate clause (``late``), else the first.

    A form that may also be a participle or an infinitive gives way to an auxiliary in the same range.
    """
    found = [i for i in range(first, last) if _may_be_finite(text, i, first)]
    if not found and not late:
        # "Das erklärte Minister X": an adjective by its neighbours, but the clause has no other verb.
        found = [i for i in range(first + 1, min(first + 3, last)) if _looks_finite(text, i, first)][:1]
    if not found:
        return None
    sure = [i for i in found if not text.kinds[i] & (w.INF | w.PART) or (text.kinds[i] & w.AUX and not text.kinds[i] & w.INF)]
    pick = sure or [i for i in found if text.kinds[i] & w.AUX] or found
    if late:
        return pick[-1]
    # Verb second: an unclear form before the first clear one is the verb unless that one is an auxiliary.
    if found[0] < pick[0] and not text.kinds[pick[0]] & w.AUX:
        return found[0]
    return pick[0]


def _surely_finite(text: Words, first: int, last: int) -> bool:
    """Whether a form of the range can be nothing but finite."""
    return any(_may_be_finite(text, i, first) and not text.kinds[i] & (w.INF | w.PART) for i in range(first, last))


def _looks_finite(text: Words, i: int, first: int) -> bool:
    kind = text.kinds[i]
    if not kind & w.FINITE or (kind & w.NOUN and i > first):
        return False
    return not (i > first and text.norms[i - 1] == text.infinitive) and not kind & w.DET


def _may_be_finite(text: Words, i: int, first: int) -> bool:
    kind = text.kinds[i]
    if not kind & w.FINITE or (kind & w.NOUN and i > first):
        return False
    if i > first and text.norms[i - 1] == text.infinitive:
        return False
    if kind & w.DET and i + 1 < len(text.kinds) and text.kinds[i + 1] & (w.NOUN | w.ADJ):
        return False
    return not w.verbal_before_noun(text.kinds, i)
