"""Quoted words inside a sentence -> direct quotes, where the sentence reports; names, titles and terms in marks are left out."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace

from datasette_wirefacts import words as w
from datasette_wirefacts.clauses import Clause
from datasette_wirefacts.extractors.quotes.cues import ACT, NAMING, PHRASE, SAY, WRITE, Found
from datasette_wirefacts.extractors.quotes.documents import is_actor
from datasette_wirefacts.extractors.quotes.inner import fragment_draft, quote_in_quote
from datasette_wirefacts.extractors.quotes.marks import Quoted
from datasette_wirefacts.extractors.quotes.phrases import phrase_end, subject_in
from datasette_wirefacts.extractors.quotes.reading import NEAR, Draft, Reading, Sentence, subjunctive
from datasette_wirefacts.extractors.quotes.speakers import clause_speaker, main_subject
from datasette_wirefacts.extractors.quotes.titles import TERM, clause_inside, is_name, may_be_name, predicate, upper
from datasette_wirefacts.facts import Span
from datasette_wirefacts.nesting import Nest

LONGEST = 200  # tokens of a sentence that is read once more
LONG_PIECE = 6  # words
BRACKET = 12  # tokens before a bracket
LOOK = 24  # tokens of a clause
BESIDE = 6  # tokens around a verb in which its pronoun stands


def fragments(reading: Reading, blocks: list[Quoted], sentences: list[Sentence], found: list[Draft]) -> Iterator[Draft]:
    """The quoted stretches outside ``blocks`` that are somebody's words, given the quotes ``found`` so far."""
    taken = [(block.outer_first, block.outer_last) for block in blocks]
    nest = Nest((a, b, i) for i, draft in enumerate(found) if draft.kind != "direct" for a, b in draft.parts)
    sentence_of = reading.tokens.sentence_of
    before: tuple[Quoted, Draft] | None = None
    reported = {sentence_of[b - 1] for draft in found for a, b in draft.parts if a < b}
    for quoted in reading.quoted:
        if quoted.depth and (inner := quote_in_quote(reading, quoted)) is not None:
            yield inner
        if quoted.depth or quoted.open is None or quoted.close is None or _inside(taken, quoted.outer_first):
            continue
        if not any(reading.text.words[i][0].isalnum() for i in range(quoted.first, quoted.last)):
            continue
        holder = nest.owner(quoted.first, quoted.last)
        draft = _in_brackets(reading, quoted) or _view(reading, quoted, sentences)
        parent = _lent(reading, found, nest, holder) if holder is not None else None
        draft = draft or _fragment(reading, quoted, sentences, parent)
        draft = draft or _announced(reading, quoted, sentences) or _alone(reading, quoted, sentences, reported)
        if draft is None and before is not None and _joined(reading, before[0], quoted):
            draft = replace(before[1], parts=[(quoted.first, quoted.last)], outer=[(quoted.outer_first, quoted.outer_last)])
        if draft is not None:
            before = quoted, draft
            yield draft


def _lent(reading: Reading, found: list[Draft], nest: Nest, holder: int) -> Draft:
    """The quote around some words; a pronoun as its speaker gives way to whoever says the sentence that the pronoun stands in."""
    parent = found[holder]
    if parent.speaker is None or parent.speaker[1] - parent.speaker[0] > 1 or not reading.text.kinds[parent.speaker[0]] & w.PRON:
        return parent
    outer = nest.owner(*parent.speaker)
    if outer is None or outer == holder or found[outer].speaker is None:
        return parent
    return replace(parent, speaker=found[outer].speaker)


def _in_brackets(reading: Reading, quoted: Quoted) -> Draft | None:
    """A sentence in brackets behind whoever says it: ``der Leiter, Jan Maier („Das wurde Zeit.“)``."""
    text, at = reading.text, quoted.outer_first - 1
    if at < 1 or text.words[at] != "(" or text.words[quoted.outer_last : quoted.outer_last + 1] != [")"]:
        return None
    if not clause_inside(reading, quoted) or quoted.last - quoted.first <= TERM:
        return None
    low = reading.tokens.sentences[reading.tokens.sentence_of[at]][0]
    for start in range(max(low, at - BRACKET), at):
        inside = start > low and text.kinds[start - 1] & (w.DET | w.ADJ)
        whole = phrase_end(text, start, at, reading.phrases) == at and not text.kinds[start] & w.OBLIQUE and not inside
        if whole and is_actor(reading, (start, at)):
            return fragment_draft(quoted, (), None, [], (start, at), "speech", rule="fragment-in-brackets")
    return None


