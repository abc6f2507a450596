"""Marks inside somebody's words -> quotes in quotes: ``„Mein Enkel hat gesagt: ‚Stimm Ja!‘“``."""

from __future__ import annotations

from bisect import bisect_right

from datasette_wirefacts import words as w
from datasette_wirefacts.clauses import clauses_of
from datasette_wirefacts.extractors.quotes.cues import SAY, WRITE, Found, cues_in
from datasette_wirefacts.extractors.quotes.documents import is_actor
from datasette_wirefacts.extractors.quotes.marks import Quoted
from datasette_wirefacts.extractors.quotes.phrases import subject_in
from datasette_wirefacts.extractors.quotes.reading import Draft, Reading, Sentence
from datasette_wirefacts.extractors.quotes.speakers import clause_speaker
from datasette_wirefacts.extractors.quotes.titles import is_name
from datasette_wirefacts.facts import Span

BEFORE, BEHIND = 24, 8  # tokens around the inner marks


def quote_in_quote(reading: Reading, quoted: Quoted) -> Draft | None:
    """What somebody says whom the outer quote cites: behind a colon, or beside a verb of saying (``hat nur ‚Ja‘ gesagt``)."""
    at = quoted.outer_first - 1
    if at < 1 or quoted.open is None or quoted.close is None:
        return None
    begin = _begin(reading, at)
    if reading.text.words[at] == ":":
        return _behind_colon(reading, quoted, begin)
    return _beside_verb(reading, quoted, begin)


def _begin(reading: Reading, at: int) -> int:
    """Behind the last mark before token ``at`` in its sentence."""
    begin = max(reading.tokens.sentences[reading.tokens.sentence_of[at]][0], at - BEFORE)
    return next((i + 1 for i in range(at - 1, begin - 1, -1) if reading.text.words[i] in reading.marks.all), begin)


def _read(reading: Reading, first: int, last: int) -> Sentence:
    """The range as a sentence of its own."""
    clauses = clauses_of(reading.text, first, last)
    cues = [next(cues_in(reading.text, c, last, reading.cues, reading.words.passive), None) for c in clauses]
    return Sentence(first, last, clauses, cues)


def _behind_colon(reading: Reading, quoted: Quoted, begin: int) -> Draft:
    sentence = _read(reading, begin, quoted.outer_first - 1)
    k = next((k for k in range(len(sentence.cues) - 1, -1, -1) if sentence.cues[k] is not None), None)
    if k is None:
        subject = subject_in(reading.text, begin, quoted.outer_first - 1, -1, reading.phrases, after=False)
        subject = subject if subject is not None and is_actor(reading, subject) else None
        return fragment_draft(quoted, (), None, [], _noun(reading, subject), "speech", rule="quote-in-quote")
    cue = sentence.cues[k] or Found((), "", SAY)
    speaker = _noun(reading, clause_speaker(reading, sentence, k, cue))
    frame = [(begin, quoted.outer_first)]
    return fragment_draft(quoted, cue.tokens, cue.lemma, frame, speaker, cue.medium, rule="quote-in-quote")


def _beside_verb(reading: Reading, quoted: Quoted, begin: int) -> Draft | None:
    last = min(reading.tokens.sentences[reading.tokens.sentence_of[quoted.outer_last - 1]][1], quoted.outer_last + BEHIND)
    last = next((i for i in range(quoted.outer_last, last) if reading.text.words[i] in reading.marks.all), last)
    sentence = _read(reading, begin, last)
    k = bisect_right(sentence.clauses, quoted.first, key=lambda clause: clause.first) - 1
    cue = sentence.cues[k] if k >= 0 else None
    if cue is None or not cue.classes & (SAY | WRITE) or quoted.outer_last not in cue.tokens or is_name(reading, quoted):
        return None
    clause = sentence.clauses[k]
    speaker = _noun(reading, clause_speaker(reading, sentence, k, cue))
    if speaker is None:  # "Wir haben ‚Nein‘ gesagt", "Wer ‚Freiheit‘ sagt"
        return None
    frame = [span for span in ((clause.first, quoted.outer_first), (quoted.outer_last, clause.last)) if span[0] < span[1]]
    return fragment_draft(quoted, cue.tokens, cue.lemma, frame, speaker, cue.medium, rule="quote-in-quote")


def _noun(reading: Reading, speaker: Span | None) -> Span | None:
    """The speaker if a noun names him: whom a pronoun inside a quote means is not said outside."""
    return speaker if speaker is not None and reading.text.kinds[speaker[1] - 1] & w.NOUN else None


def fragment_draft(
    quoted: Quoted,
    cue: tuple[int, ...],
    verb: str | None,
    frame: list[Span],
    speaker: Span | None,
    medium: str | None,
    *,
    rule: str,
) -> Draft:
    """A direct quote of the quoted words."""
    return Draft(
        kind="direct",
        parts=[(quoted.first, quoted.last)],
        outer=[(quoted.outer_first, quoted.outer_last)],
        rule=rule,
        cue=cue,
        verb=verb,
        frame=frame,
        speaker=speaker,
        medium=medium,
    )
