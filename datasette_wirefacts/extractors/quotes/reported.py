"""Sentences -> reported speech without a clause of content, and chains of subjunctive sentences that carry a speaker on."""

from __future__ import annotations

from collections.abc import Iterator

from datasette_wirefacts import words as w
from datasette_wirefacts.clauses import Clause
from datasette_wirefacts.extractors.quotes.cues import ACT, WEAK
from datasette_wirefacts.extractors.quotes.documents import can_speak, is_actor
from datasette_wirefacts.extractors.quotes.phrases import phrase_end
from datasette_wirefacts.extractors.quotes.reading import NEAR, Draft, Reading, Sentence, subjunctive
from datasette_wirefacts.extractors.quotes.speakers import clause_speaker, main_subject
from datasette_wirefacts.facts import Span


def reported_quotes(reading: Reading, sentences: list[Sentence], found: list[Draft]) -> Iterator[Draft]:
    """Whole sentences that report: by their verb (reported) or by their mood (indirect_free, free_indirect)."""
    covered = _coverage(reading, found)
    made: list[Draft] = []
    speaker: Span | None = None
    last_report = -9
    for n, sentence in enumerate(sentences):
        drafts = [draft for draft in covered.get(n, []) if draft.rule not in FRAGMENTS]
        if drafts:
            speaker = _carried(drafts) or speaker
            last_report = n
            continue
        if sentence.first >= sentence.last or (covered.get(n) and not sentence.clauses):
            continue
        kind = _chain(reading, sentence)
        if kind == "indirect_free" or (kind == "free_indirect" and n - last_report <= 1):
            if n - last_report > 1 and n:
                speaker = _actor_before(reading, sentences[n - 1]) or speaker
            if speaker is None:  # an optative, or nobody to ascribe it to
                continue
            _chained(made, sentence, kind, speaker)
            last_report = n
            continue
        draft = _reported(reading, sentence)
        if draft is not None:
            speaker = draft.speaker or speaker
            last_report = n
            made.append(draft)
    yield from made


UNTAGGED = frozenset({"quoted-utterance", "fragment-alone", "tag-before", "colon"})
FRAGMENTS = frozenset({"fragment", "fragment-in-quote", "fragment-alone"})


def _carried(drafts: list[Draft]) -> Span | None:
    """Who goes on speaking behind a sentence: the speaker of its last quote that no other holds."""
    drafts = drafts[-NEAR:]
    for draft in reversed(drafts):
        inside = any(a <= draft.first < b for other in drafts if other is not draft for a, b in other.parts)
        if draft.speaker and not inside and draft.rule != "demnach":
            return draft.speaker
    return next((draft.speaker for draft in reversed(drafts) if draft.speaker), None)


def _actor_before(reading: Reading, sentence: Sentence) -> Span | None:
    subject = main_subject(reading, sentence)
    return subject if subject is not None and is_actor(reading, subject) else None


def _chained(made: list[Draft], sentence: Sentence, kind: str, speaker: Span | None) -> None:
    """The sentence as one more link of the chain, or as the first of a new one."""
    previous = made[-1] if made else None
    if previous is not None and previous.kind == kind and previous.parts[-1][1] == sentence.first and previous.speaker == speaker:
        previous.parts = [(previous.parts[0][0], sentence.last)]
        return
    rule = "subjunctive-chain" if kind == "indirect_free" else "hearsay-chain"
    made.append(Draft(kind=kind, parts=[(sentence.first, sentence.last)], rule=rule, speaker=speaker))


