"""A quoted stretch -> its speech tag: who says it, in a clause behind it, before it, or on a line of its own."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from datasette_wirefacts import words as w
from datasette_wirefacts.clauses import SENTENCE_MARKS, Clause
from datasette_wirefacts.extractors.quotes.cues import NAMING, SAY, WEAK, Found
from datasette_wirefacts.extractors.quotes.documents import is_actor
from datasette_wirefacts.extractors.quotes.marks import Quoted
from datasette_wirefacts.extractors.quotes.phrases import phrase_end
from datasette_wirefacts.extractors.quotes.reading import NEAR, Reading, Sentence, without_end_marks
from datasette_wirefacts.extractors.quotes.speakers import clause_speaker, label_speaker
from datasette_wirefacts.facts import Span

Tag = tuple[Found, Span, Span | None, str]  # cue, frame, speaker, rule


def sentence_start(reading: Reading, i: int) -> bool:
    """Whether a sentence begins at token ``i`` (behind the dateline, if one stands there), or the text has ended."""
    tokens = reading.tokens
    if i >= len(tokens):
        return True
    n = tokens.sentence_of[i]
    return i == max(tokens.sentences[n][0], reading.start_of.get(n, 0))


def tag_behind(reading: Reading, block: Quoted, sentences: list[Sentence], following: int) -> Tag | None:
    """``„…“, sagte X`` and ``„…“, so X``."""
    at = block.outer_last
    if at >= len(reading.tokens):
        return None
    if sentence_start(reading, at):
        return _tag_after(reading, at, sentences, following) or _tag_line(reading, at)
    if reading.text.words[at] in SENTENCE_MARKS and at + 1 < following and sentence_start(reading, at + 1):
        return _tag_after(reading, at + 1, sentences, following)
    sentence = sentences[reading.tokens.sentence_of[at]]
    words, text = reading.words, reading.text
    begin = bisect_left(sentence.clauses, at, key=lambda clause: clause.first)
    for k, clause in enumerate(sentence.clauses[begin : begin + 1], begin):
        if clause.first > at + 2 or clause.first >= following:
            return None
        end = _tag_end(reading, sentence, k, following)
        cue = sentence.cues[k]
        frame = (at, end)
        if cue is not None and clause.kind in ("main", "sub") and (clause.verb == clause.first or clause.kind == "sub"):
            return cue, frame, clause_speaker(reading, sentence, k, cue), "tag-behind"
        if text.norms[clause.first] in words.so and clause.first + 1 < clause.last:
            stop = phrase_end(text, clause.first + 1, clause.last, reading.phrases, wide=True)
            speaker = (clause.first + 1, stop) if stop is not None else None
            return Found((clause.first,), "", SAY), frame, speaker, "tag-so"
        if (inverted := _inverted(reading, sentence, k, at)) is not None:
            return inverted[0], frame, inverted[1], "tag-behind"
        if _with_words(reading, clause) and clause.verb is not None:
            found = cue or Found((clause.verb,), "", SAY)
            return found, frame, clause_speaker(reading, sentence, k, found), "tag-behind"
        return None
    return None


def _inverted(reading: Reading, sentence: Sentence, k: int, at: int) -> tuple[Found, Span] | None:
    """A verb that no list has, behind a comma and before somebody who can speak: ``„…“, verbesserte der Senn``."""
    clause = sentence.clauses[k]
    if clause.kind != "main" or clause.verb != clause.first or reading.text.words[at] != ",":
        return None
    found = Found((clause.first,), reading.text.words[clause.first], SAY)
    speaker = clause_speaker(reading, sentence, k, found)
    near = speaker is not None and clause.first < speaker[0] <= clause.first + 2
    return (found, speaker) if speaker is not None and near and is_actor(reading, speaker) else None


def _with_words(reading: Reading, clause: Clause) -> bool:
    """``„…“, mit diesen Worten begrüßte X …``."""
    norms = reading.text.norms[clause.first : clause.first + 3]
    return len(norms) == 3 and norms[0] in reading.words.beside and norms[2] in reading.words.slogans


def _tag_after(reading: Reading, at: int, sentences: list[Sentence], following: int) -> Tag | None:
    """``„…“ Das sagte X.``: a sentence of its own that points back."""
    n = reading.tokens.sentence_of[at]
    sentence = sentences[n]
    if not sentence.clauses or reading.tokens.paragraph_of[at] != reading.tokens.paragraph_of[at - 1]:
        return None
    clause, cue = sentence.clauses[0], sentence.cues[0]
    points = clause.first == at and reading.text.norms[at] in reading.words.demonstrative and clause.verb == at + 1
    if not points or cue is None or cue.classes & WEAK or sentence.last > following:
        return None
    end = without_end_marks(reading, at, sentence.last)[1]
    return cue, (at, end), clause_speaker(reading, sentence, 0, cue), "tag-demonstrative"


def _tag_line(reading: Reading, at: int) -> Tag | None:
    """A line of its own behind the quote with nothing but a name that the text knows: ``„…“`` and below ``Jan Maier``."""
    tokens, text = reading.tokens, reading.text
    first, last = tokens.paragraphs[tokens.paragraph_of[at]]
    if first != at or tokens.paragraph_of[at] != tokens.paragraph_of[at - 1] + 1:
        return None
    first += text.words[first] in reading.marks.dashes
    named = 2 <= last - first <= 4 and all(text.kinds[i] & w.NOUN for i in range(first, last))
    if not named or text.norms[last - 1] not in reading.names:
        return None
    return Found((), "", SAY), (at, last), (first, last), "name-below"


def _tag_end(reading: Reading, sentence: Sentence, k: int, following: int) -> int:
    """The end of the tag: over appositions and relative clauses, up to the next quote or the sentence's end."""
    at = k
    while (
        at + 1 < len(sentence.clauses)
        and sentence.clauses[at + 1].kind in ("piece", "rel", "inf")
        and sentence.clauses[at + 1].first < following
    ):
        at += 1
    return min(sentence.clauses[at].last, following)


