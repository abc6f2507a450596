"""Quoted stretches -> direct quotes: which are speech, what is the speech tag of each, which belong together."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator

from datasette_wirefacts import words as w
from datasette_wirefacts.clauses import SENTENCE_MARKS
from datasette_wirefacts.extractors.quotes.addressees import addressee_in
from datasette_wirefacts.extractors.quotes.cues import NAMING, SAY, WEAK, Found
from datasette_wirefacts.extractors.quotes.marks import Quoted
from datasette_wirefacts.extractors.quotes.phrases import phrase_end
from datasette_wirefacts.extractors.quotes.reading import NEAR, Draft, Reading, Sentence, without_end_marks
from datasette_wirefacts.extractors.quotes.speakers import clause_speaker, label_speaker
from datasette_wirefacts.facts import Span

LONGEST_TAG = 40  # tokens


def direct_blocks(reading: Reading) -> list[Quoted]:
    """The outermost quoted stretches that stand as utterances of their own, not as words inside a sentence."""
    found: list[Quoted] = []
    for quoted in map(lambda quoted: _opened(reading, quoted), reading.quoted):
        if (
            quoted.depth == 0
            and (_is_block(reading, quoted) or (found and _goes_on(reading, found[-1], quoted)))
            and (not found or quoted.outer_first >= found[-1].outer_last)
        ):
            found.append(quoted)
    return found


def _goes_on(reading: Reading, previous: Quoted, quoted: Quoted) -> bool:
    """Whether nothing but a speech tag stands between the two: ``„…“, sagte X, „…“``."""
    between = range(previous.outer_last, quoted.outer_first)
    if not 3 <= len(between) <= LONGEST_TAG or reading.text.words[quoted.outer_first - 1] not in {",", ":", "-", "–", "."}:
        return False
    norms = reading.text.norms
    if reading.tokens.sentence_of[previous.outer_last] != reading.tokens.sentence_of[quoted.outer_first - 1]:
        return False
    near = norms[previous.outer_last : previous.outer_last + 3]
    return quoted.last - quoted.first > 1 and any(norm in reading.cues.forms or norm in reading.words.so for norm in near)


def _opened(reading: Reading, quoted: Quoted) -> Quoted:
    """Where the opening mark is missing, the stretch begins behind the speech tag and the dash that stands for the mark."""
    if quoted.open is not None:
        return quoted
    tokens = reading.tokens
    first = quoted.first
    if not _sentence_start(reading, first):
        n = tokens.sentence_of[first] + 1
        if n >= len(tokens.sentences) or tokens.sentences[n][0] >= quoted.last:
            return quoted
        first = tokens.sentences[n][0]
    while first < quoted.last and tokens.words[first] in reading.marks.dashes:
        first += 1
    return Quoted(None, quoted.close, first, quoted.last, quoted.depth)


def _is_block(reading: Reading, quoted: Quoted) -> bool:
    words, kinds = reading.text.words, reading.text.kinds
    first, last = quoted.first, quoted.last
    size = sum(word[0].isalnum() for word in words[first:last])
    if size < 1 or (quoted.open is None and quoted.close is None):
        return False
    ends = words[last - 1] in SENTENCE_MARKS or words[last - 1][-1] in "….!?"
    before = words[quoted.outer_first - 1] if quoted.outer_first else ""
    sentence_first = _sentence_start(reading, quoted.outer_first) or (quoted.open is None and before in reading.marks.dashes)
    upper = words[first][:1].isupper() or not words[first][:1].isalpha()
    after = words[quoted.outer_last] if quoted.outer_last < len(words) else ""
    if quoted.close is None or quoted.open is None:
        return (
            upper
            and size > 4
            and (sentence_first or before in {":", ",", "-", "–", "."})
            and (quoted.close is not None or before == ":")
        )
    if size == 1:
        return ends and (before == ":" or (sentence_first and after in {",", "-", "–"}))
    if before == ":":
        return size > 2 or ends
    if sentence_first:
        verb = any(kinds[i] & w.FINITE and not kinds[i] & w.NOUN for i in range(first, last))
        at_end = quoted.outer_last >= len(words) or _sentence_start(reading, quoted.outer_last) or after in {",", "-", "–", "."}
        return (verb or ends or size > 5) and (at_end or ends or size > 5)
    return upper and ends and size > 3 and before in {",", "-", "–", "."}


def _sentence_start(reading: Reading, i: int) -> bool:
    tokens = reading.tokens
    if i >= len(tokens):
        return True
    n = tokens.sentence_of[i]
    return i == max(tokens.sentences[n][0], reading.start_of.get(n, 0))


def direct_quotes(reading: Reading, blocks: list[Quoted], sentences: list[Sentence]) -> Iterator[Draft]:
    """The blocks as direct quotes, each with its speech tag; blocks round one tag are one quote."""
    previous: Draft | None = None
    for n, block in enumerate(blocks):
        following = blocks[n + 1].outer_first if n + 1 < len(blocks) else len(reading.tokens)
        earlier = blocks[n - 1].outer_last if n else 0
        tag = _tag_behind(reading, block, sentences, following)
        joined = previous is not None and bool(previous.frame) and _continues(reading, previous, block)
        if tag is None and not joined:
            tag = _tag_before(reading, block, sentences, earlier)
        if tag is None and joined and previous is not None:
            previous.parts.extend(block.parts())
            previous.outer.extend(block.outer())
            continue
        if previous is not None:
            yield previous
        if tag is None and not joined and _title_like(reading, block):
            previous = None
            continue
        previous = Draft(
            kind="direct",
            parts=block.parts(),
            outer=block.outer(),
            rule="quoted-utterance",
        )
        if tag is not None:
            cue, frame, speaker, rule = tag
            previous.cue, previous.verb, previous.frame, previous.speaker, previous.rule = (
                cue.tokens,
                cue.lemma,
                [frame],
                speaker,
                rule,
            )
            previous.medium = cue.medium
            if cue.tokens:
                previous.addressee = addressee_in(reading, frame[0], frame[1], cue, speaker)
    if previous is not None:
        yield previous


Tag = tuple[Found, Span, "Span | None", str]
REPEATED = 4  # words that are no chance


def without_pull_quotes(reading: Reading, drafts: list[Draft]) -> list[Draft]:
    """The quotes without those that only repeat the words of one with a speech tag."""
    words = [_words(reading, draft) for draft in drafts]
    tagged = {said for said, draft in zip(words, drafts, strict=True) if draft.cue}
    return [d for said, d in zip(words, drafts, strict=True) if d.cue or len(said) < REPEATED or said not in tagged]


def _words(reading: Reading, draft: Draft) -> tuple[str, ...]:
    norms = reading.text.norms
    return tuple(norms[i] for first, last in draft.parts for i in range(first, last) if norms[i][0].isalnum())


def _tag_behind(reading: Reading, block: Quoted, sentences: list[Sentence], following: int) -> Tag | None:
    """``„…“, sagte X`` and ``„…“, so X``."""
    at = block.outer_last
    if at >= len(reading.tokens):
        return None
    if _sentence_start(reading, at):
        return _tag_after(reading, at, sentences, following) or _tag_line(reading, at)
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
        return None
    return None


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


def _tag_before(reading: Reading, block: Quoted, sentences: list[Sentence], earlier: int) -> Tag | None:
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
    if last.kind == "piece" and reading.text.norms[last.first] in reading.words.so and last.last - last.first > 1:
        return Found((last.first,), "", SAY), (start, at), label_speaker(reading, last.first + 1, last.last), "tag-before"
    for k in sorted(before, key=lambda k: (sentence.clauses[k].kind != "main", -k)):
        cue = sentence.cues[k]
        aside = sentence.clauses[k].kind == "rel" and k != before[-1]  # "X, der nicht genannt werden will, winkte ab:"
        if cue is not None and cue.classes != NAMING and not aside:
            return cue, (start, at), clause_speaker(reading, sentence, k, cue), "tag-before"
    if reading.text.words[at - 1] != ":" or _title_like(reading, block):
        return None
    mains = [k for k in reversed(before) if sentence.clauses[k].kind == "main"]
    if mains:
        verb = sentence.clauses[mains[0]].verb
        speaker = clause_speaker(reading, sentence, mains[0], Found((verb if verb is not None else start,), "", SAY))
    else:
        speaker = label_speaker(reading, start, at - 1)
    return Found((), "", SAY), (start, at), speaker, "colon"


def _title_like(reading: Reading, block: Quoted) -> bool:
    """Whether the marks hold no sentence: behind a colon without a verb of saying that is a title or a translation."""
    text = reading.text
    if text.words[block.last - 1][-1] in ".!?…":
        return False
    return not any(text.kinds[i] & w.FINITE and not text.kinds[i] & w.NOUN for i in range(block.first, block.last))


def _continues(reading: Reading, previous: Draft, block: Quoted) -> bool:
    """Whether the block follows directly on the tag of the quote before it, in marks of the same rank."""
    end = previous.frame[-1][1]
    words = reading.text.words
    if block.open is not None and (words[block.open] in reading.marks.single) != (
        words[previous.outer[-1][0]] in reading.marks.single
    ):
        return False
    if end > block.outer_first or end < previous.outer[-1][0]:
        return False
    return all(not word[0].isalnum() for word in words[end : block.outer_first])
