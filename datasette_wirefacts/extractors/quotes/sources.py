"""Sentences -> indirect quotes with a source (``laut X``, ``X zufolge``, ``demnach``) or an aside (``so X``, ``wie X sagte``)."""

from __future__ import annotations

from collections.abc import Iterator

from datasette_wirefacts import words as w
from datasette_wirefacts.clauses import Clause
from datasette_wirefacts.extractors.quotes.content import content_behind, cue_draft, frame_start, verb_first
from datasette_wirefacts.extractors.quotes.cues import SAY, WEAK, Found
from datasette_wirefacts.extractors.quotes.naming import is_carrier
from datasette_wirefacts.extractors.quotes.phrases import phrase_end
from datasette_wirefacts.extractors.quotes.reading import NEAR, Draft, Reading, Sentence, subjunctive, without_end_marks
from datasette_wirefacts.extractors.quotes.speakers import main_subject
from datasette_wirefacts.facts import Span


def source_quotes(reading: Reading, sentence: Sentence, k: int) -> Iterator[Draft]:
    """``laut X``, ``nach Angaben von X``, ``X zufolge``, ``demnach`` in clause ``k``."""
    text, words = reading.text, reading.words
    clause = sentence.clauses[k]
    i = clause.first
    while i < clause.last:
        norm = text.norms[i]
        found: tuple[Span, Span | None, int, str] | None = None
        if norm in words.alone and _stands_alone(reading, clause, i):
            found = (i, i + 1), (i, i + 1), i, "demnach"
        elif norm in words.laut and not text.kinds[i] & w.NOUN:
            found = _preposed(reading, sentence, k, i)
        elif norm in words.after and not text.kinds[i] & w.NOUN:
            found = _postposed(reading, clause, i) or _preposed(reading, sentence, k, i, carrier=True)
        elif norm in words.view_preposition and not text.kinds[i] & w.NOUN:
            found = _preposed(reading, sentence, k, i, carrier=True, view=True)
        elif norm in words.postposed:
            found = _postposed(reading, clause, i)
        if found is None:
            i += 1
            continue
        span, speaker, at, rule = found
        draft = _source_draft(reading, sentence, k, span, speaker, at, rule)
        if draft is not None:
            yield draft
            return
        i = max(i + 1, span[1])


def _preposed(
    reading: Reading, sentence: Sentence, k: int, i: int, carrier: bool = False, view: bool = False
) -> tuple[Span, Span | None, int, str] | None:
    clause = sentence.clauses[k]
    text = reading.text
    if i + 1 >= clause.last:
        return None
    if (
        i == clause.first
        and not view
        and i
        and text.words[i - 1] == ","
        and text.kinds[i + 1] & w.REL
        and clause.verb is not None
        and clause.verb >= clause.last - 1
    ):
        return (i, i + 2), (i + 1, i + 2), i, "source-behind-preposition"
    end = phrase_end(text, i + 1, clause.last, reading.phrases)
    if end is None and not carrier:
        end = _odd_name(reading, i + 1, clause.last)
    if view and not any(text.norms[n] in reading.words.views for n in range(i + 1, end or i + 1)):
        return None
    if end is None or (carrier and not is_carrier(reading, i + 1, end)):
        return None
    if view and end < clause.last and text.norms[end - 1] in reading.words.views and text.kinds[end] & w.PREP:
        return None  # "aus der Sicht auf den See"
    while end < clause.last and text.kinds[end] & w.PREP and not text.kinds[end] & w.NOUN:
        longer = phrase_end(text, end + 1, clause.last, reading.phrases) if end + 1 < clause.last else None
        if longer is None or (clause.first != i and (clause.verb is None or i > clause.verb)):
            break
        end = longer
    stop = end
    if end == clause.last:  # apposition or relative clause behind the source
        at = k
        while at + 2 < len(sentence.clauses) and sentence.clauses[at + 1].kind in ("piece", "rel"):
            following = sentence.clauses[at + 1]
            named = phrase_end(text, following.first, following.last, reading.phrases, wide=True) == following.last
            if i != clause.first and not (following.kind == "piece" and named):
                break
            at += 1
            stop = following.last
    return (i, stop), (i + 1, stop), i, "source-behind-preposition"


