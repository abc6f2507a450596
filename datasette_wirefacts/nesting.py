"""Spans -> the innermost one around a place."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable

Owned = tuple[int, int, int]  # start, end, owner


class Nest:
    """Spans with owners, prepared so that the innermost span around a place is found without a search through all.

    >>> nest = Nest([(0, 50, 7), (10, 20, 8)])
    >>> nest.owner(12, 15), nest.owner(12, 30), nest.owner(60, 61)
    (8, 7, None)
    """

    def __init__(self, spans: Iterable[Owned]) -> None:
        self.spans = sorted(spans, key=lambda span: (span[0], -span[1]))
        self.around: list[int | None] = []  # of each span, the span that it stands in
        self.borders: list[int] = []
        self.inside: list[int | None] = []  # the innermost span from that border to the next
        open_spans: list[int] = []
        for i, (start, _, _) in enumerate(self.spans):
            self._close(open_spans, start)
            self.around.append(open_spans[-1] if open_spans else None)
            open_spans.append(i)
            self._border(start, i)
        self._close(open_spans, None)

    def _close(self, open_spans: list[int], before: int | None) -> None:
        while open_spans and (before is None or self.spans[open_spans[-1]][1] <= before):
            end = self.spans[open_spans.pop()][1]
            self._border(end, open_spans[-1] if open_spans else None)

    def _border(self, offset: int, span: int | None) -> None:
        self.borders.append(max(offset, self.borders[-1] if self.borders else offset))
        self.inside.append(span)

    def owner(self, start: int, end: int) -> int | None:
        """The owner of the innermost span that holds start to end, or None."""
        border = bisect_right(self.borders, start) - 1
        span = self.inside[border] if border >= 0 else None
        while span is not None and self.spans[span][1] < end:
            span = self.around[span]
        return None if span is None else self.spans[span][2]
