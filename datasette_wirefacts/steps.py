"""What is done to the whole archive after a pass over its articles: a list of steps, each a function ``step(archive) -> None``.

A step runs at the end of every run that changed something, or whose predecessor did not get to its own end. It depends on the
documents and facts alone, not on the order in which they came, and leaves everything as it is where it has been done already: it
may be killed and called again at any time. It reads with ``archive.rows(sql, values)`` or ``archive.read(work)`` and writes with
``archive.write(work)``, where ``work(connection)`` runs in a transaction of its own, of 100 ms at most.

A step that needs a document extracted again empties its hash (``store.mark_again``). When all steps are done, the run extracts
the marked documents, of whatever source, and goes through the steps once more; it extracts each document again at most once, so
that it ends.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from datasette_wirefacts.archive import Archive, portions
from datasette_wirefacts.archive_names import name_once
from datasette_wirefacts.store import remove_aliases, remove_entities, unnamed_entities, unused_aliases
from datasette_wirefacts.tables import analyze
from datasette_wirefacts.twins import find_twins

Step = Callable[[Archive], None]


def steps() -> tuple[Step, ...]:
    """The steps in order."""
    return (find_twins, name_once, remove_unused, learn_sizes)


def remove_unused(archive: Archive) -> None:
    """Entities and aliases that no text has any more go."""
    for find, remove in ((unnamed_entities, remove_entities), (unused_aliases, remove_aliases)):
        for ids in portions(archive.read(find)):
            archive.write(partial(remove, ids=ids))


def learn_sizes(archive: Archive) -> None:
    """The query planner learns how large the tables are now."""
    archive.write(analyze)
