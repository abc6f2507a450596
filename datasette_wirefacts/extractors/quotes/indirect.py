"""Sentences -> indirect quotes: a clause or a noun of saying with its content, source phrases and reporting asides."""

from __future__ import annotations

from collections.abc import Iterator

from datasette_wirefacts import words as w
from datasette_wirefacts.extractors.quotes.content import (
    content_before,
    content_behind,
    content_end,
    cue_draft,
    frame_end,
    frame_start,
    verb_first,
)
from datasette_wirefacts.extractors.quotes.cues import NAMING, PHRASE, WEAK, Found
from datasette_wirefacts.extractors.quotes.documents import is_actor
from datasette_wirefacts.extractors.quotes.reading import NEAR, Draft, Reading, Sentence, subjunctive, without_end_marks
from datasette_wirefacts.extractors.quotes.sources import aside_quotes, source_quotes
from datasette_wirefacts.extractors.quotes.speakers import clause_speaker, noun_speaker
from datasette_wirefacts.facts import Span


def indirect_quotes(reading: Reading, sentence: Sentence) -> Iterator[Draft]:
    """The indirect quotes of a sentence, in the order of their cues."""
    taken: list[Span] = []
    for k, _clause in enumerate(sentence.clauses):
        for draft in (*source_quotes(reading, sentence, k), *aside_quotes(reading, sentence, k)):
            taken.extend(draft.frame)
            yield draft
        cue = sentence.cues[k]
        if cue is None or any(a <= cue.tokens[0] < b for a, b in taken):
            cue_less = True
        else:
            draft_or_none = (
                _matrix(reading, sentence, k, cue)
                or _demonstrative(reading, sentence, k, cue)
                or _coloured(reading, sentence, k, cue)
            )
            cue_less = draft_or_none is None
            if draft_or_none is not None:
                yield draft_or_none
        if cue_less:
            yield from _noun_cue(reading, sentence, k)
            yield from _after_colon(reading, sentence, k)


def _matrix(reading: Reading, sentence: Sentence, k: int, cue: Found) -> Draft | None:
    """A clause with a verb of saying and its content, behind or before it."""
    clause = sentence.clauses[k]
    if cue.classes == NAMING or (
        clause.kind == "sub" and clause.opener is not None and reading.text.norms[clause.opener] in reading.words.as_
    ):
        return None
    between = k > 0 and verb_first(clause) and _interrupted(reading, sentence, k) is not None
    content = content_behind(reading, sentence, k, cue) if not between else None
    if content is not None:
        first, last, kind = content
        if cue.classes & WEAK and not cue.passive:
            who = clause_speaker(reading, sentence, k, cue)
            if who is None or not (is_actor(reading, who) or kind == "main"):
                return None
        begin = frame_start(reading, sentence, k)
        frame = [(begin, first)]
        rule = {"sub": "that-clause", "main": "matrix-clause", "inf": "infinitive"}[kind]
        return cue_draft(reading, sentence, k, cue, [(first, last)], frame, rule=rule)
    before = content_before(reading, sentence, k, cue)
    if before is not None:
        after = _interrupted(reading, sentence, k)
        if after is not None:
            frame = [(before[1], after[0])]
            return cue_draft(reading, sentence, k, cue, [before, after], frame, rule="matrix-between")
        end = frame_end(reading, sentence, k)
        draft = cue_draft(reading, sentence, k, cue, [before], [(before[1], end)], rule="matrix-behind")
        return draft if draft.speaker is not None or cue.passive or cue.classes & PHRASE else None
    return None


def _interrupted(reading: Reading, sentence: Sentence, k: int) -> Span | None:
    """The rest of a clause that the matrix interrupts: ``Die Opfer seien, sagte X, Touristen gewesen``."""
    if k == 0 or k + 1 >= len(sentence.clauses) or not subjunctive(reading, sentence.clauses[k - 1]):
        return None
    earlier, later = sentence.clauses[k - 1], sentence.clauses[k + 1]
    goes_on = later.kind == "main" and subjunctive(reading, later) and not verb_first(later)
    bracket = earlier.verb is not None and earlier.last - earlier.verb <= 2 and later.kind in ("piece", "inf")
    if earlier.kind != "main" or not (goes_on or bracket):
        return None
    return without_end_marks(reading, later.first, sentence.last)


def _demonstrative(reading: Reading, sentence: Sentence, k: int, cue: Found) -> Draft | None:
    """``Das teilte X mit``: what is said is the sentence before."""
    clause = sentence.clauses[k]
    text, tokens = reading.text, reading.tokens
    first = sentence.first
    if (
        k
        or clause.kind != "main"
        or clause.first != first
        or clause.verb != first + 1
        or text.norms[first] not in reading.words.demonstrative
    ):
        return None
    n = tokens.sentence_of[first]
    if n == 0 or cue.classes & WEAK or (cue.passive and cue.lemma in reading.words.subject_of_passive):
        return None
    begin, end = tokens.sentences[n - 1]
    before = without_end_marks(reading, max(begin, reading.start_of.get(n - 1, begin)), end)
    if before[1] - before[0] < 3 or text.words[before[1] - 1] in reading.marks.all:
        return None
    stop = without_end_marks(reading, first, sentence.last)[1]
    draft = cue_draft(reading, sentence, k, cue, [before], [(first, stop)], rule="demonstrative")
    draft.kind = "indirect_free"
    return draft


