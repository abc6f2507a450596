"""Doc -> Quote."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from datasette_wirefacts.docs import text_of, tokens_of
from datasette_wirefacts.extractors.quotes.cast import Named
from datasette_wirefacts.extractors.quotes.coreference import Cast, make_cast
from datasette_wirefacts.extractors.quotes.direct import direct_blocks, direct_quotes, without_pull_quotes
from datasette_wirefacts.extractors.quotes.fragments import fragments
from datasette_wirefacts.extractors.quotes.indirect import indirect_quotes
from datasette_wirefacts.extractors.quotes.reading import Draft, Reading, read_quotes
from datasette_wirefacts.extractors.quotes.reported import lend_speakers, reported_quotes
from datasette_wirefacts.extractors.quotes.turns import turn_quotes
from datasette_wirefacts.facts import Addressee, Cue, Entity, Part, Quote, Role, Span, Speaker
from datasette_wirefacts.languages import LanguagePack

if TYPE_CHECKING:
    from spacy.tokens import Doc


def extract_quotes(doc: Doc, pack: LanguagePack, entities: Sequence[Entity], roles: Sequence[Role]) -> Iterator[Quote]:
    """The quotes of a text, in the order of their first part."""
    text = text_of(doc)
    reading = read_quotes(tokens_of(doc), pack, text.dateline.end if text.dateline else 0, _names(entities))
    cast = make_cast(reading, pack, entities, roles)
    drafts = sorted(find_drafts(reading), key=lambda draft: (draft.first, -draft.parts[-1][1]))
    named: dict[Span, Named | None] = {}
    for span in sorted({draft.speaker for draft in drafts if draft.speaker}):
        named[span] = cast.name(span)
    for draft, nested_in in zip(drafts, nesting(drafts), strict=True):
        yield _quote(reading, text.text, draft, named, cast, nested_in)


def nesting(drafts: list[Draft]) -> Iterator[int | None]:
    """For each quote the innermost one before it whose content holds it, as index."""
    open_: list[int] = []
    for n, draft in enumerate(drafts):
        first, last = draft.parts[0][0], draft.parts[-1][1]
        while open_ and drafts[open_[-1]].parts[-1][1] <= first:
            open_.pop()
        holder = next((i for i in reversed(open_) if drafts[i].parts[-1][1] >= last), None)
        yield holder if holder is not None and drafts[holder].parts != draft.parts else None
        open_.append(n)


def _names(entities: Sequence[Entity]) -> frozenset[str]:
    """The words of persons' names, lower case."""
    return frozenset(
        word.lower() for entity in entities if entity.kind == "person" for m in entity.mentions for word in m.text.split()
    )


def find_drafts(reading: Reading) -> list[Draft]:
    """All quotes of a text in token ranges."""
    turns = turn_quotes(reading)
    spoken = [draft.parts[0] for draft in turns]
    blocks = [block for block in direct_blocks(reading) if not _within(spoken, block.outer_first)]
    spans = sorted([*spoken, *((block.outer_first, block.outer_last) for block in blocks)])
    sentences = [reading.sentence(n, spans) for n in range(len(reading.tokens.sentences))]
    direct = without_pull_quotes(reading, list(direct_quotes(reading, blocks, sentences)))
    framed = {i for draft in direct for i in draft.cue}
    found = [*turns, *direct]
    for sentence in sentences:
        for draft in indirect_quotes(reading, sentence):
            if not framed.intersection(draft.cue):
                found.append(draft)
    found.extend(reported_quotes(reading, sentences, found))
    found.extend(draft for draft in fragments(reading, blocks, sentences, found) if not _within(spoken, draft.first))
    lend_speakers(reading, sentences, found)
    return found


def _within(spans: list[Span], i: int) -> bool:
    at = bisect_right(spans, i, key=lambda span: span[0]) - 1
    return at >= 0 and i < spans[at][1]


def _quote(reading: Reading, text: str, draft: Draft, named: dict[Span, Named | None], cast: Cast, nested_in: int | None) -> Quote:
    parts = [
        Part(start=b, end=e, outer_start=ob, outer_end=oe)
        for (b, e), (ob, oe) in zip(
            [_chars(reading, part) for part in draft.parts],
            [_chars(reading, part) for part in draft.outer or draft.parts],
            strict=True,
        )
    ]
    return Quote(
        kind=draft.kind,
        text=" … ".join(text[part.start : part.end] for part in parts),
        parts=tuple(parts),
        speaker=_speaker(reading, text, draft.speaker, named),
        cue=_cue(reading, text, draft),
        frame=tuple(_chars(reading, span) for span in draft.frame if span[0] < span[1]),
        addressee=_addressee(reading, text, draft.addressee, cast),
        medium=draft.medium,
        nested_in=nested_in,
        rule=draft.rule,
    )


def _chars(reading: Reading, span: Span) -> Span:
    return reading.tokens.starts[span[0]], reading.tokens.ends[span[1] - 1]


def _speaker(reading: Reading, text: str, span: Span | None, named: dict[Span, Named | None]) -> Speaker | None:
    if span is None:
        return None
    start, end = _chars(reading, span)
    who = named.get(span)
    if who is None:  # the mention is known, whom it stands for is not
        return Speaker(name=None, kind="other", role=None, start=start, end=end, text=text[start:end], found="none")
    return Speaker(name=who.name, kind=who.kind, role=who.role, start=start, end=end, text=text[start:end], found=who.found)


def _addressee(reading: Reading, text: str, span: Span | None, cast: Cast) -> Addressee | None:
    if span is None:
        return None
    start, end = _chars(reading, span)
    who = cast.known(span)
    name, kind = (who.name, who.kind) if who is not None else (None, "other")
    return Addressee(name=name, kind=kind, start=start, end=end, text=text[start:end])


def _cue(reading: Reading, text: str, draft: Draft) -> Cue | None:
    if not draft.cue:
        return None
    spans: list[Span] = []
    for i in sorted(draft.cue):
        start, end = reading.tokens.starts[i], reading.tokens.ends[i]
        if spans and text[spans[-1][1] : start].strip() == "":
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return Cue(text=" … ".join(text[b:e] for b, e in spans), verb=draft.verb or None, spans=tuple(spans))
