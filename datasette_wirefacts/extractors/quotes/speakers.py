"""Frames -> who speaks: the noun phrase or pronoun, as token range."""

from __future__ import annotations

from datasette_wirefacts import words as w
from datasette_wirefacts.clauses import Clause
from datasette_wirefacts.extractors.quotes.cues import Found
from datasette_wirefacts.extractors.quotes.documents import (
    adjacent,
    agent,
    document,
    impersonal,
    is_actor,
    of_time,
    published_in,
    shown_in,
)
from datasette_wirefacts.extractors.quotes.phrases import phrase_end, subject_in
from datasette_wirefacts.extractors.quotes.reading import NEAR, Reading, Sentence
from datasette_wirefacts.facts import Span


def clause_speaker(reading: Reading, sentence: Sentence, k: int, cue: Found) -> Span | None:
    """The speaker of the clause ``k`` with that cue: its subject, the agent of a passive, the source behind ``heißt es in``."""
    clause = sentence.clauses[k]
    verb = clause.verb if clause.verb is not None else cue.tokens[0]
    if cue.passive and cue.lemma not in reading.words.subject_of_passive:
        return agent(reading, clause, reading.words.agent) or document(reading, sentence, k) or published_in(reading, clause)
    if cue.lemma in reading.words.source_verbs or impersonal(reading, clause, verb):
        return agent(reading, clause, reading.words.source_prepositions) or document(reading, sentence, k)
    if clause.kind == "rel":
        return _relative(reading, clause, verb)
    if cue.lemma in reading.words.object_speaks and not cue.passive:
        cited = _cited(reading, clause, verb)
        if cited is not None:
            return cited
    joined = verb == clause.first + 1 and reading.text.kinds[clause.first] & w.CONJ
    if clause.kind == "main" and joined:
        return _elliptic(reading, sentence, k, verb)
    if clause.kind == "main" and verb == clause.first:
        return _verb_first(reading, sentence, k, verb)
    if clause.kind == "main":
        subject = _verb_second(reading, sentence, k, verb)
        return subject and (shown_in(reading, sentence, k, subject) or subject)
    if clause.kind == "inf":
        return _matrix_subject(reading, sentence, k)
    start = clause.first if clause.opener is None else clause.opener + 1
    found = subject_in(reading.text, start, verb, verb, reading.phrases, after=False)
    return _through_apposition(reading, found, verb) if found is not None else None


def _matrix_subject(reading: Reading, sentence: Sentence, k: int) -> Span | None:
    """The subject of the main clause that an infinitive belongs to: ``X scheut sich nicht, Y offen zu loben: „…“``."""
    for at in range(k - 1, max(-1, k - NEAR), -1):
        clause = sentence.clauses[at]
        if clause.kind == "main" and clause.verb is not None:
            return clause_speaker(reading, sentence, at, Found((clause.verb,), "", 0))
    return None


def noun_speaker(reading: Reading, sentence: Sentence, k: int, start: int, noun: int) -> Span | None:
    """Who states what a noun names: its genitive (``die Forderung der Partei``), else the clause's subject, else the noun."""
    clause, text = sentence.clauses[k], reading.text
    end = phrase_end(text, noun, clause.last, reading.phrases, attributes=False)
    end = end if end is not None else noun + 1
    if end < clause.last and ((text.kinds[end] & w.DET and text.kinds[end] & w.GENITIVE) or text.norms[end] in reading.phrases.of):
        inner = end + 1 if text.norms[end] in reading.phrases.of else end
        stop = phrase_end(text, inner, clause.last, reading.phrases) if inner < clause.last else None
        if stop is not None:
            return inner, stop
    if text.norms[noun] in reading.words.asker:
        return None  # who asks is not said
    if clause.verb is not None:
        cue = sentence.cues[k]
        passive = reading.text.norms[clause.verb] in reading.words.passive
        if (cue is not None and cue.lemma in reading.words.rejecting) or (passive and clause.kind == "main"):
            return agent(reading, clause, reading.words.agent) if passive else None
        subject = clause_speaker(reading, sentence, k, Found((clause.verb,), "", 0))
        if subject is not None and not subject[0] <= noun < subject[1]:
            return subject
    return start, noun + 1


def main_subject(reading: Reading, sentence: Sentence) -> Span | None:
    """The subject of the sentence's first main clause."""
    for k, clause in enumerate(sentence.clauses):
        if clause.kind == "main" and clause.verb is not None:
            return clause_speaker(reading, sentence, k, Found((clause.verb,), "", 0))
    return None


def label_speaker(reading: Reading, first: int, last: int) -> Span | None:
    """The speaker of a label before a colon: ``Meier, Sprecher des Amtes:``, ``Ein Beamter nach der Tat:``."""
    at = first
    while at < last and reading.text.kinds[at] & (w.ADV | w.CONJ) and not reading.text.kinds[at] & w.NOUN:
        at += 1
    end = phrase_end(reading.text, at, last, reading.phrases) if at < last else None
    if end is None:
        return None
    return _through_apposition(reading, (at, end), last)