def _postposed(reading: Reading, clause: Clause, i: int) -> tuple[Span, Span | None, int, str] | None:
    """The noun phrase that ends before ``zufolge``."""
    low = clause.first
    if clause.verb is not None and clause.verb < i:
        low = clause.verb + 1
    for start in range(max(low, i - 20), i):
        if reading.text.kinds[start] & w.PREP:
            continue
        end = phrase_end(reading.text, start, i, reading.phrases, wide=True)
        if end == i and (reading.text.norms[i] not in reading.words.after or _own_view(reading, start, end)):
            return (start, i + 1), (start, i), i, "source-before-postposition"
    return None


def _odd_name(reading: Reading, i: int, last: int) -> int | None:
    """The end of a name that looks like none: in quotation marks, or written small (``laut ndr.de``)."""
    text = reading.text
    quoted = next((q for q in reading.quoted[reading.quoted_from(i) :] if q.open == i), None)
    if quoted is not None and quoted.close is not None and quoted.close < last:
        return quoted.close + 1
    known = text.kinds[i] & (w.DET | w.PREP | w.ADV | w.CONJ | w.PRON | w.FINITE | w.MARK)
    return i + 1 if not known and not text.kinds[i] & w.ADJ else None


def _own_view(reading: Reading, start: int, end: int) -> bool:
    """``seiner Meinung nach``: a possessive or a genitive before a noun of statement, nothing else."""
    return bool(reading.text.kinds[start] & w.OBLIQUE) and end - start <= 3 and is_carrier(reading, start, end)


def _source_draft(
    reading: Reading, sentence: Sentence, k: int, span: Span, speaker: Span | None, cue: int, rule: str
) -> Draft | None:
    clause = sentence.clauses[k]
    a, b = span
    if speaker is not None and any(reading.text.norms[i] in reading.words.own for i in range(*speaker)):
        own = main_subject(reading, sentence)  # "nach eigenen Angaben": whose statement the sentence's subject makes
        speaker = own if own is not None and not (own[0] < b and a < own[1]) else speaker
    words = reading.text.words
    if _inside_phrase(reading, clause, a, b):
        return None
    first, last = _said(reading, sentence, k)
    if cue == clause.opener:
        first = a
    left = without_end_marks(reading, first, a)
    right = without_end_marks(reading, b, last)
    parts = [part for part in (left, right) if part[0] < part[1]]
    if not parts or sum(part[1] - part[0] for part in parts) < 2:
        return None
    frame_last = b + 1 if b < sentence.last and words[b] in {",", ")"} else b
    if cue == clause.opener and k:  # ", wonach": the clause before it belongs to the frame
        a = frame_start(reading, sentence, k - 1)
    return Draft(
        kind="indirect",
        parts=parts,
        rule=rule,
        cue=(cue,),
        frame=[(a, frame_last)],
        speaker=speaker,
        medium="speech",
    )


def _stands_alone(reading: Reading, clause: Clause, i: int) -> bool:
    """Whether ``demnach`` is a source here; ``danach`` is one only where the verb stands in the subjunctive."""
    text = reading.text
    if i == reading.tokens.sentences[reading.tokens.sentence_of[i]][0] and text.kinds[i] & (w.SUB | w.REL | w.ASK):
        return False  # "Wonach der Hund grub, weiß nur er"
    if i != clause.first and not text.kinds[i - 1] & w.FINITE and i != clause.opener:
        return False
    return text.norms[i] not in reading.words.after_that or subjunctive(reading, clause)


def _inside_phrase(reading: Reading, clause: Clause, a: int, b: int) -> bool:
    """Whether the source stands inside a noun phrase: ``der nach Behördenangaben 350 Passagiere``."""
    kinds = reading.text.kinds
    if a == 0 or b >= len(kinds) or a == clause.first:
        return False
    return bool(kinds[a - 1] & w.DET and kinds[b] & (w.NUM | w.NOUN | w.ADJ))


