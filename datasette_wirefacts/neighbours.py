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

NEAREST = 30
LEAST_SLOTS = 6  # of all that must agree before two texts are compared word by word: about a tenth of the shingles


@dataclass(frozen=True, slots=True)
class Place:
    """Where a document with that sketch stands or stood: before the document that is there now."""

    row: int
    bands: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """Sketches in the order of the documents, two slots to a number; ``present`` says which of them take part."""

    bands: NDArray[np.uint32]
    present: NDArray[np.bool_]

    def before(self, rows: Sequence[int]) -> list[NDArray[np.int64]]:
        """For each of the rows its neighbours further up that are like it at all, nearest last."""
        import numpy as np

        found: list[list[NDArray[np.int64]]] = [[] for _ in rows]
        for keys, members in self._buckets([self.bands[row] for row in rows]):
            for parts, key, row in zip(found, keys.tolist(), rows, strict=True):
                end = int(np.searchsorted(members[key], row))
                parts.append(members[key][max(0, end - NEAREST) : end])
        return [self._alike(row, np.unique(np.concatenate(parts))) for row, parts in zip(rows, found, strict=True)]

    def behind(self, places: Sequence[Place]) -> set[int]:
        """The rows that a document in one of these places can be a neighbour of."""
        import numpy as np

        found: set[int] = set()
        for keys, members in self._buckets([place.bands for place in places]):
            for key, place in zip(keys.tolist(), places, strict=True):
                start = int(np.searchsorted(members[key], place.row))
                found.update(members[key][start : start + NEAREST + 1].tolist())
        return found

    def _buckets(self, wanted: Sequence[NDArray[np.uint32]]) -> Iterator[tuple[NDArray[np.uint32], dict[int, NDArray[np.int64]]]]:
        """For each band the keys of the wanted sketches, and the rows that have them, by key."""
        import numpy as np

        if not wanted:
            return
        sought = np.stack(wanted)
        for band in range(self.bands.shape[1]):
            keys, ours = sought[:, band], self.bands[:, band]
            rows = np.flatnonzero(self.present & np.isin(ours, keys))
            rows = rows[np.argsort(ours[rows], kind="stable")]
            values, starts = np.unique(ours[rows], return_index=True)
            members = dict(zip(values.tolist(), np.split(rows, starts[1:]), strict=True)) if len(rows) else {}
            yield keys, {key: members.get(key, rows[:0]) for key in keys.tolist()}

    def _alike(self, row: int, others: NDArray[np.int64]) -> NDArray[np.int64]:
        import numpy as np

        slots = np.ascontiguousarray(self.bands[[row, *others.tolist()]]).view(np.uint16)
        alike: NDArray[np.int64] = others[(slots[1:] == slots[0]).sum(axis=1) >= LEAST_SLOTS]
        return alike
