"""A clause with a verb of saying -> its frame, and the clauses behind or before it that are what is said."""

from __future__ import annotations

from datasette_wirefacts import words as w
from datasette_wirefacts.clauses import Clause
from datasette_wirefacts.extractors.quotes.addressees import addressee_in
from datasette_wirefacts.extractors.quotes.cues import SAY, THINK, WEAK, WRITE, Found
from datasette_wirefacts.extractors.quotes.documents import adjacent
from datasette_wirefacts.extractors.quotes.reading import NEAR, Draft, Reading, Sentence, subjunctive, without_end_marks
from datasette_wirefacts.extractors.quotes.speakers import clause_speaker
from datasette_wirefacts.facts import Span


def frame_start(reading: Reading, sentence: Sentence, k: int) -> int:
    """Where the frame of clause ``k`` begins: at the head of the sentence, unless another report stands before."""
    clauses = sentence.clauses
    at = k
    while at > 0 and k - at < NEAR and adjacent(sentence, at):
        earlier, clause = clauses[at - 1], clauses[at]
        bound = clause.kind in ("sub", "rel", "inf") or reading.text.kinds[clause.first] & w.CONJ or verb_first(clause)
        if earlier.kind == "main" and not (bound and sentence.cues[at - 1] is None):
            break
        if earlier.kind in ("sub", "inf") and sentence.cues[at - 1] is None and at - 1 > 0 and sentence.cues[at - 2] is not None:
            break
        at -= 1
    return clauses[at].first


def frame_end(reading: Reading, sentence: Sentence, k: int) -> int:
    """Where a matrix clause behind its content ends: over appositions and what subordinates to it."""
    at = k
    while at + 1 < len(sentence.clauses) and sentence.clauses[at + 1].kind != "main":
        at += 1
    last = sentence.clauses[at].last
    return last


def content_behind(reading: Reading, sentence: Sentence, k: int, cue: Found) -> tuple[int, int, str] | None:
    """The clauses behind the matrix clause that are its content, and the kind of the first."""
    clauses = sentence.clauses
    verb_tokens = max(cue.tokens)
    for m in range(k + 1, min(k + 1 + NEAR, len(clauses))):
        clause = clauses[m]
        if clause.first <= verb_tokens:
            continue
        kind = _content_kind(reading, sentence, k, m, cue)
        if kind == "skip":
            continue
        if kind is None:
            return None
        end = content_end(reading, sentence, k, m)
        first, last = without_end_marks(reading, clause.first, end)
        return (first, last, kind) if first < last else None
    return None


def _content_kind(reading: Reading, sentence: Sentence, k: int, m: int, cue: Found) -> str | None:
    """What clause ``m`` is to the cue: its content (sub, main, inf), something to pass over ("skip"), or the end of the search."""
    text, words = reading.text, reading.words
    clause = sentence.clauses[m]
    if clause.kind == "sub" and clause.opener is not None:
        if clause.opener > clause.first and text.norms[clause.opener - 1] in words.degree:
            return "skip"
        opener = text.norms[clause.opener]
        if opener in words.that or (text.kinds[clause.opener] & w.ASK and opener not in words.as_):
            return "sub"
        following = sentence.clauses[m + 1] if m + 1 < len(sentence.clauses) else None
        if following is not None and verb_first(following) and subjunctive(reading, following) and not cue.classes & WEAK:
            return "main"
        return "skip"
    if clause.kind == "inf":
        weak = cue.classes & WEAK and cue.lemma not in words.resolving
        return "skip" if text.norms[clause.first] in words.purpose or weak else "inf"
    if clause.kind == "rel" and subjunctive(reading, clause) and clause.first > 1 and not text.kinds[clause.first - 2] & w.NOUN:
        # No noun before it that it could be relative to: "mit, die Brücke sei gesperrt".
        return "main" if not cue.classes & WEAK else "skip"
    if clause.kind == "main":
        return "main" if _speaks_on(reading, sentence, k, m, cue) else None
    return "skip"