def _said(reading: Reading, sentence: Sentence, k: int, aside: bool = False) -> Span:
    """What a source in clause ``k`` covers: a subordinate clause alone, a main clause with what depends on it.

    An ``aside`` covers the sentence, between semicolons and colons.
    """
    clauses, text = sentence.clauses, reading.text
    clause = clauses[k]
    if not aside and clause.kind in ("rel", "sub"):
        return clause.first, clause.last
    first, last = sentence.first, sentence.last
    shares = text.kinds[clause.first] & w.CONJ and clause.verb == clause.first + 1
    if (
        not aside
        and not shares
        and any(earlier.kind == "main" for earlier in clauses[max(0, k - NEAR) : k])
        and clause.kind == "main"
    ):
        first = clause.first
    for earlier in clauses[max(0, k - NEAR) : k]:
        if text.words[earlier.last : earlier.last + 1] in ([";"], [":"]):
            first = max(first, earlier.last + 1)
    for later in clauses[k + 1 : k + 1 + NEAR]:
        if text.words[later.first - 1] == ";":
            last = later.first - 1
            break
    return first, last


def aside_quotes(reading: Reading, sentence: Sentence, k: int) -> Iterator[Draft]:
    """``wie X mitteilte`` and ``so X``: the whole rest of the sentence is what is said."""
    text, words = reading.text, reading.words
    clause = sentence.clauses[k]
    cue = sentence.cues[k]
    if (
        clause.kind == "sub"
        and clause.opener is not None
        and text.norms[clause.opener] in words.as_
        and cue is not None
        and not cue.classes & WEAK
    ):
        tokens = (clause.opener, *cue.tokens)
        found = Found(tokens, cue.lemma, cue.classes, cue.passive)
        end = _aside_end(sentence, k)
        yield from _rest(reading, sentence, k, found, clause.first, end, rule="as-clause")
    elif cue is not None and text.norms[clause.first] in words.so and clause.verb == clause.first + 1 and (k or cue.classes & SAY):
        if k or (k + 1 < len(sentence.clauses) and verb_first(sentence.clauses[k + 1])):
            found = Found((clause.first, *cue.tokens), cue.lemma, cue.classes, cue.passive)
            if not content_behind(reading, sentence, k, cue):
                yield from _rest(reading, sentence, k, found, clause.first, clause.last, rule="so-clause")
    elif clause.kind == "piece" and text.norms[clause.first] in words.so and clause.first + 1 < clause.last and k > 0:
        speaker_end = phrase_end(text, clause.first + 1, clause.last, reading.phrases, wide=True)
        if speaker_end is None or speaker_end < clause.last - 2:
            return
        found = Found((clause.first,), "", SAY)
        stop = _so_end(reading, sentence, k)
        for draft in _rest(reading, sentence, k, found, clause.first, stop, rule="so-phrase"):
            draft.speaker = (clause.first + 1, speaker_end)
            yield draft


def _aside_end(sentence: Sentence, k: int) -> int:
    return sentence.clauses[k].last


def _so_end(reading: Reading, sentence: Sentence, k: int) -> int:
    """Over the pieces that belong to the speaker: ``so Meier, der Sprecher des Amtes``."""
    at = k
    while at + 2 < len(sentence.clauses) and sentence.clauses[at + 1].kind in ("piece", "rel"):
        following = sentence.clauses[at + 1]
        if (
            following.kind == "piece"
            and phrase_end(reading.text, following.first, following.last, reading.phrases, wide=True) != following.last
        ):
            break
        at += 1
    return sentence.clauses[at].last


def _rest(reading: Reading, sentence: Sentence, k: int, cue: Found, a: int, b: int, *, rule: str) -> Iterator[Draft]:
    words = reading.text.words
    low, high = _said(reading, sentence, k, aside=True)
    left = without_end_marks(reading, low, a)
    right = without_end_marks(reading, b, high)
    parts = [span for span in (left, right) if span[0] < span[1]]
    if not parts:
        return
    frame_first = a - 1 if a > sentence.first and words[a - 1] in {",", "-", "–", "("} else a
    frame_last = b + 1 if b < sentence.last and words[b] in {",", "-", "–", ")"} else b
    yield cue_draft(reading, sentence, k, cue, parts, [(frame_first, frame_last)], rule=rule)
