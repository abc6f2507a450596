"""Drafts -> trend and change of two figures that stand beside each other: from one to the other, instead of it, converted."""

from __future__ import annotations

from itertools import pairwise

from datasette_wirefacts.extractors.figures.phrases import clause_of
from datasette_wirefacts.extractors.figures.reading import FEW, Draft, Reading
from datasette_wirefacts.extractors.figures.trend import CHANGING, FARTHEST, goes_on, role_before


def set_pairs(reading: Reading, drafts: list[Draft]) -> None:
    """Sets trend and change of drafts of which only their neighbour tells it."""
    for left, right in pairwise(drafts):
        from_to(reading, left, right)
        if left.rule == "shared-unit" and left.trend and right.trend is None and right.kind == left.kind:
            right.trend, right.change = left.trend, left.change
        instead(reading, left, right)
        after(reading, left, right)
    conversions(reading, drafts)


def from_to(reading: Reading, left: Draft, right: Draft) -> None:
    """`eine Verstärkung von derzeit 2.000 auf rund 15.000 Soldaten`: the two amounts alone say which way it goes."""
    if left.trend or right.trend or left.amount is None or right.amount is None or left.amount == right.amount:
        return
    if right.kind not in CHANGING or right.kind == "duration" or not (left.bare or left.unit == right.unit):
        return
    if role_before(reading, left) != "from" or not goes_on(reading, left, [right]):
        return
    left.trend = right.trend = "up" if left.amount < right.amount else "down"
    left.change, right.change = "from", "to"


def after(reading: Reading, left: Draft, right: Draft) -> None:
    """`120 Millionen Euro nach 98 Millionen im Vorjahr`: what was before, in the same unit."""
    words, norms = reading.words, reading.tokens.norms
    i, j = reading.token_at(left.start), reading.token_at(right.start)
    if not words.has(reading.before(right.start)[0], "change.after") or not reading.same_sentence(i, j):
        return
    if not 0 <= right.start - left.end <= FARTHEST or left.amount is None or right.amount is None or left.amount == right.amount:
        return
    end = reading.token_after(right.end)
    if not any(words.has(norm, "change.previous") for norm in norms[end : min(end + 4, clause_of(reading, j)[1])]):
        return
    take_unit(left, right)
    if right.kind == left.kind and right.unit == left.unit:
        right.trend, right.change = "up" if left.amount > right.amount else "down", "from"


def take_unit(left: Draft, right: Draft) -> None:
    """Gives a bare number the unit of the figure that it is compared with: `300 Euro statt 500`."""
    if left.unit and right.bare and right.unit is None and right.counted is None:
        right.kind, right.unit, right.assumed, right.rule = left.kind, left.unit, left.assumed, "unit-before"


def instead(reading: Reading, left: Draft, right: Draft) -> None:
    """`statt 500 nur noch 400 Gramm`, `zwei Tassen statt fünf`: what was, and what is in its place."""
    if right.trend or left.amount is None or right.amount is None or left.amount == right.amount:
        return
    if not 0 <= right.start - left.end <= FARTHEST or not reading.same_sentence(
        reading.token_at(left.start), reading.token_at(right.start)
    ):
        return
    pair = (left, right) if reading.words.has(reading.before(left.start)[0], "change.instead") else None
    end = left.noun[1] if left.noun else reading.token_before(left.end) + 1
    if pair is None and reading.words.has(reading.before(right.start)[0], "change.instead"):
        pair = (right, left) if end >= reading.token_before(right.start) else None
    if pair is None or not ({pair[0].unit, pair[1].unit} == {pair[0].unit} or None in (pair[0].unit, pair[1].unit)):
        return
    take_unit(left, right)
    take_unit(right, left)
    old, new = pair
    old.trend = new.trend = "up" if (new.amount or 0) > (old.amount or 0) else "down"
    old.change, new.change = "from", "to"


def conversions(reading: Reading, drafts: list[Draft]) -> None:
    """`4,9 Mrd. US-$ (4 Mrd. Euro)`, `umgerechnet 6,8 Billionen Euro`: the same amount in another currency."""
    norms = reading.tokens.norms
    for left, right in pairwise(drafts):
        if left.kind not in ("money", "measure") or right.kind != left.kind or left.unit == right.unit:
            continue
        if right.change == "by" and right.trend:
            continue  # "das sind 3 Tonnen mehr"
        i, j = reading.token_at(left.start), reading.token_at(right.start)
        near = norms[max(0, j - FEW) : j]
        said = any(reading.words.has(norm, "change.conversion") for norm in near) or any(
            reading.words.has(a, "measured.neuter") and reading.words.has(b, "measured.copulas") for a, b in pairwise(near)
        )
        bracket = left.kind == "money" and norms[reading.token_after(left.end) : j][:1] == ["("]
        about = all(norm in reading.words.comparator_parts for norm in norms[reading.token_after(left.end) + 1 : j])
        if (bracket and about) or (said and reading.same_sentence(i, j)):
            right.change, right.trend = "conversion", None
