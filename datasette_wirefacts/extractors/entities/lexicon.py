"""Word -> what is known of it: a first name, a surname, a place, a common noun; from files that are mapped, not read.

The files (scripts/gazetteers.py) hold a million words as hashes: two bytes of hash sorted under the other two, a Brown
cluster, a probability, and flags from lists of names. A word's mask joins what its flags, its cluster and its parts say.
"""

from __future__ import annotations

import zlib
from bisect import bisect_left
from pathlib import Path
from typing import NamedTuple

from datasette_wirefacts.languages import LanguagePack

# Flags of the files …
FIRST_MALE, FIRST_FEMALE, LAST, CITY, REGION, BEGINS_PLACE = 1, 2, 4, 8, 16, 32
# … and what is derived from them.
LIKE_FIRST, LIKE_LAST, LIKE_PLACE, LIKE_ORGANISATION = 64, 128, 256, 512
KNOWN, NOUN, COMMON, GENITIVE, ACRONYM, CITY_ADJECTIVE = 1024, 2048, 4096, 8192, 16384, 32768
FIRST = FIRST_MALE | FIRST_FEMALE
NAME = FIRST | LAST | CITY | REGION | LIKE_FIRST | LIKE_LAST | LIKE_PLACE | LIKE_ORGANISATION
CLASSES = (0, LIKE_FIRST, LIKE_LAST, LIKE_PLACE, LIKE_ORGANISATION, CITY_ADJECTIVE)
FREQUENT = 45  # a probability (times -3) up to which a common noun is one
CACHED = 200_000
TAIL = 999  # instead of a probability: the cluster is that of the word's end
SHORTEST, LONGEST = 4, 40  # letters of such an end, of a word that has one


class Row(NamedTuple):
    """A word's row: the path of its cluster, its probability times -3, its flags."""

    path: int
    probability: int
    flags: int
    kind: int


UNKNOWN = Row(0, 0, 0, 0)


class Lexicon:
    """The words of one language; without its files every word is unknown."""

    def __init__(self, folder: Path | None) -> None:
        self._masks: dict[str, int] = {}
        self._features: dict[str, tuple[int, ...]] = {}
        self._length = 0
        if folder is not None:
            self._open(folder)

    def _open(self, folder: Path) -> None:
        import numpy as np

        def column(name: str) -> memoryview:
            return memoryview(np.load(folder / f"{name}.npy", mmap_mode="r"))

        self._keys, self._index = column("lexicon_keys"), column("lexicon_index")
        self._values, self._flags = column("lexicon_values"), column("lexicon_flags")
        self._clusters = [(int(path), CLASSES[kind]) for path, kind in np.load(folder / "clusters.npy")]
        self._length = len(self._keys)

    def row(self, word: str) -> Row:
        """What the files say of exactly this word."""
        if not self._length:
            return UNKNOWN
        key = zlib.crc32(word.encode("utf-8", "replace"))
        low, high = self._index[key >> 16], self._index[(key >> 16) + 1]
        at = bisect_left(self._keys, key & 0xFFFF, low, high)
        if at >= high or self._keys[at] != key & 0xFFFF:
            return UNKNOWN
        value = self._values[at]
        if not value:
            return Row(0, 0, self._flags[at], 0)
        path, kind = self._clusters[value >> 6]
        return Row(path, value & 63, self._flags[at], kind)

    def know(self, word: str) -> int:
        """The mask of a capitalised word."""
        mask = self._masks.get(word)
        if mask is None:
            if len(self._masks) >= CACHED:
                self._masks.clear()
            mask = self._masks[word] = self._judge(word) if len(word) < 60 else 0
        return mask

    def features(self, word: str) -> tuple[int, ...]:
        """The word as the trained model sees it: cluster in four depths, mask, probabilities, beginning and end."""
        found = self._features.get(word)
        if found is None:
            if len(self._features) >= CACHED:
                self._features.clear()
            found = self._features[word] = self._describe(word)
        return found

    def _describe(self, word: str) -> tuple[int, ...]:
        row, mask = self.row(word), self.know(word) if word[:1].isupper() else 0
        if not row.probability and (word.isupper() or mask & GENITIVE):
            row = self.row(word[:-1] if mask & GENITIVE else word.capitalize())
        lower = self.row(word.lower())
        difference = lower.probability and min(9, max(0, (row.probability - lower.probability) // 3 + 5))
        path = row.path
        rarity = row.probability // 5 * 10 + difference
        if not row.probability:
            path, rarity = self._tail(word).path, TAIL
        ends = zlib.crc32(word[:3].lower().encode("utf-8", "replace")), zlib.crc32(word[-4:].lower().encode("utf-8", "replace"))
        return (path, path & 1023, path & 63, path & 15, mask, rarity, *ends)

    def _tail(self, word: str) -> Row:
        """The row of the longest end of an unknown word that is a word: "Burg" of "Wattenburg", "Daten" of "EZB-Daten"."""
        last = word.rpartition("-")[2]
        for at in range(0 if len(last) < len(word) else 1, min(len(last), LONGEST) - SHORTEST + 1):
            row = self.row(last[at:].capitalize())
            if row.probability:
                return row
        return UNKNOWN

    def _judge(self, word: str) -> int:
        acronym = ACRONYM if word.isupper() and 2 <= len(word) <= 6 and word.isalpha() else 0
        mask = self._plain(word)
        if word.isupper() and len(word) > 3:
            mixed = self._plain(word.capitalize())
            mask = mixed if mixed & NAME and not mask & LIKE_ORGANISATION else mask | (mixed & ~NOUN)
        if word[-1:] in "s'’" and len(word) > 3 and not mask & NAME:
            mask = self._genitive(word, mask)
        if not mask & (KNOWN | NAME):
            mask = self._compound(word)
        return mask | acronym

    def _genitive(self, word: str, mask: int) -> int:
        """The mask of the base form where the word is rarer than that: "Merkels", but not "Virus"."""
        base = self._plain(word[:-1])
        if not mask & KNOWN:
            return base | GENITIVE if base & (KNOWN | NAME) else mask
        rarer = 0 < self.row(word[:-1]).probability < self.row(word).probability
        return base | GENITIVE if base & NAME and rarer else mask

    def _plain(self, word: str) -> int:
        row = self.row(word)
        mask = row.flags | row.kind
        if row.probability:
            mask |= KNOWN
            lower = self.row(word.lower())
            if lower.probability and lower.probability <= row.probability + 2:
                mask |= COMMON
            if not row.kind and row.probability <= FREQUENT:
                mask |= NOUN
        return mask

    def _compound(self, word: str) -> int:
        """An unknown word is what its second part is: "Wachstumspunkte" a noun, "Kogelbauer" a name."""
        head, hyphen, tail = word.rpartition("-")
        if hyphen:
            first, last = self.know(head) if head else 0, self.know(tail) if tail else 0
            both = first & last & (FIRST | LIKE_FIRST)
            named = last & (LAST | LIKE_LAST) if first & (FIRST | LAST | LIKE_FIRST | LIKE_LAST) else 0
            return both or last & (NOUN | LIKE_PLACE) | named
        for at in range(2, len(word) - 3):
            row = self.row(word[at:].capitalize())
            if row.probability and row.probability <= FREQUENT - 3:
                return NOUN if not row.kind else row.kind & LIKE_LAST
        return 0


def lexicon(pack: LanguagePack) -> Lexicon:
    """The pack's lexicon."""
    keys = pack.file("lexicon_keys.npy")
    return Lexicon(keys.parent if keys else None)