def _view(reading: Reading, quoted: Quoted, sentences: list[Sentence]) -> Draft | None:
    """What a thing is in somebody's eyes: ``Für den Minister ist das „kein Thema“``."""
    text = reading.text
    sentence = sentences[reading.tokens.sentence_of[quoted.outer_first]]
    k = bisect_right(sentence.clauses, quoted.first, key=lambda clause: clause.first) - 1
    if k < 0 or sentence.clauses[k].verb is None or upper(reading, quoted):
        return None
    clause = sentence.clauses[k]
    verb = clause.verb if clause.verb is not None else clause.first
    if text.norms[verb] not in reading.cues.being or quoted.first >= clause.last + 2:
        return None
    for i in range(clause.first, min(clause.last, clause.first + LOOK) - 1):
        if text.norms[i] not in reading.words.in_eyes_of or quoted.outer_first <= i:
            continue
        end = phrase_end(text, i + 1, clause.last, reading.phrases)
        if end is not None and is_actor(reading, (i + 1, end)) and end <= quoted.outer_first:
            frame = [span for span in ((clause.first, quoted.outer_first), (quoted.outer_last, clause.last)) if span[0] < span[1]]
            return fragment_draft(quoted, (verb,), None, frame, (i + 1, end), "speech", rule="fragment-view")
    return None


def _fragment(reading: Reading, quoted: Quoted, sentences: list[Sentence], parent: Draft | None) -> Draft | None:
    named = may_be_name(reading, quoted)
    if is_name(reading, quoted) or (named and not (predicate(reading, quoted) or _shouted(reading, quoted, sentences))):
        return None
    if parent is not None and parent.kind != "reported" and not named and not _claimed(reading, sentences, quoted, parent):
        return fragment_draft(
            quoted, parent.cue, parent.verb, list(parent.frame), parent.speaker, parent.medium, rule="fragment-in-quote"
        )
    sentence = sentences[reading.tokens.sentence_of[quoted.outer_last - 1]]
    apart = not named and (quoted.last - quoted.first > 1 or predicate(reading, quoted))
    k = _reporting_clause(reading, sentence, quoted, any_clause=apart)
    cue = sentence.cues[k] if k is not None else None
    if k is not None and cue is not None:
        itself = _of_itself(reading, sentence.clauses[k], cue, quoted)
        clause = sentence.clauses[k]
        naming = bool(cue.classes & NAMING) and not itself and _has_needed(reading, clause, cue)
        speaker = clause_speaker(reading, sentence, k, cue)
        if speaker is not None and speaker[0] < quoted.outer_last and quoted.outer_first < speaker[1]:
            speaker = _other_subject(reading, sentence, k, quoted)
            if speaker is None and not cue.passive and upper(reading, quoted):
                return None  # "Wie die „Aktion Hoffnung“ mitteilte": the name of who speaks
        if (naming and speaker is not None) or (
            not ((named and cue.lemma not in reading.words.shouted) or (itself and cue.classes & NAMING))
            and cue.classes & (SAY | WRITE | PHRASE | ACT)
        ):
            last = max(clause.last, max(cue.tokens) + 1)
            frame = [span for span in ((clause.first, quoted.outer_first), (quoted.outer_last, last)) if span[0] < span[1]]
            return fragment_draft(quoted, cue.tokens, cue.lemma, frame, speaker, cue.medium, rule="fragment")
    if parent is not None and not named:
        return fragment_draft(quoted, (), None, [], parent.speaker, "speech", rule="fragment")
    return None


def _has_needed(reading: Reading, clause: Clause, cue: Found) -> bool:
    """Whether the preposition stands in the clause without which the verb names nothing: ``feiert X als „…“``."""
    needed = reading.words.needs.get(cue.lemma)
    return needed is None or any(norm in needed for norm in reading.text.norms[clause.first : clause.last])