def _relative(reading: Reading, clause: Clause, verb: int) -> Span | None:
    opener = clause.opener if clause.opener is not None else clause.first
    if opener + 1 < verb:
        between = subject_in(reading.text, opener + 1, verb, verb, reading.phrases, after=False)
        alone = between is not None and between[1] - between[0] == 1 and bool(reading.text.kinds[between[0]] & w.SPEAKING)
        fresh = between is not None and (alone or not reading.text.kinds[opener] & w.SPEAKING)
        if not alone and between is not None and not reading.text.kinds[opener] & w.OBLIQUE:
            fresh = False
        if fresh or (between is not None and is_actor(reading, between) and between[0] == opener + 1):
            return between
    return opener, opener + 1


def _verb_first(reading: Reading, sentence: Sentence, k: int, verb: int) -> Span | None:
    clause = sentence.clauses[k]
    found = subject_in(reading.text, clause.first, clause.last, verb, reading.phrases, after=True)
    found = found and (_behind_object(reading, found, clause) or found)
    prefield = _prefield_subject(reading, sentence, k)
    moved = prefield is not None and _moved_object(reading, prefield, verb, clause)
    if prefield is not None and not moved and not (found is not None and _said_before(sentence, k)):
        return prefield
    if found is not None and (_said_before(sentence, k) or not _object(reading, found)):
        return _with_apposition(reading, sentence, k, found)
    return _earlier_subject(reading, sentence, k) or (found and _with_apposition(reading, sentence, k, found))


def _behind_object(reading: Reading, pronoun: Span, clause: Clause) -> Span | None:
    """Title and name behind a pronoun that can be an object: ``unterbrach sie Richter Paul Moll``."""
    text = reading.text
    if pronoun[1] - pronoun[0] > 1 or text.norms[pronoun[0]] not in reading.words.either_case or pronoun[1] >= clause.last:
        return None
    end = phrase_end(text, pronoun[1], clause.last, reading.phrases, attributes=False)
    named = end is not None and end - pronoun[1] > 1 and all(text.kinds[i] & w.NOUN for i in range(pronoun[1], end))
    return (pronoun[1], end) if named and end is not None else None


def _said_before(sentence: Sentence, k: int) -> bool:
    """Whether a main clause stands before clause ``k``, over pieces: it is what is said, not the subject."""
    at = k
    while at > 0 and k - at < NEAR and sentence.clauses[at - 1].kind in ("piece", "rel", "sub") and adjacent(sentence, at):
        at -= 1
    return at > 0 and adjacent(sentence, at) and sentence.clauses[at - 1].kind == "main"


def _elliptic(reading: Reading, sentence: Sentence, k: int, verb: int) -> Span | None:
    """The subject of ``und sagte …``: that of the clause before, unless a pronoun follows the verb."""
    clause = sentence.clauses[k]
    found = subject_in(reading.text, clause.first, clause.last, verb, reading.phrases, after=True)
    if found is not None and found[1] - found[0] == 1 and found[0] == verb + 1 and not reading.text.kinds[found[0]] & w.NOUN:
        return found
    return _earlier_subject(reading, sentence, k) or found


def _cited(reading: Reading, clause: Clause, verb: int) -> Span | None:
    """Whom the clause cites: ``Das Blatt zitierte Meier mit den Worten``."""
    first = (
        verb + 2
        if reading.text.norms[verb + 1 : verb + 2] and reading.text.norms[verb + 1] in reading.words.reflexive
        else verb + 1
    )
    end = phrase_end(reading.text, first, clause.last, reading.phrases) if first < clause.last else None
    worded = any(reading.text.norms[i] in reading.words.slogans for i in range(clause.first, clause.last))
    if end is None or not (worded or is_actor(reading, (first, end))):
        return None
    return first, end


def _object(reading: Reading, phrase: Span) -> bool:
    """Whether a phrase behind an elliptic verb is rather its object: ``nannte die Bewerbung``."""
    return bool(reading.text.kinds[phrase[0]] & w.DET) and not is_actor(reading, phrase) and phrase[1] - phrase[0] > 1


def _verb_second(reading: Reading, sentence: Sentence, k: int, verb: int) -> Span | None:
    clause, text = sentence.clauses[k], reading.text
    start = clause.first
    prefield = subject_in(text, start, verb, verb, reading.phrases, after=False)
    if prefield is not None and not _fronted(reading, start, prefield) and not _moved_object(reading, prefield, verb, clause):
        return _through_apposition(reading, prefield, verb)
    behind = subject_in(text, verb, clause.last, verb, reading.phrases, after=True)
    if behind is not None:
        return _with_apposition(reading, sentence, k, behind)
    if prefield is None and text.kinds[clause.first] & w.CONJ:
        return _earlier_subject(reading, sentence, k)
    return prefield


