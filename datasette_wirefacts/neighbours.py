"""Sketches -> for each document, those before and behind it that may be the same dispatch (locality-sensitive hashing).

Two documents are neighbours where a band of their sketches agrees and no more than NEAREST others with that band stand between
them: so thousands of filled forms do not each meet all others. The sketches of an archive are few bytes a document and are held
in memory while the step runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

BAND = 2  # slots that must agree
NEAREST = 30
LEAST_SLOTS = 6  # of all that must agree before two texts are compared word by word: about a tenth of the shingles


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document with that sketch stands or stood: before the document that is there now."""

    row: int
    sketch: NDArray[np.uint16]


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Sketches in the order of the documents; ``present`` says which of them take part."""

    sketches: NDArray[np.uint16]
    present: NDArray[np.bool_]

    def before(self, rows: Sequence[int]) -> list[NDArray[np.int64]]:
        """For each of the rows its neighbours further up that are like it at all, nearest last."""
        import numpy as np

        found: list[list[NDArray[np.int64]]] = [[] for _ in rows]
        for keys, members in self._buckets([self.sketches[row] for row in rows]):
            for parts, key, row in zip(found, keys.tolist(), rows, strict=True):
                end = int(np.searchsorted(members[key], row))
                parts.append(members[key][max(0, end - NEAREST) : end])
        return [self._alike(row, np.unique(np.concatenate(parts))) for row, parts in zip(rows, found, strict=True)]

    def behind(self, places: Sequence[Place]) -> set[int]:
        """The rows that a document in one of these places can be a neighbour of."""
        import numpy as np

        found: set[int] = set()
        for keys, members in self._buckets([place.sketch for place in places]):
            for key, place in zip(keys.tolist(), places, strict=True):
                start = int(np.searchsorted(members[key], place.row))
                found.update(members[key][start : start + NEAREST + 1].tolist())
        return found

    def _buckets(self, wanted: Sequence[NDArray[np.uint16]]) -> Iterator[tuple[NDArray[np.uint64], dict[int, NDArray[np.int64]]]]:
        """For each band the keys of the wanted sketches, and the rows that have them, by key."""
        import numpy as np

        if not wanted:
            return
        for start in range(0, self.sketches.shape[1], BAND):
            keys, ours = self._keys(np.stack(wanted), start), self._keys(self.sketches, start)
            rows = np.flatnonzero(self.present & np.isin(ours, keys))
            rows = rows[np.argsort(ours[rows], kind="stable")]
            values, starts = np.unique(ours[rows], return_index=True)
            members = dict(zip(values.tolist(), np.split(rows, starts[1:]), strict=True)) if len(rows) else {}
            yield keys, {key: members.get(key, rows[:0]) for key in keys.tolist()}

    def _keys(self, sketches: NDArray[np.uint16], start: int) -> NDArray[np.uint64]:
        import numpy as np

        keys = np.zeros(len(sketches), dtype=np.uint64)
        for column in range(start, start + BAND):
            keys = keys << np.uint64(16) | sketches[:, column].astype(np.uint64)
        return keys

    def _alike(self, row: int, others: NDArray[np.int64]) -> NDArray[np.int64]:
        agreeing = (self.sketches[others] == self.sketches[row]).sum(axis=1)
        alike: NDArray[np.int64] = others[agreeing >= LEAST_SLOTS]
        return alike