def _coloured(reading: Reading, sentence: Sentence, k: int, cue: Found) -> Draft | None:
    """A relative or adverbial clause in the subjunctive behind a clause of speaking: what it says is the speaker's."""
    clause = sentence.clauses[k]
    if k + 1 >= len(sentence.clauses) or clause.kind not in ("main", "rel") or subjunctive(reading, clause):
        return None
    following = sentence.clauses[k + 1]
    if following.opener is not None and reading.text.norms[following.opener] in reading.words.alone:
        return None
    if following.kind not in ("rel", "sub") or following.verb is None or not reading.text.kinds[following.verb] & w.SUBJ1:
        return None
    end = content_end(reading, sentence, k, k + 1)
    part = without_end_marks(reading, following.first, end)
    return cue_draft(
        reading, sentence, k, cue, [part], [(frame_start(reading, sentence, k), following.first)], rule="subjunctive-clause"
    )


def _after_colon(reading: Reading, sentence: Sentence, k: int) -> Iterator[Draft]:
    """``Die Zeugin blieb dabei: Sie habe …``: the subjunctive behind the colon says that somebody said it."""
    clause = sentence.clauses[k]
    if k + 1 >= len(sentence.clauses) or reading.text.words[clause.last : clause.last + 1] != [":"] or sentence.cues[k] is not None:
        return
    following = sentence.clauses[k + 1]
    if following.kind != "main" or following.verb is None or not reading.text.kinds[following.verb] & w.SUBJ1:
        return
    part = without_end_marks(reading, following.first, sentence.last)
    at = k
    while at > 0 and k - at < NEAR and sentence.clauses[at].kind == "piece":  # an apposition: "sprach die Chefin, Eva Lang:"
        at -= 1
    if sentence.cues[at] is not None:
        return
    verb = sentence.clauses[at].verb
    speaker = clause_speaker(reading, sentence, at, Found((verb,), "", 0)) if verb is not None else None
    frame = [(frame_start(reading, sentence, k), following.first)]
    yield Draft(kind="indirect", parts=[part], rule="after-colon", frame=frame, speaker=speaker)


def _noun_cue(reading: Reading, sentence: Sentence, k: int) -> Iterator[Draft]:
    """``die Forderung, dass …``: a noun of saying before a clause."""
    text, words = reading.text, reading.words
    clause = sentence.clauses[k]
    if k + 1 >= len(sentence.clauses) or text.words[clause.last : clause.last + 1] != [","]:
        return
    noun = next(
        (
            i
            for i in range(clause.last - 1, max(clause.first - 1, clause.last - 6), -1)
            if text.kinds[i] & w.NOUN and text.norms[i] in words.cue_nouns
        ),
        None,
    )
    if noun is None:
        return
    following = sentence.clauses[k + 1]
    opener = text.norms[following.opener] if following.opener is not None else ""
    fits = (
        (following.kind == "inf" and text.norms[following.first] not in words.purpose)
        or (
            following.kind == "sub"
            and (
                opener in words.that
                or bool(following.opener is not None and text.kinds[following.opener] & w.ASK and opener not in words.as_)
            )
        )
        or (following.kind in ("main", "rel") and subjunctive(reading, following))
    )
    if not fits:
        return
    start = noun
    while start > clause.first and text.kinds[start - 1] & (w.ADJ | w.DET | w.NUM) and not text.kinds[start - 1] & w.NOUN:
        start -= 1
    end = _noun_content_end(reading, sentence, k)
    first, last = without_end_marks(reading, following.first, end)
    if first < last:
        frame = [(frame_start(reading, sentence, k), first)]
        if end < sentence.last and text.words[end - 1] == ",":
            frame.append((last, sentence.last))
        draft = Draft(
            kind="indirect",
            parts=[(first, last)],
            rule="noun-cue",
            cue=tuple(range(start, noun + 1)),
            verb=text.words[noun],
            frame=frame,
        )
        draft.speaker = noun_speaker(reading, sentence, k, start, noun)
        yield draft


def _noun_content_end(reading: Reading, sentence: Sentence, k: int) -> int:
    """Where the content of a noun ends: before the verb or the particle that the clause of the noun still waits for."""
    text = reading.text
    waiting = sentence.clauses[k].verb is None
    for clause in sentence.clauses[k + 2 : k + 2 + NEAR]:
        particle = clause.last - clause.first == 1 and bool(text.kinds[clause.first] & w.PARTICLE)
        if particle or (waiting and verb_first(clause)):
            return clause.first
    return content_end(reading, sentence, k, k + 1)
