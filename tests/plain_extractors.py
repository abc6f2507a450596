"""A pipeline whose facts a test can foresee: „…“ is a quote of the name before it, digits are figures, Name1 is a person."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any

from datasette_wirefacts.docs import text_of
from datasette_wirefacts.extractors import Extractor
from datasette_wirefacts.facts import Alias, Cue, Entity, Figure, Measured, Mention, Part, Quote, Role, Speaker
from datasette_wirefacts.pipeline import Pipeline

SAID = re.compile(r"(?:(\w+) sagte: )?„([^“]*)“")


def entities(doc: Any, pack: Any) -> Iterator[Entity]:
    places: dict[str, list[Mention]] = {}
    for match in re.finditer(r"\b[A-Z]\w*[0-9]\b", text_of(doc).text):
        places.setdefault(match[0], []).append(Mention(start=match.start(), end=match.end(), text=match[0], rule="digit"))
    for name, mentions in places.items():
        kind = "place" if name.startswith("Ort") else "person"
        yield Entity(name=name, kind=kind, aliases=(Alias(alias=name.upper(), kind="capitals"),), mentions=tuple(mentions))


def roles(doc: Any, pack: Any, entities: Sequence[Entity]) -> Iterator[Role]:
    for match in re.finditer(r"Chef von (\w+), (\w+)", text_of(doc).text):
        yield Role(person=match[2], role="Chef", place=match[1], start=match.start(), end=match.start() + 4, rule="boss")


def quotes(doc: Any, pack: Any, entities: Sequence[Entity], roles: Sequence[Role]) -> Iterator[Quote]:
    for match in SAID.finditer(text_of(doc).text):
        (start, end), part = match.span(2), (match.start(2), match.end(2), match.start(2) - 1, match.end(2) + 1)
        speaker = cue = None
        if match[1]:
            where = {"text": match[1], "start": match.start(1), "end": match.end(1)}
            known = match[1] != "Er"
            speaker = Speaker(
                name=match[1] if known else None, kind="person", role=None, found="name" if known else "none", **where
            )
            cue = Cue(text="sagte", verb="sagen", spans=((match.end(1) + 1, match.end(1) + 6),))
        names = ("start", "end", "outer_start", "outer_end")
        parts = (Part(**dict(zip(names, part, strict=True))),)
        yield Quote(kind="direct", text=text_of(doc).text[start:end], parts=parts, speaker=speaker, cue=cue, rule="marks")


def figures(doc: Any, pack: Any) -> Iterator[Figure]:
    for match in re.finditer(r"(?<!\w)\d+(?: (\w+))?", text_of(doc).text):
        end = match.start() + len(match[0].split()[0])
        measured = Measured(text=match[1], start=match.start(1), end=match.end(1)) if match[1] else None
        amount = Decimal(match[0].split()[0])
        yield Figure(start=match.start(), end=end, text=str(amount), kind="number", amount=amount, measured=measured, rule="digits")


def plain_pipeline(*others: Extractor) -> Pipeline:
    """The pipeline of these four and whatever else is given."""
    return Pipeline(
        (
            Extractor("entities", entities),
            Extractor("roles", roles, needs=("entities",)),
            Extractor("quotes", quotes, needs=("entities", "roles")),
            Extractor("figures", figures),
            *others,
        )
    )
