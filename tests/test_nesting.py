"""The innermost span around a place, compared with a search through all of them."""

from __future__ import annotations

import random

import pytest

from datasette_wirefacts.nesting import Nest


@pytest.mark.parametrize("seed", range(200))
def test_as_a_search_through_all(seed: int) -> None:
    chance = random.Random(seed)
    spans: list[tuple[int, int, int]] = []
    while len(spans) < 12:
        start, end = sorted(chance.sample(range(40), 2))
        if not any(s < start < e < end or start < s < end < e or (s, e) == (start, end) for s, e, _ in spans):
            spans.append((start, end, len(spans)))
        elif chance.random() < 0.1:
            break
    nest = Nest(spans)
    for start in range(40):
        for end in range(start + 1, 41):
            around = [(e - s, owner) for s, e, owner in spans if s <= start and end <= e]
            assert nest.owner(start, end) == (min(around)[1] if around else None)
