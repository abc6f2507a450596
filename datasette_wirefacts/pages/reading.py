"""Text and spans of facts -> blocks of segments, each of which knows the facts that it belongs to.

Facts nest and overlap as they like; HTML elements do not. So the text is cut wherever any fact begins or ends, and each piece
carries the marks of all facts over it. Offsets are code points into the text, ends exclusive.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

WINDOW = 60_000  # characters on one page; longer texts have several
LINE = re.compile(r"[^\r\n]*\S[^\r\n]*")


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of a fact: ``fact`` is its short name in the page ("q12"), ``style`` what it is there ("direct", "cue")."""

    start: int
    end: int
    fact: str
    style: str
    anchor: str | None = None  # the id that the stretch's first segment gets
    href: str | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of the text over which nothing begins or ends."""

    text: str
    marks: tuple[Mark, ...]
    anchors: tuple[str, ...]

    @property
    def classes(self) -> str:
        """The names of its facts and of what it is in them, for the stylesheet."""
        return " ".join(dict.fromkeys(word for mark in self.marks for word in (mark.fact, f"wf-{mark.style}")))

    @property
    def href(self) -> str | None:
        """Where it links to, if anywhere."""
        return next((mark.href for mark in self.marks if mark.href), None)


@dataclass(slots=True)
class Block:
    """A paragraph, or a part of one: a repeated stretch is a block of its own."""

    start: int
    end: int
    repeat: bool
    segments: list[Segment] = field(default_factory=list)
    notes: list[object] = field(default_factory=list)  # what stands beside it


def blocks(text: str, repeats: Iterable[tuple[int, int]]) -> list[Block]:
    """The lines of the text that hold anything, cut where a repeated stretch begins or ends.

    >>> [(block.start, block.end, block.repeat) for block in blocks("Eins.\\n\\nZwei. Eins.", [(13, 18)])]
    [(0, 5, False), (7, 13, False), (13, 18, True)]
    """
    edges: list[tuple[int, int]] = []
    for start, end in sorted(repeats):
        start = max(start, edges[-1][1] if edges else 0)
        if start < end:
            edges.append((start, end))
    found, passed = [], 0
    for line in LINE.finditer(text):
        while passed < len(edges) and edges[passed][1] <= line.start():
            passed += 1
        at, number = line.start(), passed
        while number < len(edges) and edges[number][0] < line.end():
            start, end = max(edges[number][0], at), min(edges[number][1], line.end())
            found += [Block(at, start, False), Block(start, end, True)]
            at, number = end, number + 1
        found.append(Block(at, line.end(), False))
    return [block for block in found if text[block.start : block.end].strip()]


def fill(text: str, found: Sequence[Block], marks: Iterable[Mark]) -> None:
    """Gives each block its segments. Marks outside the text are cut to it; an anchor goes to the first segment that shows it."""
    starting: dict[int, list[Mark]] = defaultdict(list)
    cuts = {edge for block in found for edge in (block.start, block.end)}
    for mark in marks:
        if 0 <= mark.start < mark.end:
            starting[mark.start].append(mark)
            cuts |= {mark.start, mark.end}
    places = sorted(cut for cut in cuts if cut <= len(text))
    active: list[Mark] = []
    waiting: list[str] = []
    block = 0
    for start, end in pairwise(places):
        active = [mark for mark in active if mark.end > start] + starting[start]
        waiting += [mark.anchor for mark in starting[start] if mark.anchor]
        while block < len(found) and found[block].end <= start:
            block += 1
        if block < len(found) and found[block].start <= start:
            found[block].segments.append(Segment(text[start:end], tuple(active), tuple(dict.fromkeys(waiting))))
            waiting = []


def block_at(found: Sequence[Block], offset: int) -> Block | None:
    """The block that an offset stands in, or the last one before it."""
    low, high = 0, len(found)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if found[middle].start <= offset else (low, middle)
    return found[max(low - 1, 0)] if found else None