def lend_speakers(reading: Reading, sentences: list[Sentence], found: list[Draft]) -> None:
    """Direct quotes without a speech tag get the speaker of what was said just before them."""
    found.sort(key=lambda draft: draft.first)
    speaker: Span | None = None
    spoken = -9  # sentence
    for draft in found:
        n = reading.tokens.sentence_of[draft.first]
        thing = draft.rule == "colon" and draft.speaker is not None and not can_speak(reading, draft.speaker)
        if thing and speaker is not None and n - spoken <= 1:
            draft.speaker = speaker  # "Seine Hoffnung gründet sich auf Erfahrung: „…“"
        elif draft.rule in UNTAGGED and draft.speaker is None:
            fresh = _actor_before(reading, sentences[n - 1]) if n and n - 1 > spoken else None
            if fresh is not None and (speaker is None or any(reading.text.kinds[i] & w.NOUN for i in range(*fresh))):
                draft.speaker = fresh
            elif n - spoken <= 2:
                draft.speaker = speaker
        if draft.speaker is not None and draft.rule != "demnach":
            speaker, spoken = draft.speaker, reading.tokens.sentence_of[draft.parts[-1][1] - 1]


def _coverage(reading: Reading, found: list[Draft]) -> dict[int, list[Draft]]:
    covered: dict[int, list[Draft]] = {}
    for draft in found:
        for a, b in (*draft.parts, *draft.frame):
            if a < b:
                for n in range(reading.tokens.sentence_of[a], reading.tokens.sentence_of[b - 1] + 1):
                    if not covered.get(n) or covered[n][-1] is not draft:
                        covered.setdefault(n, []).append(draft)
    return covered


def _chain(reading: Reading, sentence: Sentence) -> str | None:
    """What the mood of the sentence's first main clause says: subjunctive (indirect_free), hearsay ``soll`` (free_indirect)."""
    for clause in sentence.clauses:
        if clause.kind == "main" and clause.verb is not None:
            if reading.text.kinds[clause.verb] & w.SUBJ1 and not _first_person(reading, clause.verb):
                return "indirect_free"
            if reading.text.norms[clause.verb] in reading.words.hearsay and not _planned(reading, clause):
                return "free_indirect"
            return None
    return None


def _planned(reading: Reading, clause: Clause) -> bool:
    """``soll am 3. Juni fallen``: a plan with its day, nobody's words; ``soll am 3. Juni gefallen sein`` is hearsay."""
    text = reading.text
    done = text.kinds[clause.last - 1] & w.AUX and text.kinds[clause.last - 1] & w.INF
    return not done and any(text.norms[i] in reading.words.time for i in range(clause.first, clause.last))


def _two_claimants(reading: Reading, sentence: Sentence, k: int) -> bool:
    """``X fordert drei Jahre, die Anklage fünf``: the verb counts twice, and the sentence is not one speaker's."""
    text = reading.text
    for piece in sentence.clauses[k + 1 : k + 4]:
        if piece.kind != "piece" or not text.kinds[piece.first] & w.DET or text.norms[piece.first] not in reading.words.definite:
            continue
        end = phrase_end(text, piece.first, piece.last, reading.phrases)
        if end is not None and end < piece.last and text.kinds[end] & (w.NUM | w.DET):
            return True
    return False


def _first_person(reading: Reading, verb: int) -> bool:
    norms = reading.text.norms
    return any(norms[i] in reading.words.first_person for i in (verb - 1, verb + 1) if 0 <= i < len(norms))


def _around(sentence: Sentence, clause: Clause) -> range:
    """The tokens of a clause and its neighbourhood."""
    return range(max(sentence.first, clause.first - NEAR), min(sentence.last, clause.last + NEAR))


def _reported(reading: Reading, sentence: Sentence) -> Draft | None:
    for k, clause in enumerate(sentence.clauses):
        cue = sentence.cues[k]
        if clause.kind == "main" and cue is not None and cue.classes & ACT and not subjunctive(reading, clause):
            needed = reading.words.needs.get(cue.lemma)
            if needed is not None and not any(reading.text.norms[i] in needed for i in _around(sentence, clause)):
                continue
            if _two_claimants(reading, sentence, k):
                continue
            speaker = clause_speaker(reading, sentence, k, cue)
            if speaker is not None and not (cue.classes & WEAK and reading.has_fragment(sentence)):
                return Draft(
                    kind="reported",
                    parts=[(sentence.first, sentence.last)],
                    rule="speech-act",
                    speaker=speaker,
                    verb=cue.lemma,
                    medium="speech",
                )
    return None