def _shouted(reading: Reading, quoted: Quoted, sentences: list[Sentence]) -> bool:
    """Whether the clause is one of shouting: ``rief „Hilfe“``."""
    sentence = sentences[reading.tokens.sentence_of[quoted.outer_first]]
    k = bisect_right(sentence.clauses, quoted.first, key=lambda clause: clause.first) - 1
    cue = sentence.cues[k] if k >= 0 else None
    return cue is not None and cue.lemma in reading.words.shouted


def _claimed(reading: Reading, sentences: list[Sentence], quoted: Quoted, parent: Draft) -> bool:
    """Whether a main clause inside what a source says has its own cue: ``Laut A kamen 900, B sprach von „höchstens 650“``."""
    sentence = sentences[reading.tokens.sentence_of[quoted.first]]
    k = bisect_right(sentence.clauses, quoted.first, key=lambda clause: clause.first) - 1
    if k < 1 or not parent.rule.startswith("source-") or sentence.cues[k] is None:
        return False
    clause = sentence.clauses[k]
    return clause.kind == "main" and not subjunctive(reading, clause) and parent.frame[0][1] <= clause.first


def _other_subject(reading: Reading, sentence: Sentence, k: int, quoted: Quoted) -> Span | None:
    """The subject of clause ``k`` outside the quoted words."""
    clause = sentence.clauses[k]
    verb = clause.verb if clause.verb is not None else clause.first
    ranges = ((clause.first, quoted.outer_first), (max(verb, quoted.outer_last), clause.last), (quoted.outer_last, clause.last))
    for first, last in ranges:
        found = subject_in(reading.text, first, last, verb, reading.phrases, after=False) if first < last else None
        if found is not None:
            return found
    return None


def _joined(reading: Reading, before: Quoted, quoted: Quoted) -> bool:
    """Whether only ``und`` or a comma stands between two quoted stretches: ``„frech“ und „falsch“``."""
    text = reading.text
    between = range(before.outer_last, quoted.outer_first)
    if not 1 <= len(between) <= 2 or may_be_name(reading, quoted):
        return False
    return all(text.kinds[i] & w.CONJ or text.words[i] == "," for i in between)


def _announced(reading: Reading, quoted: Quoted, sentences: list[Sentence]) -> Draft | None:
    """A quoted sentence behind a noun of statement: ``mit den Worten „…“``, ``die Feststellung „…“``."""
    at = quoted.outer_first - 1
    if at < 0 or quoted.last - quoted.first < 2 or not clause_inside(reading, quoted):
        return None
    norm = reading.text.norms[at]
    if norm not in reading.words.cue_nouns and norm not in reading.words.slogans:
        return None
    sentence = sentences[reading.tokens.sentence_of[at]]
    k = bisect_right(sentence.clauses, at, key=lambda clause: clause.first) - 1
    if k < 0:
        return None
    if norm in reading.words.slogans and (behind := _verb_behind(reading, quoted)) is not None:
        return behind
    clause, cue = sentence.clauses[k], sentence.cues[k]
    if clause.verb is None:
        return None
    tokens = cue.tokens if cue is not None else (at,)
    speaker = clause_speaker(reading, sentence, k, cue or Found((clause.verb,), "", SAY))
    return fragment_draft(
        quoted,
        tokens,
        cue.lemma if cue else reading.text.words[at],
        [(clause.first, quoted.outer_first)],
        speaker,
        "speech",
        rule="fragment-announced",
    )


def _verb_behind(reading: Reading, quoted: Quoted) -> Draft | None:
    """``Mit den Worten „…“ kommentierte er den Ausfall``: the verb behind the marks and its subject."""
    n = reading.tokens.sentence_of[quoted.outer_last - 1]
    first, last = reading.tokens.sentences[n]
    if last - first > LONGEST or last <= quoted.outer_last:
        return None
    sentence = reading.sentence(n, [(min(first, quoted.outer_first), quoted.outer_last)])
    k = next((k for k, clause in enumerate(sentence.clauses) if clause.first >= quoted.outer_last), None)
    if k is None or sentence.clauses[k].verb != sentence.clauses[k].first:
        return None
    cue = sentence.cues[k]
    speaker = clause_speaker(reading, sentence, k, cue or Found((sentence.clauses[k].first,), "", SAY))
    frame = [
        (reading.tokens.sentences[reading.tokens.sentence_of[quoted.outer_first]][0], quoted.outer_first),
        (quoted.outer_last, sentence.clauses[k].last),
    ]
    tokens = cue.tokens if cue is not None else (quoted.outer_first - 1,)
    lemma = cue.lemma if cue is not None else None
    return fragment_draft(quoted, tokens, lemma, frame, speaker, "speech", rule="fragment-announced")