def _speaks_on(reading: Reading, sentence: Sentence, k: int, m: int, cue: Found) -> bool:
    """Whether a main clause behind the cue is its content: ``sagte, das Geld fehle``."""
    text = reading.text
    clause, matrix = sentence.clauses[m], sentence.clauses[k]
    before = text.words[clause.first - 1] if clause.first else ""
    if text.kinds[clause.first] & w.CONJ or before not in {",", ":"} or cue.classes & WEAK:
        return False
    if verb_first(clause):
        between = [c for c in sentence.clauses[k + 1 : m] if c.kind == "sub"]
        return bool(between) and subjunctive(reading, clause) and sentence.cues[m] is None
    if subjunctive(reading, clause):
        return True
    return cue.lemma in reading.words.plain and matrix.kind == "main"


def verb_first(clause: Clause) -> bool:
    return clause.kind == "main" and clause.verb == clause.first


def content_end(reading: Reading, sentence: Sentence, k: int, m: int) -> int:
    """The end of a content that begins with clause ``m``: the sentence's, or before a clause that goes back to the matrix."""
    text = reading.text
    first = sentence.clauses[m]
    # A subordinate matrix clause at the head of the sentence: the main clause comes behind the content.
    waiting = sentence.clauses[k].kind == "sub" and all(clause.kind != "main" for clause in sentence.clauses[:k])
    for n in range(m + 1, min(m + 1 + NEAR, len(sentence.clauses))):
        clause = sentence.clauses[n]
        if text.words[clause.first - 1] == ";":
            return clause.first - 1
        if clause.kind != "main" or clause.verb is None:
            continue
        if text.kinds[clause.first] & w.CONJ:
            joined = clause.first + 1 == clause.verb
            back = sentence.cues[n] is not None or (first.kind in ("sub", "inf") and not subjunctive(reading, clause))
            if (joined and back) or (
                first.kind in ("sub", "inf") and not subjunctive(reading, clause) and not _verb_at_end(clause)
            ):
                return clause.first
        elif verb_first(clause) and (sentence.cues[n] is not None or waiting):
            return clause.first
    return sentence.last


def _verb_at_end(clause: Clause) -> bool:
    return clause.verb is not None and clause.verb >= clause.last - 2


def content_before(reading: Reading, sentence: Sentence, k: int, cue: Found) -> Span | None:
    """The clauses before a verb-first matrix clause: ``Das Geld fehle, sagte er``."""
    clause = sentence.clauses[k]
    if not verb_first(clause) or k == 0 or reading.text.words[clause.first - 1] not in {",", "-", "–"}:
        return None
    if cue.classes & WEAK and not cue.classes & (SAY | WRITE | THINK):
        return None
    first = k
    main = spoken = False
    while first > 0 and k - first < NEAR and adjacent(sentence, first):
        earlier = sentence.clauses[first - 1]
        if sentence.cues[first - 1] is not None and not subjunctive(reading, earlier) and earlier.kind == "main" and first - 1 != 0:
            break
        first -= 1
        spoken = spoken or subjunctive(reading, earlier)
        main = (
            main
            or earlier.kind == "main"
            or (earlier.kind == "sub" and earlier.opener is not None and reading.text.norms[earlier.opener] in reading.words.that)
        )
    if not main or (not spoken and not cue.classes & (SAY | WRITE)) or (not spoken and cue.classes & WEAK):
        return None
    span = without_end_marks(reading, sentence.clauses[first].first, clause.first)
    return span if span[0] < span[1] else None


def cue_draft(
    reading: Reading, sentence: Sentence, k: int, cue: Found, parts: list[Span], frame: list[Span], *, rule: str
) -> Draft:
    """An indirect quote with the cue of clause ``k``, its speaker and its addressee."""
    clause = sentence.clauses[k]
    speaker = clause_speaker(reading, sentence, k, cue)
    return Draft(
        kind="indirect",
        parts=parts,
        rule=rule,
        cue=cue.tokens,
        verb=cue.lemma,
        frame=frame,
        speaker=speaker,
        addressee=addressee_in(reading, clause.first, clause.last, cue, speaker),
        medium=cue.medium,
    )