def _fronted(reading: Reading, start: int, phrase: Span) -> bool:
    """True where an adverbial stands before the phrase, or the phrase is one of time: the subject is behind the verb."""
    kinds = reading.text.kinds
    return any(kinds[i] & w.PREP and not kinds[i] & w.NOUN for i in range(start, phrase[0])) or of_time(reading, *phrase)


def _moved_object(reading: Reading, phrase: Span, verb: int, clause: Clause) -> bool:
    """Whether the phrase before the verb is its object: ``Die Schuld weist Meier von sich``, ``Das Amt lehnte er ab``."""
    text = reading.text
    if verb + 1 >= clause.last or is_actor(reading, phrase):
        nominative = verb + 1 < clause.last and text.kinds[verb + 1] & w.SPEAKING and not text.kinds[verb + 1] & w.DET
        nominative = nominative and text.norms[verb + 1] not in reading.words.either_case
        return bool(nominative and not text.kinds[phrase[0]] & w.SPEAKING)
    end = phrase_end(text, verb + 1, clause.last, reading.phrases)
    return end is not None and is_actor(reading, (verb + 1, end)) and not text.kinds[verb + 1] & w.OBLIQUE


def _through_apposition(reading: Reading, phrase: Span, limit: int) -> Span:
    """The phrase with what stands between it and the verb: ``Meier, der Chef des Amtes``, ``ein Gericht in Wien``."""
    text = reading.text
    at = phrase[1]
    while at + 1 < limit and text.kinds[at] & w.PREP and not text.kinds[at] & w.NOUN:
        end = phrase_end(text, at + 1, limit, reading.phrases)
        if end is None or of_time(reading, at + 1, end):
            break
        at = end
    if at == limit or (at < limit and text.words[at] == ","):
        phrase = phrase[0], at
    if phrase[1] + 1 < limit and text.words[phrase[1]] == ",":
        end = phrase_end(text, phrase[1] + 1, limit, reading.phrases, wide=True)
        if end is not None and end >= limit - 1:
            return phrase[0], min(end, limit)
    return phrase


def _prefield_subject(reading: Reading, sentence: Sentence, k: int) -> Span | None:
    """The subject before a verb-first clause, apposition included: ``Der Sprecher, Jan Maier, sagte``."""
    at = k
    while at > 0 and k - at < NEAR and sentence.clauses[at - 1].kind in ("piece", "rel") and adjacent(sentence, at):
        at -= 1
    if at == k:
        return None
    head = sentence.clauses[at]
    found = subject_in(reading.text, head.first, head.last, -1, reading.phrases, after=False)
    if found is None or _fronted(reading, head.first, found):
        return None
    end = _through_attributes(reading, found[1], head.last)
    if end == head.last and at + 1 < k and sentence.clauses[at + 1].kind == "piece":
        end = sentence.clauses[at + 1].last
    return found[0], end


def _through_attributes(reading: Reading, at: int, last: int) -> int:
    """Over the attributes with prepositions that fill the clause: ``der Leiter [in Graz], Jan Maier,``; else ``at``."""
    end: int | None = at
    while end is not None and end + 1 < last and reading.text.kinds[end] & w.PREP:
        end = phrase_end(reading.text, end + 1, last, reading.phrases)
    return last if end == last else at


def _with_apposition(reading: Reading, sentence: Sentence, k: int, found: Span) -> Span:
    """The phrase and the name or office in commas behind it."""
    clause = sentence.clauses[k]
    end = _through_attributes(reading, found[1], clause.last)
    if end != clause.last or k + 1 >= len(sentence.clauses):
        return found
    following = sentence.clauses[k + 1]
    if following.kind != "piece" or reading.text.words[clause.last] != ",":
        return found
    stop = phrase_end(reading.text, following.first, following.last, reading.phrases, wide=True)
    return (found[0], stop) if stop == following.last else found


def _earlier_subject(reading: Reading, sentence: Sentence, k: int) -> Span | None:
    """The subject that a clause with ``und`` shares with the one before it."""
    verb = sentence.clauses[k].verb
    told = (
        verb is not None and not reading.text.kinds[verb] & w.SUBJ1
    )  # passes over what is reported: "X sagte, Y sei … und fügte an"
    for at in range(k - 1, max(-1, k - NEAR), -1):
        clause = sentence.clauses[at]
        if clause.kind == "main" and clause.verb is not None and not (told and reading.text.kinds[clause.verb] & w.SUBJ1):
            found = clause_speaker(reading, sentence, at, Found((clause.verb,), "", 0))
            if found is not None:
                return found
    return None
