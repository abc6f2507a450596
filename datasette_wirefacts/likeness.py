"""Two documents' words -> whether they are the same dispatch, how alike they are, and what was done to it.

Filled forms (weather, markets, results) agree in most of their words and differ in most of their values; a dispatch that was
corrected differs in one value or two, one that was cut or extended stands in the other with hardly a change.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from datasette_wirefacts.signatures import NAME, NUMBER, shingles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

STRETCH = 3  # words; a word of one text stands in the other where a stretch with it does
MOST_STRANGE = 0.15  # of the words of the text that stands in the other one
MOST_VALUES = 3  # numbers and names that a correction changes
MOST_NUMBERS = 2  # of them
MOST_PLACES = 3  # where it changes them; one name may change throughout
SURE_NUMBERS, MOST_NOUNS = 3, 6  # so many numbers that all agree are no form filled anew; an editor may have changed nouns
SAME_LENGTH = 0.1  # shorter or longer than that by less is neither cut nor extended


@dataclass(frozen=True, slots=True)
class Likeness:
    """How a document repeats another: the share of stretches that both have, and copy, corrected, shortened or extended."""

    similarity: float
    kind: str


@dataclass(frozen=True, slots=True)
class Strange:
    """What of a text does not stand in the other."""

    share: float  # of its words
    numbers: int  # different ones
    of_numbers: int  # that the text has
    names: int  # different ones that the other text does not have anywhere
    places: int  # runs of such words with a number or a name


def likeness(later: NDArray[np.uint32], original: NDArray[np.uint32]) -> Likeness | None:
    """How the later text repeats the original; None where it is another dispatch."""
    import numpy as np

    ours, theirs = shingles(later, STRETCH), shingles(original, STRETCH)
    common = np.intersect1d(ours, theirs)
    smaller = min(len(ours), len(theirs))
    if len(common) < smaller / 3:
        return None
    sides = [strange(later, original, np.isin(ours, common)), strange(original, later, np.isin(theirs, common))]
    inner = min(sides, key=lambda side: side.share)
    if not _same(inner):
        return None
    union = len(np.unique(ours)) + len(np.unique(theirs)) - len(common)
    return Likeness(round(len(common) / union, 3), _kind(len(later), len(original)))


def strange(words: NDArray[np.uint32], other: NDArray[np.uint32], known: NDArray[np.bool_]) -> Strange:
    """What of the words does not stand in the other text, where ``known`` says which stretches do."""
    import numpy as np

    covered = np.zeros(len(words), dtype=bool)
    for i in range(STRETCH):
        covered[i : i + len(known)] |= known
    kinds = words & 3
    new = ~np.isin(words >> 2, other >> 2)
    number, name = ~covered & (kinds == NUMBER), ~covered & (kinds == NAME) & new
    runs = np.concatenate([[0], np.cumsum(np.diff(covered.astype(np.int8)) != 0)])
    return Strange(
        share=float(np.mean(~covered)),
        numbers=len(np.unique(words[number])),
        of_numbers=len(np.unique(words[kinds == NUMBER])),
        names=len(np.unique(words[name])),
        places=len(np.unique(runs[number | name])),
    )


def _same(inner: Strange) -> bool:
    """Whether a text that differs so much from another is the same dispatch."""
    if inner.share > MOST_STRANGE:
        return False
    if inner.of_numbers >= SURE_NUMBERS and not inner.numbers:
        return inner.names <= MOST_NOUNS
    if inner.numbers + inner.names > MOST_VALUES:
        return False
    if inner.names == 1 and not inner.numbers:
        return True
    places = MOST_PLACES if not inner.numbers or not inner.names else MOST_PLACES - 1
    return inner.places <= places and inner.numbers <= max(1, min(MOST_NUMBERS, inner.of_numbers / 2))


def _kind(later: int, original: int) -> str:
    if abs(later - original) <= SAME_LENGTH * original:
        return "corrected"
    return "shortened" if later < original else "extended"