def _alone(reading: Reading, quoted: Quoted, sentences: list[Sentence], reported: set[int]) -> Draft | None:
    """Quoted words in a sentence without a verb of saying: a long piece is somebody's, a short one only behind a report."""
    words = [i for i in range(quoted.first, quoted.last) if reading.text.words[i][0].isalnum()]
    n = reading.tokens.sentence_of[quoted.first]
    if not reading.text.words[words[0]][:1].islower() or is_name(reading, quoted):
        return None
    if len(words) < LONG_PIECE and not (len(words) >= TERM and (n in reported or n - 1 in reported)):
        return None
    source = _source_before(reading, sentences[n])
    if source is not None:
        frame = [(source[0] - 1, source[1])]
        return fragment_draft(quoted, (source[0] - 1,), None, frame, source, "speech", rule="fragment-alone")
    subject = None if _in_subjunctive(reading, sentences[n]) else main_subject(reading, sentences[n])
    inside = subject is not None and subject[0] < quoted.outer_last and quoted.outer_first < subject[1]
    if subject is not None and (inside or not is_actor(reading, subject)):
        subject = None
    return fragment_draft(quoted, (), None, [], subject, "speech", rule="fragment-alone")


def _in_subjunctive(reading: Reading, sentence: Sentence) -> bool:
    """Whether the sentence goes on telling what somebody said: its first main clause stands in the subjunctive."""
    main = next((clause for clause in sentence.clauses if clause.kind == "main" and clause.verb is not None), None)
    return main is not None and subjunctive(reading, main)


def _source_before(reading: Reading, sentence: Sentence) -> Span | None:
    """``Nach dem Gesetz …`` at the head of a sentence with quoted words: their source, whatever noun it is."""
    first = sentence.first
    if reading.text.norms[first] not in reading.words.after or first + 1 >= sentence.last:
        return None
    end = phrase_end(reading.text, first + 1, sentence.last, reading.phrases)
    return (first + 1, end) if end is not None else None


def _of_itself(reading: Reading, clause: Clause, cue: Found, quoted: Quoted) -> bool:
    """``nennt sich „…“``, ``man nennt es „…“``: a name, nobody's words; the word stands beside the verb or the marks."""
    near = {i for at in (*cue.tokens, quoted.outer_first) for i in range(at - BESIDE, at + BESIDE + 1)}
    return any(reading.text.norms[i] in reading.words.reflexive for i in near if clause.first <= i < clause.last)


def _inside(spans: list[Span], i: int) -> bool:
    at = bisect_right(spans, (i, len(spans) + 10**9)) - 1
    return at >= 0 and spans[at][0] <= i < spans[at][1]


def _reporting_clause(reading: Reading, sentence: Sentence, quoted: Quoted, *, any_clause: bool) -> int | None:
    """The clause with a cue that the quoted words stand in; with ``any_clause`` else the nearest one of the sentence."""
    near: int | None = None
    predicated = reading.text.norms[quoted.outer_first - 1] in reading.words.like
    here = bisect_right(sentence.clauses, quoted.first, key=lambda clause: clause.first)
    for k in range(max(0, here - NEAR), min(here + NEAR, len(sentence.clauses))):
        clause, cue = sentence.clauses[k], sentence.cues[k]
        if cue is None:
            continue
        last = max(clause.last + 2, max(cue.tokens) + 1)
        if clause.first <= quoted.first < last and not (
            predicated and clause.kind == "rel" and clause.last <= quoted.outer_first - 1
        ):
            return k
        passed = predicated and clause.kind == "rel" and near is not None  # "kritisierte X, der …, als „…“"
        if any_clause and (near is None or clause.last <= quoted.first) and not passed:
            near = k
    return near
