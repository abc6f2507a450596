"""Quoted stretches -> direct quotes: which are speech, what is the speech tag of each, which belong together."""

from __future__ import annotations

from collections.abc import Iterator

from datasette_wirefacts import words as w
from datasette_wirefacts.clauses import SENTENCE_MARKS
from datasette_wirefacts.extractors.quotes.addressees import addressee_in
from datasette_wirefacts.extractors.quotes.marks import Quoted
from datasette_wirefacts.extractors.quotes.reading import Draft, Reading, Sentence
from datasette_wirefacts.extractors.quotes.tags import sentence_start, tag_before, tag_behind, title_like

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
    if not sentence_start(reading, first):
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
    sentence_first = sentence_start(reading, quoted.outer_first) or (quoted.open is None and before in reading.marks.dashes)
    upper = words[first][:1].isupper() or not words[first][:1].isalpha()
    after = words[quoted.outer_last] if quoted.outer_last < len(words) else ""
    if quoted.close is None or quoted.open is None:
        if quoted.open is None and not ends and after not in {",", "-", "–"}:
            return False  # a stray mark
        return (
            upper
            and size > 4
            and (sentence_first or before in {":", ",", "-", "–", "."})
            and (quoted.close is not None or before == ":")
        )
    if size == 1:
        if ends:
            return before == ":" or (sentence_first and after in {",", "-", "–"})
        return sentence_first and _tagged(reading, quoted)  # "„Ja“, sagte sie"
    if before == ":":
        return size > 2 or ends
    if sentence_first:
        verb = _tagged(reading, quoted) or any(kinds[i] & w.FINITE and not kinds[i] & w.NOUN for i in range(first, last))
        at_end = quoted.outer_last >= len(words) or sentence_start(reading, quoted.outer_last) or after in {",", "-", "–", "."}
        return (verb or ends or size > 5) and (at_end or ends or size > 5)
    return upper and ends and size > 3 and before in {",", "-", "–", "."}


def _tagged(reading: Reading, quoted: Quoted) -> bool:
    """Whether a comma and a finite verb follow, as of a speech tag."""
    words, kinds, after = reading.text.words, reading.text.kinds, quoted.outer_last
    return after + 1 < len(words) and words[after] == "," and bool(kinds[after + 1] & w.FINITE)


def direct_quotes(reading: Reading, blocks: list[Quoted], sentences: list[Sentence]) -> Iterator[Draft]:
    """The blocks as direct quotes, each with its speech tag; blocks round one tag are one quote."""
    previous: Draft | None = None
    for n, block in enumerate(blocks):
        following = blocks[n + 1].outer_first if n + 1 < len(blocks) else len(reading.tokens)
        earlier = blocks[n - 1].outer_last if n else 0
        tag = tag_behind(reading, block, sentences, following)
        joined = previous is not None and bool(previous.frame) and _continues(reading, previous, block)
        if (tag is None or tag[3] == "tag-demonstrative") and not joined:
            before = tag_before(reading, block, sentences, earlier)
            tag = before if tag is None or (before is not None and before[0].tokens) else tag
        if tag is None and joined and previous is not None:
            previous.parts.extend(block.parts())
            previous.outer.extend(block.outer())
            continue
        if previous is not None:
            yield previous
        if tag is None and not joined and (block.last - block.first == 1 or title_like(reading, block)):
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


REPEATED = 4  # words that are no chance


def without_pull_quotes(reading: Reading, drafts: list[Draft]) -> list[Draft]:
    """The quotes without those that only repeat the words of one with a speech tag."""
    words = [_words(reading, draft) for draft in drafts]
    tagged = {said for said, draft in zip(words, drafts, strict=True) if draft.cue}
    return [d for said, d in zip(words, drafts, strict=True) if d.cue or len(said) < REPEATED or said not in tagged]


def _words(reading: Reading, draft: Draft) -> tuple[str, ...]:
    norms = reading.text.norms
    return tuple(norms[i] for first, last in draft.parts for i in range(first, last) if norms[i][0].isalnum())


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
