"""Names by rule and names by the model -> one list: the model decides, the rules fill in where they are sure or know more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from datasette_wirefacts.extractors.entities.model import KINDS
from datasette_wirefacts.extractors.entities.persons import gender_of, title_before
from datasette_wirefacts.extractors.entities.places import city_of_adjective
from datasette_wirefacts.extractors.entities.reading import Reading, Spotted

MODEL = "model"
# Rules that hold against the model, and rules that hold where the model sees nothing.
SURE = frozenset({"dateline", "kind", "state"})
FILLING = frozenset({"dateline", "kind", "title", "first-name", "country", "several-words", "inhabitant", "adjective"})


def merge(reading: Reading, found: Sequence[Spotted], recognised: Sequence[tuple[int, int, str]]) -> list[Spotted]:
    """All names in order, without overlap."""
    kept = [spotted for spotted in found if spotted.rule in SURE]
    taken = [False] * (len(reading) + 1)
    _take(taken, kept)
    position = {index: i for i, index in enumerate(reading.tokens.doc_index)}
    same = {(spotted.first, spotted.last): spotted for spotted in found}
    for start, end, label in recognised:
        inside = [position[i] for i in range(start, end) if i in position]
        if label not in KINDS or not inside or any(taken[inside[0] : inside[-1] + 1]):
            continue
        spotted = _of_model(reading, inside[0], inside[-1] + 1, label, same.get((inside[0], inside[-1] + 1)))
        if spotted is not None:
            kept.append(spotted)
            _take(taken, [spotted])
    for start, end, _ in recognised:
        _take_range(taken, [position[i] for i in range(start, end) if i in position])
    filling = [s for s in found if s.rule in FILLING and not any(taken[s.first : s.last])]
    return sorted(kept + filling, key=lambda spotted: spotted.first)


def _take(taken: list[bool], spotted: Sequence[Spotted]) -> None:
    for one in spotted:
        taken[one.first : one.last] = [True] * (one.last - one.first)


def _take_range(taken: list[bool], tokens: Sequence[int]) -> None:
    if tokens:
        taken[tokens[0] : tokens[-1] + 1] = [True] * (tokens[-1] + 1 - tokens[0])


def _of_model(reading: Reading, first: int, last: int, label: str, rule: Spotted | None) -> Spotted | None:
    """The model's name, with what a rule that found the same knows of it."""
    kind, adjective = KINDS[label], label == "LOCderiv"
    if (
        rule is not None
        and (rule.kind == kind or (kind == "other" and rule.kind in ("event", "work", "product")))
        and rule.adjective == adjective
    ):
        return replace(rule, source="model")
    if kind == "other" and all(reading.words[i] in reading.table.always for i in range(first, last)):
        return None
    if adjective:
        return Spotted(
            first=first, last=last, kind=kind, rule=MODEL, adjective=True, name=_place_of(reading, first, last), source="model"
        )
    gender = gender_of(reading, first, last) or title_before(reading, first)[1] if kind == "person" else None
    return Spotted(first=first, last=last, kind=kind, rule=MODEL, gender=gender, source="model")


def _place_of(reading: Reading, first: int, last: int) -> str | None:
    """The place in an adjective that no rule has taken for one."""
    norm = reading.tokens.norms[first]
    table = reading.table
    known = table.adjectives.get(norm) or table.inhabitants.get(norm) if last - first == 1 else None
    return known or (city_of_adjective(reading, reading.surface(first, last)) if reading.words[first][0].isupper() else None)