def tag_before(reading: Reading, block: Quoted, sentences: list[Sentence], earlier: int) -> Tag | None:
    """``X sagte: „…“``."""
    at = block.outer_first
    if at == 0 or reading.text.words[at - 1] not in {":", ",", "-", "–"}:
        return None
    sentence = sentences[reading.tokens.sentence_of[at - 1]]
    end = bisect_right(sentence.clauses, at, key=lambda clause: clause.last)
    before = [k for k in range(max(0, end - NEAR), end) if earlier <= sentence.clauses[k].first]
    if not before:
        return None
    start = max(sentence.first, earlier)
    last = sentence.clauses[before[-1]]
    if title_like(reading, block) and _names_it(reading, start, at):
        return None
    joined = _joined_label(reading, last, at)
    if joined is not None:
        return Found((), "", SAY), (last.first, at), joined, "colon"
    if last.kind == "piece" and reading.text.norms[last.first] in reading.words.so and last.last - last.first > 1:
        return Found((last.first,), "", SAY), (start, at), label_speaker(reading, last.first + 1, last.last), "tag-before"
    for k in sorted(before, key=lambda k: (sentence.clauses[k].kind != "main", -k)):
        cue = sentence.cues[k]
        aside = k != before[-1] and _aside(reading, sentence.clauses[k])
        if cue is not None and cue.classes != NAMING and not aside:
            return cue, (start, at), clause_speaker(reading, sentence, k, cue), "tag-before"
    if reading.text.words[at - 1] != ":" or title_like(reading, block):
        return None
    mains = [k for k in reversed(before) if sentence.clauses[k].kind == "main"]
    if mains:
        verb = sentence.clauses[mains[0]].verb
        speaker = clause_speaker(reading, sentence, mains[0], Found((verb if verb is not None else start,), "", SAY))
    else:
        speaker = label_speaker(reading, start, at - 1)
    return Found((), "", SAY), (start, at), speaker, "colon"


def _aside(reading: Reading, clause: Clause) -> bool:
    """``X, der nicht genannt werden will, winkte ab:``, ``Wie das Blatt schreibt, fand X nur ein Wort:``."""
    as_ = clause.kind == "sub" and clause.opener is not None and reading.text.norms[clause.opener] in reading.words.as_
    return clause.kind == "rel" or as_


def _names_it(reading: Reading, start: int, at: int) -> bool:
    """Whether what stands before the marks gives a name or a translation: ``den Namen …: „…“``, ``(etwa: „…“``."""
    norms = reading.text.norms
    opened = next((i for i in range(at - 1, start - 1, -1) if norms[i] in "()"), None)
    return (opened is not None and norms[opened] == "(") or any(norms[i] in reading.words.names for i in range(start, at))


def _joined_label(reading: Reading, piece: Clause, at: int) -> Span | None:
    """The last of several who are cited in turn: ``A („…“), und der Minister B: „…“``."""
    text = reading.text
    if piece.kind != "piece" or not text.kinds[piece.first] & w.CONJ or text.words[at - 1] != ":" or piece.last != at - 1:
        return None
    end = phrase_end(text, piece.first + 1, piece.last, reading.phrases, wide=True) if piece.first + 1 < piece.last else None
    return (piece.first + 1, end) if end == piece.last and is_actor(reading, (piece.first + 1, end)) else None


def title_like(reading: Reading, block: Quoted) -> bool:
    """Whether the marks hold no sentence: behind a colon without a verb of saying that is a title or a translation."""
    text = reading.text
    if text.words[block.last - 1][-1] in ".!?…":
        return False
    return not any(text.kinds[i] & w.FINITE and not text.kinds[i] & w.NOUN for i in range(block.first, block.last))
