"""Clauses without somebody who speaks as their subject -> where the words stand, or who acts in a passive."""

from __future__ import annotations

from datasette_wirefacts import words as w
from datasette_wirefacts.clauses import Clause
from datasette_wirefacts.extractors.quotes.phrases import OPEN_MARKS, phrase_end, subject_in
from datasette_wirefacts.extractors.quotes.reading import NEAR, Reading, Sentence
from datasette_wirefacts.facts import Span


def is_actor(reading: Reading, phrase: Span) -> bool:
    """Whether the phrase names somebody who can speak: a pronoun, a name, a person, a group, an organisation."""
    text = reading.text
    first, last = phrase
    if text.kinds[first] & w.SPEAKING and last - first == 1 and not text.kinds[first] & w.NOUN:
        return True
    head = next((i for i in range(first, last) if text.kinds[i] & w.NOUN), None)
    if head is None:
        return False
    norm = text.norms[head]
    if norm in reading.words.actors or norm.endswith(reading.words.actor_endings) or norm in reading.names:
        return True
    end = head
    while end + 1 < last and text.kinds[end + 1] & w.NOUN:
        end += 1
    if end > head and text.norms[end] in reading.names:  # "den Theologen Hans Küng"
        return True
    return head == first and not text.kinds[first] & w.DET and head + 1 < last and bool(text.kinds[head + 1] & w.NOUN)


def can_speak(reading: Reading, phrase: Span) -> bool:
    """Whether the phrase names somebody who can speak or a document."""
    text = reading.text
    head = next((text.norms[i] for i in range(*phrase) if text.kinds[i] & w.NOUN), "")
    words = reading.words
    return is_actor(reading, phrase) or head in words.documents or head.endswith(words.document_endings) or head == ""


def adjacent(sentence: Sentence, k: int) -> bool:
    """Whether only separators stand between clause ``k`` and the one before it (no direct quote)."""
    return k > 0 and sentence.clauses[k].first - sentence.clauses[k - 1].last <= 2


def of_time(reading: Reading, first: int, last: int) -> bool:
    """Whether the range is a phrase of time."""
    head = next((reading.text.norms[i] for i in range(first, last) if reading.text.kinds[i] & w.NOUN), "")
    return head in reading.words.time


def impersonal(reading: Reading, clause: Clause, verb: int) -> bool:
    """Whether nobody reports: ``heißt es``, ``es hieß``."""
    before = subject_in(reading.text, clause.first, verb, verb, reading.phrases, after=False) if clause.first < verb else None
    if before is not None and clause.kind == "main" and is_actor(reading, before):
        return False  # "Der Trainer sah es anders"
    near = (verb - 1, verb + 1)
    return any(clause.first <= i < clause.last and reading.text.norms[i] in reading.words.impersonal for i in near)


def agent(reading: Reading, clause: Clause, prepositions: frozenset[str]) -> Span | None:
    """The phrase behind one of the prepositions: who acts in a passive, what a report stands in."""
    for i in range(clause.first, clause.last - 1):
        if reading.text.norms[i] in prepositions and not reading.text.kinds[i] & w.NOUN:
            end = phrase_end(reading.text, i + 1, clause.last, reading.phrases)
            if end is not None and not of_time(reading, i + 1, end):
                return i + 1, end
    return None


def document(reading: Reading, sentence: Sentence, k: int) -> Span | None:
    """The document that an impersonal report stands in, at the head of the sentence: ``In der Erklärung, die …, heißt es``."""
    at = k
    while at > 0 and k - at < NEAR and sentence.clauses[at - 1].kind in ("piece", "rel") and adjacent(sentence, at):
        at -= 1
    head = sentence.clauses[at]
    text = reading.text
    if (
        not text.kinds[head.first] & w.PREP
        or head.first + 1 >= head.last
        or text.norms[head.first] not in reading.words.source_prepositions
    ):
        return None
    end = phrase_end(text, head.first + 1, head.last, reading.phrases)
    if end is None or of_time(reading, head.first + 1, end):
        return None
    return head.first + 1, end


def shown_in(reading: Reading, sentence: Sentence, k: int, subject: Span) -> Span | None:
    """Where words are to be read that are the clause's subject: ``Auf dem Plakat waren die Worte zu lesen``; else None."""
    text = reading.text
    head = next((text.norms[i] for i in range(*subject) if text.kinds[i] & w.NOUN), "")
    if head not in reading.words.wording and head not in reading.words.slogans:
        return None
    found = agent(reading, sentence.clauses[k], reading.words.source_prepositions)
    return found if found is not None and not (found[0] < subject[1] and subject[0] < found[1]) else None


def published_in(reading: Reading, clause: Clause) -> Span | None:
    """The paper, in quotation marks or named, that a passive reports from: ``wird im „Abendboten“ bezeichnet``."""
    text = reading.text
    for i in range(clause.first, clause.last - 1):
        if text.norms[i] in reading.words.source_prepositions and text.words[i + 1] in OPEN_MARKS:
            end = phrase_end(text, i + 1, clause.last, reading.phrases)
            return (i + 1, end) if end is not None else None
    return None
