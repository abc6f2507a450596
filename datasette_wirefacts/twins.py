"""Signatures -> table twins: which documents repeat an earlier one, as a step over the whole archive.

In the order of publication, a document is a twin of the document that it resembles most among those before it that are originals
themselves; so a group is a star around its original. Texts with the same words are one edition, which its first document stands
for. What a document is depends on earlier documents alone: after a change only those are looked at again that were near to what
came, went or changed, and those that were near to what has become, or ceased to be, an original.
"""

from __future__ import annotations

import heapq
import sqlite3
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from datasette_wirefacts.archive import Archive
from datasette_wirefacts.likeness import likeness
from datasette_wirefacts.neighbours import Neighbourhood, Place
from datasette_wirefacts.signatures import SLOTS, sketch_of, sketcher
from datasette_wirefacts.thinning import thin_out

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

T = TypeVar("T")
AT_ONCE = 200  # rows of twins in one transaction
TOGETHER = 5000  # documents whose neighbours are sought at once
MOST_STIRRED = 0.2  # of all documents; where more have changed, all are looked at
REMEMBERED = 2000  # documents whose words are kept in memory


@dataclass(frozen=True, slots=True)
class Twin:
    """What a row of twins says of a document; the original by its row."""

    original: int
    similarity: float
    kind: str


@dataclass(frozen=True, slots=True)
class Event:
    """A document that came, went or changed; how it was before, if it was there."""

    document: int
    position: str | None
    body: bytes | None
    sketch: bytes | None


@dataclass(slots=True)
class Order:
    """All documents with a signature, in the order of their publication: a row is a place in it."""

    archive: Archive
    ids: list[int]
    positions: list[str]
    bodies: list[bytes]
    rows: dict[int, int]  # by id
    editions: dict[bytes, list[int]]  # documents with the same words
    neighbourhood: Neighbourhood
    twins: dict[int, Twin] = field(default_factory=dict)  # as the table has them
    words: dict[int, NDArray[np.uint32]] = field(default_factory=dict)


def find_twins(archive: Archive) -> None:
    """The step: brings the table twins up to date, and thins out the facts of the twins."""
    archive.write(_forget_unsigned)
    _sketch_again(archive)
    [(count, last)] = archive.rows("SELECT count(*), max(id) FROM wirefacts_unsettled")
    noted: list[int] = []
    if count:
        order = read_order(archive)
        found, followed = assign(order, _stirred(order, count))
        # Should this be stopped, the next run must look again at what follows from what has been written already.
        for some in _portions(followed):
            noted += archive.write(partial(_note, documents=[order.ids[row] for row in some]))
        changed = [(row, twin) for row, twin in sorted(found.items()) if order.twins.get(row) != twin]
        for part in _portions(changed):
            archive.write(
                partial(_write, rows=[(order.ids[row], order.ids[twin.original] if twin else None, twin) for row, twin in part])
            )
    thin_out(archive)
    while count > 0 and archive.write(partial(_forget_events, last=last)):
        pass
    # By their own ids: between them may be documents that somebody deleted meanwhile, which nobody has looked at.
    for ids in _portions(noted):
        archive.write(partial(_forget_noted, ids=ids))


def _portions(items: Sequence[T]) -> Iterable[Sequence[T]]:
    return (items[i : i + AT_ONCE] for i in range(0, len(items), AT_ONCE))


def _forget_unsigned(connection: sqlite3.Connection) -> None:
    """A document that has hardly a text any more is neither twin nor original."""
    signed = "(SELECT document_id FROM wirefacts_signatures)"
    connection.execute(f"DELETE FROM twins WHERE document_id NOT IN {signed} OR original_id NOT IN {signed}")


def _forget_events(connection: sqlite3.Connection, last: int) -> int:
    """Removes some of what was looked at; returns how many they were."""
    some = "SELECT id FROM wirefacts_unsettled WHERE id <= ? LIMIT 10000"
    return connection.execute(f"DELETE FROM wirefacts_unsettled WHERE id IN ({some})", [last]).rowcount


def _forget_noted(connection: sqlite3.Connection, ids: Sequence[int]) -> None:
    connection.executemany("DELETE FROM wirefacts_unsettled WHERE id = ?", [[id] for id in ids])


def _note(connection: sqlite3.Connection, documents: Sequence[int]) -> list[int]:
    """Documents that must be looked at; returns the ids of these notes."""
    sql = "INSERT INTO wirefacts_unsettled (document_id) VALUES (?)"
    return [int(connection.execute(sql, [id]).lastrowid or 0) for id in documents]


def _write(connection: sqlite3.Connection, rows: Sequence[tuple[int, int | None, Twin | None]]) -> None:
    for document, original, twin in rows:
        connection.execute("DELETE FROM twins WHERE document_id = ?", [document])
        if twin:
            connection.execute(
                "INSERT INTO twins (document_id, original_id, similarity, kind) SELECT ?1, ?2, ?3, ?4 "
                "WHERE (SELECT count(*) FROM documents WHERE id IN (?1, ?2)) = 2",  # somebody may just have deleted one
                [document, original, twin.similarity, twin.kind],
            )


def _sketch_again(archive: Archive) -> None:
    """Makes the sketches anew that another version of the library made."""
    import numpy as np

    sql = "SELECT document_id FROM wirefacts_signatures WHERE sketched_by != ? ORDER BY document_id"
    for some in _portions([id for (id,) in archive.rows(sql, [sketcher()])]):
        made = [(sketch_of(np.frombuffer(words, dtype="<u4")), id) for id, words in _words(archive, some)]

        def store(connection: sqlite3.Connection, made: list[tuple[bytes | None, int]] = made) -> None:
            update = "UPDATE wirefacts_signatures SET sketch = ?, sketched_by = ? WHERE document_id = ?"
            connection.executemany(update, [(sketch, sketcher(), id) for sketch, id in made])

        archive.write(store)


def _words(archive: Archive, documents: Sequence[int]) -> list[tuple[int, bytes]]:
    marks = ", ".join("?" * len(documents))
    return archive.rows(f"SELECT document_id, words FROM wirefacts_words WHERE document_id IN ({marks})", documents)


def read_order(archive: Archive) -> Order:
    """The documents as they are now, and what the table twins says of them."""
    found = archive.rows("SELECT document_id, position, body FROM wirefacts_signatures ORDER BY position, document_id")
    ids, positions, bodies = ([row[i] for row in found] for i in range(3))
    rows = {id: row for row, id in enumerate(ids)}
    editions: dict[bytes, list[int]] = {}
    for row, body in enumerate(bodies):
        editions.setdefault(body, []).append(row)
    near = _neighbourhood(archive, rows, {edition[0] for edition in editions.values()})
    order = Order(archive, ids, positions, bodies, rows, editions, near)
    for id, original, similarity, kind in archive.rows("SELECT document_id, original_id, similarity, kind FROM twins"):
        if id in rows and original in rows:
            order.twins[rows[id]] = Twin(rows[original], similarity, kind)
    return order


def _neighbourhood(archive: Archive, rows: dict[int, int], firsts: set[int]) -> Neighbourhood:
    import numpy as np

    bands = np.zeros((len(rows), SLOTS // 2), dtype="<u4", order="F")  # one band after the other, as they are gone through
    present = np.zeros(len(rows), dtype=bool)

    def fill(connection: sqlite3.Connection) -> None:
        for id, sketch in connection.execute("SELECT document_id, sketch FROM wirefacts_signatures WHERE sketch IS NOT NULL"):
            if id in rows:
                bands[rows[id]] = np.frombuffer(sketch, dtype="<u4")
                present[rows[id]] = rows[id] in firsts

    archive.read(fill)
    return Neighbourhood(bands, present)


def assign(order: Order, stirred: set[int]) -> tuple[dict[int, Twin | None], list[int]]:
    """What the stirred documents are now, with those that this stirs in turn, which come beside as a list."""
    queue = sorted(stirred)
    every = len(stirred) == len(order.editions)
    near = order.neighbourhood
    before: dict[int, NDArray[np.int64]] = {}
    found: dict[int, Twin | None] = {}
    followed: list[int] = []
    while queue:
        row = heapq.heappop(queue)
        found[row] = None
        if not near.present[row]:
            continue
        if row not in before:
            some = [row, *(each for each in heapq.nsmallest(TOGETHER, queue) if near.present[each] and each not in before)]
            before |= zip(some, near.before(some), strict=True)
        found[row] = _original_of(order, row, before.pop(row), found)
        if not every and (row in order.twins) != (found[row] is not None):
            following = near.behind([Place(row + 1, near.bands[row])]) - stirred
            stirred |= following
            followed += sorted(following)
            for each in following:
                heapq.heappush(queue, each)
    return _with_copies(order, found), followed


def _with_copies(order: Order, found: dict[int, Twin | None]) -> dict[int, Twin | None]:
    """The same for all documents of the editions."""
    every = dict(found)
    for row, twin in found.items():
        for copy in order.editions[order.bodies[row]][1:]:
            every[copy] = twin or Twin(row, 1.0, "copy")
    return every


def _stirred(order: Order, count: int) -> set[int]:
    """The first documents of the editions that must be looked at again, after so many events."""
    import numpy as np

    firsts = {rows[0] for rows in order.editions.values()}
    if count > MOST_STIRRED * len(order.ids):
        return firsts
    found = order.archive.rows("SELECT document_id, position, body, sketch FROM wirefacts_unsettled ORDER BY id")
    events = [Event(*row) for row in found]
    fresh = {order.rows[event.document] for event in events if event.document in order.rows}
    stirred: set[int] = set()
    places: dict[tuple[int, bytes], Place] = {}

    def stir(row: int, sketch: bytes | None) -> None:
        if sketch:
            places[row, sketch] = Place(row, np.frombuffer(sketch, dtype="<u4"))

    for event in events:
        if event.position is not None:
            stir(bisect_left(order.positions, event.position), event.sketch)
        row = order.rows.get(event.document)
        for body in (event.body, order.bodies[row] if row is not None else None):
            edition = order.editions.get(body or b"")
            if not edition:
                continue
            stirred.add(edition[0])
            # Who stands for an edition now, and who did before.
            for each in {edition[0], next((other for other in edition if other not in fresh), edition[0])}:
                if order.neighbourhood.present[edition[0]]:
                    stir(each, order.neighbourhood.bands[edition[0]].tobytes())
    some = list(places.values())
    for i in range(0, len(some), TOGETHER):
        stirred |= order.neighbourhood.behind(some[i : i + TOGETHER])
    return stirred


def _original_of(order: Order, row: int, before: NDArray[np.int64], found: dict[int, Twin | None]) -> Twin | None:
    """The original that the document resembles most, the earliest of equals."""
    best: Twin | None = None
    for other in before.tolist():
        if found.get(other, order.twins.get(other)) is not None:
            continue
        alike = likeness(_words_of(order, row), _words_of(order, other))
        if alike and (best is None or alike.similarity > best.similarity):
            best = Twin(other, alike.similarity, alike.kind)
    return best


def _words_of(order: Order, row: int) -> NDArray[np.uint32]:
    import numpy as np

    if row not in order.words:
        if len(order.words) >= REMEMBERED:
            order.words.clear()
        found = _words(order.archive, [order.ids[row]])
        order.words[row] = np.frombuffer(found[0][1] if found else b"", dtype="<u4")
    return order.words[row]
